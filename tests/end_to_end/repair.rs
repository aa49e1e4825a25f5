//! What took damage is named by `verify`, mended by `repair`, and nothing good is fetched again.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flickr_simulator::{Account, Edit, Kind, When, Where};

use crate::world::{Run, World, differing, files, fingerprint};

fn repair(world: &World, more: &[&str]) -> Run {
    world.flickr.reset_counts();
    world.run(&[&["repair", "archive", "--calls-per-hour", "0"], more].concat())
}

/// The photos' files of an archive of ten, sorted.
fn originals(world: &World) -> Vec<PathBuf> {
    let media = |path: &PathBuf| path.extension().is_some_and(|end| end == "jpg");
    files(&world.archive().join("photos")).into_iter().filter(media).collect()
}

fn overwrite(path: &Path, bytes: &[u8]) {
    std::fs::remove_file(path).unwrap_or_default();
    std::fs::write(path, bytes).unwrap();
}

fn bytes_of(world: &World) -> Vec<(PathBuf, Vec<u8>)> {
    fingerprint(&world.archive().join("photos"))
        .into_iter()
        .map(|(path, (.., bytes))| (path, bytes))
        .collect()
}

#[test]
fn every_kind_of_damage_to_originals_is_mended_and_only_those_are_fetched() {
    let (world, _) = World::synced(Account::plain(4, 12));
    let before = bytes_of(&world);
    let paths = originals(&world);
    let whole = std::fs::read(&paths[0]).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 4;
    overwrite(&paths[0], &flipped);
    let cut = std::fs::read(&paths[1]).unwrap();
    overwrite(&paths[1], &cut[..cut.len() / 2]);
    overwrite(&paths[2], b"");
    std::fs::remove_file(&paths[3]).unwrap();
    let (one, other) = (std::fs::read(&paths[4]).unwrap(), std::fs::read(&paths[5]).unwrap());
    overwrite(&paths[4], &other);
    overwrite(&paths[5], &one);

    let verified = world.run(&["verify", "archive"]);
    let run = repair(&world, &[]);

    assert_eq!(verified.code, 7, "{verified:?}");
    for path in &paths[..6] {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(verified.out.contains(name), "{name}: {verified:?}");
    }
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(world.flickr.counts().image_requests(), 6, "{run:?}");
    assert_eq!(differing(&bytes_of(&world), &before), Vec::<PathBuf>::new());
    assert_eq!(files(&world.archive().join("set-aside")).len(), 5);
    assert_eq!(world.run(&["verify", "archive"]).code, 0);
    world.flickr.reset_counts();
    assert_eq!(world.sync(&[]).code, 0);
    assert_eq!(world.flickr.counts().image_requests(), 0);
}

