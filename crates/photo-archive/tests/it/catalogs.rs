//! Catalogs that are lost, damaged, hostile or out of date: made again from the archive, deciding the same.

use photo_archive::{Access, Archive, Changed, Kept, Purpose, SecretMark, State};
use rusqlite::Connection;
use serde_json::json;

use crate::world::{World, fetched, gif, id, listed, now, run, save};

/// What a run would decide by, for every photo; a secret's mark is never in the archive.
fn decisions(archive: &Archive, count: u64) -> Vec<Option<Kept>> {
    let kept = (1..=count).map(|number| archive.kept(id(number)).unwrap());
    kept.map(|kept| kept.map(|kept| Kept { secret: SecretMark::UNKNOWN, ..kept })).collect()
}

#[test]
fn a_rebuilt_catalog_decides_the_same_about_every_photo() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 6);
    archive.record(vec![listed(7)], now()).unwrap();
    let saved = save(&mut archive, 3, &gif(99), Purpose::Original, 2);
    archive.record(vec![fetched(saved, 3)], now()).unwrap();
    archive.finish_run(&json!({}), Changed::Something, now()).unwrap();
    let (before, census) = (decisions(&archive, 8), archive.census(photo_archive::Counted::All).unwrap());
    let files = archive.files(id(3)).unwrap();
    drop(archive);
    let prints = world.prints();

    let report = world.rebuild();

    assert_eq!((report.photos, report.files, report.lost, report.stale_folders), (7, 7, 0, 0));
    let archive = world.open();
    assert!(archive.rebuilt().is_none());
    assert_eq!(decisions(&archive, 8), before);
    assert_eq!(archive.census(photo_archive::Counted::All).unwrap(), census);
    assert_eq!(archive.files(id(3)).unwrap(), files);
    assert_eq!(world.prints(), prints);
}

/// Something bad that happens to a catalog.
type Harm = fn(&World);

