//! Every kind of damage is found and named, and what is only behind the times is not called damage.

use photo_archive::{Access, Changed, Purpose, Trouble, VerifyOptions, VerifyReport};
use serde_json::json;

use crate::world::{World, fetched, gif, id, listed, now, run, save};

const GIF: &str = "photos/1943/1943_2_Photo-2.gif";
const JSON: &str = "photos/1943/1943_2_Photo-2.json";

fn verify(world: &World, options: &VerifyOptions) -> VerifyReport {
    world.open_for(Access::Read).verify(options, &mut |_| {}).unwrap()
}

/// Changes a file as damage would, whatever its mode.
fn harm(world: &World, path: &str, bytes: &[u8]) {
    let path = world.dir().join(path);
    std::fs::remove_file(&path).unwrap_or_default();
    std::fs::write(path, bytes).unwrap();
}

fn found(report: &VerifyReport) -> Vec<(&str, Trouble)> {
    report.findings.iter().map(|finding| (finding.path.as_str(), finding.what)).collect()
}

#[test]
fn a_whole_archive_is_sound_and_every_file_is_looked_at() {
    let world = World::new();
    run(&mut world.open(), 6);
    let before = world.prints();
    let mut told = 0;

    let options = VerifyOptions { verified_at: Some(now()), ..VerifyOptions::default() };
    let archive = world.open_for(Access::Read);
    let report = archive.verify(&options, &mut |progress| told = progress.files).unwrap();

    assert_eq!(found(&report), []);
    assert!(report.is_sound());
    assert_eq!((report.files, told), (12, 12));
    assert_eq!(world.prints(), before);
}

#[test]
fn a_flipped_bit_a_cut_a_swap_and_a_loss_are_each_named() {
    let other = "photos/1943/1943_4_Photo-4.gif";
    let mut flipped = gif(2);
    flipped[14] ^= 1;
    for (name, bytes) in [("flip", flipped), ("cut", gif(2)[..9].to_vec()), ("swap", gif(4))] {
        let world = World::new();
        run(&mut world.open(), 4);
        harm(&world, GIF, &bytes);

        assert_eq!(found(&verify(&world, &VerifyOptions::default())), [(GIF, Trouble::Damaged)], "{name}");
    }
    let world = World::new();
    run(&mut world.open(), 4);
    std::fs::remove_file(world.dir().join(other)).unwrap();
    std::fs::remove_file(world.dir().join(JSON)).unwrap();

    let report = verify(&world, &VerifyOptions { quick: true, ..VerifyOptions::default() });

    assert_eq!(found(&report), [(JSON, Trouble::Missing), (other, Trouble::Missing)]);
    assert!(!report.is_sound());
}

#[test]
fn a_changed_sidecar_is_damaged_but_one_that_a_killed_run_wrote_is_stale() {
    let world = World::new();
    run(&mut world.open(), 2);
    let text = std::fs::read_to_string(world.dir().join(JSON)).unwrap();
    harm(&world, JSON, text.replace("Photo 2", "Photo 3").as_bytes());
    assert_eq!(found(&verify(&world, &VerifyOptions::default())), [(JSON, Trouble::Damaged)]);

    let mut archive = world.open();
    archive.record(vec![listed(4)], now()).unwrap();
    drop(archive);

    let report = verify(&world, &VerifyOptions::default());
    let sums = "photos/1943/SHA256SUMS.metadata";
    assert_eq!(found(&report), [(JSON, Trouble::Stale), (sums, Trouble::Stale)]);
    assert!(report.is_sound());
}

#[test]
fn foreign_and_half_written_files_are_named_and_left_alone() {
    let world = World::new();
    run(&mut world.open(), 2);
    harm(&world, "photos/1943/mine.jpg", b"a person's");
    harm(&world, &format!("{GIF}.xmp"), b"for photo programs");
    harm(&world, "photos/1943/1943_2_Photo-2.part", b"half");
    std::fs::create_dir(world.dir().join("photos/holiday")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", world.dir().join("photos/1943/link.jpg")).unwrap();
    let before = world.prints();

    let report = verify(&world, &VerifyOptions::default());

    let expected = [
        ("photos/1943/1943_2_Photo-2.part", Trouble::HalfWritten),
        ("photos/1943/link.jpg", Trouble::Foreign),
        ("photos/1943/mine.jpg", Trouble::Foreign),
        ("photos/holiday/", Trouble::Foreign),
    ];
    assert_eq!(found(&report), expected);
    assert!(report.is_sound());
    assert_eq!(world.prints(), before);
}

#[test]
fn a_file_that_became_a_link_or_a_fifo_is_damage_and_blocks_nothing() {
    let world = World::new();
    run(&mut world.open(), 2);
    let path = world.dir().join(GIF);
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", &path).unwrap();
    let fifo = world.dir().join(JSON);
    std::fs::remove_file(&fifo).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.is_ok_and(|status| status.success()));

    let report = verify(&world, &VerifyOptions::default());

    assert_eq!(found(&report), [(GIF, Trouble::Damaged), (JSON, Trouble::Damaged)]);
}

