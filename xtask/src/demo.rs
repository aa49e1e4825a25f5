//! `demo`: the newcomer's first command: the real program backs up a made-up account, and every step is told.
//!
//! The Flickr it speaks to is our simulator, started as a program of its own on this machine; nothing leaves the machine and
//! all of it goes away at the end. Each step is checked against its promise, so the demo is also a test of the whole.

mod home;
mod picture;
mod program;

use std::time::Instant;

use anyhow::{Result, ensure};

use crate::cargo;
use crate::simulator::{Counts, Simulator};
use home::Home;
use program::Program;

/// How many photos and videos the made-up account holds.
const PHOTOS: u64 = 60;
/// An account of sixty with this seed holds JPEG, PNG, GIF, MP4 and MOV, private ones, odd dates and hostile titles, and of
/// each the original; an original that nobody can have would rightly end the sync with 3.
const SEED: u64 = 19;
const ARCHIVE: &str = "~/FlickrArchive";

/// Builds both programs, then plays the whole main job once.
pub(crate) fn run() -> Result<()> {
    say(
        "First the program and the simulator are built: a minute or more the first time, a moment from then on.",
    );
    let (program, serve) = cargo::build_both()?;

    let begun = Instant::now();
    let home = Home::make()?;
    let words = ["--photos", &PHOTOS.to_string(), "--seed", &SEED.to_string()];
    let simulator = Simulator::start(&serve, &words)?;
    say(&format!(
        "A made-up Flickr listens at {}. Its one account holds {PHOTOS} photos and videos. The program is told to go there by FLICKR_BACKUP_ENDPOINT.",
        simulator.endpoint()
    ));
    let program = Program { binary: program.clone(), home: &home, endpoint: simulator.endpoint().to_owned() };

    sign_in(&program, &home, &simulator)?;
    let fetched = first_sync(&program, &simulator)?;
    second_sync(&program, &simulator, &fetched)?;
    verify(&program)?;
    show(&home)?;

    say(&format!(
        "All of it held, in {:.1} s. The folder is removed now. For your own account, go on with README.md.",
        begun.elapsed().as_secs_f64()
    ));
    Ok(())
}

fn sign_in(program: &Program<'_>, home: &Home, simulator: &Simulator) -> Result<()> {
    say(
        "Sign in. The page's address is opened by the demo in your place, and the code shown there is typed in.",
    );
    home.write("apikeys", &format!("{}\n{}\n", simulator.key(), simulator.secret()))?;
    let code = program.run_with_code(&["auth", "--no-browser", "--apikeys", "~/apikeys"], |token| {
        let code = simulator.approve(token)?;
        say(&format!("The person says yes on that page, reads the code {code} there and types it."));
        Ok(code)
    })?;
    promised("auth", code)
}

fn first_sync(program: &Program<'_>, simulator: &Simulator) -> Result<Counts> {
    say("Back up. The folder is made because --create says so.");
    promised("the first sync", program.run(&["sync", ARCHIVE, "--create"])?)?;
    let counts = simulator.counts()?;
    ensure!(
        counts.downloads >= PHOTOS,
        "the first sync fetched {} files for {PHOTOS} photos and videos",
        counts.downloads
    );
    ensure!(counts.offences == 0, "a signature was wrong, or a credential went where none belongs");
    say(&format!(
        "That took {} calls and {} downloads with {}.",
        counts.calls,
        counts.downloads,
        picture::size(counts.bytes)
    ));
    Ok(counts)
}

fn second_sync(program: &Program<'_>, simulator: &Simulator, before: &Counts) -> Result<()> {
    say("Once more, as cron would do it every night: nothing changed, so nothing is fetched.");
    promised("the second sync", program.run(&["sync", ARCHIVE])?)?;
    let after = simulator.counts()?;
    let fetched = after.downloads - before.downloads;
    ensure!(fetched == 0, "the second sync fetched {fetched} files that were there already");
    say(&format!("That took {} calls and no download.", after.calls - before.calls));
    Ok(())
}

fn verify(program: &Program<'_>) -> Result<()> {
    say("Is everything still what it was? Every byte is read again and held against its checksum.");
    promised("verify", program.run(&["verify", ARCHIVE])?)
}

fn show(home: &Home) -> Result<()> {
    say("This is what lies on disk now, readable without any program of ours:");
    let archive = home.path("FlickrArchive");
    println!("{ARCHIVE}/");
    for line in picture::draw(&picture::read(&archive)?) {
        println!("{line}");
    }
    if let Some((name, lines)) = picture::first_sidecar(&archive)? {
        say(&format!("And this is how the facts beside a photo begin ({name}):"));
        for line in lines {
            println!("  {line}");
        }
    }
    Ok(())
}

/// Prints a sentence of the story.
fn say(sentence: &str) {
    println!();
    for line in wrapped(sentence, 96) {
        println!("# {line}");
    }
}

/// Breaks a sentence between words into lines of at most `width` characters; a longer word has a line of its own.
fn wrapped(sentence: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in sentence.split(' ') {
        let is_first = lines.last().is_none_or(String::is_empty);
        let used = lines.last().map_or(0, |line| line.chars().count());
        if !is_first && used + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else if let Some(line) = lines.last_mut() {
            line.push_str(if is_first { "" } else { " " });
            line.push_str(word);
        }
    }
    lines
}

/// Every step of the demo promises a complete end.
fn promised(step: &str, code: Option<i32>) -> Result<()> {
    match code {
        Some(0) => Ok(()),
        Some(code) => anyhow::bail!("{step} ended with exit code {code} and not 0"),
        None => anyhow::bail!("{step} was ended by a signal"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sentence_is_broken_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("seventeen a b", 3), ["seventeen", "a b"]);
    }

    #[test]
    fn only_a_complete_end_keeps_the_promise() {
        assert!(promised("sync", Some(0)).is_ok());

        let unfinished = promised("sync", Some(3)).map_err(|error| error.to_string());

        assert_eq!(unfinished, Err("sync ended with exit code 3 and not 0".to_owned()));
        assert!(promised("sync", None).is_err());
    }
}
