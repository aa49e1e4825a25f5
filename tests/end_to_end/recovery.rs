//! Killed, stopped, moved, damaged: the next run goes on, and nothing good is fetched again.

use std::time::{Duration, Instant};

use flickr_simulator::{Account, Edit, Kind, When, Where};

use crate::world::{Run, World, files, fingerprint};

/// An account whose photos arrive slowly enough to be interrupted.
fn slow(photos: u64) -> World {
    let world = World::signed_in(Account::plain(9, photos));
    world.flickr.faults().play(Where::AnyImage, Kind::Delay(Duration::from_millis(15)), When::Always);
    world
}

fn names(world: &World) -> Vec<std::path::PathBuf> {
    files(&world.archive().join("photos"))
}

fn wait_for_images(world: &World, at_least: u64) {
    let begun = Instant::now();
    while world.flickr.counts().image_requests() < at_least {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing is fetched");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn killed_at_any_moment_the_next_run_makes_the_archive_of_an_undisturbed_one() {
    let (undisturbed, _) = World::synced(Account::plain(9, 150));
    let world = slow(150);

    for fetched in [1, 20, 45, 80, 110] {
        let already = world.flickr.counts().image_requests();
        let mut child = world.start(&["sync", "archive", "--create", "--calls-per-hour", "0"]);
        wait_for_images(&world, already + fetched / 4 + 1);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let run = world.sync(&["--create"]);

    assert_eq!(run.code, 0, "{run:?}");
    let strip = |world: &World| -> Vec<_> {
        names(world).iter().map(|path| path.strip_prefix(world.archive()).unwrap().to_owned()).collect()
    };
    assert_eq!(strip(&world), strip(&undisturbed));
    for (id, sidecar) in world.sidecars() {
        assert!(world.current(&sidecar) == world.flickr.original(id), "{id}");
    }
    assert_eq!(world.run(&["verify", "archive"]).code, 0);
}

#[test]
fn a_stopped_run_does_not_wait_for_what_is_under_way_and_says_how_to_go_on() {
    let world = World::signed_in(Account::plain(9, 60));
    let for_ever = Kind::Delay(Duration::from_secs(600));
    world.flickr.faults().play(Where::AnyImage, for_ever, When::After { skip: 10, times: u64::MAX });
    let child = world.start(&["sync", "archive", "--create", "--calls-per-hour", "0"]);
    wait_for_images(&world, 10);

    let stopped = Instant::now();
    let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let run = Run::from(child.wait_with_output().unwrap());

    assert!(status.success());
    // Two seconds are promised; a machine that builds at the same time may need more.
    assert!(stopped.elapsed() < Duration::from_secs(20), "{:?}", stopped.elapsed());
    assert_eq!(run.code, 130, "{run:?}");
    assert!(run.err.contains("Next: flickr-backup sync"), "{run:?}");
    assert!(!names(&world).iter().any(|path| path.extension().is_some_and(|end| end == "part")));
}

#[test]
fn without_its_catalog_an_archive_is_read_anew_and_nothing_is_fetched() {
    let (world, _) = World::synced(Account::mixed(4, 80));
    std::fs::remove_dir_all(world.path("state")).unwrap();
    world.flickr.reset_counts();
    let before = fingerprint(&world.archive().join("photos"));

    let run = world.sync(&[]);

    assert_eq!(world.flickr.counts().image_bytes, 0, "{run:?}");
    assert!(fingerprint(&world.archive().join("photos")) == before);
}

#[test]
fn a_file_that_was_deleted_by_hand_is_fetched_again_after_rebuild() {
    let (world, _) = World::synced(Account::plain(4, 10));
    let id = world.flickr.ids()[2];
    let path = world.archive().join(world.sidecars()[&id]["current"].as_str().unwrap());
    std::fs::remove_file(&path).unwrap();

    assert_eq!(world.run(&["verify", "archive"]).code, 7);
    assert_eq!(world.run(&["rebuild", "archive"]).code, 0);
    assert_eq!(world.sync(&[]).code, 0);

    assert!(std::fs::read(path).ok() == world.flickr.original(id));
}

#[test]
fn a_flipped_bit_is_found_and_named() {
    let (world, _) = World::synced(Account::plain(4, 10));
    let id = world.flickr.ids()[2];
    let name = world.sidecars()[&id]["current"].as_str().unwrap().to_owned();
    let path = world.archive().join(&name);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, bytes).unwrap();

    let run = world.run(&["verify", "archive"]);

    assert_eq!(run.code, 7, "{run:?}");
    assert!(run.out.contains(&name), "{run:?}");
}

#[test]
fn a_second_run_at_the_same_time_is_turned_away() {
    let world = slow(200);
    let mut first = world.start(&["sync", "archive", "--create", "--calls-per-hour", "0"]);
    wait_for_images(&world, 3);

    let second = world.sync(&[]);
    first.kill().unwrap();
    first.wait().unwrap();

    assert_eq!(second.code, 9, "{second:?}");
    assert_eq!(world.sync(&["--limit", "1"]).code, 8);
}

#[test]
fn a_folder_whose_sums_cannot_be_written_is_told_and_the_run_is_not_complete() {
    let (world, _) = World::synced(Account::plain(9, 4));
    let id = world.flickr.ids()[0];
    let sums = world.archive().join(world.sidecars()[&id]["current"].as_str().unwrap());
    let sums = sums.with_file_name("SHA256SUMS");
    let written = std::fs::read(&sums).unwrap();
    std::fs::remove_file(&sums).unwrap();
    std::os::unix::fs::symlink("elsewhere", &sums).unwrap();
    world.flickr.edit(Edit::Replace { id });

    let run = world.sync(&[]);

    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.err.contains("the sums of photos/"), "{run:?}");
    assert!(run.err.contains("a symbolic link"), "{run:?}");
    std::fs::remove_file(&sums).unwrap();
    assert_eq!(world.sync(&[]).code, 0);
    assert!(std::fs::read(&sums).unwrap().len() > written.len());
    assert_eq!(world.run(&["verify", "archive"]).code, 0);
}
