//! `fuzz [TARGET] [--seconds N]`: lets cargo-fuzz try the targets in `fuzz/` for a minute each, beginning with the seeds.
//!
//! No sanitizer is used: the workspace has no unsafe code, what is looked for are panics and broken promises, and
//! without one the stable compiler is enough. What is found lies in `fuzz/artifacts/`, what was tried in cargo's
//! target folder.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::cargo;

/// The longest that one input may take, in seconds, and the most memory of a target, in MiB.
const SLOWEST: u32 = 10;
const LARGEST: u32 = 2048;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Wish<'a> {
    /// One target, or all.
    target: Option<&'a str>,
    /// How long each is run.
    seconds: u32,
}

/// Runs one target or all of them; fails at the end when any of them found something.
pub(crate) fn run(words: &[&str]) -> Result<()> {
    let wish = wish(words)?;
    let folder = cargo::root().join("fuzz");
    if !has_cargo_fuzz() {
        bail!("there is no cargo-fuzz on this machine: `cargo install cargo-fuzz --locked` brings it");
    }
    let all = targets(&std::fs::read_to_string(folder.join("Cargo.toml")).context("fuzz/Cargo.toml")?);
    let chosen: Vec<&str> = match wish.target {
        Some(name) if all.iter().any(|target| target == name) => vec![name],
        Some(name) => bail!("there is no target {name}; there are {}", all.join(", ")),
        None => all.iter().map(String::as_str).collect(),
    };
    let mut broken = Vec::new();
    for target in chosen {
        println!("fuzz: {target}, {} seconds", wish.seconds);
        if !run_one(target, wish.seconds)? {
            broken.push(target);
        }
    }
    if !broken.is_empty() {
        bail!("{} found something; fuzz/artifacts/ holds the input", broken.join(", "));
    }
    println!("fuzz: nothing found");
    Ok(())
}

/// Reads what was typed behind `fuzz`.
fn wish<'a>(words: &[&'a str]) -> Result<Wish<'a>> {
    let mut wish = Wish { target: None, seconds: 60 };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--seconds" => {
                let number = words.next().and_then(|number| number.parse().ok());
                wish.seconds = number.filter(|seconds| *seconds > 0).context("--seconds wants a number")?;
            }
            flag if flag.starts_with('-') => bail!("there is no flag {flag}"),
            target if wish.target.is_none() => wish.target = Some(target),
            other => bail!("one target or all; {other} is one too many"),
        }
    }
    Ok(wish)
}

fn has_cargo_fuzz() -> bool {
    let mut version = cargo::command();
    version.args(["fuzz", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

/// The names of the targets, in the order of the manifest.
fn targets(manifest: &str) -> Vec<String> {
    let mut lines = manifest.lines();
    let mut targets = Vec::new();
    while let Some(line) = lines.next() {
        if line.trim() == "[[bin]]"
            && let Some(name) = lines.next().and_then(|line| line.trim().strip_prefix("name = \""))
        {
            targets.push(name.trim_end_matches('"').to_owned());
        }
    }
    targets
}

/// Whether a target ran through without finding anything.
fn run_one(target: &str, seconds: u32) -> Result<bool> {
    let folder = cargo::root().join("fuzz");
    let built = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| folder.join("target"), PathBuf::from);
    let corpus = built.join("corpus").join(target);
    std::fs::create_dir_all(&corpus).with_context(|| format!("could not make {}", corpus.display()))?;
    let mut fuzz: Command = cargo::command();
    fuzz.args(["fuzz", "run", "--fuzz-dir"]).arg(&folder).args(["--sanitizer", "none", target]);
    fuzz.arg(&corpus).arg(folder.join("seeds").join(target)).arg("--");
    fuzz.arg(format!("-max_total_time={seconds}")).args(["-print_final_stats=1", "-verbosity=0"]);
    fuzz.arg(format!("-timeout={SLOWEST}")).arg(format!("-rss_limit_mb={LARGEST}"));
    let status = fuzz.status().context("could not run cargo fuzz")?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_target_or_all_for_a_minute_or_as_long_as_is_said() {
        let asked = |words: &[&'static str]| wish(words).ok();

        assert_eq!(asked(&[]), Some(Wish { target: None, seconds: 60 }));
        assert_eq!(asked(&["names", "--seconds", "5"]), Some(Wish { target: Some("names"), seconds: 5 }));
        for bad in [&["--seconds"][..], &["--seconds", "0"], &["names", "xmp"], &["--fast"]] {
            assert_eq!(asked(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_targets_are_those_of_the_manifest() {
        let manifest = "[package]\nname = \"fuzz\"\n\n[[bin]]\nname = \"names\"\npath = \"x\"\n\n[[bin]]\nname = \"xmp\"\n";

        assert_eq!(targets(manifest), ["names", "xmp"]);
    }
}
