//! What holds whatever stands in the config or comes to be shown, as checks that property tests and the fuzz targets
//! in `fuzz/` share.
//!
//! A fuzz target is a crate of its own and what it tries is private, so this room is compiled for tests and under
//! `cfg(fuzzing)` alone.

use clap::Parser;

use crate::args::{Args, Command};
use crate::settings::{Config, GivenKeys, Limits, Settings};
use crate::words;

/// What was broken, and by what.
type Broken = String;

fn holds(it_does: bool, otherwise: impl FnOnce() -> Broken) -> Result<(), Broken> {
    if it_does { Ok(()) } else { Err(otherwise()) }
}

/// Any text as `config.toml` gives settings within their bounds, or an error in words.
pub fn config(text: &str) -> Result<(), Broken> {
    let Ok(config) = toml::from_str::<Config>(text) else { return Ok(()) };
    let args = Args::try_parse_from(["flickr-backup", "sync"]).map_err(|error| error.to_string())?;
    let Command::Sync(sync) = args.command else { return Err("sync is another command".to_owned()) };
    let settings = Settings {
        config_dir: "/".into(),
        state_dir: "/".into(),
        current_dir: "/".into(),
        endpoint: flickr_client::Endpoint::Flickr,
        config,
        given_keys: GivenKeys::None,
        quiet: false,
        colours: false,
        verbose: 0,
        has_screen: false,
    };
    let Ok(limits) = Limits::of_sync(&sync, &settings) else { return Ok(()) };
    let calls = limits.calls_per_hour;
    holds(calls.is_some_and(|calls| (1..=3600).contains(&calls)), || format!("{calls:?} calls an hour"))?;
    let downloads = limits.options.downloads;
    holds((1..=64).contains(&downloads), || format!("{downloads} downloads at once"))?;
    holds(!limits.patience.is_zero(), || "no patience at all".to_owned())
}

/// Nothing that is shown commands a terminal or turns the direction of what stands beside it.
pub fn shown(text: &str) -> Result<(), Broken> {
    let clean = words::clean(text);
    let commands = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    holds(!clean.contains(commands), || format!("{clean:?} commands the terminal"))?;
    holds(words::clean(&clean) == clean, || format!("{clean:?} is cleaned to another"))?;
    let lines = words::clean_lines(text);
    holds(!lines.contains(|c: char| c != '\n' && commands(c)), || format!("{lines:?} commands the terminal"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn checked(result: Result<(), Broken>) -> Result<(), TestCaseError> {
        result.map_err(TestCaseError::fail)
    }

    proptest! {
        #[test]
        fn any_config_is_within_bounds_or_refused(
            calls in any::<i64>(), downloads in any::<i64>(), length in "[0-9smhd \\-]{0,24}", size in "[0-9kKmMgGtTbB.]{0,24}",
            name in "[a-z-]{1,12}", value in any::<String>()
        ) {
            let quoted = toml::Value::String(value.clone());
            checked(config(&format!("calls-per-hour = {calls}\ndownloads = {downloads}\npatience = \"{length}\"\n")))?;
            checked(config(&format!("max-bytes = \"{size}\"\nmax-duration = \"{length}\"\ndownloads = 3\n")))?;
            for key in ["patience", "max-bytes", "max-gone", "on-errors", "details", "sidecars", name.as_str()] {
                checked(config(&format!("{key} = {quoted}\n")))?;
            }
            checked(config(&value))?;
        }

        #[test]
        fn whatever_is_shown_commands_nothing(text in any::<String>(), more in "[\\x1b\\[\\]0-9;mJ\\x07\\x9b\\r\\n\u{202e}\u{2066}a]{0,40}") {
            checked(shown(&format!("{text}{more}")))?;
        }
    }
}
