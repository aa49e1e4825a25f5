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
/// Before anything was ever heard of Flickr, this is how long a missing network is given.
pub(crate) const OFFLINE_PATIENCE: Duration = Duration::from_secs(30);

/// When something last went well, for all calls together.
#[derive(Debug, Default)]
pub(crate) struct LastSuccess(Mutex<Option<Instant>>);

impl LastSuccess {
    pub(crate) fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    pub(crate) fn get(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A pause that holds for all calls at once, such as `Retry-After` asks for.
#[derive(Debug, Default)]
pub(crate) struct Brake(Mutex<Option<Instant>>);

impl Brake {
    /// Holds everybody for this long from now; a longer pause that is already on stays.
    pub(crate) fn hold(&self, length: Duration) {
        let until = Instant::now() + length;
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some(held.map_or(until, |old| old.max(until)));
    }

    /// How long everybody still has to wait.
    pub(crate) fn left(&self) -> Duration {
        let held = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
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
        let patience =
            if failure.offline && last_success.is_none() { patience.min(OFFLINE_PATIENCE) } else { patience };
        let left = patience.checked_sub(heard.elapsed()).filter(|left| !left.is_zero())?;
        let delay = self.delays.next().unwrap_or(Duration::from_secs(20));
        next_wait(self.made, failure, left, delay)
    }
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

    #[tokio::test(start_paused = true)]
    async fn the_brake_holds_everybody_and_a_shorter_pause_does_not_lift_it() {
        let brake = Brake::default();
        assert_eq!(brake.left(), Duration::ZERO);

        brake.hold(Duration::from_secs(10));
        brake.hold(Duration::from_secs(1));

        assert_eq!(brake.left(), Duration::from_secs(10));
        tokio::time::advance(Duration::from_secs(11)).await;
        assert_eq!(brake.left(), Duration::ZERO);
    }
}
