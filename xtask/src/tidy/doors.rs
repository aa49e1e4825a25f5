//! Each outside thing has one door: the terminal, the network and the environment are touched in their own rooms only.
//!
//! The disk, the clock and tasks are watched by clippy (`clippy.toml`), which sees through renamed imports.

use super::Finding;
use super::source::{Source, has_word};

const PRINTING: &[&str] = &["print!", "println!", "eprint!", "eprintln!"];
const STREAMS: &[&str] = &["io::stdout", "io::stderr"];
/// Where words to a person are written.
const PRINTERS: &[&str] = &["crates/flickr-backup/", "xtask/"];
const NETWORK_DOOR: &str = "crates/flickr-client/";
/// The one room that reads the environment, as a file or as a folder.
const ENVIRONMENT_ROOM: &str = "crates/flickr-backup/src/settings";
/// The first lines of the program, which take what was typed and hand it on.
const FIRST_LINES: &str = "crates/flickr-backup/src/main.rs";

/// The rooms of the product that may open the disk, the clock or the environment against `clippy.toml`.
const DOOR_ROOMS: &[&str] = &[
    "crates/flickr-backup/src/settings.rs",
    "crates/flickr-client/src/clock.rs",
    "crates/flickr-simulator/src/clock.rs",
    "crates/photo-archive/src/catalog_file.rs",
    "crates/token-store/src/private_file.rs",
];

/// A library hands its words back; only the program, an example and automation print.
pub(super) fn printing(path: &str, source: &Source) -> Vec<Finding> {
    let may_print = PRINTERS.iter().any(|place| path.starts_with(place)) || path.contains("/examples/");
    let mut findings = Vec::new();
    for (line, code) in source.lines() {
        if has_macro(code, "dbg!") {
            findings.push(Finding::new(path, line, "`dbg!` is for the moment of searching: take it out"));
        }
        for name in PRINTING.iter().filter(|name| !may_print && has_macro(code, name)) {
            let what = format!("`{name}` in a library: hand the words to the caller, who prints them");
            findings.push(Finding::new(path, line, what));
        }
        let is_product = !may_print && !source.is_test(line);
        for name in STREAMS.iter().filter(|name| is_product && has_word(code, name)) {
            let what = format!("`{name}` in a library: hand the words to the caller, who prints them");
            findings.push(Finding::new(path, line, what));
        }
    }
    findings
}

/// A room makes itself a door only by being on the list: else any file could excuse itself from `clippy.toml`.
pub(super) fn unlisted_room(path: &str, source: &Source) -> Vec<Finding> {
    if DOOR_ROOMS.contains(&path) || path.starts_with("xtask/") {
        return Vec::new();
    }
    source
        .product_lines()
        .filter(|(_, code)| has_word(code, "disallowed_methods"))
        .map(|(line, _)| {
            let what = "this room is no door: go through one, or add it to DOOR_ROOMS in xtask/src/tidy/doors.rs with a word in ARCHITECTURE.md";
            Finding::new(path, line, what)
        })
        .collect()
}

/// Only the door to the network names the crate that opens it; tests may look through it too.
pub(super) fn network(path: &str, source: &Source) -> Vec<Finding> {
    if path.starts_with(NETWORK_DOOR) {
        return Vec::new();
    }
    source
        .product_lines()
        .filter(|(_, code)| has_word(code, "reqwest"))
        .map(|(line, _)| Finding::new(path, line, "`reqwest` outside the door: ask flickr-client for it"))
        .collect()
}

/// The environment is read once, in the program's settings; all others get values.
pub(super) fn environment(path: &str, source: &Source) -> Vec<Finding> {
    if path.starts_with(ENVIRONMENT_ROOM) || path.starts_with("xtask/") {
        return Vec::new();
    }
    source
        .product_lines()
        .filter(|(_, code)| reads_environment(&without_typed_words(path, code)))
        .map(|(line, _)| {
            let what = "`std::env` outside flickr-backup's settings: take the value as an argument";
            Finding::new(path, line, what)
        })
        .collect()
}

/// The code of a line without the one call by which the program takes what was typed.
fn without_typed_words(path: &str, code: &str) -> String {
    if path == FIRST_LINES { code.replace("std::env::args_os()", "") } else { code.to_owned() }
}

/// Facts about the machine it was built for (`std::env::consts`) are no environment.
fn reads_environment(code: &str) -> bool {
    let code = code.replace("std::env::consts", "");
    let is_grouped = code.contains("use std::{") && has_word(&code, "env");
    has_word(&code, "std::env") || is_grouped
}

