//! Stage 1, list: the whole account, page by page, as a stream; and whether it was the whole account.

use flickr_client::{Listed, Oddity, Walk, WalkOutcome};
use flickr_model::PhotoId;
use photo_archive::{Archive, Memo};
use serde::{Deserialize, Serialize};

use crate::{Run, SyncError};

/// A walk over the whole account that remembers, through the catalog, which photos it has met.
pub(crate) struct Listing<'a> {
    walk: Walk<'a>,
    /// A sum over the ids that were met, whatever their order.
    ids: u64,
}

/// What a walk came to, and whether it showed the whole account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walked {
    pub(crate) outcome: WalkOutcome,
    /// Flickr's total was reached, or the walk before showed the very same photos against the same total.
    pub(crate) is_whole: bool,
}

/// What is remembered of a walk for the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Shape {
    total: u64,
    distinct: u64,
    ids: u64,
}

/// One page without what the walk had met before.
pub(crate) struct FreshPage {
    pub(crate) photos: Vec<Listed>,
    pub(crate) oddities: Vec<Oddity>,
    /// Photos in the account by Flickr's word.
    pub(crate) total: u64,
}

impl<'a> Listing<'a> {
    /// Begins a walk over everything; what an earlier one put into the queue is forgotten.
    pub(crate) fn begin(run: &Run<'a>, archive: &mut Archive) -> Result<Self, SyncError> {
        if !run.options.dry_run {
            archive.forget_wanted()?;
        }
        archive.begin_walk()?;
        Ok(Self { walk: Walk::start(run.flickr), ids: 0 })
    }

    /// Returns the next page, each photo once in the whole walk; `None` at the end.
    pub(crate) async fn next_page(&mut self, archive: &mut Archive) -> Result<Option<FreshPage>, SyncError> {
        let Some(page) = self.walk.next_page().await? else { return Ok(None) };
        let ids: Vec<_> = page.photos.iter().map(|listed| listed.photo.id).collect();
        let first_time = archive.meet(&ids)?;
        let photos: Vec<Listed> = page
            .photos
            .into_iter()
            .zip(first_time)
            .filter_map(|(listed, first)| first.then_some(listed))
            .collect();
        self.walk.count_new(photos.len() as u64);
        self.ids = photos.iter().fold(self.ids, |sum, listed| sum.wrapping_add(scattered(listed.photo.id)));
        Ok(Some(FreshPage { photos, oddities: page.oddities, total: page.total }))
    }

    /// What the walk came to so far.
    pub(crate) fn outcome(&self) -> WalkOutcome {
        self.walk.outcome()
    }

    /// What the walk came to at its end. A total that it did not match is believed to be off when the whole walk before
    /// showed the very same photos: Flickr counts some that it shows nobody.
    pub(crate) fn end(self, run: &Run<'_>, archive: &mut Archive) -> Result<Walked, SyncError> {
        let outcome = self.walk.outcome();
        let shape = Shape { total: outcome.total, distinct: outcome.distinct, ids: self.ids };
        let before = archive.memo(Memo::Listing)?.and_then(|text| serde_json::from_str(&text).ok());
        if !run.options.dry_run && before != Some(shape) {
            archive.set_memo(Memo::Listing, &serde_json::to_string(&shape).map_err(SyncError::Note)?)?;
        }
        Ok(Walked { outcome, is_whole: is_whole(outcome, before == Some(shape)) })
    }
}

/// Whether a walk showed the whole account; `as_before`: the last one showed the same photos against the same total.
fn is_whole(outcome: WalkOutcome, as_before: bool) -> bool {
    outcome.distinct == outcome.total || (as_before && outcome.distinct > 0)
}

/// A number that is spread over all bits, so that sums of different ids differ.
fn scattered(id: PhotoId) -> u64 {
    let mut bits = id.number().wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_that_is_off_is_believed_only_when_two_walks_contradict_it() {
        let outcome = |distinct| WalkOutcome { total: 5, distinct, unreadable: 0, calls: 1 };

        assert!(is_whole(outcome(5), false));
        assert!(!is_whole(outcome(4), false) && !is_whole(outcome(6), false));
        assert!(is_whole(outcome(4), true) && is_whole(outcome(6), true));
        assert!(!is_whole(outcome(0), true));
    }
}
