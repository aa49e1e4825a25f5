//! Writes into sidecars in which albums and groups a photo is, by inverting the members of all of them.

use flickr_model::PhotoId;
use jiff::Timestamp;

use crate::archive::Archive;
use crate::details::Details;
use crate::entry::Entry;
use crate::error::ArchiveError;
use crate::gathering::Gathering;

/// How many sidecars are written at a time.
const BATCH: usize = 50;

/// Whether all albums and all pools were listed, so that a photo that is in none is known to be in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Albums alone.
    Albums,
    /// Albums and groups.
    AlbumsAndGroups,
}

impl Archive {
    /// Adds to details the albums and groups of their photo, as the members of these tell.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn add_memberships(
        &self,
        id: PhotoId,
        known: Known,
        details: &mut Details,
    ) -> Result<(), ArchiveError> {
        let albums = self.gatherings_of(Gathering::Album, id)?;
        details.albums = Some(albums.iter().filter_map(|id| id.parse().ok()).collect());
        // Pools that were listed once, all of them, are known from then on, as they were last told.
        let were_told = || Ok(self.gatherings(Gathering::Group)?.iter().any(|(_, seen)| !seen.is_gone));
        if known == Known::AlbumsAndGroups || were_told()? {
            let groups = self.gatherings_of(Gathering::Group, id)?;
            details.groups = Some(groups.iter().filter_map(|id| id.parse().ok()).collect());
        }
        Ok(())
    }

    /// Brings every sidecar up to date whose photo came to an album or group or left one; returns how many were
    /// written.
    ///
    /// # Errors
    /// What ends the run: a full or read-only disk, a failed catalog.
    pub fn record_memberships(&mut self, known: Known, now: Timestamp) -> Result<u64, ArchiveError> {
        let mut written = 0;
        let mut after = None;
        loop {
            let ids = self.regroup(after, BATCH)?;
            let Some(last) = ids.last() else { return Ok(written) };
            after = Some(*last);
            let mut entries = Vec::with_capacity(ids.len());
            for id in &ids {
                let mut details = Details::default();
                self.add_memberships(*id, known, &mut details)?;
                entries.push(Entry { details: Some(details), ..Entry::new(*id) });
            }
            let recorded = self.record(entries, now)?;
            written += recorded.iter().filter(|one| one.sidecar_written).count() as u64;
        }
    }
}
