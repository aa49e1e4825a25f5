//! Mends albums and the files of the account: from the catalog where it knows them, else by asking Flickr again.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::albums;
use crate::archive::Archive;
use crate::catalog::meta;
use crate::dropping;
use crate::error::ArchiveError;
use crate::gathering::Gathering;
use crate::key::Key;
use crate::mend::Mend;
use crate::people;
use crate::verify_report::Finding;

impl Archive {
    /// Sets a bad paper aside and sees to it that it is written anew.
    pub(crate) fn mend_paper(
        &self,
        finding: &Finding,
        key: &Key,
        mend: &mut Mend,
        now: Timestamp,
    ) -> Result<(), ArchiveError> {
        let (folder, name) = (key.parent(), key.name());
        let album = (folder.as_str() == albums::FOLDER).then(|| album_of(name)).flatten();
        let is_list = name.ends_with(".txt");
        if let (Some(album), false) = (album, is_list)
            && self.gathering(Gathering::Album, album)?.is_none_or(|seen| seen.is_gone)
        {
            mend.leave(finding, "Flickr no longer has the album");
            return Ok(());
        }
        self.catalog.mark_folders([folder.as_str()].into_iter())?;
        self.set_aside(key, now)?;
        match (album, key.as_str()) {
            (Some(album), _) if is_list => {
                self.catalog.transaction(|_| self.catalog.album_is_behind(album))?
            }
            (Some(album), _) => {
                mend.papers = true;
                self.catalog.transaction(|_| self.catalog.ask_album_again(album))?;
            }
            (None, people::PLACE) => {
                self.catalog.run(|_| self.catalog.write_meta(meta::PEOPLE_BEHIND, 1))?;
            }
            (None, dropping::PLACE) => return self.write_tombstones(now),
            (None, _) => {
                mend.papers = true;
                self.catalog.transaction(|_| self.catalog.ask_lists_again())?;
            }
        }
        // An album keeps its name: it is found by its record.
        if album.is_none() {
            self.catalog.transaction(|_| self.catalog.forget_paper(folder.as_str(), name))?;
        }
        Ok(())
    }

    /// Writes the tombstones that the catalog knows; on which day each was made went with the file.
    fn write_tombstones(&self, now: Timestamp) -> Result<(), ArchiveError> {
        let ids: Vec<i64> = self.catalog.run(|db| {
            let mut statement = db.prepare_cached("SELECT photo FROM dropped ORDER BY photo")?;
            statement.query_map([], |row| row.get(0))?.collect()
        })?;
        let dropped = ids.into_iter().map(|id| json!({"id": id.to_string(), "when": now})).collect();
        let facts = Map::from_iter([("dropped".to_owned(), Value::Array(dropped))]);
        self.put_paper(&Key::known(dropping::PLACE.to_owned()), facts, Map::new(), dropping::FORM, now)
            .map(drop)
    }
}

/// The number of an album in the name of one of its files.
fn album_of(name: &str) -> Option<&str> {
    let stem = name.rsplit_once('.')?.0;
    let id = stem.rsplit_once('_').map_or(stem, |(_, id)| id);
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_album_is_known_by_the_number_at_the_end_of_its_name() {
        assert_eq!(album_of("Summer-2011_72157600000000001.json"), Some("72157600000000001"));
        assert_eq!(album_of("72157600000000001.txt"), Some("72157600000000001"));
        assert_eq!(album_of("mine.json"), None);
    }
}
