//! The photos that are still to be fetched or asked about, newest upload first, read from the catalog a few at a time.

use std::cell::RefCell;

use flickr_model::PhotoId;
use futures_util::{Stream, TryStreamExt, stream};
use photo_archive::{Archive, KeptFile, Stem, Wanted};

use crate::SyncError;
use crate::lanes::{DETAILS, Lanes};
use crate::planned::Note;

/// How many rows are read at once; the only part of the queue that is ever in memory.
const ROWS: usize = 200;

/// Everything a download needs to know of its photo.
pub(crate) struct Job {
    pub(crate) id: PhotoId,
    pub(crate) stem: Stem,
    pub(crate) note: Note,
    /// The version number that a further original gets.
    pub(crate) next_version: u32,
    /// The files that are kept already.
    pub(crate) kept_files: Vec<KeptFile>,
}

/// Streams the lane of bytes as it stands in the catalog, newest upload first.
pub(crate) fn newest_first<'a>(
    archive: &'a RefCell<&mut Archive>,
) -> impl Stream<Item = Result<Job, SyncError>> + 'a {
    stream::try_unfold(None, move |after| async move {
        let mut rows = archive.borrow().wanted(after, ROWS)?;
        rows.retain(|row| row.order < DETAILS);
        let Some(last) = rows.last().map(|row| row.order) else { return Ok::<_, SyncError>(None) };
        Ok(Some((stream::iter(rows.into_iter().map(Ok::<_, SyncError>)), Some(last))))
    })
    .try_flatten()
    .and_then(move |row| async move { job(&archive.borrow(), row) })
}

/// Streams the lane of details, and waits for more until the lane of bytes is through.
pub(crate) fn details<'a>(
    archive: &'a RefCell<&mut Archive>,
    lanes: &'a Lanes,
) -> impl Stream<Item = Result<Job, SyncError>> + 'a {
    stream::try_unfold(DETAILS - 1, move |after| async move {
        loop {
            let rows = archive.borrow().wanted(Some(after), ROWS)?;
            if let Some(last) = rows.last().map(|row| row.order) {
                return Ok::<_, SyncError>(Some((
                    stream::iter(rows.into_iter().map(Ok::<_, SyncError>)),
                    last,
                )));
            }
            if !lanes.more_to_come().await {
                return Ok(None);
            }
        }
    })
    .try_flatten()
    .and_then(move |row| async move { job(&archive.borrow(), row) })
}

fn job(archive: &Archive, row: Wanted) -> Result<Job, SyncError> {
    let note: Note = serde_json::from_str(&row.note).map_err(SyncError::Note)?;
    let next_version = archive.kept(row.id)?.map_or(1, |kept| kept.next_version);
    let kept_files = archive.files(row.id)?;
    Ok(Job { id: row.id, stem: row.stem, note, next_version, kept_files })
}
