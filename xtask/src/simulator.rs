//! The made-up Flickr of demo, torture and bench: started as a child, asked over its own control addresses, ended with its owner.
//!
//! The control addresses lie under `/_simulator/` of the same host as the API. They are spoken to with the little HTTP
//! that is needed here: one request a connection, read to its end.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// How long the simulator may take to start, and to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// What it says on its standard output, one `NAME=value` a line, once it listens.
const NAMES: &[&str] = &["ENDPOINT", "API_KEY", "API_SECRET", "ACCESS_TOKEN", "ACCESS_SECRET"];

/// A child that does not outlive its owner, whatever went wrong in between.
pub(crate) struct Ended(pub(crate) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // Both fail only when the child has ended already, which is what is wanted here.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A running simulator; it ends when this value does, or when its owner dies, because then its standard input closes.
pub(crate) struct Simulator {
    names: BTreeMap<String, String>,
    child: Ended,
}

/// What the simulator saw since it started.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Calls of the API.
    pub(crate) calls: u64,
    /// Requests to the image host.
    pub(crate) downloads: u64,
    /// Bytes that the image host handed out.
    pub(crate) bytes: u64,
    /// Calls with a wrong signature, and credentials in an address or at the image host.
    pub(crate) offences: u64,
}

impl Simulator {
    /// Starts the program `serve` with the account that its `words` describe: the same words, the same account.
    pub(crate) fn start(serve: &Path, words: &[&str]) -> Result<Self> {
        let child = Command::new(serve)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("could not start the simulator")?;
        let mut child = Ended(child);
        let stdout = child.0.stdout.take().context("the simulator has no standard output")?;

        let (sender, lines) = channel();
        // Goes on reading when nobody listens any more, so that the simulator never waits for a full pipe.
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                sender.send(line).ok();
            }
        });
        let mut names = BTreeMap::new();
        let end = Instant::now() + PATIENCE;
        while !NAMES.iter().all(|name| names.contains_key(*name)) {
            let line = lines
                .recv_timeout(end.saturating_duration_since(Instant::now()))
                .context("the simulator did not say where it listens")?;
            names.extend(line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        Ok(Self { names, child })
    }

    /// The address that takes the place of Flickr's, without a `/` at its end.
    pub(crate) fn endpoint(&self) -> &str {
        self.name("ENDPOINT").trim_end_matches('/')
    }

    pub(crate) fn key(&self) -> &str {
        self.name("API_KEY")
    }

    pub(crate) fn secret(&self) -> &str {
        self.name("API_SECRET")
    }

    /// An access token and its secret, as a sign-in would have given them.
    pub(crate) fn access(&self) -> (&str, &str) {
        (self.name("ACCESS_TOKEN"), self.name("ACCESS_SECRET"))
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.0.id()
    }

    fn name(&self, name: &str) -> &str {
        self.names.get(name).map_or("", String::as_str)
    }

    /// Says yes on the approval page in the person's place, and returns the code that the page then shows.
    pub(crate) fn approve(&self, token: &str) -> Result<String> {
        let code = self.ask("POST", &format!("/_simulator/approve?oauth_token={token}"))?;
        let code = code.trim().to_owned();
        ensure!(!code.is_empty(), "the simulator showed no code");
        Ok(code)
    }

    /// How often it was asked so far.
    pub(crate) fn counts(&self) -> Result<Counts> {
        counts(&self.ask("GET", "/_simulator/counts")?)
    }

    /// Asks the control desk; the addresses stand in `control.rs` of the simulator.
    pub(crate) fn ask(&self, method: &str, target: &str) -> Result<String> {
        let asked = || -> Result<String> {
            let host = self.endpoint().trim_start_matches("http://");
            let mut stream = TcpStream::connect(host)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            write!(stream, "{method} {target} HTTP/1.0\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n")?;
            let mut reply = String::new();
            stream.read_to_string(&mut reply)?;
            body(&reply).map(str::to_owned)
        };
        asked().with_context(|| format!("could not ask the simulator for {target}"))
    }
}

/// The body of an HTTP reply whose status is a good one.
fn body(reply: &str) -> Result<&str> {
    let (head, body) = reply.split_once("\r\n\r\n").context("the reply has no end of its head")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    if !status.starts_with('2') {
        bail!("it answered {}", format!("{status} {}", body.trim()).trim_end());
    }
    Ok(body)
}

/// Reads the counts out of the simulator's JSON.
fn counts(text: &str) -> Result<Counts> {
    let value: Value = serde_json::from_str(text).context("the counts are no JSON")?;
    let number = |key: &str| value[key].as_u64().with_context(|| format!("the counts do not tell `{key}`"));
    let offences = ["signature_failures", "credentials_in_addresses", "credentials_at_image_host"];
    Ok(Counts {
        calls: number("api_calls")?,
        downloads: number("image_requests")?,
        bytes: number("image_bytes")?,
        offences: offences.into_iter().map(number).sum::<Result<u64>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_of_a_good_reply_is_what_follows_its_head() {
        let good = "HTTP/1.0 200 OK\r\ncontent-length: 9\r\n\r\n123456789";
        let bad = "HTTP/1.0 404 Not Found\r\n\r\nno such token\n";

        assert_eq!(body(good).ok(), Some("123456789"));
        assert_eq!(body(bad).map_err(|e| e.to_string()), Err("it answered 404 no such token".into()));
        assert!(body("nonsense").is_err());
    }

    #[test]
    fn counts_are_read_from_the_simulators_words() {
        let text = r#"{"api_calls": 3, "image_requests": 60, "image_bytes": 1000, "signature_failures": 1,
                       "credentials_in_addresses": 0, "credentials_at_image_host": 2, "calls": {}}"#;

        let expected = Counts { calls: 3, downloads: 60, bytes: 1000, offences: 3 };
        assert_eq!(counts(text).ok(), Some(expected));
        assert!(counts("{}").is_err());
    }
}
