//! A share of the archive is read at the end of each run: what was proven longest ago comes first.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use photo_archive::{Archive, Share, Trouble, VerifyReport};

use crate::world::{World, now, run};

fn read(archive: &Archive, one_in: u64, day: i64) -> VerifyReport {
    let verified_at = now() + SignedDuration::from_hours(24 * day);
    archive
        .verify_share(&Share { one_in, before: Timestamp::MAX, verified_at }, &|| true, &mut |_| {})
        .unwrap()
}

/// So many days after the run.
fn day(days: i64) -> Option<Timestamp> {
    Some(now() + SignedDuration::from_hours(24 * days))
}

#[test]
fn in_as_many_runs_as_there_are_shares_every_file_is_read() {
    let world = World::new();
    run(&mut world.open(), 12);
    let archive = world.open();
    let before = world.prints();
    assert_eq!(archive.proven_since().unwrap(), day(0));

    let files: Vec<u64> = (1..=4).map(|day| read(&archive, 4, day).files).collect();

    // Each photo is read with its sidecar.
    assert_eq!(files, [6, 6, 6, 6]);
    assert_eq!(archive.proven_since().unwrap(), day(1));
    assert_eq!(world.prints(), before);
}

#[test]
fn however_small_the_share_one_photo_is_read() {
    let world = World::new();
    run(&mut world.open(), 3);
    let archive = world.open();

    assert_eq!(read(&archive, 1_000_000, 1).files, 2);
    assert_eq!(read(&World::new().open(), 90, 1).files, 0);
}

#[test]
fn what_is_lost_or_wrong_is_found_and_found_again_until_it_is_mended() {
    let world = World::new();
    run(&mut world.open(), 4);
    let gone = "photos/1943/1943_2_Photo-2.gif";
    std::fs::remove_file(world.dir().join(gone)).unwrap();
    let archive = world.open();

    for day in 1..=2 {
        let report = read(&archive, 1, day);

        let found: Vec<_> = report.findings.iter().map(|one| (one.path.as_str(), one.what)).collect();
        assert_eq!(found, [(gone, Trouble::Missing)]);
        assert!(!report.is_sound());
    }
    assert_eq!(archive.proven_since().unwrap(), day(0));
}

#[test]
fn it_ends_when_it_is_told_to() {
    let world = World::new();
    run(&mut world.open(), 12);
    let archive = world.open();
    let asked = AtomicU64::new(0);

    let share = Share { one_in: 1, before: Timestamp::MAX, verified_at: now() };
    let go_on = || asked.fetch_add(1, Ordering::Relaxed) < 5;
    let report = archive.verify_share(&share, &go_on, &mut |_| {}).unwrap();

    assert!(report.files < 24 && report.is_sound(), "{report:?}");
}
