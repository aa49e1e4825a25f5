//! Decides whether a run walks over the whole account or only follows what changed, and follows it.
//!
//! A night with nothing new costs one call for the changes and one for the account's total, whatever its size. Whole
//! walks come by themselves: after seven days, when the total disagrees, and whenever something is to be fetched,
//! because addresses stand only in the listing.

use flickr_client::{Listed, Trouble, WalkOutcome, now};
use jiff::{SignedDuration, Timestamp};
use photo_archive::{Answers, Archive, Counted, Mark, Memo, State};
use serde::{Deserialize, Serialize};
use tokio::task::block_in_place;
use tokio::time::Instant;

use crate::list::Walked;
use crate::{Depth, Effort, Event, Options, Report, Run, SyncError, planned, record};

/// How old the last whole walk may get: it sees what no date of change shows.
const WALK_AGE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Flickr dates changes on several machines, so that one may turn up a little late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

/// Photos on a full page of changes.
const PAGE: u64 = 500;

/// What is known before a run asks for anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// What is asked of each photo.
    pub wanted: Followed,
    /// How hard the run tries.
    pub effort: Effort,
    /// Whether the whole account is to be brought up to date.
    pub whole: bool,
    /// Up to which moment of Flickr's clock changes were followed.
    pub watermark: Option<Timestamp>,
    /// How much was asked for by the runs that followed them.
    pub followed: Option<Followed>,
    /// How long ago the last whole walk was, by this machine's clock.
    pub walk_age: Option<SignedDuration>,
    /// Photos that wait for bytes or details.
    pub waiting: u64,
}

/// What a run asks of each photo that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// How much.
    pub depth: Depth,
    /// Which of the rarer answers.
    pub more: Answers,
}

impl Followed {
    /// Whether a run that wants `wanted` finds all of it followed.
    fn does_for(self, wanted: Self) -> bool {
        self.depth >= wanted.depth && wanted.more.is_within(self.more)
    }
}

/// How far a run looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Over the whole account.
    Everything,
    /// At what changed since this moment of Flickr's clock.
    Changes {
        /// A little before the latest change that was seen.
        since: Timestamp,
    },
}

/// Decides how far a run looks. What was followed at a lesser depth does not do for a deeper run.
#[must_use]
pub fn reach(situation: Situation) -> Reach {
    let Situation { wanted, effort, whole, watermark, followed, walk_age, waiting } = situation;
    let is_deep_enough = followed.is_some_and(|followed| followed.does_for(wanted));
    let is_fresh = walk_age.is_some_and(|age| !age.is_negative() && age < WALK_AGE);
    match watermark {
        Some(watermark) if is_deep_enough && effort == Effort::Usual && whole && is_fresh && waiting == 0 => {
            Reach::Changes { since: watermark.checked_sub(OVERLAP).unwrap_or(Timestamp::UNIX_EPOCH) }
        }
        _ => Reach::Everything,
    }
}

/// What the words of a run came to.
pub(crate) struct Told {
    pub(crate) shown: Shown,
    /// The moment of Flickr's clock up to which all changes were told.
    pub(crate) upto: Option<Timestamp>,
}

/// What a run was shown of the account.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shown {
    /// The whole listing.
    Everything(Walked),
    /// What changed, and that the catalog holds as many photos as the account.
    Changes,
}

/// Finds, while a walk goes on, the moment up to which it told all changes.
///
/// Flickr does not say when the walk began. A change that came too late for its page was made while the walk went on,
/// and so no longer before the latest change of all than the walk took: only that length is taken from this machine.
pub(crate) struct Walking {
    began: Instant,
    latest: Option<Timestamp>,
}

impl Walking {
    pub(crate) fn begin() -> Self {
        Self { began: Instant::now(), latest: None }
    }

    /// Looks at a page.
    pub(crate) fn see(&mut self, photos: &[Listed]) {
        self.latest = photos.iter().filter_map(|listed| listed.photo.dates.updated).chain(self.latest).max();
    }

