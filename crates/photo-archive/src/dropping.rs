//! Removes a photo from the archive on the person's wish, and leaves a tombstone: its id and the date, nothing else.
//!
//! The tombstone is written first. Killed after it, the same again finishes what was begun; and no run brings the
//! photo back.

use flickr_model::PhotoId;
use jiff::Timestamp;
use rusqlite::params;
use serde_json::{Map, Value, json};

use crate::archive::Archive;
use crate::catalog::Catalog;
use crate::catalog_folders::Sums;
use crate::catalog_photos::as_row_id;
use crate::checksums;
use crate::error::ArchiveError;
use crate::key::Key;
use crate::paper::Form;
use crate::root::Root;

/// The file with all tombstones.
pub(crate) const PLACE: &str = "account/dropped.json";

pub(crate) const FORM: Form = Form { known: &["dropped"], fleeting: &[], told_apart: &[] };

impl Archive {
    /// Removes everything of a photo but its tombstone; returns the paths that were removed.
    ///
    /// Copies that `repair` set aside are not looked for. The sums are brought up to date by the end of the run.
    ///
    /// # Errors
    /// When the disk or the catalog refuses.
    pub fn drop_photo(&mut self, id: PhotoId, now: Timestamp) -> Result<Vec<String>, ArchiveError> {
        self.require_writing()?;
        self.bury(id, now)?;
        let Some(kept) = self.catalog.kept(id)? else { return Ok(Vec::new()) };
        let folder = kept.stem.folder();
        self.catalog.mark_folders([folder.as_str()].into_iter())?;
        let mut keys = Vec::new();
        for row in self.catalog.file_rows(id)? {
            if let Ok(key) = folder.join(&row.name) {
                keys.extend([key.with_ending(".xmp"), key]);
            }
        }
        keys.push(kept.stem.json());
        let mut removed = Vec::new();
        for key in keys {
            if self.root.facts(&key)?.is_some() {
                self.root.remove(&key)?;
                removed.push(key.as_str().to_owned());
            }
        }
        self.root.sync_folder(&folder)?;
        self.catalog.transaction(|_| {
            self.catalog.albums_are_behind(id)?;
            self.catalog.forget_photo(id)
        })?;
        self.catalog.note_size()?;
        self.remove_empty_lists(&folder)?;
        Ok(removed)
    }

    /// Whether a photo was dropped: it is not to be asked for again.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn is_dropped(&self, id: PhotoId) -> Result<bool, ArchiveError> {
        self.catalog
            .run(|db| db.prepare_cached("SELECT 1 FROM dropped WHERE photo = ?1")?.exists([as_row_id(id)]))
    }

    /// Counts the tombstones.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn dropped_count(&self) -> Result<u64, ArchiveError> {
        self.catalog.run(|db| {
            let count: i64 = db.query_row("SELECT count(*) FROM dropped", [], |row| row.get(0))?;
            Ok(u64::try_from(count).unwrap_or(0))
        })
    }

    fn bury(&self, id: PhotoId, now: Timestamp) -> Result<(), ArchiveError> {
        if self.is_dropped(id)? {
            return Ok(());
        }
        let key = Key::known(PLACE.to_owned());
        let old = self.paper(&key)?.map(|paper| paper.facts);
        let mut dropped = old.as_ref().map(tombstones).unwrap_or_default();
        dropped.push(json!({"id": id, "when": now}));
        let facts = Map::from_iter([("dropped".to_owned(), Value::Array(dropped))]);
        self.put_paper(&key, facts, Map::new(), FORM, now)?;
        self.catalog.transaction(|_| self.catalog.put_dropped(id))
    }

    /// A folder without files keeps no list that names some; a list is only taken away here.
    fn remove_empty_lists(&self, folder: &Key) -> Result<(), ArchiveError> {
        let folders = self.catalog.folders()?;
        let Some(folder) = folders.iter().find(|known| known.path == folder.as_str()) else { return Ok(()) };
        for which in [Sums::Media, Sums::Metadata] {
            if checksums::expected(&self.catalog, folder, which)?.is_none() {
                self.root.remove(&checksums::place(&self.root, folder, which)?)?;
            }
        }
        Ok(())
    }
}

/// Reads the tombstones of an archive into an empty catalog.
pub(crate) fn restore(root: &Root, catalog: &Catalog) -> Result<(), ArchiveError> {
    let Some(bytes) = root.read(&Key::known(PLACE.to_owned()), 64 << 20)? else { return Ok(()) };
    let facts: Map<String, Value> = serde_json::from_slice(&bytes).unwrap_or_default();
    catalog.transaction(|_| {
        for tombstone in tombstones(&facts) {
            let id = tombstone.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
            if let Some(id) = id {
                catalog.put_dropped(id)?;
            }
        }
        Ok(())
    })
}

fn tombstones(facts: &Map<String, Value>) -> Vec<Value> {
    facts.get("dropped").and_then(Value::as_array).cloned().unwrap_or_default()
}

impl Catalog {
    fn put_dropped(&self, id: PhotoId) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached("INSERT OR IGNORE INTO dropped (photo) VALUES (?1)")?;
        statement.execute([as_row_id(id)]).map(drop)
    }

    /// Removes every row of a photo; for the caller's transaction.
    fn forget_photo(&self, id: PhotoId) -> rusqlite::Result<()> {
        for statement in [
            "DELETE FROM file WHERE photo = ?1",
            "DELETE FROM wanted WHERE photo = ?1",
            "DELETE FROM detail WHERE photo = ?1",
            "DELETE FROM missed WHERE photo = ?1",
            "DELETE FROM regroup WHERE photo = ?1",
            "DELETE FROM photo WHERE id = ?1",
        ] {
            self.db.prepare_cached(statement)?.execute(params![as_row_id(id)])?;
        }
        Ok(())
    }
}
