//! An archive: made once, opened for reading or writing, and what a run asks of it and tells it.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use flickr_model::{Photo, PhotoId, UserId};
use jiff::Timestamp;

use crate::catalog::Catalog;
use crate::catalog_file::Hold;
use crate::catalog_photos::{Kept, KeptFile};
use crate::census::{Census, Counted};
use crate::documents;
use crate::error::ArchiveError;
use crate::fingerprint::{self, Fingerprint, SecretMark};
use crate::incoming::Written;
use crate::leftovers;
use crate::lock::Lock;
use crate::marker::{self, Account, Marker};
use crate::opening;
use crate::rebuild::{RebuildProgress, RebuildReport};
use crate::record_xmp::Sidecars;
use crate::root::Root;
use crate::saved::{self, Saved};
use crate::state::State;
use crate::store::Store;
use crate::wanted::Wanted;

/// What an archive is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To bring it up to date: one process at a time.
    Write,
    /// To look at it: nothing in it is written, no lock is taken.
    Read,
}

/// An open archive. All its methods wait for the disk.
pub struct Archive {
    pub(crate) root: Arc<Root>,
    pub(crate) marker: Marker,
    pub(crate) catalog: Catalog,
    pub(crate) access: Access,
    pub(crate) rebuilt: Option<RebuildReport>,
    pub(crate) sidecars: Sidecars,
    #[expect(dead_code, reason = "holding them is what they are for")]
    pub(crate) held: (Option<Lock>, Option<Hold>),
}

/// Names that a system or a disk puts into a folder by itself: with only these in it, a folder is empty.
pub(crate) const NOBODYS: [&str; 12] = [
    ".DS_Store",
    ".localized",
    ".directory",
    "lost+found",
    "Thumbs.db",
    "desktop.ini",
    ".Trashes",
    ".Spotlight-V100",
    ".fseventsd",
    ".TemporaryItems",
    "System Volume Information",
    "$RECYCLE.BIN",
];

impl Archive {
    /// Makes an archive in a folder that is not there or empty, and closes it to other people; the marker is
    /// written last.
    ///
    /// An archive of the same account that is there already is left as it is.
    ///
    /// # Errors
    /// [`ArchiveError::NotAnArchive`] for a folder with other things in it, [`ArchiveError::Foreign`] for the
    /// archive of another account, and whatever the disk refuses.
    pub fn create(
        dir: &Path,
        account: &Account,
        now: Timestamp,
        entropy: [u8; 16],
    ) -> Result<(), ArchiveError> {
        let root = Root::create(dir)?;
        if let Some(marker) = Marker::read(&root)? {
            return check(&root, &marker, &account.nsid);
        }
        let top = crate::key::Key::top();
        for entry in root.entries(&top)? {
            let name = entry.name.as_str();
            let is_fine = NOBODYS.contains(&name)
                || name == ".flickr-backup"
                || leftovers::is_ours(&top, name)
                || documents::is_ours(&root, name)?;
            if !is_fine {
                let reason = format!("it has no {} and is not empty: {name:?} is in it", marker::NAME);
                return Err(ArchiveError::NotAnArchive { path: root.path().to_owned(), reason });
            }
        }
        documents::write_missing(&root)?;
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        Marker::new(account, now, entropy).write(&root)?;
        root.close_to_others();
        Ok(())
    }

    /// Opens an archive with its catalog, which is made anew by itself when it is lost, damaged or out of date.
    ///
    /// For writing, the half-written files of a killed run are removed from the folders it had touched.
    ///
    /// # Errors
    /// [`ArchiveError::NotAnArchive`] without a marker, [`ArchiveError::Busy`] while another run holds the
    /// archive, and whatever the disk refuses.
    pub fn open(
        dir: &Path,
        state_dir: &Path,
        access: Access,
        entropy: [u8; 32],
        progress: &mut dyn FnMut(RebuildProgress),
    ) -> Result<Self, ArchiveError> {
        opening::open(dir, state_dir, access, entropy, progress)
    }

    /// Makes the catalog again from the archive, whatever it says now.
    ///
    /// # Errors
    /// As for opening for writing.
    pub fn rebuild(
        dir: &Path,
        state_dir: &Path,
        entropy: [u8; 32],
        progress: &mut dyn FnMut(RebuildProgress),
    ) -> Result<RebuildReport, ArchiveError> {
        opening::rebuild(dir, state_dir, entropy, progress)
    }

    /// What the archive says about itself.
    #[must_use]
    pub fn marker(&self) -> &Marker {
        &self.marker
    }

