//! What a run is asked to do, and the limits that the person set for it.

use std::cell::Cell;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use photo_archive::Answers;

use crate::batches;
use crate::{Depth, Effort, MaxGone, Outcome, Wishes};

/// How many photos are asked about at the same time, at most.
pub(crate) const ASKED_AT_ONCE: usize = 8;

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many photos are fetched at the same time, at most.
    pub downloads: usize,
    /// How much is asked for each photo; from [`Depth::Smart`] on also albums and the account.
    pub depth: Depth,
    /// Which of the rarer answers are asked for too; not at [`Depth::Listing`].
    pub more: Answers,
    /// The one part of the work that is to be done; `None`: all of it.
    pub only: Option<Only>,
    /// How hard it tries to better what could not be had before.
    pub effort: Effort,
    /// Only list and plan; no byte is written into the archive.
    pub dry_run: bool,
    /// Fetch at most so many photos.
    pub limit: Option<u64>,
    /// Take up no new photo after so long.
    pub max_duration: Option<Duration>,
    /// Take up no new photo after so many bytes.
    pub max_bytes: Option<u64>,
    /// Take up no new photo after so many failures.
    pub max_failures: Option<u64>,
    /// Mark at most so many photos as gone unasked; when there are more, none is.
    pub max_gone: MaxGone,
    /// The person's word that up to so many photos are gone.
    pub accept_gone: Option<u64>,
}

/// One part of a run's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// The listing, and the bytes of photos and videos.
    Photos,
    /// The listing, and what is asked of single photos.
    Details,
    /// Albums, their order and comments.
    Albums,
    /// The lists of the account.
    Account,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            downloads: 6,
            depth: Depth::Full,
            more: Answers::default(),
            only: None,
            effort: Effort::Usual,
            dry_run: false,
            limit: None,
            max_duration: None,
            max_bytes: None,
            max_failures: None,
            max_gone: MaxGone::Usual,
            accept_gone: None,
        }
    }
}

impl Options {
    /// Whether the run is to bring the whole account up to date; `limit` and `only` make it a part.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.limit.is_none() && self.only.is_none() && !self.dry_run
    }

    /// Whether a part of the work belongs to the run.
    pub(crate) fn does(&self, part: Only) -> bool {
        self.only.is_none_or(|only| only == part)
    }

    /// What the run wants to know of each photo.
    pub(crate) fn wishes(&self) -> Wishes {
        let depth = if self.does(Only::Details) { self.depth } else { Depth::Listing };
        Wishes { depth, more: self.more, favorites_at_once: self.effort == Effort::Everything }
    }

    /// How many photos are taken up at the same time in the lane of bytes.
    ///
    /// No more than `downloads` are downloaded at once (flickr-client sees to that); while some wait for the image
    /// host, others can be asked about. A run with a limit takes up none that it might not fetch.
    pub(crate) fn at_once(&self) -> usize {
        let downloads = self.downloads.max(1);
        let is_limited = self.limit.is_some() || self.max_bytes.is_some() || self.max_failures.is_some();
        if is_limited { downloads } else { downloads + ASKED_AT_ONCE }
    }

    /// How many photos more are taken up than are worked on at the same time: while a batch is brought to the disk, the
    /// image host goes on sending.
    ///
    /// None where the person set a limit: what is taken up is fetched.
    pub(crate) fn waiting_at_once(&self) -> usize {
        let is_limited = self.limit.is_some()
            || self.max_bytes.is_some()
            || self.max_failures.is_some()
            || self.max_duration.is_some();
        if is_limited { 0 } else { batches::AT_MOST }
    }

    pub(crate) fn budget(&self, now: Timestamp) -> Budget {
        let until = self.max_duration.and_then(|length| {
            let length = SignedDuration::try_from(length).ok()?;
            now.checked_add(length).ok()
        });
        Budget {
            until,
            photos: Cell::new(self.limit.unwrap_or(u64::MAX)),
            bytes: Cell::new(self.max_bytes.unwrap_or(u64::MAX)),
            failures: Cell::new(self.max_failures.unwrap_or(u64::MAX)),
            has_refused: Cell::new(false),
            is_over: Cell::new(false),
        }
    }
}

