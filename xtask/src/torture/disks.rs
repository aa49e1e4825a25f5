//! Disks that fill up, become read-only, vanish, or lose their power in the middle of a run.

use std::fs;

use anyhow::{Result, ensure};

use super::chance::Chance;
use super::disk::{Disk, System};
use super::ground::{Ground, Mount};
use super::pause;
use super::run::Run;
use super::stage::{Account, Scene, Stage};
use super::strace::{self, Point};
use super::tally::{Finding, Sin, Tally};
use super::tree::Tree;
use super::trial::Struck;
use super::wish::{FLAGS, Sweep};

/// How many trials a long sweep makes where nothing is there to be counted.
const MANY: u64 = 120;

/// A disk with too little room for what comes.
#[derive(Clone, Copy)]
struct Room {
    bytes: Option<u64>,
    files: Option<u64>,
}

/// A disk in memory is full after some bytes.
pub(super) fn full_bytes(sweep: &mut Sweep<'_>) -> Result<Tally> {
    full(sweep, System::Tmpfs, "home", |chance, most| Room {
        bytes: Some(chance.between(0, most)),
        files: None,
    })
}

/// An ext4 is full after some bytes: some of that it tells only when it is asked to write them down.
pub(super) fn full_ext4(sweep: &mut Sweep<'_>) -> Result<Tally> {
    full(sweep, System::Ext4, "home", |chance, most| Room {
        bytes: Some(chance.between(0, most)),
        files: None,
    })
}

/// No more files can be made, though there is room for bytes.
pub(super) fn full_inodes(sweep: &mut Sweep<'_>) -> Result<Tally> {
    full(sweep, System::Ext4, "home", |chance, _| Room { bytes: None, files: Some(chance.between(0, 70)) })
}

/// The disk of the catalog is full; the archive's is not.
pub(super) fn full_state(sweep: &mut Sweep<'_>) -> Result<Tally> {
    full(sweep, System::Tmpfs, "home/state", |chance, _| Room {
        bytes: Some(chance.between(0, 400_000)),
        files: Some(chance.between(0, 9)),
    })
}

fn full(
    sweep: &mut Sweep<'_>,
    system: System,
    over: &str,
    room: impl Fn(&mut Chance, u64) -> Room,
) -> Result<Tally> {
    let (stage, disk) = on(sweep, Scene::First, system, over)?;
    // Whole blocks, and what the catalog takes beside them.
    let whole =
        stage.undisturbed.0.values().map(|file| file.bytes.len().div_ceil(4096) as u64 * 4096).sum::<u64>();
    let rooms =
        (0..MANY).map(|number| room(&mut sweep.chance(&number.to_string()), whole + 300_000)).collect();
    let name = |room: &Room| match *room {
        Room { bytes: Some(bytes), files: None } => format!("{bytes}-bytes"),
        Room { bytes: None, files: Some(files) } => format!("{files}-files"),
        Room { bytes, files } => format!("{}-bytes-{}-files", bytes.unwrap_or(0), files.unwrap_or(0)),
    };
    sweep.through(&stage, rooms, name, |stage, room, _| {
        let before = stage.put_back()?;
        disk.fill(room.bytes, room.files)?;
        let run = stage.run(&stage.words())?;
        disk.make_room()?;
        let was_enough = run.code == Some(0);
        Ok(Some(Struck::by(1, before, run)).filter(|_| !was_enough))
    })
}

/// A disk that finds an error in itself and becomes read-only.
pub(super) fn read_only(sweep: &mut Sweep<'_>) -> Result<Tally> {
    disturbed(sweep, Scene::Update, System::Ext4, "home", |disk, paused| {
        disk.turn_read_only()?;
        Ok((paused.go_on()?, 0))
    })
}

/// The power is cut; archive, catalog and settings lie on the same disk.
pub(super) fn power(sweep: &mut Sweep<'_>) -> Result<Tally> {
    disturbed(sweep, Scene::First, System::Ext4, "home", cut)
}

/// The same on a disk that may write names before contents, with an archive that is brought up to date.
pub(super) fn power_writeback(sweep: &mut Sweep<'_>) -> Result<Tally> {
    disturbed(sweep, Scene::Update, System::Ext4Writeback, "home", cut)
}

