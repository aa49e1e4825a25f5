//! An archive that is copied or restored to another machine goes on there, and only what is missing is fetched.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime};

use flickr_simulator::Account;
use unicode_normalization::UnicodeNormalization;

use crate::world::{World, differing, files, fingerprint};

/// Copies the archive as a plain copy does: with new dates, and without the state folder of the old machine.
fn move_house(world: &World) {
    let (old, new) = (world.archive(), world.path("copy"));
    assert!(Command::new("cp").arg("-r").arg(&old).arg(&new).status().unwrap().success());
    std::fs::remove_dir_all(&old).unwrap();
    std::fs::rename(&new, &old).unwrap();
    std::fs::remove_dir_all(world.path("state")).unwrap();
    let now = SystemTime::now() + Duration::from_secs(5);
    for path in files(&world.archive()) {
        set_modified(&path, now);
    }
}

fn set_modified(path: &PathBuf, time: SystemTime) {
    let file = std::fs::File::open(path).unwrap();
    file.set_modified(time).unwrap();
}

fn bytes(world: &World) -> Vec<(PathBuf, Vec<u8>)> {
    fingerprint(&world.archive().join("photos"))
        .into_iter()
        .map(|(path, (.., bytes))| (path, bytes))
        .collect()
}

fn pictures(all: Vec<(PathBuf, Vec<u8>)>) -> Vec<(PathBuf, Vec<u8>)> {
    all.into_iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "jpg")).collect()
}

#[test]
fn a_copy_with_other_dates_and_without_state_goes_on_and_fetches_nothing() {
    let (world, _) = World::synced(Account::mixed(4, 40));
    let before = bytes(&world);
    move_house(&world);
    world.flickr.reset_counts();

    let run = world.sync(&[]);

    assert!(run.err.contains("The catalog is made again from the archive."), "{run:?}");
    assert_eq!(world.flickr.counts().image_bytes, 0, "{run:?}");
    assert_eq!(differing(&bytes(&world), &before), Vec::<PathBuf>::new());
    assert_eq!(world.run(&["verify", "archive"]).code, 0);
}

#[test]
fn of_a_folder_that_was_lost_on_the_way_every_photo_is_fetched_and_no_other() {
    let (world, _) = World::synced(Account::plain(4, 60));
    let before = bytes(&world);
    let folder = before[0].0.parent().unwrap().to_owned();
    let lost = before
        .iter()
        .filter(|(path, _)| path.starts_with(&folder) && path.extension().is_some_and(|end| end == "jpg"));
    let lost = lost.count() as u64;
    std::fs::remove_dir_all(&folder).unwrap();
    move_house(&world);
    let verified = world.run(&["verify", "archive", "--state-dir", "elsewhere"]);
    world.flickr.reset_counts();

    let run = world.sync(&[]);

    let name = folder.strip_prefix(world.archive()).unwrap().to_str().unwrap();
    assert!(verified.code == 7 && verified.out.contains(name), "{verified:?}");
    assert!(run.err.contains(name), "what is lost is said: {run:?}");
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(world.flickr.counts().image_requests(), lost, "{run:?}");
    assert_eq!(differing(&pictures(bytes(&world)), &pictures(before)), Vec::<PathBuf>::new());
    assert_eq!(world.run(&["verify", "archive"]).code, 0);
}

#[test]
fn a_picture_that_was_cut_on_the_way_is_fetched_into_its_own_place() {
    let (world, _) = World::synced(Account::plain(4, 5));
    let before = bytes(&world);
    let path = &before.iter().find(|(path, _)| path.extension().is_some_and(|end| end == "jpg")).unwrap().0;
    std::fs::remove_file(path).unwrap();
    std::fs::write(path, b"\xff\xd8cut").unwrap();
    move_house(&world);
    world.flickr.reset_counts();

    let run = world.sync(&[]);

    assert_eq!(run.code, 0, "{run:?}");
    assert!(world.flickr.counts().image_requests() <= 2, "{run:?}");
    assert_eq!(differing(&pictures(bytes(&world)), &pictures(before)), Vec::<PathBuf>::new());
    assert!(
        files(&world.archive().join("set-aside"))
            .iter()
            .any(|path| std::fs::read(path).unwrap() == b"\xff\xd8cut")
    );
    assert_eq!(world.run(&["verify", "archive"]).code, 0);
}

#[test]
fn names_that_another_system_took_apart_or_put_into_capitals_are_given_back() {
    let (world, _) = World::synced(Account::mixed(4, 60));
    let before = bytes(&world);
    let mut apart = 0;
    for (at, (path, _)) in before.iter().enumerate() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let other: String = if at % 3 == 0 { name.to_uppercase() } else { name.nfd().collect() };
        if other != name {
            apart += 1;
            std::fs::rename(path, path.with_file_name(other)).unwrap();
        }
    }
    assert!(apart > 20, "the account has names that can be spelled otherwise");
    move_house(&world);
    world.flickr.reset_counts();

    let run = world.sync(&[]);

    assert_eq!(world.flickr.counts().image_bytes, 0, "{run:?}");
    assert_eq!(differing(&bytes(&world), &before), Vec::<PathBuf>::new());
    assert_eq!(world.run(&["verify", "archive"]).code, 0);
}

#[test]
fn the_archive_itself_tells_how_to_move_it() {
    let (world, _) = World::synced(Account::plain(4, 1));

    let readme = std::fs::read_to_string(world.archive().join("README.txt")).unwrap();

    for step in ["1. Copy", "2. Install", "3. Type:  flickr-backup auth", "4. Type:  flickr-backup sync"] {
        assert!(readme.contains(step), "{step}");
    }
}
