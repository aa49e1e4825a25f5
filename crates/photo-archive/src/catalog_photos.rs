//! The catalog's rows about photos and their files: one look-up a photo, one upsert a change.

use std::collections::HashSet;

use flickr_model::{Media, PhotoId};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use crate::catalog::Catalog;
use crate::error::ArchiveError;
use crate::fingerprint::{Fingerprint, SecretMark};
use crate::inspect::kind::Kind;
use crate::layout::Stem;
use crate::sidecar::FileRecord;
use crate::state::{FileKind, State};

/// What the archive holds of a photo, as far as a run needs it to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where its files lie.
    pub stem: Stem,
    /// Still or moving.
    pub media: Media,
    /// The state it is in.
    pub state: State,
    /// Why its original is not here, where it is not.
    pub reason: Option<String>,
    /// Flickr's date of the last change, as it was when the photo was last settled.
    pub updated: Option<Timestamp>,
    /// What the listing told of it.
    pub facts: Fingerprint,
    /// The mark of the secret under which its original was fetched.
    pub secret: SecretMark,
    /// Whether its original, in the newest version that was ever recorded, is among its files.
    pub has_original: bool,
    /// Whether there is any file of it, posters left aside.
    pub has_file: bool,
    /// The version that a further original gets: 1 when there is none yet.
    pub next_version: u32,
}

/// A file of a photo that lies in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// 1 for the first, then 2 and so on, counted for each kind.
    pub version: u32,
    /// What it is.
    pub kind: FileKind,
    /// From the archive's root, parts separated by `/`.
    pub path: String,
    /// Length.
    pub bytes: u64,
    /// The checksum of its bytes.
    pub sha256: [u8; 32],
    /// The MD5 of its bytes, where the image host offered one to compare with.
    pub md5: Option<[u8; 16]>,
    /// Flickr's word for the size.
    pub label: Option<String>,
}

impl KeptFile {
    /// Still or moving, which the extension tells because the bytes called for it; nothing for one of no known kind.
    #[must_use]
    pub fn media(&self) -> Option<Media> {
        let (_, extension) = self.path.rsplit_once('.')?;
        let known = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Other);
        known.into_iter().find(|kind| kind.extension() == extension).map(Kind::media)
    }
}

/// Whether a recorded file was found when the archive was last scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Here = 0,
    /// Nothing has its name.
    Gone = 1,
    /// Something of another size has its name.
    Altered = 2,
}

/// One photo's row.
#[derive(Debug)]
pub(crate) struct PhotoRow {
    pub(crate) id: PhotoId,
    pub(crate) stem: Stem,
    pub(crate) media: Media,
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
    pub(crate) uploaded: Option<Timestamp>,
    pub(crate) facts: Fingerprint,
    /// Checksum and length of its JSON.
    pub(crate) json: Option<([u8; 32], u64)>,
}

/// One file's row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FileRow {
    pub(crate) name: String,
    pub(crate) kind: FileKind,
    pub(crate) version: u32,
    pub(crate) bytes: u64,
    pub(crate) sha256: [u8; 32],
    pub(crate) md5: Option<[u8; 16]>,
    pub(crate) label: Option<String>,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
    pub(crate) downloaded: Timestamp,
    pub(crate) presence: Presence,
}

impl FileRow {
    pub(crate) fn new(name: &str, file: &FileRecord, presence: Presence) -> Self {
        Self {
            name: name.to_owned(),
            kind: file.kind,
            version: file.version,
            bytes: file.bytes,
            sha256: file.sha256,
            md5: file.md5,
            label: file.label.clone(),
            width: file.width,
            height: file.height,
            downloaded: file.downloaded,
            presence,
        }
    }

    /// The same as the sidecar has it, for a sidecar that has to be made anew.
    pub(crate) fn record(&self, folder: &str) -> FileRecord {
        FileRecord {
            version: self.version,
            path: format!("{folder}/{}", self.name),
            bytes: self.bytes,
            sha256: self.sha256,
            md5: self.md5,
            kind: self.kind,
            label: self.label.clone(),
            width: self.width,
            height: self.height,
            downloaded: self.downloaded,
            rest: serde_json::Map::new(),
        }
    }
}

