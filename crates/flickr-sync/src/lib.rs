//! The work of flickr-backup: brings an archive up to date with an account, in six stages.
//!
//! ```text
//! list ──► plan ──► record          the whole account first, a sidecar for every photo
//!                     │ wanted (in the catalog)
//!                     ▼
//!                   fetch ──► store ──► record ──► report
//! ```
//!
//! [`sync`] and its passes below are the whole product in one screen. Each stage has a file of its own name; decisions
//! (`plan`, `night`, `vanished`, `report`) are pure, deeds are short. Nothing here prints or asks the system for
//! the time (flickr-client tells it), and no more photos are in memory than one page of the listing, one batch, and the
//! downloads under way.

mod account;
mod albums;
mod batches;
mod details;
mod error;
mod events;
mod fetch;
mod habits;
mod lanes;
mod list;
mod night;
mod options;
mod plan;
mod planned;
mod record;
mod refetch;
mod report;
mod resume;
mod silence;
mod still;
mod store;
mod vanished;
mod wanted;

use std::cell::RefCell;
use std::pin::pin;
use std::time::Duration;

use flickr_client::{FlickrClient, now};
use futures_util::{StreamExt, TryStreamExt, stream};
use photo_archive::{Archive, Changed, Counted};
use tokio::task::block_in_place;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use night::{Shown, Told, Walking};

pub use details::{Ask, Counters, Depth, Questions, Wishes, questions};
pub use error::SyncError;
pub use events::{Event, Observer, Outcome};
pub use night::{Followed, Reach, Situation, reach};
pub use options::{Only, Options};
pub use plan::{Action, Effort, Held, Offer, SecretChange, Seen, decide};
pub use refetch::{Refetch, Refetched, refetch};
pub use report::{Calls, Changes, Ending, Failure, Report, Tally};
pub use vanished::{BadMaxGone, MaxGone, Verdict, verdict};

/// A run: who is asked, for what, who may stop it, and who looks on.
pub struct Run<'a> {
    /// The client, signed in to the archive's account.
    pub flickr: &'a FlickrClient,
    /// What the run is asked to do.
    pub options: &'a Options,
    /// Ends the run within two seconds, resumable.
    pub stop: &'a CancellationToken,
    /// Takes the events of the run.
    pub observer: &'a Observer,
}

/// Brings the archive up to date with the account.
///
/// The report is there however the run ended; an error beside it says why the run could not go on, and what
/// was recorded until then stays. Blocks its thread while the disk is synced, so it wants tokio's
/// multi-threaded runtime.
pub async fn sync(run: &Run<'_>, archive: &mut Archive) -> (Report, Option<SyncError>) {
    let mut report = Report::begin(now(), run.options.is_whole());
    let mut told = None;
    let ended = passes(run, archive, &mut report, &mut told).await;
    if ended.is_err() {
        report.ending = Ending::Broken;
    }
    let ended = ended.and(finish(run, archive, &mut report, told));
    if ended.is_err() {
        report.ending = Ending::Broken;
    }
    (report, ended.err())
}

/// Words first, then what left the account, then what belongs together, then the bytes.
async fn passes(
    run: &Run<'_>,
    archive: &mut Archive,
    report: &mut Report,
    told: &mut Option<Told>,
) -> Result<(), SyncError> {
    let photos = run.options.does(Only::Photos) || run.options.does(Only::Details);
    if photos {
        words(run, archive, report, told).await?;
        match told {
            None => return Ok(()),
            Some(Told { shown: Shown::Everything(walked), .. }) => {
                vanished::mark(run, archive, *walked, report).await?;
            }
            Some(_) => {}
        }
    }
    report.ending = ending(run.stop, false);
    if run.options.dry_run {
        return Ok(());
    }
    lists(run, archive, report).await?;
    if photos { bytes(run, archive, report).await } else { Ok(()) }
}

/// Stages 1, 2 and 5 for the words: every photo gets its sidecar, and its place in the queue of wanted bytes.
/// A short night follows what changed; else the whole account is listed. `told` stays empty when that did not come to
/// its end.
async fn words(
    run: &Run<'_>,
    archive: &mut Archive,
    report: &mut Report,
    told: &mut Option<Told>,
) -> Result<(), SyncError> {
    if let Reach::Changes { since } = reach(night::situation(archive, run.options)?) {
        *told = tokio::select! {
            told = night::follow(run, archive, report, since) => told?,
            () = run.stop.cancelled() => {
                report.ending = Ending::Interrupted;
                return Ok(());
            }
        };
        if told.is_some() {
            report.ending = Ending::Finished;
            return Ok(());
        }
        report.to_fetch = 0;
    }
    let mut listing = list::Listing::begin(run, archive)?;
    let (mut sequence, mut listed, mut followed) = (0, 0, Walking::begin());
    loop {
        let page = tokio::select! {
            page = listing.next_page(archive) => page?,
            () = run.stop.cancelled() => {
                report.ending = Ending::Interrupted;
                return Ok(());
            }
        };
        let Some(page) = page else { break };
        listed += page.photos.len() as u64;
        report.odd(&page.oddities);
        followed.see(&page.photos);
        let planned = planned::page(archive, page.photos, &mut sequence, run.options)?;
        report.planned(&planned);
        if !run.options.dry_run {
            report.recorded(&block_in_place(|| record::listed(archive, planned))?);
        }
        (run.observer)(Event::Listed { listed, total: page.total });
    }
    let walked = listing.end(run, archive)?;
    *told = Some(Told { shown: Shown::Everything(walked), upto: followed.upto() });
    report.ending = Ending::Finished;
    Ok(())
}

