//! Ids as Flickr gives them, each its own type, checked once where they enter.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is no id of the kind that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a {kind}")]
pub struct BadId {
    kind: &'static str,
    /// The text as it came, cut to 40 characters so that an endless one does no harm in a message.
    text: String,
}

impl BadId {
    fn new(kind: &'static str, text: &str) -> Self {
        Self { kind, text: text.chars().take(40).collect() }
    }
}

/// The number of a photo or video: Flickr counts both in one row.
///
/// Decimal digits in every answer recorded since 2012; it fits a signed 64-bit number, as SQLite wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhotoId(u64);

impl PhotoId {
    /// Takes a number that is already known to be a photo's; `None` for 0 and beyond 63 bits.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        (number != 0 && i64::try_from(number).is_ok()).then_some(Self(number))
    }

    /// Returns the number, never 0 and never above `i64::MAX`.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

impl FromStr for PhotoId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let bad = || BadId::new("photo id", text);
        if text.is_empty()
            || text.len() > 19
            || text.starts_with('0')
            || !text.bytes().all(|b| b.is_ascii_digit())
        {
            return Err(bad());
        }
        text.parse().ok().and_then(Self::from_number).ok_or_else(bad)
    }
}

impl fmt::Display for PhotoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The NSID of a person, such as `12345678@N00`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(String);

impl UserId {
    /// Returns the NSID as Flickr writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        is_nsid(text).then(|| Self(text.to_owned())).ok_or_else(|| BadId::new("Flickr user id (NSID)", text))
    }
}

/// Whether a text is a number, `@N` and a shard.
fn is_nsid(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let parts = text.split_once("@N");
    text.len() <= 32 && parts.is_some_and(|(number, shard)| digits(number) && digits(shard))
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An id that is a row of decimal digits, too long or too new to be taken for a number.
macro_rules! digits_id {
    ($(#[$doc:meta])* $id:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $id(String);

        impl $id {
            /// Returns the digits as Flickr writes them.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $id {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                let is_number = !text.is_empty() && text.len() <= 32 && text.bytes().all(|b| b.is_ascii_digit());
                is_number.then(|| Self(text.to_owned())).ok_or_else(|| BadId::new($kind, text))
            }
        }

        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
digits_id!(
    /// The number of an album: 17 digits in every answer recorded since 2012. Safe as a part of a file name.
    AlbumId,
    "album id"
);
digits_id!(
    /// The bare number of a gallery (`gallery_id`; Flickr's `id` has another number and a dash before it).
    /// Safe as a part of a file name.
    GalleryId,
    "gallery id"
);

/// The id of a group, such as `12345678@N00`: of the same form as a person's, and counted in the same row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(String);

impl GroupId {
    /// Returns the id as Flickr writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for GroupId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        is_nsid(text).then(|| Self(text.to_owned())).ok_or_else(|| BadId::new("group id", text))
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Ids are texts in every file, as they are in Flickr's answers: a reader in another language must not
/// lose digits to a floating-point number.
macro_rules! as_text {
    ($id:ty) => {
        impl Serialize for $id {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $id {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
as_text!(PhotoId);
as_text!(UserId);
as_text!(AlbumId);
as_text!(GalleryId);
as_text!(GroupId);

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_photo_id_is_decimal_digits_only() {
        assert_eq!("5912345678".parse::<PhotoId>().unwrap().number(), 5_912_345_678);

        for hostile in [
            "",
            "0",
            "-1",
            "007",
            "1/../../x",
            "1;drop table",
            "１２",
            "9999999999999999999",
            &"9".repeat(400),
        ] {
            assert!(hostile.parse::<PhotoId>().is_err(), "{hostile}");
        }
    }

    #[test]
    fn an_endless_id_is_cut_in_the_message() {
        let error = "9".repeat(400).parse::<PhotoId>().unwrap_err();

        assert!(error.to_string().len() < 80);
    }

    #[test]
    fn a_user_id_has_a_number_and_a_shard() {
        assert!("12345678@N00".parse::<UserId>().is_ok());

        for hostile in ["", "me", "@N00", "12@N", "12@M00", "../12@N00", "12345678%40N00"] {
            assert!(hostile.parse::<UserId>().is_err(), "{hostile}");
        }
    }

    #[test]
    fn albums_and_galleries_have_digits_and_groups_the_form_of_persons() {
        assert_eq!("72157629851991663".parse::<AlbumId>().unwrap().as_str(), "72157629851991663");
        assert!("72157617483228192".parse::<GalleryId>().is_ok());
        assert!("40732569271@N01".parse::<GroupId>().is_ok());

        for hostile in ["", "../1", "1/2", "6065-72157617483228192", "１", &"9".repeat(33)] {
            assert!(hostile.parse::<AlbumId>().is_err(), "{hostile}");
            assert!(hostile.parse::<GalleryId>().is_err(), "{hostile}");
            assert!(hostile.parse::<GroupId>().is_err(), "{hostile}");
        }
    }
}
