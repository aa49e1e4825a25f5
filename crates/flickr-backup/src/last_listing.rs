//! What the reports of earlier runs say of the listing of the account: how far the last one came, and what was told then.

use anyhow::Result;
use photo_archive::{Archive, State};
use serde_json::Value;

/// How far the last runs came with listing the account: what is not listed, nobody can miss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    /// No run has listed the account to its end.
    Never,
    /// The last run that was to list it broke off before its end; an earlier one did not.
    BrokenOff,
    /// It came to its end and showed another number of photos than Flickr's total.
    Short {
        /// Photos in the account, by Flickr's word.
        total: u64,
        /// Photos that were shown.
        listed: u64,
    },
    /// It showed everything.
    Whole,
}

impl Listing {
    /// Looks at the reports of the archive.
    pub(crate) fn of(archive: &Archive) -> Result<Self> {
        let Some(ended) = archive.last_report_that(came_to_its_end)? else { return Ok(Self::Never) };
        let newest = archive.last_report_that(is_whole)?;
        Ok(Self::from_reports(&ended, newest.as_ref()))
    }

    /// `ended`: the last that listed the account to its end; `newest`: the last that was to.
    fn from_reports(ended: &Value, newest: Option<&Value>) -> Self {
        let number = |name: &str| ended.get(name).and_then(Value::as_u64).unwrap_or(0);
        let (total, listed) = (number("flickr_total"), number("listed"));
        let is_off = ended.get("total_is_off").and_then(Value::as_bool) == Some(true);
        match newest {
            Some(newest) if !came_to_its_end(newest) => Self::BrokenOff,
            _ if total != listed && !is_off => Self::Short { total, listed },
            _ => Self::Whole,
        }
    }

    /// One word, for programs.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::BrokenOff => "broken off",
            Self::Short { .. } => "short",
            Self::Whole => "whole",
        }
    }
}

/// How many photos were told to be not original by the last run that came to its end; what the person did since, such as
/// `accept`, tells nothing of them.
pub(crate) fn not_original_before(archive: &Archive) -> Result<u64> {
    let has_ended = |report: &Value| {
        came_to_its_end(report) && report.get("ending").is_some_and(|ending| ending == "finished")
    };
    let report = archive.last_report_that(has_ended)?;
    let count = report
        .as_ref()
        .and_then(|report| report.get("states")?.get(State::NotOriginal.word())?.get("count")?.as_u64());
    Ok(count.unwrap_or(0))
}

/// Whether a report is of a run that was to bring the whole account up to date.
fn is_whole(report: &Value) -> bool {
    report.get("whole").and_then(Value::as_bool) == Some(true)
}

/// Whether its listing, or what stands for it in a short night, came to its end.
fn came_to_its_end(report: &Value) -> bool {
    is_whole(report) && report.get("flickr_total").is_some_and(Value::is_u64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_listing_is_whole_only_when_it_showed_what_flickr_counts() {
        let report = |listed: u64| json!({"whole": true, "flickr_total": 7, "listed": listed});
        let off = json!({"whole": true, "flickr_total": 7, "listed": 6, "total_is_off": true});

        assert_eq!(Listing::from_reports(&report(7), Some(&report(7))), Listing::Whole);
        assert_eq!(Listing::from_reports(&report(7), None), Listing::Whole);
        assert_eq!(Listing::from_reports(&off, None), Listing::Whole);
        assert_eq!(Listing::from_reports(&report(5), None), Listing::Short { total: 7, listed: 5 });
    }

    #[test]
    fn a_run_that_broke_off_while_it_listed_is_no_proof() {
        let ended = json!({"whole": true, "flickr_total": 7, "listed": 7});
        let broken = json!({"whole": true, "flickr_total": null, "listed": 0});

        assert!(!came_to_its_end(&broken) && is_whole(&broken));
        assert_eq!(Listing::from_reports(&ended, Some(&broken)), Listing::BrokenOff);
        for other in [json!({"command": "accept"}), json!({"whole": false, "flickr_total": 7}), json!(null)] {
            assert!(!came_to_its_end(&other) && !is_whole(&other), "{other}");
        }
    }
}