const KEPT: &str = "
SELECT folder.path, photo.name, media, state, reason, updated, facts, secret,
    coalesce((SELECT absent = 0 FROM file WHERE file.photo = photo.id AND kind = 0 ORDER BY version DESC LIMIT 1), 0),
    EXISTS (SELECT 1 FROM file WHERE file.photo = photo.id AND kind <> 2 AND absent = 0),
    (SELECT max(version) FROM file WHERE file.photo = photo.id AND kind = 0 AND absent <> 1)
FROM photo JOIN folder ON folder.id = photo.folder WHERE photo.id = ?1";

impl Catalog {
    /// Which of these photos have a row or a tombstone.
    pub(crate) fn known(&self, ids: &[PhotoId]) -> Result<HashSet<PhotoId>, ArchiveError> {
        let numbers: Vec<String> = ids.iter().map(PhotoId::to_string).collect();
        self.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT value FROM json_each(?1) WHERE EXISTS (SELECT 1 FROM photo WHERE id = value)
                 OR EXISTS (SELECT 1 FROM dropped WHERE photo = value)",
            )?;
            let known = statement.query_map([format!("[{}]", numbers.join(","))], |row| row.get(0))?;
            known
                .filter_map(|number| number.map(|number| PhotoId::from_number(as_count(number))).transpose())
                .collect()
        })
    }

    /// The checksum of a photo's JSON as it was last recorded.
    pub(crate) fn json_sha(&self, id: PhotoId) -> Result<Option<[u8; 32]>, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached("SELECT json_sha FROM photo WHERE id = ?1")?;
            Ok(statement.query_row([as_row_id(id)], |row| row.get(0)).optional()?.flatten())
        })
    }

    /// Looks up one photo; a row that makes no sense counts as none.
    pub(crate) fn kept(&self, id: PhotoId) -> Result<Option<Kept>, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached(KEPT)?;
            statement.query_row([as_row_id(id)], read_kept).optional().map(Option::flatten)
        })
    }

    /// Returns the files of one photo, also those that are recorded but were not found.
    pub(crate) fn file_rows(&self, id: PhotoId) -> Result<Vec<FileRow>, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT name, kind, version, bytes, sha256, md5, label, width, height, downloaded, absent
                 FROM file WHERE photo = ?1 ORDER BY kind, version, name",
            )?;
            statement.query_map([as_row_id(id)], read_file)?.collect()
        })
    }

    /// Returns the files of one photo that are there.
    pub(crate) fn kept_files(&self, id: PhotoId) -> Result<Vec<KeptFile>, ArchiveError> {
        let Some(kept) = self.kept(id)? else { return Ok(Vec::new()) };
        let folder = kept.stem.folder();
        let here = self.file_rows(id)?.into_iter().filter(|row| row.presence == Presence::Here);
        let files = here.map(|row| KeptFile {
            version: row.version,
            kind: row.kind,
            path: format!("{folder}/{}", row.name),
            bytes: row.bytes,
            sha256: row.sha256,
            md5: row.md5,
            label: row.label,
        });
        Ok(files.collect())
    }

    /// Writes one photo's row; `updated` and `secret` stay as they are when they are not given.
    pub(crate) fn put_photo(
        &self,
        row: &PhotoRow,
        updated: Option<Timestamp>,
        secret: Option<SecretMark>,
    ) -> rusqlite::Result<()> {
        let folder = self.folder_id(row.stem.folder().as_str())?;
        let mut statement = self.db.prepare_cached(
            "INSERT INTO photo (id, folder, name, media, state, reason, uploaded, updated, facts, secret, json_sha, json_bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (id) DO UPDATE SET folder = ?2, name = ?3, media = ?4, state = ?5, reason = ?6, uploaded = ?7,
                updated = coalesce(?8, updated), facts = ?9, secret = CASE WHEN ?13 THEN ?10 ELSE secret END,
                json_sha = ?11, json_bytes = ?12",
        )?;
        let name = row.stem.as_str().rsplit_once('/').map_or(row.stem.as_str(), |(_, name)| name);
        statement.execute(params![
            as_row_id(row.id),
            folder,
            name,
            matches!(row.media, Media::Video),
            row.state.number(),
            row.reason,
            row.uploaded.map(Timestamp::as_second),
            updated.map(Timestamp::as_second),
            row.facts.0,
            secret.and_then(|mark| mark.0),
            row.json.map(|(sha, _)| sha),
            row.json.map_or(0, |(_, bytes)| as_number(bytes)),
            secret.is_some(),
        ])?;
        Ok(())
    }

    /// Changes what a run knows of a photo besides its sidecar; nothing happens without a row.
    pub(crate) fn touch_photo(
        &self,
        id: PhotoId,
        updated: Option<Timestamp>,
        secret: Option<SecretMark>,
    ) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached(
            "UPDATE photo SET updated = coalesce(?2, updated), secret = CASE WHEN ?4 THEN ?3 ELSE secret END WHERE id = ?1",
        )?;
        let mark = secret.and_then(|mark| mark.0);
        statement.execute(params![
            as_row_id(id),
            updated.map(Timestamp::as_second),
            mark,
            secret.is_some()
        ])?;
        Ok(())
    }

    /// Writes one file's row; that its bytes were verified is kept while its checksum stays the same.
    pub(crate) fn put_file(&self, id: PhotoId, row: &FileRow) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached(
            "INSERT INTO file (photo, name, kind, version, bytes, sha256, md5, label, width, height, downloaded, absent)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (photo, name) DO UPDATE SET kind = ?3, version = ?4, bytes = ?5,
                verified = CASE WHEN sha256 = ?6 THEN verified END,
                sha256 = ?6, md5 = ?7, label = ?8, width = ?9, height = ?10, downloaded = ?11, absent = ?12",
        )?;
        statement.execute(params![
            as_row_id(id),
            row.name,
            row.kind.number(),
            row.version,
            as_number(row.bytes),
            row.sha256,
            row.md5,
            row.label,
            row.width,
            row.height,
            row.downloaded.as_second(),
            row.presence as u8,
        ])?;
        Ok(())
    }
}

