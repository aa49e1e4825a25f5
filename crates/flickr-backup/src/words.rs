//! The only place that prints: results to standard output, everything else to standard error.
//!
//! A closed pipe is no reason to stop a backup, so a failed write is forgotten. Every text that came from
//! Flickr passes [`clean`] first: a title must not be able to command a terminal. Whoever forgets it is saved by
//! the last door, which lets nothing harmful through either. While bars stand at the foot of the terminal,
//! whoever says something says it above them.

use std::borrow::Cow;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use indicatif::MultiProgress;

/// The bars at the foot of the terminal, while there are any.
static BARS: Mutex<Option<MultiProgress>> = Mutex::new(None);

/// Writes all further lines above these bars; without bars, where the cursor is.
pub(crate) fn write_above(bars: Option<MultiProgress>) {
    *BARS.lock().unwrap_or_else(PoisonError::into_inner) = bars;
}

/// Clears the bars for good: the program is about to end.
pub(crate) fn take_bars_away() {
    let bars = BARS.lock().unwrap_or_else(PoisonError::into_inner).take();
    let _gone = bars.map(|bars| bars.clear().is_err());
}

fn above_the_bars(write: impl FnOnce()) {
    let bars = BARS.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match bars {
        Some(bars) => bars.suspend(write),
        None => write(),
    }
}

/// Writes a line of results. In a line of JSON what is harmful stays, as an escape that a program reads.
pub(crate) fn result(line: &str) {
    results(&[line]);
}

/// Writes many such lines at once; says whether somebody reads them.
pub(crate) fn results(lines: &[impl AsRef<str>]) -> bool {
    let mut text = String::new();
    for line in lines.iter().map(AsRef::as_ref) {
        let line = if line.starts_with("{\"") { escaped(line) } else { clean_lines(line) };
        text.extend([line.as_str(), "\n"]);
    }
    let mut is_read = true;
    above_the_bars(|| {
        let mut out = std::io::stdout().lock();
        is_read = out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_ok();
    });
    is_read
}

/// Writes a line about how things go.
pub(crate) fn say(line: &str) {
    log(&clean_lines(line));
}

/// Writes a line that holds nothing harmful any more, and perhaps colours of ours.
pub(crate) fn log(line: &str) {
    above_the_bars(|| {
        let _closed = writeln!(std::io::stderr().lock(), "{line}").is_err();
    });
}

/// Writes words that wait for an answer on the same line.
pub(crate) fn ask(words: &str) {
    let mut err = std::io::stderr().lock();
    let _closed = write!(err, "{words} ").and_then(|()| err.flush()).is_err();
}

/// Takes control, escape and direction-changing characters out of a text that came from elsewhere.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains(is_harmful) { Cow::Owned(text.replace(is_harmful, "")) } else { Cow::Borrowed(text) }
}

/// Whether a character commands a terminal, or turns the direction of what stands beside it.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}' | '\u{feff}')
}

/// A line of JSON in which everything harmful is an escape; all of it lies within the first 65,536 characters, and
/// outside of texts JSON has none.
fn escaped(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    for c in json.chars() {
        match is_harmful(c) {
            true => line.push_str(&format!("\\u{:04x}", u32::from(c))),
            false => line.push(c),
        }
    }
    line
}

/// As [`clean`], but line ends stay.
pub(crate) fn clean_lines(text: &str) -> String {
    text.lines().map(clean).collect::<Vec<_>>().join("\n")
}

/// Bytes as a person reads them, in powers of 1000 as disks are sold.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    let mut unit = 0;
    let mut whole = count;
    let mut tenths = 0;
    while whole >= 1000 && unit + 1 < UNITS.len() {
        tenths = whole % 1000 / 100;
        whole /= 1000;
        unit += 1;
    }
    if unit == 0 || whole >= 100 {
        format!("{whole} {}", UNITS[unit])
    } else {
        format!("{whole}.{tenths} {}", UNITS[unit])
    }
}

/// A count with thousands set apart.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 photo", "2 photos".
pub(crate) fn photos(number: u64) -> String {
    counted(number, "photo")
}

/// "1 file", "2 files": a count and the regular plural of what is counted.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// "1 is", "2 are".
pub(crate) fn are(number: u64) -> String {
    format!("{} {}", count(number), if number == 1 { "is" } else { "are" })
}

/// A length of time as a person says it.
pub(crate) fn duration(length: std::time::Duration) -> String {
    match length.as_secs() {
        0 => format!("{:.1} s", length.as_secs_f64()),
        seconds @ 1..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        seconds => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_title_cannot_command_the_terminal() {
        assert_eq!(clean("\u{1b}]0;x\u{7}a\u{1b}[2J\r\u{9b}b\u{202e}c"), "]0;xa[2Jbc");
        assert_eq!(clean("Ünïcode 写真 🎉"), "Ünïcode 写真 🎉");
    }

    #[test]
    fn a_line_of_json_stays_whole_and_commands_nothing() {
        let json = serde_json::json!({"name": "a\u{9b}2J\u{7f}\u{202e}\u{1b}é"});

        let line = escaped(&json.to_string());

        assert!(!line.contains(is_harmful), "{line}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&line).ok(), Some(json));
    }

    #[test]
    fn numbers_are_told_as_a_person_reads_them() {
        assert_eq!([bytes(999), bytes(1_500), bytes(309_000_000)], ["999 bytes", "1.5 kB", "309 MB"]);
        assert_eq!([count(7), count(1000), count(1_234_567)], ["7", "1,000", "1,234,567"]);
        assert_eq!(
            [photos(1), counted(0, "call"), counted(1200, "file")],
            ["1 photo", "0 calls", "1,200 files"]
        );
        assert_eq!([are(1), are(2)], ["1 is", "2 are"]);
        assert_eq!(duration(Duration::from_secs(3720)), "1 h 2 min");
    }
}
