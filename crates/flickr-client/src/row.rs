//! One record of a listing, read from its text into a table of scalars.
//!
//! A page has 500 records of some fifty fields. As a tree of JSON values they take ten times the memory of their text, and
//! most of the time of a listing; nothing but scalars is looked at, so nothing else is read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::lenient::Word;

/// The scalars of a record by their names.
pub(crate) struct Row<'a>(HashMap<Cow<'a, str>, Word<'a>>);

impl<'a> Row<'a> {
    /// Reads a record; anything but an object is an error.
    pub(crate) fn read(text: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// One field; an absent field is nothing. Of two with one name the last counts.
    pub(crate) fn field(&self, name: &str) -> &Word<'a> {
        const NOTHING: &Word<'static> = &Word::nothing();
        self.0.get(name).unwrap_or(NOTHING)
    }
}

impl<'de> Deserialize<'de> for Row<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Rows)
    }
}

struct Rows;

impl<'de> Visitor<'de> for Rows {
    type Value = Row<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row<'de>, A::Error> {
        let mut fields = HashMap::with_capacity(64);
        while let Some(Name(name)) = map.next_key()? {
            let Told(word) = map.next_value()?;
            fields.insert(name, word);
        }
        Ok(Row(fields))
    }
}

/// A scalar that is copied only where it holds escapes.
struct Told<'a>(Word<'a>);

impl<'de> Deserialize<'de> for Told<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Word::borrowed(deserializer).map(Self)
    }
}

/// A name that is copied only where it holds escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(Names)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_name_and_the_last_of_two_counts() {
        let row = Row::read(r#"{"b":"2","a":1,"\u0063":{"_content":"3"},"b":4,"d":[{"x":[]}]}"#).unwrap();

        let text = |name| row.field(name).text();
        assert_eq!((text("a"), text("b"), text("c")), (Some("1"), Some("4"), Some("3")));
        assert_eq!((text("d"), text("e"), text("")), (None, None, None));
        assert!(Row::read("[1]").is_err() && Row::read("{\"a\":").is_err());
    }
}
