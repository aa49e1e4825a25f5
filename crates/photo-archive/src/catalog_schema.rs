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
    json_bytes INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX photo_folder ON photo (folder);
CREATE INDEX photo_state ON photo (state) WHERE state <> 0;
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
CREATE TABLE wanted (photo INTEGER PRIMARY KEY, place INTEGER NOT NULL, taken INTEGER, note TEXT NOT NULL);
CREATE INDEX wanted_place ON wanted (place);
";

/// Tables that live as long as the connection: which photos a walk has met, what a check has seen on the disk.
pub(crate) const FLEETING: &str = "
CREATE TEMP TABLE IF NOT EXISTS met (photo INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS seen (name TEXT PRIMARY KEY) WITHOUT ROWID;
";

/// Makes the tables in an empty database.
pub(crate) fn make(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(TABLES)?;
    db.execute_batch(detail::TABLES)?;
    db.pragma_update(None, "user_version", VERSION)
}

/// Says what keeps a database from being a catalog of this version; `None` when nothing does.
pub(crate) fn fault(db: &Connection) -> rusqlite::Result<Option<String>> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != VERSION {
        return Ok(Some(format!("it has version {version}, this program uses {VERSION}")));
    }
    let fresh = Connection::open_in_memory()?;
    make(&fresh)?;
    if described(db)? != described(&fresh)? {
        return Ok(Some("its tables are not those of this program".to_owned()));
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
        assert_eq!(fault(&fresh()).unwrap(), None);
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

            assert!(fault(&db).unwrap().is_some(), "{change}");
        }
    }
}