#[test]
fn a_bad_catalog_is_made_again_by_itself() {
    let hostile: [(&str, Harm); 8] = [
        ("gone", |world| std::fs::remove_dir_all(world.state()).unwrap()),
        ("empty", |world| std::fs::write(world.catalog(), "").unwrap()),
        ("text", |world| std::fs::write(world.catalog(), "hello ".repeat(1000)).unwrap()),
        ("cut", |world| {
            let bytes = std::fs::read(world.catalog()).unwrap();
            std::fs::write(world.catalog(), &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("page", |world| {
            let mut bytes = std::fs::read(world.catalog()).unwrap();
            bytes[4096..].fill(0x5a);
            std::fs::write(world.catalog(), bytes).unwrap();
        }),
        ("version", |world| sql(world, "PRAGMA user_version = 99")),
        ("table", |world| sql(world, "DROP TABLE file")),
        ("foreign", |world| sql(world, "UPDATE meta SET value = 'another' WHERE name = 'archive'")),
    ];
    for (name, harm) in hostile {
        let world = World::new();
        run(&mut world.open(), 3);
        let (before, prints) = (decisions(&world.open(), 3), world.prints());
        harm(&world);

        let archive = world.open();

        assert_eq!(archive.rebuilt().map(|report| report.photos), Some(3), "{name}");
        assert_eq!(decisions(&archive, 3), before, "{name}");
        assert_eq!(world.prints(), prints, "{name}");
    }
}

fn sql(world: &World, text: &str) {
    Connection::open(world.catalog()).unwrap().execute_batch(text).unwrap();
}

#[test]
fn a_catalog_that_does_not_know_the_newest_run_is_made_again() {
    let world = World::new();
    run(&mut world.open(), 1);
    let foreign = world.dir().join("runs/2027/01");
    std::fs::create_dir_all(&foreign).unwrap();
    std::fs::write(foreign.join("2027-01-01T000000Z.json"), "{}\n").unwrap();

    assert!(world.open().rebuilt().is_some());
    assert!(world.open().rebuilt().is_none());
}

#[test]
fn a_file_that_is_gone_or_cut_makes_its_photo_missing_and_the_same_bytes_make_it_kept_again() {
    let world = World::new();
    run(&mut world.open(), 2);
    let gone = world.dir().join("photos/1943/1943_2_Photo-2.gif");
    let cut = world.dir().join("photos/2011/07/2011-07-04_153012_1_Photo-1.gif");
    std::fs::remove_file(&gone).unwrap();
    std::fs::remove_file(&cut).unwrap();
    std::fs::write(&cut, "GIF").unwrap();
    let json = std::fs::read(world.dir().join("photos/1943/1943_2_Photo-2.json")).unwrap();

    let report = world.rebuild();

    assert_eq!((report.photos, report.files, report.lost), (2, 0, 2));
    let mut archive = world.open();
    let (first, second) = (archive.kept(id(1)).unwrap().unwrap(), archive.kept(id(2)).unwrap().unwrap());
    assert_eq!((first.state, first.has_original, first.next_version), (State::Missing, false, 2));
    assert_eq!((second.state, second.has_original, second.next_version), (State::Missing, false, 1));
    assert_eq!(std::fs::read(world.dir().join("photos/1943/1943_2_Photo-2.json")).unwrap(), json);
    let saved = save(&mut archive, 2, &gif(2), Purpose::Original, second.next_version);
    archive.record(vec![fetched(saved, 2)], now()).unwrap();
    assert_eq!(archive.kept(id(2)).unwrap().unwrap().state, State::Kept);
    assert_eq!(std::fs::read(world.dir().join("photos/1943/1943_2_Photo-2.json")).unwrap(), json);
}

#[test]
fn a_record_with_another_checksum_than_the_list_and_the_bytes_condemns_no_file() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 1);
    let sha256 = archive.files(id(1)).unwrap()[0].sha256;
    drop(archive);
    let json = world.dir().join("photos/2011/07/2011-07-04_153012_1_Photo-1.json");
    let text = std::fs::read_to_string(&json).unwrap();
    let digits: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(text.contains(&digits));
    std::fs::write(&json, text.replace(&digits, &"0".repeat(64))).unwrap();

    world.rebuild();

    assert_eq!(world.open().files(id(1)).unwrap()[0].sha256, sha256);
}

#[test]
fn hostile_sidecars_are_counted_and_lead_nowhere() {
    let world = World::new();
    run(&mut world.open(), 1);
    let folder = world.dir().join("photos/2011/07");
    let good = std::fs::read_to_string(folder.join("2011-07-04_153012_1_Photo-1.json")).unwrap();
    std::fs::write(folder.join("2011-07-04_153012_8_Half.json"), "{\"format\": 1, \"id\"").unwrap();
    std::fs::write(folder.join("2011-07-04_153012_9_Other-id.json"), &good).unwrap();
    let hostile = good.replace("\"1\"", "\"5\"").replace("photos/2011/07/2011", "../../etc/2011");
    std::fs::write(folder.join("2011-07-04_153012_5_Leads-out.json"), hostile).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join("2011-07-04_153012_6_Link.json")).unwrap();

    let report = world.rebuild();

    assert_eq!((report.photos, report.unreadable), (2, 3));
    let archive = world.open();
    assert_eq!(archive.kept(id(5)).unwrap().unwrap().state, State::Missing);
    assert!(archive.files(id(5)).unwrap().is_empty());
    for unknown in [6, 8, 9] {
        assert!(archive.kept(id(unknown)).unwrap().is_none());
    }
}

#[test]
fn a_reader_without_a_state_folder_makes_a_catalog_for_itself() {
    let world = World::new();
    run(&mut world.open(), 2);
    let blocked = world.dir().parent().unwrap().join("blocked");
    std::fs::write(&blocked, "a file where the state folder should be").unwrap();

    let archive = Archive::open(&world.dir(), &blocked, Access::Read, [1; 32], &mut |_| {}).unwrap();

    assert_eq!(archive.kept(id(1)).unwrap().unwrap().state, State::Kept);
    assert!(archive.rebuilt().is_some());
}

#[test]
fn a_file_that_cannot_be_read_is_in_the_way_of_its_photo_alone() {
    let world = World::new();
    let mut archive = world.open();
    archive.record(vec![listed(2)], now()).unwrap();
    let path = world.dir().join("photos/1943/1943_2_Photo-2.gif");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, gif(9)).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_ok() {
        return; // This user may read everything.
    }
    let stem = archive.kept(id(2)).unwrap().unwrap().stem;

    let mut incoming = archive.store().incoming(id(2), &stem, flickr_model::Promise::default()).unwrap();
    incoming.write(&gif(2)).unwrap();
    let refused = incoming.finish(Purpose::Original, 1, None).unwrap_err();

    assert!(!refused.ends_the_run(), "{refused}");
    assert_eq!(std::fs::metadata(&path).unwrap().len(), gif(9).len() as u64);
}
