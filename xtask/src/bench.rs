//! `bench`: runs the real program against the simulator and fails where it is slower or larger than it has to be.
//!
//! Nothing is compared with a number of another machine but the bars themselves: what can be a ratio is measured on both
//! sides in one run. `BENCHMARKS.md` tells how to read the table. No timed test runs under `cargo test`.

mod cases;
mod first_sync;
mod kept;
mod listing;
mod load;
mod measure;
mod offline;
mod place;
mod plot;
mod politeness;
mod simulator;
mod table;
mod transfer;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::cargo;
use cases::{CASES, Case, Weight};
use place::{Workshop, empty_trash};
use table::{Came, HEAD, lines, missed};

const HELP: &str = "\
cargo xtask bench [CASE…] [--big] [--fresh] [--list]

  CASE      only these cases; all of them by default
  --big     also what needs many gigabytes and an hour: a million photos, 6 GB in one film, 10 GB to verify
  --fresh   makes the archives anew that runs keep for later runs
  --list    names the cases
  bench politeness   hours and calls of a first sync by Flickr's limits, by a virtual clock; draws docs/politeness.svg
";

/// What the person asked for.
#[derive(Default)]
struct Wishes {
    cases: Vec<&'static Case>,
    big: bool,
    fresh: bool,
    list: bool,
}

/// Runs the bench; the words are those behind `bench`.
pub(crate) fn run(words: &[&str]) -> ExitCode {
    if words == ["politeness"] {
        let drawn = build().and_then(|workshop| {
            politeness::run(&workshop)?;
            empty_trash(&workshop)
        });
        return ended(drawn.map(|()| true));
    }
    match read(words) {
        Ok(wishes) if wishes.list => {
            for case in CASES {
                let big = if case.weight == Weight::Big { " (--big)" } else { "" };
                println!("{:16} {}{big}", case.name, case.what);
            }
            ExitCode::SUCCESS
        }
        Ok(wishes) => ended(bench(&wishes)),
        Err(error) => {
            eprint!("bench: {error:#}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn ended(result: Result<bool>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn read(words: &[&str]) -> Result<Wishes> {
    let mut wishes = Wishes::default();
    for word in words {
        match *word {
            "--big" => wishes.big = true,
            "--fresh" => wishes.fresh = true,
            "--list" => wishes.list = true,
            name => match CASES.iter().find(|case| case.name == name) {
                Some(case) => wishes.cases.push(case),
                None => bail!("no such case: {name}"),
            },
        }
    }
    if wishes.cases.is_empty() {
        wishes.cases.extend(CASES);
    }
    Ok(wishes)
}

/// Says whether every bar was held.
fn bench(wishes: &Wishes) -> Result<bool> {
    let workshop = build()?;
    if wishes.fresh {
        kept::forget(&workshop)?;
    }
    let (mut all, mut printed, mut broken) = (Vec::new(), Vec::new(), 0);
    for case in &wishes.cases {
        let begun = Instant::now();
        eprintln!("# {}: {}", case.name, case.what);
        match came_of(case, wishes, &workshop) {
            Ok(came) => {
                let rows = lines(case.name, &came);
                rows.iter().for_each(|row| eprintln!("{row}"));
                printed.extend(rows);
                all.push(came);
            }
            Err(error) => {
                eprintln!("bench: {} could not be measured: {error:#}", case.name);
                printed.push(format!("| {} | could not be measured | | | BROKEN |", case.name));
                broken += 1;
            }
        }
        eprintln!("# {} took {:.0} s\n", case.name, begun.elapsed().as_secs_f64());
    }
    empty_trash(&workshop)?;
    println!("{HEAD}\n{}", printed.join("\n"));
    println!("\n{}", machine());
    let missed = missed(&all);
    println!("\n{missed} figures miss their bar; {broken} cases could not be measured.");
    Ok(missed == 0 && broken == 0)
}

/// What the figures were measured on, and how busy it was then.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let processors = read("/proc/cpuinfo");
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let load = read("/proc/loadavg");
    let load = load.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    format!(
        "{cores} cores ({}); load over 1, 5 and 15 minutes: {load}",
        model.trim_start_matches([' ', '\t', ':'])
    )
}

fn came_of(case: &Case, wishes: &Wishes, workshop: &Workshop) -> Result<Came> {
    if case.weight == Weight::Big && !wishes.big {
        return Ok(Came::Skipped("only with --big".to_owned()));
    }
    let mut free = workshop.free()?;
    if free < case.disk {
        empty_trash(workshop)?;
        free = workshop.free()?;
    }
    if free < case.disk {
        let gigabytes = |bytes: u64| bytes as f64 / 1e9;
        let why = format!("wants {:.0} GB of disk, {:.0} GB are free", gigabytes(case.disk), gigabytes(free));
        return Ok(Came::Skipped(why));
    }
    (case.run)(workshop)
}

fn build() -> Result<Workshop> {
    let lister = ["--release", "--package", "flickr-client", "--example", "read_listing"];
    let words = [&lister, cargo::BOTH_PROGRAMS].concat();
    let built = cargo::build(&words, &["flickr-backup", "serve", "read_listing"])?;
    let [program, serve, lister] = built.as_slice() else { bail!("cargo did not build all programs") };
    let release = program.parent().context("the program lies in no folder")?;
    let folder = release.parent().context("the program lies in no target folder")?.join("bench");
    std::fs::create_dir_all(&folder)?;
    Ok(Workshop { folder, program: program.clone(), serve: serve.clone(), lister: lister.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_found_by_name_and_all_of_them_without_one() {
        assert_eq!(read(&[]).map(|wishes| wishes.cases.len()).ok(), Some(CASES.len()));
        assert_eq!(
            read(&["start", "--big"]).map(|wishes| (wishes.cases.len(), wishes.big)).ok(),
            Some((1, true))
        );
        assert!(read(&["no-such-case"]).is_err());
    }
}