/// Whether `code` calls the macro `name`; the end of a longer name is another macro.
fn has_macro(code: &str, name: &str) -> bool {
    code.match_indices(name)
        .any(|(at, _)| !code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source::read(path, text)
    }

    #[test]
    fn a_library_that_takes_the_terminal_itself_is_found() {
        let text =
            "fn a() { std::io::stderr().lock(); }\n#[cfg(test)]\nmod tests { fn b() { std::io::stderr(); } }";

        let found =
            printing("crates/flickr-sync/src/plan.rs", &source("crates/flickr-sync/src/plan.rs", text));

        assert_eq!(found.iter().map(|f| f.line).collect::<Vec<_>>(), [1]);
        assert_eq!(
            printing("crates/flickr-backup/src/words.rs", &source("crates/flickr-backup/src/words.rs", text)),
            []
        );
    }

    #[test]
    fn a_room_cannot_make_itself_a_door() {
        let text = "//! A.\n#![expect(clippy::disallowed_methods, reason = \"handy\")]\n#[cfg(test)]\n#[expect(clippy::disallowed_methods, reason = \"a test\")]\nmod tests {}";
        let lines =
            |path: &str| unlisted_room(path, &source(path, text)).iter().map(|f| f.line).collect::<Vec<_>>();

        assert_eq!(lines("crates/photo-archive/src/layout.rs"), [2]);
        assert_eq!(lines("crates/token-store/src/private_file.rs"), [0; 0]);
        assert_eq!(lines("crates/photo-archive/tests/it/main.rs"), [0; 0]);
    }

    #[test]
    fn a_library_that_prints_is_found_in_its_tests_too() {
        let path = "crates/flickr-sync/src/plan.rs";
        let text = "fn a() { println!(); }\n#[cfg(test)]\nmod tests { fn b() { eprint!(); } }";

        let found = printing(path, &source(path, text));

        assert_eq!(found.iter().map(|f| f.line).collect::<Vec<_>>(), [1, 3]);
        assert!(found[0].what.starts_with("`println!`"), "only the macro that is there: {}", found[0].what);
        assert!(found[1].what.starts_with("`eprint!`"), "{}", found[1].what);
    }

    #[test]
    fn the_program_and_examples_print_but_nobody_keeps_a_dbg() {
        let text = "fn a() { println!(); dbg!(1); }";
        for path in ["crates/flickr-backup/src/words.rs", "crates/flickr-client/examples/replay.rs"] {
            let found = printing(path, &source(path, text));

            assert_eq!(found.len(), 1, "{path}");
            assert!(found[0].what.starts_with("`dbg!`"));
        }
    }

    #[test]
    fn a_sentence_about_printing_is_not_printing() {
        let path = "crates/flickr-sync/src/plan.rs";
        let text = "//! Never calls println!().\nconst A: &str = \"print!()\";";

        assert_eq!(printing(path, &source(path, text)), []);
    }

    #[test]
    fn the_network_crate_is_found_outside_its_door() {
        let path = "crates/flickr-sync/src/fetch.rs";
        let text = "use reqwest::Client;\nfn a() -> reqwest::Result<()> { b() }\n";

        assert_eq!(network(path, &source(path, text)).len(), 2);
        assert_eq!(network("crates/flickr-client/src/client.rs", &source(path, text)), []);
    }

    #[test]
    fn tests_may_use_the_network_crate() {
        let path = "crates/flickr-simulator/tests/it/main.rs";

        assert_eq!(network(path, &source(path, "use reqwest::Client;")), []);
    }

    #[test]
    fn the_environment_is_found_outside_the_settings() {
        let path = "crates/flickr-backup/src/commands/auth.rs";
        for text in ["let home = std::env::var(\"HOME\");", "use std::env;", "use std::{env, fs};"] {
            assert_eq!(environment(path, &source(path, text)).len(), 1, "{text}");
            assert_eq!(environment("crates/flickr-backup/src/settings.rs", &source(path, text)), []);
        }
    }

    #[test]
    fn what_was_typed_is_taken_in_the_first_lines_only() {
        let text = "fn main() { run(std::env::args_os()) }";

        assert_eq!(environment(FIRST_LINES, &source(FIRST_LINES, text)), []);
        assert_eq!(environment("crates/flickr-backup/src/lib.rs", &source("", text)).len(), 1);
        assert_eq!(environment(FIRST_LINES, &source("", "fn main() { std::env::vars() }")).len(), 1);
    }

    #[test]
    fn what_was_fixed_at_build_time_is_no_environment() {
        let path = "crates/flickr-client/src/client.rs";
        let text =
            "const A: &str = env!(\"CARGO_PKG_VERSION\"); fn os() -> &'static str { std::env::consts::OS }";

        assert_eq!(environment(path, &source(path, text)), []);
    }
}
