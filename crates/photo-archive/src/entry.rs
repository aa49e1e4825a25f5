//! What a run tells the archive of one photo, and what became of it.

use flickr_model::{Photo, PhotoId};
use jiff::Timestamp;

use crate::details::Details;
use crate::fingerprint::SecretMark;
use crate::saved::Saved;
use crate::state::State;
use crate::wanted::WantChange;

/// What a run brought for one photo; what is `None` or empty stays as it is.
#[derive(Debug)]
pub struct Entry {
    /// Which photo.
    pub id: PhotoId,
    /// What Flickr tells of it. A photo that the archive has not met needs it.
    pub photo: Option<Photo>,
    /// Flickr's whole answer about it, a JSON object as it came; its secrets are removed before it is written. As text,
    /// because hundreds of entries are written down at once, and a tree takes five times as much memory.
    pub listing: Option<Box<str>>,
    /// The state it is in now. It is held to its files: nothing is kept without an original.
    pub state: Option<State>,
    /// Why its original is not here, for missing, unavailable and not original.
    pub reason: Option<String>,
    /// Files that were fetched for it.
    pub saved: Vec<Saved>,
    /// The mark of the secret under which its original was fetched.
    pub secret: Option<SecretMark>,
    /// Flickr's date of the last change, once it was followed up.
    pub updated: Option<Timestamp>,
    /// Whether its bytes are still to be fetched.
    pub want: WantChange,
    /// What was learned of it beyond the listing.
    pub details: Option<Details>,
    /// For one that is gone: since when it is missed.
    pub missed_since: Option<Timestamp>,
}

impl Entry {
    /// An entry that changes nothing yet.
    #[must_use]
    pub fn new(id: PhotoId) -> Self {
        Self {
            id,
            photo: None,
            listing: None,
            state: None,
            reason: None,
            saved: Vec::new(),
            secret: None,
            updated: None,
            want: WantChange::Keep,
            details: None,
            missed_since: None,
        }
    }

    /// Whether it says anything that stands in a sidecar.
    pub(crate) fn concerns_sidecar(&self) -> bool {
        self.photo.is_some()
            || self.listing.is_some()
            || self.state.is_some()
            || self.reason.is_some()
            || !self.saved.is_empty()
            || self.details.is_some()
    }
}

/// What became of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Which photo.
    pub id: PhotoId,
    /// Whether its sidecar has other bytes now.
    pub sidecar_written: bool,
    /// XMP files beside it that another program wrote, and that were left as they are.
    pub foreign_xmp: u64,
    /// Whether its sidecar is gone and cannot be made from what was brought now: the next listing that tells of it will.
    pub is_lost: bool,
    /// Why nothing was written down of it, when something stands in its way; the other entries are not affected.
    pub trouble: Option<String>,
}