#[test]
fn damaged_words_are_made_again_without_fetching_a_picture() {
    let (world, _) = World::synced(Account::rich(4, 12));
    assert_eq!(world.run(&["verify", "archive"]).code, 0);
    let sidecars = world.sidecars();
    let jsons: Vec<_> = files(&world.archive().join("photos"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    overwrite(&jsons[0], b"{ not json");
    let text = std::fs::read_to_string(&jsons[1]).unwrap();
    overwrite(&jsons[1], text.replacen("\"title\": \"", "\"title\": \"x", 1).as_bytes());
    std::fs::remove_file(&jsons[2]).unwrap();
    let album = files(&world.archive().join("albums"))
        .into_iter()
        .find(|path| path.extension().is_some_and(|end| end == "json"))
        .unwrap();
    overwrite(&album, b"[]");
    let people = world.archive().join("account/people.json");
    overwrite(&people, b"");

    let run = repair(&world, &[]);

    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(world.flickr.counts().image_requests(), 0, "{run:?}");
    let verified = world.run(&["verify", "archive"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    for (id, sidecar) in world.sidecars() {
        for field in [
            "title",
            "description",
            "tags",
            "files",
            "current",
            "state",
            "albums",
            "comments",
            "history",
            "people",
        ] {
            assert_eq!(sidecar[field], sidecars[&id][field], "{id} {field}");
        }
    }
    assert!(std::fs::read_to_string(&album).unwrap().contains("\"photos\""));
    assert!(std::fs::read_to_string(&people).unwrap().contains("\"username\""));
}

#[test]
fn what_flickr_no_longer_has_stays_and_is_named() {
    let (world, _) = World::synced(Account::plain(4, 6));
    let path = originals(&world)[0].clone();
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let id = world
        .sidecars()
        .into_iter()
        .find(|(_, one)| one["current"].as_str().unwrap().ends_with(&name))
        .unwrap()
        .0;
    world.flickr.edit(Edit::Delete { id });
    overwrite(&path, b"rotten");

    let run = repair(&world, &[]);

    assert_eq!(run.code, 7, "{run:?}");
    assert!(run.out.contains(&name) && run.out.contains("Flickr no longer lists the photo"), "{run:?}");
    assert_eq!(std::fs::read(&path).unwrap(), b"rotten", "it is the best there is");
}

#[test]
fn an_edited_picture_is_told_from_a_damaged_one_and_replaced_on_request() {
    let (world, _) = World::synced(Account::plain(4, 4));
    let path = originals(&world)[0].clone();
    let whole = std::fs::read(&path).unwrap();
    let mut edited = whole.clone();
    edited.splice(2..2, *b"\xff\xfe\x00\x09remark!");
    overwrite(&path, &edited);

    let verified = world.run(&["verify", "archive"]);
    let left = repair(&world, &[]);
    assert!(verified.out.starts_with("edited: "), "{verified:?}");
    assert_eq!((left.code, world.flickr.counts().image_requests()), (7, 0), "{left:?}");
    assert!(std::fs::read(&path).unwrap() == edited);

    let replaced = repair(&world, &["--replace-edited"]);
    assert_eq!(replaced.code, 0, "{replaced:?}");
    assert!(std::fs::read(&path).unwrap() == whole);
    assert!(
        files(&world.archive().join("set-aside")).iter().any(|path| std::fs::read(path).unwrap() == edited)
    );
}

#[test]
fn without_a_network_the_offline_part_is_done_and_the_rest_is_fetched_by_the_next_sync() {
    let (world, _) = World::synced(Account::plain(4, 4));
    let before = bytes_of(&world);
    let paths = originals(&world);
    overwrite(&paths[0], b"rotten");
    let run = Run::from(
        world
            .command(&["repair", "archive"])
            .env("FLICKR_BACKUP_ENDPOINT", "http://127.0.0.1:9")
            .env("FLICKR_BACKUP_PATIENCE", "1s")
            .output()
            .unwrap(),
    );

    assert_eq!(run.code, 5, "{run:?}");
    assert_eq!(world.sync(&[]).code, 0);
    assert_eq!(differing(&bytes_of(&world), &before), Vec::<PathBuf>::new());
}

#[test]
fn a_repair_that_is_killed_is_finished_by_the_next_run() {
    for next in ["repair", "sync"] {
        let (world, _) = World::synced(Account::plain(4, 12));
        let before = bytes_of(&world);
        for path in originals(&world).iter().take(8) {
            overwrite(path, b"rotten");
        }
        let slow = Kind::Delay(Duration::from_millis(200));
        world.flickr.faults().play(Where::AnyImage, slow, When::Always);
        world.flickr.reset_counts();
        let mut child = world.start(&["repair", "archive", "--calls-per-hour", "0"]);
        let begun = Instant::now();
        while world.flickr.counts().image_requests() < 3 {
            assert!(begun.elapsed() < Duration::from_secs(30), "nothing is fetched");
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        world.flickr.faults().clear();

        let run = world.run(&[next, "archive", "--calls-per-hour", "0"]);

        assert_eq!(run.code, 0, "{next}: {run:?}");
        assert_eq!(differing(&bytes_of(&world), &before), Vec::<PathBuf>::new(), "{next}");
        assert_eq!(world.run(&["verify", "archive"]).code, 0);
    }
}

#[test]
fn sync_reads_a_share_at_its_end_and_says_what_it_found() {
    let (world, first) = World::synced(Account::plain(4, 6));
    assert!(!first.err.contains("Read again: "), "what has just arrived is proven: {first:?}");
    let path = originals(&world)[0].clone();
    std::fs::remove_file(&path).unwrap();
    let before = fingerprint(&world.archive().join("photos"));

    let all = world.sync(&["--verify-share", "1/1"]);
    let none = world.sync(&["--verify-share", "0"]);

    assert_eq!(all.code, 7, "{all:?}");
    assert!(all.err.contains(path.file_name().unwrap().to_str().unwrap()), "{all:?}");
    assert!(all.err.contains("Next: flickr-backup repair"), "{all:?}");
    assert_eq!((none.code, none.err.contains("Read again")), (0, false), "{none:?}");
    assert!(fingerprint(&world.archive().join("photos")) == before, "a share only reads");
    assert_eq!(repair(&world, &[]).code, 0);
    assert_eq!(world.sync(&["--verify-share", "1/1"]).code, 0);
}

#[test]
fn a_repair_that_has_nothing_to_do_changes_nothing() {
    let (world, _) = World::synced(Account::plain(4, 3));
    let before = fingerprint(&world.archive());

    let run = repair(&world, &[]);

    assert_eq!((run.code, run.err.contains("Nothing was to be repaired.")), (0, true), "{run:?}");
    assert_eq!(world.flickr.counts().image_requests(), 0);
    assert!(fingerprint(&world.archive()) == before);
}
