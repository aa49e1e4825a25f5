//! `status`: what is kept, what is missing and why, and when the last run was; works offline.

use anyhow::Result;
use photo_archive::{Access, Archive, Census, Counted, State, Tally};

use crate::args::Read;
use crate::doors;
use crate::failure::Exit;
use crate::last_listing::Listing;
use crate::progress::{Progress, Style};
use crate::settings::Settings;
use crate::words;

/// How many missing photos are read from the catalog at once.
const ROWS: usize = 1000;

pub(crate) fn status(settings: &Settings, typed: &Read) -> Result<Exit> {
    let dir = settings.archive(typed.dir.as_deref())?;
    if let (false, Some(marker)) = (typed.json, doors::marker(&dir)?) {
        // What takes no time is said first, however large the archive is.
        words::result(&format!("Archive of {} in {}", words::clean(&marker.account.username), dir.display()));
    }
    let progress = Progress::new(Style::of_run(typed.json, settings.quiet));
    let archive = doors::archive(settings, &dir, Access::Read, &progress)?;
    progress.clear();
    let census = archive.census(Counted::All)?;
    let last_run = archive.last_report()?.map(|(path, _)| path);
    let (listing, proven) = (Listing::of(&archive)?, archive.proven_since()?);
    let owed = census.of(State::Missing).photos + census.of(State::Unavailable).photos;

    if typed.json {
        let states: serde_json::Map<_, _> = tallies(&census)
            .map(|(word, tally)| {
                (word.to_owned(), serde_json::json!({"count": tally.photos, "bytes": tally.bytes}))
            })
            .collect();
        let marker = archive.marker();
        let line = serde_json::json!({
            "type": "status", "archive": dir, "account": marker.account, "states": states, "missing": owed, "last_run": last_run,
            "listing": listing.word(), "proven_since": proven
        });
        words::result(&line.to_string());
    } else {
        for (word, tally) in tallies(&census) {
            words::result(&format!(
                "  {word:<13} {:>9}, {}",
                words::count(tally.photos),
                words::bytes(tally.bytes)
            ));
        }
        words::result(&format!("Last run: {}.", last_run.as_deref().unwrap_or("none yet")));
        if let Some(proven) = proven {
            words::result(&format!("All bytes proven since {}.", proven.strftime("%Y-%m-%d")));
        }
        words::result(&verdict(owed, last_run.is_some(), listing));
    }
    if typed.missing {
        tell_missing(&archive, typed.json)?;
    }
    Ok(if owed == 0 && listing == Listing::Whole { Exit::Complete } else { Exit::Incomplete })
}

/// The states in which there are photos, with their words.
fn tallies(census: &Census) -> impl Iterator<Item = (&'static str, Tally)> {
    State::ALL.into_iter().map(|state| (state.word(), census.of(state))).filter(|(_, tally)| tally.photos > 0)
}

/// What is missing, and whether anybody can know.
fn verdict(owed: u64, has_run: bool, listing: Listing) -> String {
    let missing = match owed {
        0 => "Nothing that Flickr listed is missing".to_owned(),
        owed => format!("{} missing", words::photos(owed)),
    };
    match listing {
        Listing::Never if !has_run => "No run has ended yet. Next: flickr-backup sync".to_owned(),
        Listing::Never => {
            "No run has listed the whole account yet, so nobody knows what is missing. Next: flickr-backup sync"
                .to_owned()
        }
        Listing::BrokenOff => {
            format!("{missing}, but the last run did not list the account to its end. Next: flickr-backup sync")
        }
        Listing::Short { total, listed } => format!(
            "{missing}, but Flickr says {} and showed {}. Next: flickr-backup sync",
            words::photos(total),
            words::count(listed)
        ),
        Listing::Whole if owed == 0 => format!("{missing}."),
        Listing::Whole => format!("{missing}. Next: flickr-backup status --missing"),
    }
}

fn tell_missing(archive: &Archive, json: bool) -> Result<()> {
    let mut after = None;
    loop {
        let rows = archive.lacking(after, ROWS)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.id);
        for row in &rows {
            let reason = words::clean(&row.reason);
            if json {
                let line = serde_json::json!({"type": "item", "id": row.id, "state": row.state.word(), "reason": reason});
                words::result(&line.to_string());
            } else {
                words::result(&format!("{} {}: {reason}", row.id, row.state.word()));
            }
        }
    }
}