    /// At the end of the walk: all changes up to here were told.
    pub(crate) fn upto(&self) -> Option<Timestamp> {
        let took = SignedDuration::try_from(self.began.elapsed()).unwrap_or(SignedDuration::MAX);
        self.latest.and_then(|latest| latest.checked_sub(took).ok())
    }
}

/// Looks up what decides over the reach of a run.
pub(crate) fn situation(archive: &Archive, options: &Options) -> Result<Situation, SyncError> {
    let mut waiting = archive.census(Counted::All)?.of(State::Missing).photos;
    if options.depth == Depth::Full {
        waiting += archive.without_details_count()?;
    }
    Ok(Situation {
        wanted: Followed { depth: options.depth, more: options.more },
        effort: options.effort,
        whole: options.is_whole(),
        watermark: archive.mark(Mark::Watermark)?,
        followed: followed(archive)?,
        walk_age: archive.mark(Mark::WholeWalk)?.map(|at| now().duration_since(at)),
        waiting,
    })
}

/// How much the runs before asked for.
fn followed(archive: &Archive) -> Result<Option<Followed>, SyncError> {
    Ok(archive.memo(Memo::Depth)?.and_then(|word| serde_json::from_str(&word).ok()))
}

/// Follows what changed since a moment, then compares the totals. `None`: a whole walk has to tell.
pub(crate) async fn follow(
    run: &Run<'_>,
    archive: &mut Archive,
    report: &mut Report,
    since: Timestamp,
) -> Result<Option<Told>, SyncError> {
    archive.forget_wanted()?;
    archive.begin_walk()?;
    let (mut upto, mut sequence, mut seen) = (None, 0, 0);
    for page in 1.. {
        let told = run.flickr.recently_updated(since, page).await?.value;
        if page == 1 {
            upto = told.latest();
        }
        seen += told.photos.len() as u64;
        let ids: Vec<_> = told.photos.iter().map(|listed| listed.photo.id).collect();
        let first_time = archive.meet(&ids)?.into_iter();
        let fresh =
            told.photos.into_iter().zip(first_time).filter_map(|(photo, first)| first.then_some(photo));
        let planned = planned::page(archive, fresh.collect(), &mut sequence, run.options)?;
        let is_news = planned.iter().any(|planned| planned.entry.is_some());
        report.planned(&planned);
        report.recorded(&block_in_place(|| record::listed(archive, planned))?);
        (run.observer)(Event::Listed { listed: seen, total: told.total });
        // The latest change comes first: behind a page that tells nothing new lies the overlap alone.
        if !is_news {
            break;
        }
        let promised = if told.pages == told.total.div_ceil(PAGE) { told.total.min(page * PAGE) } else { 0 };
        if !told.oddities.is_empty() || seen < promised {
            return Ok(None);
        }
        if page >= told.pages {
            break;
        }
    }
    archive.forget_missed_that_were_met()?;
    let Some(total) = total(run, archive).await? else { return Ok(None) };
    report.account_total = Some(total);
    let agrees = agree(total, here(archive)?, last_difference(archive)?);
    Ok(agrees.then_some(Told { shown: Shown::Changes, upto }))
}

/// Whether the account's counter and the catalog agree. The counter may be off by a few for good, so that what the
/// run before found, with a listing that was whole, is agreed too.
fn agree(total: u64, here: u64, before: Option<(u64, u64)>) -> bool {
    total == here || before == Some((total, here))
}

