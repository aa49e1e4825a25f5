//! What is written down of photos, and what of it survives the next run.

use std::io::Write;

use photo_archive::{Access, Archive, Changed, Counted, Entry, ErrorKind, FileKind, Purpose, State};
use serde_json::json;

use crate::world::{World, account, fetched, gif, id, listed, listing, now, photo, run, save, skipped};

const JSON: &str = "photos/2011/07/2011-07-04_153012_1_Photo-1.json";

#[test]
fn a_run_leaves_photos_sidecars_sums_inventory_and_a_report() {
    let world = World::new();

    run(&mut world.open(), 2);

    let names: Vec<String> = world.prints().into_keys().collect();
    let expected = [
        ".flickr-backup/lock",
        "FORMAT.md",
        "INVENTORY.txt",
        "README.txt",
        "flickr-archive.json",
        "photo.schema.json",
        "photos/1943/1943_2_Photo-2.gif",
        "photos/1943/1943_2_Photo-2.json",
        "photos/1943/SHA256SUMS",
        "photos/1943/SHA256SUMS.metadata",
        "photos/2011/07/2011-07-04_153012_1_Photo-1.gif",
        JSON,
        "photos/2011/07/SHA256SUMS",
        "photos/2011/07/SHA256SUMS.metadata",
        "runs/2026/11/2026-11-23T030012Z.json",
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_sidecar_tells_everything_but_secrets() {
    let world = World::new();
    run(&mut world.open(), 1);

    let text = std::fs::read_to_string(world.dir().join(JSON)).unwrap();
    let sidecar = world.json(JSON);

    assert!(!text.contains("0a1b2c3d4e") && text.ends_with("}\n"));
    assert_eq!(sidecar["state"], "kept");
    assert_eq!(sidecar["current"], "photos/2011/07/2011-07-04_153012_1_Photo-1.gif");
    assert_eq!(sidecar["files"][0]["kind"], "original");
    assert_eq!(sidecar["files"][0]["downloaded"], "2026-11-23T03:00:12Z");
    assert_eq!(sidecar["dates"]["updated"], "2020-01-01T00:00:00Z");
    assert_eq!(sidecar["place"]["latitude"], 48.858093);
    assert_eq!(sidecar["flickr"]["listing"]["secret"], "removed");
    assert_eq!(sidecar["counts"]["asked"], "2026-11-23T03:00:12Z");
    assert!(sidecar.get("missing").is_none() && sidecar.get("history").is_none());
}

#[test]
fn sha256sum_agrees() {
    let world = World::new();
    run(&mut world.open(), 4);
    for list in ["SHA256SUMS", "SHA256SUMS.metadata"] {
        let mut tool = std::process::Command::new("sha256sum");
        let done =
            match tool.args(["-c", "--strict", list]).current_dir(world.dir().join("photos/1943")).output() {
                Ok(done) => done,
                Err(error) => return skipped("sha256sum", &error),
            };
        assert!(done.status.success(), "{done:?}");
        assert_eq!(String::from_utf8(done.stdout).unwrap().lines().count(), 2);
    }
}

#[test]
fn whoever_may_enter_the_folder_may_read_what_lies_there_and_nobody_writes_a_photo() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    run(&mut world.open(), 1);

    let names = std::fs::read_dir(world.dir().join("photos/2011/07")).unwrap();
    for file in names.map(Result::unwrap) {
        let is_photo = file.path().extension().is_some_and(|ending| ending == "gif");
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if is_photo { 0o444 } else { 0o644 }, "{file:?}");
    }
}

#[test]
fn a_new_title_goes_to_the_sidecar_and_the_old_one_to_its_history() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 1);
    let mut renamed = photo(1);
    renamed.title = "Der 4. Juli".to_owned();
    let entry = || Entry { photo: Some(renamed.clone()), ..Entry::new(id(1)) };
    assert_ne!(archive.kept(id(1)).unwrap().unwrap().facts, Archive::fingerprint(&renamed));

    let first = archive.record(vec![entry()], now()).unwrap();
    let second = archive.record(vec![entry()], now()).unwrap();

    assert!(first[0].sidecar_written && !second[0].sidecar_written);
    let sidecar = world.json(JSON);
    assert_eq!(sidecar["title"], "Der 4. Juli");
    assert_eq!(
        sidecar["history"],
        json!([{"seen": "2026-11-23T03:00:12Z", "field": "title", "was": "Photo 1"}])
    );
    assert_eq!(archive.kept(id(1)).unwrap().unwrap().facts, Archive::fingerprint(&renamed));
    assert_eq!(archive.kept(id(1)).unwrap().unwrap().state, State::Kept);
}

