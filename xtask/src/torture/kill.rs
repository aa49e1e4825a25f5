//! `kill -9` at every call that changes something: of a first run, of one that brings an archive up to date, of `rebuild`;
//! and again in the run that mends what the first kill left.

use anyhow::Result;

use super::stage::{Account, Scene, Stage};
use super::strace::{self, Injection, Point};
use super::tally::Tally;
use super::trial::Struck;
use super::wish::{FLAGS, Sweep};

/// The calls at which a run is killed: all that put something on a disk or take it away.
const CALLS: &[&str] = &[
    "write",
    "pwrite64",
    "writev",
    "ftruncate",
    "fsync",
    "syncfs",
    "fdatasync",
    "fchmod",
    "utimensat",
    "flock",
    "mkdir",
    "mkdirat",
    "openat",
    "openat2",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "rmdir",
];

/// How often a trial kills.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kills {
    Once,
    /// The next run is killed as well.
    Twice,
}

/// A first run, killed.
pub(super) fn first(sweep: &mut Sweep<'_>) -> Result<Tally> {
    sweep_through(sweep, Scene::First, Account::Small, Kills::Once)
}

/// The first run of an account with albums, groups and comments, killed.
pub(super) fn rich(sweep: &mut Sweep<'_>) -> Result<Tally> {
    sweep_through(sweep, Scene::First, Account::Rich, Kills::Once)
}

/// A run on an archive that is behind, killed.
pub(super) fn update(sweep: &mut Sweep<'_>) -> Result<Tally> {
    sweep_through(sweep, Scene::Update, Account::Rich, Kills::Once)
}

/// `rebuild`, killed.
pub(super) fn rebuild(sweep: &mut Sweep<'_>) -> Result<Tally> {
    sweep_through(sweep, Scene::Rebuild, Account::Small, Kills::Once)
}

/// Two runs in a row, killed.
pub(super) fn twice(sweep: &mut Sweep<'_>) -> Result<Tally> {
    sweep_through(sweep, Scene::Update, Account::Small, Kills::Twice)
}

fn sweep_through(sweep: &mut Sweep<'_>, scene: Scene, account: Account, kills: Kills) -> Result<Tally> {
    let stage = Stage::set(sweep.ground, scene, account, FLAGS)?;
    let points = strace::survey(&stage, CALLS)?.points();
    sweep.through(&stage, points, Point::to_string, |stage, point, chance| {
        let before = stage.put_back()?;
        let (run, mut struck) = kill(stage, point)?;
        if struck > 0 && kills == Kills::Twice {
            // The second kill falls anywhere in the early part of the next run, where the mending is done.
            let calls = ["pwrite64", "fsync", "write", "openat2", "unlinkat", "renameat"];
            let call = chance.one(&calls).map_or("fsync", |call| call).to_owned();
            struck += kill(stage, &Point { call, nth: chance.between(1, 40) })?.1;
        }
        let struck = Struck::killed(struck, before, run);
        Ok(Some(struck).filter(|struck| struck.kills > 0))
    })
}

fn kill(stage: &Stage, point: &Point) -> Result<(super::run::Run, u64)> {
    let when = point.nth.to_string();
    strace::inject(
        stage,
        &stage.words(),
        &Injection { calls: &point.call, what: "signal=KILL", when, paths: &[] },
    )
}
