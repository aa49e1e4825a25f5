//! An archive in which somebody has put links, FIFOs and hard links where files and folders of ours belong, before a
//! run and while one is at work: nothing outside is read or written, nothing blocks, nothing that was there changes.

use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use photo_archive::{Access, Archive, ArchiveError, Changed, ErrorKind, Purpose};
use serde_json::json;

use crate::world::{World, fetched, gif, id, listed, now, patiently, run, save};

/// A folder outside of the archive, with something in it that must stay as it is.
struct Outside(tempfile::TempDir);

impl Outside {
    fn new() -> Self {
        let outside = Self(tempfile::tempdir().unwrap());
        std::fs::write(outside.0.path().join("precious"), "precious").unwrap();
        outside
    }

    fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("precious")
    }

    fn assert_untouched(&self) {
        let names: Vec<_> =
            std::fs::read_dir(self.0.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["precious"]);
        assert_eq!(std::fs::read(self.file()).unwrap(), b"precious");
        assert_eq!(self.file().metadata().unwrap().mode() & 0o777, 0o644);
    }
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Puts something else in the place of a file or folder, and gives what was there another name.
fn replaced(path: &Path, with: impl FnOnce(&Path)) {
    if path.exists() {
        std::fs::rename(path, path.with_extension("moved")).unwrap();
    }
    with(path);
}

/// Opens for writing; while a tool that another test starts has a copy of the lock, again.
fn open(world: &World) -> Result<Archive, ArchiveError> {
    loop {
        match Archive::open(&world.dir(), &world.state(), Access::Write, [9; 32], &mut |_| {}) {
            Err(error) if error.kind() == ErrorKind::Busy => std::thread::sleep(Duration::from_millis(10)),
            opened => return opened,
        }
    }
}

fn open_error(world: &World) -> ErrorKind {
    open(world).map(|_| ()).unwrap_err().kind()
}

#[test]
fn a_marker_or_lock_that_is_no_file_is_refused_at_once() {
    for name in ["flickr-archive.json", ".flickr-backup/lock"] {
        for kind in 0..4 {
            let outside = Outside::new();
            let world = World::new();
            drop(world.open());
            let begun = Instant::now();
            replaced(&world.dir().join(name), |path| match kind {
                0 => fifo(path),
                1 => symlink(outside.file(), path).unwrap(),
                2 => symlink("/dev/zero", path).unwrap(),
                _ => std::fs::create_dir(path).unwrap(),
            });

            let refused = open_error(&world);

            assert!(
                matches!(refused, ErrorKind::OneFile | ErrorKind::NotAnArchive),
                "{name} {kind}: {refused:?}"
            );
            assert!(begun.elapsed() < Duration::from_secs(20), "{name} {kind}");
            outside.assert_untouched();
        }
    }
}

#[test]
fn a_huge_marker_is_refused_without_reading_it() {
    let world = World::new();
    let marker = std::fs::File::options().write(true).open(world.dir().join("flickr-archive.json")).unwrap();
    marker.set_len(1 << 40).unwrap();

    assert!(matches!(open_error(&world), ErrorKind::Damaged | ErrorKind::NotAnArchive));
}

#[test]
fn folders_that_lead_elsewhere_are_refused_or_left_out() {
    for name in ["photos", "albums", "account", "runs", "runs/2026", ".flickr-backup", "photos/2011"] {
        let outside = Outside::new();
        let world = World::new();
        run(&mut world.open(), 3);
        replaced(&world.dir().join(name), |path| symlink(outside.path(), path).unwrap());

        let worked = open(&world).and_then(|mut archive| {
            archive.record(vec![listed(5)], now())?;
            archive.finish_run(&json!({}), Changed::Something, now())
        });
        Archive::rebuild(&world.dir(), &world.state(), [5; 32], &mut |_| {}).ok();

        if let Err(error) = worked {
            assert!(
                matches!(error.kind(), ErrorKind::OneFile | ErrorKind::NotAnArchive),
                "{name}: {error:?}"
            );
        }
        outside.assert_untouched();
    }
}

#[test]
fn a_folder_that_becomes_a_link_while_a_run_is_at_work_takes_no_byte() {
    let outside = Outside::new();
    let world = World::new();
    let mut archive = world.open();
    archive.record(vec![listed(1), listed(3), listed(2)], now()).unwrap();
    let first = save(&mut archive, 1, &gif(1), Purpose::Original, 1);
    archive.record(vec![fetched(first, 1)], now()).unwrap();
    let stem = archive.kept(id(3)).unwrap().unwrap().stem;
    let mut incoming = archive.store().incoming(id(3), &stem, Default::default()).unwrap();
    incoming.write(&gif(3)).unwrap();

    replaced(&world.dir().join("photos/2011"), |path| symlink(outside.path(), path).unwrap());
    let finished = incoming.finish(Purpose::Original, 1, Some(0));
    let saved = finished.and_then(|written| archive.save(vec![written.unwrap()]));
    let told = archive.record(vec![listed(3)], now());
    let next = archive.store().incoming(id(1), &stem, Default::default());
    let other = save(&mut archive, 2, &gif(2), Purpose::Original, 1);
    archive.record(vec![fetched(other, 2)], now()).unwrap();
    archive.finish_run(&json!({}), Changed::Something, now()).unwrap();

    assert_eq!(saved.unwrap_err().kind(), ErrorKind::OneFile);
    assert_eq!(next.map(|_| ()).unwrap_err().kind(), ErrorKind::OneFile);
    drop(told);
    outside.assert_untouched();
}

