//! Stage 4, store: where a body belongs in the archive, and why it did not come to lie there. The bytes themselves
//! pass through `resume`.

use flickr_client::{DownloadError, FlickrError};
use flickr_model::PhotoId;
use photo_archive::{ArchiveError, Purpose, Refused, Stem};

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
    /// A new address was wanted, and Flickr gave none.
    #[error(transparent)]
    Flickr(#[from] FlickrError),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}
