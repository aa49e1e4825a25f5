//! Mends what a verification found, as far as that can be done without Flickr, and tells what must be fetched.
//!
//! A bad file is moved to `set-aside/DATE/` under its own path, never deleted; its photo then counts as missing, so that
//! a repair that is killed is finished by the next sync. What Flickr cannot give again stays where it is, damaged as it
//! is: it is the best there is.

use std::collections::BTreeSet;

use flickr_model::PhotoId;
use jiff::Timestamp;

use crate::archive::Archive;
use crate::atomic_file;
use crate::catalog_photos::{FileRow, Kept, PhotoRow, Presence};
use crate::error::ArchiveError;
use crate::fingerprint::Fingerprint;
use crate::key::Key;
use crate::leftovers;
use crate::record_rows::checksum;
use crate::remake::{self, Believed};
use crate::root::Placed;
use crate::sidecar::{self, Sidecar};
use crate::state::{FileKind, State};
use crate::verify_report::{Finding, Trouble};

/// What is done about files that another program changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// They stay.
    Leave,
    /// They are set aside and fetched again.
    Replace,
}

/// What was mended, and what is left to do.
#[derive(Debug, Default)]
pub struct Mend {
    /// Files that have their names again.
    pub renamed: u64,
    /// Halves of files that were removed.
    pub removed: u64,
    /// Sidecars that were made again, as far as the archive knows what belongs in them.
    pub remade: u64,
    /// Files whose bytes have to be fetched.
    pub lost: Vec<Lost>,
    /// Photos that Flickr must be asked about, for their bytes or their words.
    pub ask: BTreeSet<PhotoId>,
    /// Folders that are gone, and nobody knows with which photos.
    pub folders: Vec<String>,
    /// Whether albums and account must be asked for again.
    pub papers: bool,
    /// What cannot be had again, each with the reason.
    pub left: Vec<Finding>,
}

/// A file of a photo that is to be fetched again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Whose file.
    pub photo: PhotoId,
    /// Its path.
    pub path: String,
    /// Where the bad one lies now, if there was one.
    pub aside: Option<String>,
    state: State,
}

impl Archive {
    /// Mends what was found; see [`Mend`] for what is left to do. What is stale is brought up to date by the end of the
    /// run, as always.
    ///
    /// # Errors
    /// When the disk or the catalog refuses; the same again goes on.
    pub fn mend(
        &mut self,
        findings: &[Finding],
        edited: Edited,
        now: Timestamp,
    ) -> Result<Mend, ArchiveError> {
        self.require_writing()?;
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let mut mend = Mend::default();
        for finding in findings {
            match finding.what {
                Trouble::Stale | Trouble::Foreign => {}
                Trouble::HalfWritten => self.remove_half(finding, &mut mend)?,
                Trouble::Misnamed => self.rename_back(finding, &mut mend)?,
                Trouble::Edited if edited == Edited::Leave => mend.leave(finding, "it is left as it is"),
                Trouble::Edited | Trouble::Damaged | Trouble::Missing => {
                    self.mend_one(finding, &mut mend, now)?;
                }
            }
        }
        Ok(mend)
    }

    fn remove_half(&self, finding: &Finding, mend: &mut Mend) -> Result<(), ArchiveError> {
        let Ok(key) = Key::parse(&finding.path) else { return Ok(()) };
        if leftovers::is_ours(&key.parent(), key.name()) {
            self.root.remove(&key)?;
            mend.removed += 1;
        }
        Ok(())
    }

    fn rename_back(&self, finding: &Finding, mend: &mut Mend) -> Result<(), ArchiveError> {
        let from = finding.lies_at.as_deref().map(Key::parse);
        let (Some(Ok(from)), Ok(to)) = (from, Key::parse(&finding.path)) else { return Ok(()) };
        if self.root.rename_new(&from, &to)? == Placed::Done {
            self.root.sync_folder(&to.parent())?;
            mend.renamed += 1;
        } else {
            mend.leave(finding, "something else has its name");
        }
        Ok(())
    }

