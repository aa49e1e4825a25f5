//! Photos that are kept here and no longer on Flickr: marked as gone only when two whole walks missed them and
//! Flickr says of each that there is none such, and never many at once without the person's word.

use std::collections::HashSet;
use std::str::FromStr;

use flickr_client::{Trouble, Walk, WalkOutcome};
use flickr_model::PhotoId;
use jiff::Timestamp;
use photo_archive::{Archive, Counted, Entry, State, WantChange};
use tokio::task::block_in_place;

use crate::list::Walked;
use crate::{Report, Run, SyncError};

/// How many photos one run may mark as gone without being asked to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MaxGone {
    /// One in a hundred of the account, 20 in a small one.
    #[default]
    Usual,
    /// So many.
    Photos(u64),
    /// So many in a hundred of the account.
    Percent(u64),
}

/// The text is neither a number nor a share such as `2%`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a number of photos, or a share such as 2%")]
pub struct BadMaxGone(String);

impl FromStr for MaxGone {
    type Err = BadMaxGone;

    fn from_str(text: &str) -> Result<Self, BadMaxGone> {
        let bad = |_| BadMaxGone(text.to_owned());
        match text.trim().strip_suffix('%') {
            Some(share) => match share.trim().parse::<u64>().map_err(bad)? {
                share @ 0..=100 => Ok(Self::Percent(share)),
                _ => Err(BadMaxGone(text.to_owned())),
            },
            None => text.trim().parse().map(Self::Photos).map_err(bad),
        }
    }
}

impl MaxGone {
    /// How many photos that is in an account of this size.
    #[must_use]
    pub fn of(self, account: u64) -> u64 {
        match self {
            Self::Usual => (account / 100).max(20),
            Self::Photos(photos) => photos,
            Self::Percent(share) => account.saturating_mul(share) / 100,
        }
    }
}

/// What is done about photos that two whole walks missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// There are none.
    Nothing,
    /// Flickr is asked about each.
    Ask,
    /// There are more than may be marked: the person is asked.
    HoldBack,
}

/// Decides about `missed` photos in an account of `account`; `accepted` is the person's word for this run.
#[must_use]
pub fn verdict(missed: u64, account: u64, most: MaxGone, accepted: Option<u64>) -> Verdict {
    match missed {
        0 => Verdict::Nothing,
        missed if missed <= most.of(account).max(accepted.unwrap_or(0)) => Verdict::Ask,
        _ => Verdict::HoldBack,
    }
}

/// Whether a walk proves anything about what it did not show.
fn is_proof(walked: Walked, oddities: u64) -> bool {
    walked.is_whole && walked.outcome.distinct > 0 && walked.outcome.unreadable == 0 && oddities == 0
}

/// How many photos are looked at together.
const CHUNK: usize = 200;

/// Up to so many photos in the account, a second walk follows in the same run (100 calls); in a larger one, the next
/// run's walk is the second.
const SECOND_WALK_AT_MOST: u64 = 50_000;

/// Marks the photos that are gone, after a walk over everything.
pub(crate) async fn mark(
    run: &Run<'_>,
    archive: &mut Archive,
    walked: Walked,
    report: &mut Report,
) -> Result<(), SyncError> {
    if run.options.dry_run {
        return Ok(());
    }
    archive.forget_missed_that_were_met()?;
    if !run.options.is_whole() || !is_proof(walked, report.oddities_count) {
        return Ok(());
    }
    let census = archive.census(Counted::All)?;
    let account = census.total().photos.saturating_sub(census.of(State::Gone).photos);
    let most = |missed| verdict(missed, account, run.options.max_gone, run.options.accept_gone);
    let mut after = None;
    let (mut twice, mut once) = (0, Vec::new());
    while let Some(missed) = missed(archive, &mut after, report.started)? {
        twice += missed.before.len() as u64;
        if most(once.len() as u64) != Verdict::HoldBack {
            once.extend(missed.now);
        }
    }
    // More than may be marked are left to the next run, which counts them all.
    let is_small = walked.outcome.distinct <= SECOND_WALK_AT_MOST;
    if most(twice + once.len() as u64) == Verdict::HoldBack || !is_small {
        once.clear();
    }
    match most(twice + once.len() as u64) {
        Verdict::Nothing => Ok(()),
        Verdict::HoldBack => {
            report.held_back = twice;
            Ok(())
        }
        Verdict::Ask => tokio::select! {
            asked = ask(run, archive, report, walked, once) => asked,
            () = run.stop.cancelled() => Ok(()),
        },
    }
}

/// Asks Flickr about each photo that was missed: `once` by this walk alone, the others by an earlier one too. An account
/// that is closed or locked says nothing of them.
async fn ask(
    run: &Run<'_>,
    archive: &mut Archive,
    report: &mut Report,
    walked: Walked,
    once: Vec<PhotoId>,
) -> Result<(), SyncError> {
    let me = archive.marker().account.nsid.clone();
    if let Err(error) = run.flickr.account(&me).await {
        return report.one_thing_failed("the photos that Flickr no longer lists".to_owned(), error.into());
    }
    let mut after = None;
    while let Some(missed) = missed(archive, &mut after, report.started)? {
        let mut gone = Vec::new();
        for (id, since) in missed.before {
            if is_gone(run, id).await? {
                gone.push((id, since));
            }
        }
        block_in_place(|| record(archive, &gone, report))?;
    }
    let mut not_there = HashSet::new();
    for id in once {
        if is_gone(run, id).await? {
            not_there.insert(id);
        }
    }
    let first = Timestamp::from_second(report.started.as_second()).unwrap_or(report.started);
    let gone = second_walk(run, walked, not_there).await?;
    let gone: Vec<_> = gone.into_iter().map(|id| (id, first)).collect();
    block_in_place(|| record(archive, &gone, report))
}

