//! The still of a video: kept beside it, and never in its stead.
//!
//! A still that cannot be had is told as a note: it is a picture out of the video, which is what counts.

use flickr_model::Media;
use photo_archive::{FileKind, Purpose, Written};

use crate::SyncError;
use crate::fetch::{Doors, Got, chain};
use crate::resume::Bringer;
use crate::store::{Shelf, StoreError};
use crate::wanted::Job;

/// What became of a still.
pub(crate) enum Still {
    /// There is none to fetch, it is kept already, or it is not its turn.
    NotWanted,
    /// Its bytes, proven.
    Here(Written),
    /// It could not be had, and why.
    NotHad(String),
}

/// Gets the still of a video whose own bytes are settled.
pub(crate) async fn still(doors: &Doors, job: &Job, got: &Got) -> Result<Still, SyncError> {
    let is_settled = matches!(got, Got::Original(_) | Got::Lesser(..) | Got::AlreadyHere | Got::Nothing(_));
    let is_kept = job.kept_files.iter().any(|file| file.kind == FileKind::Poster);
    let Some(source) = &job.note.sources.poster else { return Ok(Still::NotWanted) };
    if !is_settled || is_kept {
        return Ok(Still::NotWanted);
    }
    let shelf =
        Shelf { id: job.id, stem: &job.stem, purpose: Purpose::Poster, version: 1, mtime: job.note.taken };
    let body = async {
        let download = doors.flickr.open(source, Media::Photo).await?;
        let promise = download.promise.clone();
        if let Some(found) = doors.store.find_complete(shelf.stem, &shelf.purpose, shelf.version)?
            && let Ok(adopted) = doors.store.adopt(found, &promise, shelf.purpose.clone(), shelf.version)?
        {
            return Ok(adopted);
        }
        let Doors { flickr, store, observer, .. } = doors;
        let bringer =
            Bringer { flickr, store, observer, sources: None, ignore_etag: false, trusts_dimensions: false };
        bringer.bring(&shelf, download, source).await
    };
    match body.await {
        Ok(written) => Ok(Still::Here(written)),
        Err(StoreError::Archive(error)) if error.ends_the_run() => Err(error.into()),
        Err(StoreError::Download(error)) if error.ends_the_run() => Err(error.into()),
        Err(error) => Ok(Still::NotHad(chain(&error))),
    }
}
