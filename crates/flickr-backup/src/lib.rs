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

use crate::args::{Args, AuthCommand, Command};
use crate::failure::Exit;
use crate::settings::Settings;

/// Runs the program with what was typed, the program's own name first; returns its exit code.
#[must_use]
pub fn run(typed: impl IntoIterator<Item = OsString>) -> ExitCode {
    core_file::forbid();
    let args = match Args::try_parse_from(typed) {
        Ok(args) => args,
        Err(answer) => {
            let _closed = answer.print().is_err();
            let asked_for = matches!(answer.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked_for { Exit::Complete } else { Exit::Usage }.into();
        }
    };
    let exit = match dispatch(args) {
        Ok(exit) => exit,
        Err(error) => {
            let told = failure::tell(&error);
            words::say(&format!("flickr-backup: {}", words::clean_lines(&told.what)));
            if let Some(next) = told.next {
                words::say(&format!("Next: {next}"));
            }
            told.exit
        }
    };
    exit.into()
}

fn dispatch(args: Args) -> anyhow::Result<Exit> {
    let settings = Settings::read(&args.global)?;
    logging::start(settings.verbose, settings.colours);
    let runtime = threads::start()?;
    let exit = runtime.block_on(async {
        match args.command {
            Command::Auth(auth) => match auth.command {
                None => commands::auth::sign_in(&settings, &auth).await,
                Some(AuthCommand::Status) => commands::auth::status(&settings).await,
                Some(AuthCommand::Forget { account }) => {
                    commands::auth::forget(&settings, account.as_deref())
                }
            },
            Command::Init { dir } => commands::init::init(&settings, &dir).await,
            Command::Sync(sync) => commands::sync::sync(&settings, &sync).await,
            Command::Status(read) => commands::status::status(&settings, &read),
            Command::List(list) => commands::list::list(&settings, &list),
            Command::Verify(verify) => commands::verify::verify(&settings, &verify),
            Command::Repair(repair) => commands::repair::repair(&settings, &repair).await,
            Command::Accept(accept) => commands::accept::accept(&settings, &accept),
            Command::Drop(drop) => commands::accept::drop(&settings, &drop),
            Command::Doctor(doctor) => commands::doctor::doctor(&settings, &doctor).await,
            Command::Rebuild { dir } => commands::rebuild::rebuild(&settings, dir.as_deref()),
        }
    });
    // A thread may still wait for a line on standard input; nobody waits for it.
    runtime.shutdown_background();
    exit
}
