//! The words at the end of a run: Flickr's total, the states, whether they add up, and the one next step.

use flickr_sync::{Ending, Report};
use photo_archive::State;

use crate::failure::Exit;
use crate::words;

/// The exit code that tells the truth about a run that nothing broke.
///
/// `noted` is how many photos were not original at the end of the run before: they are told about as
/// failures the first time only, and counted ever after.
pub(crate) fn exit(report: &Report, noted: u64) -> Exit {
    match report.ending {
        Ending::Interrupted => Exit::Interrupted,
        Ending::Limit => Exit::Limit,
        Ending::Broken => Exit::Unexpected,
        Ending::Finished if !report.whole && report.changes.failed == 0 => Exit::Complete,
        Ending::Finished if report.is_complete() && report.count(State::NotOriginal) <= noted => {
            Exit::Complete
        }
        Ending::Finished => Exit::Incomplete,
    }
}

/// The lines of the summary.
pub(crate) fn lines(report: &Report, noted: u64) -> Vec<String> {
    let mut lines = Vec::new();
    if !report.whole {
        lines.push("Part of the account:".to_owned());
    }
    if let Some(total) = report.flickr_total {
        lines.push(format!("On Flickr: {}, listed: {}.", words::photos(total), words::count(report.listed)));
    }
    for (state, tally) in &report.states {
        let bytes = if tally.bytes > 0 { format!(", {}", words::bytes(tally.bytes)) } else { String::new() };
        lines.push(format!("  {:<13} {:>9}{bytes}", state, words::count(tally.count)));
    }
    if report.not_listed > 0 {
        lines.push(format!(
            "  {:<13} {:>9} (kept here, not in Flickr's listing)",
            "not listed",
            words::count(report.not_listed)
        ));
    }
    lines.push(changes(report));
    lines.extend(failures(report));
    lines.push(calls(report));
    lines.push(verdict(report, noted));
    lines
}

fn changes(report: &Report) -> String {
    let changes = &report.changes;
    if changes.is_nothing() {
        return "Nothing new.".to_owned();
    }
    let fetched = changes.new.bytes + changes.replaced.bytes + changes.not_original.bytes;
    format!(
        "This run: {} new, {} replaced, {} changed in words, {} failed; {} fetched.",
        words::count(changes.new.count + changes.not_original.count),
        words::count(changes.replaced.count),
        words::count(changes.updated),
        words::count(changes.failed),
        words::bytes(fetched)
    )
}

fn failures(report: &Report) -> Vec<String> {
    let photos = report.failures.iter().map(|failure| {
        format!(
            "  {} × {} (for instance {})",
            words::count(failure.count),
            words::clean(&failure.reason),
            failure.example
        )
    });
    let records = report
        .oddities
        .iter()
        .map(|oddity| format!("  not readable in the listing: {}", words::clean(oddity)));
    photos.chain(records).collect()
}

fn calls(report: &Report) -> String {
    let left = report
        .calls
        .left_this_hour
        .map_or(String::new(), |left| format!(", {} left this hour", words::count(left.into())));
    let took = report.ended.duration_since(report.started);
    format!(
        "{} calls to Flickr{left}; {}.",
        words::count(report.calls.made),
        words::duration(took.try_into().unwrap_or_default())
    )
}

fn verdict(report: &Report, noted: u64) -> String {
    let not_original = report.count(State::NotOriginal);
    match exit(report, noted) {
        Exit::Interrupted => "Stopped; what is done stays done. Next: flickr-backup sync".to_owned(),
        Exit::Limit => "A limit was reached. Next: flickr-backup sync".to_owned(),
        Exit::Complete if !report.whole => "Done, as far as was asked.".to_owned(),
        Exit::Complete if not_original > 0 => format!(
            "Complete: everything on Flickr is here, {} not as the original (Flickr gives none).",
            words::count(not_original)
        ),
        Exit::Complete => "Complete: everything on Flickr is here.".to_owned(),
        _ if report.flickr_total.is_some_and(|total| total != report.listed) => format!(
            "Not complete: Flickr says {} and showed {}. Next: flickr-backup sync",
            words::photos(report.flickr_total.unwrap_or(0)),
            words::count(report.listed)
        ),
        _ if report.missing() > 0 => {
            format!(
                "Not complete: {} missing. Next: flickr-backup status --missing",
                words::photos(report.missing())
            )
        }
        _ if not_original > noted => format!(
            "Complete but for quality: {} could not be had as the original. Next: flickr-backup status --missing",
            words::photos(not_original)
        ),
        _ => "Not complete. Next: flickr-backup sync".to_owned(),
    }
}
