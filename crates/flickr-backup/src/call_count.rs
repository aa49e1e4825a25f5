//! Carries the count of calls from run to run: out of the token store into the client, and back.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use flickr_client::{FlickrClient, Spent};
use jiff::Timestamp;
use oauth_signing::ApiKeys;

/// How often is looked whether there is something to write down while a run goes on, so that a killed run has counted.
const LOOK: Duration = Duration::from_millis(250);
/// So many calls are written down at the next look, fewer after so many looks: what a killed run may forget.
const MANY: u32 = 10;
const LOOKS: u32 = 8;

/// What the key has spent of its allowance by the last count.
pub(crate) fn spent(state_dir: &std::path::Path, keys: &ApiKeys) -> Spent {
    let count = token_store::load_calls(state_dir, keys);
    let arrival = (count.theoretical_arrival_ms > 0).then_some(count.theoretical_arrival_ms);
    Spent {
        minutes: count.minutes.into_iter().collect(),
        theoretical_arrival: arrival.and_then(|ms| Timestamp::from_millisecond(ms).ok()),
    }
}

/// Writes down what one client calls.
pub(crate) struct Counter {
    state_dir: PathBuf,
    keys: ApiKeys,
    flickr: FlickrClient,
    /// What stands in the file already, of all that the client knows.
    written: Mutex<BTreeMap<i64, u32>>,
}

impl Counter {
    /// Counts from what the client was given.
    pub(crate) fn of(state_dir: PathBuf, keys: ApiKeys, flickr: FlickrClient) -> Self {
        let written = Mutex::new(spent(&state_dir, &keys).minutes);
        Self { state_dir, keys, flickr, written }
    }

    /// Adds the calls since the last time. A count that cannot be written is a word in the log and no more:
    /// it is only about politeness.
    pub(crate) fn save(&self) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = self.flickr.calls().spent;
        let made = since(&written, &spent.minutes);
        if made.is_empty() {
            return;
        }
        let arrival = spent.theoretical_arrival.map_or(0, Timestamp::as_millisecond);
        match token_store::add_calls(&self.state_dir, &self.keys, &made, arrival) {
            Ok(_) => *written = spent.minutes,
            Err(error) => tracing::warn!(%error, "the count of calls could not be kept"),
        }
    }

    /// How many calls are not written down yet.
    fn unwritten(&self) -> u32 {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        since(&written, &self.flickr.calls().spent.minutes).iter().map(|(_, calls)| calls).sum()
    }
}

/// Saves soon after calls were made, for as long as it is polled. It wants a task of its own: the run blocks its own
/// while the disk syncs.
pub(crate) async fn keep(counter: Arc<Counter>) {
    for look in 1_u32.. {
        tokio::time::sleep(LOOK).await;
        let unwritten = counter.unwritten();
        if unwritten >= MANY || (unwritten > 0 && look.is_multiple_of(LOOKS)) {
            counter.save();
        }
    }
}

/// The calls that are in `now` and not yet in `written`.
fn since(written: &BTreeMap<i64, u32>, now: &BTreeMap<i64, u32>) -> Vec<(i64, u32)> {
    now.iter()
        .map(|(minute, calls)| (*minute, calls.saturating_sub(written.get(minute).copied().unwrap_or(0))))
        .filter(|(_, calls)| *calls > 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_is_added() {
        let written = BTreeMap::from([(10, 5), (11, 2)]);
        let now = BTreeMap::from([(10, 5), (11, 4), (12, 1)]);

        assert_eq!(since(&written, &now), [(11, 2), (12, 1)]);
        assert_eq!(since(&now, &now), []);
    }
}