/// A photo's number as SQLite keeps it; it always fits.
pub(crate) fn as_row_id(id: PhotoId) -> i64 {
    as_number(id.number())
}

/// A count of bytes as SQLite keeps it; no file is larger than it can say.
pub(crate) fn as_number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn as_count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(crate) fn as_media(is_video: bool) -> Media {
    if is_video { Media::Video } else { Media::Photo }
}

fn read_kept(row: &Row<'_>) -> rusqlite::Result<Option<Kept>> {
    let (folder, name): (String, String) = (row.get(0)?, row.get(1)?);
    let Ok(stem) = Stem::parse(&format!("{folder}/{name}")) else { return Ok(None) };
    let updated: Option<i64> = row.get(5)?;
    let newest: Option<u32> = row.get(10)?;
    Ok(Some(Kept {
        stem,
        media: as_media(row.get(2)?),
        state: State::from_number(row.get(3)?),
        reason: row.get(4)?,
        updated: updated.and_then(|second| Timestamp::from_second(second).ok()),
        facts: Fingerprint(row.get(6)?),
        secret: SecretMark(row.get(7)?),
        has_original: row.get(8)?,
        has_file: row.get(9)?,
        next_version: newest.map_or(1, |newest| newest.saturating_add(1)),
    }))
}

fn read_file(row: &Row<'_>) -> rusqlite::Result<FileRow> {
    let presence: u8 = row.get(10)?;
    Ok(FileRow {
        name: row.get(0)?,
        kind: FileKind::from_number(row.get(1)?),
        version: row.get(2)?,
        bytes: as_count(row.get(3)?),
        sha256: row.get(4)?,
        md5: row.get(5)?,
        label: row.get(6)?,
        width: row.get(7)?,
        height: row.get(8)?,
        downloaded: Timestamp::from_second(row.get(9)?).unwrap_or_default(),
        presence: match presence {
            0 => Presence::Here,
            1 => Presence::Gone,
            _ => Presence::Altered,
        },
    })
}