/// The number of photos in the account; `None` when Flickr does not tell.
async fn total(run: &Run<'_>, archive: &Archive) -> Result<Option<u64>, SyncError> {
    match run.flickr.account(&archive.marker().account.nsid).await {
        Ok(facts) => Ok(facts.photos),
        Err(error) if matches!(error.trouble(), Trouble::Refused { .. } | Trouble::Unreadable) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// How many photos the catalog takes for being on Flickr, those that were dropped here included.
fn here(archive: &Archive) -> Result<u64, SyncError> {
    let census = archive.census(Counted::All)?;
    let listed = census.total().photos.saturating_sub(census.of(State::Gone).photos);
    Ok(listed + archive.dropped_count()?)
}

/// What the last report of a sync says of the counter and of the photos that were listed.
fn last_difference(archive: &Archive) -> Result<Option<(u64, u64)>, SyncError> {
    let Some(report) = archive.last_report_that(|report| report["flickr_total"].is_u64())? else {
        return Ok(None);
    };
    let number = |name: &str| report.get(name).and_then(serde_json::Value::as_u64);
    Ok(number("account_total").zip(number("listed")))
}

/// Leaves the marks by which the next night may be a short one; nothing when something was left undone.
pub(crate) fn remember(
    run: &Run<'_>,
    archive: &mut Archive,
    report: &Report,
    told: &Told,
) -> Result<(), SyncError> {
    if !report.went_through() {
        return Ok(());
    }
    let Options { depth, more, .. } = *run.options;
    let (now, before) = (Followed { depth, more }, followed(archive)?);
    if let Shown::Everything(walked) = told.shown {
        let WalkOutcome { total, distinct, .. } = walked.outcome;
        let is_whole = distinct > 0 && (distinct == total || report.total_is_off);
        if !is_whole || report.oddities_count > 0 {
            return Ok(());
        }
        archive.set_mark(Mark::WholeWalk, report.started)?;
    }
    // A short night at a lesser depth leaves what it saw to a whole walk.
    if before != Some(now) {
        archive.set_memo(Memo::Depth, &serde_json::to_string(&now).map_err(SyncError::Note)?)?;
    }
    let before = archive.mark(Mark::Watermark)?;
    match told.upto {
        Some(upto) if before.is_none_or(|before| before < upto) => {
            Ok(archive.set_mark(Mark::Watermark, upto)?)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Followed = Followed {
        depth: Depth::Full,
        more: Answers { info: false, exif: false, licences: false, galleries: false },
    };
    const EXIF: Answers = Answers { info: false, exif: true, licences: false, galleries: false };

    const QUIET: Situation = Situation {
        wanted: FULL,
        effort: Effort::Usual,
        whole: true,
        watermark: Some(Timestamp::UNIX_EPOCH),
        followed: Some(FULL),
        walk_age: Some(SignedDuration::from_hours(24)),
        waiting: 0,
    };

    #[test]
    fn the_nights_between_follow_changes_with_an_overlap() {
        let since = Timestamp::UNIX_EPOCH - OVERLAP;

        assert_eq!(reach(QUIET), Reach::Changes { since });
        for depth in [Depth::Listing, Depth::Smart] {
            let wanted = Followed { depth, ..FULL };
            assert_eq!(reach(Situation { wanted, ..QUIET }), Reach::Changes { since });
        }
        let both = Followed { more: EXIF, ..FULL };
        assert_eq!(
            reach(Situation { wanted: both, followed: Some(both), ..QUIET }),
            Reach::Changes { since }
        );
    }

    #[test]
    fn a_run_walks_over_everything_when_it_has_to() {
        let old = Some(SignedDuration::from_hours(7 * 24));
        let ahead = Some(SignedDuration::from_hours(-1));
        for situation in [
            Situation { followed: Some(Followed { depth: Depth::Smart, ..FULL }), ..QUIET },
            Situation { wanted: Followed { more: EXIF, ..FULL }, ..QUIET },
            Situation { followed: None, ..QUIET },
            Situation { effort: Effort::Everything, ..QUIET },
            Situation { whole: false, ..QUIET },
            Situation { watermark: None, ..QUIET },
            Situation { walk_age: None, ..QUIET },
            Situation { walk_age: old, ..QUIET },
            Situation { walk_age: ahead, ..QUIET },
            Situation { waiting: 1, ..QUIET },
        ] {
            assert_eq!(reach(situation), Reach::Everything, "{situation:?}");
        }
    }

    #[test]
    fn a_counter_that_is_off_is_agreed_once_a_whole_listing_contradicted_it() {
        assert!(agree(100, 100, None));
        assert!(!agree(103, 100, None));
        assert!(agree(103, 100, Some((103, 100))));
        assert!(!agree(103, 101, Some((103, 100))) && !agree(102, 100, Some((103, 100))));
    }
}
