//! Who knows whom: the dependencies of each crate, held against the table.
//!
//! Dependencies for tests are free, with two exceptions: nothing of ours may help the simulator, and the simulator
//! may help nothing but tests.

use super::Finding;
use super::table::{FREE, ROWS, SIMULATOR, row};
use crate::cargo::Dependency;

/// Every dependency of the crate `name` that the table does not allow; `manifest` is the text found at `path`.
pub(super) fn forbidden(name: &str, dependencies: &[Dependency], path: &str, manifest: &str) -> Vec<Finding> {
    if row(name).is_none() {
        let what = format!(
            "`{name}` has no row: draw the crate in ARCHITECTURE.md, then add it to xtask/src/tidy/table.rs"
        );
        return vec![Finding::new(path, 1, what)];
    }
    dependencies
        .iter()
        .filter_map(|dependency| {
            let why = objection(name, dependency)?;
            Some(Finding::new(path, line_of(manifest, dependency), why))
        })
        .collect()
}

/// Why the crate `name` may not have this dependency.
fn objection(name: &str, dependency: &Dependency) -> Option<String> {
    let wanted = dependency.name.as_str();
    let is_ours = ROWS.iter().any(|row| row.name == wanted);
    if name == SIMULATOR && is_ours {
        return Some(format!(
            "the simulator shares no code with what it checks: copy the few lines needed from `{wanted}`'s documents, not its code"
        ));
    }
    if dependency.is_for_tests {
        return None;
    }
    if wanted == SIMULATOR {
        return Some("the simulator is for tests only: move it to [dev-dependencies]".to_owned());
    }
    let row = row(name)?;
    let is_allowed = row.ours.contains(&wanted) || row.outside.contains(&wanted) || FREE.contains(&wanted);
    (!is_allowed).then(|| {
        let kind = if is_ours { "our crate" } else { "the outside crate" };
        format!("`{name}` may not depend on {kind} `{wanted}`: do without it, or change the table in ARCHITECTURE.md first and then xtask/src/tidy/table.rs")
    })
}

/// The line that names the dependency, in its own kind of section; 1 when the manifest writes it another way.
fn line_of(manifest: &str, dependency: &Dependency) -> usize {
    let mut is_for_tests = false;
    for (index, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            is_for_tests = line.contains("dev-dependencies");
        }
        let key = line.split(['.', '=', ' ']).next().unwrap_or_default();
        let header = line.trim_end_matches(']').rsplit('.').next().unwrap_or_default();
        let is_named = key == dependency.name || (line.starts_with('[') && header == dependency.name);
        if is_named && is_for_tests == dependency.is_for_tests {
            return index + 1;
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(name: &str) -> Dependency {
        Dependency { name: name.into(), is_for_tests: false }
    }

    fn for_tests(name: &str) -> Dependency {
        Dependency { name: name.into(), is_for_tests: true }
    }

    #[test]
    fn an_arrow_that_points_up_is_found_on_its_line() {
        let manifest =
            "[package]\nname = \"photo-archive\"\n\n[dependencies]\nflickr-client.workspace = true\n";

        let found = forbidden("photo-archive", &[normal("flickr-client")], "crates/a/Cargo.toml", manifest);

        assert_eq!(found.len(), 1);
        assert_eq!((found[0].file.as_str(), found[0].line), ("crates/a/Cargo.toml", 5));
        assert!(found[0].what.contains("our crate `flickr-client`"));
    }

    #[test]
    fn an_outside_crate_that_is_not_in_the_table_is_found() {
        let found = forbidden("flickr-model", &[normal("reqwest")], "Cargo.toml", "");

        assert!(found[0].what.contains("the outside crate `reqwest`"), "{}", found[0].what);
    }

    #[test]
    fn what_the_table_allows_and_what_is_free_is_not_found() {
        let allowed = ["oauth-signing", "reqwest", "tracing", "serde", "url"].map(normal);

        assert_eq!(forbidden("flickr-client", &allowed, "Cargo.toml", ""), []);
    }

    #[test]
    fn dependencies_for_tests_are_free() {
        let free = ["proptest", "flickr-simulator", "photo-archive"].map(for_tests);

        assert_eq!(forbidden("flickr-client", &free, "Cargo.toml", ""), []);
    }

    #[test]
    fn the_simulator_helps_nothing_but_tests() {
        let found = forbidden("flickr-backup", &[normal("flickr-simulator")], "Cargo.toml", "");

        assert!(found[0].what.contains("[dev-dependencies]"));
    }

    #[test]
    fn nothing_of_ours_helps_the_simulator_even_in_its_tests() {
        let found = forbidden("flickr-simulator", &[for_tests("oauth-signing")], "Cargo.toml", "");

        assert!(found[0].what.contains("shares no code"));
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        let found = forbidden("flickr-extras", &[], "crates/flickr-extras/Cargo.toml", "");

        assert!(found[0].what.contains("has no row"));
    }

    #[test]
    fn the_line_is_the_one_in_the_right_section() {
        let manifest =
            "[dev-dependencies]\ntokio = \"1\"\n[dependencies]\ntokio = \"1\"\n[dependencies.url]\n";

        assert_eq!(line_of(manifest, &normal("tokio")), 4);
        assert_eq!(line_of(manifest, &for_tests("tokio")), 2);
        assert_eq!(line_of(manifest, &normal("url")), 5);
    }
}
