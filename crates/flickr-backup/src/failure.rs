//! Turns every error into words and an exit code: what happened, and what to type next.

use std::process::ExitCode;

use flickr_client::{DownloadError, FlickrError, LoginError, Trouble};
use flickr_sync::SyncError;
use photo_archive::{ArchiveError, ErrorKind};
use token_store::StoreError;

/// The exit codes, as README.md lists them; an unknown one is a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Complete = 0,
    Unexpected = 1,
    Usage = 2,
    Incomplete = 3,
    SignIn = 4,
    Temporary = 5,
    Target = 6,
    Damaged = 7,
    Limit = 8,
    Busy = 9,
    Interrupted = 130,
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An error that already knows its exit code and the next step.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub(crate) struct Failure {
    exit: Exit,
    what: String,
    next: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self { exit, what: what.into(), next: None }
    }

    /// Adds the command that helps.
    #[must_use]
    pub(crate) fn next(mut self, command: impl Into<String>) -> Self {
        self.next = Some(command.into());
        self
    }
}

/// An error in words for the person.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) exit: Exit,
    pub(crate) what: String,
    pub(crate) next: Option<String>,
}

/// Finds the exit code, the whole sentence and the next step of an error.
pub(crate) fn tell(error: &anyhow::Error) -> Told {
    let mut what = Vec::<String>::new();
    for cause in error.chain() {
        let text = cause.to_string();
        if what.last().is_none_or(|last| !last.contains(&text)) {
            what.push(text);
        }
    }
    // Of what the network said only the last word is told; the rest is for `-v`.
    if what.len() > 3 && error.chain().any(<dyn std::error::Error>::is::<FlickrError>) {
        tracing::info!(whole = what.join(": "), "the whole story");
        what.drain(2..what.len() - 1);
    }
    let (exit, next) = error.chain().find_map(known).unwrap_or((Exit::Unexpected, None));
    Told { exit, what: what.join(": "), next }
}

fn known(error: &(dyn std::error::Error + 'static)) -> Option<(Exit, Option<String>)> {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return Some((failure.exit, failure.next.clone()));
    }
    if let Some(error) = error.downcast_ref::<FlickrError>() {
        return Some(of_trouble(&error.trouble()));
    }
    if let Some(error) = error.downcast_ref::<LoginError>() {
        return Some(of_login(error));
    }
    if error.is::<DownloadError>() {
        return Some((Exit::Temporary, Some("flickr-backup sync".to_owned())));
    }
    if let Some(error) = error.downcast_ref::<ArchiveError>() {
        return Some(of_archive(error));
    }
    if error.is::<StoreError>() {
        return Some((Exit::Usage, None));
    }
    if let Some(SyncError::Task(_)) = error.downcast_ref::<SyncError>() {
        return Some((Exit::Unexpected, None));
    }
    None
}

fn of_trouble(trouble: &Trouble) -> (Exit, Option<String>) {
    match trouble {
        Trouble::SignInAgain => (Exit::SignIn, Some("flickr-backup auth".to_owned())),
        Trouble::KeyRefused => (Exit::SignIn, Some("flickr-backup auth --apikeys FILE".to_owned())),
        Trouble::ClockOff => {
            (Exit::SignIn, Some("set this machine's clock, then run the same command again".to_owned()))
        }
        Trouble::Temporary | Trouble::Unreadable => {
            (Exit::Temporary, Some("run the same command again later; what is done stays done".to_owned()))
        }
        Trouble::Refused { .. } | Trouble::Local => (Exit::Unexpected, None),
    }
}

fn of_login(error: &LoginError) -> (Exit, Option<String>) {
    let (exit, next) = match error {
        LoginError::WrongKey | LoginError::WrongSecret => (Exit::SignIn, "flickr-backup auth --apikeys FILE"),
        LoginError::CodeRefused => (Exit::SignIn, "flickr-backup auth"),
        LoginError::LostAnswer { .. } => (Exit::Temporary, "flickr-backup auth"),
        LoginError::ClockOff { .. } => (Exit::SignIn, "set this machine's clock, then: flickr-backup auth"),
        LoginError::NoNetwork { .. } | LoginError::Busy { .. } => {
            (Exit::Temporary, "flickr-backup auth, once the network is there again")
        }
        _ => (Exit::SignIn, "flickr-backup auth"),
    };
    (exit, Some(next.to_owned()))
}

fn of_archive(error: &ArchiveError) -> (Exit, Option<String>) {
    match error.kind() {
        ErrorKind::Busy => (Exit::Busy, None),
        ErrorKind::Full => (Exit::Target, Some("make room, then: flickr-backup sync".to_owned())),
        ErrorKind::Catalog => (Exit::Unexpected, Some("flickr-backup rebuild".to_owned())),
        _ => (Exit::Target, None),
    }
}