    fn mend_one(&self, finding: &Finding, mend: &mut Mend, now: Timestamp) -> Result<(), ArchiveError> {
        if let Some(folder) = finding.path.strip_suffix('/') {
            if self.catalog.photos_in(folder)? == 0 {
                mend.folders.push(folder.to_owned());
            }
            return Ok(());
        }
        let Ok(key) = Key::parse(&finding.path) else { return Ok(()) };
        if key.parent().is_top() || key.name().starts_with("SHA256SUMS") {
            return Ok(()); // Lists and the inventory are written anew at the end of the run.
        }
        if !key.as_str().starts_with("photos/") {
            return self.mend_paper(finding, &key, mend, now);
        }
        let kept = finding.photo.map(|id| self.catalog.kept(id)).transpose()?.flatten();
        match (finding.photo, kept) {
            (Some(id), Some(kept)) if key == kept.stem.json() => {
                self.mend_words(id, &kept, finding, mend, now)
            }
            (Some(id), Some(kept)) => self.mend_bytes(id, &kept, &key, finding, mend, now),
            (Some(id), None) => {
                mend.ask.insert(id);
                Ok(())
            }
            (None, _) => {
                mend.leave(finding, "nobody knows whose it is");
                Ok(())
            }
        }
    }

    /// Sets a bad file aside and lets its photo be fetched, where Flickr can have it.
    fn mend_bytes(
        &self,
        id: PhotoId,
        kept: &Kept,
        key: &Key,
        finding: &Finding,
        mend: &mut Mend,
        now: Timestamp,
    ) -> Result<(), ArchiveError> {
        let rows = self.catalog.file_rows(id)?;
        let Some(row) = rows.iter().find(|row| row.name == key.name()) else { return Ok(()) };
        if let Some(why) = cannot_be_had(kept, row, &rows) {
            mend.leave(finding, why);
            return Ok(());
        }
        self.catalog.mark_folders([key.parent().as_str()].into_iter())?;
        let aside = self.set_aside(key, now)?;
        self.catalog.transaction(|_| self.catalog.lose_file(id, &row.name, kept.state))?;
        let aside = aside.map(|aside| aside.as_str().to_owned());
        mend.lost.push(Lost { photo: id, path: key.as_str().to_owned(), aside, state: kept.state });
        mend.ask.insert(id);
        Ok(())
    }

    /// Makes a sidecar again, as far as the archive knows what belongs into it.
    fn mend_words(
        &self,
        id: PhotoId,
        kept: &Kept,
        finding: &Finding,
        mend: &mut Mend,
        now: Timestamp,
    ) -> Result<(), ArchiveError> {
        let key = kept.stem.json();
        let folder = kept.stem.folder();
        let bytes = self.root.read(&key, sidecar::LARGEST).unwrap_or_default();
        let damaged = bytes.and_then(|bytes| Sidecar::read(&bytes).ok());
        let is_gone = kept.state == State::Gone;
        if is_gone {
            let why = if damaged.is_some() {
                "Flickr no longer has the photo: its words are taken from the damaged file"
            } else {
                "Flickr no longer has the photo, and its words cannot be read"
            };
            mend.leave(finding, why);
        } else {
            mend.ask.insert(id);
        }
        let rows = self.catalog.file_rows(id)?;
        let files = rows.iter().map(|row| row.record(folder.as_str())).collect();
        let current = self.catalog.current_path(id)?;
        let Kept { media, state, reason, updated, facts, .. } = kept.clone();
        let next = remake::remake(
            Believed { id, media, state, reason, updated, facts, files, current },
            damaged,
            now,
        );
        self.catalog.mark_folders([folder.as_str()].into_iter())?;
        self.set_aside(&key, now)?;
        let bytes = next.bytes().map_err(|error| self.root.failure("write", &key, error))?;
        atomic_file::write(&self.root, &key, &bytes, 0o644)?;
        let row = PhotoRow {
            id,
            stem: kept.stem.clone(),
            media: next.media,
            state: next.state,
            reason: next.missing.as_ref().map(|lack| lack.value.reason.clone()),
            uploaded: next.dates.value.uploaded,
            // Nothing compares equal to it: the next listing is written down.
            facts: Fingerprint([0; 16]),
            json: Some(checksum(&bytes)),
        };
        self.catalog.transaction(|_| {
            self.catalog.put_photo(&row, None, None)?;
            self.catalog.ask_details_again(id)
        })?;
        mend.remade += 1;
        Ok(())
    }