#[test]
fn what_another_program_added_to_a_sidecar_survives() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 1);
    let mut sidecar = world.json(JSON);
    sidecar["rating"] = json!(5);
    sidecar["files"][0]["camera"] = json!("Box");
    std::fs::write(world.dir().join(JSON), sidecar.to_string()).unwrap();
    let mut renamed = photo(1);
    renamed.title = "New".to_owned();

    archive.record(vec![Entry { photo: Some(renamed), ..Entry::new(id(1)) }], now()).unwrap();

    let sidecar = world.json(JSON);
    assert_eq!((&sidecar["rating"], &sidecar["files"][0]["camera"]), (&json!(5), &json!("Box")));
}

#[test]
fn a_replaced_original_stands_beside_the_first() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 1);
    let version = archive.kept(id(1)).unwrap().unwrap().next_version;

    let saved = save(&mut archive, 1, &gif(200), Purpose::Original, version);
    archive.record(vec![fetched(saved, 1)], now()).unwrap();

    let sidecar = world.json(JSON);
    assert_eq!(sidecar["files"].as_array().unwrap().len(), 2);
    assert_eq!(sidecar["current"], "photos/2011/07/2011-07-04_153012_1_Photo-1.v2.gif");
    let versions: Vec<u32> = archive.files(id(1)).unwrap().iter().map(|file| file.version).collect();
    assert_eq!((version, versions), (2, vec![1, 2]));
}

#[test]
fn a_lesser_size_stays_when_the_original_comes() {
    let world = World::new();
    let mut archive = world.open();
    archive.record(vec![listed(1)], now()).unwrap();
    let lesser = Purpose::NotOriginal { label: "Large".to_owned(), width: Some(1024) };
    let saved = save(&mut archive, 1, &gif(9), lesser, 1);
    let reason = Some("Flickr gives no original".to_owned());
    let state = Some(State::NotOriginal);
    archive.record(vec![Entry { state, reason, ..fetched(saved, 1) }], now()).unwrap();
    let kept = archive.kept(id(1)).unwrap().unwrap();
    assert_eq!((kept.state, kept.has_original, kept.has_file), (State::NotOriginal, false, true));
    assert_eq!(world.json(JSON)["missing"]["reason"], "Flickr gives no original");

    let saved = save(&mut archive, 1, &gif(1), Purpose::Original, 1);
    archive.record(vec![fetched(saved, 1)], now()).unwrap();

    let kinds: Vec<FileKind> = archive.files(id(1)).unwrap().iter().map(|file| file.kind).collect();
    assert_eq!(kinds, [FileKind::Original, FileKind::NotOriginal]);
    assert_eq!(world.json(JSON)["state"], "kept");
    assert!(world.json(JSON).get("missing").is_none());
}

#[test]
fn a_photo_is_never_kept_by_word_alone() {
    let world = World::new();
    let mut archive = world.open();

    archive.record(vec![Entry { state: Some(State::Kept), ..listed(1) }], now()).unwrap();

    assert_eq!(archive.kept(id(1)).unwrap().unwrap().state, State::Missing);
    assert_eq!(archive.census(Counted::All).unwrap().of(State::Missing).photos, 1);
}

#[test]
fn what_stands_in_the_way_of_one_sidecar_is_that_photos_trouble_alone() {
    let world = World::new();
    let mut archive = world.open();
    std::fs::create_dir_all(world.dir().join(JSON)).unwrap();

    let recorded = archive.record(vec![listed(1), listed(2)], now()).unwrap();

    assert!(recorded[0].trouble.is_some() && !recorded[0].sidecar_written);
    assert!(recorded[1].trouble.is_none() && recorded[1].sidecar_written);
    assert!(archive.kept(id(1)).unwrap().is_none() && archive.kept(id(2)).unwrap().is_some());
}

#[test]
fn a_sidecar_that_cannot_be_read_is_set_aside_and_made_anew() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 1);
    std::fs::write(world.dir().join(JSON), "{ half").unwrap();

    let entry = Entry { photo: Some(photo(1)), listing: Some(listing(1)), ..Entry::new(id(1)) };
    archive.record(vec![entry], now()).unwrap();

    assert_eq!(world.json(JSON)["files"].as_array().unwrap().len(), 1);
    assert_eq!(world.json(JSON)["state"], "kept");
    let aside = world.dir().join("set-aside/2026-11-23").join(JSON);
    assert_eq!(std::fs::read_to_string(aside).unwrap(), "{ half");
}

