//! The pace of API calls: below the hourly limit of the key, with a burst, and remembered across runs.
//!
//! Flickr wants fewer than 3600 calls an hour for one key, all its users together, and sends no header about
//! it. The rule here is the generic cell rate algorithm: each call pushes a "theoretical arrival" on by one
//! interval, and may go when that lies no more than a burst ahead. With (limit - burst) intervals an hour, no
//! window of an hour ever holds more than the limit, wherever it begins.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::clock;

const HOUR: Duration = Duration::from_secs(3600);

/// Calls that may be made at once after a rest.
const BURST: u32 = 100;

/// What a key has used of its hourly allowance: to be kept between runs, for each key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Calls by the minute they were made in; a minute is its number since 1970. The last hour is enough.
    #[serde(default)]
    pub minutes: BTreeMap<i64, u32>,
    /// When the allowance would be whole again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theoretical_arrival: Option<Timestamp>,
}

/// How many calls were made, and what is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLog {
    /// Calls made by this client, repeated ones counted each time.
    pub made: u64,
    /// Calls left of this hour's allowance; `None` when there is no limit.
    pub left_this_hour: Option<u32>,
    /// To be given to the next client of the same key.
    pub spent: Spent,
}

/// Limit and memory of one key's calls.
#[derive(Debug)]
pub(crate) struct Pace {
    limit: Option<Limit>,
    /// The same moment by both clocks, so that the pace runs on tokio's and is kept by the calendar's.
    started: (Instant, Timestamp),
    ledger: Mutex<Ledger>,
}

#[derive(Debug)]
struct Ledger {
    arrival: Instant,
    minutes: BTreeMap<i64, u32>,
    made: u64,
}

/// The rule as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit {
    calls: u32,
    interval: Duration,
    tolerance: Duration,
}

impl Limit {
    fn new(calls: u32) -> Self {
        let calls = calls.max(1);
        let burst = if calls > 2 * BURST { BURST } else { calls.div_ceil(2) };
        let interval = HOUR / calls.saturating_sub(burst).max(1);
        Self { calls, interval, tolerance: interval * (burst - 1) }
    }

    /// Decides when a call may go, and where that moves the theoretical arrival.
    fn admit(self, arrival: Instant, now: Instant) -> (Instant, Instant) {
        let go = arrival.checked_sub(self.tolerance).map_or(now, |earliest| earliest.max(now));
        (go, arrival.max(now) + self.interval)
    }
}

impl Pace {
    pub(crate) fn new(calls_per_hour: Option<u32>, spent: &Spent) -> Self {
        let started = (Instant::now(), clock::now());
        let limit = calls_per_hour.map(Limit::new);
        let minute = minute_of(started.1);
        let minutes = spent.minutes.range(minute - 59..=minute).map(|(at, calls)| (*at, *calls)).collect();
        let ledger =
            Ledger { arrival: started.0 + ahead(spent.theoretical_arrival, started.1), minutes, made: 0 };
        Self { limit, started, ledger: Mutex::new(ledger) }
    }

    /// Takes a place in the row and says how long to wait for it.
    pub(crate) fn reserve(&self) -> Duration {
        let Some(limit) = self.limit else { return Duration::ZERO };
        let now = Instant::now();
        let mut ledger = self.ledger();
        let (go, arrival) = limit.admit(ledger.arrival, now);
        ledger.arrival = arrival;
        go.saturating_duration_since(now)
    }

    /// Whether a place in the row would mean no wait.
    pub(crate) fn is_free(&self) -> bool {
        let now = Instant::now();
        self.limit.is_none_or(|limit| limit.admit(self.ledger().arrival, now).0 <= now)
    }

    /// Counts a call that is now made.
    pub(crate) fn count(&self) {
        let minute = minute_of(self.today());
        let mut ledger = self.ledger();
        ledger.made += 1;
        *ledger.minutes.entry(minute).or_insert(0) += 1;
        ledger.minutes = ledger.minutes.split_off(&(minute - 60));
    }

    pub(crate) fn log(&self) -> CallLog {
        let today = self.today();
        let minute = minute_of(today);
        let ledger = self.ledger();
        let used =
            ledger.minutes.range(minute - 59..).fold(0_u32, |sum, (_, calls)| sum.saturating_add(*calls));
        let ahead = ledger.arrival.saturating_duration_since(Instant::now());
        let arrival = SignedDuration::try_from(ahead).ok().and_then(|ahead| today.checked_add(ahead).ok());
        CallLog {
            made: ledger.made,
            left_this_hour: self.limit.map(|limit| limit.calls.saturating_sub(used)),
            spent: Spent {
                minutes: ledger.minutes.clone(),
                theoretical_arrival: arrival.filter(|_| !ahead.is_zero()),
            },
        }
    }

