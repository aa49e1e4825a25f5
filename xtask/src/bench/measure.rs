//! Runs a program and measures it: time on the wall, time on the processors, and the most memory it ever held.
//!
//! The figures are the kernel's own, read from `/proc` while the program runs and once more between its end and the
//! moment it is waited for. So they are those of this one process, without what a shell or a timer in between would add.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// Ticks in a second of `/proc/PID/stat`; Linux shows a hundred on every machine.
const TICKS: f64 = 100.0;
/// No program of a bench runs longer.
const LONGEST: Duration = Duration::from_secs(4 * 3600);
/// How many of the last lines of its words are kept.
const LAST_LINES: usize = 30;

/// What a program used, and how it ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Used {
    /// Seconds from its start to its end.
    pub(super) wall: f64,
    /// Seconds on the processors, its own and the system's on its behalf.
    pub(super) cpu: f64,
    /// The most memory it held, in MiB.
    pub(super) peak: f64,
    /// Seconds until its first line on standard output.
    pub(super) first_line: Option<f64>,
    /// Its exit code.
    pub(super) code: Option<i32>,
    /// The last lines it wrote to standard error.
    pub(super) words: Vec<String>,
}

impl Used {
    /// Gives itself back if the program ended as it should.
    pub(super) fn ended_with(self, code: i32) -> Result<Self> {
        ensure!(self.code == Some(code), "it ended with {:?}:\n{}", self.code, self.words.join("\n"));
        Ok(self)
    }
}

/// Runs a program to its end.
pub(super) fn measured(command: &mut Command) -> Result<Used> {
    ensure!(fs::exists("/proc/self/stat").unwrap_or(false), "the bench reads /proc, which is Linux's");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let begun = Instant::now();
    let mut child = command.spawn().with_context(|| format!("could not start {command:?}"))?;
    let stdout = child.stdout.take().context("no standard output")?;
    let stderr = child.stderr.take().context("no standard error")?;
    let first = thread::spawn(move || first_line(stdout, begun));
    let words = thread::spawn(move || last_lines(stderr));
    let mut used = watched(&mut child, begun)?;
    used.code = child.wait()?.code();
    used.first_line = first.join().ok().flatten();
    used.words = words.join().unwrap_or_default();
    Ok(used)
}

/// Looks at the process until it is over but not yet waited for: then its times are whole.
fn watched(child: &mut Child, begun: Instant) -> Result<Used> {
    let (stat, status) = (format!("/proc/{}/stat", child.id()), format!("/proc/{}/status", child.id()));
    let mut used = Used::default();
    loop {
        if let Some(peak) = peak(&fs::read_to_string(&status).unwrap_or_default()) {
            used.peak = used.peak.max(peak);
        }
        let (state, cpu) = times(&fs::read_to_string(&stat)?).context("an unreadable line in /proc")?;
        if state == 'Z' {
            return Ok(Used { wall: begun.elapsed().as_secs_f64(), cpu, ..used });
        }
        if begun.elapsed() > LONGEST {
            child.kill().ok();
            bail!("it was still busy after {LONGEST:?}");
        }
        thread::sleep(Duration::from_millis(if begun.elapsed().as_millis() < 2_000 { 1 } else { 10 }));
    }
}

/// The state and the seconds on the processors, from a line of `stat`; the name in it may hold anything.
pub(super) fn times(stat: &str) -> Option<(char, f64)> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
    Some((fields.first()?.chars().next()?, (ticks(11)? + ticks(12)?) / TICKS))
}

/// The most memory ever held, in MiB.
pub(super) fn peak(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}

fn first_line(stream: impl Read, begun: Instant) -> Option<f64> {
    let mut stream = BufReader::new(stream);
    let mut line = Vec::new();
    let read = stream.read_until(b'\n', &mut line).ok().filter(|read| *read > 0);
    let at = begun.elapsed().as_secs_f64();
    std::io::copy(&mut stream, &mut std::io::sink()).ok();
    read.map(|_| at)
}

fn last_lines(stream: impl Read) -> Vec<String> {
    let mut last = Vec::new();
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        if last.len() == LAST_LINES {
            last.remove(0);
        }
        last.push(String::from_utf8_lossy(&line).into_owned());
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_words_are_read() {
        let stat = "71 (odd) name) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20 0";

        assert_eq!(times(stat), Some(('S', 1.75)));
        assert_eq!(peak("Name:\tx\nVmPeak:\t 9 kB\nVmHWM:\t   2048 kB\n"), Some(2.0));
        assert_eq!((times("nonsense"), peak("")), (None, None));
    }
}
