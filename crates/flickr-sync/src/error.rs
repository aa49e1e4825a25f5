//! Why a run could not go on. What fails for one photo alone is no such error: it is that photo's [`Outcome`].
//!
//! [`Outcome`]: crate::Outcome

use flickr_client::{DownloadError, FlickrError};
use photo_archive::ArchiveError;

/// Why a run could not go on; what was recorded before it stays recorded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// Flickr's API did not answer, or refused the sign-in or the key.
    #[error("the account could not be read from Flickr")]
    Flickr(#[from] FlickrError),
    /// The image host gave nothing at all for longer than the patience.
    #[error("originals could not be fetched")]
    Download(#[from] DownloadError),
    /// The archive's disk refused.
    #[error("the archive could not be written")]
    Archive(#[from] ArchiveError),
    /// The catalog's note of a wanted photo cannot be read; it is made anew by the next listing.
    #[error("the catalog's note of a photo that is still to be fetched cannot be read")]
    Note(#[source] serde_json::Error),
    /// A download task ended without a result, which is a fault of this program.
    #[error("a download ended without a result")]
    Task(#[source] tokio::task::JoinError),
}