    /// The calendar's time, moved on by tokio's clock: a system clock that is set meanwhile changes nothing.
    fn today(&self) -> Timestamp {
        let run = SignedDuration::try_from(self.started.0.elapsed()).unwrap_or(SignedDuration::ZERO);
        self.started.1.checked_add(run).unwrap_or(self.started.1)
    }

    fn ledger(&self) -> std::sync::MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How far a remembered arrival lies ahead; a clock that was wrong once costs an hour at most.
fn ahead(arrival: Option<Timestamp>, now: Timestamp) -> Duration {
    let ahead = arrival.map_or(SignedDuration::ZERO, |arrival| arrival.duration_since(now));
    Duration::try_from(ahead).unwrap_or(Duration::ZERO).min(HOUR)
}

fn minute_of(instant: Timestamp) -> i64 {
    instant.as_second().div_euclid(60)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    /// Makes calls one after the other for a while and returns when each went.
    async fn run(pace: &Pace, length: Duration) -> Vec<Duration> {
        let start = Instant::now();
        let mut times = Vec::new();
        loop {
            tokio::time::sleep(pace.reserve()).await;
            if start.elapsed() >= length {
                return times;
            }
            pace.count();
            times.push(start.elapsed());
        }
    }

    fn most_in_an_hour(times: &[Duration]) -> usize {
        let within = |(first, start): (usize, &Duration)| {
            times[first..].iter().take_while(|time| **time < *start + HOUR).count()
        };
        times.iter().enumerate().map(within).max().unwrap_or(0)
    }

    #[tokio::test(start_paused = true)]
    async fn no_hour_holds_more_than_the_limit_and_few_are_wasted() {
        for limit in [1, 7, 150, 3500] {
            let pace = Pace::new(Some(limit), &Spent::default());

            let times = run(&pace, HOUR * 3).await;

            let most = most_in_an_hour(&times);
            assert!(most <= limit as usize, "{most} of {limit}");
            assert!(times.len() >= limit as usize, "{} of {limit} in three hours", times.len());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_goes_at_once_then_each_second() {
        let pace = Pace::new(Some(3500), &Spent::default());

        assert!(pace.is_free());

        let times = run(&pace, Duration::from_secs(60)).await;

        assert!(!pace.is_free());
        assert_eq!(times.iter().filter(|time| time.is_zero()).count(), 100);
        assert!((150..160).contains(&times.len()), "{}", times.len());
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_run_goes_on_where_the_last_one_was() {
        let first = Pace::new(Some(3500), &Spent::default());
        for _ in 0..150 {
            first.reserve();
            first.count();
        }
        let log = first.log();

        let second = Pace::new(Some(3500), &log.spent);

        assert_eq!(log.left_this_hour, Some(3350));
        assert_eq!(second.log().left_this_hour, Some(3350));
        assert!(second.reserve() > Duration::from_secs(40), "the burst is spent already");
    }

    #[tokio::test(start_paused = true)]
    async fn nonsense_of_another_clock_costs_an_hour_at_most() {
        let spent = Spent {
            minutes: BTreeMap::from([(i64::MIN, 5), (i64::MAX, 5)]),
            theoretical_arrival: Some(Timestamp::MAX),
        };

        let pace = Pace::new(Some(3500), &spent);

        assert!(pace.reserve() <= HOUR);
        assert_eq!(pace.log().left_this_hour, Some(3500));
        let past = Spent { theoretical_arrival: Some(Timestamp::MIN), ..Spent::default() };
        assert_eq!(Pace::new(Some(3500), &past).reserve(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_nothing_waits_and_all_is_counted() {
        let pace = Pace::new(None, &Spent::default());

        for _ in 0..10_000 {
            assert_eq!(pace.reserve(), Duration::ZERO);
            pace.count();
        }

        assert_eq!((pace.log().made, pace.log().left_this_hour), (10_000, None));
        let text = serde_json::to_string(&pace.log().spent).unwrap();
        assert_eq!(serde_json::from_str::<Spent>(&text).unwrap(), pace.log().spent);
    }
}
