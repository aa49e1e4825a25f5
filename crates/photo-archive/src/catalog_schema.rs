//! The tables of the catalog, and how it is seen whether a file holds exactly them.
//!
//! The catalog is a cache: one with other tables, of another version or with damage is not mended or migrated,
//! it is made again from the archive.

use rusqlite::{Connection, OptionalExtension};

use crate::catalog_detail_schema as detail;

/// Goes up with every change of the tables; a catalog with another number is made again.
pub(crate) const VERSION: i64 = 3;

const TABLES: &str = "
CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE folder (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    dirty INTEGER NOT NULL DEFAULT 0,
    files INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    sums BLOB,
    metadata BLOB
);
CREATE TABLE photo (
    id INTEGER PRIMARY KEY,
    folder INTEGER NOT NULL,
    name TEXT NOT NULL,
    media INTEGER NOT NULL,
    state INTEGER NOT NULL,
    reason TEXT,
    uploaded INTEGER,
    updated INTEGER,
    facts BLOB NOT NULL,
    secret BLOB,
    json_sha BLOB,
    json_bytes INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    detailed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX photo_folder ON photo (folder);
CREATE INDEX photo_state ON photo (state) WHERE state <> 0;
CREATE INDEX photo_undetailed ON photo (id) WHERE detailed = 0 AND state NOT IN (4, 5);
CREATE TABLE file (
    photo INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind INTEGER NOT NULL,
    version INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    md5 BLOB,
    label TEXT,
    width INTEGER,
    height INTEGER,
    downloaded INTEGER NOT NULL,
    verified INTEGER,
    absent INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (photo, name)
) WITHOUT ROWID;
CREATE INDEX file_proven ON file (coalesce(verified, downloaded)) WHERE absent = 0;
CREATE TABLE wanted (photo INTEGER PRIMARY KEY, place INTEGER NOT NULL, taken INTEGER, note TEXT NOT NULL);
CREATE INDEX wanted_place ON wanted (place);
";

/// Tables that live as long as the connection: which photos a walk has met, what a check has seen on the disk, and what
/// a list of sums says.
pub(crate) const FLEETING: &str = "
CREATE TEMP TABLE IF NOT EXISTS met (photo INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS seen (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS proven (photo INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (photo, name)) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS listed (name TEXT PRIMARY KEY, sha256 BLOB NOT NULL, list INTEGER NOT NULL) WITHOUT ROWID;
";

/// How many photos are in each state, and with how many bytes: kept by the database itself, so that a run on a million
/// photos need not count them. `photo.bytes` is the sum of the photo's files that are here.
const TALLIES: &str = "
CREATE TABLE tally (state INTEGER PRIMARY KEY, photos INTEGER NOT NULL, bytes INTEGER NOT NULL);
INSERT INTO tally VALUES (0, 0, 0), (1, 0, 0), (2, 0, 0), (3, 0, 0), (4, 0, 0), (5, 0, 0);
CREATE TRIGGER photo_came AFTER INSERT ON photo BEGIN
    UPDATE tally SET photos = photos + 1, bytes = bytes + NEW.bytes WHERE state = NEW.state;
END;
CREATE TRIGGER photo_changed AFTER UPDATE OF state, bytes ON photo
WHEN OLD.state <> NEW.state OR OLD.bytes <> NEW.bytes BEGIN
    UPDATE tally SET photos = photos - 1, bytes = bytes - OLD.bytes WHERE state = OLD.state;
    UPDATE tally SET photos = photos + 1, bytes = bytes + NEW.bytes WHERE state = NEW.state;
END;
CREATE TRIGGER photo_went AFTER DELETE ON photo BEGIN
    UPDATE tally SET photos = photos - 1, bytes = bytes - OLD.bytes WHERE state = OLD.state;
END;
CREATE TRIGGER file_came AFTER INSERT ON file WHEN NEW.absent <> 1 BEGIN
    UPDATE photo SET bytes = bytes + NEW.bytes WHERE id = NEW.photo;
END;
CREATE TRIGGER file_changed AFTER UPDATE OF bytes, absent ON file
WHEN OLD.bytes <> NEW.bytes OR OLD.absent <> NEW.absent BEGIN
    UPDATE photo SET bytes = bytes + (NEW.absent <> 1) * NEW.bytes - (OLD.absent <> 1) * OLD.bytes
    WHERE id = NEW.photo;
END;
CREATE TRIGGER file_went AFTER DELETE ON file WHEN OLD.absent <> 1 BEGIN
    UPDATE photo SET bytes = bytes - OLD.bytes WHERE id = OLD.photo;
END;
";

/// Makes the tables in an empty database.
pub(crate) fn make(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(TABLES)?;
    db.execute_batch(TALLIES)?;
    db.execute_batch(detail::TABLES)?;
    db.pragma_update(None, "user_version", VERSION)
}

/// Says what keeps a database from being a catalog of this version; `None` when nothing does. One whose file is
/// `untouched` since it was closed in good order is not read through, which would take seconds at a million photos.
pub(crate) fn fault(db: &Connection, untouched: bool) -> rusqlite::Result<Option<String>> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != VERSION {
        return Ok(Some(format!("it has version {version}, this program uses {VERSION}")));
    }
    let fresh = Connection::open_in_memory()?;
    make(&fresh)?;
    if described(db)? != described(&fresh)? {
        return Ok(Some("its tables are not those of this program".to_owned()));
    }
    if untouched {
        return Ok(None);
    }
    let check: Option<String> = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).optional()?;
    match check.as_deref() {
        Some("ok") => Ok(None),
        answer => Ok(Some(format!("its pages are damaged: {}", answer.unwrap_or("no answer")))),
    }
}

/// The text of every table, index, view and trigger.
fn described(db: &Connection) -> rusqlite::Result<Vec<(String, Option<String>)>> {
    let mut statement = db.prepare("SELECT name, sql FROM sqlite_master ORDER BY name")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn fresh() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        make(&db).unwrap();
        db
    }

    #[test]
    fn a_fresh_catalog_has_no_fault() {
        assert_eq!(fault(&fresh(), false).unwrap(), None);
    }

    #[test]
    fn other_tables_triggers_or_versions_are_a_fault() {
        for change in [
            "PRAGMA user_version = 2",
            "DROP TABLE wanted",
            "ALTER TABLE photo ADD COLUMN extra",
            "CREATE TRIGGER evil AFTER INSERT ON photo BEGIN DELETE FROM photo; END",
        ] {
            let db = fresh();
            db.execute_batch(change).unwrap();

            assert!(fault(&db, true).unwrap().is_some(), "{change}");
        }
    }
}
