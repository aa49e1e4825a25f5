//! When a failed attempt is made again: with back-off and jitter, until patience is over.
//!
//! A call is not given up for a number of failures, but because nothing at all has succeeded for a while: with
//! every third answer a 503 a small count would lose calls that the next attempt would have won.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use crate::error::Again;

/// Most attempts of one call while others succeed.
const MOST: u32 = 40;
/// Most attempts of one call that seems to be answered wrongly on purpose.
const A_FEW: u32 = 4;
/// Most attempts of one call for one photo, and how long they may take: what fails for one photo only must not
/// hold the others.
const MOST_FOR_ONE: u32 = 7;
const FOR_ONE: Duration = Duration::from_secs(60);
/// Before anything was ever heard of Flickr, this is how long a missing network is given.
pub(crate) const OFFLINE_PATIENCE: Duration = Duration::from_secs(30);

/// When something last went well, for all calls together.
#[derive(Debug, Default)]
pub(crate) struct LastSuccess(Mutex<Heard>);

#[derive(Debug, Default)]
struct Heard {
    success: Option<Instant>,
    /// When the first call began of those that failed since, and when the last one failed.
    silent: Option<(Instant, Instant)>,
}

impl LastSuccess {
    pub(crate) fn note(&self) {
        *self.heard() = Heard { success: Some(Instant::now()), silent: None };
    }

    pub(crate) fn get(&self) -> Option<Instant> {
        self.heard().success
    }

    /// Notes a failed attempt of a call and returns for how long nothing has succeeded. Nothing that was asked
    /// before a rest longer than `patience` counts.
    pub(crate) fn failed(&self, began: Instant, patience: Duration) -> Duration {
        let now = Instant::now();
        let mut heard = self.heard();
        let since = match heard.silent {
            Some((since, last)) if now.saturating_duration_since(last) <= patience => since,
            _ => began,
        };
        heard.silent = Some((since, now));
        now.saturating_duration_since(since)
    }

