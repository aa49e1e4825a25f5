//! `doctor`: looks at everything that a backup needs, each in one line, and says what to do about what is not well.

use std::path::Path;

use anyhow::Result;
use flickr_client::{FlickrError, Trouble, now};
use jiff::SignedDuration;
use photo_archive::{Disk, Names, Space};
use serde_json::Value;

use crate::args::Doctor;
use crate::doors::{self, SignedIn};
use crate::failure::{self, Exit};
use crate::settings::{Limits, Settings};
use crate::words;

/// How far the clock may be off before it is worth a word; Flickr refuses signatures that are minutes old.
const CLOCK: SignedDuration = SignedDuration::from_secs(30);

/// A disk with less room than this will soon be full.
const LITTLE_ROOM: u64 = 2_000_000_000;

/// Folders that programs fetch to other machines, and from which they may take files away.
const CLOUDS: [(&str, &str); 7] = [
    ("Dropbox", "Dropbox"),
    ("OneDrive", "OneDrive"),
    ("Google Drive", "Google Drive"),
    ("GoogleDrive", "Google Drive"),
    ("My Drive", "Google Drive"),
    ("Mobile Documents", "iCloud"),
    ("iCloud", "iCloud"),
];

/// What was looked at and what was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Check {
    what: &'static str,
    verdict: Verdict,
    words: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ok,
    /// It goes on, but the person should know.
    Warn,
    /// Nobody could look.
    Skipped,
    /// No backup comes of it; with the exit code that a backup would have.
    Bad(Exit),
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Skipped => "skipped",
            Self::Bad(_) => "bad",
        }
    }
}

fn check(what: &'static str, verdict: Verdict, words: impl Into<String>) -> Check {
    Check { what, verdict, words: words.into() }
}

pub(crate) async fn doctor(settings: &Settings, typed: &Doctor) -> Result<Exit> {
    let dir = settings.archive(typed.dir.as_deref()).ok();
    let marker = dir.as_deref().map(doors::marker);
    let account = match &marker {
        Some(Ok(Some(marker))) => Some(marker.account.nsid.clone()),
        _ => None,
    };
    let mut checks =
        vec![check("config", Verdict::Ok, format!("{} is in order", settings.config_dir.display()))];
    match SignedIn::open(settings, account.as_ref()) {
        Ok(signed_in) => {
            let who = words::clean(signed_in.nsid.as_str()).into_owned();
            checks.push(check("sign-in", Verdict::Ok, format!("a token of {who} and its keys are here")));
            checks.extend(online(settings, &signed_in).await?);
        }
        Err(error) => {
            checks.push(of_error("sign-in", &error));
            checks.push(check("token", Verdict::Skipped, "nobody is signed in"));
            checks.push(check("clock", Verdict::Skipped, "nobody is signed in"));
        }
    }
    match (&dir, marker) {
        (Some(dir), Some(marker)) => {
            checks.push(match marker {
                Ok(Some(marker)) => {
                    let whose = words::clean(&marker.account.username).into_owned();
                    check("archive", Verdict::Ok, format!("{} is the archive of {whose}", dir.display()))
                }
                Ok(None) => check("archive", Verdict::Bad(Exit::Target), no_archive(dir)),
                Err(error) => of_error("archive", &error),
            });
            checks.extend(of_disk(dir));
            checks.push(cloud(dir));
        }
        _ => checks.push(check("archive", Verdict::Skipped, "none is named, and the config knows none")),
    }
    checks.extend(watches());
    tell(typed, settings, &checks);
    let bad = checks
        .iter()
        .find_map(|check| if let Verdict::Bad(exit) = check.verdict { Some(exit) } else { None });
    Ok(bad.unwrap_or(Exit::Complete))
}

fn no_archive(dir: &Path) -> String {
    format!(
        "{} holds no archive (is its disk mounted?); flickr-backup sync --create makes one in an empty folder",
        dir.display()
    )
}

/// Whether Flickr knows the token, and how far the clock is off by the date of its answer.
async fn online(settings: &Settings, signed_in: &SignedIn) -> Result<Vec<Check>> {
    let flickr = doors::client(settings, signed_in, &Limits::of_sign_in())?;
    Ok(match flickr.call::<Value>("flickr.test.login", &[]).await {
        Ok(answer) => {
            let clock = answer.date.map_or_else(
                || check("clock", Verdict::Skipped, "Flickr's answer has no date"),
                |date| clock(now().duration_since(date)),
            );
            vec![check("token", Verdict::Ok, "Flickr agrees to it"), clock]
        }
        Err(error) => of_flickr(&error),
    })
}

fn of_flickr(error: &FlickrError) -> Vec<Check> {
    match error.trouble() {
        Trouble::Temporary => {
            let offline = "Flickr does not answer: this machine is offline, or Flickr is";
            vec![check("token", Verdict::Skipped, offline), check("clock", Verdict::Skipped, offline)]
        }
        Trouble::ClockOff => vec![
            check("token", Verdict::Skipped, "the clock is off"),
            check("clock", Verdict::Bad(Exit::SignIn), format!("{error}; set it")),
        ],
        Trouble::SignInAgain | Trouble::KeyRefused => {
            vec![check("token", Verdict::Bad(Exit::SignIn), format!("{error}; type: flickr-backup auth"))]
        }
        _ => vec![check("token", Verdict::Warn, error.to_string())],
    }
}

fn clock(ahead: SignedDuration) -> Check {
    let seconds = ahead.as_secs();
    if ahead.abs() <= CLOCK {
        return check("clock", Verdict::Ok, "it agrees with Flickr's");
    }
    let side = if seconds > 0 { "ahead of" } else { "behind" };
    check("clock", Verdict::Warn, format!("it is {} seconds {side} Flickr's; set it", seconds.abs()))
}

