//! The catalog: what the archive holds, in a form that answers quickly; a cache that `rebuild` makes again.
//!
//! It lies in the state folder and never in the archive. One connection writes; each batch is one transaction
//! that is on the disk when it returns. What the catalog keeps of secrets is a keyed hash, and the notes of
//! photos that are still wanted, which are wiped (not only unlinked) when they are done.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};

use crate::catalog_file::Seal;
use crate::catalog_schema as schema;
use crate::error::{ArchiveError, shortage};
use crate::space::space_at;

/// An open catalog.
pub(crate) struct Catalog {
    pub(crate) db: Connection,
    /// For messages.
    path: PathBuf,
    /// The key of the marks that stand for secrets.
    pub(crate) key: [u8; 32],
    /// Behind the connection: fields are dropped in their order.
    seal: Seal,
}

/// Why a file cannot serve as the catalog of an archive; it is made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// There is none, or the making of it was not finished.
    Lost,
    /// It is whole, but of another archive, or of an older or newer program.
    Other(String),
    /// It is no database, or a damaged one.
    Damaged(String),
}

/// The names of single values.
pub(crate) mod meta {
    pub(crate) const ARCHIVE: &str = "archive";
    pub(crate) const KEY: &str = "key";
    /// Set when the catalog was filled to the end.
    pub(crate) const COMPLETE: &str = "complete";
    /// The newest report in the archive's `runs/` that this catalog knows.
    pub(crate) const LAST_RUN: &str = "last run";
    /// The report that was about to be written when the catalog was last heard of.
    pub(crate) const NEXT_RUN: &str = "next run";
    /// Up to which moment of Flickr's clock the account was followed.
    pub(crate) const WATERMARK: &str = "watermark";
    /// When the whole account was last walked over.
    pub(crate) const LAST_WALK: &str = "last walk";
    /// When the lists of the account (contacts, groups, tags and so on) were last asked for.
    pub(crate) const LAST_LISTS: &str = "last lists";
    /// What the last whole listing showed, in the words of the caller.
    pub(crate) const LAST_LISTING: &str = "last listing";
    /// How much was asked for up to the watermark, in the words of the caller.
    pub(crate) const DEPTH: &str = "depth";
    /// Set while `people.json` is behind the catalog.
    pub(crate) const PEOPLE_BEHIND: &str = "people behind";
    /// How many photos and files there were when a run last ended.
    pub(crate) const SIZE: &str = "size";
    /// Set when the image host's `ETag`s were seen to be MD5s.
    pub(crate) const ETAGS: &str = "etags";
    pub(crate) const DIMENSIONS: &str = "dimensions";
}

impl Catalog {
    /// Opens the catalog of an archive; the inner error says why what is there cannot be used.
    pub(crate) fn open(path: &Path, archive: &str) -> Result<Result<Self, Unfit>, ArchiveError> {
        if !path.exists() {
            return Ok(Err(Unfit::Lost));
        }
        let writable = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let seal = Seal::of(path);
        let untouched = seal.is_unbroken();
        let opened = Connection::open_with_flags(path, writable)
            .and_then(|db| Self::accept(db, path, archive, untouched, seal));
        match opened {
            Ok(answer) => Ok(answer),
            Err(error) if is_passing(&error, path) => Err(failed(path, error)),
            Err(error) => Ok(Err(Unfit::Damaged(error.to_string()))),
        }
    }

