//! The names of people, each once: in the catalog while a run learns them, in `account/people.json` at its end.
//!
//! The file has one person a line, so that a million do not have to be held to write it.

use flickr_model::{Person, UserId};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::archive::Archive;
use crate::catalog::{Catalog, meta};
use crate::error::{ArchiveError, ErrorKind};
use crate::key::Key;
use crate::paper_lines::Sink;
use crate::root::Root;

/// The file.
pub(crate) const PLACE: &str = "account/people.json";

/// Before the first person and after the last.
const HEAD: &str = "{\n  \"format\": 1,\n  \"people\": [\n";
const FOOT: &str = "\n  ]\n}\n";

/// What is written of a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Known {
    #[serde(flatten)]
    person: Person,
    /// Names that the account had before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    formerly: Vec<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Archive {
    /// Takes in names of people; returns how many were new or had changed. The file is written at the end of the run.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn put_people(&mut self, people: &[Person]) -> Result<u64, ArchiveError> {
        self.require_writing()?;
        self.catalog.transaction(|_| {
            let mut changed = 0;
            for person in people {
                let old = self.catalog.known_person(&person.id)?;
                let next = learned(old.as_ref(), person);
                if old.as_ref() != Some(&next) {
                    self.catalog.put_person(&next)?;
                    changed += 1;
                }
            }
            if changed > 0 {
                self.catalog.write_meta(meta::PEOPLE_BEHIND, 1)?;
            }
            Ok(changed)
        })
    }

    /// Looks up a person.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn person(&self, id: &UserId) -> Result<Option<Person>, ArchiveError> {
        let known = self.catalog.run(|_| self.catalog.known_person(id))?;
        Ok(known.map(|known| known.person))
    }

    /// Writes the file when it is behind the catalog.
    pub(crate) fn write_people(&self) -> Result<(), ArchiveError> {
        let behind: Option<i64> = self.catalog.run(|_| self.catalog.read_meta(meta::PEOPLE_BEHIND))?;
        if behind.unwrap_or(0) == 0 {
            return Ok(());
        }
        let key = Key::known(PLACE.to_owned());
        self.put_lines(&key, |sink| self.tell_people(sink))?;
        self.catalog.run(|_| self.catalog.write_meta(meta::PEOPLE_BEHIND, 0))
    }

    fn tell_people(&self, sink: Sink<'_>) -> Result<(), ArchiveError> {
        let fail = |error| self.catalog.failure(error);
        let select = "SELECT facts FROM person ORDER BY id";
        let mut statement = self.catalog.db.prepare_cached(select).map_err(fail)?;
        let mut rows = statement.query([]).map_err(fail)?;
        sink(HEAD)?;
        let mut separator = "    ";
        while let Some(row) = rows.next().map_err(fail)? {
            let facts: String = row.get(0).map_err(fail)?;
            sink(separator)?;
            sink(&facts)?;
            separator = ",\n    ";
        }
        sink(FOOT)
    }
}

/// Reads the people of an archive into an empty catalog; a line that makes no sense is left out.
///
/// A disk that cannot read the file is an error: the next run would write it anew from what it knows, and names that
/// Flickr tells no more would be lost.
pub(crate) fn restore(root: &Root, catalog: &Catalog) -> Result<(), ArchiveError> {
    let key = Key::known(PLACE.to_owned());
    let bytes = match root.read(&key, 1 << 30) {
        Err(error) if error.kind() == ErrorKind::OneFile => None,
        read => read?,
    };
    let Some(bytes) = bytes else { return Ok(()) };
    let text = String::from_utf8_lossy(&bytes);
    catalog.transaction(|_| {
        for line in text.lines() {
            let line = line.trim().trim_end_matches(',');
            if let Ok(known) = serde_json::from_str::<Known>(line) {
                catalog.put_person(&known)?;
            }
        }
        Ok(())
    })
}

/// What is known of a person after one more answer: silence changes nothing, a former name stays.
fn learned(old: Option<&Known>, now: &Person) -> Known {
    let Some(old) = old else {
        return Known { person: now.clone(), formerly: Vec::new(), rest: Map::new() };
    };
    let mut next = old.clone();
    next.person.learn(now.clone());
    let was = &old.person.username;
    if next.person.username != *was && !was.is_empty() && !next.formerly.contains(was) {
        next.formerly.push(was.clone());
    }
    next
}

impl Catalog {
    fn known_person(&self, id: &UserId) -> rusqlite::Result<Option<Known>> {
        let mut statement = self.db.prepare_cached("SELECT facts FROM person WHERE id = ?1")?;
        let facts: Option<String> = statement.query_row([id.as_str()], |row| row.get(0)).optional()?;
        Ok(facts.and_then(|facts| serde_json::from_str(&facts).ok()))
    }

    fn put_person(&self, known: &Known) -> rusqlite::Result<()> {
        let facts = serde_json::to_string(known).unwrap_or_default();
        let mut statement =
            self.db.prepare_cached("INSERT OR REPLACE INTO person (id, facts) VALUES (?1, ?2)")?;
        statement.execute(params![known.person.id.as_str(), facts]).map(drop)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn person(username: &str, realname: Option<&str>) -> Person {
        Person {
            id: "1@N00".parse().unwrap(),
            username: username.to_owned(),
            realname: realname.map(str::to_owned),
            path_alias: None,
            is_deleted: false,
        }
    }

    #[test]
    fn a_person_who_was_renamed_keeps_the_former_name() {
        let first = learned(None, &person("ann", Some("Ann")));

        let next = learned(Some(&first), &person("annie", None));

        assert_eq!((next.person.username.as_str(), next.person.realname.as_deref()), ("annie", Some("Ann")));
        assert_eq!(next.formerly, ["ann"]);
        assert_eq!(learned(Some(&next), &person("", None)), next);
    }
}
