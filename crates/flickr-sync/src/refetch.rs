//! Fetches again what a repair lost or set aside, and nothing else: the account is listed until all of it was met, and
//! then the same stages do the work as in a sync.

use std::collections::BTreeSet;

use flickr_client::{Listed, now};
use flickr_model::PhotoId;
use photo_archive::{Archive, Counted, Stem};
use tokio::task::block_in_place;

use crate::night::Shown;
use crate::{Depth, Ending, Event, Options, Report, Run, SyncError, list, planned, record};

/// What is to be asked of Flickr again.
#[derive(Debug, Clone, Default)]
pub struct Refetch {
    /// Photos whose bytes or words are lost.
    pub photos: BTreeSet<PhotoId>,
    /// Folders of the archive whose photos nobody knows any more: what belongs there and is not known is fetched.
    pub folders: Vec<String>,
    /// Whether albums and the account are asked for too.
    pub papers: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Refetched {
    /// What was done, counted as in a sync.
    pub report: Report,
    /// Of the photos, those that Flickr's listing did not show though it was whole.
    pub unlisted: BTreeSet<PhotoId>,
}

impl Refetch {
    fn is_nothing(&self) -> bool {
        self.photos.is_empty() && self.folders.is_empty() && !self.papers
    }

    /// Whether a listed photo is among what was lost.
    fn concerns(&self, listed: &Listed, archive: &Archive) -> Result<bool, SyncError> {
        if self.photos.contains(&listed.photo.id) {
            return Ok(true);
        }
        let stem = Stem::of(&listed.photo);
        let folder = stem.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        Ok(self.folders.iter().any(|lost| lost == folder) && archive.kept(listed.photo.id)?.is_none())
    }
}

/// Asks Flickr for what was lost. The report of the run is left for the caller to write, with the end of the run.
pub async fn refetch(run: &Run<'_>, archive: &mut Archive, lost: &Refetch) -> (Refetched, Option<SyncError>) {
    let mut report = Report::begin(now(), false);
    let mut unlisted = BTreeSet::new();
    let ended = passes(run, archive, lost, &mut report, &mut unlisted).await;
    if ended.is_err() {
        report.ending = Ending::Broken;
    }
    let closed = close(run, archive, &mut report);
    (Refetched { report, unlisted }, ended.and(closed).err())
}

async fn passes(
    run: &Run<'_>,
    archive: &mut Archive,
    lost: &Refetch,
    report: &mut Report,
    unlisted: &mut BTreeSet<PhotoId>,
) -> Result<(), SyncError> {
    report.ending = Ending::Finished;
    if lost.is_nothing() {
        return Ok(());
    }
    if !words(run, archive, lost, report, unlisted).await? {
        report.ending = Ending::Interrupted;
        return Ok(());
    }
    if lost.papers {
        let depth = if run.options.depth == Depth::Listing { Depth::Smart } else { run.options.depth };
        let options = Options { depth, ..run.options.clone() };
        crate::lists(&Run { options: &options, ..*run }, archive, report).await?;
    }
    crate::bytes(run, archive, report).await
}

/// Lists the account until everything was met; `false` when the person said stop.
async fn words(
    run: &Run<'_>,
    archive: &mut Archive,
    lost: &Refetch,
    report: &mut Report,
    unlisted: &mut BTreeSet<PhotoId>,
) -> Result<bool, SyncError> {
    let mut listing = list::Listing::begin(run, archive)?;
    let mut open = lost.photos.clone();
    let (mut sequence, mut listed) = (0, 0);
    while !open.is_empty() || !lost.folders.is_empty() {
        let page = tokio::select! {
            page = listing.next_page(archive) => page?,
            () = run.stop.cancelled() => return Ok(false),
        };
        let Some(page) = page else {
            if listing.outcome().complete() {
                *unlisted = open;
            }
            break;
        };
        listed += page.photos.len() as u64;
        report.odd(&page.oddities);
        let mut concerned = Vec::new();
        for listed in page.photos {
            open.remove(&listed.photo.id);
            if lost.concerns(&listed, archive)? {
                concerned.push(listed);
            }
        }
        let planned = planned::page(archive, concerned, &mut sequence, run.options)?;
        report.planned(&planned);
        report.recorded(&block_in_place(|| record::listed(archive, planned))?);
        (run.observer)(Event::Listed { listed, total: page.total });
    }
    Ok(true)
}

fn close(run: &Run<'_>, archive: &Archive, report: &mut Report) -> Result<(), SyncError> {
    let census = (&archive.census(Counted::Met)?, &archive.census(Counted::All)?);
    let nothing: Option<Shown> = None;
    report.close(now(), nothing, census, archive.dropped_count()?, &run.flickr.calls());
    Ok(())
}
