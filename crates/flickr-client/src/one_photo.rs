//! Tells one file that never comes from an image host that answers nobody.
//!
//! The one is that photo's failure, the other everybody's wait. What tells them apart is whether anything went well
//! since the file was first asked for in vain.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::time::Instant;

/// How often one file is asked for.
const TRIES: u32 = 6;
/// How long one file is asked for while others come.
const FOR_ONE: Duration = Duration::from_secs(60);
/// After so many refusals with others coming in between, it is not the limiter who refuses.
const NOT_THE_LIMITER: u32 = 3;
/// Nor does a limiter refuse one file so many times as often as all others together.
const FEW: u64 = 4;
/// No limiter that lets anybody in refuses one file for so long.
const LONGER_THAN_A_LIMITER: Duration = Duration::from_secs(150);
/// Waits between the tries of one file; half a minute in sum.
const DELAYS: [Duration; 5] = [
    Duration::from_millis(300),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(8),
    Duration::from_secs(20),
];
/// A failure so long ago says nothing of the file any more.
const FORGOTTEN: Duration = Duration::from_secs(900);
/// Files that are remembered; memory must not grow with the account.
const MOST: usize = 4096;

/// What has failed since when, for all files.
#[derive(Debug, Default)]
pub(crate) struct Troubles {
    files: HashMap<u64, Tries>,
    /// Different files that failed since anything went well.
    failing: HashSet<u64>,
    /// When the first request was sent of those that failed since anything went well.
    since: Option<Instant>,
    last_failure: Option<Instant>,
    /// All failures of all files.
    failures: u64,
    last_success: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Tries {
    first: Instant,
    last: Instant,
    made: u32,
    /// Failures before which others came since the failure before.
    among_others: u32,
    /// All failures of all files before its first one.
    before: u64,
}

/// How it stands with a file after one more failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// How often it has failed, and since when.
    pub(crate) tries: u32,
    pub(crate) tried_for: Duration,
    /// Whether anything went well since it was first asked for in vain.
    pub(crate) others_come: bool,
    /// How often it failed again after others had come since its last failure.
    pub(crate) among_others: u32,
    /// How often other files failed since it first did.
    pub(crate) others_fail: u64,
    /// How many different files failed since anything went well.
    pub(crate) failing: usize,
    /// For how long nothing has come for anybody.
    pub(crate) silent_for: Duration,
    /// Whether anything ever came.
    pub(crate) ever_heard: bool,
}

impl Troubles {
    /// Notes an answer, for a file or for no file in particular.
    pub(crate) fn went_well(&mut self, file: Option<u64>, now: Instant) {
        if let Some(file) = file {
            self.files.remove(&file);
        }
        self.failing.clear();
        self.since = None;
        self.last_success = Some(now);
    }

    /// Notes a failure of a request for a file that was sent at `entered`.
    pub(crate) fn failed(&mut self, file: u64, entered: Instant, now: Instant) -> Standing {
        if self.files.len() >= MOST {
            self.files.clear();
            self.failing.clear();
        }
        let new = Tries { first: entered, last: now, made: 0, among_others: 0, before: self.failures };
        self.failures += 1;
        let tries = self.files.entry(file).or_insert(new);
        if now.saturating_duration_since(tries.last) > FORGOTTEN {
            *tries = new;
        }
        let others_came = self.last_success.is_some_and(|success| success > tries.last);
        tries.among_others += u32::from(others_came);
        tries.made += 1;
        tries.last = now;
        self.failing.insert(file);
        let rested = self.last_failure.is_none_or(|last| now.saturating_duration_since(last) > FORGOTTEN);
        let since = self.since.filter(|_| !rested).unwrap_or(entered);
        (self.since, self.last_failure) = (Some(since), Some(now));
        Standing {
            tries: tries.made,
            tried_for: now.saturating_duration_since(tries.first),
            among_others: tries.among_others,
            others_fail: self.failures.saturating_sub(tries.before).saturating_sub(tries.made.into()),
            others_come: self.last_success.is_some_and(|success| success > tries.first),
            failing: self.failing.len(),
            silent_for: now.saturating_duration_since(since),
            ever_heard: self.last_success.is_some(),
        }
    }
}

