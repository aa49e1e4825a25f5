//! Damage that only shows when several witnesses are heard: lists, inventory, dates and the bytes of other files.

use photo_archive::{Access, Trouble, VerifyOptions, VerifyReport};
use rusqlite::Connection;

use crate::world::{World, gif, run};

const GIF: &str = "photos/1943/1943_2_Photo-2.gif";
const JSON: &str = "photos/1943/1943_2_Photo-2.json";
const OTHER: &str = "photos/1943/1943_4_Photo-4.gif";

fn world() -> World {
    let world = World::new();
    run(&mut world.open(), 4);
    world
}

fn verify(world: &World) -> VerifyReport {
    let options = VerifyOptions::default();
    world.open_for(Access::Read).verify(&options, &mut |_| {}).unwrap()
}

fn found(report: &VerifyReport) -> Vec<(&str, Trouble)> {
    report.findings.iter().map(|finding| (finding.path.as_str(), finding.what)).collect()
}

fn harm(world: &World, path: &str, bytes: &[u8]) {
    let path = world.dir().join(path);
    std::fs::remove_file(&path).unwrap_or_default();
    std::fs::write(path, bytes).unwrap();
}

/// Puts other bytes into a file as damage does: its date stays.
fn rot(world: &World, path: &str, change: impl Fn(&mut Vec<u8>)) {
    let path = world.dir().join(path);
    let modified = path.metadata().unwrap().modified().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    change(&mut bytes);
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, bytes).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
}

/// The same picture with a remark in it, as an image program writes it.
fn edited(salt: u8) -> Vec<u8> {
    let mut bytes = gif(salt);
    bytes.splice(19..19, *b"\x21\xfe\x05hello\x00");
    bytes
}

#[test]
fn a_whole_picture_that_was_written_later_is_edited_and_one_with_the_old_date_is_damaged() {
    let world = world();
    harm(&world, GIF, &edited(2));
    let report = verify(&world);
    assert_eq!((found(&report), report.is_sound()), (vec![(GIF, Trouble::Edited)], false));

    let world = self::world();
    let dated = "photos/2011/07/2011-07-04_153012_1_Photo-1.gif";
    harm(&world, dated, &edited(1));
    let taken = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_309_793_412);
    std::fs::File::options().write(true).open(world.dir().join(dated)).unwrap().set_modified(taken).unwrap();
    assert_eq!(found(&verify(&world)), [(dated, Trouble::Damaged)]);
}

#[test]
fn a_cut_picture_and_one_of_the_same_length_are_damaged_whatever_their_date() {
    let mut flipped = gif(2);
    flipped[14] ^= 1;
    for bytes in [edited(2)[..30].to_vec(), flipped] {
        let world = world();
        harm(&world, GIF, &bytes);

        assert_eq!(found(&verify(&world)), [(GIF, Trouble::Damaged)]);
    }
}

#[test]
fn two_files_that_were_swapped_each_name_the_other() {
    let world = world();
    let (one, other, aside) = (world.dir().join(GIF), world.dir().join(OTHER), world.dir().join("aside"));
    std::fs::rename(&one, &aside).unwrap();
    std::fs::rename(&other, &one).unwrap();
    std::fs::rename(&aside, &other).unwrap();

    let report = verify(&world);

    assert_eq!(found(&report), [(GIF, Trouble::Damaged), (OTHER, Trouble::Damaged)]);
    assert!(
        report.findings[0].detail.contains(OTHER) && report.findings[1].detail.contains(GIF),
        "{report:?}"
    );
}

#[test]
fn a_file_under_another_spelling_is_misnamed_and_not_foreign() {
    let world = world();
    let spelled = GIF.replace("Photo", "PHOTO");
    std::fs::rename(world.dir().join(GIF), world.dir().join(&spelled)).unwrap();

    let report = verify(&world);

    assert_eq!(found(&report), [(GIF, Trouble::Misnamed)]);
    assert_eq!(report.findings[0].lies_at.as_deref(), Some(spelled.as_str()));
}

#[test]
fn a_list_or_an_inventory_that_nobody_touched_is_damaged_when_it_differs() {
    for path in ["photos/1943/SHA256SUMS", "photos/1943/SHA256SUMS.metadata", "INVENTORY.txt"] {
        let world = world();
        rot(&world, path, |bytes| bytes[80] ^= 1);

        assert_eq!(found(&verify(&world)), [(path, Trouble::Damaged)]);

        std::fs::remove_file(world.dir().join(path)).unwrap();
        assert_eq!(found(&verify(&world)), [(path, Trouble::Missing)]);
    }
}

#[test]
fn without_the_catalog_the_lists_still_tell_a_damaged_sidecar() {
    let flips: [fn(&mut Vec<u8>); 2] = [
        |bytes| {
            let at = bytes.windows(7).position(|window| window == b"Photo 2").unwrap();
            bytes[at] = b'p';
        },
        |bytes| bytes.truncate(40),
    ];
    for flip in flips {
        let world = world();
        rot(&world, JSON, flip);
        std::fs::remove_dir_all(world.state()).unwrap();

        let report = verify(&world);

        let damage: Vec<_> = found(&report).into_iter().filter(|(_, what)| what.is_damage()).collect();
        assert_eq!(damage, [(JSON, Trouble::Damaged)], "{report:?}");
    }
}

#[test]
fn without_the_catalog_the_lists_still_tell_a_photo_that_is_gone_with_its_sidecar() {
    let world = world();
    std::fs::remove_file(world.dir().join(GIF)).unwrap();
    std::fs::remove_file(world.dir().join(JSON)).unwrap();
    std::fs::remove_dir_all(world.state()).unwrap();

    let report = verify(&world);

    assert!(found(&report).contains(&(GIF, Trouble::Missing)), "{report:?}");
    assert!(found(&report).contains(&(JSON, Trouble::Missing)), "{report:?}");
    assert_eq!(report.findings.iter().find_map(|finding| finding.photo), "2".parse().ok());
}

#[test]
fn a_catalog_that_lost_its_rows_is_not_believed() {
    let world = world();
    harm(&world, GIF, b"GIF89a");
    Connection::open(world.catalog()).unwrap().execute_batch("DELETE FROM photo; DELETE FROM file").unwrap();

    let report = verify(&world);

    assert_eq!(found(&report), [(GIF, Trouble::Damaged)]);
}

#[test]
fn what_lies_beside_the_archives_own_files_is_foreign() {
    let world = world();
    harm(&world, "holiday.zip", b"mine");
    harm(&world, "INVENTORY.txt.part", b"half");

    let report = verify(&world);

    assert_eq!(
        found(&report),
        [("INVENTORY.txt.part", Trouble::HalfWritten), ("holiday.zip", Trouble::Foreign)]
    );
    assert!(report.is_sound());
}

#[test]
fn a_folder_that_is_gone_is_named_as_one() {
    let world = world();
    std::fs::remove_dir_all(world.dir().join("photos/1943")).unwrap();

    let report = verify(&world);

    assert!(found(&report).contains(&("photos/1943/", Trouble::Missing)), "{report:?}");
    assert!(found(&report).contains(&(GIF, Trouble::Missing)), "{report:?}");
}
