//! `repair`: verifies, mends what it can from what is here, and fetches again what is damaged or missing, nothing else.

use std::sync::Arc;

use anyhow::Result;
use flickr_client::now;
use flickr_sync::{Ending, Refetch, Refetched, Run};
use photo_archive::{
    Access, Archive, Changed, Edited, Finding, Lost, Mend, State, Trouble, VerifyOptions, VerifyReport,
};
use serde_json::{Value, json};
use tokio::task::block_in_place;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::args::{Repair, Sync};
use crate::call_count::{self, Counter};
use crate::commands::sync::tell_waits;
use crate::doors::{self, SignedIn};
use crate::failure::Exit;
use crate::progress::{Progress, Style};
use crate::settings::{Limits, Settings};
use crate::signals::Signals;
use crate::words;

/// How many paths a report names.
const NAMED: usize = 1000;

/// What became of a repair.
#[derive(Debug, Default)]
struct Outcome {
    /// Files that were fetched again, with their paths.
    fetched: Vec<String>,
    /// What could not be had this time.
    failed: Vec<Finding>,
    /// What cannot be had at all.
    left: Vec<Finding>,
}

pub(crate) async fn repair(settings: &Settings, typed: &Repair, signals: &Signals) -> Result<Exit> {
    let dir = settings.archive(typed.dir.as_deref())?;
    let progress = Progress::new(Style::of_run(typed.json, settings.quiet));
    let mut archive = doors::archive(settings, &dir, Access::Write, &progress)?;
    let mut limits = Limits::of_sync(&Sync::untyped()?, settings)?;
    limits.calls_per_hour =
        typed.calls_per_hour.map_or(Ok(limits.calls_per_hour), |calls| limits.allow(calls, settings))?;
    archive.set_sidecars(limits.sidecars);
    let tasks = TaskTracker::new();
    signals.stop_in_order();
    let started = now();
    let options = VerifyOptions { verified_at: Some(started), ..VerifyOptions::default() };
    let found = block_in_place(|| {
        archive.verify(&options, &mut |so_far| progress.verified(so_far.files, so_far.bytes))
    })?;
    let edited = if typed.replace_edited { Edited::Replace } else { Edited::Leave };
    let mend = block_in_place(|| archive.mend(&found.findings, edited, started))?;

    let lost = Refetch { photos: mend.ask.clone(), folders: mend.folders.clone(), papers: mend.papers };
    let asks = !mend.ask.is_empty() || !mend.folders.is_empty() || mend.papers;
    let (asked, broken) = if asks {
        match ask(settings, &limits, &mut archive, &lost, signals, &tasks, &progress).await {
            Ok((asked, broken)) => (Some(asked), broken.map(Into::into)),
            Err(error) => (None, Some(error)),
        }
    } else {
        (None, None)
    };
    let outcome = settle(&mut archive, &mend, asked.as_ref())?;
    progress.clear();
    let report = report(&found, &mend, &outcome, asked.as_ref(), started);
    if found.findings.iter().any(|finding| finding.what != Trouble::Foreign) {
        let is_quiet = found.is_sound() && mend.is_nothing();
        let changed = if is_quiet { Changed::Nothing } else { Changed::Something };
        block_in_place(|| archive.finish_run(&report, changed, now()))?;
    }
    tell(typed, settings, &report, &mend, &outcome);
    if let Some(error) = broken {
        return Err(error);
    }
    if asked.is_some_and(|asked| asked.report.ending == Ending::Interrupted) {
        return Ok(signals.exit());
    }
    let is_more =
        found.findings.len() < Trouble::ALL.iter().map(|what| found.count(*what)).sum::<u64>() as usize;
    Ok(match (outcome.left.is_empty(), outcome.failed.is_empty() && !is_more) {
        (false, _) => Exit::Damaged,
        (true, false) => Exit::Incomplete,
        (true, true) => Exit::Complete,
    })
}

/// Asks Flickr for what was lost, as the account whose archive it is.
async fn ask(
    settings: &Settings,
    limits: &Limits,
    archive: &mut Archive,
    lost: &Refetch,
    signals: &Signals,
    tasks: &TaskTracker,
    progress: &Progress,
) -> Result<(Refetched, Option<flickr_sync::SyncError>)> {
    let signed_in = SignedIn::open(settings, Some(&archive.marker().account.nsid))?;
    let flickr = doors::client(settings, &signed_in, limits)?;
    let _waits = AbortOnDropHandle::new(tasks.spawn(tell_waits(flickr.clone(), progress.clone())));
    let counter = Arc::new(Counter::of(settings.state_dir.clone(), signed_in.keys.clone(), flickr.clone()));
    let _kept = AbortOnDropHandle::new(tasks.spawn(call_count::keep(Arc::clone(&counter))));
    let observer = progress.observer();
    let run = Run { flickr: &flickr, options: &limits.options, stop: signals.stop(), observer: &observer };
    let asked = flickr_sync::refetch(&run, archive, lost).await;
    counter.save();
    Ok(asked)
}

