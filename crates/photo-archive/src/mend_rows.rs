//! The catalog's side of mending: files that are lost and come back, and what is to be asked for again.

use flickr_model::PhotoId;
use jiff::Timestamp;
use rusqlite::params;

use crate::archive::Archive;
use crate::catalog::{Catalog, meta};
use crate::catalog_photos::{Presence, as_count, as_row_id};
use crate::error::ArchiveError;
use crate::filing::Purpose;
use crate::incoming::Written;
use crate::state::{FileKind, State};

/// What stands beside a photo whose file was set aside, until another is fetched.
const REASON: &str = "its file is being fetched again";

impl Archive {
    /// Gives an original that is about to be saved the version that its bytes call for. Bytes that are recorded take
    /// their own place again, and what lies there in their stead is set aside; other bytes than are recorded for the
    /// place (the photo was replaced on Flickr after its file was lost here) become a further version.
    ///
    /// # Errors
    /// When the disk or the catalog refuses.
    pub fn settle_version(
        &mut self,
        id: PhotoId,
        written: &mut Written,
        now: Timestamp,
    ) -> Result<(), ArchiveError> {
        if written.filing.purpose != Purpose::Original {
            return Ok(());
        }
        let rows = self.catalog.file_rows(id)?;
        let originals = || rows.iter().filter(|row| row.kind == FileKind::Original);
        let sha256 = written.sha256();
        let version = written.filing.version;
        if let Some(lost) = originals().find(|row| row.presence != Presence::Here && row.sha256 == sha256) {
            written.filing.version = lost.version;
            let place = written.stem.folder().join(&lost.name);
            if let (Presence::Altered, Ok(place)) = (lost.presence, place) {
                self.set_aside(&place, now)?;
            }
        } else if originals().any(|row| row.version == version && row.sha256 != sha256) {
            let newest = originals().map(|row| row.version).max().unwrap_or(version);
            written.filing.version = newest.saturating_add(1);
        }
        Ok(())
    }
}

impl Catalog {
    /// Counts the photos whose files lie in a folder.
    pub(crate) fn photos_in(&self, folder: &str) -> Result<u64, ArchiveError> {
        self.run(|db| {
            let mut count = db.prepare_cached(
                "SELECT count(*) FROM photo WHERE folder = (SELECT id FROM folder WHERE path = ?1)",
            )?;
            count.query_row([folder], |row| row.get(0).map(as_count))
        })
    }

    /// Notes that a file is not there; a photo that needs it counts as missing. For the caller's transaction.
    pub(crate) fn lose_file(&self, id: PhotoId, name: &str, state: State) -> rusqlite::Result<()> {
        self.note_presence(id, name, Presence::Gone)?;
        if matches!(state, State::Kept | State::NotOriginal) {
            self.note_state(id, State::Missing, Some(REASON))?;
        }
        Ok(())
    }

    /// Notes that a bad file has its name again, and that its photo is in the state it was in. For the caller's
    /// transaction.
    pub(crate) fn take_file_back(&self, id: PhotoId, name: &str, state: State) -> rusqlite::Result<()> {
        self.note_presence(id, name, Presence::Altered)?;
        self.note_state(id, state, None)
    }

    fn note_presence(&self, id: PhotoId, name: &str, presence: Presence) -> rusqlite::Result<()> {
        let mut note =
            self.db.prepare_cached("UPDATE file SET absent = ?3 WHERE photo = ?1 AND name = ?2")?;
        note.execute(params![as_row_id(id), name, presence as u8]).map(drop)
    }

    fn note_state(&self, id: PhotoId, state: State, reason: Option<&str>) -> rusqlite::Result<()> {
        let mut note = self.db.prepare_cached("UPDATE photo SET state = ?2, reason = ?3 WHERE id = ?1")?;
        note.execute(params![as_row_id(id), state.number(), reason]).map(drop)
    }

    /// Lets the next run ask for a photo's details, albums and groups again. For the caller's transaction.
    pub(crate) fn ask_details_again(&self, id: PhotoId) -> rusqlite::Result<()> {
        for statement in [
            "DELETE FROM detail WHERE photo = ?1",
            "UPDATE photo SET detailed = 0 WHERE id = ?1",
            "INSERT OR IGNORE INTO regroup (photo) VALUES (?1)",
        ] {
            self.db.prepare_cached(statement)?.execute([as_row_id(id)])?;
        }
        Ok(())
    }

    /// Lets the next run ask for the lists of the account again. For the caller's transaction.
    pub(crate) fn ask_lists_again(&self) -> rusqlite::Result<()> {
        self.db.execute("DELETE FROM meta WHERE name = ?1", [meta::LAST_LISTS]).map(drop)
    }

    /// Lets the next run ask for an album again, with its photos; says whether it is on Flickr. For the caller's
    /// transaction.
    pub(crate) fn ask_album_again(&self, id: &str) -> rusqlite::Result<()> {
        let ask =
            "UPDATE gathering SET updated = NULL, photos = NULL, comments = NULL WHERE kind = 0 AND id = ?1";
        self.db.prepare_cached(ask)?.execute([id]).map(drop)
    }

    /// Lets the end of this run write an album's paths anew. For the caller's transaction.
    pub(crate) fn album_is_behind(&self, id: &str) -> rusqlite::Result<()> {
        self.db
            .prepare_cached("UPDATE gathering SET dirty = 1 WHERE kind = 0 AND id = ?1")?
            .execute([id])
            .map(drop)
    }

    /// Forgets what a paper is known to be. For the caller's transaction.
    pub(crate) fn forget_paper(&self, folder: &str, name: &str) -> rusqlite::Result<()> {
        let mut forget = self.db.prepare_cached(
            "DELETE FROM paper WHERE name = ?2 AND folder = (SELECT id FROM folder WHERE path = ?1)",
        )?;
        forget.execute(params![folder, name]).map(drop)
    }
}