    /// The canonical path of its folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.root.path()
    }

    /// What was found when the catalog was made anew at opening; `None` when it was good.
    #[must_use]
    pub fn rebuilt(&self) -> Option<&RebuildReport> {
        self.rebuilt.as_ref()
    }

    /// Says whether a sidecar or a file was written since a run last came to its end: by this one, or by one that was
    /// killed and could not act on it any more.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn is_touched(&self) -> Result<bool, ArchiveError> {
        self.catalog.any_photos_touched()
    }

    /// Says whether it is the archive of this account.
    ///
    /// # Errors
    /// [`ArchiveError::Foreign`] when it is not.
    pub fn check_account(&self, nsid: &UserId) -> Result<(), ArchiveError> {
        check(&self.root, &self.marker, nsid)
    }

    /// Returns what takes in new files; cheap, and for any thread.
    #[must_use]
    pub fn store(&self) -> Store {
        Store::new(Arc::clone(&self.root))
    }

    /// Looks up one photo.
    ///
    /// # Errors
    /// When the catalog fails, as for every look-up here.
    pub fn kept(&self, id: PhotoId) -> Result<Option<Kept>, ArchiveError> {
        self.catalog.kept(id)
    }

    /// Of these photos, those that the archive knows anything of: kept, missing, or dropped from it. One query for all.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn known(&self, ids: &[PhotoId]) -> Result<HashSet<PhotoId>, ArchiveError> {
        self.catalog.known(ids)
    }

    /// Returns the files of one photo that are in the archive: originals by version, then the others.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn files(&self, id: PhotoId) -> Result<Vec<KeptFile>, ArchiveError> {
        self.catalog.kept_files(id)
    }

    /// The fingerprint of what a listing tells of a photo.
    #[must_use]
    pub fn fingerprint(photo: &Photo) -> Fingerprint {
        fingerprint::of(photo)
    }

    /// The mark of an original's secret under this catalog's key; an absent or empty one has no known mark.
    #[must_use]
    pub fn secret_mark(&self, original_secret: Option<&str>) -> SecretMark {
        fingerprint::mark(&self.catalog.key, original_secret)
    }

    /// Begins a walk over the account: forgets which photos an earlier one met.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn begin_walk(&mut self) -> Result<(), ArchiveError> {
        self.catalog.begin_walk()
    }

    /// Notes photos as met; says for each whether it is for the first time in this walk.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn meet(&mut self, ids: &[PhotoId]) -> Result<Vec<bool>, ArchiveError> {
        self.catalog.meet(ids)
    }

    /// Returns photos that the archive knows and the walk has not met, by id, behind a given one.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn unmet(&self, after: Option<PhotoId>, limit: usize) -> Result<Vec<(PhotoId, State)>, ArchiveError> {
        self.catalog.unmet(after, limit)
    }

    /// Returns the next wanted photos behind a place in the queue, and marks their folders as touched: from now
    /// on files may arrive in them.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn wanted(&self, after: Option<u64>, limit: usize) -> Result<Vec<Wanted>, ArchiveError> {
        let wanted = self.catalog.wanted(after, limit)?;
        if self.access == Access::Write {
            let folders: std::collections::BTreeSet<_> = wanted.iter().map(|one| one.stem.folder()).collect();
            self.catalog.mark_folders(folders.iter().map(|folder| folder.as_str()))?;
        }
        Ok(wanted)
    }

    /// Counts the queue.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn wanted_count(&self) -> Result<u64, ArchiveError> {
        self.catalog.wanted_count()
    }

    /// Gives finished files their final names, on the disk for good: each flushed, none overwritten, each folder
    /// flushed once.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn save(&mut self, batch: Vec<Written>) -> Result<Vec<Saved>, ArchiveError> {
        self.require_writing()?;
        saved::save(&self.root, batch)
    }

    /// Counts photos and bytes per state.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn census(&self, counted: Counted) -> Result<Census, ArchiveError> {
        self.catalog.census(counted)
    }

    /// Says no to a deed on an archive that was opened for reading.
    pub(crate) fn require_writing(&self) -> Result<(), ArchiveError> {
        match self.access {
            Access::Write => Ok(()),
            Access::Read => Err(ArchiveError::ReadOnly {
                deed: "write",
                path: self.root.path().to_owned(),
                source: std::io::Error::other("it was opened for reading"),
            }),
        }
    }
}

fn check(root: &Root, marker: &Marker, nsid: &UserId) -> Result<(), ArchiveError> {
    if marker.account.nsid == *nsid {
        return Ok(());
    }
    Err(ArchiveError::Foreign {
        path: root.path().to_owned(),
        theirs: format!("{} ({})", marker.account.username, marker.account.nsid),
        ours: nsid.to_string(),
    })
}
