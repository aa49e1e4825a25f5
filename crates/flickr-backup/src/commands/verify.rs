//! `verify`: reads every byte again and compares it with its checksum; works offline.

use anyhow::Result;
use flickr_client::now;
use photo_archive::{Access, Finding, Trouble, VerifyOptions, VerifyReport};

use crate::args::Verify;
use crate::doors;
use crate::failure::{Exit, Failure};
use crate::progress::{Progress, Style};
use crate::settings::Settings;
use crate::words;

pub(crate) fn verify(settings: &Settings, typed: &Verify) -> Result<Exit> {
    let dir = settings.archive(typed.dir.as_deref())?;
    let subset = typed.subset.as_deref().map(subset).transpose()?;
    let progress = Progress::new(Style::of_run(typed.json, settings.quiet));
    let archive = doors::archive(settings, &dir, Access::Read, &progress)?;
    let options = VerifyOptions { quick: typed.quick, subset, verified_at: Some(now()) };
    let report = archive.verify(&options, &mut |so_far| progress.verified(so_far.files, so_far.bytes))?;
    progress.clear();

    for finding in &report.findings {
        let path = words::clean(&finding.path);
        if typed.json {
            words::result(&as_json(finding));
        } else {
            words::result(&format!("{}: {path}: {}", finding.what.word(), words::clean(&finding.detail)));
        }
    }
    tell(typed, settings, &report);
    Ok(if report.is_sound() { Exit::Complete } else { Exit::Damaged })
}

/// A finding as one JSON object.
pub(crate) fn as_json(finding: &Finding) -> String {
    let (path, detail) = (words::clean(&finding.path), words::clean(&finding.detail));
    let line = serde_json::json!({
        "type": "error", "path": path, "what": finding.what.word(), "detail": detail, "photo": finding.photo
    });
    line.to_string()
}

fn tell(typed: &Verify, settings: &Settings, report: &VerifyReport) {
    if typed.json {
        let counts: serde_json::Map<_, _> = Trouble::ALL
            .into_iter()
            .map(|what| (what.word().to_owned(), report.count(what).into()))
            .collect();
        let line = serde_json::json!({
            "type": "summary", "files": report.files, "bytes": report.bytes, "sound": report.is_sound(), "findings": counts
        });
        words::result(&line.to_string());
        return;
    }
    if settings.quiet && report.is_sound() {
        return;
    }
    let how = if typed.quick { "Looked at" } else { "Read" };
    let files = words::counted(report.files, "file");
    words::say(&format!("{how} {files}, {}.", words::bytes(report.bytes)));
    for what in Trouble::ALL.into_iter().filter(|what| report.count(*what) > 0) {
        words::say(&format!("  {:<13} {:>9}", what.word(), words::count(report.count(what))));
    }
    words::say(advice(report));
}

fn advice(report: &VerifyReport) -> &'static str {
    match (report.is_sound(), report.count(Trouble::Edited)) {
        (true, _) => "Everything that was backed up is as it was written.",
        (false, 0) => "Next: flickr-backup repair",
        (false, edited) if edited == report.damage() => {
            "What another program changed is left as it is. To fetch it again: flickr-backup repair --replace-edited"
        }
        (false, _) => "Next: flickr-backup repair (with --replace-edited also what another program changed)",
    }
}

/// Reads `1/30`: the first of thirty parts.
fn subset(text: &str) -> Result<(u32, u32)> {
    let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    match parts {
        Some((part, of)) if (1..=of).contains(&part) => Ok((part, of)),
        _ => Err(Failure::new(Exit::Usage, format!("--subset {text:?} is not of the form 1/30")).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_archive_is_one_of_so_many() {
        assert_eq!(subset("1/30").ok(), Some((1, 30)));
        for wrong in ["0/30", "31/30", "1", "a/b", "1/0"] {
            assert!(subset(wrong).is_err(), "{wrong}");
        }
    }
}