/// Walks over the account once more, and keeps the photos that this walk missed too; none when it came to another end
/// than the first.
async fn second_walk(
    run: &Run<'_>,
    first: Walked,
    mut missed: HashSet<PhotoId>,
) -> Result<HashSet<PhotoId>, SyncError> {
    let mut walk = Walk::start(run.flickr);
    let mut met = HashSet::new();
    while !missed.is_empty() {
        let Some(page) = walk.next_page().await? else {
            let seen = |outcome: WalkOutcome| (outcome.total, outcome.distinct, outcome.unreadable);
            let is_alike = seen(walk.outcome()) == seen(first.outcome);
            return Ok(if is_alike { missed } else { HashSet::new() });
        };
        let new = page.photos.iter().filter(|listed| met.insert(listed.photo.id)).count();
        walk.count_new(new as u64);
        missed.retain(|id| !met.contains(id));
    }
    Ok(missed)
}

/// Photos that this walk missed.
struct Missed {
    /// Those that one of an earlier run missed too, each with the time of the first.
    before: Vec<(PhotoId, Timestamp)>,
    /// Those that none did.
    now: Vec<PhotoId>,
}

/// The next photos that this walk missed; each is noted. `None` at the end.
fn missed(
    archive: &mut Archive,
    after: &mut Option<PhotoId>,
    started: Timestamp,
) -> Result<Option<Missed>, SyncError> {
    let chunk = archive.unmet(*after, CHUNK)?;
    let Some((last, _)) = chunk.last() else { return Ok(None) };
    *after = Some(*last);
    let ids: Vec<PhotoId> =
        chunk.into_iter().filter(|(_, state)| *state != State::Gone).map(|(id, _)| id).collect();
    let since = archive.note_missed(&ids, started)?;
    let (before, now): (Vec<_>, Vec<_>) =
        ids.into_iter().zip(since).partition(|(_, since)| since.as_second() < started.as_second());
    Ok(Some(Missed { before, now: now.into_iter().map(|(id, _)| id).collect() }))
}

/// Whether Flickr says that there is no such photo (`flickr.photos.getInfo`, code 1).
async fn is_gone(run: &Run<'_>, id: PhotoId) -> Result<bool, SyncError> {
    match run.flickr.info(id, None).await {
        Ok(_) => Ok(false),
        Err(error) => match error.trouble() {
            Trouble::Refused { code } => Ok(code == 1),
            Trouble::Unreadable => Ok(false),
            _ => Err(error.into()),
        },
    }
}

fn record(
    archive: &mut Archive,
    gone: &[(PhotoId, Timestamp)],
    report: &mut Report,
) -> Result<(), SyncError> {
    let entries = gone.iter().map(|(id, since)| Entry {
        state: Some(State::Gone),
        missed_since: Some(*since),
        want: WantChange::Done,
        ..Entry::new(*id)
    });
    let recorded = archive.record(entries.collect(), report.started)?;
    for photo in &recorded {
        report.sidecars(u64::from(photo.sidecar_written));
        report.changes.gone += u64::from(photo.trouble.is_none());
    }
    let done: Vec<PhotoId> =
        recorded.into_iter().filter(|photo| photo.trouble.is_none()).map(|photo| photo.id).collect();
    Ok(archive.forget_missed(&done)?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_asked_about_and_many_wait_for_the_persons_word() {
        let usual = |missed, account| verdict(missed, account, MaxGone::Usual, None);

        assert_eq!(usual(0, 10), Verdict::Nothing);
        assert_eq!((usual(20, 30), usual(21, 30)), (Verdict::Ask, Verdict::HoldBack));
        assert_eq!((usual(100, 10_000), usual(101, 10_000)), (Verdict::Ask, Verdict::HoldBack));
    }

    #[test]
    fn the_persons_word_holds_for_as_many_as_were_told() {
        let accepted = |missed| verdict(missed, 10_000, MaxGone::Usual, Some(5012));

        assert_eq!((accepted(5012), accepted(5013)), (Verdict::Ask, Verdict::HoldBack));
        assert_eq!(verdict(50, 10_000, MaxGone::Usual, Some(3)), Verdict::Ask);
        assert_eq!(verdict(1, 10_000, MaxGone::Photos(0), None), Verdict::HoldBack);
    }

    #[test]
    fn the_most_is_a_number_or_a_share() {
        let read = |text: &str| text.parse::<MaxGone>();

        assert_eq!(read("7").unwrap().of(1_000_000), 7);
        assert_eq!(read(" 2% ").unwrap().of(1_000), 20);
        for bad in ["", "%", "101%", "-1", "some"] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_listing_that_is_empty_short_or_odd_proves_nothing() {
        let outcome = WalkOutcome { total: 5, distinct: 5, unreadable: 0, calls: 1 };
        let walked = |outcome, is_whole| Walked { outcome, is_whole };

        assert!(is_proof(walked(outcome, true), 0));
        assert!(!is_proof(walked(outcome, true), 1));
        assert!(!is_proof(walked(WalkOutcome { distinct: 4, ..outcome }, false), 0));
        assert!(!is_proof(walked(WalkOutcome { unreadable: 1, ..outcome }, true), 0));
        assert!(!is_proof(walked(WalkOutcome { total: 0, distinct: 0, ..outcome }, true), 0));
    }
}
