//! `rebuild`: makes the catalog again from the archive alone.

use std::path::Path;

use anyhow::Result;
use flickr_client::random_bytes;
use photo_archive::Archive;

use crate::failure::Exit;
use crate::settings::Settings;
use crate::words;

pub(crate) fn rebuild(settings: &Settings, dir: Option<&Path>) -> Result<Exit> {
    let dir = settings.archive(dir)?;
    let report = Archive::rebuild(&dir, &settings.state_dir, random_bytes(), &mut |_| {})?;
    if settings.quiet && report.lost == 0 && report.unreadable == 0 {
        return Ok(Exit::Complete);
    }
    words::say(&format!(
        "Catalog made again: {}, {}.",
        words::photos(report.photos),
        words::counted(report.files, "file")
    ));
    if report.lost > 0 {
        let lost = words::counted(report.lost, "file");
        words::say(&format!("{lost} not there, or of another size; the next sync fetches what is missing."));
    }
    for (path, reason) in &report.examples {
        words::say(&format!("  not readable: {}: {}", words::clean(path), words::clean(reason)));
    }
    Ok(if report.unreadable == 0 { Exit::Complete } else { Exit::Damaged })
}
