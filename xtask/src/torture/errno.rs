//! Calls of the system that fail: a disk that cannot write, that is full, over its quota or read-only, a process that may
//! open no more files; once, from some moment on, or every few times.

use std::fmt;

use anyhow::Result;

use super::chance::Chance;
use super::stage::{Account, Scene, Stage};
use super::strace::{self, Injection, Survey};
use super::tally::Tally;
use super::trial::Struck;
use super::wish::{FLAGS, Sweep};

/// A kind of call, and the ways in which it can fail.
struct Failing {
    calls: &'static [&'static str],
    errors: &'static [&'static str],
}

/// What can fail in the archive, the catalog and the settings.
const ON_DISK: &[Failing] = &[
    Failing { calls: &["fsync", "fdatasync", "syncfs"], errors: &["EIO", "ENOSPC", "EDQUOT", "EROFS"] },
    Failing { calls: &["write", "pwrite64", "writev"], errors: &["EIO", "ENOSPC", "EDQUOT", "EROFS"] },
    Failing {
        calls: &["rename", "renameat", "renameat2"],
        errors: &["EIO", "ENOSPC", "EACCES", "EROFS", "EXDEV"],
    },
    Failing {
        calls: &["openat", "openat2"],
        errors: &["EIO", "ENOSPC", "EACCES", "EMFILE", "ENFILE", "EROFS", "ENOMEM"],
    },
    Failing { calls: &["mkdir", "mkdirat"], errors: &["EIO", "ENOSPC", "EACCES", "EROFS", "EMLINK"] },
    Failing { calls: &["unlink", "unlinkat"], errors: &["EIO", "EACCES", "EROFS", "EBUSY"] },
    Failing { calls: &["read", "pread64", "getdents64"], errors: &["EIO"] },
    Failing { calls: &["newfstatat", "statx", "fstat"], errors: &["EIO", "EACCES"] },
    // Modes and times are set where a disk can, and a disk that cannot is no failure.
    Failing { calls: &["ftruncate", "flock", "lseek"], errors: &["EIO", "EPERM"] },
];

/// What can fail between the process and the network.
const ON_NETWORK: &[Failing] = &[
    Failing { calls: &["socket"], errors: &["EMFILE", "ENFILE", "ENOBUFS", "EACCES"] },
    Failing {
        calls: &["connect"],
        errors: &["ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH", "EADDRNOTAVAIL"],
    },
    Failing { calls: &["recvfrom", "recvmsg"], errors: &["ECONNRESET", "ETIMEDOUT", "ENOMEM"] },
    Failing { calls: &["sendto", "sendmsg", "writev"], errors: &["EPIPE", "ECONNRESET", "ENOBUFS"] },
];

/// One way to fail.
struct Failure {
    call: String,
    error: &'static str,
    nth: u64,
    turn: Turn,
}

/// How often it fails.
#[derive(Clone, Copy, Debug)]
enum Turn {
    Once,
    FromThenOn,
    EveryFew(u64),
}

/// Which calls fail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Those that touch the archive, the catalog or the settings.
    Home,
    /// All of that kind.
    Anywhere,
}

/// The disk fails in a first run.
pub(super) fn first(sweep: &mut Sweep<'_>) -> Result<Tally> {
    sweep_through(sweep, Scene::First, Account::Small, ON_DISK, Place::Home)
}

/// The disk fails while an archive is brought up to date.
pub(super) fn update(sweep: &mut Sweep<'_>) -> Result<Tally> {
    sweep_through(sweep, Scene::Update, Account::Rich, ON_DISK, Place::Home)
}

/// The disk fails in `rebuild`.
pub(super) fn rebuild(sweep: &mut Sweep<'_>) -> Result<Tally> {
    sweep_through(sweep, Scene::Rebuild, Account::Small, ON_DISK, Place::Home)
}

/// Sockets fail.
pub(super) fn sockets(sweep: &mut Sweep<'_>) -> Result<Tally> {
    sweep_through(sweep, Scene::First, Account::Small, ON_NETWORK, Place::Anywhere)
}

fn sweep_through(
    sweep: &mut Sweep<'_>,
    scene: Scene,
    account: Account,
    kinds: &[Failing],
    place: Place,
) -> Result<Tally> {
    let stage = Stage::set(sweep.ground, scene, account, FLAGS)?;
    let calls: Vec<&str> = kinds.iter().flat_map(|kind| kind.calls).copied().collect();
    let survey = strace::survey(&stage, &calls)?;
    let paths: Vec<String> = match place {
        Place::Home => survey.paths.iter().cloned().collect(),
        Place::Anywhere => Vec::new(),
    };
    let failures = failures(kinds, &survey, place, |name| sweep.chance(name), sweep.is_for_one());
    sweep.through(&stage, failures, Failure::to_string, |stage, failure, _| {
        let before = stage.put_back()?;
        let what = format!("error={}", failure.error);
        let when = failure.when();
        let injection = Injection { calls: &failure.call, what: &what, when, paths: &paths };
        // What goes on failing ends when patience does, and that is not to be minutes here.
        let patience: &[&str] = if place == Place::Anywhere { &["--patience", "3s"] } else { &[] };
        let words = [&stage.words()[..], patience].concat();
        let (run, faults) = strace::inject(stage, &words, &injection)?;
        let struck = Struck::by(faults, before, run);
        Ok(Some(struck).filter(|struck| struck.faults > 0))
    })
}

impl Failure {
    /// At which calls, as `strace` writes it.
    fn when(&self) -> String {
        match self.turn {
            Turn::Once => self.nth.to_string(),
            Turn::FromThenOn => format!("{}+", self.nth),
            Turn::EveryFew(step) => format!("{}+{step}", self.nth),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.call, self.error, self.when())
    }
}

/// Of hundreds of calls that are alike so many are enough for each error.
const ENOUGH: u64 = 40;

/// Every call that is made fails in every way it can, at one of the turns by chance; of many calls some.
fn failures(
    kinds: &[Failing],
    survey: &Survey,
    place: Place,
    chance: impl Fn(&str) -> Chance,
    all: bool,
) -> Vec<Failure> {
    let counts = if place == Place::Home { &survey.at_home } else { &survey.calls };
    let mut failures = Vec::new();
    for kind in kinds {
        for call in kind.calls {
            let most = counts.get(*call).copied().unwrap_or(0);
            for error in kind.errors {
                for nth in 1..=most {
                    let mut chance = chance(&format!("{call} {error} {nth}"));
                    let turn = match chance.between(1, 4) {
                        1 => Turn::FromThenOn,
                        2 => Turn::EveryFew(chance.between(2, 9)),
                        _ => Turn::Once,
                    };
                    if all || chance.between(1, most) <= ENOUGH {
                        failures.push(Failure { call: (*call).to_owned(), error, nth, turn });
                    }
                }
            }
        }
    }
    failures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_that_is_made_fails_in_every_way() {
        let survey = Survey {
            at_home: [("fsync".to_owned(), 3), ("openat2".to_owned(), 900)].into(),
            ..Survey::default()
        };

        let failures = failures(ON_DISK, &survey, Place::Home, |name| Chance::new(1, name), false);

        let of = |call: &str| failures.iter().filter(|failure| failure.call == call).count();
        assert_eq!((of("fsync"), of("rename")), (3 * 4, 0));
        assert!((30 * 7..50 * 7).contains(&of("openat2")), "{}", of("openat2"));
        assert!(failures.iter().all(|failure| (1..=900).contains(&failure.nth)));
    }
}
