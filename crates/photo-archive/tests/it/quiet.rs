//! A run with nothing new changes nothing; walks and queues leave no trace in the archive.

use photo_archive::{Access, Archive, Changed, Counted, Entry, State};
use serde_json::json;

use crate::world::{World, id, listed, listing, now, photo, run};

#[test]
fn a_second_run_with_nothing_new_changes_no_byte_time_or_inode_but_for_its_report() {
    let world = World::new();
    run(&mut world.open(), 5);
    let before = world.prints();

    let mut archive = world.open();
    for number in 1..=5 {
        let mut seen = photo(number);
        seen.counts.views = Some(number + 1000);
        seen.dates.updated = "2026-01-01T00:00:00Z".parse().ok();
        let entry = Entry { photo: Some(seen), listing: Some(listing(number)), ..Entry::new(id(number)) };
        let recorded = archive.record(vec![entry], now()).unwrap();
        assert!(!recorded[0].sidecar_written);
    }
    let report = archive.finish_run(&json!({"new": 0}), Changed::Nothing, now()).unwrap().unwrap();
    let again = archive.finish_run(&json!({"new": 0}), Changed::Nothing, now()).unwrap();
    drop(archive);

    assert_eq!(again, None);
    let mut after = world.prints();
    assert!(after.remove(&report).is_some());
    assert_eq!(after, before);
}

#[test]
fn the_next_day_brings_one_new_report_and_nothing_else() {
    let world = World::new();
    run(&mut world.open(), 2);
    let before = world.prints();
    let tomorrow = "2026-11-24T03:00:12Z".parse().unwrap();

    let mut archive = world.open();
    assert!(archive.rebuilt().is_none());
    let first = archive.finish_run(&json!({}), Changed::Nothing, tomorrow).unwrap();
    let second = archive.finish_run(&json!({}), Changed::Nothing, tomorrow).unwrap();
    drop(archive);

    let mut after = world.prints();
    assert!(after.remove(&first.unwrap()).is_some() && second.is_none());
    assert_eq!(after, before);
    assert!(world.open().rebuilt().is_none());
}

#[test]
fn two_runs_in_one_second_leave_two_reports() {
    let world = World::new();
    let mut archive = world.open();

    let first = archive.finish_run(&json!({}), Changed::Something, now()).unwrap().unwrap();
    let second = archive.finish_run(&json!({}), Changed::Something, now()).unwrap().unwrap();

    assert!(first < second);
    drop(archive);
    assert!(world.open().rebuilt().is_none());
}

#[test]
fn a_dry_run_walks_and_looks_up_without_a_trace() {
    let world = World::new();
    run(&mut world.open(), 3);
    let before = world.prints();

    let mut archive = world.open_for(Access::Read);
    archive.begin_walk().unwrap();
    let first = archive.meet(&[id(1), id(2), id(1)]).unwrap();
    let again = archive.meet(&[id(2), id(9)]).unwrap();

    assert_eq!((first, again), (vec![true, true, false], vec![false, true]));
    assert_eq!(archive.unmet(None, 10).unwrap(), [(id(3), State::Kept)]);
    assert_eq!(archive.census(Counted::Met).unwrap().total().photos, 2);
    assert!(archive.kept(id(9)).unwrap().is_none());
    assert_eq!(world.prints(), before);
}

#[test]
fn the_queue_goes_by_place_and_is_wiped_with_the_run() {
    let world = World::new();
    let mut archive = world.open();
    archive.record((1..=5).map(listed).collect(), now()).unwrap();

    let first = archive.wanted(None, 2).unwrap();
    let rest = archive.wanted(first.last().map(|one| one.order), 10).unwrap();

    let order: Vec<u64> = first.iter().chain(&rest).map(|one| one.order).collect();
    assert_eq!(order, [1, 2, 3, 4, 5]);
    assert_eq!(first[0].taken, Some(1_309_793_412));
    archive.finish_run(&json!({}), Changed::Something, now()).unwrap();
    assert_eq!(archive.wanted_count().unwrap(), 0);
    drop(archive);
    let bytes = std::fs::read(world.catalog()).unwrap();
    let note = b"where to fetch it";
    assert!(!bytes.windows(note.len()).any(|window| window == note), "a note was not wiped");
}

#[test]
fn a_mark_of_a_secret_is_kept_and_tells_nothing() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 1);
    let mark = archive.secret_mark(Some("0a1b2c3d4e"));

    archive.record(vec![Entry { secret: Some(mark), ..Entry::new(id(1)) }], now()).unwrap();

    assert_eq!(archive.kept(id(1)).unwrap().unwrap().secret, mark);
    assert_ne!(archive.secret_mark(Some("ffffffffff")), mark);
    assert_eq!(Archive::fingerprint(&photo(1)), archive.kept(id(1)).unwrap().unwrap().facts);
}