impl Standing {
    /// Whether the file is given up. `limited`: it was told to come later, as a limiter tells everybody.
    pub(crate) fn is_given_up(&self, limited: bool) -> bool {
        let often = self.tries >= TRIES;
        let long = self.tried_for >= FOR_ONE;
        match (self.others_come, limited) {
            (true, true) => self.is_its_own(),
            (true, false) => often || (long && self.tries > 1),
            // A limiter refuses several; one alone may be a file that is always refused.
            (false, true) => self.outlasts_a_limiter() && self.failing == 1,
            (false, false) => often || (long && self.failing == 1),
        }
    }

    /// Whether a refusal without a word on when to come back is this file's affair and nobody else's.
    pub(crate) fn is_its_own(&self) -> bool {
        let is_alone = self.others_fail * FEW <= u64::from(self.tries);
        (self.among_others >= NOT_THE_LIMITER && is_alone) || (self.others_come && self.outlasts_a_limiter())
    }

    fn outlasts_a_limiter(&self) -> bool {
        self.tries >= TRIES && self.tried_for >= LONGER_THAN_A_LIMITER
    }

    /// How long to wait before the file is asked for again.
    pub(crate) fn delay(&self) -> Duration {
        let place = usize::try_from(self.tries.saturating_sub(1)).unwrap_or(usize::MAX);
        DELAYS[place.min(DELAYS.len() - 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STANDING: Standing = Standing {
        tries: 1,
        tried_for: Duration::ZERO,
        others_come: false,
        among_others: 0,
        others_fail: 0,
        failing: 1,
        silent_for: Duration::ZERO,
        ever_heard: true,
    };

    #[test]
    fn a_file_that_fails_while_others_come_is_given_up_after_six_tries_or_a_minute() {
        let standing = Standing { others_come: true, ..STANDING };

        assert!(!Standing { tries: 5, ..standing }.is_given_up(false));
        assert!(Standing { tries: 6, ..standing }.is_given_up(false));
        assert!(Standing { tries: 2, tried_for: FOR_ONE, ..standing }.is_given_up(false));
    }

    #[test]
    fn a_file_that_is_refused_again_and_again_between_others_is_its_own_affair() {
        let standing = Standing { others_come: true, tries: 8, tried_for: FOR_ONE, ..STANDING };

        assert!(!standing.is_given_up(true), "others came before a limiter closed its window");
        assert!(Standing { among_others: 3, ..standing }.is_given_up(true));
        assert!(!Standing { among_others: 3, others_fail: 3, ..standing }.is_given_up(true), "so do others");
        assert!(Standing { tried_for: LONGER_THAN_A_LIMITER, ..standing }.is_given_up(true));
    }

    #[test]
    fn a_limiter_that_refuses_several_is_waited_out() {
        let long = Standing { tries: 9, tried_for: FOR_ONE * 3, ..STANDING };

        assert!(long.is_given_up(true), "one file alone");
        assert!(!Standing { failing: 2, ..long }.is_given_up(true));
        assert!(Standing { failing: 2, ..long }.is_given_up(false));
    }

    #[test]
    fn the_tries_of_one_file_take_less_than_a_minute() {
        let waits: Duration = (1..TRIES).map(|tries| Standing { tries, ..STANDING }.delay()).sum();

        assert!(waits > Duration::from_secs(30) && waits < FOR_ONE, "{waits:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_went_well_ends_the_silence_but_does_not_excuse_the_others() {
        let mut troubles = Troubles::default();
        let second = Duration::from_secs(1);
        let start = Instant::now();

        let first = troubles.failed(1, start, start + second);
        let other = troubles.failed(2, start, start + second * 2);
        troubles.went_well(Some(2), start + second * 3);
        let again = troubles.failed(1, start + second * 4, start + second * 5);

        assert_eq!((first.others_come, first.failing, first.silent_for), (false, 1, second));
        assert_eq!((other.tries, other.failing, other.silent_for), (1, 2, second * 2));
        assert_eq!((again.tries, again.others_come, again.failing), (2, true, 1));
        assert_eq!((again.silent_for, again.tried_for), (second, second * 5));
    }
}
