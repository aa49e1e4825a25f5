//! Writes into sidecars in which albums and groups a photo is, by inverting the members of all of them.

use flickr_model::PhotoId;
use jiff::Timestamp;

use crate::archive::Archive;
use crate::detail_state::Mark;
use crate::details::Details;
use crate::entry::Entry;
use crate::error::ArchiveError;
use crate::gathering::Gathering;

/// How many sidecars are written at a time.
const BATCH: usize = 50;

/// Of which kinds every gathering was listed, so that a photo that is in none is known to be in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// All albums.
    pub albums: bool,
    /// All pools of groups.
    pub groups: bool,
}

/// What became of the sidecars of photos that came to albums and groups or left them.
#[derive(Debug, Default)]
pub struct Regrouped {
    /// How many were written.
    pub written: u64,
    /// Photos whose sidecar does not say it yet, with the reason.
    pub troubles: Vec<(PhotoId, String)>,
}

impl Archive {
    /// Adds to details the albums and groups of their photo, as the members of these tell; nothing of a kind that is not
    /// known, for what is told of a part would be taken back later as if it had changed.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn add_memberships(
        &self,
        id: PhotoId,
        known: Known,
        details: &mut Details,
    ) -> Result<(), ArchiveError> {
        if known.albums {
            let albums = self.gatherings_of(Gathering::Album, id)?;
            details.albums = Some(albums.iter().filter_map(|id| id.parse().ok()).collect());
        }
        // Pools that this catalog saw listed, all of them, are known from then on, as they were last told. One that was
        // made again knows of them only what sidecars told, and one of these may have been unreadable.
        if known.groups || self.mark(Mark::AccountLists)?.is_some() {
            let groups = self.gatherings_of(Gathering::Group, id)?;
            details.groups = Some(groups.iter().filter_map(|id| id.parse().ok()).collect());
        }
        Ok(())
    }

    /// Brings every sidecar up to date whose photo came to an album or group or left one; returns how many were
    /// written, and of which photos that could not be done: they wait for the next run.
    ///
    /// # Errors
    /// What ends the run: a full or read-only disk, a failed catalog.
    pub fn record_memberships(&mut self, known: Known, now: Timestamp) -> Result<Regrouped, ArchiveError> {
        let mut regrouped = Regrouped::default();
        let mut after = None;
        loop {
            let ids = self.regroup(after, BATCH)?;
            let Some(last) = ids.last() else { return Ok(regrouped) };
            after = Some(*last);
            let mut entries = Vec::with_capacity(ids.len());
            for id in &ids {
                let mut details = Details::default();
                self.add_memberships(*id, known, &mut details)?;
                entries.push(Entry { details: Some(details), ..Entry::new(*id) });
            }
            for one in self.record(entries, now)? {
                regrouped.written += u64::from(one.sidecar_written);
                regrouped.troubles.extend(one.trouble.map(|why| (one.id, why)));
            }
        }
    }
}
