//! Stage 4, store: bytes from the image host into the archive as they come, proven at the end.

use flickr_client::{Download, DownloadError};
use flickr_model::{PhotoId, Promise};
use photo_archive::{ArchiveError, Purpose, Refused, Stem, Store, Written};

use crate::{Event, Observer};

/// Where one body belongs in the archive.
pub(crate) struct Shelf<'a> {
    pub(crate) id: PhotoId,
    pub(crate) stem: &'a Stem,
    pub(crate) purpose: Purpose,
    /// 1 for the first original, then 2 and so on.
    pub(crate) version: u32,
    /// The file's modification time, in seconds since 1970.
    pub(crate) mtime: Option<i64>,
}

/// Why a body did not become a file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error(transparent)]
    Download(#[from] DownloadError),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// Writes a body as it arrives; what is not proven whole leaves no trace.
pub(crate) async fn write(
    store: &Store,
    shelf: &Shelf<'_>,
    promise: Promise,
    mut download: Download,
    observer: &Observer,
) -> Result<Written, StoreError> {
    let mut incoming = store.incoming(shelf.id, shelf.stem, promise)?;
    while let Some(chunk) = download.chunk().await? {
        incoming.write(&chunk)?;
        observer(Event::Arrived { id: shelf.id, bytes: chunk.len() as u64 });
    }
    drop(download);
    Ok(incoming.finish(shelf.purpose.clone(), shelf.version, shelf.mtime)??)
}
