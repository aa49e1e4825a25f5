//! The project's own automation: `cargo xtask` followed by one of the commands below.
//!
//! It knows none of our crates: it runs cargo and the built program, and reads the texts of the repository.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "automation runs beside the product: it reads its environment, makes its own temporary folder and prints"
)]

mod bench;
mod cargo;
mod ci;
mod demo;
mod fuzz;
mod replay;
mod simulator;
mod tidy;
mod torture;

use std::process::ExitCode;

use anyhow::Result;

const HELP: &str = "\
cargo xtask COMMAND

  ci           all that must pass before a change goes in: format, tidy, clippy, tests, docs, licences
  tidy         only the rules of the house (STYLE.md): who may know whom, files, names, doors, words
  demo         the newcomer's first command: signs in, backs up and verifies a made-up account on this machine
  torture [CASE …] [--long] [--minutes N] [--seed N] [--trial N] [--program PATH] [--tell] [--list]
               kills, starves and lies to the real program, then proves that nothing was lost, wrong or untrue
  fuzz [TARGET] [--seconds 60]
               lets cargo-fuzz look for input that breaks a promise; not a part of `ci`
  bench [CASE …] [--big] [--fresh] [--list]
               runs the real program against the simulator, prints what it used, fails where it is too slow or too large
  replay DIR   decodes every recorded answer in DIR with the types that the program uses
  help         this text
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help" | "--help" | "-h"] | [_, "help" | "--help" | "-h"] => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        ["ci"] => ended("ci", ci::run()),
        ["tidy"] => ended("tidy", tidy::run()),
        ["demo"] => ended("demo", demo::run()),
        ["torture", words @ ..] => torture::run(words),
        ["bench", words @ ..] => bench::run(words),
        ["fuzz", more @ ..] => ended("fuzz", fuzz::run(more)),
        ["replay", folder] => replay::run(folder).unwrap_or_else(|error| ended("replay", Err(error))),
        _ => {
            eprint!("xtask: no such command: {}\n\n{HELP}", words.join(" "));
            ExitCode::from(2)
        }
    }
}

/// Turns how a command ended into the exit code, and says why it failed.
fn ended(command: &str, result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{command}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
