//! Photos that are no longer on Flickr: when they are marked, and when not.

use flickr_simulator::{Account, Edit, Kind, When, Where};
use flickr_sync::MaxGone;
use photo_archive::State;

use crate::world::{World, a_second_later};

const INFO: &str = "flickr.photos.getInfo";

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_photo_is_marked_after_two_whole_walks_and_flickrs_word() {
    let world = World::synced(Account::plain(1, 12)).await;
    let id = world.flickr.ids()[5];
    world.flickr.edit(Edit::Delete { id });

    a_second_later().await;
    let first = world.run().await;
    assert!(first.walked && first.changes.gone == 0 && first.not_listed == 1, "{first:?}");
    assert_eq!((world.count(State::Gone), world.flickr.counts().calls_of(INFO)), (0, 0));

    a_second_later().await;
    let second = world.run().await;
    assert!(second.walked && second.is_complete() && second.changes.gone == 1, "{second:?}");
    assert_eq!((world.count(State::Gone), world.flickr.counts().calls_of(INFO)), (1, 1));
    let gone = world.sidecar(id)["gone"].clone();
    assert!(gone["missed"].as_str() < gone["confirmed"].as_str(), "{gone}");

    let third = world.run().await;
    assert!(!third.walked && third.is_complete(), "{third:?}");
    assert_eq!(third.listed, 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_came_back_leaves_that_in_its_history() {
    let world = World::synced(Account::plain(2, 12)).await;
    let id = world.flickr.ids()[5];
    world.flickr.edit(Edit::Delete { id });
    for _ in 0..2 {
        a_second_later().await;
        world.run().await;
    }
    assert_eq!(world.count(State::Gone), 1);
    world.flickr.edit(Edit::Restore { id });

    let report = world.run().await;

    assert!(report.is_complete(), "{report:?}");
    assert_eq!((world.count(State::Gone), world.count(State::Kept)), (0, 12));
    let history = world.sidecar(id)["history"].clone();
    assert!(history.as_array().unwrap().iter().any(|was| was["field"] == "gone"), "{history}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_comes_back_half_empty_or_empty_marks_nothing() {
    let world = World::synced(Account::plain(3, 12)).await;
    let before = world.prints();
    for lie in [Kind::ShortPage(6), Kind::EmptyPage] {
        let method = "flickr.people.getPhotos".to_owned();
        world.flickr.faults().play(Where::Method(method), lie, When::Always);
        for _ in 0..3 {
            world.walk_again();
            a_second_later().await;
            assert!(!world.run().await.is_complete());
        }
        world.flickr.faults().clear();
    }

    assert_eq!((world.count(State::Gone), world.count(State::Kept)), (0, 12));
    assert_eq!(world.prints(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_flickr_still_has_is_not_marked_whatever_the_listing_shows() {
    let world = World::synced(Account::plain(4, 12)).await;
    let id = world.flickr.ids()[5];
    world.flickr.edit(Edit::Delete { id });
    let about = Where::MethodOn { method: INFO.to_owned(), id: id.to_string() };
    let private = Kind::Fail { code: 2, message: "Photo is private".to_owned() };
    world.flickr.faults().play(about, private, When::Always);
    for _ in 0..3 {
        a_second_later().await;
        world.run().await;
    }

    assert_eq!((world.count(State::Gone), world.count(State::Kept)), (0, 12));
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_may_be_marked_wait_for_the_persons_word() {
    let mut world = World::synced(Account::plain(5, 12)).await;
    world.options.max_gone = MaxGone::Photos(2);
    for id in world.flickr.ids().into_iter().take(3) {
        world.flickr.edit(Edit::Delete { id });
    }
    a_second_later().await;
    world.run().await;
    a_second_later().await;

    let report = world.run().await;
    assert!(report.held_back == 3 && !report.is_complete(), "{report:?}");
    assert_eq!((world.count(State::Gone), world.flickr.counts().calls_of(INFO)), (0, 0));

    world.options.accept_gone = Some(3);
    let report = world.run().await;
    assert!(report.changes.gone == 3 && report.is_complete(), "{report:?}");
    assert_eq!(world.count(State::Gone), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_account_marks_nothing() {
    let world = World::synced(Account::plain(6, 12)).await;
    let id = world.flickr.ids()[5];
    world.flickr.edit(Edit::Delete { id });
    a_second_later().await;
    world.run().await;
    let deleted = Kind::Fail { code: 5, message: "User deleted".to_owned() };
    world.flickr.faults().play(Where::Method("flickr.people.getInfo".to_owned()), deleted, When::Always);
    a_second_later().await;

    let report = world.run().await;

    assert!(report.walked && !report.is_complete(), "{report:?}");
    assert_eq!((world.count(State::Gone), world.flickr.counts().calls_of(INFO)), (0, 0));
}
