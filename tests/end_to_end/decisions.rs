//! What the person decides about single photos: accepted as lost, or dropped for good.

use flickr_simulator::{Account, Kind, When, Where};

use crate::world::World;

#[test]
fn a_missing_photo_that_was_accepted_is_no_failure_any_more() {
    let world = World::signed_in(Account::plain(2, 6));
    let lost = world.flickr.ids()[1];
    world.flickr.faults().play(Where::Photo(lost), Kind::NotFound, When::Always);
    assert_eq!(world.sync(&["--create"]).code, 3);

    let accepted =
        world.run(&["accept", &lost.to_string(), "--reason", "the file is gone", "--dir", "archive"]);
    let again = world.sync(&[]);

    assert_eq!((accepted.code, again.code), (0, 0), "{accepted:?} {again:?}");
    assert_eq!(world.sidecars()[&lost]["state"], "accepted");
    assert!(again.err.contains("accepted"), "{again:?}");
    let kept = world.flickr.ids()[0].to_string();
    assert_eq!(world.run(&["accept", &kept, "--reason", "x", "--dir", "archive"]).code, 2);
}

#[test]
fn a_dropped_photo_stays_away_and_the_numbers_still_add_up() {
    let (world, _) = World::synced(Account::plain(2, 6));
    let id = world.flickr.ids()[1];
    world.flickr.reset_counts();

    let dropped = world.run(&["drop", &id.to_string(), "--dir", "archive"]);
    let again = world.sync(&[]);

    assert_eq!((dropped.code, again.code), (0, 0), "{dropped:?} {again:?}");
    assert!(!world.sidecars().contains_key(&id));
    assert_eq!(world.flickr.counts().image_requests(), 0);
    assert!(again.err.contains("dropped"), "{again:?}");
    assert_eq!(world.run(&["verify", "archive"]).code, 0);
}

#[test]
fn what_was_told_once_to_be_not_original_is_only_counted_after_an_accept_too() {
    let mut account = Account::plain(2, 6);
    account.behaviour.free_account = true;
    let world = World::signed_in(account);
    let first = world.sync(&["--create"]);
    let lesser = world.flickr.ids()[0].to_string();

    let accepted = world.run(&["accept", &lesser, "--reason", "it will do", "--dir", "archive"]);
    let again = world.sync(&[]);

    assert_eq!((first.code, accepted.code, again.code), (3, 0, 0), "{first:?} {accepted:?} {again:?}");
    assert!(
        again.err.contains("Complete: everything on Flickr is here; 5 are not the original"),
        "{again:?}"
    );
}
