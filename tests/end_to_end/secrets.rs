//! Secrets are nowhere but where they are kept: what the program says at every verbosity, what it writes, and what the
//! system tells of it while it runs are searched for keys, tokens, and the secrets that open a photo.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use flickr_simulator::{Account, Kind, When, Where};

use crate::world::{Run, World, files};

/// Everything that must not be found, each in the forms in which it could be.
struct Secrets(BTreeMap<[u8; BEGINNING], Vec<Vec<u8>>>);

/// All forms are found by their first bytes, in one pass over what is searched.
const BEGINNING: usize = 8;

impl Secrets {
    /// The key, the token, and the secrets of both.
    fn of_the_person(world: &World) -> Self {
        let (token, secret) = world.flickr.access_token();
        let plain = [token, secret, world.flickr.api_key().to_owned(), world.flickr.api_secret().to_owned()];
        Self::in_every_form(plain)
    }

    /// The secrets of every photo.
    fn of_photos(world: &World) -> Self {
        Self::in_every_form(world.flickr.ids().into_iter().flat_map(|id| world.flickr.secrets(id)))
    }

    fn in_every_form(plain: impl IntoIterator<Item = String>) -> Self {
        let forms = plain.into_iter().flat_map(|secret| {
            assert!(secret.len() >= 8, "{secret:?} is too short to be searched for");
            let escaped: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let escaped_dash = secret.replace('-', "%2D");
            let reversed: String = secret.chars().rev().collect();
            // Base64 has three forms, by where the secret begins in it; the first and last digits depend on what is beside.
            let coded = |shift: usize| {
                let text = base64(&["\0".repeat(shift).as_bytes(), secret.as_bytes()].concat());
                text[4..text.len() - 4].to_owned()
            };
            let coded = [coded(0), coded(1), coded(2)];
            [secret.to_uppercase(), escaped, escaped_dash, reversed, secret].into_iter().chain(coded)
        });
        let mut found = BTreeMap::<_, Vec<_>>::new();
        for form in forms.map(String::into_bytes).filter(|form| form.len() >= BEGINNING) {
            found.entry(*form.first_chunk().unwrap()).or_default().push(form);
        }
        Self(found)
    }

    fn found_in(&self, bytes: &[u8]) -> Option<String> {
        (0..bytes.len()).find_map(|at| {
            let rest = &bytes[at..];
            let forms = self.0.get(rest.first_chunk()?)?;
            let found = forms.iter().find(|form| rest.starts_with(form))?;
            Some(String::from_utf8_lossy(found).into_owned())
        })
    }

    fn assert_not_said(&self, run: &Run) {
        for said in [&run.out, &run.err] {
            assert_eq!(self.found_in(said.as_bytes()), None, "{said}");
        }
    }

    fn assert_not_below(&self, dir: &Path) {
        for path in files(dir) {
            let name = path.to_string_lossy().into_owned();
            assert_eq!(self.found_in(name.as_bytes()), None, "{name}");
            if path.is_file() {
                assert_eq!(self.found_in(&std::fs::read(&path).unwrap()), None, "{name}");
            }
        }
    }
}

/// Without the padding at its end.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let digit = |six: &[u8]| {
        let six = format!("{:0<6}", std::str::from_utf8(six).unwrap());
        char::from(DIGITS[usize::from_str_radix(&six, 2).unwrap()])
    };
    bits.as_bytes().chunks(6).map(digit).collect()
}

/// What every command says at every verbosity, when all is well and when it is not.
fn everything_said(world: &World) -> Vec<Run> {
    let full = ["--details", "full", "--sidecars", "both", "--calls-per-hour", "0"];
    let sync = |more: &[&str]| world.run(&[&["sync", "archive"], &full[..], more].concat());
    let mut runs = vec![sync(&["--create", "-vvv"]), sync(&["-vvv", "--json", "--walk-all"])];
    for words in [
        &["auth", "status", "-vvv"][..],
        &["status", "archive", "-vvv", "--missing"],
        &["status", "archive", "--json"],
        &["verify", "archive", "-vvv"],
        &["rebuild", "archive", "-vvv"],
        &["sync", "--help"],
        &["sync", "archive", "--patience", "never", "-vvv"],
    ] {
        runs.push(world.run(words));
    }
    let (token, secret) = world.flickr.access_token();
    let quoting =
        format!("Invalid: {token} {secret} {} {}", world.flickr.api_key(), world.flickr.api_secret());
    for (on, kind) in [
        (Where::AnyMethod, Kind::Fail { code: 98, message: quoting.clone() }),
        (Where::AnyMethod, Kind::Fail { code: 100, message: quoting.clone() }),
        (Where::AnyMethod, Kind::Fail { code: 1, message: quoting.clone() }),
        (
            Where::AnyMethod,
            Kind::OAuthProblem { status: 401, problem: format!("signature_invalid&debug_sbs={quoting}") },
        ),
        (Where::AnyMethod, Kind::OAuthProblem { status: 401, problem: quoting.clone() }),
        (Where::AnyMethod, Kind::CutJson),
        (Where::AnyMethod, Kind::HtmlWith200),
        (Where::AnyMethod, Kind::Reset),
        (Where::AnyImage, Kind::HtmlWith200),
        (Where::AnyImage, Kind::NotFound),
        (Where::AnyImage, Kind::RedirectLoop),
        (Where::AnyImage, Kind::Reset),
    ] {
        let fresh = World::signed_in(Account::rich(31, 3));
        let is_lasting = on == Where::AnyMethod;
        // What an image host does wrong is waited out for long; once is enough to be told of it.
        fresh.flickr.faults().play(on, kind, if is_lasting { When::Always } else { When::Times(1) });
        let run = fresh.sync(&["--create", "-vvv", "--patience", "1s", "--details", "full"]);
        assert!(run.code != 0 || !is_lasting, "{run:?}");
        Secrets::of_photos(&fresh).assert_not_said(&run);
        Secrets::of_the_person(&fresh).assert_not_said(&run);
        runs.push(run);
    }
    runs
}

