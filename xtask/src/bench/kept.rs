//! Archives that are made once and kept for later runs, and what is measured on them.
//!
//! They lie in the bench's folder under `kept/`; `--fresh` makes them anew. The first sync that makes them is a
//! measurement too, whose figures are written beside them.

use std::fs;

use anyhow::{Context, Result};

use super::measure::Used;
use super::place::{Home, Workshop, clear};
use super::simulator::Simulator;
use super::table::{Came, Figure, at_least, at_most, told};

/// A first sync of the smallest photos: what is measured is the program and its catalog, not the disk.
fn account(photos: u64) -> String {
    format!("--bulk --photos {photos} --photo-bytes 3000")
}

/// An archive of so many photos with its simulator, made now or in an earlier run; with what making it used.
fn kept(workshop: &Workshop, photos: u64) -> Result<(Simulator, Home, (f64, f64))> {
    let simulator = workshop.simulator(&account(photos))?;
    let folder = workshop.folder.join("kept");
    fs::create_dir_all(&folder)?;
    let place = Workshop { folder, ..workshop.clone() };
    let name = format!("bench/{photos}");
    let note = place.folder.join(&name).join("made");
    if let Some(made) = fs::read_to_string(&note).ok().and_then(|text| numbers(&text)) {
        return Ok((simulator, place.lasting_home(&name, &place_simulator(workshop, photos)?)?, made));
    }
    anyhow::bail!("unreachable")
}
