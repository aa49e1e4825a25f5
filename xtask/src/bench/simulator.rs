//! The simulator as a process of its own, so that what it uses is never counted as the program's.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};

use super::measure::{peak, times};
use crate::simulator;

/// A running simulator; it ends with this value.
pub(super) struct Simulator {
    inner: simulator::Simulator,
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
        let words: Vec<&str> = words.split_whitespace().collect();
        Ok(Self { inner: simulator::Simulator::start(serve, &words)? })
    }

    /// Where its API is.
    pub(super) fn endpoint(&self) -> &str {
        self.inner.endpoint()
    }

    /// The key and its secret.
    pub(super) fn keys(&self) -> [&str; 2] {
        [self.inner.key(), self.inner.secret()]
    }

    /// The access token and its secret.
    pub(super) fn access(&self) -> [&str; 2] {
        let (token, secret) = self.inner.access();
        [token, secret]
    }

    /// Seconds on the processors since its start, and the most memory it held, in MiB.
    pub(super) fn used(&self) -> (f64, f64) {
        let read = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", self.inner.process()));
        let (stat, status) = (read("stat").unwrap_or_default(), read("status").unwrap_or_default());
        (times(&stat).map_or(0.0, |(_, cpu)| cpu), peak(&status).unwrap_or(0.0))
    }

    /// Forgets what it saw so far.
    pub(super) fn forget(&self) -> Result<()> {
        self.inner.ask("POST", "/_simulator/reset").map(drop)
    }

    /// What it saw; nobody may have offended.
    pub(super) fn seen(&self) -> Result<Seen> {
        let counts = self.inner.counts()?;
        ensure!(counts.offences == 0, "a signature was wrong, or a credential lay open");
        Ok(Seen { calls: counts.calls, images: counts.downloads })
    }

    /// Addresses of originals, newest upload first.
    pub(super) fn addresses(&self, count: u64) -> Result<Vec<String>> {
        let text = self.inner.ask("GET", &format!("/_simulator/addresses?count={count}"))?;
        Ok(text.lines().map(str::to_owned).collect())
    }
}