#[test]
fn a_race_between_folder_and_link_never_lets_a_byte_out() {
    let outside = Outside::new();
    let world = World::new();
    let mut archive = world.open();
    archive.record((1..40).map(|n| listed(2 * n + 1)).collect(), now()).unwrap();
    let (folder, link, aside) = (
        world.dir().join("photos/2011/07"),
        world.dir().join("photos/link"),
        world.dir().join("photos/aside"),
    );
    symlink(outside.path(), &link).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);

    let mut refused = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // Folder and link change places all the time; where the archive made the folder anew, they stay as they are.
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                let steps = [(&folder, &aside), (&link, &folder), (&folder, &link), (&aside, &folder)];
                if !steps.into_iter().all(|(from, to)| std::fs::rename(from, to).is_ok()) {
                    std::thread::yield_now();
                }
            }
        });
        for n in 1..40 {
            let number = 2 * n + 1;
            let stem = archive.kept(id(number)).unwrap().unwrap().stem;
            let done =
                archive.store().incoming(id(number), &stem, Default::default()).and_then(|mut incoming| {
                    incoming.write(&gif(1))?;
                    incoming.finish(Purpose::Original, 1, Some(0)).map(Result::unwrap)
                });
            let done = done.and_then(|written| archive.save(vec![written]));
            refused += u32::from(done.is_err());
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });

    outside.assert_untouched();
    assert!(refused < 40, "not one got through");
}

#[test]
fn lists_of_sums_that_are_no_files_block_nothing() {
    for name in ["photos/2011/07/SHA256SUMS", "photos/2011/07/SHA256SUMS.metadata", "INVENTORY.txt"] {
        let outside = Outside::new();
        for kind in 0..2 {
            let world = World::new();
            run(&mut world.open(), 3);
            replaced(&world.dir().join(name), |path| match kind {
                0 => fifo(path),
                _ => symlink(outside.file(), path).unwrap(),
            });

            let mut archive = world.open();
            archive.record(vec![listed(5)], now()).unwrap();
            let ended = archive.finish_run(&json!({}), Changed::Something, now());
            drop(archive);
            let rebuilt = patiently(|| Archive::rebuild(&world.dir(), &world.state(), [5; 32], &mut |_| {}));

            if let Err(error) = ended {
                assert_eq!(error.kind(), ErrorKind::OneFile, "{name} {kind}: {error}");
            }
            assert_eq!((rebuilt.photos, rebuilt.files), (4, 3), "{name} {kind}");
            outside.assert_untouched();
        }
    }
}

#[test]
fn what_has_another_name_elsewhere_is_never_written_in_place() {
    let outside = Outside::new();
    let world = World::new();
    run(&mut world.open(), 3);
    let linked: Vec<_> = world.prints().into_keys().collect();
    for (number, name) in linked.iter().enumerate() {
        std::fs::hard_link(world.dir().join(name), outside.path().join(format!("link-{number}"))).unwrap();
    }
    let look = || -> Vec<_> {
        (0..linked.len())
            .map(|number| {
                let path = outside.path().join(format!("link-{number}"));
                let facts = path.metadata().unwrap();
                (std::fs::read(&path).unwrap(), facts.mode(), facts.mtime(), facts.mtime_nsec())
            })
            .collect()
    };
    let before = look();

    let mut archive = world.open();
    let mut changed = listed(1);
    changed.photo.as_mut().unwrap().title = "Another".to_owned();
    archive.record(vec![changed, listed(7)], now()).unwrap();
    let second = save(&mut archive, 1, &gif(99), Purpose::Original, 2);
    archive.record(vec![fetched(second, 1)], now()).unwrap();
    archive.finish_run(&json!({}), Changed::Something, now()).unwrap();

    assert_eq!(look(), before);
}

#[test]
fn a_foreign_file_under_the_name_of_a_part_is_not_written_through() {
    let outside = Outside::new();
    let world = World::new();
    let mut archive = world.open();
    archive.record(vec![listed(1)], now()).unwrap();
    let stem = archive.kept(id(1)).unwrap().unwrap().stem;
    let part = world.dir().join(format!("{stem}.part"));
    for kind in 0..3 {
        match kind {
            0 => symlink(outside.file(), &part).unwrap(),
            1 => std::fs::hard_link(outside.file(), &part).unwrap(),
            _ => fifo(&part),
        }

        let mut incoming = archive.store().incoming(id(1), &stem, Default::default()).unwrap();
        incoming.write(&gif(1)).unwrap();
        drop(incoming);

        assert!(!part.exists(), "{kind}");
        outside.assert_untouched();
    }
}

#[test]
fn an_archive_is_not_made_through_links_in_it() {
    let outside = Outside::new();
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("archive");
    std::fs::create_dir(&dir).unwrap();
    symlink(outside.path(), dir.join(".flickr-backup")).unwrap();

    Archive::create(&dir, &crate::world::account(), now(), [7; 16]).unwrap();
    let opened = Archive::open(&dir, &home.path().join("state"), Access::Write, [9; 32], &mut |_| {});

    assert_eq!(opened.map(|_| ()).unwrap_err().kind(), ErrorKind::OneFile);
    outside.assert_untouched();
}
