//! One run of a program, with what it said and how it ended, and never for ever.

use std::fs::{self, File};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::ground;
use crate::simulator::Ended;

/// No run of a small account takes longer, whatever is done to it.
pub(super) const PATIENCE: Duration = Duration::from_secs(180);

/// What a run came to.
pub(super) struct Run {
    /// The exit code; `None` when a signal ended it.
    pub(super) code: Option<i32>,
    pub(super) signal: Option<i32>,
    /// It was still busy when patience ended, and was killed for that.
    pub(super) hung: bool,
    pub(super) out: String,
    pub(super) err: String,
}

impl Run {
    /// How it ended, for a person.
    pub(super) fn ending(&self) -> String {
        match (self.hung, self.code, self.signal) {
            (true, _, _) => format!("still busy after {PATIENCE:?}"),
            (_, Some(code), _) => format!("exit code {code}"),
            (_, _, Some(signal)) => format!("signal {signal}"),
            _ => "no exit code".to_owned(),
        }
    }

    /// Its last words.
    pub(super) fn last_words(&self) -> String {
        let lines: Vec<&str> = self.err.lines().filter(|line| !line.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(3)..].join(" | ")
    }
}

/// A run that is under way; its words go to two files, so that it never waits for a reader.
pub(super) struct Running<'a> {
    pub(super) child: Ended,
    words: &'a Path,
}

/// Starts a run; `words` is a folder for what it says.
pub(super) fn start(mut command: Command, words: &Path) -> Result<Running<'_>> {
    let open = |name: &str| File::create(words.join(name)).context("could not keep what a run says");
    // A group of its own, so that the program can be ended together with who traces it.
    command.stdin(Stdio::null()).stdout(open("out")?).stderr(open("err")?).process_group(0);
    let child = command.spawn().with_context(|| format!("could not start {:?}", command.get_program()))?;
    Ok(Running { child: Ended(child), words })
}

impl Running<'_> {
    /// Waits for its end.
    pub(super) fn finish(self) -> Result<Run> {
        self.finish_while(|| Ok(()))
    }

    /// Waits for its end, and does something again and again until then.
    pub(super) fn finish_while(mut self, deed: impl FnMut() -> Result<()>) -> Result<Run> {
        let ended = wait(&mut self.child.0, PATIENCE, deed)?;
        let hung = ended.is_none();
        let status = match ended {
            Some(status) => status,
            None => {
                let group = format!("-{}", self.child.0.id());
                ground::run(Command::new("kill").args(["-KILL", "--", &group]))?;
                self.child.0.wait()?
            }
        };
        let said = |name: &str| {
            fs::read(self.words.join(name)).map(|text| String::from_utf8_lossy(&text).into_owned())
        };
        Ok(Run { code: status.code(), signal: status.signal(), hung, out: said("out")?, err: said("err")? })
    }
}

/// Waits a while for a child; `None` when it is still busy then.
fn wait(
    child: &mut Child,
    patience: Duration,
    mut deed: impl FnMut() -> Result<()>,
) -> Result<Option<ExitStatus>> {
    let end = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() > end {
            return Ok(None);
        }
        deed()?;
        thread::sleep(Duration::from_millis(4));
    }
}
