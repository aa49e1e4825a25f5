//! Photos that are no longer on Flickr: when they are marked, and when not.

use std::time::Duration;

use flickr_simulator::{Account, Edit, Kind, When, Where};
use flickr_sync::MaxGone;
use photo_archive::State;

use crate::world::{World, a_second_later};

const INFO: &str = "flickr.photos.getInfo";
const WALK: &str = "flickr.people.getPhotos";

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_photo_is_marked_after_two_whole_walks_and_flickrs_word() {
    let world = World::synced(Account::plain(1, 12)).await;
    let id = world.flickr.ids()[5];
    world.flickr.edit(Edit::Delete { id });

    let first = world.run().await;
    assert!(first.walked && first.is_complete() && first.changes.gone == 1, "{first:?}");
    let counts = world.flickr.counts();
    assert_eq!((world.count(State::Gone), counts.calls_of(INFO), counts.calls_of(WALK)), (1, 1, 2));
    let gone = world.sidecar(id)["gone"].clone();
    assert!(gone["missed"].is_string() && gone["confirmed"].is_string(), "{gone}");

    let second = world.run().await;
    assert!(!second.walked && second.is_complete(), "{second:?}");
    assert_eq!(second.listed, 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_only_one_walk_missed_is_not_marked() {
    let world = World::synced(Account::plain(9, 12)).await;
    let id = world.flickr.ids()[5];
    world.flickr.edit(Edit::Delete { id });
    // The first walk, and then the account again as it was.
    let info = Where::MethodOn { method: INFO.to_owned(), id: id.to_string() };
    world.flickr.faults().play(info, Kind::Delay(Duration::from_secs(2)), When::Always);

    let (report, ()) = tokio::join!(world.run(), async {
        while world.flickr.counts().calls_of(INFO) == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        world.flickr.edit(Edit::Restore { id });
    });

    assert_eq!((report.changes.gone, world.count(State::Gone)), (0, 0), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_that_is_off_for_good_is_noted_once_two_walks_agree_and_hides_no_deletion() {
    let world = World::new(Account::plain(8, 12)).await;
    for method in [WALK, "flickr.people.getInfo"] {
        world.flickr.faults().play(Where::Method(method.to_owned()), Kind::TotalOff(3), When::Always);
    }

    let first = world.run().await;
    let second = world.run().await;
    assert!(!first.total_is_off && !first.is_complete(), "{first:?}");
    assert!(second.total_is_off && second.is_complete(), "{second:?}");

    let id = world.flickr.ids()[5];
    world.flickr.edit(Edit::Delete { id });
    world.run().await;
    let after = world.run().await;
    assert!(after.is_complete() && world.count(State::Gone) == 1, "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_came_back_leaves_that_in_its_history() {
    let world = World::synced(Account::plain(2, 12)).await;
    let id = world.flickr.ids()[5];
    world.flickr.edit(Edit::Delete { id });
    world.run().await;
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
    let deleted = Kind::Fail { code: 5, message: "User deleted".to_owned() };
    world.flickr.faults().play(Where::Method("flickr.people.getInfo".to_owned()), deleted, When::Always);
    a_second_later().await;

    let report = world.run().await;

    assert!(report.walked && !report.is_complete(), "{report:?}");
    assert_eq!((world.count(State::Gone), world.flickr.counts().calls_of(INFO)), (0, 0));
}
