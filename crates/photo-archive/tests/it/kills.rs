//! A run that is killed between two steps: the next one finds what it left, at the cost of the folders it touched.

use flickr_model::Promise;
use photo_archive::{Changed, Purpose, State};
use serde_json::json;

use crate::world::{World, fetched, gif, id, listed, now, run, save};

#[test]
fn killed_after_the_listing_the_folders_are_mended_by_the_next_run() {
    let world = World::new();
    run(&mut world.open(), 2);
    let mut archive = world.open();
    archive.record(vec![listed(3)], now()).unwrap();
    drop(archive);

    let mut archive = world.open();
    assert!(archive.rebuilt().is_none());
    archive.finish_run(&json!({}), Changed::Nothing, now()).unwrap();

    let sums = std::fs::read_to_string(world.dir().join("photos/2011/07/SHA256SUMS.metadata")).unwrap();
    assert!(sums.contains("_3_Photo-3.json"));
}

#[test]
fn killed_while_bytes_arrive_the_half_file_is_removed_by_the_next_run() {
    let world = World::new();
    let mut archive = world.open();
    archive.record(vec![listed(1)], now()).unwrap();
    let wanted = archive.wanted(None, 1).unwrap().remove(0);
    let mut incoming = archive.store().incoming(wanted.id, &wanted.stem, Promise::default()).unwrap();
    incoming.write(b"half").unwrap();
    std::mem::forget(incoming);
    std::fs::write(world.dir().join("photos/2011/07/mine.part"), "a person's").unwrap();
    std::fs::write(world.dir().join("INVENTORY.txt.part"), "half").unwrap();
    let parts = |world: &World| {
        world.prints().into_keys().filter(|name| name.ends_with(".part")).collect::<Vec<String>>()
    };
    assert_eq!(parts(&world).len(), 3);
    drop(archive);

    drop(world.open());

    assert_eq!(parts(&world), ["photos/2011/07/mine.part"]);
}

#[test]
fn killed_between_rename_and_record_the_file_is_found_and_the_sidecar_is_as_if_undisturbed() {
    let (world, undisturbed) = (World::new(), World::new());
    run(&mut undisturbed.open(), 1);
    let mut archive = world.open();
    archive.record(vec![listed(1)], now()).unwrap();
    archive.wanted(None, 1).unwrap();
    save(&mut archive, 1, &gif(1), Purpose::Original, 1);
    drop(archive);

    let mut archive = world.open();
    assert_eq!(archive.kept(id(1)).unwrap().unwrap().state, State::Missing);
    let stem = archive.kept(id(1)).unwrap().unwrap().stem;
    let found = archive.store().find_complete(&stem, &Purpose::Original, 1).unwrap().unwrap();
    let promise = Promise { length: Some(gif(1).len() as u64), ..Promise::default() };
    let written = archive.store().adopt(found, &promise, Purpose::Original, 1).unwrap().unwrap();
    let saved = archive.save(vec![written]).unwrap().remove(0);
    archive.record(vec![fetched(saved, 1)], now()).unwrap();
    archive.finish_run(&json!({"new": 1}), Changed::Something, now()).unwrap();

    let names =
        |world: &World| world.prints().into_iter().map(|(name, print)| (name, print.0)).collect::<Vec<_>>();
    assert_eq!(names(&world), names(&undisturbed));
}

#[test]
fn killed_between_sidecars_and_catalog_the_same_again_writes_nothing() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 1);
    let old = std::fs::read(world.catalog()).unwrap();
    archive.record(vec![listed(3)], now()).unwrap();
    drop(archive);
    let before = world.prints();
    std::fs::write(world.catalog(), old).unwrap();
    for ending in ["-wal", "-shm"] {
        let path = world.catalog().with_extension(format!("sqlite3{ending}"));
        std::fs::remove_file(path).unwrap_or_default();
    }

    let mut archive = world.open();
    assert!(archive.kept(id(3)).unwrap().is_none());
    let recorded = archive.record(vec![listed(3)], now()).unwrap();

    assert!(!recorded[0].sidecar_written);
    assert_eq!(archive.kept(id(3)).unwrap().unwrap().state, State::Missing);
    assert_eq!(world.prints(), before);
}

#[test]
fn killed_after_the_report_the_catalog_is_not_stale() {
    let world = World::new();
    run(&mut world.open(), 1);
    let connection = rusqlite::Connection::open(world.catalog()).unwrap();
    connection.execute("UPDATE meta SET value = 'runs/an-older-one' WHERE name = 'last run'", []).unwrap();
    drop(connection);

    assert!(world.open().rebuilt().is_none());
}

#[test]
fn killed_between_the_documents_and_the_marker_the_archive_can_still_be_made() {
    let world = World::new();
    std::fs::remove_file(world.dir().join("flickr-archive.json")).unwrap();
    std::fs::write(world.dir().join("flickr-archive.json.part"), "{").unwrap();

    photo_archive::Archive::create(&world.dir(), &crate::world::account(), now(), [3; 16]).unwrap();

    assert!(world.dir().join("flickr-archive.json").exists());
    drop(world.open());
}

#[test]
fn killed_while_the_first_report_of_a_month_is_written_the_next_run_removes_its_half() {
    let world = World::new();
    run(&mut world.open(), 1);
    let connection = rusqlite::Connection::open(world.catalog()).unwrap();
    let report = "runs/2026/12/2026-12-01T030012Z.json";
    connection.execute("UPDATE meta SET value = ?1 WHERE name = 'next run'", [report]).unwrap();
    drop(connection);
    let half = world.dir().join(format!("{report}.part"));
    std::fs::create_dir_all(half.parent().unwrap()).unwrap();
    std::fs::write(&half, "half").unwrap();

    let archive = world.open();

    assert!(archive.rebuilt().is_none());
    assert!(!half.exists());
}

#[test]
fn what_only_the_sidecar_knows_is_believed_as_far_as_the_files_are_there() {
    for is_there in [true, false] {
        let world = World::new();
        run(&mut world.open(), 1);
        let connection = rusqlite::Connection::open(world.catalog()).unwrap();
        connection.execute_batch("DELETE FROM photo; DELETE FROM file;").unwrap();
        drop(connection);
        if !is_there {
            let folder = std::fs::read_dir(world.dir().join("photos/2011/07")).unwrap();
            let mut files = folder.map(|file| file.unwrap().path());
            std::fs::remove_file(files.find(|path| path.extension().unwrap() == "gif").unwrap()).unwrap();
        }
        let before = world.prints();

        let mut archive = world.open();
        archive.record(vec![listed(1)], now()).unwrap();

        let kept = archive.kept(id(1)).unwrap().unwrap();
        assert_eq!(kept.state, if is_there { State::Kept } else { State::Missing });
        assert_eq!(
            (kept.has_original, archive.files(id(1)).unwrap().len()),
            (is_there, usize::from(is_there))
        );
        assert_eq!(world.prints() == before, is_there);
    }
}
