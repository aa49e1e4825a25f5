//! Stage 1, list: the whole account, page by page, as a stream.

use flickr_client::{Listed, Oddity, Walk, WalkOutcome};
use photo_archive::Archive;

use crate::{Run, SyncError};

/// A walk over the whole account that remembers, through the catalog, which photos it has met.
pub(crate) struct Listing<'a> {
    walk: Walk<'a>,
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
        Ok(Self { walk: Walk::start(run.flickr) })
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
        Ok(Some(FreshPage { photos, oddities: page.oddities, total: page.total }))
    }

    /// How many photos were met, and how many Flickr says there are.
    pub(crate) fn outcome(&self) -> WalkOutcome {
        self.walk.outcome()
    }
}
