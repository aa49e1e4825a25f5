//! Where the catalog of an archive lies in the state folder, who may make it anew, and what becomes of a bad one.
//!
//! Each archive, by its id and by the path it is reached under, has a folder of its own, closed to other people.
#![expect(
    clippy::disallowed_methods,
    reason = "a door room: it makes the state folder's lock and moves a damaged catalog aside"
)]

use std::cell::Cell;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::catalog::Unfit;
use crate::error::{ArchiveError, Space, shortage};
use crate::hex;
use crate::space::space_at;

/// Bytes that must be free for the catalog to be opened.
const LEAST_ROOM: u64 = 256 * 1024;

/// The folder of one archive's catalog.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    folder: PathBuf,
}

/// The right to make the catalog anew, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    #[expect(dead_code, reason = "the open file is the lock; nobody reads it")]
    file: File,
}

impl Place {
    /// `archive` is the canonical path of the archive.
    pub(crate) fn of(state_dir: &Path, id: &str, archive: &Path) -> Self {
        let digest: [u8; 32] = Sha256::digest(archive.as_os_str().as_bytes()).into();
        let short = hex::encode(digest.get(..6).unwrap_or(&digest));
        Self { folder: state_dir.join("archives").join(format!("{id}-{short}")) }
    }

    /// The database's file.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join("catalog.sqlite3")
    }

    /// Makes the folder, mode 0700.
    pub(crate) fn make(&self) -> Result<(), ArchiveError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.folder);
        made.map_err(|error| self.fail("make the folder", &self.folder, error))
    }

    /// Says that there is room for the catalog to be opened.
    ///
    /// SQLite maps a small file beside it into memory, and on a full disk with small blocks the system ends a process
    /// that touches such a page (`SIGBUS`): a disk like that must be told as full before.
    pub(crate) fn require_room(&self) -> Result<(), ArchiveError> {
        match self.space() {
            Some(space) if space.free_bytes < LEAST_ROOM => Err(ArchiveError::Full {
                deed: "open the catalog",
                path: self.database(),
                shortage: shortage(Some(space)),
                source: io::Error::from(io::ErrorKind::StorageFull),
            }),
            _ => Ok(()),
        }
    }

    /// Takes the right to make the catalog anew; `None` while somebody else has it.
    pub(crate) fn hold(&self) -> Result<Option<Hold>, ArchiveError> {
        let path = self.folder.join("catalog.lock");
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = opened.map_err(|error| self.fail("make the file", &path, error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Hold { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(self.fail("lock", &path, error)),
        }
    }

    /// Makes room for a new catalog: a damaged one is moved aside for who wants to look at it, others go.
    pub(crate) fn clear(&self, unfit: &Unfit) -> Result<(), ArchiveError> {
        let path = self.database();
        if matches!(unfit, Unfit::Damaged(_)) && path.exists() {
            let aside = self.folder.join("catalog.damaged");
            let moved = std::fs::rename(&path, &aside);
            moved.map_err(|error| self.fail("move aside", &path, error))?;
        }
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut name = path.clone().into_os_string();
            name.push(ending);
            let path = PathBuf::from(name);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(self.fail("remove", &path, error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn fail(&self, deed: &'static str, path: &Path, error: io::Error) -> ArchiveError {
        ArchiveError::from_io(deed, path, error, || self.space())
    }

    /// The folder may not be there yet; the nearest one above it lies on the same disk.
    fn space(&self) -> Option<Space> {
        self.folder.ancestors().find(|folder| folder.exists()).and_then(space_at)
    }
}

/// A word beside the catalog that it was closed in good order, and how its file looked then. While that is still so, the
/// file need not be read through for damage.
#[derive(Debug)]
pub(crate) struct Seal {
    database: PathBuf,
    /// Whether it is set when this is dropped, which comes behind the closing of the connection.
    closes: Cell<bool>,
}

impl Seal {
    /// The seal of a database; no path, no seal.
    pub(crate) fn of(database: &Path) -> Self {
        Self { database: database.to_owned(), closes: Cell::new(false) }
    }

    /// Whether the file is as it was left.
    pub(crate) fn is_unbroken(&self) -> bool {
        let left = std::fs::read_to_string(self.place()).ok();
        left.is_some() && left == self.look()
    }

    /// From now on the closing sets it.
    pub(crate) fn close_with(&self) {
        self.closes.set(!self.database.as_os_str().is_empty());
    }

    /// Something went wrong: the next opening looks at everything.
    pub(crate) fn leave_open(&self) {
        self.closes.set(false);
    }

    fn place(&self) -> PathBuf {
        self.database.with_extension("seal")
    }

    /// Size, times and place of the file; another program that writes it changes the times.
    fn look(&self) -> Option<String> {
        let seen = self.database.metadata().ok()?;
        let (changed, written) = ((seen.ctime(), seen.ctime_nsec()), (seen.mtime(), seen.mtime_nsec()));
        Some(format!("{} {} {} {changed:?} {written:?}\n", seen.dev(), seen.ino(), seen.len()))
    }
}

impl Drop for Seal {
    fn drop(&mut self) {
        if self.closes.get() && !std::thread::panicking() {
            let look = self.look().unwrap_or_default();
            let _unsealed = std::fs::write(self.place(), look).is_err(); // Then everything is looked at.
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_same_archive_under_another_path_has_another_catalog() {
        let one = Place::of(Path::new("/s"), "id", Path::new("/a"));
        let other = Place::of(Path::new("/s"), "id", Path::new("/b"));

        assert_ne!(one.database(), other.database());
    }

    #[test]
    fn only_one_may_make_it_anew_and_nobody_else_may_look() {
        let state = tempfile::tempdir().unwrap();
        let place = Place::of(&state.path().join("deep"), "id", Path::new("/a"));
        place.make().unwrap();

        let hold = place.hold().unwrap();

        assert!(hold.is_some() && place.hold().unwrap().is_none());
        let mode = place.folder.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_damaged_catalog_is_moved_aside() {
        let state = tempfile::tempdir().unwrap();
        let place = Place::of(state.path(), "id", Path::new("/a"));
        place.make().unwrap();
        std::fs::write(place.database(), "not a database").unwrap();

        place.clear(&Unfit::Damaged(String::new())).unwrap();

        assert!(!place.database().exists());
        assert_eq!(std::fs::read(place.folder.join("catalog.damaged")).unwrap(), b"not a database");
    }

    #[test]
    fn a_seal_holds_until_the_file_is_written() {
        let state = tempfile::tempdir().unwrap();
        let database = state.path().join("catalog.sqlite3");
        std::fs::write(&database, "a").unwrap();
        assert!(!Seal::of(&database).is_unbroken(), "never closed");

        Seal::of(&database).close_with();
        drop(Seal::of(&database));
        assert!(Seal::of(&database).is_unbroken());

        let failed = Seal::of(&database);
        failed.close_with();
        std::thread::sleep(std::time::Duration::from_millis(20));
        std::fs::write(&database, "b").unwrap();
        failed.leave_open();
        drop(failed);
        assert!(!Seal::of(&database).is_unbroken());
    }
}
