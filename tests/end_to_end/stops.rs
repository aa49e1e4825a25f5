//! How a run is stopped, by a person, by the system, or by Flickr: soon, in order, and with the truth told.

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use flickr_simulator::{Account, Kind, RetryAfter, When, Where};

use crate::world::World;

/// A run that was stopped: its exit code, how long it took to end, and what it said.
#[derive(Debug)]
struct Stopped {
    code: Option<i32>,
    took: Duration,
    said: String,
}

fn signal(run: &Child, name: &str) {
    let sent = std::process::Command::new("kill").args([name, &run.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

/// Starts a run, waits until Flickr was asked for something by it, and sends it signals one after the other.
fn stopped(world: &World, asked: impl Fn() -> bool, signals: &[&str]) -> Stopped {
    let run = world.start(&["sync", "archive", "--create", "--calls-per-hour", "0"]);
    let start = Instant::now();
    while !asked() && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(200));
    let start = Instant::now();
    for name in signals {
        signal(&run, name);
        std::thread::sleep(Duration::from_millis(50));
    }
    let output = run.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    Stopped { code: output.status.code(), took: start.elapsed(), said }
}

/// Two seconds, and one for a machine that does much else.
const SOON: Duration = Duration::from_secs(3);

#[test]
fn an_interrupt_ends_every_part_of_a_run_soon_with_a_summary() {
    let minute = || Kind::Delay(Duration::from_secs(60));
    let later = || Kind::Status { status: 429, retry_after: Some(RetryAfter::Seconds(100)) };
    let method = |name: &str| Where::Method(name.into());
    let parts = [
        (Where::ListingPage(1), minute(), "the listing"),
        (Where::ListingPage(1), Kind::Stall(0.5), "a page that stands still"),
        (method("flickr.people.getPhotos"), later(), "a Retry-After of the API"),
        (method("flickr.photosets.getList"), minute(), "the albums"),
        (method("flickr.contacts.getList"), minute(), "the account"),
        (Where::AnyImage, minute(), "the first byte"),
        (Where::AnyImage, Kind::Stall(0.5), "a body that stands still"),
        (Where::AnyImage, Kind::Slow(10), "a crawl"),
        (Where::AnyImage, Kind::CutAfter(5), "a body that is cut all the time"),
        (Where::AnyImage, later(), "a Retry-After of the image host"),
    ];
    for (place, kind, what) in parts {
        let world = World::signed_in(Account::plain(4, 30));
        world.flickr.faults().play(place, kind, When::Always);

        let run = stopped(&world, || world.flickr.faults().played() > 0, &["-INT"]);

        assert_eq!(run.code, Some(130), "{what}: {run:?}");
        assert!(run.took < SOON, "{what}: {run:?}");
        assert!(run.said.contains("Stopped; what is done stays done"), "{what}: {run:?}");
        world.flickr.faults().clear();
        let again = world.sync(&[]);
        assert_eq!(again.code, 0, "{what}: {again:?}");
    }
}

#[test]
fn a_second_interrupt_ends_at_once_and_a_polite_end_has_a_code_of_its_own() {
    for (signals, code, soon) in [
        (&["-INT", "-INT"][..], 130, Duration::from_millis(700)),
        (&["-TERM"][..], 143, SOON),
        (&["-HUP", "-HUP", "-TERM"][..], 143, SOON),
    ] {
        let world = World::signed_in(Account::plain(4, 30));
        world.flickr.faults().play(Where::AnyImage, Kind::Delay(Duration::from_secs(60)), When::Always);

        let run = stopped(&world, || world.flickr.faults().played() > 0, signals);

        assert_eq!(run.code, Some(code), "{signals:?}: {run:?}");
        assert!(run.took < soon, "{signals:?}: {run:?}");
    }
}

#[test]
fn an_interrupt_before_there_is_an_archive_ends_in_order_too() {
    let world = World::signed_in(Account::plain(4, 3));
    world.flickr.faults().play(Where::AnyMethod, Kind::Delay(Duration::from_secs(60)), When::Always);

    let run = stopped(&world, || world.flickr.faults().played() > 0, &["-HUP", "-INT"]);

    assert_eq!(run.code, Some(130), "{run:?}");
    assert!(run.took < SOON && !world.archive().exists(), "{run:?}");
}

#[test]
fn closed_streams_and_a_closed_terminal_stop_nothing() {
    for words in [&["-vv"][..], &["--json"], &["-vv", "--json"], &[]] {
        let world = World::signed_in(Account::plain(4, 12));
        world.flickr.faults().play(Where::AnyImage, Kind::NotFound, When::Every(3));
        let all = [&["sync", "archive", "--create", "--calls-per-hour", "0"], words].concat();
        let mut run = world.command(&all).stdin(Stdio::null()).spawn().unwrap();
        drop((run.stdout.take(), run.stderr.take()));

        signal(&run, "-HUP");
        let code = run.wait().unwrap().code();

        // A hang-up before the program's first instruction ends it as it ends any program.
        if code.is_some() {
            assert_eq!(code, Some(0), "{words:?}");
            assert_eq!(world.sidecars().values().filter(|sidecar| sidecar["state"] == "kept").count(), 12);
        }
    }
}

#[test]
fn a_key_that_was_switched_off_stops_the_run_at_once_and_says_so() {
    let off = || Kind::Fail { code: 100, message: "Invalid API Key (Key has expired)".into() };
    let method = |name: &str| Where::Method(name.into());
    for place in [method("flickr.people.getPhotos"), method("flickr.photos.getInfo"), Where::AnyMethod] {
        let world = World::signed_in(Account::plain(4, 60));
        world.flickr.faults().play(place.clone(), off(), When::Always);

        let run = world.sync(&["--create"]);

        assert_eq!(run.code, 4, "{place:?}: {run:?}");
        assert!(run.err.contains("Key has expired") && run.err.contains("Next:"), "{run:?}");
        let calls = world.flickr.faults().played();
        assert!(calls <= 8, "{place:?}: {calls} calls with a key that is off");
    }
}

#[test]
fn the_hourly_count_survives_a_kill() {
    let world = World::signed_in(Account::plain(4, 60));
    let (mut made, mut known) = (0, 0);
    for _ in 0..3 {
        let mut run = world.start(&["sync", "archive", "--create", "--calls-per-hour", "3500"]);
        std::thread::sleep(Duration::from_millis(1500));
        run.kill().unwrap();
        run.wait().unwrap();
        made = world.flickr.counts().api_calls();
        known = counted(&world);
    }

    assert!(made >= 30 && known + 25 * 3 >= made, "{known} calls are known of {made}");
}

/// The calls of the last hour by the file that is kept for the key.
fn counted(world: &World) -> u64 {
    let files = crate::world::files(&world.path("state"));
    let is_count = |name: &str| name.starts_with("calls-") && name.ends_with(".toml");
    let file = files.iter().find(|path| is_count(&path.file_name().unwrap().to_string_lossy()));
    let text = file.map(|path| std::fs::read_to_string(path).unwrap()).unwrap_or_default();
    let minutes = text.lines().find_map(|line| line.strip_prefix("minutes = ")).unwrap_or("[]");
    let minutes: Vec<(i64, u64)> = serde_json::from_str(minutes).unwrap();
    minutes.iter().map(|(_, calls)| calls).sum()
}

#[test]
fn a_signal_in_the_first_moments_has_the_exit_code_of_a_signal() {
    let world = World::signed_in(Account::plain(4, 3));
    world.flickr.faults().play(Where::AnyMethod, Kind::Delay(Duration::from_secs(60)), When::Always);
    for (name, code, number) in [("-INT", 130, 2), ("-TERM", 143, 15)] {
        for moment in (0..40).map(Duration::from_millis) {
            let run = world.start(&["sync", "archive", "--create", "--calls-per-hour", "0"]);
            std::thread::sleep(moment);
            signal(&run, name);

            let status = run.wait_with_output().unwrap().status;

            // Before its first instruction the program cannot catch anything: the system ends it, and says so.
            let is_told = status.code() == Some(code) || status.signal() == Some(number);
            assert!(is_told, "{name} after {moment:?}: {status:?}");
        }
    }
}

#[test]
fn commands_that_need_no_order_end_at_once() {
    let world = World::signed_in(Account::plain(4, 3));
    for (name, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let mut run = world.command(&["auth", "--no-browser"]).stdin(Stdio::piped()).spawn().unwrap();
        // A closed input would be an end of its own.
        let _held = run.stdin.take();
        std::thread::sleep(Duration::from_millis(700));
        signal(&run, name);

        assert_eq!(run.wait_with_output().unwrap().status.code(), Some(code), "{name}");
    }
}

#[test]
fn without_memory_for_its_threads_the_program_says_so() {
    let world = World::signed_in(Account::plain(4, 3));
    let mut told = 0;
    for limit in (16_000..160_000).step_by(4_000) {
        let mut run = std::process::Command::new("sh");
        let usual = world.command(&["status"]);
        run.args([
            "-c",
            &format!("ulimit -v {limit} && exec \"$0\" status"),
            usual.get_program().to_str().unwrap(),
        ]);
        run.current_dir(world.path("")).stdin(Stdio::null());

        let output = run.output().unwrap();

        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("panicked"), "{limit}: {said}");
        told += u32::from(said.contains("gives the program no thread") && output.status.code() == Some(1));
    }
    assert!(told > 0 || cfg!(not(target_os = "linux")), "no limit was between too little and enough");
}
