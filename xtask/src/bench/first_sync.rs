//! The first sync of an ordinary account, as people measured it with other programs.

use anyhow::Result;

use super::place::Workshop;
use super::table::{Came, at_most, told};

/// 309 MB in all: 2,000 photos of 50 to 250 kB, and twenty films.
const ACCOUNT: &str = "--bulk --photos 2020 --photo-bytes 50000..250000 --videos 0.0099 \
    --video-bytes 300000..900000 --albums 30";
/// 306 items on slow lines.
const SLOW: &str = "--bulk --photos 306 --photo-bytes 50000..250000 --videos 0.02 --video-bytes 300000..900000 \
    --albums 5 --call-ms 200 --image-ms 50 --bytes-per-second 4000000";

pub(super) fn listing(workshop: &Workshop) -> Result<Came> {
    first(workshop, ACCOUNT, "listing", (5.0, 2.0))
}

pub(super) fn full(workshop: &Workshop) -> Result<Came> {
    first(workshop, ACCOUNT, "full", (8.0, 3.5))
}

fn first(workshop: &Workshop, account: &str, details: &str, (wall, cpu): (f64, f64)) -> Result<Came> {
    let simulator = workshop.simulator(account)?;
    let home = workshop.home("first", &simulator)?;
    simulator.forget()?;
    let used = home.sync(&format!("--create --details {details}"))?;
    let seen = simulator.seen()?;
    Ok(Came::Figures(vec![
        at_most("wall, s", used.wall, wall),
        at_most("CPU, s", used.cpu, cpu),
        at_most("peak memory, MiB", used.peak, 30.0),
        told("calls", seen.calls as f64),
        told("requests to the image host", seen.images as f64),
    ]))
}

pub(super) fn memory(workshop: &Workshop) -> Result<Came> {
    let account = ACCOUNT.replace("--photos 2020", "--photos 20200");
    let simulator = workshop.simulator(&account)?;
    let home = workshop.home("first", &simulator)?;
    let used = home.sync("--create --details listing")?;
    Ok(Came::Figures(vec![
        at_most("peak memory, MiB", used.peak, 30.0),
        told("wall, s", used.wall),
        told("CPU, s", used.cpu),
    ]))
}

pub(super) fn slow(workshop: &Workshop) -> Result<Came> {
    let mut figures = Vec::new();
    for (details, wall) in [("listing", 8.0), ("full", 20.0)] {
        let simulator = workshop.simulator(SLOW)?;
        let home = workshop.home("slow", &simulator)?;
        simulator.forget()?;
        let used = home.sync(&format!("--create --details {details}"))?;
        figures.push(at_most(&format!("{details}: wall, s"), used.wall, wall));
        figures.push(told(&format!("{details}: calls"), simulator.seen()?.calls as f64));
    }
    Ok(Came::Figures(figures))
}
