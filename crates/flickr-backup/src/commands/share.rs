//! The end of a sync: a share of old bytes is read again, what was proven longest ago first.

use std::time::{Duration, Instant};

use anyhow::Result;
use flickr_client::now;
use jiff::{SignedDuration, Timestamp};
use photo_archive::{Archive, Share, VerifyReport};
use tokio::task::block_in_place;
use tokio_util::sync::CancellationToken;

use crate::failure::{Exit, Failure};
use crate::progress::Progress;
use crate::words;

/// So long at most.
const AT_MOST: Duration = Duration::from_secs(600);

/// One in so many bytes where nothing is said: with a run a day, everything is read in three months.
const ONE_IN: u64 = 90;

/// Where nothing is said, bytes that were proven within a day rest: a run an hour proves no more than one a day.
const REST: SignedDuration = SignedDuration::from_hours(24);

/// Which share of the archive a run reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wish {
    /// One in so many bytes.
    one_in: u64,
    /// Bytes that were proven so short a time ago are left out.
    rest: SignedDuration,
}

/// Reads `1/90` as one in 90 bytes, and `0` as none.
pub(crate) fn wish(text: Option<&str>) -> Result<Option<Wish>> {
    let Some(text) = text else { return Ok(Some(Wish { one_in: ONE_IN, rest: REST })) };
    let bad = || {
        let what = format!("--verify-share {text:?} is not a share such as 1/90, or 0 for none");
        anyhow::Error::from(Failure::new(Exit::Usage, what))
    };
    if text.trim() == "0" {
        return Ok(None);
    }
    let (one, of) = text.split_once('/').ok_or_else(bad)?;
    let of: u64 = of.trim().parse().map_err(|_| bad())?;
    let wish = Wish { one_in: of, rest: SignedDuration::ZERO };
    if one.trim() == "1" && of > 0 { Ok(Some(wish)) } else { Err(bad()) }
}

/// Reads the share of one run; a catalog that fails costs the share alone.
pub(crate) fn read(
    archive: &Archive,
    wish: Wish,
    stop: &CancellationToken,
    progress: &Progress,
) -> Option<VerifyReport> {
    let until = Instant::now() + AT_MOST;
    let go_on = || !stop.is_cancelled() && Instant::now() < until;
    let (now, Wish { one_in, rest }) = (now(), wish);
    let before = if rest.is_zero() { Timestamp::MAX } else { now.checked_sub(rest).unwrap_or(now) };
    let share = Share { one_in, before, verified_at: now };
    let read = block_in_place(|| {
        archive.verify_share(&share, &go_on, &mut |so_far| progress.verified(so_far.files, so_far.bytes))
    });
    match read {
        Ok(report) => Some(report),
        Err(error) => {
            tracing::warn!(%error, "no share of the archive was read again");
            None
        }
    }
}

/// The words about it.
pub(crate) fn lines(report: &VerifyReport) -> Vec<String> {
    if report.files == 0 {
        return Vec::new();
    }
    let read =
        format!("Read again: {}, {}", words::counted(report.files, "file"), words::bytes(report.bytes));
    if report.is_sound() {
        return vec![format!("{read}, as they were written.")];
    }
    let mut lines = vec![format!("{read}; {} damaged or missing:", words::are(report.damage()))];
    for finding in report.findings.iter().take(20) {
        let detail = words::clean(&finding.detail);
        lines.push(format!("  {}: {}: {detail}", finding.what.word(), words::clean(&finding.path)));
    }
    lines.push("Next: flickr-backup repair".to_owned());
    lines
}

/// The exit code of a run that found this: damage comes before anything that another run may settle.
pub(crate) fn exit(exit: Exit, report: Option<&VerifyReport>) -> Exit {
    let is_damaged = report.is_some_and(|report| !report.is_sound());
    match exit {
        Exit::Complete | Exit::Incomplete | Exit::Limit if is_damaged => Exit::Damaged,
        exit => exit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_one_in_so_many_or_none() {
        let all = |one_in| Some(Some(Wish { one_in, rest: SignedDuration::ZERO }));

        assert_eq!(wish(None).ok(), Some(Some(Wish { one_in: 90, rest: REST })));
        assert_eq!((wish(Some("1/7")).ok(), wish(Some("0")).ok()), (all(7), Some(None)));
        for bad in ["2/7", "1/0", "", "1", "-1/7", "all"] {
            assert!(wish(Some(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn damage_is_not_hidden_by_what_another_run_may_settle() {
        let sound = VerifyReport::default();

        assert_eq!(exit(Exit::Incomplete, Some(&sound)), Exit::Incomplete);
        assert_eq!(exit(Exit::Complete, None), Exit::Complete);
    }
}
