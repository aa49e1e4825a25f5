//! `torture`: the real program against the simulator, killed, starved, lied to and cut from power, again and again.
//!
//! After each fault everything that must hold at every moment is checked, then the program runs again and the archive is
//! held against one that was never disturbed. The same seed makes the same choices; a finding prints how to repeat it.

mod apart;
mod cases;
mod chance;
mod disk;
mod disks;
mod errno;
mod ground;
mod kill;
mod likeness;
mod limits;
mod machine;
mod pause;
mod proof;
mod run;
mod stage;
mod strace;
mod tally;
mod tree;
mod trial;
mod wish;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::cargo;
use apart::Apart;
use cases::{CASES, Case};
use ground::{Ground, Tools};
use machine::Lack;
use tally::Tally;
use wish::{Sweep, Wish};

/// The seed of the sweep in `ci`: a change passes or fails for what it is, not for the day.
const CI_SEED: u64 = 4;

/// Runs what the words ask for.
pub(crate) fn run(words: &[&str]) -> ExitCode {
    let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    if words.iter().any(|word| word == "--list") {
        list();
        return ExitCode::SUCCESS;
    }
    let ended = match apart::take(&mut words) {
        Some(apart) => wish::read(&words).and_then(|wish| torture(&wish, apart)),
        None => match wish::read(&words) {
            // The seed is fixed before the second start, so that it is printed once and means the same.
            Ok(wish) => {
                if !words.iter().any(|word| word == "--seed") {
                    words.extend(["--seed".to_owned(), wish.seed.to_string()]);
                }
                return apart::again(&words).unwrap_or_else(|error| crate::ended("torture", Err(error)));
            }
            Err(error) => Err(error),
        },
    };
    crate::ended("torture", ended)
}

/// The short sweep of every change.
pub(crate) fn short() -> Result<()> {
    let code = apart::again(&["--seed".to_owned(), CI_SEED.to_string()])?;
    ensure!(code == ExitCode::SUCCESS, "the torture found something");
    Ok(())
}

fn list() {
    for case in CASES {
        println!("{:<14} {}", case.name, case.about);
    }
}

fn torture(wish: &Wish, apart: Apart) -> Result<()> {
    if let Some(unknown) = wish.cases.iter().find(|name| CASES.iter().all(|case| case.name != **name)) {
        bail!("no case is called {unknown}; `cargo xtask torture --list` tells all");
    }
    if apart != Apart::No && machine::has("ip") {
        apart::open_loopback()?;
    }
    let ground = Ground::make(built(wish)?, apart)?;
    println!("torture: seed {}", wish.seed);
    let begun = Instant::now();
    let is_wanted = |case: &&Case| wish.cases.is_empty() || wish.cases.iter().any(|name| name == case.name);
    let wanted: Vec<&Case> = CASES.iter().filter(is_wanted).collect();
    let mut all = Tally::default();
    let mut skipped = Vec::new();
    for (done, case) in wanted.iter().enumerate() {
        if let Some(lack) = machine::lacks(case.needs, apart) {
            skipped.push(skip(case, lack)?);
            continue;
        }
        let share =
            |at_most: Duration| at_most.saturating_sub(begun.elapsed()) / (wanted.len() - done) as u32;
        let since = Instant::now();
        let until = wish.at_most.map(|at_most| since + share(at_most));
        let mut sweep = Sweep { ground: &ground, wish, case: case.name, short: case.short, until };
        let tally = (case.run)(&mut sweep).with_context(|| format!("in the case {}", case.name))?;
        println!("torture: {}: {tally} [{:.1} s]", case.name, since.elapsed().as_secs_f64());
        all.add(&tally);
    }
    for words in &skipped {
        println!("torture: SKIPPED {words}");
    }
    println!("torture: seed {}: {all}, in {:.0} s", wish.seed, begun.elapsed().as_secs_f64());
    ensure!(all.is_clean(), "the program broke a promise");
    ensure!(all.faults > 0 || !skipped.is_empty() || wish.trial.is_some(), "no fault struck");
    Ok(())
}

/// A case that cannot be run here is told; what could be installed must be there in CI.
fn skip(case: &Case, lack: Lack) -> Result<String> {
    match lack {
        Lack::Tool(tool) if std::env::var_os("CI").is_some() => {
            bail!("{} needs {tool}, which .ci/run installs", case.name)
        }
        Lack::Tool(what) => Ok(format!("{}: it needs {what}", case.name)),
        Lack::Machine(what) => Ok(format!("{}: this machine does not give {what}", case.name)),
    }
}

fn built(wish: &Wish) -> Result<Tools> {
    let (program, serve) = cargo::build_both()?;
    let program = wish.program.as_ref().map_or(program, Into::into);
    Ok(Tools { program: program.canonicalize()?, serve })
}
