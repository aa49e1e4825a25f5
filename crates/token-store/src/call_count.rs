//! How many calls were made with an API key of late, kept from run to run.
//!
//! Flickr counts the calls of a key, whoever makes them and for whichever archive. So the count has a file for
//! each key in the state folder, named by a hash of it, and runs that work at the same time add to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use oauth_signing::ApiKeys;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::private_file;

/// Minutes that are kept: the allowance is an hour's.
const KEPT_MINUTES: i64 = 60;

const HEAD: &str =
    "# Calls to Flickr's API with one key, kept by flickr-backup. May be deleted at any time.\n\n";

/// What is known of the calls made with one key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallCount {
    /// When the whole allowance is free again, in milliseconds since 1970; 0 if nothing was used.
    #[serde(default)]
    pub theoretical_arrival_ms: i64,
    /// Calls by minute: the minute as its number since 1970, in rising order, and how many calls it saw.
    #[serde(default)]
    pub minutes: Vec<(i64, u32)>,
}

/// Reads the count of a key. A missing or damaged file is an empty count: it is only about politeness.
pub fn load_calls(state_dir: &Path, keys: &ApiKeys) -> CallCount {
    read(&call_count_file(state_dir, keys))
}

/// Adds calls that were made since the last time, and returns the sum that is kept now.
///
/// Other runs may add at the same moment: the file is read again under a lock. Of the two arrivals the later
/// one is kept, and of the minutes those of the last hour, seen from the newest one in `made`.
pub fn add_calls(
    state_dir: &Path,
    keys: &ApiKeys,
    made: &[(i64, u32)],
    theoretical_arrival_ms: i64,
) -> Result<CallCount, StoreError> {
    let path = call_count_file(state_dir, keys);
    private_file::make_folder(state_dir)?;
    let _lock = private_file::lock(&path)?;
    let sum = merged(&read(&path), made, theoretical_arrival_ms);
    private_file::replace(&path, &(HEAD.to_owned() + &written(&sum)))?;
    Ok(sum)
}

/// Returns the path of a key's count. The name does not tell the key.
pub fn call_count_file(state_dir: &Path, keys: &ApiKeys) -> PathBuf {
    state_dir.join(format!("calls-{:016x}.toml", fnv1a(keys.key().as_bytes())))
}

fn read(path: &Path) -> CallCount {
    std::fs::read_to_string(path).ok().and_then(|text| toml::from_str(&text).ok()).unwrap_or_default()
}

fn written(count: &CallCount) -> String {
    let minutes: Vec<String> =
        count.minutes.iter().map(|(minute, calls)| format!("[{minute}, {calls}]")).collect();
    format!(
        "format = 1\ntheoretical_arrival_ms = {}\nminutes = [{}]\n",
        count.theoretical_arrival_ms,
        minutes.join(", ")
    )
}

fn merged(kept: &CallCount, made: &[(i64, u32)], theoretical_arrival_ms: i64) -> CallCount {
    let mut minutes: BTreeMap<i64, u32> = BTreeMap::new();
    for (minute, calls) in kept.minutes.iter().chain(made) {
        let sum = minutes.entry(*minute).or_default();
        *sum = sum.saturating_add(*calls);
    }
    if let Some(now) = made.iter().map(|(minute, _)| *minute).max() {
        // Later minutes than an hour ahead come from a clock that was wrong.
        let hour = now.saturating_sub(KEPT_MINUTES)..=now.saturating_add(KEPT_MINUTES);
        minutes.retain(|minute, _| *minute != *hour.start() && hour.contains(minute));
    }
    CallCount {
        theoretical_arrival_ms: kept.theoretical_arrival_ms.max(theoretical_arrival_ms),
        minutes: minutes.into_iter().collect(),
    }
}

/// The hash of Fowler, Noll and Vo in its variant 1a with 64 bits: the same for a key in all versions.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn calls_of_one_minute_are_added_and_the_later_arrival_is_kept() {
        let kept = CallCount { theoretical_arrival_ms: 900, minutes: vec![(100, 5), (101, 7)] };

        let sum = merged(&kept, &[(101, 3), (102, 1)], 500);

        assert_eq!(
            sum,
            CallCount { theoretical_arrival_ms: 900, minutes: vec![(100, 5), (101, 10), (102, 1)] }
        );
    }

    #[test]
    fn an_hour_is_kept_and_no_more() {
        let kept =
            CallCount { theoretical_arrival_ms: 0, minutes: vec![(100, 5), (140, 1), (141, 2), (999, 9)] };

        let sum = merged(&kept, &[(200, 1)], 0);

        assert_eq!(sum.minutes, [(141, 2), (200, 1)]);
        assert_eq!(merged(&sum, &[(190, 1)], 0).minutes, [(141, 2), (190, 1), (200, 1)]);
        assert_eq!(merged(&sum, &[], 0).minutes, sum.minutes);
    }

    #[test]
    fn nothing_overflows() {
        let kept = CallCount { theoretical_arrival_ms: i64::MAX, minutes: vec![(i64::MAX, u32::MAX)] };

        assert_eq!(merged(&kept, &[(i64::MAX, 1)], i64::MIN), kept);
    }
}
