//! The two lanes of the queue: bytes at the pace of the image host, details at the pace of the API.
//!
//! While calls are at hand, a photo's details are asked for beside its bytes, so that its sidecar is written once.
//! When the hourly allowance is what holds, the bytes go on alone, and the photo moves over to the lane of details,
//! which follows behind.

use std::cell::Cell;

use jiff::Timestamp;
use photo_archive::{Want, WantChange};
use tokio::sync::Notify;

use crate::SyncError;
use crate::planned::{Bytes, Note};

/// Places from here on are in the lane of details.
pub(crate) const DETAILS: u64 = 1 << 61;

/// Places from here on are those of photos that moved over to the lane of details, in the order in which they did.
const MOVED: u64 = 1 << 62;

/// Photos of one walk that have places of their own: more than a thousand times the largest accounts.
const MOST: u32 = (1 << 30) - 1;

/// The place of a photo in the queue: newest upload first, ties in the order of the walk; unique within one walk.
pub(crate) fn place(bytes: Bytes, uploaded: Option<Timestamp>, sequence: u32) -> u64 {
    const LATEST: i64 = 0x7fff_ffff;
    let uploaded = uploaded.map_or(0, |at| at.as_second()).clamp(0, LATEST);
    let newest_first = u64::try_from(LATEST - uploaded).unwrap_or(0) << 30 | u64::from(sequence.min(MOST));
    match bytes {
        Bytes::Fetch | Bytes::Check => newest_first,
        Bytes::AsTheyAre => DETAILS | newest_first,
    }
}

/// How far the lane of bytes is, as far as the lane of details has to know.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    /// Photos taken up in the lane of bytes and not recorded yet.
    under_way: Cell<u64>,
    /// No more photos will be taken up there.
    is_closed: Cell<bool>,
    moved_over: Cell<u64>,
    changed: Notify,
}

impl Lanes {
    /// A photo was taken up in the lane of bytes.
    pub(crate) fn take_up(&self) {
        self.under_way.set(self.under_way.get() + 1);
    }

    /// The lane of bytes takes up no more.
    pub(crate) fn close(&self) {
        self.is_closed.set(true);
        self.changed.notify_one();
    }

    /// So many photos that were taken up are recorded.
    pub(crate) fn recorded(&self, photos: u64) {
        self.under_way.set(self.under_way.get().saturating_sub(photos));
        self.changed.notify_one();
    }

    /// Moves a photo over, to be asked about later. When its bytes failed, its date stays open with them.
    pub(crate) fn move_over(&self, note: Note, bytes_failed: bool) -> Result<WantChange, SyncError> {
        let order = MOVED | self.moved_over.replace(self.moved_over.get() + 1);
        let updated = note.updated.filter(|_| !bytes_failed);
        let note = Note { bytes: Bytes::AsTheyAre, updated, ..note };
        let note = serde_json::to_string(&note).map_err(SyncError::Note)?;
        Ok(WantChange::Set(Want { order, note }))
    }

    /// Waits until more photos may have moved over; `false` when none will.
    pub(crate) async fn more_to_come(&self) -> bool {
        if self.is_closed.get() && self.under_way.get() == 0 {
            return false;
        }
        self.changed.notified().await;
        true
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(second).ok()
    }

    #[test]
    fn the_newest_upload_comes_first_and_ties_keep_the_order_of_the_walk() {
        let newest = place(Bytes::Fetch, at(2_000_000_000), 7);
        let tie = place(Bytes::Check, at(2_000_000_000), 8);
        let older = place(Bytes::Fetch, at(1_000_000_000), 1);
        let unknown = place(Bytes::Fetch, None, 0);

        assert!(newest < tie && tie < older && older < unknown && unknown < DETAILS);
    }

    #[test]
    fn photos_that_move_over_stand_behind_all_that_were_there() {
        let lanes = Lanes::default();
        let note = Note::of_nothing();

        let WantChange::Set(first) = lanes.move_over(note.clone(), false).unwrap() else { unreachable!() };
        let WantChange::Set(second) = lanes.move_over(note, true).unwrap() else { unreachable!() };

        assert!(place(Bytes::AsTheyAre, None, u32::MAX) < first.order && first.order < second.order);
        let [first, second] = [first, second].map(|want| serde_json::from_str::<Note>(&want.note).unwrap());
        assert_eq!((first.bytes, second.bytes), (Bytes::AsTheyAre, Bytes::AsTheyAre));
        assert!(first.updated.is_some() && second.updated.is_none());
    }

    #[tokio::test]
    async fn the_second_lane_ends_when_the_first_is_closed_and_recorded() {
        let lanes = Lanes::default();
        lanes.take_up();
        lanes.close();

        assert!(lanes.more_to_come().await, "one is under way");
        lanes.recorded(1);
        assert!(!lanes.more_to_come().await);
    }
}
