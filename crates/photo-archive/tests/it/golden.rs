//! The archive of format 1 in `tests/golden/format-1`, made by version 0.1.0: every later version reads all of it, and
//! writes no byte of it only to upgrade it. It is never made again; a later format gets a golden archive beside it.

use std::path::{Path, PathBuf};

use photo_archive::{Access, Archive, Changed, Counted, State};
use serde_json::json;

use crate::world::{World, id, now};

/// The golden archive as a fresh checkout has it: plain files, with other rights and dates than a run gave them.
fn golden() -> World {
    let world = World::new();
    std::fs::remove_dir_all(world.dir()).unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/format-1"), &world.dir());
    world
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, target): (PathBuf, PathBuf) = entry.map(|e| (e.path(), to.join(e.file_name()))).unwrap();
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn every_photo_file_and_album_of_the_golden_archive_is_known_again() {
    let world = golden();

    let report = world.rebuild();

    assert_eq!((report.photos, report.files, report.lost, report.unreadable), (8, 9, 0, 0), "{report:?}");
    assert_eq!(report.stale_folders, 0, "{report:?}");
    let archive = world.open_for(Access::Read);
    assert_eq!(archive.census(Counted::All).unwrap().of(State::Kept).photos, 8);
    let video = archive.files(id(5_000_000_031)).unwrap();
    let paths: Vec<_> = video.iter().map(|file| file.path.as_str()).collect();
    assert!(paths.iter().any(|path| path.ends_with("_5000000031_IMG_8255.mp4")), "{paths:?}");
    assert!(paths.iter().any(|path| path.ends_with("_5000000031_IMG_8255.poster.jpg")), "{paths:?}");
}

#[test]
fn a_run_with_nothing_new_changes_no_byte_of_the_golden_archive() {
    let world = golden();
    let before = world.prints();

    let mut archive: Archive = world.open();
    archive.finish_run(&json!({}), Changed::Nothing, now()).unwrap();
    drop(archive);

    let mut after = world.prints();
    after.retain(|path, _| !path.starts_with("runs/") || before.contains_key(path));
    assert!(after == before);
}
