//! `accept` and `drop`: what the person decides about single photos; both stand in the archive, not in the catalog.

use anyhow::Result;
use flickr_client::now;
use flickr_model::PhotoId;
use photo_archive::{Access, Archive, Changed, Entry, State};

use crate::args::{Accept, Drop};
use crate::doors;
use crate::failure::{Exit, Failure};
use crate::progress::{Progress, Style};
use crate::settings::Settings;
use crate::words;

/// Turns missing photos that cannot be had into accepted ones, which are listed and no longer a failure.
pub(crate) fn accept(settings: &Settings, typed: &Accept) -> Result<Exit> {
    let ids = ids(&typed.ids)?;
    let mut archive = open(settings, typed.dir.as_deref())?;
    for id in &ids {
        match archive.kept(*id)?.map(|kept| kept.state) {
            Some(State::Missing | State::Unavailable | State::NotOriginal) => {}
            Some(State::Accepted) => return Err(usage(format!("photo {id} was accepted before"))),
            Some(_) => return Err(usage(format!("photo {id} is not missing"))),
            None => return Err(usage(format!("photo {id} is not known here"))),
        }
    }
    let entry = |id: &PhotoId| Entry {
        state: Some(State::Accepted),
        reason: Some(typed.reason.clone()),
        ..Entry::new(*id)
    };
    let (mut accepted, mut failed) = (Vec::new(), 0);
    for recorded in archive.record(ids.iter().map(entry).collect(), now())? {
        match recorded.trouble {
            Some(trouble) => {
                failed += 1;
                words::say(&format!("{}: {}", recorded.id, words::clean(&trouble)));
            }
            None => accepted.push(recorded.id),
        }
    }
    finish(&mut archive, "accept", &accepted)?;
    words::say(&format!("Accepted {} as lost to this archive.", words::photos(accepted.len() as u64)));
    Ok(if failed == 0 { Exit::Complete } else { Exit::Incomplete })
}

/// Removes photos from the archive for good; what is left is their number and the date.
pub(crate) fn drop(settings: &Settings, typed: &Drop) -> Result<Exit> {
    let ids = ids(&typed.ids)?;
    let mut archive = open(settings, typed.dir.as_deref())?;
    for id in &ids {
        if archive.kept(*id)?.is_none() {
            return Err(usage(format!("photo {id} is not known here")));
        }
    }
    for id in &ids {
        for path in archive.drop_photo(*id, now())? {
            words::result(&format!("removed {}", words::clean(&path)));
        }
    }
    finish(&mut archive, "drop", &ids)?;
    Ok(Exit::Complete)
}

fn ids(typed: &[String]) -> Result<Vec<PhotoId>> {
    typed.iter().map(|text| text.parse().map_err(|error| usage(format!("{error}")))).collect()
}

fn open(settings: &Settings, dir: Option<&std::path::Path>) -> Result<Archive> {
    let dir = settings.archive(dir)?;
    let progress = Progress::new(Style::of_run(false, settings.quiet));
    let archive = doors::archive(settings, &dir, Access::Write, &progress)?;
    progress.clear();
    Ok(archive)
}

fn finish(archive: &mut Archive, command: &str, ids: &[PhotoId]) -> Result<()> {
    let report = serde_json::json!({"command": command, "photos": ids, "ended": now()});
    archive.finish_run(&report, Changed::Something, now())?;
    Ok(())
}

fn usage(what: String) -> anyhow::Error {
    Failure::new(Exit::Usage, what).into()
}
