//! `ci`: everything that must hold before a change goes in, one step after the other, stopping at the first that fails.
//!
//! A step speaks for itself on the terminal; this room only says which one begins, how long it took and how all ended.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{cargo, tidy, torture};

/// How a step ended that did not fail.
enum Ending {
    Passed,
    Skipped(&'static str),
}

/// A step that is one run of cargo.
struct CargoStep {
    name: &'static str,
    arguments: &'static [&'static str],
    /// One environment variable for this run only.
    environment: Option<(&'static str, &'static str)>,
}

const FORMAT: CargoStep =
    CargoStep { name: "format", arguments: &["fmt", "--all", "--check"], environment: None };
const CLIPPY: CargoStep = CargoStep {
    name: "clippy",
    arguments: &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
    environment: None,
};
const TESTS: CargoStep =
    CargoStep { name: "tests", arguments: &["test", "--workspace", "--locked"], environment: None };
const DOCS: CargoStep = CargoStep {
    name: "docs",
    arguments: &["doc", "--no-deps", "--workspace", "--locked"],
    environment: Some(("RUSTDOCFLAGS", "-D warnings")),
};
const LICENCES: CargoStep = CargoStep {
    name: "licences",
    arguments: &["deny", "--locked", "check", "bans", "licenses", "sources"],
    environment: None,
};

/// Runs all steps.
pub(crate) fn run() -> Result<()> {
    let begun = Instant::now();
    let mut skipped = Vec::new();

    // The quick ones come first: a wrong blank should not cost five minutes of building.
    step("format", || cargo_step(&FORMAT), &mut skipped)?;
    step("tidy", || tidy::run().map(|()| Ending::Passed), &mut skipped)?;
    step("clippy", || cargo_step(&CLIPPY), &mut skipped)?;
    step("tests", || cargo_step(&TESTS), &mut skipped)?;
    step("torture", || torture::short().map(|()| Ending::Passed), &mut skipped)?;
    step("docs", || cargo_step(&DOCS), &mut skipped)?;
    step("licences", licences, &mut skipped)?;

    println!("{}", last_line(begun.elapsed(), &skipped));
    Ok(())
}

fn step(
    name: &'static str,
    run: impl FnOnce() -> Result<Ending>,
    skipped: &mut Vec<&'static str>,
) -> Result<()> {
    println!("ci: {name} …");
    let begun = Instant::now();
    match run() {
        Ok(Ending::Passed) => println!("ci: {name} passed in {}", spoken(begun.elapsed())),
        Ok(Ending::Skipped(why)) => {
            println!("ci: {name} SKIPPED: {why}");
            skipped.push(name);
        }
        Err(error) => {
            return Err(error.context(format!("stopped at {name} after {}", spoken(begun.elapsed()))));
        }
    }
    Ok(())
}

fn cargo_step(step: &CargoStep) -> Result<Ending> {
    let mut command = cargo::command();
    command.args(step.arguments).envs(step.environment);
    let status = command.status().with_context(|| format!("could not run cargo for {}", step.name))?;
    if !status.success() {
        bail!("cargo {} ended with {status}", step.arguments.join(" "));
    }
    Ok(Ending::Passed)
}

/// The licence check needs a tool that a fresh machine does not have; without it the step is skipped aloud.
fn licences() -> Result<Ending> {
    if !has_cargo_deny(cargo::command()) {
        return Ok(Ending::Skipped("cargo-deny is not installed (`cargo install --locked cargo-deny`)"));
    }
    cargo_step(&LICENCES)
}

fn has_cargo_deny(mut cargo: Command) -> bool {
    let asked = cargo.args(["deny", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

fn last_line(took: Duration, skipped: &[&str]) -> String {
    let took = spoken(took);
    match skipped {
        [] => format!("ci: everything passed in {took}"),
        names => format!("ci: everything that was run passed in {took}; skipped: {}", names.join(", ")),
    }
}

/// A duration as a person says it.
fn spoken(took: Duration) -> String {
    match took.as_secs() {
        0..=59 => format!("{:.1} s", took.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_in_seconds_or_in_minutes() {
        assert_eq!(spoken(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(spoken(Duration::from_secs(65)), "1 min 05 s");
    }

    #[test]
    fn the_last_line_never_hides_a_skipped_step() {
        assert_eq!(last_line(Duration::from_secs(2), &[]), "ci: everything passed in 2.0 s");

        let line = last_line(Duration::from_secs(2), &["licences"]);

        assert!(line.ends_with("skipped: licences"), "{line}");
    }

    #[test]
    fn a_step_that_fails_says_its_name_and_stops_the_rest() {
        let mut skipped = Vec::new();

        let error = step("docs", || bail!("cargo doc ended badly"), &mut skipped).err();

        let text = error.map(|error| format!("{error:#}")).unwrap_or_default();
        assert!(text.starts_with("stopped at docs after"), "{text}");
        assert!(text.ends_with("cargo doc ended badly"), "{text}");
    }

    #[test]
    fn a_step_without_its_tool_is_counted_as_skipped() {
        let mut skipped = Vec::new();

        let result = step("licences", || Ok(Ending::Skipped("no tool")), &mut skipped);

        assert!(result.is_ok());
        assert_eq!(skipped, ["licences"]);
    }
}
