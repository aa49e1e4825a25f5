//! Archives that are made once and kept for later runs, and what is measured on them.
//!
//! They lie in the bench's folder as `kept-` and the number of photos; `--fresh` makes them anew. The photos are the
//! smallest there are: what is measured is the program and its catalog, not the disk.

use std::fs;

use anyhow::{Context, Result};

use super::measure::Used;
use super::place::{Home, Workshop, clear};
use super::simulator::Simulator;
use super::table::{Came, Figure, at_least, at_most, told};

/// The archives that are kept, by their number of photos.
const KEPT: [u64; 3] = [10_000, 100_000, 1_000_000];

/// First syncs of 1,000 and of 10,000 photos.
pub(super) fn growth(workshop: &Workshop) -> Result<Came> {
    let first = |photos: u64| -> Result<Used> {
        let simulator = workshop.simulator(&account(photos))?;
        let home = workshop.home("growth", &simulator)?;
        home.sync("--create --details listing")
    };
    let (small, large) = (first(1_000)?, first(10_000)?);
    Ok(Came::Figures(vec![
        at_most("time of 10,000 by that of 1,000", large.wall / small.wall, 11.0),
        at_most("CPU of 10,000 by that of 1,000", large.cpu / small.cpu, 11.0),
        told("1,000: wall, s", small.wall),
        told("10,000: wall, s", large.wall),
        told("10,000: CPU, ms a photo", large.cpu / 10.0),
        at_most("1,000: peak memory, MiB", small.peak, 30.0),
        at_most("10,000: peak memory, MiB", large.peak, 30.0),
    ]))
}

pub(super) fn quiet_small(workshop: &Workshop) -> Result<Came> {
    quiet(workshop, 10_000)
}

pub(super) fn quiet_large(workshop: &Workshop) -> Result<Came> {
    quiet(workshop, 100_000)
}

fn quiet(workshop: &Workshop, photos: u64) -> Result<Came> {
    let (simulator, home) = kept(workshop, photos)?;
    let (used, calls) = nothing_new(&simulator, &home)?;
    let mut figures = vec![at_most("wall, the waiting for answers included, s", used.wall, 0.3)];
    figures.extend(of_a_quiet_run(&used, calls));
    Ok(Came::Figures(figures))
}

/// A million beside a hundred thousand.
pub(super) fn million(workshop: &Workshop) -> Result<Came> {
    let (simulator, home) = kept(workshop, 100_000)?;
    let (before, _) = nothing_new(&simulator, &home)?;
    let (simulator, home) = kept(workshop, 1_000_000)?;
    let (used, calls) = nothing_new(&simulator, &home)?;
    let mut figures = vec![at_most("time beside 100,000", used.wall / before.wall, 2.0)];
    figures.extend(of_a_quiet_run(&used, calls));
    figures.extend(first_words(&home)?);
    Ok(Came::Figures(figures))
}

/// What works on an archive without Flickr.
pub(super) fn offline(workshop: &Workshop) -> Result<Came> {
    let (_simulator, home) = kept(workshop, 10_000)?;
    let mut figures = first_words(&home)?;
    let used = home.run("rebuild")?;
    figures.push(at_least("rebuild: photos a second", 10_000.0 / used.wall, 15_000.0));
    figures.push(told("rebuild: CPU, s", used.cpu));
    figures.push(told("rebuild: peak memory, MiB", used.peak));
    Ok(Came::Figures(figures))
}

fn first_words(home: &Home) -> Result<Vec<Figure>> {
    home.run("status")?; // brings the catalog into the cache
    let used = home.run("status")?;
    let first = used.first_line.context("status said nothing")?;
    let listed = home.run("list")?;
    Ok(vec![
        at_most("status: first line after, s", first, 0.1),
        told("status: wall, s", used.wall),
        told("status: peak memory, MiB", used.peak),
        at_most("list: first line after, s", listed.first_line.context("list said nothing")?, 0.1),
        told("list: wall, s", listed.wall),
        told("list: peak memory, MiB", listed.peak),
    ])
}

fn of_a_quiet_run(used: &Used, calls: u64) -> Vec<Figure> {
    vec![
        at_most("calls", calls as f64, 6.0),
        at_most("peak memory, MiB", used.peak, 40.0),
        told("CPU, s", used.cpu),
        told("wall, s", used.wall),
    ]
}

/// The second of two runs in a row, so that what the first one found worth doing is done.
fn nothing_new(simulator: &Simulator, home: &Home) -> Result<(Used, u64)> {
    home.sync("--details listing")?;
    simulator.forget()?;
    let used = home.sync("--details listing")?;
    Ok((used, simulator.seen()?.calls))
}

/// An archive of so many photos with its simulator, made now or in an earlier run.
fn kept(workshop: &Workshop, photos: u64) -> Result<(Simulator, Home)> {
    let simulator = workshop.simulator(&account(photos))?;
    let name = name(photos);
    let made = workshop.folder.join(&name).join("made");
    if !made.is_file() {
        clear(&workshop.folder.join(&name))?;
    }
    let home = workshop.lasting_home(&name, &simulator)?;
    if !made.is_file() {
        let used = home.sync("--create --details listing")?;
        eprintln!(
            "# kept {photos}: made in {:.0} s, {:.0} s of CPU, {:.0} MiB",
            used.wall, used.cpu, used.peak
        );
        fs::write(&made, "This archive is whole.\n")?;
    }
    Ok((simulator, home))
}

/// Takes away what is kept.
pub(super) fn forget(workshop: &Workshop) -> Result<()> {
    KEPT.iter().try_for_each(|photos| clear(&workshop.folder.join(name(*photos))))
}

fn name(photos: u64) -> String {
    format!("kept-{photos}")
}

fn account(photos: u64) -> String {
    format!("--bulk --photos {photos} --photo-bytes 3000")
}
