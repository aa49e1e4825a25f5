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
    words::say(&format!(
        "Catalog made again: {}, {} files.",
        words::photos(report.photos),
        words::count(report.files)
    ));
    if report.lost > 0 {
        words::say(&format!(
            "{} files are not there; the next sync fetches them.",
            words::count(report.lost)
        ));
    }
    for (path, reason) in &report.examples {
        words::say(&format!("  not readable: {}: {}", words::clean(path), words::clean(reason)));
    }
    Ok(if report.unreadable == 0 { Exit::Complete } else { Exit::Damaged })
}
