//! One writer at a time: the lock of an archive.
//!
//! The lock file is empty, made once and never written, so that a second run changes no inode of the archive. The
//! system gives the lock back when its holder ends, however it ends.

use std::fs::{File, TryLockError};

use crate::error::ArchiveError;
use crate::key::Key;
use crate::root::Root;

/// Where the lock file lies.
const PLACE: &str = ".flickr-backup/lock";

/// The right to write into the archive, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    #[expect(dead_code, reason = "the open file is the lock; nobody reads it")]
    file: File,
}

impl Lock {
    /// Takes the lock, or says at once that another run holds it.
    pub(crate) fn take(root: &Root) -> Result<Self, ArchiveError> {
        let place = Key::known(PLACE.to_owned());
        root.make_folder(&place.parent())?;
        let file = root.open_or_make(&place)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(ArchiveError::Busy { path: root.path().to_owned() }),
            Err(TryLockError::Error(error)) => Err(root.failure("lock", &place, error)),
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and prepares its own folder"
)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use std::os::unix::fs::{MetadataExt, symlink};

    #[test]
    fn a_second_holder_is_turned_away_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let link = elsewhere.path().join("same");
        symlink(folder.path(), &link).unwrap();
        let (root, same) = (Root::open(folder.path()).unwrap(), Root::open(&link).unwrap());
        let first = Lock::take(&root).unwrap();

        let second = Lock::take(&same).unwrap_err();
        drop(first);

        assert_eq!(second.kind(), ErrorKind::Busy);
        assert!(Lock::take(&same).is_ok());
    }

    #[test]
    fn the_lock_file_is_made_once_and_stays_empty() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let look = || {
            let facts = folder.path().join(PLACE).metadata().unwrap();
            (facts.ino(), facts.mtime_nsec(), facts.ctime_nsec(), facts.len())
        };
        drop(Lock::take(&root).unwrap());
        let before = look();

        drop(Lock::take(&root).unwrap());

        assert_eq!(look(), before);
        assert_eq!(before.3, 0);
    }

    #[test]
    fn a_link_instead_of_the_lock_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::NamedTempFile::new().unwrap();
        std::fs::create_dir(folder.path().join(".flickr-backup")).unwrap();
        symlink(outside.path(), folder.path().join(PLACE)).unwrap();

        let refused = Lock::take(&Root::open(folder.path()).unwrap()).unwrap_err();

        assert_eq!(refused.kind(), ErrorKind::OneFile);
    }
}