/// Looks which files came back; what Flickr no longer has is put back into its place, damaged as it is.
fn settle(archive: &mut Archive, mend: &Mend, asked: Option<&Refetched>) -> Result<Outcome> {
    let mut outcome = Outcome { left: mend.left.clone(), ..Outcome::default() };
    for lost in &mend.lost {
        if archive.is_back(lost)? {
            outcome.fetched.push(lost.path.clone());
            continue;
        }
        let is_unlisted = asked.is_some_and(|asked| asked.unlisted.contains(&lost.photo));
        let why = if is_unlisted {
            block_in_place(|| archive.put_back(lost))?;
            "Flickr no longer lists the photo; what there is of it stays"
        } else {
            match archive.kept(lost.photo)?.map(|kept| kept.state) {
                Some(State::Kept) => {
                    "Flickr holds other bytes by now, which are kept as a new version; the old ones cannot be had"
                }
                Some(State::NotOriginal) => {
                    "Flickr gives no original any more; the best there is was fetched"
                }
                Some(State::Unavailable) => "Flickr gives nothing of it any more",
                _ => {
                    outcome
                        .failed
                        .push(finding(lost, "it could not be fetched this time; the next run tries again"));
                    continue;
                }
            }
        };
        outcome.left.push(finding(lost, why));
    }
    Ok(outcome)
}

fn finding(lost: &Lost, why: &str) -> Finding {
    let what = if lost.aside.is_some() { Trouble::Damaged } else { Trouble::Missing };
    Finding { path: lost.path.clone(), what, detail: why.to_owned(), photo: Some(lost.photo), lies_at: None }
}

fn report(
    found: &VerifyReport,
    mend: &Mend,
    outcome: &Outcome,
    asked: Option<&Refetched>,
    started: jiff::Timestamp,
) -> Value {
    let counts: serde_json::Map<_, _> =
        Trouble::ALL.into_iter().map(|what| (what.word().to_owned(), found.count(what).into())).collect();
    let named = |findings: &[Finding]| -> Vec<Value> {
        let named = findings.iter().take(NAMED);
        named.map(|one| json!({"path": one.path, "what": one.what.word(), "why": one.detail})).collect()
    };
    let aside: Vec<_> = mend.lost.iter().filter_map(|lost| lost.aside.as_ref()).take(NAMED).collect();
    json!({
        "command": "repair", "started": started, "ended": now(), "found": counts,
        "renamed": mend.renamed, "removed": mend.removed, "remade": mend.remade,
        "fetched": outcome.fetched.len(), "set_aside": aside,
        "failed": named(&outcome.failed), "left": named(&outcome.left),
        "asked": asked.map(|asked| &asked.report),
    })
}

fn tell(typed: &Repair, settings: &Settings, report: &Value, mend: &Mend, outcome: &Outcome) {
    let unmended = || outcome.left.iter().chain(&outcome.failed);
    if typed.json {
        for one in unmended() {
            let (path, detail) = (words::clean(&one.path), words::clean(&one.detail));
            words::result(
                &json!({"type": "error", "path": path, "what": one.what.word(), "detail": detail})
                    .to_string(),
            );
        }
        words::result(
            &json!({"type": "summary", "report": report, "mended": unmended().next().is_none()}).to_string(),
        );
        return;
    }
    for one in unmended() {
        words::result(&format!(
            "{}: {}: {}",
            one.what.word(),
            words::clean(&one.path),
            words::clean(&one.detail)
        ));
    }
    if settings.quiet && unmended().next().is_none() {
        return;
    }
    let done = [
        (outcome.fetched.len() as u64, "fetched again"),
        (mend.remade, "made again"),
        (mend.renamed, "renamed back"),
        (mend.removed, "half-written removed"),
        (outcome.failed.len() as u64, "not fetched this time"),
        (outcome.left.len() as u64, "not to be mended"),
    ];
    let told: Vec<String> = done
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{} {what}", words::count(*number)))
        .collect();
    words::say(&if told.is_empty() {
        "Nothing was to be repaired.".to_owned()
    } else {
        format!("{}.", told.join(", "))
    });
    if mend.lost.iter().any(|lost| lost.aside.is_some()) {
        words::say("The bad files lie in set-aside/; delete them when you have looked at them.");
    }
    if outcome.left.iter().any(|one| one.what == Trouble::Edited) {
        words::say("Files that another program changed are replaced only with --replace-edited.");
    }
}