/// Albums and the account, between the words and the bytes: a few hundred calls that say what belongs together.
async fn lists(run: &Run<'_>, archive: &mut Archive, report: &mut Report) -> Result<(), SyncError> {
    let Options { depth, only, .. } = *run.options;
    if depth == Depth::Listing && only.is_none() {
        return Ok(());
    }
    let me = archive.marker().account.nsid.clone();
    let archive = RefCell::new(archive);
    let work = async {
        let mut albums_are_known = false;
        if run.options.does(Only::Albums) {
            match albums::albums(run, &archive, &me, report).await {
                Ok(are_known) => albums_are_known = are_known,
                Err(error) => report.one_thing_failed("albums".to_owned(), error)?,
            }
        }
        if run.options.does(Only::Account) {
            account::account(run, &archive, &me, albums_are_known, report).await?;
        }
        Ok(())
    };
    tokio::select! {
        ended = work => ended,
        () = run.stop.cancelled() => {
            report.ending = Ending::Interrupted;
            Ok(())
        }
    }
}

/// Stages 3 to 6 for bytes and details, each in a lane of its own: several photos at once, each in a task of its own,
/// recorded and reported in batches and in one place.
async fn bytes(run: &Run<'_>, archive: &mut Archive, report: &mut Report) -> Result<(), SyncError> {
    report.ending = Ending::Broken;
    (run.observer)(Event::Planned { wanted: archive.wanted_count()? });
    let doors = fetch::Doors::open(run, archive)?;
    let (budget, tasks, lanes) = (run.options.budget(now()), TaskTracker::new(), lanes::Lanes::default());
    let mut silence = silence::Silence::bearable(run.options.downloads.max(1));
    let mut hush = silence::Hush::bearable(run.options.at_once());
    let archive = RefCell::new(archive);

    let originals = wanted::newest_first(&archive)
        .take_until(run.stop.cancelled())
        .take_while(|_| std::future::ready(budget.takes_another(now())))
        .inspect_ok(|_| lanes.take_up())
        .map_ok(|job| AbortOnDropHandle::new(tasks.spawn(fetch::fetch(doors.clone(), job))))
        .map_ok(|task| async move { task.await.map_err(SyncError::Task)?.map(Some) })
        .try_buffer_unordered(run.options.at_once() + run.options.waiting_at_once())
        .chain(stream::once(async { lanes.close() }).map(|()| Ok(None)));
    let details = wanted::details(&archive, &lanes)
        .take_until(run.stop.cancelled())
        .take_while(|_| std::future::ready(budget.goes_on(now())))
        .map_ok(|job| AbortOnDropHandle::new(tasks.spawn(fetch::ask(doors.clone(), job))))
        .map_ok(|task| async move { task.await.map_err(SyncError::Task)?.map(Some) })
        .try_buffer_unordered(options::ASKED_AT_ONCE);

    let mut fetched = pin!(stream::select(originals, details));
    loop {
        let mut batch = batches::next(&mut fetched).await;
        if silence.is_too_much(&mut batch.items) {
            budget.take_no_more();
            doors.close();
        }
        let hushed = hush.is_too_much(&mut batch.items);
        let bytes = batch.items.iter().filter(|item| item.has_bytes()).count() as u64;
        let settled = block_in_place(|| record::fetched(&mut archive.borrow_mut(), &lanes, batch.items))?;
        lanes.recorded(bytes);
        report.sidecars(settled.sidecars);
        report.unsettled += settled.unsettled;
        for (id, why) in settled.unread {
            report.not_had(format!("details of {id}"), why);
        }
        for (id, why) in settled.stills {
            report.note(format!("the still of the video {id} could not be had: {why}"));
        }
        settled.owed.into_iter().for_each(|id| (run.observer)(Event::Owed { id }));
        for (id, outcome) in settled.outcomes {
            budget.spend(&outcome);
            report.add(id, &outcome);
            (run.observer)(Event::Settled { id, outcome });
        }
        if let Some(error) = hushed {
            return Err(error.into());
        }
        if let Some(ended) = batch.ended {
            doors.remember(&mut archive.borrow_mut())?;
            report.ending = ending(run.stop, budget.has_refused());
            return ended.and(silence.outcome(&budget));
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

/// How long the sums of touched folders may take after the person said stop; what is left is the next run's.
const LISTS_AFTER_STOP: Duration = Duration::from_millis(500);

/// Brings sums, inventory and report of the run to the disk, also of one that ended early.
fn finish(
    run: &Run<'_>,
    archive: &mut Archive,
    report: &mut Report,
    told: Option<Told>,
) -> Result<(), SyncError> {
    let mut lists = None;
    if !run.options.dry_run {
        let deadline = Instant::now() + LISTS_AFTER_STOP;
        let goes_on = || !run.stop.is_cancelled() || Instant::now() < deadline;
        let renewed = block_in_place(|| archive.renew_lists(now(), goes_on))?;
        if renewed.left > 0 && report.ending == Ending::Finished {
            report.ending = Ending::Interrupted;
        }
        for (folder, error) in &renewed.failed {
            report.not_had(format!("the sums of {folder}"), fetch::chain(error));
        }
        lists = Some(renewed);
    }
    let census = (&archive.census(Counted::Met)?, &archive.census(Counted::All)?);
    let shown = told.as_ref().map(|told| told.shown);
    report.close(now(), shown, census, archive.dropped_count()?, &run.flickr.calls());
    if run.options.depth == Depth::Full {
        report.details_owed = archive.without_details_count()?;
    }
    let Some(lists) = lists else { return Ok(()) };
    let changed = if report.changes.is_nothing() { Changed::Nothing } else { Changed::Something };
    let words = serde_json::to_value(&*report).map_err(SyncError::Note)?;
    block_in_place(|| archive.close_run(lists, &words, changed, report.ended))?;
    told.map_or(Ok(()), |told| night::remember(run, archive, report, &told))
}