#[test]
fn no_secret_is_said_or_written_anywhere() {
    let mut account = Account::rich(31, 15);
    account.mix.facts.most_comments = 9;
    let world = World::signed_in(account);
    let (person, photos) = (Secrets::of_the_person(&world), Secrets::of_photos(&world));
    let token_file = world.path("config/flickr-backup/token.toml");
    assert!(
        person.found_in(&std::fs::read(&token_file).unwrap()).is_some(),
        "the search finds what is there"
    );

    for run in everything_said(&world) {
        person.assert_not_said(&run);
        photos.assert_not_said(&run);
    }

    for secrets in [&person, &photos] {
        secrets.assert_not_below(&world.archive());
        secrets.assert_not_below(&world.path("state"));
    }
    assert_eq!(photos.found_in(&std::fs::read(&token_file).unwrap()), None);
    assert_eq!(token_file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_run_that_was_interrupted_leaves_no_secret_either() {
    let world = World::signed_in(Account::plain(32, 30));
    stop_downloads(&world, 5);
    let child = world.start(&["sync", "archive", "--create", "--calls-per-hour", "0", "-vvv"]);
    wait_for_images(&world, 5);

    signal(&child, "-INT");
    let run = Run::from(child.wait_with_output().unwrap());

    assert_eq!(run.code, 130, "{run:?}");
    for secrets in [Secrets::of_the_person(&world), Secrets::of_photos(&world)] {
        secrets.assert_not_said(&run);
        secrets.assert_not_below(&world.archive());
        secrets.assert_not_below(&world.path("state"));
    }
}

#[test]
fn the_system_tells_no_secret_of_a_running_program_and_a_crash_leaves_no_core() {
    let world = World::signed_in(Account::plain(33, 10));
    stop_downloads(&world, 2);
    let sync = world.command(&["sync", "archive", "--create", "--calls-per-hour", "0"]);
    let words = ["-c", "ulimit -c unlimited; exec \"$@\"", "sh"];
    let mut shell = std::process::Command::new("sh");
    shell.args(words).arg(sync.get_program()).args(sync.get_args());
    shell.env_clear().envs(sync.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.current_dir(sync.get_current_dir().unwrap()).stdin(std::process::Stdio::null());
    let mut child = shell.spawn().unwrap();
    wait_for_images(&world, 2);
    let secrets = Secrets::of_the_person(&world);

    // Elsewhere than on Linux there is nothing to look at.
    let proc = Path::new("/proc").join(child.id().to_string());
    for name in ["cmdline", "environ", "status", "comm"] {
        if let Ok(told) = std::fs::read(proc.join(name)) {
            assert_eq!(secrets.found_in(&told), None, "{name}");
        }
    }
    if let Ok(limits) = std::fs::read_to_string(proc.join("limits")) {
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    }
    signal(&child, "-ABRT");
    let status = child.wait().unwrap();

    assert_eq!(status.signal(), Some(6));
    assert!(!status.core_dumped());
    assert!(!files(&world.path("")).iter().any(|path| path.to_string_lossy().contains("core")));
}

/// Lets some photos through; the others never come.
fn stop_downloads(world: &World, after: u64) {
    let for_ever = Kind::Delay(Duration::from_secs(600));
    world.flickr.faults().play(Where::AnyImage, for_ever, When::After { skip: after, times: u64::MAX });
}

fn wait_for_images(world: &World, at_least: u64) {
    let begun = Instant::now();
    while world.flickr.counts().image_requests() < at_least {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing is fetched");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn signal(child: &Child, which: &str) {
    let sent = std::process::Command::new("kill").args([which, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}
