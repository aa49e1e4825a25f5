//! The catalog's tables beside those of photos and files: what was asked about a photo, albums and groups with
//! their members, people, and the papers of the account.
//!
//! All of it can be made again from the archive, or be forgotten at the price of a few calls.

/// The tables.
pub(crate) const TABLES: &str = "
CREATE TABLE detail (
    photo INTEGER PRIMARY KEY,
    updated INTEGER,
    comments INTEGER,
    favorites INTEGER,
    asked INTEGER NOT NULL,
    answers INTEGER NOT NULL
);
CREATE TABLE dropped (photo INTEGER PRIMARY KEY);
CREATE TABLE missed (photo INTEGER PRIMARY KEY, since INTEGER NOT NULL);
CREATE TABLE gathering (
    number INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    id TEXT NOT NULL,
    updated INTEGER,
    photos INTEGER,
    comments INTEGER,
    face INTEGER,
    gone INTEGER NOT NULL DEFAULT 0,
    dirty INTEGER NOT NULL DEFAULT 0,
    UNIQUE (kind, id)
);
CREATE TABLE member (
    gathering INTEGER NOT NULL,
    place INTEGER NOT NULL,
    photo INTEGER NOT NULL,
    PRIMARY KEY (gathering, place)
) WITHOUT ROWID;
CREATE INDEX member_photo ON member (photo);
CREATE TABLE regroup (photo INTEGER PRIMARY KEY);
CREATE TABLE person (id TEXT PRIMARY KEY NOT NULL, facts TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE paper (
    folder INTEGER NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    PRIMARY KEY (folder, name)
) WITHOUT ROWID;
";

/// Tables that live as long as the connection: members as they were or as a sidecar tells them, and the
/// lines of a list that is being written anew.
pub(crate) const FLEETING: &str = "
CREATE TEMP TABLE IF NOT EXISTS told (gathering INTEGER NOT NULL, photo INTEGER NOT NULL, PRIMARY KEY (gathering, photo)) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS line (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, facts TEXT NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS former (id TEXT PRIMARY KEY NOT NULL, facts TEXT NOT NULL) WITHOUT ROWID;
";
