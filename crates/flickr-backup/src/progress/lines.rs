//! The words of the progress lines: pure decisions about what is told, in which order, and what is not worth a line.

use std::time::Duration;

use flickr_client::WaitingFor;
use flickr_model::PhotoId;
use flickr_sync::Outcome;

use super::BETWEEN_LINES;
use crate::words;

/// How far the downloads of a run have come.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Done {
    /// Photos to fetch or check.
    pub(super) wanted: u64,
    /// Photos that reached the state they have at the end of this run.
    pub(super) settled: u64,
    /// Photos whose bytes are settled, and whose details are still to come.
    pub(super) owed: u64,
    /// Photos whose details came behind their bytes.
    asked: u64,
    /// Bytes that arrived, those of attempts that failed included.
    pub(super) bytes: u64,
    /// Photos of which nothing came.
    pub(super) failed: u64,
}

impl Done {
    /// Counts one more end of a photo: of all that was wanted of it, or of details that were owed.
    pub(super) fn settle(&mut self, outcome: &Outcome) {
        if *outcome == Outcome::Details && self.owed > 0 {
            self.owed -= 1;
            self.asked += 1;
        } else {
            self.settled += 1;
        }
    }

    /// How far it has come after `elapsed`; what matters most comes first, since a narrow terminal cuts the rest off.
    pub(super) fn told(&self, elapsed: Duration) -> String {
        let Self { wanted, settled, owed, bytes, failed, .. } = *self;
        let mut told = format!("{} of {}", words::count(settled), words::photos(wanted));
        if failed > 0 {
            told += &format!(", {} failed", words::count(failed));
        }
        if owed > 0 {
            told += &format!(", details of {} to come", words::count(owed));
        }
        if let Some(left) = self.left(elapsed) {
            told += &format!(", {} left", about(left));
        }
        if bytes > 0 {
            told += &format!(", {}", words::bytes(bytes));
        }
        let rate = (bytes * 1000).checked_div(elapsed.as_millis().try_into().unwrap_or(u64::MAX));
        match rate {
            Some(rate) if rate > 0 => format!("{told}, {} a second", words::bytes(rate)),
            _ => told,
        }
    }

    /// The time that the rest takes when it goes on as so far.
    fn left(&self, elapsed: Duration) -> Option<Duration> {
        let (done, to_do) = (self.settled + self.asked, self.wanted.saturating_sub(self.settled) + self.owed);
        if done == 0 || to_do == 0 {
            return None;
        }
        let rest = to_do as f64 / done as f64;
        Duration::try_from_secs_f64(elapsed.as_secs_f64() * rest).ok()
    }
}

/// Whether a wait of this `length` deserves a line, when one of its kind was told `since` ago.
///
/// Calls are paced to the hourly limit, so that a wait of seconds before a call is the ordinary course; several
/// downloads that wait for the same moment are one wait.
pub(super) fn is_worth_telling(why: WaitingFor, length: Duration, since: Option<Duration>) -> bool {
    let least = match why {
        WaitingFor::AllowanceUsed => BETWEEN_LINES,
        WaitingFor::Busy | WaitingFor::ImageHostBusy => Duration::from_secs(2),
    };
    length >= least && since.is_none_or(|since| since >= BETWEEN_LINES)
}

/// A time that nobody knows to the second.
fn about(length: Duration) -> String {
    match length.as_secs() {
        seconds @ 0..60 => format!("{} s", seconds.max(1)),
        seconds @ 60..3600 => format!("{} min", seconds.div_ceil(60)),
        seconds => words::duration(Duration::from_secs(seconds)),
    }
}

pub(super) fn listing(listed: u64, total: u64) -> String {
    format!("Listing: {} of {}", words::count(listed), words::photos(total))
}

/// One photo's end as a line of JSON.
pub(super) fn as_json(id: PhotoId, outcome: &Outcome) -> String {
    let (kind, word, bytes, why) = match outcome {
        Outcome::New(bytes) => ("item", "new", *bytes, None),
        Outcome::Replaced(bytes) => ("item", "replaced", *bytes, None),
        Outcome::Same => ("item", "same", 0, None),
        Outcome::Details => ("item", "details", 0, None),
        Outcome::NotOriginal(bytes, why) => ("item", "not original", *bytes, Some(why)),
        Outcome::Unavailable(why) => ("error", "unavailable", 0, Some(why)),
        Outcome::Failed(why) => ("error", "failed", 0, Some(why)),
        Outcome::Interrupted => ("item", "interrupted", 0, None),
    };
    let why = why.map(|why| words::clean(why));
    serde_json::json!({"type": kind, "id": id.to_string(), "outcome": word, "bytes": bytes, "reason": why})
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_run_tells_first_what_matters_most() {
        let done = Done { wanted: 300, settled: 100, bytes: 25_000_000, failed: 2, ..Done::default() };

        assert_eq!(
            done.told(Duration::from_secs(100)),
            "100 of 300 photos, 2 failed, 4 min left, 25.0 MB, 250 kB a second"
        );
    }

    #[test]
    fn details_that_come_behind_the_bytes_are_told_apart() {
        let mut done = Done { wanted: 2, settled: 1, owed: 1, ..Done::default() };

        done.settle(&Outcome::New(5));
        assert_eq!(done.told(Duration::from_secs(60)), "2 of 2 photos, details of 1 to come, 30 s left");
        done.settle(&Outcome::Details);
        assert_eq!(done.told(Duration::from_secs(60)), "2 of 2 photos");
    }

    #[test]
    fn the_pace_of_calls_is_no_news_and_one_wait_is_told_once() {
        let second = Duration::from_secs(1);

        assert!(!is_worth_telling(WaitingFor::AllowanceUsed, second, None));
        assert!(is_worth_telling(WaitingFor::AllowanceUsed, 600 * second, None));
        assert!(is_worth_telling(WaitingFor::Busy, 5 * second, None));
        assert!(!is_worth_telling(WaitingFor::Busy, 5 * second, Some(second)));
        assert!(is_worth_telling(WaitingFor::Busy, 5 * second, Some(90 * second)));
    }

    #[test]
    fn nothing_is_foretold_before_the_first_photo_and_after_the_last() {
        let done = |settled| Done { wanted: 1, settled, ..Done::default() };

        assert_eq!(done(0).told(Duration::ZERO), "0 of 1 photo");
        assert_eq!(done(1).told(Duration::from_secs(3)), "1 of 1 photo");
    }
}
