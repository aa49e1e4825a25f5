//! The end of a run: sums, inventory, report, and only then the marks of touched folders come off.
//!
//! Killed anywhere in here, the next run finds the marks and does it again; what is written already has the
//! right bytes and is left alone.

use jiff::Timestamp;
use serde_json::Value;

use crate::archive::Archive;
use crate::catalog::meta;
use crate::catalog_folders::Folder;
use crate::checksums;
use crate::error::ArchiveError;
use crate::inventory;
use crate::key::Key;
use crate::runs::{self, Changed, Newest};

/// How many folders are listed together: two files each are open at a time.
const AT_ONCE: usize = 24;

/// What became of the lists of touched folders.
#[derive(Debug, Default)]
pub struct Lists {
    renewed: Vec<Folder>,
    /// Folders, by their paths in the archive, whose sums could not be written, each with the reason.
    pub failed: Vec<(String, ArchiveError)>,
    /// Touched folders whose turn did not come; their marks stay, and the next run lists them.
    pub left: usize,
}

impl Archive {
    /// Ends a run: [`Archive::renew_lists`], then [`Archive::close_run`]. Returns the report's path, if one was written.
    ///
    /// # Errors
    /// When the disk or the catalog refuses; the next run makes up for it.
    pub fn finish_run(
        &mut self,
        report: &Value,
        changed: Changed,
        now: Timestamp,
    ) -> Result<Option<String>, ArchiveError> {
        let lists = self.renew_lists(now, || true)?;
        self.close_run(lists, report, changed, now)
    }

    /// Brings the sums of touched folders and the inventory up to date; nothing is written whose bytes are right
    /// already. What could not be listed is told, so that the run's report and exit code can say so.
    ///
    /// `goes_on` is asked before each few folders; what is left stays marked as stale for the next run.
    ///
    /// # Errors
    /// When the disk or the catalog refuses; the next run makes up for it.
    pub fn renew_lists(
        &mut self,
        now: Timestamp,
        mut goes_on: impl FnMut() -> bool,
    ) -> Result<Lists, ArchiveError> {
        self.require_writing()?;
        self.renew_albums(now)?;
        self.write_people()?;
        let mut lists = Lists::default();
        let mut folders = self.catalog.folders_to_list()?;
        while !folders.is_empty() {
            if !goes_on() {
                lists.left += folders.len();
                break;
            }
            let rest = folders.split_off(AT_ONCE.min(folders.len()));
            self.renew_some(folders, &mut lists)?;
            folders = rest;
        }
        inventory::renew(&self.root, &self.catalog)?;
        Ok(lists)
    }

    /// All of them together; where one is in the way of the others, each by itself.
    fn renew_some(&self, folders: Vec<Folder>, lists: &mut Lists) -> Result<(), ArchiveError> {
        match checksums::renew(&self.root, &self.catalog, &folders) {
            Ok(()) => {
                lists.renewed.extend(folders);
                return Ok(());
            }
            Err(error) if error.ends_the_run() => return Err(error),
            Err(_) => {}
        }
        for folder in folders {
            match checksums::renew(&self.root, &self.catalog, std::slice::from_ref(&folder)) {
                Ok(()) => lists.renewed.push(folder),
                // Something else stands there, such as a link: the mark stays, and others are not affected.
                Err(error) if !error.ends_the_run() => lists.failed.push((folder.path, error)),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes the report of a run and takes the marks off folders that were listed. With nothing new there is one
    /// report a day at most. The queue of wanted photos is wiped: the next listing fills it again. Returns the report's
    /// path, if one was written.
    ///
    /// # Errors
    /// When the disk or the catalog refuses; the next run makes up for it.
    pub fn close_run(
        &mut self,
        lists: Lists,
        report: &Value,
        changed: Changed,
        now: Timestamp,
    ) -> Result<Option<String>, ArchiveError> {
        self.require_writing()?;
        let written = self.report(report, changed, now)?;
        self.catalog.unmark_folders(&lists.renewed)?;
        self.catalog.forget_wanted()?;
        if !lists.renewed.is_empty() {
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