    fn accept(
        db: Connection,
        path: &Path,
        archive: &str,
        untouched: bool,
        seal: Seal,
    ) -> rusqlite::Result<Result<Self, Unfit>> {
        configure(&db)?;
        if let Some(fault) = schema::fault(&db, untouched)? {
            let damaged = fault.contains("damaged");
            return Ok(Err(if damaged { Unfit::Damaged(fault) } else { Unfit::Other(fault) }));
        }
        db.execute_batch(schema::FLEETING)?;
        db.execute_batch(crate::catalog_detail_schema::FLEETING)?;
        let mut catalog = Self { db, path: path.to_owned(), key: [0; 32], seal };
        if catalog.read_meta::<i64>(meta::COMPLETE)?.is_none() {
            return Ok(Err(Unfit::Lost));
        }
        if catalog.read_meta::<String>(meta::ARCHIVE)?.as_deref() != Some(archive) {
            return Ok(Err(Unfit::Other("it belongs to another archive".to_owned())));
        }
        if !untouched && catalog.has_shrunk()? {
            return Ok(Err(Unfit::Damaged("rows of it are gone".to_owned())));
        }
        let Some(key) = catalog.read_meta(meta::KEY)? else { return Ok(Err(Unfit::Lost)) };
        catalog.key = key;
        catalog.seal.close_with();
        Ok(Ok(catalog))
    }

    /// Makes an empty catalog in a file that is not there yet; it counts as lost until [`Self::complete`].
    pub(crate) fn create(path: &Path, archive: &str, key: [u8; 32]) -> Result<Self, ArchiveError> {
        let db = Connection::open(path).map_err(|error| failed(path, error))?;
        Self::fill(db, path, archive, key).map_err(|error| failed(path, error))
    }

    /// Makes an empty catalog for this process alone; SQLite moves it to a temporary file when it grows.
    pub(crate) fn create_fleeting(archive: &str, key: [u8; 32]) -> Result<Self, ArchiveError> {
        let path = Path::new("");
        let db = Connection::open(path).map_err(|error| failed(path, error))?;
        Self::fill(db, path, archive, key).map_err(|error| failed(path, error))
    }

    fn fill(db: Connection, path: &Path, archive: &str, key: [u8; 32]) -> rusqlite::Result<Self> {
        configure(&db)?;
        // Until it is complete it counts as lost, and need not wait for the disk at each transaction.
        db.pragma_update(None, "synchronous", "NORMAL")?;
        schema::make(&db)?;
        db.execute_batch(schema::FLEETING)?;
        db.execute_batch(crate::catalog_detail_schema::FLEETING)?;
        let catalog = Self { db, path: path.to_owned(), key, seal: Seal::of(path) };
        catalog.write_meta(meta::ARCHIVE, archive)?;
        catalog.write_meta(meta::KEY, key)?;
        Ok(catalog)
    }

    /// Declares that everything the archive holds is in the catalog; with that, all of it is on the disk.
    pub(crate) fn complete(&self) -> Result<(), ArchiveError> {
        self.run(|db| {
            db.pragma_update(None, "synchronous", "FULL")?;
            self.write_meta(meta::COMPLETE, 1)
        })?;
        self.seal.close_with();
        Ok(())
    }