    /// Moves what has a name to the same path below `set-aside/DATE`; `None` when nothing has it.
    pub(crate) fn set_aside(&self, key: &Key, now: Timestamp) -> Result<Option<Key>, ArchiveError> {
        if self.root.facts(key)?.is_none() {
            return Ok(None);
        }
        let date = now.strftime("%Y-%m-%d");
        for again in 1..1000 {
            let number = if again > 1 { format!(".{again}") } else { String::new() };
            let to = Key::known(format!("set-aside/{date}{number}/{key}"));
            self.root.make_folder(&to.parent())?;
            if self.root.rename_new(key, &to)? == Placed::Done {
                self.root.sync_folder(&to.parent())?;
                self.root.sync_folder(&key.parent())?;
                return Ok(Some(to));
            }
        }
        Err(self.root.failure("rename to", key, rustix::io::Errno::EXIST))
    }

    /// Whether a lost file is there again, fetched and recorded.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn is_back(&self, lost: &Lost) -> Result<bool, ArchiveError> {
        let name = lost.path.rsplit_once('/').map_or("", |(_, name)| name);
        let rows = self.catalog.file_rows(lost.photo)?;
        Ok(rows.iter().any(|row| row.name == name && row.presence == Presence::Here))
    }

    /// Moves a bad file back whose photo is no longer on Flickr: it is the best there is.
    ///
    /// # Errors
    /// When the disk or the catalog refuses.
    pub fn put_back(&mut self, lost: &Lost) -> Result<(), ArchiveError> {
        self.require_writing()?;
        let aside = lost.aside.as_deref().map(Key::parse);
        let (Some(Ok(aside)), Ok(key)) = (aside, Key::parse(&lost.path)) else { return Ok(()) };
        if self.root.rename_new(&aside, &key)? == Placed::Done {
            self.root.sync_folder(&key.parent())?;
            self.catalog.transaction(|_| self.catalog.take_file_back(lost.photo, key.name(), lost.state))?;
        }
        Ok(())
    }
}

/// Why Flickr cannot give a file again.
fn cannot_be_had(kept: &Kept, row: &FileRow, rows: &[FileRow]) -> Option<&'static str> {
    let is_here = |row: &&FileRow| row.presence == Presence::Here && row.kind == FileKind::Original;
    let newest = rows.iter().filter(|row| row.kind == FileKind::Original).map(|row| row.version).max();
    match (kept.state, row.kind) {
        (State::Gone, _) => Some("Flickr no longer has the photo"),
        (State::Accepted, _) => Some("it was accepted that it cannot be had"),
        (_, FileKind::Original) if Some(row.version) != newest => {
            Some("it is a former version, and Flickr has only the newest")
        }
        (_, FileKind::NotOriginal) if rows.iter().any(|row| is_here(&row)) => {
            Some("it is a lesser size from before the original came, and the original is here")
        }
        _ => None,
    }
}

impl Mend {
    /// Whether nothing in the archive was changed, and nothing is to be fetched.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.renamed + self.removed + self.remade == 0
            && self.lost.is_empty()
            && self.ask.is_empty()
            && !self.papers
    }

    /// Notes what cannot be mended, and why.
    pub(crate) fn leave(&mut self, finding: &Finding, why: &str) {
        let mut left = finding.clone();
        left.detail = format!("{}; {why}", finding.detail);
        self.left.push(left);
    }
}