fn of_error(what: &'static str, error: &anyhow::Error) -> Check {
    let told = failure::tell(error);
    let next = told.next.map_or(String::new(), |next| format!("; type: {next}"));
    check(what, Verdict::Bad(told.exit), format!("{}{next}", told.what))
}

fn of_disk(dir: &Path) -> Vec<Check> {
    let disk = match Disk::examine(dir) {
        Ok(disk) => disk,
        Err(error) => return vec![check("disk", Verdict::Bad(Exit::Target), error.to_string())],
    };
    let mut checks = vec![match disk.names {
        Some(_) => check("disk", Verdict::Ok, "it can be written"),
        None => check(
            "disk",
            Verdict::Bad(Exit::Target),
            "it cannot be written: read-only, full, or without the right",
        ),
    }];
    checks.extend(disk.names.map(names));
    checks.extend(disk.space.map(space));
    checks
}

/// Names of the archive hold an id each, so that neither case nor the form of letters can make two of them one.
fn names(names: Names) -> Check {
    let told = [
        (names.tells_case, "case"),
        (names.tells_forms, "forms of letters"),
        (names.has_links, "hard links"),
    ];
    let missing: Vec<&str> = told.iter().filter(|(can, _)| !can).map(|(_, what)| *what).collect();
    let words = match missing.as_slice() {
        [] => "it tells case and forms of letters apart and has hard links".to_owned(),
        missing => format!("it knows no {}; the archive does without", missing.join(", no ")),
    };
    check("names", Verdict::Ok, words)
}

fn space(space: Space) -> Check {
    let free = words::bytes(space.free_bytes);
    match (space.free_bytes, space.free_inodes) {
        (0, _) => check("space", Verdict::Bad(Exit::Target), "the disk is full"),
        (_, Some(0)) => {
            check("space", Verdict::Bad(Exit::Target), "the disk has no inodes left for another file")
        }
        (bytes, _) if bytes < LITTLE_ROOM => check("space", Verdict::Warn, format!("only {free} are free")),
        (_, Some(inodes)) if inodes < 10_000 => check(
            "space",
            Verdict::Warn,
            format!("{free} are free, but only {} more files fit", words::count(inodes)),
        ),
        _ => check("space", Verdict::Ok, format!("{free} are free")),
    }
}

/// A cloud program may replace files by stand-ins and rename what it takes for a conflict.
fn cloud(dir: &Path) -> Check {
    let parts: Vec<_> = dir.components().filter_map(|part| part.as_os_str().to_str()).collect();
    let is_storage = parts.windows(2).any(|two| two == ["Library", "CloudStorage"]);
    let known = CLOUDS.iter().find(|(name, _)| {
        parts
            .iter()
            .any(|part| part.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
    });
    match known.map(|(_, cloud)| *cloud).or(is_storage.then_some("a cloud program")) {
        None => check("cloud", Verdict::Ok, "the archive is in no folder of a known cloud program"),
        Some(cloud) => check(
            "cloud",
            Verdict::Warn,
            format!(
                "the archive lies in a folder of {cloud}, which may replace files by stand-ins; keep it elsewhere"
            ),
        ),
    }
}

/// CrashPlan and other programs watch each folder; more folders than the limit are seen only by their nightly scan.
fn watches() -> Option<Check> {
    let text = std::fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").ok()?;
    let limit: u64 = text.trim().parse().ok()?;
    let words = format!("{} folders can be watched for changes", words::count(limit));
    Some(if limit < 65_536 {
        check(
            "inotify",
            Verdict::Warn,
            format!("only {words}; backup programs want more (sysctl fs.inotify.max_user_watches)"),
        )
    } else {
        check("inotify", Verdict::Ok, words)
    })
}

fn tell(typed: &Doctor, settings: &Settings, checks: &[Check]) {
    for one in checks {
        let (verdict, words) = (one.verdict.word(), words::clean(&one.words));
        if typed.json {
            let line =
                serde_json::json!({"type": "item", "check": one.what, "verdict": verdict, "words": words});
            words::result(&line.to_string());
        } else if !settings.quiet || !matches!(one.verdict, Verdict::Ok) {
            words::result(&format!("{verdict:<8}{:<9}{words}", one.what));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_a_cloud_program_is_known_by_its_name() {
        let verdict = |path: &str| cloud(Path::new(path)).verdict;

        for path in [
            "/home/me/Dropbox/flickr",
            "/home/me/Dropbox (Personal)/flickr",
            "/Users/me/Library/Mobile Documents/com~apple~CloudDocs/flickr",
            "/Users/me/Library/CloudStorage/Box-Box/flickr",
            "/home/me/OneDrive - Work/flickr",
        ] {
            assert_eq!(verdict(path), Verdict::Warn, "{path}");
        }
        for path in ["/home/me/FlickrArchive", "/home/me/Dropboxes-of-mine", "/mnt/iCloudless"] {
            assert_eq!(verdict(path), Verdict::Ok, "{path}");
        }
    }

    #[test]
    fn a_clock_that_is_off_is_told_with_its_side() {
        assert_eq!(clock(SignedDuration::from_secs(-3)).verdict, Verdict::Ok);
        assert!(clock(SignedDuration::from_secs(3600)).words.contains("3600 seconds ahead of"));
        assert!(clock(SignedDuration::from_secs(-90)).words.contains("90 seconds behind"));
    }

    #[test]
    fn a_disk_without_inodes_is_full() {
        let space = |free_bytes, free_inodes| super::space(Space { free_bytes, free_inodes }).verdict;

        assert_eq!(space(1 << 40, Some(0)), Verdict::Bad(Exit::Target));
        assert_eq!((space(1 << 40, None), space(5, None)), (Verdict::Ok, Verdict::Warn));
    }
}