    fn heard(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known when an attempt has failed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure {
    pub(crate) again: Again,
    /// What Flickr asked for.
    pub(crate) wait: Option<Duration>,
    /// Whether there was not even a connection.
    pub(crate) offline: bool,
}

/// The attempts of one call.
#[derive(Debug)]
pub(crate) struct Attempts {
    began: Instant,
    made: u32,
    delays: ExponentialBackoff,
}

impl Attempts {
    /// Begins with the first attempt, which is about to be made.
    pub(crate) fn begin() -> Self {
        let delays = ExponentialBuilder::new()
            .with_min_delay(Duration::from_millis(200))
            .with_factor(2.0)
            .with_max_delay(Duration::from_secs(20))
            .with_jitter()
            .without_max_times();
        Self { began: Instant::now(), made: 0, delays: delays.build() }
    }

    /// When the first attempt was made.
    pub(crate) fn began(&self) -> Instant {
        self.began
    }

    /// Whether these are enough attempts for one photo. `limited`: the last one was told to come later, as
    /// everybody is; that is this photo's affair only when others succeeded meanwhile.
    pub(crate) fn are_enough_for_one(&self, limited: bool, last_success: Option<Instant>) -> bool {
        let others = last_success.is_some_and(|success| success > self.began);
        let enough = self.made >= MOST_FOR_ONE || self.began.elapsed() >= FOR_ONE;
        if limited { others && self.made >= MOST_FOR_ONE } else { enough }
    }

    /// How many attempts have failed.
    pub(crate) fn failed(&self) -> u32 {
        self.made
    }

    /// Counts a failure and returns how long to wait before the next attempt; `None` when it is given up.
    pub(crate) fn after(
        &mut self,
        failure: Failure,
        last_success: Option<Instant>,
        patience: Duration,
    ) -> Option<Duration> {
        self.made += 1;
        let heard = last_success.map_or(self.began, |success| success.max(self.began));
        let patience = patience_with(failure.offline, last_success, patience);
        let left = patience.checked_sub(heard.elapsed()).filter(|left| !left.is_zero())?;
        let delay = self.delays.next().unwrap_or(Duration::from_secs(20));
        next_wait(self.made, failure, left, delay)
    }
}

/// Where there was never a network, nobody waits long for one.
pub(crate) fn patience_with(offline: bool, last_success: Option<Instant>, patience: Duration) -> Duration {
    if offline && last_success.is_none() { patience.min(OFFLINE_PATIENCE) } else { patience }
}

/// Decides over the next attempt from what is left of patience.
fn next_wait(made: u32, failure: Failure, left: Duration, delay: Duration) -> Option<Duration> {
    let most = match failure.again {
        Again::Never => return None,
        Again::AFewTimes => A_FEW,
        Again::Patiently => MOST,
    };
    if made >= most {
        return None;
    }
    match failure.wait {
        // Not all at the same moment, and not at once where it says 0.
        Some(asked) => (asked <= left).then(|| asked.max(delay.min(left))),
        // The last attempt comes at the very end of patience, not before it.
        None => Some(delay.min(left)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENTLY: Failure = Failure { again: Again::Patiently, wait: None, offline: false };
    const FIVE_MINUTES: Duration = Duration::from_secs(300);

    /// Fails all the time and returns the number of attempts and how long they took.
    async fn fail(failure: Failure, last: Option<Instant>, patience: Duration) -> (u32, Duration) {
        let start = Instant::now();
        let mut attempts = Attempts::begin();
        while let Some(wait) = attempts.after(failure, last, patience) {
            tokio::time::sleep(wait).await;
        }
        (attempts.failed(), start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_is_given_up_when_nothing_succeeded_for_as_long_as_patience_lasts() {
        let (attempts, took) = fail(PATIENTLY, None, FIVE_MINUTES).await;

        assert!(took >= FIVE_MINUTES && took < FIVE_MINUTES + Duration::from_secs(1), "{took:?}");
        assert!((12..MOST).contains(&attempts), "{attempts}");
    }

    #[tokio::test(start_paused = true)]
    async fn while_others_succeed_a_call_is_tried_very_often_but_not_for_ever() {
        let others = LastSuccess::default();
        let mut attempts = Attempts::begin();

        while let Some(wait) = attempts.after(PATIENTLY, others.get(), FIVE_MINUTES) {
            tokio::time::sleep(wait).await;
            others.note();
        }

        assert_eq!(attempts.failed(), MOST);
    }

    #[tokio::test(start_paused = true)]
    async fn one_photo_is_given_up_soon_but_not_for_a_limiter() {
        let others = LastSuccess::default();
        let mut attempts = Attempts::begin();
        while !attempts.are_enough_for_one(false, others.get()) {
            let wait = attempts.after(PATIENTLY, others.get(), FIVE_MINUTES);
            tokio::time::sleep(wait.unwrap_or_default()).await;
        }

        assert!(attempts.began().elapsed() < FOR_ONE, "{:?}", attempts.began().elapsed());
        assert!(!attempts.are_enough_for_one(true, others.get()));
        others.note();
        assert!(attempts.are_enough_for_one(true, others.get()));
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_measured_from_the_first_call_that_failed_since_something_went_well() {
        let (last, second) = (LastSuccess::default(), Duration::from_secs(1));
        let began = Instant::now();
        tokio::time::advance(second).await;
        assert_eq!(last.failed(began, FIVE_MINUTES), second);
        tokio::time::advance(second).await;
        assert_eq!(last.failed(Instant::now(), FIVE_MINUTES), second * 2);

        tokio::time::advance(FIVE_MINUTES * 2).await;
        assert_eq!(last.failed(Instant::now(), FIVE_MINUTES), Duration::ZERO, "nobody asked meanwhile");
        last.note();
        tokio::time::advance(second).await;
        assert_eq!(last.failed(Instant::now(), FIVE_MINUTES), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_not_tried_again_and_a_strange_answer_a_few_times() {
        let never = Failure { again: Again::Never, ..PATIENTLY };
        let few = Failure { again: Again::AFewTimes, ..PATIENTLY };

        assert_eq!(fail(never, None, FIVE_MINUTES).await.0, 1);
        assert_eq!(fail(few, None, FIVE_MINUTES).await.0, A_FEW);
    }

    #[tokio::test(start_paused = true)]
    async fn without_any_network_nobody_waits_five_minutes() {
        let offline = Failure { offline: true, ..PATIENTLY };

        let (_, took) = fail(offline, None, FIVE_MINUTES).await;
        assert!(took <= OFFLINE_PATIENCE + Duration::from_secs(1), "{took:?}");

        let (_, took) = fail(offline, Some(Instant::now()), FIVE_MINUTES).await;
        assert!(took >= FIVE_MINUTES, "a network that was there comes back: {took:?}");
    }

    #[test]
    fn what_flickr_asks_for_is_obeyed_to_the_second_or_the_call_is_given_up() {
        let asked = Failure { wait: Some(Duration::from_secs(7)), ..PATIENTLY };
        let short = Duration::from_millis(300);

        assert_eq!(next_wait(1, asked, FIVE_MINUTES, short), Some(Duration::from_secs(7)));
        assert_eq!(next_wait(1, asked, Duration::from_secs(6), short), None);
        let at_once = Failure { wait: Some(Duration::ZERO), ..PATIENTLY };
        assert_eq!(next_wait(1, at_once, FIVE_MINUTES, short), Some(short));
        assert_eq!(next_wait(1, PATIENTLY, FIVE_MINUTES, short), Some(short));
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_waits_are_short() {
        let mut attempts = Attempts::begin();

        let first = attempts.after(PATIENTLY, None, FIVE_MINUTES);

        assert!(
            first
                .is_some_and(|wait| wait >= Duration::from_millis(200) && wait <= Duration::from_millis(400))
        );
    }
}
