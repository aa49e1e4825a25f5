//! What the run tells while it goes on: one stream of events, which the program draws as bar, line or JSON.

use std::sync::Arc;

use flickr_model::{Media, PhotoId};

/// Takes the events of a run as they happen, from any thread; must not block.
pub type Observer = Arc<dyn Fn(Event) + Send + Sync>;

/// One thing that happened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// Another page of the account was read: how many photos so far, of how many by Flickr's word.
    Listed {
        /// Photos met so far.
        listed: u64,
        /// Photos by Flickr's word.
        total: u64,
    },
    /// The listing is over, and this many photos are to be fetched or checked.
    Planned {
        /// Photos to fetch or check.
        wanted: u64,
    },
    /// The bytes of a photo begin to arrive.
    Started {
        /// Which photo.
        id: PhotoId,
        /// Still or moving.
        media: Media,
        /// Bytes that are promised, where the image host says so.
        length: Option<u64>,
    },
    /// More bytes of it have arrived.
    Arrived {
        /// Which photo.
        id: PhotoId,
        /// How many bytes came since the last event.
        bytes: u64,
    },
    /// An attempt failed; it is tried again.
    Again {
        /// Which photo.
        id: PhotoId,
        /// Why the attempt failed.
        reason: String,
    },
    /// Its bytes are settled; its details are asked for later in this run, when calls are at hand.
    Owed {
        /// Which photo.
        id: PhotoId,
    },
    /// A photo reached the state it has at the end of this run; one whose details were owed is told of again.
    Settled {
        /// Which photo.
        id: PhotoId,
        /// The state.
        outcome: Outcome,
    },
}

/// How one photo ended in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its original was fetched, proven and is safe on the disk; so many bytes.
    New(u64),
    /// Flickr holds other bytes than before: they are kept as a further version; so many bytes.
    Replaced(u64),
    /// The bytes on Flickr are those that are kept already.
    Same,
    /// Its bytes are as they should be; what is told of it was asked for.
    Details,
    /// The original cannot be had; the best there is was kept: so many bytes, and why.
    NotOriginal(u64, String),
    /// Nothing can be had of it, and why.
    Unavailable(String),
    /// It could not be fetched this time, and why; the next run tries again.
    Failed(String),
    /// The person stopped the run before it was fetched.
    Interrupted,
}
