//! The words at the end of a run: Flickr's total, the states, whether they add up, and the one next step.

use flickr_sync::{Ending, Report};
use photo_archive::State;

use crate::failure::Exit;
use crate::words;

/// What is said at the end of a run.
pub(crate) struct Summary<'a> {
    pub(crate) report: &'a Report,
    /// How many photos were not original at the end of the run before: they are told about as failures the
    /// first time only, and counted ever after.
    pub(crate) noted: u64,
    /// The command that goes on with this archive.
    pub(crate) again: &'a str,
}

impl Summary<'_> {
    /// The exit code that tells the truth about a run that nothing broke.
    pub(crate) fn exit(&self) -> Exit {
        exit(self.report, self.noted)
    }

    /// The lines of the summary.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = lines(self.report);
        lines.push(verdict(self));
        lines
    }
}

fn exit(report: &Report, noted: u64) -> Exit {
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

fn lines(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    if !report.whole {
        lines.push("Part of the account:".to_owned());
    }
    if let Some(total) = report.flickr_total {
        let total = words::photos(total);
        lines.push(match report.walked {
            true => format!("On Flickr: {total}, listed: {}.", words::count(report.listed)),
            false => format!("On Flickr: {total}; only what changed was asked for."),
        });
    }
    for (state, tally) in &report.states {
        let bytes = if tally.bytes > 0 { format!(", {}", words::bytes(tally.bytes)) } else { String::new() };
        lines.push(format!("  {:<13} {:>9}{bytes}", state, words::count(tally.count)));
    }
    if report.gone > 0 {
        lines.push(format!(
            "  {:<13} {:>9} (kept here, no longer on Flickr)",
            "gone",
            words::count(report.gone)
        ));
    }
    // Of a listing that broke off, nobody knows what it would have shown.
    if report.not_listed > 0 && report.flickr_total.is_some() {
        lines.push(format!(
            "  {:<13} {:>9} (kept here, not in Flickr's listing)",
            "not listed",
            words::count(report.not_listed)
        ));
    }
    lines.extend(sum(report));
    lines.push(changes(report));
    lines.extend(failures(report));
    lines.extend(report.notes.iter().map(|note| format!("  note: {}", words::clean(note))));
    lines.extend(owed(report));
    lines.push(calls(report));
    lines
}

/// Whether the states add up to Flickr's total; nothing where a part was asked for, or no total was told.
fn sum(report: &Report) -> Option<String> {
    let total = report.flickr_total.filter(|_| report.whole)?;
    let counted: u64 = report.states.values().map(|tally| tally.count).sum();
    Some(if report.adds_up() && report.total_is_off {
        format!(
            "Flickr's total is off: it says {}, and two whole walks showed the same {}. With these the numbers add up.",
            words::photos(total),
            words::count(report.listed)
        )
    } else if report.adds_up() {
        "The numbers add up to Flickr's total.".to_owned()
    } else {
        format!(
            "The numbers do not add up: {} counted here, {} on Flickr.",
            words::count(counted),
            words::count(total)
        )
    })
}

/// What this run did, in the numbers that are not nothing.
fn changes(report: &Report) -> String {
    let changes = &report.changes;
    let done = [
        (changes.new.count, "new"),
        (changes.replaced.count, "replaced"),
        (changes.not_original.count, "new but not original"),
        (changes.updated, "changed in words"),
        (changes.same, "compared and the same"),
        (changes.details, "asked for details"),
        (changes.gone, "gone from Flickr"),
        (changes.failed, "failed"),
    ];
    let mut told: Vec<String> = done
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{} {what}", words::count(*number)))
        .collect();
    let fetched = changes.new.bytes + changes.replaced.bytes + changes.not_original.bytes;
    if fetched > 0 {
        told.push(format!("{} fetched", words::bytes(fetched)));
    }
    if is_forecast(report) {
        return format!("A run would fetch or check {}.", words::photos(report.to_fetch));
    }
    if told.is_empty() { "Nothing new.".to_owned() } else { format!("This run: {}.", told.join(", ")) }
}

/// Whether the run went through everything, as far as it was asked to, and only told what it would fetch.
fn is_forecast(report: &Report) -> bool {
    !report.whole && report.ending == Ending::Finished && report.to_fetch > 0 && report.changes.is_nothing()
}

fn failures(report: &Report) -> Vec<String> {
    let photos = report.failures.iter().map(|failure| {
        let reason = words::clean(&failure.reason);
        match failure.count {
            1 => format!("  {}: {reason}", failure.example),
            many => format!("  {}, such as {}: {reason}", words::photos(many), failure.example),
        }
    });
    let records = report
        .oddities
        .iter()
        .map(|oddity| format!("  not readable in the listing: {}", words::clean(oddity)));
    photos.chain(records).collect()
}

/// What is left to be asked, and how long that takes at Flickr's pace.
fn owed(report: &Report) -> Option<String> {
    let calls = Some(report.details_owed).filter(|owed| *owed > 0 && report.whole)?;
    let time = words::duration(std::time::Duration::from_secs(calls));
    Some(format!(
        "Details of {} are still to be asked for: at least {}, {time} at 3,600 an hour.",
        words::photos(calls),
        words::counted(calls, "call")
    ))
}

fn calls(report: &Report) -> String {
    let left = report
        .calls
        .left_this_hour
        .map_or(String::new(), |left| format!(", {} left this hour", words::count(left.into())));
    let took = report.ended.duration_since(report.started);
    format!(
        "{} to Flickr{left}; {}.",
        words::counted(report.calls.made, "call"),
        words::duration(took.try_into().unwrap_or_default())
    )
}

/// Whether all is well, in one sentence, and the one next step.
fn verdict(summary: &Summary<'_>) -> String {
    let Summary { report, noted, again } = *summary;
    let status = again.replacen(" sync", " status", 1);
    let not_original = report.count(State::NotOriginal);
    let owed = match report.missing() {
        0 => String::new(),
        missing => format!(" ({} still missing)", words::are(missing)),
    };
    match exit(report, noted) {
        Exit::Interrupted => format!("Stopped; what is done stays done{owed}. Next: {again}"),
        Exit::Limit => format!("A limit that you set was reached{owed}. Next: {again}"),
        // What broke it follows, with the next step.
        Exit::Unexpected => format!("The run broke off{owed}."),
        Exit::Complete if is_forecast(report) => format!("Nothing was fetched. Next: {again}"),
        Exit::Complete if !report.whole => "Done, as far as was asked.".to_owned(),
        Exit::Complete if not_original > 0 => format!(
            "Complete: everything on Flickr is here; {} not the original, because Flickr gives none.",
            words::are(not_original)
        ),
        Exit::Complete => "Complete: everything on Flickr is here.".to_owned(),
        _ if report.held_back > 0 => format!(
            "Not complete: {} kept here and no longer on Flickr, which is too many to mark unasked. If it is so: {again} --accept-gone {}",
            words::are(report.held_back),
            report.held_back
        ),
        _ if report.listed == 0 && report.not_listed > 0 => format!(
            "Not complete: Flickr showed no photo at all, and {} kept here; nothing was marked as gone. Next: {again}",
            words::are(report.not_listed)
        ),
        _ if report.flickr_total.is_some_and(|total| total != report.listed) => format!(
            "Not complete: Flickr says {} and showed {}. Next: {again}",
            words::photos(report.flickr_total.unwrap_or(0)),
            words::count(report.listed)
        ),
        _ if report.missing() > 0 => {
            format!("Not complete: {} missing. Next: {status} --missing", words::are(report.missing()))
        }
        _ if not_original > noted => format!(
            "Everything is here, but {} not the original, because Flickr gives none; from now on that is only counted. Next: {status} --missing",
            words::are(not_original)
        ),
        _ => format!("Not complete. Next: {again}"),
    }
}
