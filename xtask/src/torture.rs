//! `torture`: the real program against the simulator, killed, starved, lied to and cut from power, again and again.
//!
//! After each fault everything that must hold at every moment is checked, then the program runs again and the archive is
//! held against one that was never disturbed. The same seed makes the same choices; a finding prints how to repeat it.

mod apart;
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
use std::time::Instant;

use anyhow::{Result, bail, ensure};

use crate::cargo;
use apart::Apart;
use ground::{Ground, Tools};
use machine::{Lack, Need};
use tally::Tally;
use wish::{Sweep, Wish};

/// One way to disturb the program.
struct Case {
    name: &'static str,
    about: &'static str,
    needs: &'static [Need],
    /// How many trials a short sweep makes.
    short: u64,
    run: fn(&mut Sweep<'_>) -> Result<Tally>,
}

/// The seed of the sweep in `ci`: a change passes or fails for what it is, not for the day.
const CI_SEED: u64 = 4;

const CASES: &[Case] = &[
    Case {
        name: "kill",
        about: "a first run killed at a write, rename, fsync, unlink …",
        needs: &[Need::Tracing],
        short: 12,
        run: kill::first,
    },
    Case {
        name: "kill-rich",
        about: "the same with albums, groups, comments and people",
        needs: &[Need::Tracing],
        short: 6,
        run: kill::rich,
    },
    Case {
        name: "kill-update",
        about: "the run that brings an archive up to date, killed",
        needs: &[Need::Tracing],
        short: 8,
        run: kill::update,
    },
    Case {
        name: "kill-rebuild",
        about: "`rebuild` killed",
        needs: &[Need::Tracing],
        short: 4,
        run: kill::rebuild,
    },
    Case {
        name: "kill-twice",
        about: "a run killed, and the run after it killed too",
        needs: &[Need::Tracing],
        short: 6,
        run: kill::twice,
    },
    Case {
        name: "errno",
        about: "a first run whose writes, fsyncs, renames, opens … fail",
        needs: &[Need::Tracing],
        short: 14,
        run: errno::first,
    },
    Case {
        name: "errno-update",
        about: "the run that brings an archive up to date, failing so",
        needs: &[Need::Tracing],
        short: 6,
        run: errno::update,
    },
    Case {
        name: "errno-rebuild",
        about: "`rebuild` failing so",
        needs: &[Need::Tracing],
        short: 3,
        run: errno::rebuild,
    },
    Case {
        name: "sockets",
        about: "sockets that cannot be made, reset, time out",
        needs: &[Need::Tracing],
        short: 6,
        run: errno::sockets,
    },
    Case {
        name: "full-bytes",
        about: "a disk in memory that has too little room",
        needs: &[Need::Mounts],
        short: 4,
        run: disks::full_bytes,
    },
    Case {
        name: "full-state",
        about: "the same under the catalog only",
        needs: &[Need::Mounts],
        short: 3,
        run: disks::full_state,
    },
    Case {
        name: "full-ext4",
        about: "an ext4 that has too little room",
        needs: &[Need::Loop],
        short: 3,
        run: disks::full_ext4,
    },
    Case {
        name: "full-inodes",
        about: "an ext4 that can hold no more files",
        needs: &[Need::Loop],
        short: 3,
        run: disks::full_inodes,
    },
    Case {
        name: "read-only",
        about: "an ext4 that finds an error in itself and becomes read-only",
        needs: &[Need::Tracing, Need::Loop],
        short: 3,
        run: disks::read_only,
    },
    Case {
        name: "vanished",
        about: "the archive's disk taken away, an empty folder left in its place",
        needs: &[Need::Tracing, Need::Mounts],
        short: 3,
        run: disks::vanished,
    },
    Case {
        name: "power",
        about: "the power cut under an ext4 that holds everything",
        needs: &[Need::Tracing, Need::Loop],
        short: 5,
        run: disks::power,
    },
    Case {
        name: "power-writeback",
        about: "the same where names reach the disk before contents, in an update",
        needs: &[Need::Tracing, Need::Loop],
        short: 4,
        run: disks::power_writeback,
    },
    Case {
        name: "power-disk",
        about: "the power cut under the archive only: the catalog remembers more",
        needs: &[Need::Tracing, Need::Loop],
        short: 4,
        run: disks::power_disk,
    },
    Case {
        name: "network",
        about: "the network lost in the middle, for a moment or to the end",
        needs: &[Need::Tracing, Need::Tool("ip", "iproute2"), Need::Network],
        short: 3,
        run: limits::network,
    },
    Case {
        name: "memory",
        about: "too little memory",
        needs: &[Need::Tool("prlimit", "util-linux")],
        short: 3,
        run: limits::memory,
    },
    Case {
        name: "files",
        about: "too few files open at a time",
        needs: &[Need::Tool("prlimit", "util-linux")],
        short: 3,
        run: limits::files,
    },
    Case {
        name: "file-size",
        about: "no file may grow beyond a size",
        needs: &[Need::Tool("prlimit", "util-linux")],
        short: 2,
        run: limits::file_size,
    },
    Case {
        name: "clock",
        about: "the clock wrong, or jumping in the middle",
        needs: &[Need::Tool("faketime", "faketime")],
        short: 4,
        run: limits::clock,
    },
    Case {
        name: "interrupt",
        about: "Ctrl-C, SIGTERM, a closed terminal or pipe",
        needs: &[Need::Tracing],
        short: 4,
        run: limits::interrupt,
    },
];

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
    let mut all = Tally::default();
    let mut skipped = Vec::new();
    for case in
        CASES.iter().filter(|case| wish.cases.is_empty() || wish.cases.iter().any(|name| name == case.name))
    {
        if let Some(lack) = machine::lacks(case.needs, apart) {
            skipped.push(skip(case, lack)?);
            continue;
        }
        let since = Instant::now();
        let tally =
            (case.run)(&mut Sweep { ground: &ground, wish, case: case.name, short: case.short, begun })?;
        println!("torture: {}: {tally} [{:.1} s]", case.name, since.elapsed().as_secs_f64());
        all.add(&tally);
    }
    for words in &skipped {
        println!("torture: SKIPPED {words}");
    }
    println!("torture: seed {}: {all}, in {:.0} s", wish.seed, begun.elapsed().as_secs_f64());
    ensure!(all.is_clean(), "the program broke a promise");
    ensure!(all.faults > 0 || wish.trial.is_some(), "no fault struck");
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
    let words = [
        "--package",
        "flickr-backup",
        "--bin",
        "flickr-backup",
        "--package",
        "flickr-simulator",
        "--example",
        "serve",
    ];
    let built = cargo::build(&words, &["flickr-backup", "serve"])?;
    let [program, serve] = built.as_slice() else { bail!("cargo did not build both programs") };
    let program = wish.program.as_ref().map_or_else(|| program.clone(), Into::into);
    Ok(Tools { program: program.canonicalize()?, serve: serve.clone() })
}
