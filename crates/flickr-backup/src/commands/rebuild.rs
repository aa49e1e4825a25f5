//! `rebuild`: makes the catalog again from the archive alone.

use std::path::Path;

use anyhow::Result;
use flickr_client::random_bytes;
use photo_archive::Archive;

use crate::doors;
use crate::failure::Exit;
use crate::progress::{Progress, Style};
use crate::settings::Settings;
use crate::words;

pub(crate) fn rebuild(settings: &Settings, dir: Option<&Path>) -> Result<Exit> {
    let dir = settings.archive(dir)?;
    let progress = Progress::new(Style::of_run(false, settings.quiet));
    let report = Archive::rebuild(&dir, &settings.state_dir, random_bytes(), &mut |so_far| {
        progress.rebuilt(so_far.photos, so_far.files);
    })?;
    progress.clear();
    let lines = doors::rebuilt(&report);
    if settings.quiet && lines.is_empty() {
        return Ok(Exit::Complete);
    }
    words::say(&format!(
        "Catalog made again: {}, {}.",
        words::photos(report.photos),
        words::counted(report.files, "file")
    ));
    lines.iter().for_each(|line| words::say(line));
    Ok(if report.unreadable + report.altered + report.vanished == 0 { Exit::Complete } else { Exit::Damaged })
}
