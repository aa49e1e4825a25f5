//! The work of flickr-backup: brings an archive up to date with an account, in six stages.
//!
//! ```text
//! list ──► plan ──► record          the whole account first, a sidecar for every photo
//!                     │ wanted (in the catalog)
//!                     ▼
//!                   fetch ──► store ──► record ──► report
//! ```
//!
//! [`sync`] below is the whole product in one screen. Each stage has a file of its own name; decisions
//! (`plan`, `report`) are pure, deeds are short. Nothing here prints, reads a clock, or holds more photos in
//! memory than one page of the listing, one batch, and the downloads under way.

mod batches;
mod error;
mod events;
mod fetch;
mod list;
mod options;
mod plan;
mod record;
mod report;
mod store;
mod wanted;

use std::cell::RefCell;
use std::pin::pin;

use flickr_client::{FlickrClient, WalkOutcome, now};
use futures_util::{StreamExt, TryStreamExt};
use photo_archive::{Archive, Changed, Counted};
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

pub use error::SyncError;
pub use events::{Event, Observer, Outcome};
pub use options::Options;
pub use plan::{Action, Effort, Held, Offer, SecretChange, Seen, decide};
pub use report::{Calls, Changes, Ending, Failure, Report, Tally};

/// Brings the archive up to date with the account that `flickr` is signed in to.
///
/// The report is there however the run ended; an error beside it says why the run could not go on, and what
/// was recorded until then stays. `stop` ends the run within two seconds, resumable. Blocks its thread while
/// the disk is synced, so it wants tokio's multi-threaded runtime.
pub async fn sync(
    flickr: &FlickrClient,
    archive: &mut Archive,
    options: &Options,
    stop: &CancellationToken,
    observer: &Observer,
) -> (Report, Option<SyncError>) {
    let mut report = Report::begin(now(), options.is_whole());
    let mut walk = None;
    let mut ended = stages(flickr, archive, options, stop, observer, &mut report, &mut walk).await;
    if let Err(error) = finish(flickr, archive, options, &mut report, walk) {
        ended = ended.and(Err(error));
    }
    (report, ended.err())
}

async fn stages(
    flickr: &FlickrClient,
    archive: &mut Archive,
    options: &Options,
    stop: &CancellationToken,
    observer: &Observer,
    report: &mut Report,
    walk: &mut Option<WalkOutcome>,
) -> Result<(), SyncError> {
    // Stages 1 and 2, list and plan: every photo gets its sidecar, and its place in the queue.
    if !options.dry_run {
        archive.forget_wanted()?;
    }
    let mut listing = list::Listing::begin(flickr, archive)?;
    let (mut sequence, mut listed) = (0, 0);
    loop {
        let page = tokio::select! {
            page = listing.next_page(archive) => page?,
            () = stop.cancelled() => {
                report.ending = Ending::Interrupted;
                return Ok(());
            }
        };
        let Some(page) = page else { break };
        listed += page.photos.len() as u64;
        report.odd(&page.oddities);
        let planned = plan::page(archive, page.photos, &mut sequence, options.effort)?;
        report.planned(&planned);
        if !options.dry_run {
            report.recorded(&record::listed(archive, planned)?);
        }
        observer(Event::Listed { listed, total: page.total });
    }
    *walk = Some(listing.outcome());
    if options.dry_run {
        report.ending = Ending::Finished;
        return Ok(());
    }
    observer(Event::Planned { wanted: archive.wanted_count()? });

    // Stages 3 and 4, fetch and store: several photos at once, each in a task of its own.
    let doors = fetch::Doors {
        flickr: flickr.clone(),
        store: archive.store(),
        observer: observer.clone(),
        stop: stop.clone(),
    };
    let shelves = RefCell::new(archive);
    let (budget, tasks) = (options.budget(now()), TaskTracker::new());
    let fetched = wanted::newest_first(&shelves)
        .take_until(stop.cancelled())
        .take_while(|_| std::future::ready(budget.takes_another(now())))
        .map_ok(|job| AbortOnDropHandle::new(tasks.spawn(fetch::fetch(doors.clone(), job))))
        .map_ok(|task| async move { task.await.map_err(SyncError::Task)? })
        .try_buffer_unordered(options.downloads.max(1));

    // Stages 5 and 6, record and report: in batches, in one place.
    let (mut fetched, mut silence) = (pin!(fetched), fetch::Silence::bearable(options.downloads));
    loop {
        let mut batch = batches::next(&mut fetched).await;
        let deaf = silence.grew(&mut batch.items);
        let outcomes =
            tokio::task::block_in_place(|| record::fetched(&mut shelves.borrow_mut(), batch.items))?;
        for (id, outcome) in outcomes {
            budget.spend(&outcome);
            report.add(id, &outcome);
            observer(Event::Settled { id, outcome });
        }
        if let Some(silent) = deaf {
            return Err(silent.into());
        }
        if let Some(ended) = batch.ended {
            report.ending = ending(stop, budget.has_refused());
            return ended;
        }
    }
}

/// How a run that nothing broke came to its end.
fn ending(stop: &CancellationToken, limit_reached: bool) -> Ending {
    match (stop.is_cancelled(), limit_reached) {
        (true, _) => Ending::Interrupted,
        (false, true) => Ending::Limit,
        (false, false) => Ending::Finished,
    }
}

/// Brings sums, inventory and report of the run to the disk, also of one that ended early.
fn finish(
    flickr: &FlickrClient,
    archive: &mut Archive,
    options: &Options,
    report: &mut Report,
    walk: Option<WalkOutcome>,
) -> Result<(), SyncError> {
    let census = (&archive.census(Counted::Met)?, &archive.census(Counted::All)?);
    report.close(now(), walk, census, &flickr.calls());
    if options.dry_run {
        return Ok(());
    }
    let changed = if report.changes.is_nothing() { Changed::Nothing } else { Changed::Something };
    let account = serde_json::to_value(&*report).map_err(SyncError::Note)?;
    archive.finish_run(&account, changed, report.ended)?;
    Ok(())
}
