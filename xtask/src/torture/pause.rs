//! A run that stands still at one call, so that something can be done to the world under it, and then goes on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::ground;
use super::run::{PATIENCE, Run, Running};
use super::stage::Stage;
use super::strace::{self, Injection, Point};

/// The calls at which a run is made to stand still: all that change something, and some that do not.
pub(super) const CALLS: &[&str] = &[
    "write",
    "pwrite64",
    "writev",
    "fsync",
    "fdatasync",
    "mkdirat",
    "openat2",
    "renameat",
    "renameat2",
    "unlinkat",
    "fchmod",
];

/// How `strace` tells of a thread that was stopped.
const STOPPED: &str = "--- stopped by SIGSTOP ---";

/// A run that stands still.
pub(super) struct Paused<'a> {
    running: Running<'a>,
    /// A thread of the program.
    thread: String,
    log: PathBuf,
}

/// Runs up to a point and stops there; `Err` in the second place is a run that ended before.
pub(super) fn at<'a>(stage: &'a Stage, words: &[&str], point: &Point) -> Result<Result<Paused<'a>, Run>> {
    let log = strace::log(stage);
    fs::write(&log, "")?;
    let injection =
        Injection { calls: &point.call, what: "signal=STOP", when: point.nth.to_string(), paths: &[] };
    let mut running = stage.start(stage.command(&strace::before(&log, &injection), words))?;
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(thread) = stopped(&fs::read_to_string(&log).unwrap_or_default()) {
            return Ok(Ok(Paused { running, thread, log }));
        }
        if running.child.0.try_wait()?.is_some() {
            return Ok(Err(running.finish()?));
        }
        if Instant::now() > end {
            bail!("a run did not come to {point} and did not end");
        }
        thread::sleep(Duration::from_millis(2));
    }
}

impl Paused<'_> {
    /// Lets it go on to its end. Other threads stop at their own n-th call, and are sent on at once.
    pub(super) fn go_on(self) -> Result<Run> {
        let Self { running, thread, log } = self;
        let mut sent_on = 0;
        running.finish_while(|| {
            let stops = fs::read_to_string(&log).unwrap_or_default().matches(STOPPED).count();
            if stops > sent_on {
                sent_on = stops;
                signal("CONT", &thread)?;
            }
            Ok(())
        })
    }

    /// Lets it go on, does something after a while, and waits for its end.
    pub(super) fn go_on_and(self, after: Duration, deed: impl FnOnce() -> Result<()>) -> Result<Run> {
        signal("CONT", &self.thread)?;
        thread::sleep(after);
        deed()?;
        self.go_on()
    }

    /// Ends it where it stands.
    pub(super) fn kill(self) -> Result<Run> {
        signal("KILL", &self.thread)?;
        let run = self.running.finish()?;
        fs::remove_file(&self.log).ok();
        Ok(run)
    }
}

/// Sends a signal to a program; one that has just ended is past it.
fn signal(name: &str, thread: &str) -> Result<()> {
    let sent = ground::run(Command::new("kill").arg(format!("-{name}")).arg(thread));
    if Path::new("/proc").join(thread).exists() { sent } else { Ok(()) }
}

/// The thread that a log tells of as stopped.
fn stopped(log: &str) -> Option<String> {
    let line = log.lines().find(|line| line.contains(STOPPED))?;
    Some(line.split_whitespace().next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_stands_still_is_known_by_its_log() {
        let log = "71 fsync(5) = 0\n72 --- SIGSTOP {si_signo=SIGSTOP} ---\n72 --- stopped by SIGSTOP ---\n";

        assert_eq!(stopped(log).as_deref(), Some("72"));
        assert_eq!(stopped("71 fsync(5) = 0\n"), None);
    }
}
