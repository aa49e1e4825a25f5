//! What `-v` shows: what the crates say of themselves, on standard error, never a secret.
//!
//! A message may repeat words of Flickr's. Each is written as one line, above the bars, and without anything that could
//! command a terminal or forge another line.

use std::io::{self, IsTerminal, Write};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::words;

/// Our own crates; what others log is not held to our rule about secrets and is left out.
const OURS: [&str; 5] = ["flickr_backup", "flickr_client", "flickr_sync", "photo_archive", "token_store"];

/// Begins to show what is said at the level asked for: 0 warnings, 1 information, 2 and more everything.
pub(crate) fn start(verbose: u8, colours: bool) {
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        _ => LevelFilter::TRACE,
    };
    let targets = Targets::new().with_targets(OURS.map(|target| (target, level)));
    let colours = colours && io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_writer(|| Line).with_ansi(colours).with_target(false);
    let _already_started = tracing_subscriber::registry().with(targets).with(lines).try_init().is_err();
}

/// Where one message goes; it is handed over whole.
struct Line;

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        words::log(&one_line(&String::from_utf8_lossy(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A message as one harmless line. The escape character stays where it only colours: those of a message's own text were
/// made readable before they came here, so that these are the program's.
fn one_line(message: &str) -> String {
    let mut parts = message.trim_end().split("\u{1b}[");
    let mut line = harmless(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        if digits.starts_with('m') {
            line.push_str("\u{1b}[");
        }
        line.push_str(&harmless(part));
    }
    line
}

fn harmless(text: &str) -> String {
    words::clean(&text.replace('\n', " ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_that_commands_nothing() {
        assert_eq!(one_line("one\ntwo\r\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\u{202e}\n"), "one two2J]0;x31m");
    }

    #[test]
    fn colours_stay() {
        assert_eq!(one_line("\u{1b}[32m INFO\u{1b}[0m a\n"), "\u{1b}[32m INFO\u{1b}[0m a");
    }
}
