//! The reports of runs, `runs/YYYY/MM/YYYY-MM-DDTHHMMSSZ.json`: what was done, and by which one a catalog sees
//! that it is out of date.
//!
//! Each report has a later name than all before it, also when the clock was set back: a catalog that knows the
//! newest name knows them all.

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

use crate::atomic_file;
use crate::error::ArchiveError;
use crate::key::Key;
use crate::root::{EntryKind, Root};

/// The largest report that is read.
pub(crate) const LARGEST: u64 = 16 << 20;

const PATTERN: &str = "%Y-%m-%dT%H%M%SZ";

/// Whether a run changed anything that is worth a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// It did: a report is written.
    Something,
    /// It found nothing new: a report is written only when the day has none.
    Nothing,
}

/// Returns the newest report, as its path in the archive; `None` when there is none.
pub(crate) fn newest(root: &Root) -> Result<Option<Key>, ArchiveError> {
    newest_that(root, |_| Ok(true))
}

/// Returns the newest report of those that are meant, looking back from the newest of all.
pub(crate) fn newest_that(
    root: &Root,
    mut is_meant: impl FnMut(&Key) -> Result<bool, ArchiveError>,
) -> Result<Option<Key>, ArchiveError> {
    let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    let folders = |key: &Key| -> Result<Vec<Key>, ArchiveError> {
        let entries = root.entries(key)?.into_iter().rev();
        let folders = entries.filter(|entry| entry.facts.kind == EntryKind::Folder && is_number(&entry.name));
        Ok(folders.filter_map(|entry| key.join(&entry.name).ok()).collect())
    };
    for year in folders(&Key::known("runs".to_owned()))? {
        for month in folders(&year)? {
            let reports = root.entries(&month)?.into_iter().rev();
            for report in reports.filter(|entry| moment(&entry.name).is_some()) {
                if let Ok(key) = month.join(&report.name)
                    && is_meant(&key)?
                {
                    return Ok(Some(key));
                }
            }
        }
    }
    Ok(None)
}

/// The newest report there is, and what its run did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Newest<'a> {
    pub(crate) key: &'a Key,
    pub(crate) changed: Changed,
}

/// Decides under which path a run's report goes, or that it needs none: two runs of a day with nothing new
/// leave one report.
pub(crate) fn place(changed: Changed, now: Timestamp, newest: Option<Newest<'_>>) -> Option<Key> {
    let last = newest.and_then(|newest| moment(newest.key.name()));
    let at = match last {
        // Names tell whole seconds: a run that ends in the same one must not take the name of the run before.
        Some(last) if now.as_second() <= last.as_second() => {
            last.checked_add(SignedDuration::from_secs(1)).unwrap_or(last)
        }
        _ => now,
    };
    let day = |at: Timestamp| TimeZone::UTC.to_datetime(at).date();
    let was_quiet = newest.is_some_and(|newest| newest.changed == Changed::Nothing);
    if changed == Changed::Nothing && was_quiet && last.is_some_and(|last| day(last) == day(at)) {
        return None;
    }
    let name = at.strftime(PATTERN);
    Some(Key::known(format!("runs/{}/{name}.json", at.strftime("%Y/%m"))))
}

/// The field that tells of a report that its run changed nothing.
const QUIET: &str = "nothing_new";

/// The field that tells how a run came to its end.
const ENDING: &str = "ending";

/// Reads what the run of a report did; one that cannot be read is taken for a run that did something, and so is one that
/// did not come to its end: the next that does must not go without a report.
pub(crate) fn what_it_did(root: &Root, key: &Key) -> Changed {
    let report = root.read(key, LARGEST).ok().flatten();
    let report: Option<serde_json::Value> = report.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    report.map_or(Changed::Something, |report| what_a_report_says(&report))
}

fn what_a_report_says(report: &serde_json::Value) -> Changed {
    let is_quiet = report.get(QUIET).and_then(serde_json::Value::as_bool) == Some(true);
    let has_ended = report.get(ENDING).is_none_or(|ending| ending == "finished");
    if is_quiet && has_ended { Changed::Nothing } else { Changed::Something }
}

/// Writes a report, with a word on whether its run did anything.
pub(crate) fn write(
    root: &Root,
    key: &Key,
    report: &serde_json::Value,
    changed: Changed,
) -> Result<(), ArchiveError> {
    let mut report = report.clone();
    if let Some(fields) = report.as_object_mut() {
        fields.insert(QUIET.to_owned(), (changed == Changed::Nothing).into());
    }
    let mut bytes = serde_json::to_vec_pretty(&report).map_err(|error| root.failure("write", key, error))?;
    bytes.push(b'\n');
    atomic_file::write(root, key, &bytes, 0o644)
}

/// Reads the moment out of a report's name; `None` for a name that is no report's.
fn moment(name: &str) -> Option<Timestamp> {
    let at = civil::DateTime::strptime(PATTERN, name.strip_suffix(".json")?).ok()?;
    TimeZone::UTC.to_timestamp(at).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn key(text: &str) -> Key {
        Key::parse(text).unwrap()
    }

    #[test]
    fn a_report_is_named_by_its_second() {
        let place = place(Changed::Something, at("2026-11-23T03:00:12Z"), None);

        assert_eq!(place, Some(key("runs/2026/11/2026-11-23T030012Z.json")));
    }

    #[test]
    fn two_runs_in_one_second_and_a_clock_set_back_still_get_later_names() {
        let newest = key("runs/2026/11/2026-11-30T235959Z.json");
        for now in ["2026-11-30T23:59:59Z", "2026-11-30T23:59:59.9Z", "2016-01-01T00:00:00Z"] {
            let place =
                place(Changed::Something, at(now), Some(Newest { key: &newest, changed: Changed::Nothing }));

            assert_eq!(place, Some(key("runs/2026/12/2026-12-01T000000Z.json")));
        }
    }

    #[test]
    fn a_run_with_nothing_new_is_reported_once_a_day() {
        let newest = key("runs/2026/11/2026-11-23T030012Z.json");

        let after =
            |changed, now| place(Changed::Nothing, at(now), Some(Newest { key: &newest, changed })).is_some();

        assert!(!after(Changed::Nothing, "2026-11-23T23:00:00Z"));
        assert!(after(Changed::Nothing, "2026-11-24T00:00:00Z"));
        assert!(after(Changed::Something, "2026-11-23T23:00:00Z"));
    }

    #[test]
    fn a_run_that_broke_off_does_not_stand_for_the_day() {
        let says = |ending: &str| what_a_report_says(&serde_json::json!({QUIET: true, ENDING: ending}));

        assert_eq!(says("finished"), Changed::Nothing);
        assert_eq!([says("interrupted"), says("broken"), says("limit")], [Changed::Something; 3]);
        assert_eq!(what_a_report_says(&serde_json::json!({QUIET: true})), Changed::Nothing);
        assert_eq!(what_a_report_says(&serde_json::json!({QUIET: false})), Changed::Something);
    }

    #[test]
    fn only_reports_are_taken_for_reports() {
        assert!(moment("2026-11-23T030012Z.json").is_some());
        for other in ["2026-11-23T030012Z.json.part", "notes.json", ".DS_Store", "2026-13-23T030012Z.json"] {
            assert_eq!(moment(other), None, "{other}");
        }
    }
}
