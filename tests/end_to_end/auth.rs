//! Signing in as a person does: by code, by callback, with what goes wrong on the way.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};

use flickr_simulator::{Account, Approval};

use crate::world::{Run, World};

fn account() -> Account {
    Account::plain(1, 3)
}

/// Starts `auth` with pipes and reads the address of the approval page from its own line.
fn begin(world: &World, more: &[&str]) -> (Child, BufReader<std::process::ChildStderr>, String) {
    let words = [&["auth", "--no-browser"], more].concat();
    let mut child = world.command(&words).stdin(Stdio::piped()).spawn().unwrap();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let page = loop {
        let mut line = String::new();
        assert!(err.read_line(&mut line).unwrap() > 0, "no address was printed");
        if line.starts_with("http") {
            break line.trim().to_owned();
        }
    };
    (child, err, page)
}

fn end(mut child: Child, mut err: BufReader<std::process::ChildStderr>) -> Run {
    drop(child.stdin.take());
    let (mut said, mut out) = (String::new(), String::new());
    err.read_to_string(&mut said).unwrap();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    Run { code: child.wait().unwrap().code().unwrap_or(-1), out, err: said }
}

fn code(world: &World, page: &str) -> String {
    match world.flickr.approve(page) {
        Approval::Code(code) => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_code_signs_in_also_when_the_scripts_yes_comes_first() {
    for form in ["{}", " {} ", "y\n{}", "The code is {}, I think", "\n\nyes\n{}"] {
        let world = World::new(account());
        let (mut child, err, page) = begin(&world, &[]);
        let typed = form.replace("{}", &code(&world, &page));
        child.stdin.as_mut().unwrap().write_all(format!("{typed}\n").as_bytes()).unwrap();

        let run = end(child, err);

        assert_eq!(run.code, 0, "{form} {run:?}");
        assert!(run.out.contains("Signed in as"), "{run:?}");
        let token = std::fs::metadata(world.path("config/flickr-backup/token.toml")).unwrap();
        assert_eq!(token.permissions().mode() & 0o777, 0o600);
        assert_eq!(world.run(&["auth", "status"]).code, 0);
    }
}

#[test]
fn after_the_sign_in_no_key_file_is_needed() {
    let world = World::signed_in(account());
    std::fs::remove_file(world.path("apikeys")).unwrap();

    assert_eq!(world.sync(&["--create"]).code, 0);
}

#[test]
fn the_listener_takes_the_callback_although_standard_input_has_ended() {
    let world = World::new(account());
    let (mut child, err, page) = begin(&world, &["--listen"]);
    drop(child.stdin.take());
    let Approval::Callback(address) = world.flickr.approve(&page) else { panic!("no callback") };

    let address = address.trim_start_matches("https://").trim_start_matches("http://").to_owned();
    let (host, path) = address.split_once('/').unwrap();
    let mut browser = TcpStream::connect(host).unwrap();
    write!(browser, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    browser.read_to_string(&mut answer).unwrap();
    let run = end(child, err);

    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_wrong_code_is_an_answer_that_says_what_to_do() {
    let world = World::new(account());
    let (mut child, err, page) = begin(&world, &[]);
    code(&world, &page);
    child.stdin.as_mut().unwrap().write_all(b"000-000-000\n").unwrap();

    let run = end(child, err);

    assert_eq!(run.code, 4, "{run:?}");
    assert!(run.err.contains("flickr-backup auth"), "{run:?}");
}

#[test]
fn a_wrong_key_is_refused_before_any_page_is_shown() {
    let world = World::new(account());
    std::fs::write(world.path("apikeys"), format!("{}\n{}\n", "0".repeat(32), "0".repeat(16))).unwrap();

    let run = world.run(&["auth", "--no-browser"]);

    assert_eq!(run.code, 4, "{run:?}");
    assert!(!run.err.contains("oauth/authorize"), "{run:?}");
}

#[test]
fn keys_of_a_wrong_shape_are_named_without_a_call() {
    let world = World::new(account());
    std::fs::write(world.path("apikeys"), "abc\ndef\n").unwrap();

    let run = world.run(&["auth", "--no-browser"]);

    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("apikeys"), "{run:?}");
    assert_eq!(world.flickr.counts().calls.len(), 0);
}

#[test]
fn a_clock_that_is_a_day_off_is_named() {
    let mut ahead = account();
    ahead.behaviour.clock_skew = 86_400;
    let world = World::new(ahead);

    let run = world.run(&["auth", "--no-browser"]);

    assert!([4, 5].contains(&run.code), "{run:?}");
    assert!(run.err.contains("clock"), "{run:?}");
}

#[test]
fn a_forgotten_account_is_signed_out() {
    let world = World::signed_in(account());

    assert_eq!(world.run(&["auth", "forget"]).code, 0);
    assert_eq!(world.run(&["auth", "status"]).code, 4);
    assert_eq!(world.sync(&["--create"]).code, 4);
}

#[test]
fn no_secret_is_ever_told() {
    let world = World::signed_in(account());
    let (token, secret) = world.flickr.access_token();
    let mut said = String::new();

    for words in [
        &["auth", "status", "-vv"][..],
        &["sync", "archive", "--create", "-vv"],
        &["sync", "archive", "--json"],
    ] {
        let run = world.run(words);
        said.push_str(&run.out);
        said.push_str(&run.err);
    }

    for hidden in [&token, &secret, world.flickr.api_key(), world.flickr.api_secret()] {
        assert!(!said.contains(hidden), "{said}");
    }
}