#[test]
fn a_lost_list_is_named_and_mended_by_the_next_run() {
    let world = World::new();
    run(&mut world.open(), 2);
    let list = "photos/1943/SHA256SUMS";
    let before = std::fs::read(world.dir().join(list)).unwrap();
    std::fs::remove_file(world.dir().join(list)).unwrap();

    assert_eq!(found(&verify(&world, &VerifyOptions::default())), [(list, Trouble::Missing)]);
    let text = std::fs::read_to_string(world.dir().join(JSON)).unwrap();
    harm(&world, JSON, text.replace("Photo 2", "Photo 3").as_bytes());
    let both = [(JSON, Trouble::Damaged), (list, Trouble::Missing)];
    assert_eq!(found(&verify(&world, &VerifyOptions::default())), both);
    harm(&world, JSON, text.as_bytes());
    world.open().finish_run(&json!({}), Changed::Nothing, now()).unwrap();

    assert_eq!(std::fs::read(world.dir().join(list)).unwrap(), before);
    assert_eq!(found(&verify(&world, &VerifyOptions::default())), []);
}

#[test]
fn a_folder_that_is_gone_is_known_by_the_inventory_even_to_a_new_catalog() {
    let world = World::new();
    run(&mut world.open(), 2);
    std::fs::remove_dir_all(world.dir().join("photos/1943")).unwrap();
    std::fs::remove_dir_all(world.state()).unwrap();

    let report = verify(&world, &VerifyOptions::default());

    assert!(found(&report).contains(&("photos/1943/", Trouble::Missing)), "{report:?}");
}

#[test]
fn a_file_that_the_scan_did_not_find_is_still_reported_as_missing() {
    let world = World::new();
    run(&mut world.open(), 2);
    std::fs::remove_file(world.dir().join(GIF)).unwrap();
    world.rebuild();

    assert_eq!(found(&verify(&world, &VerifyOptions::default())), [(GIF, Trouble::Missing)]);

    let mut archive = world.open();
    let saved = save(&mut archive, 2, &gif(2), Purpose::Original, 1);
    archive.record(vec![fetched(saved, 2)], now()).unwrap();
    archive.finish_run(&json!({}), Changed::Something, now()).unwrap();
    drop(archive);
    assert_eq!(found(&verify(&world, &VerifyOptions::default())), []);
}

#[test]
fn the_shares_of_a_subset_cover_every_file_once() {
    let world = World::new();
    run(&mut world.open(), 20);

    let share = |part| verify(&world, &VerifyOptions { subset: Some((part, 3)), ..VerifyOptions::default() });
    let files: u64 = (1..=3).map(|part| share(part).files).sum();

    assert_eq!(files, 40);
    assert!(share(1).files < 40);
    assert!(world.open().kept(id(1)).unwrap().is_some());
}

#[test]
fn lists_that_were_left_for_the_next_run_are_no_damage_and_are_written_by_it() {
    let world = World::new();
    let mut archive = world.open();
    archive.record(vec![listed(2)], now()).unwrap();
    let saved = save(&mut archive, 2, &gif(2), Purpose::Original, 1);
    archive.record(vec![fetched(saved, 2)], now()).unwrap();

    let lists = archive.renew_lists(now(), || false).unwrap();
    assert!(lists.left > 0);
    archive.close_run(lists, &json!({}), Changed::Something, now()).unwrap();
    drop(archive);

    assert!(verify(&world, &VerifyOptions::default()).is_sound());
    world.open().finish_run(&json!({}), Changed::Nothing, now()).unwrap();
    assert!(world.dir().join("photos/1943/SHA256SUMS").exists());
    assert_eq!(found(&verify(&world, &VerifyOptions::default())), []);
}
