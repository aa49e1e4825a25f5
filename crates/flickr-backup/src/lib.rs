//! The person's side of flickr-backup: words, flags, bars and exit codes; all work is done by the crates below.
//!
//! One straight line: [`run`] reads the `args`, turns them into `settings`, hands them to one of the
//! `commands`, and lets `failure` say what went wrong.

mod args;
mod call_count;
mod code;
mod commands;
mod core_file;
mod doors;
mod failure;
mod keys;
mod last_listing;
mod listener;
mod logging;
mod progress;
mod settings;
mod signals;
mod summary;
mod threads;
mod words;

// What holds whatever comes in: for property tests, and for the fuzz targets, which are another crate.
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod invariants;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use tokio::runtime::Runtime;
use tokio_util::task::TaskTracker;

use crate::args::{Args, AuthCommand, Command};
use crate::failure::Exit;
use crate::settings::Settings;
use crate::signals::{Caught, HangUp, Signals};

/// Runs the program with what was typed, the program's own name first; returns its exit code.
#[must_use]
pub fn run(typed: impl IntoIterator<Item = OsString>) -> ExitCode {
    core_file::forbid();
    let (runtime, caught) = match start() {
        Ok(started) => started,
        Err(error) => return told(&error).into(),
    };
    let args = match Args::try_parse_from(typed) {
        Ok(args) => args,
        Err(answer) => {
            let _closed = answer.print().is_err();
            let asked_for = matches!(answer.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked_for { Exit::Complete } else { Exit::Usage }.into();
        }
    };
    let exit = runtime.block_on(dispatch(args, caught)).unwrap_or_else(|error| told(&error));
    // A thread may still wait for a line on standard input; nobody waits for it.
    runtime.shutdown_background();
    exit.into()
}

/// Tells what went wrong, and what to do next.
fn told(error: &anyhow::Error) -> Exit {
    let told = failure::tell(error);
    words::say(&format!("flickr-backup: {}", words::clean_lines(&told.what)));
    if let Some(next) = told.next {
        words::say(&format!("Next: {next}"));
    }
    told.exit
}

/// Starts the threads, and catches signals before anything else is done.
fn start() -> anyhow::Result<(Runtime, Option<Caught>)> {
    let runtime = threads::start()?;
    let caught = {
        let _entered = runtime.enter();
        Caught::begin()
    };
    Ok((runtime, caught))
}

async fn dispatch(args: Args, caught: Option<Caught>) -> anyhow::Result<Exit> {
    // What takes long goes on without its terminal; what waits for a person does not.
    let hang_up = match args.command {
        Command::Sync(_) | Command::Repair(_) | Command::Verify(_) | Command::Rebuild { .. } => {
            HangUp::Harmless
        }
        _ => HangUp::Ends,
    };
    let signals = Signals::listen(caught, hang_up, &TaskTracker::new());
    let settings = Settings::read(&args.global)?;
    logging::start(settings.verbose, settings.colours);
    match args.command {
        Command::Auth(auth) => match auth.command {
            None => commands::auth::sign_in(&settings, &auth).await,
            Some(AuthCommand::Status) => commands::auth::status(&settings).await,
            Some(AuthCommand::Forget { account }) => commands::auth::forget(&settings, account.as_deref()),
        },
        Command::Init { dir } => commands::init::init(&settings, &dir).await,
        Command::Sync(sync) => commands::sync::sync(&settings, &sync, &signals).await,
        Command::List(list) => commands::list::list(&settings, &list),
        Command::Status(read) => commands::status::status(&settings, &read),
        Command::Verify(verify) => commands::verify::verify(&settings, &verify),
        Command::Repair(repair) => commands::repair::repair(&settings, &repair, &signals).await,
        Command::Accept(accept) => commands::accept::accept(&settings, &accept),
        Command::Drop(drop) => commands::accept::drop(&settings, &drop),
        Command::Doctor(doctor) => commands::doctor::doctor(&settings, &doctor).await,
        Command::Rebuild { dir } => commands::rebuild::rebuild(&settings, dir.as_deref()),
    }
}
