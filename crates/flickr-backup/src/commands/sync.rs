//! `sync`: opens the three doors (token, client, archive), lets flickr-sync work, tells how it went.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use flickr_client::FlickrClient;
use flickr_sync::{Ending, Run};
use photo_archive::{Access, VerifyReport};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::args::Sync;
use crate::call_count::{self, Counter};
use crate::commands::share;
use crate::doors::{self, SignedIn};
use crate::failure::{Exit, Failure};
use crate::progress::{Progress, Style};
use crate::settings::{Limits, Settings};
use crate::signals::Signals;
use crate::summary::Summary;
use crate::{commands, last_listing, words};

pub(crate) async fn sync(settings: &Settings, typed: &Sync, signals: &Signals) -> Result<Exit> {
    let limits = Limits::of_sync(typed, settings)?;
    let wish = share::wish(typed.verify_share.as_deref().or(settings.config.verify_share.as_deref()))?;
    let dir = settings.archive(typed.dir.as_deref())?;
    let marker = doors::marker(&dir)?;
    if marker.is_none() {
        consent(settings, typed, &dir)?;
    }
    let tasks = TaskTracker::new();
    signals.stop_in_order();
    let signed_in = SignedIn::open(settings, marker.as_ref().map(|marker| &marker.account.nsid))?;
    let flickr = doors::client(settings, &signed_in, &limits)?;
    let counter = Arc::new(Counter::of(settings.state_dir.clone(), signed_in.keys.clone(), flickr.clone()));
    let _kept = AbortOnDropHandle::new(tasks.spawn(call_count::keep(Arc::clone(&counter))));
    if marker.is_none() {
        tokio::select! {
            made = commands::init::create(settings, &flickr, &dir) => made?,
            () = signals.stop().cancelled() => return Ok(signals.exit()),
        }
    }

    let progress = Progress::new(Style::of_run(typed.json, settings.quiet));
    let access = if typed.dry_run { Access::Read } else { Access::Write };
    let mut archive = doors::archive(settings, &dir, access, &progress)?;
    archive.check_account(&signed_in.nsid)?;
    if settings.config.archive.is_none() && !typed.dry_run {
        doors::remember_archive(settings, &dir);
    }
    archive.set_sidecars(limits.sidecars);
    let noted = last_listing::not_original_before(&archive)?;
    let _waits = AbortOnDropHandle::new(tasks.spawn(tell_waits(flickr.clone(), progress.clone())));

    let observer = progress.observer();
    let run = Run { flickr: &flickr, options: &limits.options, stop: signals.stop(), observer: &observer };
    let (report, broken) = flickr_sync::sync(&run, &mut archive).await;

    counter.save();
    let goes_on = broken.is_none() && !typed.dry_run && report.ending != Ending::Interrupted;
    let read =
        wish.filter(|_| goes_on).and_then(|wish| share::read(&archive, wish, signals.stop(), &progress));
    progress.clear();
    let told = Summary { report: &report, noted, again: &doors::sync_again(settings, &dir) };
    tell(typed, settings, &told, read.as_ref());
    if let Some(error) = broken {
        return Err(error.into());
    }
    match told.exit() {
        Exit::Interrupted => Ok(signals.exit()),
        exit => Ok(share::exit(exit, read.as_ref())),
    }
}

fn tell(typed: &Sync, settings: &Settings, told: &Summary<'_>, read: Option<&VerifyReport>) {
    if typed.json {
        for finding in read.iter().flat_map(|read| &read.findings) {
            words::result(&commands::verify::as_json(finding));
        }
        let complete = told.report.is_complete();
        let again = read.map(
            |read| serde_json::json!({"files": read.files, "bytes": read.bytes, "sound": read.is_sound()}),
        );
        let summary = serde_json::json!({
            "type": "summary", "report": told.report, "complete": complete, "read_again": again
        });
        words::result(&summary.to_string());
        return;
    }
    if settings.quiet && share::exit(told.exit(), read) == Exit::Complete {
        return;
    }
    for line in told.lines().iter().chain(&read.map(share::lines).unwrap_or_default()) {
        words::say(line);
    }
}

/// An archive is made only by `--create`, or by a `yes` typed at a terminal.
fn consent(settings: &Settings, typed: &Sync, dir: &Path) -> Result<()> {
    if typed.dry_run {
        let what = format!("there is no archive in {} yet, and a dry run makes none", dir.display());
        return Err(Failure::new(Exit::Target, what)
            .next(format!("flickr-backup init {}", dir.display()))
            .into());
    }
    if typed.create {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(no_archive(settings, dir).into());
    }
    words::ask(&format!("There is no archive in {}. Make one there? Type yes or no:", dir.display()));
    loop {
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer).unwrap_or(0);
        match answer.trim().to_lowercase().as_str() {
            "yes" => return Ok(()),
            "no" => return Err(Failure::new(Exit::Target, "nothing was made").into()),
            _ if read == 0 => return Err(no_archive(settings, dir).into()),
            _ => words::ask("Please type yes or no:"),
        }
    }
}

/// Where an archive is known to have been, making another one is the last thing to do.
fn no_archive(settings: &Settings, dir: &Path) -> Failure {
    let next = match settings.config.archive.as_deref() {
        Some(known) if known == dir => "mount its disk, then: flickr-backup sync".to_owned(),
        _ => format!("flickr-backup sync {} --create", dir.display()),
    };
    Failure::new(
        Exit::Target,
        format!(
            "{} is no archive: it holds no flickr-archive.json (perhaps its disk is not mounted)",
            dir.display()
        ),
    )
    .next(next)
}

/// Tells each time that the client begins to wait.
pub(crate) async fn tell_waits(flickr: FlickrClient, progress: Progress) {
    let mut waiting = flickr.waiting();
    while waiting.changed().await.is_ok() {
        let now = *waiting.borrow_and_update();
        if let Some(now) = now {
            progress.waits(&now);
        }
    }
}
