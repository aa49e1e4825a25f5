//! `list`: what is in the archive, a line a photo: as a table, as JSON or as CSV; works offline.
//!
//! The lines stream out of the catalog, so that the first of a million comes at once; who closes the pipe ends it.

use std::borrow::Cow;

use anyhow::Result;
use flickr_model::Media;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use photo_archive::{Access, Filter, Line, State};

use crate::args::{List, Moving};
use crate::doors;
use crate::failure::{Exit, Failure};
use crate::progress::{Progress, Style};
use crate::settings::Settings;
use crate::words;

/// How many photos are read from the catalog at once; the first time fewer, so that they are there at once.
const ROWS: usize = 1000;
const FIRST_ROWS: usize = 50;

pub(crate) fn list(settings: &Settings, typed: &List) -> Result<Exit> {
    let filter = filter(typed)?;
    let dir = settings.archive(typed.dir.as_deref())?;
    let progress = Progress::new(Style::of_run(typed.json, settings.quiet));
    let archive = doors::archive(settings, &dir, Access::Read, &progress)?;
    progress.clear();
    let (head, form): (Option<&str>, fn(&Line) -> String) = match (typed.json, typed.csv) {
        (true, _) => (None, as_json),
        (_, true) => (Some(CSV_HEAD), as_csv),
        _ => (None, as_row),
    };
    let (mut after, mut limit, mut lines) = (None, FIRST_ROWS, Vec::new());
    lines.extend(head.map(str::to_owned));
    loop {
        let rows = archive.lines(filter, after, limit)?;
        lines.extend(rows.iter().map(form));
        let somebody_reads = words::results(&lines);
        let Some(last) = rows.last().filter(|_| somebody_reads) else { return Ok(Exit::Complete) };
        (after, limit) = (Some(last.id), ROWS);
        lines.clear();
    }
}

fn filter(typed: &List) -> Result<Filter> {
    let state = typed.state.as_deref().map(state).transpose()?;
    let media = typed.media.map(|media| match media {
        Moving::Photo => Media::Photo,
        Moving::Video => Media::Video,
    });
    let since = typed.since.as_deref().map(since).transpose()?;
    Ok(Filter { state, media, since })
}

/// A state by its word; `not original` may be written with a `-`.
fn state(word: &str) -> Result<State, Failure> {
    let known = State::ALL.into_iter().find(|state| state.word() == word.replace('-', " "));
    known.ok_or_else(|| {
        let words = State::ALL.map(|state| state.word().replace(' ', "-")).join(", ");
        Failure::new(Exit::Usage, format!("--state {}: it is one of {words}", words::clean(word)))
    })
}

/// A day, by the clock of UTC.
fn since(text: &str) -> Result<Timestamp, Failure> {
    let day = text.parse::<Date>().ok().and_then(|day| TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok());
    day.ok_or_else(|| {
        Failure::new(Exit::Usage, format!("--since {}: write a day, such as 2024-05-31", words::clean(text)))
    })
}

fn day(line: &Line) -> String {
    line.uploaded.map_or_else(|| "-".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}

fn word(media: Media) -> &'static str {
    match media {
        Media::Photo => "photo",
        Media::Video => "video",
    }
}

fn as_row(line: &Line) -> String {
    let reason = line.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let row = format!(
        "{:>12} {:<12} {} {:>10} {:>11} {}{reason}",
        line.id.to_string(),
        line.state.word(),
        word(line.media),
        day(line),
        words::bytes(line.bytes),
        line.path
    );
    words::clean(&row).into_owned()
}

fn as_json(line: &Line) -> String {
    let Line { id, state, reason, uploaded, bytes, path, .. } = line;
    let line = serde_json::json!({
        "type": "item", "id": id, "state": state.word(), "media": word(line.media), "uploaded": uploaded, "bytes": bytes,
        "path": path, "reason": reason
    });
    line.to_string()
}

const CSV_HEAD: &str = "id,state,media,uploaded,bytes,path,reason";

fn as_csv(line: &Line) -> String {
    let fields = [
        line.id.to_string(),
        line.state.word().to_owned(),
        word(line.media).to_owned(),
        line.uploaded.map(|at| at.to_string()).unwrap_or_default(),
        line.bytes.to_string(),
        line.path.clone(),
        line.reason.clone().unwrap_or_default(),
    ];
    fields.iter().map(|field| in_csv(field)).collect::<Vec<_>>().join(",")
}

/// A field as CSV has it (RFC 4180), on one line; one that a spreadsheet would take for a formula begins with a `'`.
fn in_csv(field: &str) -> String {
    let clean = words::clean(field);
    let harmless = match clean.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@') => Cow::Owned(format!("'{clean}")),
        _ => clean,
    };
    if harmless.contains([',', '"', ' ', ';']) {
        format!("\"{}\"", harmless.replace('"', "\"\""))
    } else {
        harmless.into_owned()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn line(reason: &str) -> Line {
        Line {
            id: "7".parse().unwrap(),
            media: Media::Video,
            state: State::NotOriginal,
            reason: Some(reason.to_owned()),
            uploaded: Timestamp::from_second(1_716_940_800).ok(),
            bytes: 1_500,
            path: "photos/2024/05/7.mp4".to_owned(),
        }
    }

    #[test]
    fn no_field_of_csv_is_a_formula_or_breaks_the_line() {
        assert_eq!(in_csv("=LINK(\"http://x\")"), "\"'=LINK(\"\"http://x\"\")\"");
        assert_eq!(
            [in_csv("a"), in_csv("a, b"), in_csv(" @x\r\n\u{1b}[2J")],
            ["a", "\"a, b\"", "\"' @x[2J\""]
        );
    }

    #[test]
    fn a_line_tells_the_same_in_each_form() {
        let line = line("Flickr, it =gives \u{1b}[2Jnone");

        assert_eq!(
            as_row(&line),
            "           7 not original video 2024-05-29      1.5 kB photos/2024/05/7.mp4 (Flickr, it =gives [2Jnone)"
        );
        assert_eq!(
            as_csv(&line),
            "7,\"not original\",video,2024-05-29T00:00:00Z,1500,photos/2024/05/7.mp4,\"Flickr, it =gives [2Jnone\""
        );
        let json: serde_json::Value = serde_json::from_str(&as_json(&line)).unwrap();
        assert_eq!((&json["id"], &json["bytes"]), (&"7".into(), &1_500.into()));
    }

    #[test]
    fn states_and_days_are_read_and_nonsense_is_refused() {
        assert_eq!(state("not-original").ok(), Some(State::NotOriginal));
        assert_eq!(since("2024-05-29").ok(), Timestamp::from_second(1_716_940_800).ok());
        assert!(state("lost").is_err() && since("yesterday").is_err());
    }
}
