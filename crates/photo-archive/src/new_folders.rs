//! Folders that are made, and how names come to last: that of a new folder no later than what is put into it.
//!
//! A month of photos is a new folder each, and a flush for each would be most of the waiting of a first sync. So the
//! folder above is flushed once for all that were made in it, when something inside is to last.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::Mode;
use rustix::io::Errno;

use crate::error::ArchiveError;
use crate::key::Key;
use crate::root::{EntryKind, Root, is_not_offered};

/// The folders in which folders were made that may not be on the disk for good yet.
#[derive(Debug, Default)]
pub(crate) struct Owed(Mutex<BTreeSet<Key>>);

impl Owed {
    /// Held while a folder is made and while one is flushed, so that who finds a folder made finds its debt too.
    fn lock(&self) -> MutexGuard<'_, BTreeSet<Key>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Root {
    /// Makes a folder and those above it where they are missing. Their names last when the names in it do, by
    /// [`Root::sync_folder`].
    pub(crate) fn make_folder(&self, key: &Key) -> Result<(), ArchiveError> {
        let deed = "make the folder";
        match self.facts(key)?.map(|facts| facts.kind) {
            Some(EntryKind::Folder) => return Ok(()),
            Some(other) => return Err(self.obstructed(deed, key, other)),
            None => self.make_folder(&key.parent())?,
        }
        let parent = self.folder_of(key).map_err(|errno| self.failure(deed, key, errno))?;
        let mut owed = self.owed().lock();
        match rustix::fs::mkdirat(&parent, key.name(), Mode::from_raw_mode(0o755)) {
            Ok(()) => {
                owed.insert(key.parent());
                Ok(())
            }
            Err(Errno::EXIST) => Ok(()),
            Err(errno) => Err(self.failure(deed, key, errno)),
        }
    }

    /// Takes it that the names of a folder and of those above it may not be on the disk for good, as after a kill.
    pub(crate) fn doubt_folder(&self, key: &Key) {
        let mut owed = self.owed().lock();
        let mut above = key.clone();
        while !above.is_top() {
            above = above.parent();
            owed.insert(above.clone());
        }
    }

    /// Makes the names in a folder last through a power cut, and the name of the folder itself if it was made by us.
    pub(crate) fn sync_folder(&self, key: &Key) -> Result<(), ArchiveError> {
        let mut owed = self.owed().lock();
        let mut above = key.clone();
        while !above.is_top() {
            above = above.parent();
            if owed.contains(&above) {
                self.force_folder(&above)?;
                owed.remove(&above);
            }
        }
        drop(owed);
        self.force_folder(key)
    }

    fn force_folder(&self, key: &Key) -> Result<(), ArchiveError> {
        let fail = |error: io::Error| self.failure("write the folder", key, error);
        let folder = File::from(self.open_folder(key).map_err(|errno| fail(errno.into()))?);
        match folder.sync_all() {
            // Some network and FUSE file systems cannot be asked this; they have nothing better to offer.
            Err(error) if Errno::from_io_error(&error).is_some_and(is_not_offered) => Ok(()),
            synced => synced.map_err(fail),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn what_is_owed_to_new_folders_is_paid_with_the_first_flush_below() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let owed = || root.owed().lock().iter().map(|key| key.as_str().to_owned()).collect::<Vec<_>>();
        let key = |text| Key::parse(text).unwrap();
        for made in ["photos/2011/07", "photos/2011/08", "photos/1943", "photos/2011/07"] {
            root.make_folder(&key(made)).unwrap();
        }
        assert_eq!(owed(), ["", "photos", "photos/2011"]);

        root.sync_folder(&key("photos/1943")).unwrap();
        assert_eq!(owed(), ["photos/2011"], "nothing of it was to last yet");

        root.sync_folder(&key("photos/2011/08")).unwrap();
        assert!(owed().is_empty());

        root.doubt_folder(&key("photos/2011/07"));
        assert_eq!(owed(), ["", "photos", "photos/2011"]);
    }

    #[test]
    fn a_debt_that_could_not_be_paid_is_still_owed() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let month = Key::parse("photos/2011/07").unwrap();
        root.make_folder(&month).unwrap();
        root.owed().lock().insert(Key::parse("photos/2011").unwrap());
        rustix::fs::rename(folder.path().join("photos"), folder.path().join("aside")).unwrap();

        assert!(root.sync_folder(&month).is_err());

        assert!(root.owed().lock().contains(&month.parent()));
    }
}
