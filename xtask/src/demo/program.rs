//! Runs the real program for the demo: in a clean environment, with its words shown as they come, and never for ever.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::home::Home;
use crate::simulator::Ended;

/// No step of the demo takes longer, even on a slow machine.
const LONGEST: Duration = Duration::from_secs(60);

/// The built program and the world it is run in.
pub(super) struct Program<'a> {
    pub(super) binary: PathBuf,
    pub(super) home: &'a Home,
    pub(super) endpoint: String,
}

impl Program<'_> {
    /// Runs the program and returns its exit code; `None` means that a signal ended it.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<Option<i32>> {
        self.run_to_the_end(arguments, |_| Ok(None))
    }

    /// The same for a sign-in: when the program shows the approval address, `code_for` turns its request token into a code.
    pub(super) fn run_with_code(
        &self,
        arguments: &[&str],
        mut code_for: impl FnMut(&str) -> Result<String>,
    ) -> Result<Option<i32>> {
        let mut was_asked = false;
        let code = self.run_to_the_end(arguments, |line| match request_token(line) {
            Some(token) if !was_asked => {
                was_asked = true;
                code_for(token).map(Some)
            }
            _ => Ok(None),
        })?;
        ensure!(was_asked, "the program never showed an approval address");
        Ok(code)
    }

    fn run_to_the_end(
        &self,
        arguments: &[&str],
        mut answer: impl FnMut(&str) -> Result<Option<String>>,
    ) -> Result<Option<i32>> {
        println!("\n$ flickr-backup {}", arguments.join(" "));
        let child = self.command(arguments).spawn().context("could not start flickr-backup")?;
        let mut child = Ended(child);
        let mut stdin = child.0.stdin.take();
        let (sender, lines) = channel();
        hand_on(child.0.stdout.take(), sender.clone());
        hand_on(child.0.stderr.take(), sender);

        let end = Instant::now() + LONGEST;
        loop {
            match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    println!("  {}", self.home.shorten(&line));
                    if let Some(words) = answer(&line)?
                        && let Some(mut stdin) = stdin.take()
                    {
                        writeln!(stdin, "{words}").context("the program did not wait for the code")?;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => bail!("flickr-backup was still busy after {LONGEST:?}"),
            }
        }
        Ok(child.0.wait().context("could not wait for flickr-backup")?.code())
    }

    /// Nothing of the caller's environment reaches the program but what it needs to run.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments.iter().map(|argument| self.home.spell_out(argument)))
            .current_dir(self.home.folder())
            .env_clear()
            .envs(
                ["PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"]
                    .iter()
                    .filter_map(|name| Some((name, std::env::var_os(name)?))),
            )
            .env("HOME", self.home.folder())
            .env("XDG_CONFIG_HOME", self.home.path(".config"))
            .env("XDG_STATE_HOME", self.home.path(".local/state"))
            .env("FLICKR_BACKUP_ENDPOINT", &self.endpoint)
            .env("NO_PROXY", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// Sends each line of `stream` on, in a thread that ends with the stream.
fn hand_on(stream: Option<impl Read + Send + 'static>, lines: Sender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                return;
            }
        }
    });
}

/// The request token in an approval address that stands alone on its line.
fn request_token(line: &str) -> Option<&str> {
    let (address, query) = line.trim().split_once('?')?;
    let is_address = address.starts_with("http") && !address.contains(' ');
    let token = query.split('&').find_map(|pair| pair.strip_prefix("oauth_token="))?;
    is_address.then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_token_is_read_from_the_line_with_the_address_only() {
        let address = "http://127.0.0.1:4000/services/oauth/authorize?oauth_token=72-ab&perms=read";

        assert_eq!(request_token(address), Some("72-ab"));
        assert_eq!(request_token(&format!("  {address}")), Some("72-ab"));
        assert_eq!(request_token(&format!("Open this page: {address}")), None);
        assert_eq!(request_token("Open this page and read the code:"), None);
        assert_eq!(request_token("http://127.0.0.1:4000/?perms=read"), None);
    }
}