    /// Runs something on the database and names its failure.
    pub(crate) fn run<T>(
        &self,
        deed: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, ArchiveError> {
        deed(&self.db).map_err(|error| self.failure(error))
    }

    /// Names a failure of the database.
    pub(crate) fn failure(&self, error: rusqlite::Error) -> ArchiveError {
        self.seal.leave_open();
        failed(&self.path, error)
    }

    /// Runs something as one transaction, which is on the disk when this returns.
    pub(crate) fn transaction<T>(
        &self,
        deed: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, ArchiveError> {
        self.run(|db| {
            let transaction = db.unchecked_transaction()?;
            let done = deed(&transaction)?;
            transaction.commit()?;
            Ok(done)
        })
    }

    pub(crate) fn read_meta<T: rusqlite::types::FromSql>(&self, name: &str) -> rusqlite::Result<Option<T>> {
        let mut statement = self.db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
        statement.query_row([name], |row| row.get(0)).optional()
    }

    pub(crate) fn write_meta(&self, name: &str, value: impl rusqlite::ToSql) -> rusqlite::Result<()> {
        let mut statement =
            self.db.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?;
        statement.execute(params![name, value]).map(drop)
    }

    /// Notes how much it holds.
    pub(crate) fn note_size(&self) -> Result<(), ArchiveError> {
        self.run(|_| self.write_meta(meta::SIZE, self.size()?))
    }

    /// Whether it holds less than when a run last ended; it never does of itself.
    fn has_shrunk(&self) -> rusqlite::Result<bool> {
        let noted: Option<i64> = self.read_meta(meta::SIZE)?;
        Ok(noted.is_some_and(|noted| noted > 0 && self.size().is_ok_and(|size| size < noted)))
    }

    /// Photos and files together.
    fn size(&self) -> rusqlite::Result<i64> {
        self.db.query_row("SELECT (SELECT count(*) FROM photo) + (SELECT count(*) FROM file)", [], |row| {
            row.get(0)
        })
    }

    /// Brings everything into the one file, so that wiped notes are in no log either.
    pub(crate) fn settle(&self) -> Result<(), ArchiveError> {
        self.run(|db| db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))
    }
}

fn configure(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(Duration::from_secs(10))?;
    db.set_prepared_statement_cache_capacity(128);
    // Without this a statement that could use a partial index is compiled anew each time a value is bound to it.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    // One MiB: the system's own cache holds what is read again, and with more of it here a large account would take more
    // memory than a small one.
    db.pragma_update(None, "cache_size", -1024)
}

/// Whether an error says nothing about the file itself: locked, no room, no memory, no rights, no more open files.
fn is_passing(error: &rusqlite::Error, path: &Path) -> bool {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::OutOfMemory
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure,
        ) => true,
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => path.is_file(),
        _ => false,
    }
}

/// Names a failure of the database. SQLite calls a full disk so only where it writes a page; elsewhere it speaks of a
/// failed disk, and what is free is asked.
fn failed(path: &Path, error: rusqlite::Error) -> ArchiveError {
    let space = path.parent().and_then(space_at);
    let is_full = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => true,
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
            space.is_some_and(|space| space.free_bytes < LEAST_ROOM || space.free_inodes == Some(0))
        }
        _ => false,
    };
    if is_full {
        return ArchiveError::Full {
            deed: "write the catalog",
            path: path.to_owned(),
            shortage: shortage(space),
            source: std::io::Error::other(error),
        };
    }
    match error.sqlite_error_code() {
        // A disk that fails or became read-only: nothing is wrong with the catalog, and making it again would not help.
        Some(
            ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly,
        ) => ArchiveError::Io {
            deed: "use the catalog",
            path: path.to_owned(),
            source: std::io::Error::other(error),
        },
        _ => ArchiveError::Catalog { path: path.to_owned(), source: Box::new(error) },
    }
}

/// A disk with less room than the catalog takes in one step counts as full.
const LEAST_ROOM: u64 = 64 * 1024;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn answer(code: std::ffi::c_int) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
    }

    #[test]
    fn a_file_that_cannot_be_opened_now_is_not_taken_for_damaged() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for code in [ffi::SQLITE_CANTOPEN, ffi::SQLITE_READONLY, ffi::SQLITE_PERM, ffi::SQLITE_FULL] {
            assert!(is_passing(&answer(code), file.path()), "{code}");
        }
        assert!(!is_passing(&answer(ffi::SQLITE_NOTADB), file.path()));
        assert!(!is_passing(&answer(ffi::SQLITE_CANTOPEN), &std::env::temp_dir()), "a folder has its name");
    }

    #[test]
    fn a_failed_disk_with_room_on_it_is_called_neither_full_nor_a_bad_catalog() {
        let file = tempfile::NamedTempFile::new().unwrap();

        assert!(matches!(failed(file.path(), answer(ffi::SQLITE_FULL)), ArchiveError::Full { .. }));
        for code in [ffi::SQLITE_IOERR, ffi::SQLITE_READONLY, ffi::SQLITE_CANTOPEN] {
            assert!(matches!(failed(file.path(), answer(code)), ArchiveError::Io { .. }), "{code}");
        }
        assert!(matches!(failed(file.path(), answer(ffi::SQLITE_CORRUPT)), ArchiveError::Catalog { .. }));
    }
}
