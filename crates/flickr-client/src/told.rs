//! What Flickr told in answer to a call: our reading of it, everybody it names, and its own words.

use std::collections::BTreeMap;
use std::fmt;

use flickr_model::{Person, UserId};
use serde_json::{Map, Value};

use crate::lenient::Scalar;

/// An answer in three ways.
#[derive(Clone, PartialEq)]
pub struct Told<T> {
    /// What this program understands of it.
    pub value: T,
    /// The people whose names it tells, each once.
    pub people: Vec<Person>,
    /// Flickr's own answer without its envelope. Secrets are still inside: take them out before it is written
    /// down, and show it to nobody. `Debug` leaves it out.
    pub raw: Value,
}

impl<T: fmt::Debug> fmt::Debug for Told<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Told")
            .field("value", &self.value)
            .field("people", &self.people)
            .finish_non_exhaustive()
    }
}

impl<T> Told<T> {
    /// Puts a reading beside the words it was read from.
    pub(crate) fn new(value: T, raw: Value) -> Self {
        Self { value, people: people_in(&raw), raw }
    }
}

/// Takes the object that an answer is about out of its envelope; nothing where Flickr left it out, as it does
/// with lists that are empty.
pub(crate) fn noun(mut answer: Value, name: &str) -> Value {
    answer.get_mut(name).map(Value::take).unwrap_or_default()
}

/// The field of an id, and those that may hold the username, the real name and the alias beside it.
type Names = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// Where ids stand.
///
/// A comment or note has `author` and `authorname`, a photo `owner` and `ownername`, a gallery `owner` and
/// `username`, and a record of a person `nsid` and `username`: all of them recorded.
const NAMES: [Names; 4] = [
    ("nsid", &["username"], &["realname"], &["path_alias"]),
    ("author", &["authorname"], &["authorrealname", "realname"], &["path_alias"]),
    ("owner", &["ownername", "username"], &["realname"], &["pathalias", "path_alias"]),
    ("user_id", &["username"], &["realname"], &["path_alias"]),
];

/// The fields that say that the account of the person beside them was deleted (recorded).
const DELETED: [&str; 3] = ["is_deleted", "author_is_deleted", "authorisdeleted"];

/// Everybody whose name stands anywhere in an answer, each once.
pub(crate) fn people_in(answer: &Value) -> Vec<Person> {
    let mut people = BTreeMap::new();
    collect(answer, &mut people);
    people.into_values().collect()
}

/// JSON is never nested deeper than the 128 levels that its reader allows.
fn collect(value: &Value, people: &mut BTreeMap<UserId, Person>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, people)),
        Value::Object(fields) => {
            for person in NAMES.iter().filter_map(|names| named(fields, *names)) {
                match people.get_mut(&person.id) {
                    Some(known) => known.learn(person),
                    None => {
                        people.insert(person.id.clone(), person);
                    }
                }
            }
            fields.values().for_each(|inner| collect(inner, people));
        }
        _ => {}
    }
}

fn named(fields: &Map<String, Value>, (id, username, realname, alias): Names) -> Option<Person> {
    let id = Scalar::field(fields, id).filled()?.parse().ok()?;
    let first = |names: &[&str]| names.iter().find_map(|name| Scalar::field(fields, name).into_filled());
    let person = Person {
        id,
        username: first(username).unwrap_or_default(),
        realname: first(realname),
        path_alias: first(alias),
        is_deleted: DELETED.iter().any(|name| Scalar::field(fields, name).flag() == Some(true)),
    };
    // Somebody whose account is gone may have no name left.
    let is_told = !person.username.is_empty() || person.realname.is_some() || person.is_deleted;
    is_told.then_some(person)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn everybody_is_found_wherever_they_stand_and_told_of_once() {
        let people = people_in(&json!({
            "owner": {"nsid": "1@N00", "username": {"_content": "ada"}, "realname": "", "path_alias": null},
            "notes": {"note": [{"author": "2@N00", "authorname": "bob", "authorrealname": "Bob B."}]},
            "tags": {"tag": [{"author": "1@N00", "authorname": "ada", "raw": "x"}, {"author": "3@N00"}]},
            "comment": [{"author": "2@N00", "authorname": "bob", "realname": "", "path_alias": "bobs"}],
            "photo": [{"owner": "4@N00", "ownername": "cleo", "pathalias": "cleos"}],
        }));

        let told: Vec<_> = people
            .iter()
            .map(|person| {
                (person.username.as_str(), person.realname.as_deref(), person.path_alias.as_deref())
            })
            .collect();
        assert_eq!(
            told,
            [("ada", None, None), ("bob", Some("Bob B."), Some("bobs")), ("cleo", None, Some("cleos"))]
        );
    }

    #[test]
    fn a_deleted_person_is_told_of_even_without_a_name() {
        let people = people_in(&json!({"author": "2@N00", "authorname": "", "author_is_deleted": "1"}));

        assert!(people.first().is_some_and(|person| person.is_deleted));
    }

    #[test]
    fn a_name_without_a_real_id_is_nobody() {
        assert!(
            people_in(&json!([{"nsid": "../1", "username": "eve"}, {"author": "", "authorname": "eve"}]))
                .is_empty()
        );
    }

    #[test]
    fn no_secret_of_an_answer_is_shown() {
        let told = Told::new(7, json!({"secret": "5ec12e7"}));

        assert!(!format!("{told:?}").contains("5ec12e7"));
        assert_eq!(noun(json!({"photo": {"id": 7}, "stat": "ok"}), "photo"), json!({"id": 7}));
        assert_eq!(noun(json!({"stat": "ok"}), "photo"), Value::Null);
    }
}