/// The archive's disk alone loses its power: the catalog remembers what it was told until then.
pub(super) fn power_disk(sweep: &mut Sweep<'_>) -> Result<Tally> {
    disturbed(sweep, Scene::First, System::Ext4Writeback, "home/archive", cut)
}

fn cut(disk: &Disk, paused: pause::Paused<'_>) -> Result<(Run, u64)> {
    disk.cut()?;
    Ok((paused.kill()?, 1))
}

fn disturbed(
    sweep: &mut Sweep<'_>,
    scene: Scene,
    system: System,
    over: &str,
    deed: impl Fn(&Disk, pause::Paused<'_>) -> Result<(Run, u64)>,
) -> Result<Tally> {
    let (stage, mut disk) = on(sweep, scene, system, over)?;
    let points = strace::survey(&stage, pause::CALLS)?.points();
    sweep.through(&stage, points, Point::to_string, |stage, point, _| {
        let before = stage.put_back()?;
        disk.flush()?;
        let paused = match pause::at(stage, &stage.words(), point)? {
            Ok(paused) => paused,
            Err(_) => return Ok(None),
        };
        let (run, kills) = deed(&disk, paused)?;
        disk.again()?;
        let struck = Struck { faults: 1, ..Struck::by(1, before, run) };
        Ok(Some(if kills > 0 { Struck { kills, may_die: true, ..struck } } else { struck }))
    })
}

/// A stage on a disk: all of it, or one folder of it.
fn on(sweep: &Sweep<'_>, scene: Scene, system: System, over: &str) -> Result<(Stage, Disk)> {
    let place = sweep.ground.work().join(over);
    let set = || Stage::set(sweep.ground, scene, Account::Small, FLAGS);
    if over == "home" {
        let disk = Disk::over(sweep.ground, system, &place)?;
        return Ok((set()?, disk));
    }
    let stage = set()?;
    super::ground::clear(&place)?;
    Ok((stage, Disk::over(sweep.ground, system, &place)?))
}

/// The disk is taken away: the empty folder that is left must never be taken for an archive.
pub(super) fn vanished(sweep: &mut Sweep<'_>) -> Result<Tally> {
    let stage = Stage::set(sweep.ground, Scene::Update, Account::Small, FLAGS)?;
    let points = strace::survey(&stage, pause::CALLS)?.points();
    let ground = sweep.ground;
    sweep.through(&stage, points, Point::to_string, |stage, point, _| {
        let mount = on_a_disk(ground, stage)?;
        let before = stage.archive()?;
        let paused = match pause::at(stage, &stage.words(), point)? {
            Ok(paused) => paused,
            Err(_) => return Ok(None),
        };
        mount.vanish()?;
        let run = paused.go_on()?;
        let mut found = Vec::new();
        for words in [
            &["sync", "archive"][..],
            &["verify", "archive"],
            &["rebuild", "archive"],
            &["status", "archive"],
            &["sync"],
        ] {
            let run = stage.run(words)?;
            if run.code == Some(0) {
                found.push(Finding::new(
                    Sin::Lie,
                    format!("{words:?} ended with 0 where the disk had vanished"),
                ));
            }
        }
        let left = Tree::read(&stage.path("archive"))?;
        found.extend(
            left.0.keys().map(|path| {
                Finding::new(Sin::Other, format!("{path} was written where the disk had vanished"))
            }),
        );
        let mounts = vec![on_the_same_disk(ground, stage)?];
        Ok(Some(Struck { mounts, found, ..Struck::by(1, before, run) }))
    })
}

/// Puts the archive on a disk of its own, and the folder below it empty.
fn on_a_disk(ground: &Ground, stage: &Stage) -> Result<Mount> {
    stage.put_back()?;
    let (archive, disk) = (stage.path("archive"), ground.work().join("disk"));
    super::ground::clear(&disk)?;
    fs::rename(&archive, &disk)?;
    fs::create_dir(&archive)?;
    on_the_same_disk(ground, stage)
}

fn on_the_same_disk(ground: &Ground, stage: &Stage) -> Result<Mount> {
    let disk = ground.work().join("disk").display().to_string();
    let archive = stage.path("archive");
    ensure!(fs::read_dir(&archive)?.next().is_none(), "something lies below the disk");
    Mount::new(&["--bind", &disk], &archive)
}
