//! A process that may have little memory, few files open, or no large file; signals; and a clock that jumps.

use std::fs;
use std::process::Command;
use std::thread;
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
    let limits = (0..MANY).map(|number| limit(&mut sweep.chance(&number.to_string()))).collect();
    sweep.through(&stage, limits, String::clone, |stage, limit, _| {
        let before = stage.put_back()?;
        let prlimit = ["prlimit".to_owned(), limit.clone(), "--".to_owned()];
        let run = stage.start(stage.command(&prlimit, &stage.words()))?.finish()?;
        let was_enough = run.code == Some(0);
        let struck = Struck { may_die: true, ..Struck::by(1, before, run) };
        Ok(Some(struck).filter(|_| !was_enough))
    })
}

/// A signal, its number, and the exit code that tells the truth about it.
struct Signal {
    name: &'static str,
    number: i32,
    code: Option<i32>,
}

const SIGNALS: &[Signal] = &[
    Signal { name: "INT", number: 2, code: Some(130) },
    Signal { name: "TERM", number: 15, code: Some(143) },
    Signal { name: "HUP", number: 1, code: None },
    Signal { name: "PIPE", number: 13, code: None },
];

/// A person or the machine asks the program to stop, at any call.
pub(super) fn interrupt(sweep: &mut Sweep<'_>) -> Result<Tally> {
    let stage = Stage::set(sweep.ground, Scene::First, Account::Small, FLAGS)?;
    let points = strace::survey(&stage, pause::CALLS)?.points();
    let points =
        points.into_iter().flat_map(|point| SIGNALS.iter().map(move |signal| (point.clone(), signal)));
    let name = |(point, signal): &(Point, &Signal)| format!("{}-{point}", signal.name);
    sweep.through(&stage, points.collect(), name, |stage, (point, signal), _| {
        let before = stage.put_back()?;
        let what = format!("signal={}", signal.name);
        let when = point.nth.to_string();
        let injection = Injection { calls: &point.call, what: &what, when, paths: &[] };
        let (run, _) = strace::inject(stage, &stage.words(), &injection)?;
        let struck = strace::signals(stage, signal.name)?;
        // In its first moments the program leaves it to the system; near the end everything may be done already.
        let is_true = run.signal == Some(signal.number) || run.code == Some(0) || run.code == signal.code;
        let lie = Finding::new(Sin::Lie, format!("it ended with {} after SIG{}", run.ending(), signal.name));
        let found = if is_true { Vec::new() } else { vec![lie] };
        Ok(Some(Struck { found, ..Struck::by(struck, before, run) }).filter(|_| struck > 0))
    })
}

/// The network is lost in the middle, for a moment or to the end.
pub(super) fn network(sweep: &mut Sweep<'_>) -> Result<Tally> {
    let stage = Stage::set(sweep.ground, Scene::First, Account::Small, FLAGS)?;
    let calls = ["writev", "write", "sendto", "connect", "fsync", "renameat2"];
    let points = strace::survey(&stage, &calls)?.points();
    let loopback = |state: &str| ground::run(Command::new("ip").args(["link", "set", "lo", state]));
    sweep.through(&stage, points, Point::to_string, |stage, point, chance| {
        let before = stage.put_back()?;
        let words = [&stage.words()[..], &["--patience", "3s"]].concat();
        let paused = match pause::at(stage, &words, point)? {
            Ok(paused) => paused,
            Err(_) => return Ok(None),
        };
        loopback("down")?;
        // Lost to the end, a run waits for its patience and the system's: that takes minutes, so it is done seldom.
        let run = if chance.between(1, 20) == 1 {
            paused.go_on()
        } else {
            paused.go_on_and(Duration::from_millis(chance.between(1, 5) * 400), || loopback("up"))
        };
        loopback("up")?;
        Ok(Some(Struck::by(1, before, run?)))
    })
}

const JUMPS: &[&str] = &[
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

/// The clock is wrong from the beginning, or jumps in the middle of a run.
pub(super) fn clock(sweep: &mut Sweep<'_>) -> Result<Tally> {
    let stage = Stage::set(sweep.ground, Scene::Update, Account::Small, FLAGS)?;
    let moments = [0, 20, 40, 60];
    let jumps = JUMPS.iter().flat_map(|jump| moments.map(|moment| (*jump, moment))).collect();
    let name = |(jump, after): &(&str, u64)| format!("{jump} after {after} ms");
    sweep.through(&stage, jumps, name, |stage, (jump, after), _| {
        let before = stage.put_back()?;
        let time = stage.home().with_file_name("time");
        fs::write(&time, if *after == 0 { jump } else { "+0" })?;
        let mut command = stage.command(&[], &stage.words());
        command.env("LD_PRELOAD", faketime()?).env("FAKETIME_TIMESTAMP_FILE", &time);
        // The clock that only counts goes on as it does where somebody sets the other one.
        command.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        let running = stage.start(command)?;
        if *after > 0 {
            thread::sleep(Duration::from_millis(*after));
            fs::write(&time, jump)?;
        }
        Ok(Some(Struck::by(1, before, running.finish()?)))
    })
}

/// The library that Debian's `faketime` puts before a program.
fn faketime() -> Result<String> {
    let output = Command::new("faketime").args(["-f", "+0", "printenv", "LD_PRELOAD"]).output()?;
    let library = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    anyhow::ensure!(library.contains("libfaketime"), "faketime did not say where its library lies");
    Ok(library)
}
