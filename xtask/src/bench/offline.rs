//! What needs no Flickr: the start of the program, and `verify` beside `sha256sum`.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

use anyhow::{Context, Result};

use super::measure::measured;
use super::place::Workshop;
use super::table::{Came, at_least, at_most, told};

/// How often something short is run; the middle of all counts.
const TIMES: usize = 31;

pub(super) fn start(workshop: &Workshop) -> Result<Came> {
    let mut walls = Vec::new();
    for _ in 0..TIMES {
        walls.push(measured(Command::new(&workshop.program).arg("--version"))?.ended_with(0)?.wall);
    }
    walls.sort_by(f64::total_cmp);
    let size = fs::metadata(&workshop.program)?.len();
    Ok(Came::Figures(vec![
        at_most("--version, ms", walls[TIMES / 2] * 1e3, 10.0),
        at_most("binary, MB", size as f64 / 1e6, 15.0),
    ]))
}

pub(super) fn verify(workshop: &Workshop) -> Result<Came> {
    beside_sha256sum(workshop, "--bulk --photos 500 --photo-bytes 2000000")
}

pub(super) fn verify_large(workshop: &Workshop) -> Result<Came> {
    beside_sha256sum(workshop, "--bulk --photos 5000 --photo-bytes 2000000")
}

/// One `sha256sum` over all files of the archive that `verify` reads, before and after it.
fn beside_sha256sum(workshop: &Workshop, account: &str) -> Result<Came> {
    let simulator = workshop.simulator(account)?;
    let home = workshop.home("verify", &simulator)?;
    home.sync("--create --details listing --downloads 8")?;
    let sum = || -> Result<f64> {
        let words = ["-name", "*.jpg", "-exec", "sha256sum", "{}", "+"];
        Ok(measured(Command::new("find").arg(home.archive()).args(words))?.ended_with(0)?.wall)
    };
    sum()?; // brings everything into the cache
    let before = sum()?;
    let used = home.run("verify")?;
    let alone = (before + sum()?) / 2.0;
    let cores = available_parallelism().context("nobody knows how many cores there are")?.get() as f64;
    Ok(Came::Figures(vec![
        at_least("speed beside one sha256sum", alone / used.wall, 0.9 * cores),
        told("wall, s", used.wall),
        told("CPU, s", used.cpu),
        told("peak memory, MiB", used.peak),
        told("sha256sum: wall, s", alone),
        told("cores", cores),
    ]))
}
