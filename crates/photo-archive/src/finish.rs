//! The end of a run: sums, inventory, report, and only then the marks of touched folders come off.
//!
//! Killed anywhere in here, the next run finds the marks and does it again; what is written already has the
//! right bytes and is left alone.

use jiff::Timestamp;
use serde_json::Value;

use crate::archive::Archive;
use crate::catalog::meta;
use crate::checksums;
use crate::error::ArchiveError;
use crate::inventory;
use crate::key::Key;
use crate::runs::{self, Changed, Newest};

impl Archive {
    /// Ends a run: brings the sums of touched folders and the inventory up to date, then writes the report.
    ///
    /// Nothing is written whose bytes are right already; with nothing new there is one report a day at most. The
    /// queue of wanted photos is wiped: the next listing fills it again. Returns the report's path, if one was written.
    ///
    /// # Errors
    /// When the disk or the catalog refuses; the next run makes up for it.
    pub fn finish_run(
        &mut self,
        report: &Value,
        changed: Changed,
        now: Timestamp,
    ) -> Result<Option<String>, ArchiveError> {
        self.require_writing()?;
        self.renew_albums(now)?;
        self.write_people()?;
        let mut folders = Vec::new();
        for folder in self.catalog.marked_folders()? {
            match checksums::renew(&self.root, &self.catalog, &folder) {
                Ok(()) => folders.push(folder),
                // Something else stands there, such as a link: the mark stays, and others are not affected.
                Err(error) if !error.ends_the_run() => {
                    tracing::warn!(%error, "the sums of a folder stay as they are")
                }
                Err(error) => return Err(error),
            }
        }
        inventory::renew(&self.root, &self.catalog)?;
        let written = self.report(report, changed, now)?;
        self.catalog.unmark_folders(&folders)?;
        self.catalog.forget_wanted()?;
        if !folders.is_empty() {
            self.catalog.note_size()?;
        }
        self.catalog.settle()?;
        Ok(written.map(|key| key.as_str().to_owned()))
    }

    /// The name is in the catalog before the file is in the archive: a kill between them makes no catalog stale.
    fn report(&self, report: &Value, changed: Changed, now: Timestamp) -> Result<Option<Key>, ArchiveError> {
        let newest = runs::newest(&self.root)?;
        let newest = newest.as_ref().map(|key| Newest { key, changed: runs::what_it_did(&self.root, key) });
        let Some(key) = runs::place(changed, now, newest) else { return Ok(None) };
        let catalog = &self.catalog;
        catalog.run(|_| catalog.write_meta(meta::NEXT_RUN, key.as_str()))?;
        runs::write(&self.root, &key, report, changed)?;
        catalog.run(|_| catalog.write_meta(meta::LAST_RUN, key.as_str()))?;
        Ok(Some(key))
    }
}
