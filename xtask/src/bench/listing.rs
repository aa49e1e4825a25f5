//! The first listing of a large account, beside a reader that parses the answers and does nothing with them.

use std::process::Command;

use anyhow::Result;

use super::measure::{Used, measured};
use super::place::Workshop;
use super::simulator::Simulator;
use super::table::{Came, at_most, told};

pub(super) fn dry(workshop: &Workshop) -> Result<Came> {
    beside_a_reader(workshop, 100_000)
}

pub(super) fn dry_million(workshop: &Workshop) -> Result<Came> {
    beside_a_reader(workshop, 1_000_000)
}

fn beside_a_reader(workshop: &Workshop, photos: u64) -> Result<Came> {
    let simulator = workshop.simulator(&format!("--bulk --photos {photos} --photo-bytes 3000"))?;
    let before = reader(workshop, &simulator)?;
    let home = workshop.home("dry", &simulator)?;
    home.run("init")?;
    simulator.forget()?;
    let used = home.sync("--dry-run --details listing")?;
    let calls = simulator.seen()?.calls;
    let after = reader(workshop, &simulator)?;
    let (wall, cpu) = ((before.wall + after.wall) / 2.0, (before.cpu + after.cpu) / 2.0);
    Ok(Came::Figures(vec![
        at_most("calls", calls as f64, photos as f64 / 500.0 + 5.0),
        at_most("peak memory, MiB", used.peak, 64.0),
        at_most("time beside reading and parsing alone", used.wall / wall, 1.2),
        told("wall, s", used.wall),
        told("CPU, s", used.cpu),
        told("reading and parsing alone: wall, s", wall),
        told("reading and parsing alone: CPU, s", cpu),
        told("the simulator's memory, MiB", simulator.used().1),
    ]))
}

fn reader(workshop: &Workshop, simulator: &Simulator) -> Result<Used> {
    let mut command = Command::new(&workshop.lister);
    command.arg(simulator.endpoint()).args(simulator.keys()).args(simulator.access());
    measured(&mut command)?.ended_with(0)
}
