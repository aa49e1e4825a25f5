//! `sync`: opens the three doors (token, client, archive), lets flickr-sync work, tells how it went.

use std::io::IsTerminal;
use std::path::Path;

use anyhow::Result;
use flickr_client::FlickrClient;
use flickr_sync::{Report, Run};
use photo_archive::Access;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::args::Sync;
use crate::call_count::Counter;
use crate::doors::{self, SignedIn};
use crate::failure::{Exit, Failure};
use crate::progress::{Progress, Style};
use crate::settings::{Limits, Settings};
use crate::signals::Signals;
use crate::{commands, summary, words};

pub(crate) async fn sync(settings: &Settings, typed: &Sync) -> Result<Exit> {
    let limits = Limits::of_sync(typed, settings)?;
    let dir = settings.archive(typed.dir.as_deref())?;
    let marker = doors::marker(&dir)?;
    let may_create = typed.create || (marker.is_none() && !typed.dry_run && says_yes(&dir));
    if marker.is_none() && (!may_create || typed.dry_run) {
        return Err(no_archive(&dir).into());
    }
    let signed_in = SignedIn::open(settings, marker.as_ref().map(|marker| &marker.account.nsid))?;
    let flickr = doors::client(settings, &signed_in, &limits)?;
    if marker.is_none() {
        commands::init::create(settings, &flickr, &dir).await?;
    }

    let progress = Progress::new(Style::of_run(typed.json, settings.quiet));
    let access = if typed.dry_run { Access::Read } else { Access::Write };
    let mut archive = doors::archive(settings, &dir, access, &progress)?;
    archive.check_account(&signed_in.nsid)?;
    let noted = doors::not_original_before(&archive)?;
    let tasks = TaskTracker::new();
    let signals = Signals::listen(&tasks);
    let _waits = AbortOnDropHandle::new(tasks.spawn(tell_waits(flickr.clone(), progress.clone())));

    let counter = Counter::of(settings.state_dir.clone(), signed_in.keys.clone(), flickr.clone());

    let observer = progress.observer();
    let run = Run { flickr: &flickr, options: &limits.options, stop: signals.stop(), observer: &observer };
    let (report, broken) = tokio::select! {
        ended = flickr_sync::sync(&run, &mut archive) => ended,
        never = counter.keep() => match never {},
    };

    progress.clear();
    counter.save();
    tell(typed, settings, &report, noted);
    if let Some(error) = broken {
        return Err(error.into());
    }
    match summary::exit(&report, noted) {
        Exit::Interrupted => Ok(signals.exit()),
        exit => Ok(exit),
    }
}

fn tell(typed: &Sync, settings: &Settings, report: &Report, noted: u64) {
    if typed.json {
        let summary =
            serde_json::json!({"type": "summary", "report": report, "complete": report.is_complete()});
        words::result(&summary.to_string());
        return;
    }
    let went_well = summary::exit(report, noted) == Exit::Complete;
    if settings.quiet && went_well {
        return;
    }
    for line in summary::lines(report, noted) {
        words::say(&line);
    }
}

/// Asks at a terminal, and only there, whether an archive is to be made.
fn says_yes(dir: &Path) -> bool {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return false;
    }
    words::ask(&format!("There is no archive in {}. Make one there? Type yes:", dir.display()));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && answer.trim().eq_ignore_ascii_case("yes")
}

fn no_archive(dir: &Path) -> Failure {
    Failure::new(
        Exit::Target,
        format!(
            "{} is no archive: it holds no flickr-archive.json (perhaps its disk is not mounted)",
            dir.display()
        ),
    )
    .next(format!("flickr-backup sync {} --create", dir.display()))
}

/// Tells each time that the client begins to wait.
async fn tell_waits(flickr: FlickrClient, progress: Progress) {
    let mut waiting = flickr.waiting();
    while waiting.changed().await.is_ok() {
        let now = *waiting.borrow_and_update();
        if let Some(now) = now {
            progress.waits(&now);
        }
    }
}