#[test]
fn no_archive_is_made_among_other_things_and_none_is_opened_without_a_marker() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("thesis.txt"), "mine").unwrap();

    let made = Archive::create(home.path(), &account(), now(), [1; 16]).unwrap_err();
    let opened = Archive::open(home.path(), &home.path().join("s"), Access::Read, [1; 32], &mut |_| {});

    assert_eq!(made.kind(), ErrorKind::NotAnArchive);
    assert_eq!(opened.err().unwrap().kind(), ErrorKind::NotAnArchive);
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn an_archive_of_another_account_or_of_a_newer_format_is_refused() {
    let world = World::new();
    let archive = world.open();
    assert_eq!(archive.check_account(&"1@N01".parse().unwrap()).unwrap_err().kind(), ErrorKind::Foreign);
    drop(archive);
    let marker = world.dir().join("flickr-archive.json");
    let newer = std::fs::read_to_string(&marker).unwrap().replace("\"format\": 1", "\"format\": 2");
    std::fs::write(&marker, newer).unwrap();

    let refused = Archive::open(&world.dir(), &world.state(), Access::Read, [1; 32], &mut |_| {});

    assert!(refused.err().unwrap().to_string().contains("newer version"));
}

#[test]
fn one_writer_at_a_time_and_readers_write_nothing() {
    let world = World::new();
    let mut archive = world.open();
    let second = Archive::open(&world.dir(), &world.state(), Access::Write, [1; 32], &mut |_| {});
    assert_eq!(second.err().unwrap().kind(), ErrorKind::Busy);
    run(&mut archive, 1);

    let mut reader = world.open_for(Access::Read);

    assert_eq!(reader.census(Counted::All).unwrap().of(State::Kept).photos, 1);
    assert_eq!(reader.record(vec![listed(3)], now()).unwrap_err().kind(), ErrorKind::ReadOnly);
    let finished = reader.finish_run(&json!({}), Changed::Something, now());
    assert_eq!(finished.unwrap_err().kind(), ErrorKind::ReadOnly);
}

#[test]
fn a_link_in_a_folders_place_is_not_followed_and_stops_no_other_folder() {
    let world = World::new();
    run(&mut world.open(), 2);
    let outside = tempfile::tempdir().unwrap();
    std::fs::rename(world.dir().join("photos/2011"), outside.path().join("2011")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("2011"), world.dir().join("photos/2011")).unwrap();
    let count = || std::fs::read_dir(outside.path().join("2011/07")).unwrap().count();
    let before = count();

    for _ in 0..2 {
        let mut archive = world.open();
        let recorded = archive.record(vec![listed(3), listed(4)], now()).unwrap();
        archive.finish_run(&json!({}), Changed::Something, now()).unwrap();
        assert!(recorded[0].trouble.is_some() && recorded[1].trouble.is_none(), "{recorded:?}");
    }

    assert_eq!(count(), before);
    assert!(world.dir().join("photos/1943/1943_4_Photo-4.json").exists());
}

#[test]
fn a_new_archive_is_closed_to_other_people() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("open");
    std::fs::create_dir(&dir).unwrap();
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o755)).unwrap();

    Archive::create(&dir, &account(), now(), [1; 16]).unwrap();

    assert_eq!(dir.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_sidecar_that_vanished_is_told_of_and_made_anew_with_the_next_listing() {
    let world = World::new();
    let mut archive = world.open();
    archive.record(vec![listed(1)], now()).unwrap();
    let json = world.dir().join("photos/2011/07/2011-07-04_153012_1_Photo-1.json");
    std::fs::remove_file(&json).unwrap();
    let saved = save(&mut archive, 1, &gif(1), Purpose::Original, 1);

    let recorded = archive.record(vec![fetched(saved, 1)], now()).unwrap();

    assert!(recorded[0].is_lost && !json.exists());
    assert!(!archive.record(vec![listed(1)], now()).unwrap()[0].is_lost);
    let found = world.json("photos/2011/07/2011-07-04_153012_1_Photo-1.json");
    assert_eq!(
        (found["state"].as_str(), found["files"][0]["kind"].as_str()),
        (Some("kept"), Some("original"))
    );
}

#[test]
fn a_sidecar_that_may_not_be_read_is_the_trouble_of_its_photo_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 2);
    let path = world.dir().join(JSON);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        writeln!(std::io::stderr(), "skipped: this user may read everything").unwrap();
        return;
    }
    let mut entries = [listed(1), listed(2)];
    entries.iter_mut().for_each(|entry| entry.photo.as_mut().unwrap().title = "New".to_owned());

    let recorded = archive.record(entries.into(), now()).unwrap();

    assert!(recorded[0].trouble.as_ref().unwrap().contains("could not read"));
    assert!(recorded[1].trouble.is_none() && recorded[1].sidecar_written);
}