/// What is left of the limits while a run goes on; it lives in one place, where the run is recorded.
#[derive(Debug)]
pub(crate) struct Budget {
    until: Option<Timestamp>,
    photos: Cell<u64>,
    bytes: Cell<u64>,
    failures: Cell<u64>,
    has_refused: Cell<bool>,
    is_over: Cell<bool>,
}

impl Budget {
    /// Whether another photo may be taken up; it counts as taken.
    pub(crate) fn takes_another(&self, now: Timestamp) -> bool {
        if self.is_spent(now) {
            self.has_refused.set(true);
            return false;
        }
        self.photos.set(self.photos.get().saturating_sub(1));
        true
    }

    /// Whether the lane of details goes on: it costs neither photos nor bytes, only time, and may fail.
    pub(crate) fn goes_on(&self, now: Timestamp) -> bool {
        let is_over = self.until.is_some_and(|until| now >= until) || self.failures.get() == 0;
        if is_over {
            self.has_refused.set(true);
        }
        !is_over
    }

    /// Leaves what is not taken up yet for another run.
    pub(crate) fn take_no_more(&self) {
        self.is_over.set(true);
    }

    /// Subtracts what a settled photo cost.
    pub(crate) fn spend(&self, outcome: &Outcome) {
        match outcome {
            Outcome::New(bytes) | Outcome::Replaced(bytes) | Outcome::NotOriginal(bytes, _) => {
                self.bytes.set(self.bytes.get().saturating_sub(*bytes));
            }
            Outcome::Failed(_) => self.failures.set(self.failures.get().saturating_sub(1)),
            // Taken up, and left all the same.
            Outcome::Interrupted if self.is_over.get() => self.has_refused.set(true),
            Outcome::Same | Outcome::Details | Outcome::Unavailable(_) | Outcome::Interrupted => {}
        }
    }

    /// Whether a photo was left for another run.
    pub(crate) fn has_refused(&self) -> bool {
        self.has_refused.get()
    }

    fn is_spent(&self, now: Timestamp) -> bool {
        self.is_over.get()
            || self.until.is_some_and(|until| now >= until)
            || [&self.photos, &self.bytes, &self.failures].iter().any(|left| left.get() == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn a_run_without_limits_is_whole_and_never_spent() {
        let options = Options::default();

        assert!(options.is_whole());
        assert!(options.budget(NOW).takes_another(Timestamp::MAX));
    }

    #[test]
    fn the_limit_of_photos_counts_those_taken_up() {
        let budget = Options { limit: Some(2), ..Options::default() }.budget(NOW);

        assert_eq!(
            [budget.takes_another(NOW), budget.takes_another(NOW), budget.takes_another(NOW)],
            [true, true, false]
        );
        assert!(budget.has_refused());
    }

    #[test]
    fn time_bytes_and_failures_each_end_the_taking_up() {
        let hour =
            Options { max_duration: Some(Duration::from_secs(3600)), ..Options::default() }.budget(NOW);
        let bytes = Options { max_bytes: Some(10), ..Options::default() }.budget(NOW);
        let failures = Options { max_failures: Some(1), ..Options::default() }.budget(NOW);

        bytes.spend(&Outcome::New(11));
        failures.spend(&Outcome::Failed("cut".to_owned()));

        assert!(!hour.is_spent(NOW) && hour.is_spent(NOW + SignedDuration::from_hours(1)));
        assert!(bytes.is_spent(NOW) && failures.is_spent(NOW));
    }

    #[test]
    fn what_waited_for_its_turn_in_vain_was_refused_when_the_taking_up_is_over() {
        let budget = Options::default().budget(NOW);

        budget.spend(&Outcome::Interrupted);
        assert!(!budget.has_refused(), "that was the person's word");
        budget.take_no_more();
        budget.spend(&Outcome::Interrupted);

        assert!(budget.has_refused());
        assert_eq!(Options { limit: Some(9), ..Options::default() }.waiting_at_once(), 0);
    }
}
