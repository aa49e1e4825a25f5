//! Downloads beside `curl --parallel` in the same run on the same disk, and what the simulator itself can serve.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::load::fetch_all;
use super::measure::{Used, measured};
use super::place::{Home, Workshop, clear};
use super::simulator::Simulator;
use super::table::{Came, at_least, at_most, told};

const CONNECTIONS: usize = 8;

/// The simulator must not be what is measured.
pub(super) fn ceiling(workshop: &Workshop) -> Result<Came> {
    let small = workshop.simulator("--bulk --photos 20000 --photo-bytes 50000")?;
    let addresses = small.addresses(20_000)?;
    let (seconds, _) = fetch_all(&addresses, CONNECTIONS)?;
    let (cpu, peak) = small.used();
    let large = workshop.simulator("--bulk --photos 1000 --photo-bytes 2000000")?;
    let addresses = large.addresses(1_000)?;
    let (large_seconds, bytes) = fetch_all(&addresses, CONNECTIONS)?;
    let million = workshop.simulator("--bulk --photos 1000000 --photo-bytes 3000")?;
    let addresses = million.addresses(100_000)?;
    let (million_seconds, _) = fetch_all(&addresses[..20_000.min(addresses.len())], CONNECTIONS)?;
    Ok(Came::Figures(vec![
        at_least("photos of 50 kB a second", 20_000.0 / seconds, 5_000.0),
        told("its CPU, ms a photo of 50 kB", cpu * 1e3 / 20_000.0),
        told("its memory, MiB", peak),
        told("MB a second in photos of 2 MB", bytes as f64 / 1e6 / large_seconds),
        told("photos of 3 kB a second, of a million", 20_000.0 / million_seconds),
        told("its memory with a million photos, MiB", million.used().1),
    ]))
}

pub(super) fn small(workshop: &Workshop) -> Result<Came> {
    let sides = beside_curl(workshop, "--bulk --photos 20000 --photo-bytes 50000")?;
    let mut figures = vec![
        at_least("speed beside curl", sides.curl_seconds / sides.program.wall, 0.5),
        at_most("CPU, ms a photo", sides.program.cpu * 1e3 / 20_000.0, 1.0),
    ];
    figures.extend(sides.told());
    Ok(Came::Figures(figures))
}

pub(super) fn large(workshop: &Workshop) -> Result<Came> {
    let sides = beside_curl(workshop, "--bulk --photos 2000 --photo-bytes 2000000")?;
    let mut figures = vec![at_least("speed beside curl", sides.curl_seconds / sides.program.wall, 0.85)];
    figures.extend(sides.told());
    Ok(Came::Figures(figures))
}

/// One film, and curl with the same film; the simulator computes its MD5 before the clock runs.
pub(super) fn video(workshop: &Workshop) -> Result<Came> {
    let account = "--bulk --photos 1 --videos 1.0 --video-bytes 6000000000";
    let sides = beside_curl(workshop, account)?;
    let mut figures = vec![
        at_most("time beside curl", sides.program.wall / sides.curl_seconds, 1.15),
        at_most("peak memory, MiB", sides.program.peak, 64.0),
    ];
    figures.extend(sides.told());
    Ok(Came::Figures(figures))
}

/// The two sides of a comparison.
struct Sides {
    program: Used,
    /// The mean of curl before and after the program, so that a disk that gets slower is fair to both.
    curl_seconds: f64,
    curl_cpu: f64,
}

impl Sides {
    fn told(&self) -> Vec<super::table::Figure> {
        vec![
            told("wall, s", self.program.wall),
            told("CPU, s", self.program.cpu),
            told("peak memory, MiB", self.program.peak),
            told("curl and sync -f: wall, s", self.curl_seconds),
            told("curl and sync -f: CPU, s", self.curl_cpu),
        ]
    }
}

fn beside_curl(workshop: &Workshop, account: &str) -> Result<Sides> {
    let simulator = workshop.simulator(account)?;
    warm(&simulator)?;
    let before = curl(workshop, &simulator)?;
    let home = workshop.home("transfer", &simulator)?;
    let program = sync(&home)?;
    drop(home);
    let after = curl(workshop, &simulator)?;
    Ok(Sides { program, curl_seconds: (before.0 + after.0) / 2.0, curl_cpu: (before.1 + after.1) / 2.0 })
}

fn sync(home: &Home) -> Result<Used> {
    home.sync(&format!("--create --details listing --downloads {CONNECTIONS}"))
}

/// Asks for one head, so that digests of long bodies are computed before anything is timed.
fn warm(simulator: &Simulator) -> Result<()> {
    let address = simulator.addresses(1)?.pop().context("an account without photos")?;
    let head =
        Command::new("curl").args(["--silent", "--head", "--output", "/dev/null", &address]).status()?;
    anyhow::ensure!(head.success(), "curl cannot reach the simulator");
    Ok(())
}

/// Fetches everything with curl into one folder and brings it to the disk; gives wall and CPU seconds.
fn curl(workshop: &Workshop, simulator: &Simulator) -> Result<(f64, f64)> {
    let folder = workshop.folder.join("curl");
    clear(&folder)?;
    fs::create_dir_all(&folder)?;
    let config = folder.join("addresses");
    fs::write(&config, list(&simulator.addresses(100_000)?, &folder))?;
    let most = CONNECTIONS.to_string();
    let words = ["--silent", "--fail", "--parallel", "--parallel-max", &most, "--config"];
    let fetched = measured(Command::new("curl").args(words).arg(&config))?.ended_with(0)?;
    let synced = measured(Command::new("sync").arg("-f").arg(&folder))?.ended_with(0)?;
    clear(&folder)?;
    Ok((fetched.wall + synced.wall, fetched.cpu + synced.cpu))
}

fn list(addresses: &[String], folder: &Path) -> String {
    addresses.iter().enumerate().fold(String::new(), |mut list, (number, address)| {
        // Writing to a text cannot fail.
        writeln!(list, "url = \"{address}\"\noutput = \"{}/{number}\"", folder.display()).ok();
        list
    })
}
