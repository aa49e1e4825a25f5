//! `strace` as the one who does it: counts the calls of the system in an undisturbed run, then kills or lies at one.
//!
//! It counts the calls of each thread and of each kind by itself, so a point is "the first thread that gets to its n-th
//! call of this kind".

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::{fmt, fs};

use anyhow::{Context, Result, ensure};

use super::run::Run;
use super::stage::Stage;

/// A call of an undisturbed run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    pub(super) call: String,
    /// Counted from 1, in one thread.
    pub(super) nth: u64,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.call, self.nth)
    }
}

/// What an undisturbed run does to the system.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Survey {
    /// The most calls of a kind in one thread.
    pub(super) calls: BTreeMap<String, u64>,
    /// The same, of those only that touch something below the person's home.
    pub(super) at_home: BTreeMap<String, u64>,
    /// Everything below the home that was touched.
    pub(super) paths: BTreeSet<String>,
}

impl Survey {
    /// Every point there is.
    pub(super) fn points(&self) -> Vec<Point> {
        let of = |(call, most): (&String, &u64)| {
            (1..=*most).map(|nth| Point { call: call.clone(), nth }).collect::<Vec<_>>()
        };
        self.calls.iter().flat_map(of).collect()
    }
}

/// Runs once undisturbed, and counts.
pub(super) fn survey(stage: &Stage, calls: &[&str]) -> Result<Survey> {
    stage.put_back()?;
    let log = log(stage);
    let before = strace(&log, &["--seccomp-bpf", "-y", "-e", &format!("trace={}", calls.join(","))]);
    let run = stage.start(stage.command(&before, &stage.words()))?.finish()?;
    ensure!(run.code == Some(0), "the surveyed run ended with {}: {}", run.ending(), run.last_words());
    let text = fs::read(&log).context("strace wrote nothing")?;
    Ok(read(&String::from_utf8_lossy(&text), &stage.home().display().to_string()))
}

/// What is done to a call.
pub(super) struct Injection<'a> {
    /// The kinds of calls, with commas between them.
    pub(super) calls: &'a str,
    /// As `strace` writes it: `signal=KILL` or `error=EIO`.
    pub(super) what: &'a str,
    /// At which calls, as `strace` writes it: `7`, `7+` or `7+3`.
    pub(super) when: String,
    /// Only calls that touch one of these; all calls when there is none.
    pub(super) paths: &'a [String],
}

/// Runs the words of the stage with a fault in it; gives how often the fault struck.
pub(super) fn inject(stage: &Stage, words: &[&str], injection: &Injection<'_>) -> Result<(Run, u64)> {
    let log = log(stage);
    let run = stage.start(stage.command(&before(&log, injection), words))?.finish()?;
    let killed = u64::from(run.signal == Some(9) && !run.hung);
    Ok((run, struck(&log)? + killed))
}

/// The words that stand before the program for an injection.
pub(super) fn before(log: &std::path::Path, injection: &Injection<'_>) -> Vec<String> {
    let Injection { calls, what, when, paths } = injection;
    let mut before =
        strace(log, &["-e", &format!("trace={calls}"), "-e", &format!("inject={calls}:{what}:when={when}")]);
    // Stopped by seccomp, a thread gets no signal.
    if !what.starts_with("signal") {
        before.insert(1, "--seccomp-bpf".to_owned());
    }
    before.extend(paths.iter().flat_map(|path| ["-P".to_owned(), path.clone()]));
    before
}

/// How often a call was lied to, by what `strace` wrote.
fn struck(log: &std::path::Path) -> Result<u64> {
    let text = fs::read(log).context("strace wrote nothing")?;
    Ok(String::from_utf8_lossy(&text).matches("(INJECTED)").count() as u64)
}

/// How often a signal was delivered in the last run.
pub(super) fn signals(stage: &Stage, name: &str) -> Result<u64> {
    let text = fs::read(log(stage)).context("strace wrote nothing")?;
    Ok(String::from_utf8_lossy(&text).matches(&format!("--- SIG{name} ")).count() as u64)
}

/// Where `strace` writes for a stage.
pub(super) fn log(stage: &Stage) -> PathBuf {
    stage.home().with_file_name("strace.log")
}

fn strace(log: &std::path::Path, more: &[&str]) -> Vec<String> {
    let log = log.display().to_string();
    let words = ["strace", "-f", "-q", "-o", &log];
    words.iter().chain(more).map(|word| (*word).to_owned()).collect()
}

fn read(log: &str, home: &str) -> Survey {
    let mut by_thread: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let mut at_home: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let mut paths = BTreeSet::new();
    for line in log.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        let Some((call, arguments)) = rest.split_once('(') else { continue };
        if !call.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            continue;
        }
        *by_thread.entry((thread, call)).or_default() += 1;
        let touched = touched(arguments, home);
        if !touched.is_empty() {
            *at_home.entry((thread, call)).or_default() += 1;
        }
        paths.extend(touched);
    }
    Survey { calls: most(&by_thread), at_home: most(&at_home), paths }
}

fn most(by_thread: &BTreeMap<(&str, &str), u64>) -> BTreeMap<String, u64> {
    let mut most = BTreeMap::new();
    for ((_, call), count) in by_thread {
        let known: &mut u64 = most.entry((*call).to_owned()).or_default();
        *known = (*known).max(*count);
    }
    most
}

/// Paths below `home` in the arguments of a call, named by a descriptor (`5</a/b>`) or as a text.
fn touched(arguments: &str, home: &str) -> Vec<String> {
    let starts = arguments.match_indices(home).filter_map(|(at, _)| {
        let end = match arguments[..at].chars().next_back()? {
            '<' => '>',
            '"' => '"',
            _ => return None,
        };
        let rest = &arguments[at..];
        let path = plain(&rest[..rest.find(end)?]);
        (path.len() > home.len()).then_some(path)
    });
    starts.collect()
}

/// Undoes the `\303\240` by which `strace` writes bytes that are no ASCII.
fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits: &[u8] =
            &after[..after.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(*byte)).count()];
        if *first == b'\\' && !digits.is_empty() {
            bytes
                .push(digits.iter().fold(0, |sum: u8, digit| sum.wrapping_mul(8).wrapping_add(digit - b'0')));
            rest = &after[digits.len()..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_in_each_thread_by_itself() {
        let log = "\
7 write(2</dev/null>, \"x\", 1) = 1
7 write(5</h/archive/a.part>, \"x\", 1 <unfinished ...>
8 write(5</h/archive/a.part>, \"x\", 1) = 1
7 <... write resumed>) = 1
7 unlink(\"/h/state/c\\303\\240\") = 0
7 +++ exited with 0 +++
";

        let survey = read(log, "/h");

        assert_eq!(survey.calls, [("unlink".to_owned(), 1), ("write".to_owned(), 2)].into());
        assert_eq!(survey.at_home["write"], 1);
        assert_eq!(survey.paths, ["/h/archive/a.part".to_owned(), "/h/state/cà".to_owned()].into());
        assert_eq!(survey.points().len(), 3);
    }
}
