//! A process that may have little memory, few files open, or no large file; signals; and a clock that jumps.

use std::fs;
use std::time::Duration;

use anyhow::Result;

use super::chance::Chance;
use super::ground;
use super::pause;
use super::stage::{Account, Scene, Stage};
use super::strace::{self, Injection, Point};
use super::tally::{Finding, Sin, Tally};
use super::trial::Struck;
use super::wish::{FLAGS, Sweep};

/// How many trials a long sweep makes where nothing is there to be counted.
const MANY: u64 = 60;

/// Too little memory: the process may die of it, but leaves nothing wrong behind.
pub(super) fn memory(sweep: &mut Sweep<'_>) -> Result<Tally> {
    limited(sweep, |chance| format!("--as={}", chance.between(20 << 20, 190 << 20)))
}

/// Too few files open at a time.
pub(super) fn files(sweep: &mut Sweep<'_>) -> Result<Tally> {
    limited(sweep, |chance| format!("--nofile={}", chance.between(6, 40)))
}

/// No file larger than so much; a signal comes with it that ends a process.
pub(super) fn file_size(sweep: &mut Sweep<'_>) -> Result<Tally> {
    limited(sweep, |chance| format!("--fsize={}", chance.between(0, 130_000)))
}

fn limited(sweep: &mut Sweep<'_>, limit: impl Fn(&mut Chance) -> String) -> Result<Tally> {
    let stage = Stage::set(sweep.ground, Scene::First, Account::Small, FLAGS)?;
    let mut chance = Chance::new(sweep.seed(), sweep.case);
    let limits = (0..MANY).map(|_| limit(&mut chance)).collect();
    sweep.through(&stage, limits, |stage, limit: &String, _| {
        let before = stage.put_back()?;
        let prlimit = ["prlimit".to_owned(), limit.clone(), "--".to_owned()];
        let run = stage.start(stage.command(&prlimit, &stage.words()))?.finish()?;
        let was_enough = run.code == Some(0);
        let struck = Struck { may_die: true, ..Struck::by(1, before, run) };
        Ok((format!("prlimit {limit}"), Some(struck).filter(|_| !was_enough)))
    })
}

/// A signal, and the exit codes that tell the truth about it.
struct Signal {
    name: &'static str,
    codes: &'static [i32],
}

const SIGNALS: &[Signal] = &[
    Signal { name: "INT", codes: &[130] },
    Signal { name: "TERM", codes: &[143] },
    Signal { name: "HUP", codes: &[] },
    Signal { name: "PIPE", codes: &[] },
    Signal { name: "USR2", codes: &[] },
];

/// A person or the machine asks the program to stop, at any call.
pub(super) fn interrupt(sweep: &mut Sweep<'_>) -> Result<Tally> {
    let stage = Stage::set(sweep.ground, Scene::First, Account::Small, FLAGS)?;
    let mut chance = Chance::new(sweep.seed(), sweep.case);
    let points = strace::survey(&stage, pause::CALLS)?.points();
    let points: Vec<(Point, &Signal)> =
        points.into_iter().filter_map(|point| Some((point, chance.one(&SIGNALS[..4])?))).collect();
    sweep.through(&stage, points, |stage, (point, signal), _| {
        let before = stage.put_back()?;
        let what = format!("signal={}", signal.name);
        let injection =
            Injection { calls: &point.call, what: &what, when: point.nth.to_string(), paths: &[] };
        let (run, _) = strace::inject(stage, &stage.words(), &injection)?;
        let struck = strace::signals(stage, signal.name)?;
        let mut found = Vec::new();
        // Near the end, everything may be done before the signal is looked at.
        if run.code != Some(0) && !run.code.is_some_and(|code| signal.codes.contains(&code)) {
            let what = format!("it ended with {} after SIG{}", run.ending(), signal.name);
            found.push(Finding::new(Sin::Lie, what));
        }
        let fault = format!("SIG{} at {} {}", signal.name, point.call, point.nth);
        Ok((fault, Some(Struck { found, ..Struck::by(struck, before, run) }).filter(|_| struck > 0)))
    })
}

/// The network is lost in the middle, for a moment or to the end.
pub(super) fn network(sweep: &mut Sweep<'_>) -> Result<Tally> {
    let stage = Stage::set(sweep.ground, Scene::First, Account::Small, FLAGS)?;
    let points =
        strace::survey(&stage, &["writev", "write", "sendto", "connect", "fsync", "renameat2"])?.points();
    let mut chance = Chance::new(sweep.seed(), sweep.case);
    // Lost to the end, a run waits for its patience and the system's: that takes minutes, so it is done seldom.
    let mut while_gone = || if chance.between(1, 20) == 1 { 0 } else { chance.between(1, 5) * 400 };
    let points: Vec<(Point, u64)> = points.into_iter().map(|point| (point, while_gone())).collect();
    let loopback =
        |state: &str| ground::run(std::process::Command::new("ip").args(["link", "set", "lo", state]));
    sweep.through(&stage, points, |stage, (point, pause), _| {
        let before = stage.put_back()?;
        let words = [&stage.words()[..], &["--patience", "3s"]].concat();
        let fault = format!("lost at {} {} for {pause} ms (0: to the end)", point.call, point.nth);
        let paused = match pause::at(stage, &words, point)? {
            Ok(paused) => paused,
            Err(_) => return Ok((fault, None)),
        };
        loopback("down")?;
        let run = match *pause {
            0 => paused.go_on(),
            while_gone => paused.go_on_and(Duration::from_millis(while_gone), || loopback("up")),
        };
        loopback("up")?;
        Ok((fault, Some(Struck::by(1, before, run?))))
    })
}

/// The clock is wrong from the beginning, or jumps in the middle of a run.
pub(super) fn clock(sweep: &mut Sweep<'_>) -> Result<Tally> {
    let stage = Stage::set(sweep.ground, Scene::Update, Account::Small, FLAGS)?;
    let mut chance = Chance::new(sweep.seed(), sweep.case);
    let jumps = [
        "-1y",
        "+1y",
        "-26h",
        "+26h",
        "-10y",
        "+20y",
        "-50s",
        "+50s",
        "-5m",
        "@1970-01-02 00:00:00",
        "@2038-01-19 03:14:00",
    ];
    let jumps =
        jumps.iter().chain(&jumps).chain(&jumps).map(|jump| (*jump, chance.between(0, 3) * 30)).collect();
    sweep.through(&stage, jumps, |stage, (jump, after), _| {
        let before = stage.put_back()?;
        let time = stage.home().with_file_name("time");
        fs::write(&time, if *after == 0 { jump } else { "+0" })?;
        let mut command = stage.command(&[], &stage.words());
        command.env("LD_PRELOAD", faketime()?).env("FAKETIME_TIMESTAMP_FILE", &time);
        // The clock that only counts goes on as it does where somebody sets the other one.
        command.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        let running = stage.start(command)?;
        if *after > 0 {
            std::thread::sleep(Duration::from_millis(*after));
            fs::write(&time, jump)?;
        }
        let run = running.finish()?;
        Ok((format!("the clock at {jump} after {after} ms"), Some(Struck::by(1, before, run))))
    })
}

/// The library that Debian's `faketime` puts before a program.
fn faketime() -> Result<String> {
    let output =
        std::process::Command::new("faketime").args(["-f", "+0", "printenv", "LD_PRELOAD"]).output()?;
    let library = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    anyhow::ensure!(library.contains("libfaketime"), "faketime did not say where its library lies");
    Ok(library)
}
