//! The catalog's rows for a photo and its files, as its sidecar calls for them.

use flickr_model::Photo;
use sha2::{Digest, Sha256};

use crate::catalog_photos::{FileRow, PhotoRow, Presence};
use crate::fingerprint::Fingerprint;
use crate::key::Key;
use crate::layout::Stem;
use crate::sidecar::{FileRecord, Sidecar};

/// The date a photo is filed under, in seconds since 1970.
pub(crate) fn taken(photo: &Photo) -> Option<i64> {
    photo.dates.best().and_then(flickr_model::When::earliest)
}

/// Checksum and length of a sidecar's bytes.
pub(crate) fn checksum(bytes: &[u8]) -> ([u8; 32], u64) {
    (Sha256::digest(bytes).into(), bytes.len() as u64)
}

/// A row without a sidecar has no fingerprint: the next listing sees a difference and has the sidecar written.
pub(crate) fn photo_row(
    sidecar: &Sidecar,
    stem: &Stem,
    json: Option<([u8; 32], u64)>,
    facts: Option<Fingerprint>,
) -> PhotoRow {
    PhotoRow {
        id: sidecar.id,
        stem: stem.clone(),
        media: sidecar.media,
        state: sidecar.state,
        reason: sidecar.missing.as_ref().map(|lack| lack.value.reason.clone()),
        uploaded: sidecar.dates.value.uploaded,
        facts: facts.filter(|_| json.is_some()).unwrap_or(Fingerprint([0; 16])),
        json,
    }
}

/// The rows of a sidecar's files; a file that was not found earlier is still not there unless it was fetched.
pub(crate) fn file_rows(
    sidecar: &Sidecar,
    folder: &Key,
    known: &[FileRow],
    fetched: &[FileRecord],
) -> Vec<FileRow> {
    let rows = sidecar.files.iter().filter_map(|file| {
        let key = Key::parse(&file.path).ok().filter(|key| key.parent() == *folder)?;
        let before = known.iter().find(|row| row.name == key.name()).map(|row| row.presence);
        let is_fetched = fetched.iter().any(|fetched| fetched.path == file.path);
        let presence = before.filter(|_| !is_fetched).unwrap_or(Presence::Here);
        Some(FileRow::new(key.name(), file, presence))
    });
    rows.collect()
}
