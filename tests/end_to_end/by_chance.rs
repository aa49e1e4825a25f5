//! The life of an account by chance: random edits between runs, random faults during them, runs killed at random moments;
//! a run that ends with 0 never lies, no wrong byte ever lies under a final name, and when the faults end, one more run
//! makes an archive from which the oracle misses nothing.
//!
//! Everything follows from the seed, which each failure names, but the moment at which a killed run dies. A long search
//! is `FLICKR_BACKUP_LIVES=200 FLICKR_BACKUP_SEED=1000 cargo test -p flickr-backup --test end_to_end by_chance`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::time::{Duration, Instant};

use flickr_simulator::{Account, Kind, RetryAfter, When, Where};

use crate::told_by_flickr::differences;
use crate::world::{Run, World};

/// Runs with faults in each round, before one without.
const ROUNDS: u64 = 4;
const ASKED_FOR: [&str; 6] = ["--details", "full", "--sidecars", "both", "--patience", "6s"];

/// Dice that fall the same for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut drawn = self.0;
        drawn = (drawn ^ (drawn >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        drawn = (drawn ^ (drawn >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        drawn ^ (drawn >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.throw() % bound
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()].clone()
    }
}

/// One account with its archive, and all that was ever right about it.
struct Life {
    seed: u64,
    world: World,
    dice: Dice,
    edits: u64,
    /// Every file that each photo ever had on Flickr, by length and bytes.
    ever: BTreeMap<u64, BTreeSet<Vec<u8>>>,
    deleted: BTreeSet<u64>,
    /// What happened, for the one who looks into a failure.
    story: Vec<String>,
}

impl Life {
    fn of(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let mut account = Account::rich(seed, 20 + dice.below(30));
        // A video that Flickr does not give at all is missing for ever, which is no failure of a run.
        (account.mix.videos_with_only_swf, account.mix.videos_pending) = (0.0, 0.0);
        let world = World::signed_in(account);
        Self {
            seed,
            world,
            dice,
            edits: 0,
            ever: BTreeMap::new(),
            deleted: BTreeSet::new(),
            story: Vec::new(),
        }
    }

    /// Looks at what is on Flickr now.
    fn look(&mut self) {
        let there: BTreeSet<u64> = self.world.flickr.ids().into_iter().collect();
        self.deleted.extend(self.ever.keys().filter(|id| !there.contains(id)));
        for id in there {
            self.ever.entry(id).or_default().extend(self.world.flickr.best(id));
        }
    }

    fn edit(&mut self, most: u64) {
        let count = self.dice.below(most + 1);
        for _ in 0..count {
            self.edits += 1;
            if let Some(edit) = self.world.flickr.edit_by_chance(self.edits) {
                self.story.push(format!("{edit:?}"));
                // A file may be there for one edit only.
                self.look();
            }
        }
    }

    fn play_faults(&mut self) {
        for _ in 0..self.dice.below(4) {
            let (on, kind) = self.fault();
            let when = match self.dice.below(3) {
                0 => When::Times(1 + self.dice.below(3)),
                1 => When::After { skip: self.dice.below(20), times: 1 + self.dice.below(4) },
                _ => When::Every(4 + self.dice.below(20)),
            };
            self.story.push(format!("fault {on:?} {kind:?} {when:?}"));
            self.world.flickr.faults().play(on, kind, when);
        }
    }

    fn fault(&mut self) -> (Where, Kind) {
        let busy = |status| Kind::Status { status, retry_after: Some(RetryAfter::Seconds(1)) };
        let down = |status| Kind::Status { status, retry_after: None };
        let calls = [
            down(500),
            down(502),
            busy(503),
            busy(429),
            Kind::HtmlWith200,
            Kind::CutJson,
            Kind::Reset,
            Kind::LostAnswer,
            Kind::TrailingComma,
            Kind::Cut(0.5),
            Kind::Fail { code: 105, message: "Service currently unavailable".to_owned() },
        ];
        let images = [
            down(500),
            busy(503),
            busy(429),
            Kind::HtmlWith200,
            Kind::NotFound,
            Kind::Zeros,
            Kind::WrongBytes,
            Kind::Cut(0.3),
            Kind::CutWithoutLength(0.6),
            Kind::WrongLength(-3),
            Kind::WrongLength(5),
            Kind::Reset,
            Kind::PlaceholderRedirect,
            Kind::PlaceholderWith200,
            Kind::RedirectLoop,
            Kind::RedirectTo("file:///etc/passwd".to_owned()),
            Kind::HeaderFlood(50),
        ];
        let lists =
            [Kind::ShortPage(3), Kind::RepeatPage, Kind::TotalOff(1), Kind::TotalOff(-2), Kind::EmptyPage];
        match self.dice.below(5) {
            0 | 1 => (Where::AnyMethod, self.dice.one_of(&calls)),
            2 => (Where::ListingPage(1), self.dice.one_of(&lists)),
            3 => (Where::Photo(self.dice.one_of(&self.world.flickr.ids())), self.dice.one_of(&images)),
            _ => (Where::AnyImage, self.dice.one_of(&images)),
        }
    }

    /// A run that is killed after so many requests, if it lasts that long.
    fn killed_run(&mut self) {
        let most = 1 + self.dice.below(120);
        self.world.flickr.reset_counts();
        let words = [&["sync", "archive", "--create", "--calls-per-hour", "0"][..], &ASKED_FOR].concat();
        let mut child = self.world.start(&words);
        let begun = Instant::now();
        let ended = loop {
            let counts = self.world.flickr.counts();
            if let Some(status) = child.try_wait().unwrap() {
                break status.code();
            }
            if counts.api_calls() + counts.image_requests() >= most
                || begun.elapsed() > Duration::from_secs(30)
            {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        self.story.push(format!("killed after {most} requests: {ended:?}"));
        self.nothing_is_wrong();
    }

    fn run(&mut self, more: &[&str]) -> Run {
        let run = self.world.sync(&[&ASKED_FOR[..], &["--create"], more].concat());
        self.story.push(format!("a run ended with {}", run.code));
        self.nothing_is_wrong();
        assert!(matches!(run.code, 0 | 3 | 5), "{}\n{run:?}", self.told());
        if run.code == 0 {
            self.nothing_is_missing(&run);
        }
        run
    }

    /// No file that counts has bytes that were never on Flickr.
    fn nothing_is_wrong(&self) {
        if !self.world.archive().join("photos").exists() {
            return;
        }
        for (id, sidecar) in self.world.sidecars() {
            if let Some(bytes) = self.world.current(&sidecar) {
                let is_right = self.ever.get(&id).is_some_and(|ever| ever.contains(&bytes));
                assert!(
                    is_right,
                    "{id} has {} bytes that were never on Flickr\n{}",
                    bytes.len(),
                    self.told()
                );
            }
        }
    }

    /// What a run that ended with 0 has promised.
    fn nothing_is_missing(&self, run: &Run) {
        let sidecars = self.world.sidecars();
        for id in self.world.flickr.ids() {
            let is_here = sidecars.get(&id).is_some_and(|sidecar| sidecar["current"].is_string());
            assert!(is_here, "{id} is not here, and the run said 0\n{}\n{run:?}", self.told());
        }
    }

    /// The faults end: a run that looks at everything makes all good, and one more has nothing to do.
    fn heal(&mut self) {
        self.world.flickr.faults().clear();
        let mut codes = Vec::new();
        for _ in 0..3 {
            codes.push(self.run(&["--walk-all"]).code);
            if codes.last() == Some(&0) {
                break;
            }
        }
        assert_eq!(codes.last(), Some(&0), "{codes:?}\n{}", self.told());
        for id in self.world.flickr.ids() {
            let bytes = self.world.current(&self.world.sidecars()[&id]);
            assert!(bytes == self.world.flickr.best(id), "{id} is another\n{}", self.told());
        }
        let found = self.differences();
        assert!(
            found.is_empty(),
            "{} facts differ:\n{}\n{}",
            found.len(),
            found[..found.len().min(12)].join("\n"),
            self.told()
        );
        assert_eq!(self.world.run(&["verify", "archive"]).code, 0, "{}", self.told());
    }

    /// What the oracle misses. Left out is what alone is no reason to write: counters, the date of a last change, and new
    /// favourites, which wait for another change. Photos that were deleted on Flickr are still here.
    fn differences(&self) -> Vec<String> {
        let left_out = ["views", "uploads", "updated", "favorites", "favorites_count"];
        let is_expected = |line: &String| match line.split(": ").next().unwrap_or_default() {
            "/profile/photos" => true,
            path => path
                .strip_prefix("/photos/")
                .is_some_and(|id| id.parse().is_ok_and(|id| self.deleted.contains(&id))),
        };
        differences(&self.world, &left_out).into_iter().filter(|line| !is_expected(line)).collect()
    }

    fn round(&mut self) {
        for _ in 0..1 + self.dice.below(3) {
            self.edit(12);
            self.look();
            self.play_faults();
            match self.dice.below(3) {
                0 => drop(self.run(&[])),
                1 => drop(self.run(&["--walk-all"])),
                _ => self.killed_run(),
            }
            self.world.flickr.faults().clear();
        }
        self.heal();
    }

    fn told(&self) -> String {
        let last: Vec<_> = self.story.iter().rev().take(80).rev().map(String::as_str).collect();
        format!("the life with the seed {}:\n  {}", self.seed, last.join("\n  "))
    }
}

fn live(seed: u64) {
    let tell = |words: String| {
        let mut told = std::io::stderr();
        writeln!(told, "a life by chance, seed {seed}: {words}").unwrap();
    };
    tell("begins".to_owned());
    let mut life = Life::of(seed);
    life.look();
    for _ in 0..ROUNDS {
        life.round();
    }
    let count = |of: &str| life.story.iter().filter(|line| line.starts_with(of)).count();
    let failed = count("a run ended with 3") + count("a run ended with 5");
    let (ended, killed, faults) = (count("a run ended"), count("killed"), count("fault"));
    tell(format!(
        "{ended} runs ended, {failed} of them not with 0, {killed} killed, {faults} kinds of faults"
    ));
    assert!(ended >= ROUNDS as usize && faults >= 1, "{}", life.told());
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
fn a_first_life_by_chance_ends_with_a_whole_archive() {
    live(101);
}

#[test]
fn a_second_life_by_chance_ends_with_a_whole_archive() {
    live(202);
}

#[test]
fn as_many_lives_as_are_asked_for_end_with_a_whole_archive() {
    let first = number("FLICKR_BACKUP_SEED").unwrap_or(303);
    for seed in first..first + number("FLICKR_BACKUP_LIVES").unwrap_or(1) {
        live(seed);
    }
}
