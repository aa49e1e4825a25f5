//! The simulator as a process of its own, so that what it uses is never counted as the program's.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(60);
const NAMES: [&str; 6] =
    ["ENDPOINT", "MEDIA_HOST", "API_KEY", "API_SECRET", "ACCESS_TOKEN", "ACCESS_SECRET"];

/// A running simulator; it ends with this value.
pub(super) struct Simulator {
    names: BTreeMap<String, String>,
    child: Child,
}

/// What it saw since it was last asked to forget.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    pub(super) calls: u64,
    pub(super) images: u64,
}

impl Simulator {
    /// Starts it with these words.
    pub(super) fn start(serve: &Path, words: &str) -> Result<Self> {
        let mut child = Command::new(serve)
            .args(words.split_whitespace())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("could not start the simulator")?;
        let stdout = child.stdout.take().context("the simulator has no standard output")?;
        let mut started = Self { names: BTreeMap::new(), child };
        let mut lines = BufReader::new(stdout).lines();
        while !NAMES.iter().all(|name| started.names.contains_key(*name)) {
            let line = lines.next().context("the simulator ended before it listened")??;
            started.names.extend(line.split_once('=').map(|(name, value)| (name.into(), value.into())));
        }
        thread::spawn(move || lines.for_each(drop));
        Ok(started)
    }

    /// One of the values it told at its start.
    pub(super) fn name(&self, name: &str) -> &str {
        self.names.get(name).map_or("", String::as_str)
    }

    /// Seconds on the processors since its start, and the most memory it held, in MiB.
    pub(super) fn used(&self) -> (f64, f64) {
        let read = |name: &str| std::fs::read_to_string(format!("/proc/{}/{name}", self.child.id()));
        let (stat, status) = (read("stat").unwrap_or_default(), read("status").unwrap_or_default());
        let cpu = super::measure::times(&stat).map_or(0.0, |(_, cpu)| cpu);
        (cpu, super::measure::peak(&status).unwrap_or(0.0))
    }

    /// Forgets what it saw so far.
    pub(super) fn forget(&self) -> Result<()> {
        self.ask("POST", "/_simulator/reset").map(drop)
    }

    /// What it saw; nobody may have offended.
    pub(super) fn seen(&self) -> Result<Seen> {
        let counts: Value = serde_json::from_str(&self.ask("GET", "/_simulator/counts")?)?;
        let number = |key: &str| counts[key].as_u64().with_context(|| format!("no count of {key}"));
        ensure!(number("signature_failures")? == 0, "a signature was wrong");
        Ok(Seen { calls: number("api_calls")?, images: number("image_requests")? })
    }

    /// Addresses of originals, newest upload first.
    pub(super) fn addresses(&self, count: u64) -> Result<Vec<String>> {
        let text = self.ask("GET", &format!("/_simulator/addresses?count={count}"))?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    fn ask(&self, method: &str, target: &str) -> Result<String> {
        let host = self.name("ENDPOINT").trim_start_matches("http://");
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "{method} {target} HTTP/1.0\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n")?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply)?;
        let (head, body) = reply.split_once("\r\n\r\n").context("half an answer")?;
        ensure!(head.contains(" 200 "), "the simulator answered {head} to {target}");
        Ok(body.to_owned())
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // Both fail only when it has ended already, which is what is wanted here.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
