//! `bench politeness`: how long a first sync takes by Flickr's limits alone, whatever the program costs.
//!
//! The program's own calls are counted in real runs against the simulator; the hours pass on a clock that nobody waits
//! for. Calls of other programs a photo were counted once on a made-up account of 600 photos, with the versions named.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result};

use super::place::Workshop;
use super::plot::{Line, plot};
use crate::cargo;

/// Flickr's allowance of a key.
const CALLS_AN_HOUR: f64 = 3_600.0;
const PHOTOS: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Photos a second that the image host allows.
const RATES: [u32; 3] = [1, 5, 20];
/// Photos of the two runs that are counted.
const COUNTED: (u64, u64) = (1_000, 2_000);

/// Calls that are made once, and with each photo; the pages of the listing are counted with the photos.
#[derive(Clone, Debug, PartialEq)]
struct Habit {
    name: String,
    once: f64,
    a_photo: f64,
    /// Whether originals go at their own pace while calls go at theirs.
    is_side_by_side: bool,
}

/// Other programs, by what was counted: calls a photo of a first run, pages included.
const OTHERS: [(&str, f64); 5] = [
    ("gallery-dl 1.32.18, plain", 27.0 / 600.0),
    ("backup-all-my-flickr-photos 1.1, albums", 1_209.0 / 600.0),
    ("flickrbackup 0.12.6", 1_222.0 / 600.0),
    ("flickr-download 0.3.7, store and JSON", 1_807.0 / 600.0),
    ("gallery-dl 1.32.18, all metadata", 1_828.0 / 600.0),
];

pub(super) fn run(workshop: &Workshop) -> Result<()> {
    let mut habits = Vec::new();
    for details in ["listing", "smart", "full"] {
        habits.push(counted(workshop, details)?);
    }
    habits.extend(OTHERS.map(|(name, a_photo)| Habit {
        name: name.to_owned(),
        once: 0.0,
        a_photo,
        is_side_by_side: false,
    }));
    println!("{}", table(&habits));
    let folder = cargo::root().join("docs");
    fs::create_dir_all(&folder)?;
    let panels = RATES.map(|rate| (format!("{rate} photos a second"), lines(&habits, rate)));
    let path = folder.join("politeness.svg");
    fs::write(&path, plot(&PHOTOS, &panels)).with_context(|| format!("could not write {}", path.display()))
}

/// Counts the calls of two first syncs; what lies between them is what a photo costs.
fn counted(workshop: &Workshop, details: &str) -> Result<Habit> {
    let calls = |photos: u64| -> Result<f64> {
        let account = format!("--bulk --photos {photos} --photo-bytes 3000 --videos 0.01 --albums 30");
        let simulator = workshop.simulator(&account)?;
        let home = workshop.home("politeness", &simulator)?;
        simulator.forget()?;
        home.sync(&format!("--create --details {details}"))?;
        Ok(simulator.seen()?.calls as f64)
    };
    let (few, many) = (calls(COUNTED.0)?, calls(COUNTED.1)?);
    let a_photo = (many - few) / (COUNTED.1 - COUNTED.0) as f64;
    let once = (few - a_photo * COUNTED.0 as f64).max(0.0);
    Ok(Habit { name: format!("flickr-backup, {details}"), once, a_photo, is_side_by_side: true })
}

/// Hours of a first sync, on a clock of its own.
fn hours(habit: &Habit, photos: u64, rate: u32) -> f64 {
    let (call, image) = (3_600.0 / CALLS_AN_HOUR, 1.0 / f64::from(rate));
    let mut may_call = habit.once * call;
    let mut image_host_is_free = 0.0_f64;
    for _ in 0..photos {
        let begun = if habit.is_side_by_side { 0.0 } else { image_host_is_free };
        // The allowance grows while a body is under way, so a call waits only for what has not grown yet.
        may_call += habit.a_photo * call;
        image_host_is_free =
            if habit.is_side_by_side { image_host_is_free } else { begun.max(may_call) } + image;
    }
    may_call.max(image_host_is_free) / 3_600.0
}

fn lines(habits: &[Habit], rate: u32) -> Vec<Line> {
    let hours = |habit: &Habit| PHOTOS.map(|photos| hours(habit, photos, rate)).to_vec();
    habits.iter().map(|habit| Line { name: habit.name.clone(), hours: hours(habit) }).collect()
}

fn table(habits: &[Habit]) -> String {
    let mut table = "| program | calls a photo | photos | calls | hours at 1 photo/s | at 5 | at 20 |\n\
                     |---|---|---|---|---|---|---|\n"
        .to_owned();
    for habit in habits {
        for photos in PHOTOS {
            let calls = habit.once + habit.a_photo * photos as f64;
            let [slow, middle, fast] = RATES.map(|rate| hours(habit, photos, rate));
            // Writing to a text cannot fail.
            writeln!(
                table,
                "| {} | {:.2} | {photos} | {calls:.0} | {slow:.1} | {middle:.1} | {fast:.1} |",
                habit.name, habit.a_photo
            )
            .ok();
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn habit(a_photo: f64, is_side_by_side: bool) -> Habit {
        Habit { name: "x".to_owned(), once: 0.0, a_photo, is_side_by_side }
    }

    #[test]
    fn the_slower_of_both_limits_decides() {
        let near = |one: f64, other: f64| (one - other).abs() < 0.01;

        assert!(near(hours(&habit(0.0, true), 3_600, 1), 1.0));
        assert!(near(hours(&habit(2.0, true), 3_600, 1), 2.0));
        assert!(near(hours(&habit(2.0, false), 3_600, 20), 2.0));
        assert!(near(hours(&habit(0.5, false), 7_200, 5), 1.0));
    }
}
