//! The nights after the first run: few calls, and everything that changed is in the archive.

use flickr_simulator::{Account, Edit, Kind, When, Where};
use flickr_sync::{Depth, Effort};
use photo_archive::State;

use crate::world::World;

const WALK: &str = "flickr.people.getPhotos";

#[tokio::test(flavor = "multi_thread")]
async fn a_night_with_nothing_new_costs_a_handful_of_calls_and_changes_no_byte() {
    for account in [Account::plain(1, 12), Account::rich(2, 60)] {
        let world = World::synced(account).await;
        world.run().await;
        let before = world.prints();

        let report = world.run().await;

        let counts = world.flickr.counts();
        assert!(!report.walked, "{report:?}");
        assert!(counts.api_calls() <= 4, "{:?}", counts.calls);
        assert_eq!((counts.calls_of(WALK), counts.image_requests()), (0, 0));
        assert!(report.changes.is_nothing() && report.adds_up(), "{report:?}");
        assert_eq!(world.prints(), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_very_night_after_the_first_run_is_a_short_one() {
    let world = World::synced(Account::plain(3, 12)).await;

    let report = world.run().await;

    assert!(!report.walked && report.is_complete(), "{report:?}");
    assert_eq!((report.flickr_total, report.listed, report.count(State::Kept)), (Some(12), 12, 12));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_title_is_in_the_archive_after_a_short_night() {
    let world = World::synced(Account::plain(4, 30)).await;
    let id = world.flickr.ids()[7];
    world.flickr.edit(Edit::Retitle { id, title: "Low tide".to_owned() });

    let report = world.run().await;

    let counts = world.flickr.counts();
    assert!(!report.walked && report.is_complete(), "{report:?}");
    assert!(counts.api_calls() <= 6 && counts.image_requests() == 0, "{counts:?}");
    assert_eq!((report.changes.updated, world.sidecar(id)["title"].as_str()), (1, Some("Low tide")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_was_added_comes_in_a_short_night() {
    let world = World::synced(Account::plain(5, 30)).await;
    world.flickr.edit(Edit::Add { uploaded: None });

    let report = world.run().await;

    assert!(!report.walked && report.is_complete(), "{report:?}");
    assert_eq!((report.changes.new.count, world.count(State::Kept)), (1, 31));
    assert_eq!(world.flickr.counts().calls_of(WALK), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_changes_than_a_page_holds_all_come() {
    let world = World::synced(Account::plain(6, 520)).await;
    for id in world.flickr.ids() {
        world.flickr.edit(Edit::Retitle { id, title: format!("Now {id}") });
    }

    let report = world.run().await;

    assert!(!report.walked && report.is_complete(), "{report:?}");
    assert_eq!(report.changes.updated, 520);
    assert_eq!(world.flickr.counts().calls_of("flickr.photos.recentlyUpdated"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_changes_that_is_short_leads_to_a_whole_walk() {
    let world = World::synced(Account::plain(7, 20)).await;
    for id in world.flickr.ids() {
        world.flickr.edit(Edit::Retitle { id, title: format!("Now {id}") });
    }
    let method = "flickr.photos.recentlyUpdated".to_owned();
    world.flickr.faults().play(Where::Method(method), Kind::ShortPage(5), When::Always);

    let report = world.run().await;

    assert!(report.walked && report.is_complete(), "{report:?}");
    assert_eq!(report.changes.updated, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_fetched_leads_to_a_whole_walk_the_next_night() {
    let world = World::new(Account::plain(8, 12)).await;
    let id = world.flickr.ids()[3];
    world.flickr.faults().play(Where::Photo(id), Kind::NotFound, When::Always);
    assert_eq!(world.run().await.missing(), 1);
    world.flickr.faults().clear();

    let report = world.run().await;

    assert!(report.walked && report.is_complete(), "{report:?}");
    assert!(!world.run().await.walked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_file_that_failed_is_tried_again_though_nothing_is_missing() {
    let world = World::synced(Account::plain(9, 12)).await;
    let id = world.flickr.ids()[3];
    world.flickr.edit(Edit::Replace { id });
    world.flickr.faults().play(Where::Photo(id), Kind::NotFound, When::Always);
    assert_eq!((world.run().await.changes.failed, world.count(State::Missing)), (1, 0));
    world.flickr.faults().clear();

    let report = world.run().await;

    assert_eq!((report.changes.replaced.count, report.is_complete()), (1, true), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_is_walked_over_when_asked_and_every_seven_days() {
    let mut world = World::synced(Account::plain(10, 12)).await;
    world.walk_again();

    assert!(world.run().await.walked);
    assert!(!world.run().await.walked);
    world.options.effort = Effort::Everything;
    assert!(world.run().await.walked);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_followed_at_the_depth_of_the_listing_does_not_do_for_a_deeper_run() {
    let mut world = World::new(Account::plain(11, 12)).await;
    world.options.depth = Depth::Listing;
    world.run().await;

    let report = world.run().await;

    assert!(!report.walked && report.is_complete(), "{report:?}");
    assert_eq!(world.flickr.counts().api_calls(), 2);
    world.options.depth = Depth::Smart;
    assert!(world.run().await.walked);
    assert!(!world.run().await.walked);

    // A night at a lesser depth follows changes without asking about them; the next deep one has to look everywhere.
    let id = world.flickr.ids()[4];
    world.flickr.edit(Edit::Comment { id, by: 1, text: "Lovely".to_owned() });
    world.options.depth = Depth::Listing;
    assert!(!world.run().await.walked);
    world.options.depth = Depth::Smart;
    assert!(world.run().await.walked);
    assert_eq!(world.sidecar(id)["comments"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_that_disagrees_leads_to_a_whole_walk_and_the_next_night_is_short_again() {
    let world = World::synced(Account::plain(12, 12)).await;
    let id = world.flickr.ids()[0];
    world.flickr.edit(Edit::Delete { id });
    let first = world.run().await;
    world.flickr.edit(Edit::Restore { id });

    let second = world.run().await;

    assert!(first.walked && first.is_complete() && first.listed == 11, "{first:?}");
    assert!(!second.walked && second.is_complete() && world.count(State::Kept) == 12, "{second:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_without_an_original_and_dropped_ones_keep_no_night_from_being_short() {
    let mut account = Account::mixed(13, 60);
    account.mix.videos_with_only_swf = 0.3;
    let world = World::synced(account).await;
    let id = world.flickr.ids()[20];
    world.open().drop_photo(id.to_string().parse().unwrap(), flickr_client::now()).unwrap();

    let report = world.run().await;

    assert!(!report.walked && report.adds_up() && report.listed == 60, "{report:?}");
    assert!(world.flickr.counts().api_calls() <= 4, "{:?}", world.flickr.counts().calls);
}

#[tokio::test(flavor = "multi_thread")]
async fn details_that_stayed_open_are_asked_for_the_next_night() {
    let world = World::synced(Account::plain(14, 12)).await;
    let id = world.flickr.ids()[3];
    world.flickr.edit(Edit::Redescribe { id, description: "By the sea".to_owned() });
    let about = Where::MethodOn { method: "flickr.photos.getInfo".to_owned(), id: id.to_string() };
    world.flickr.faults().play(about, Kind::Status { status: 418, retry_after: None }, When::Always);
    world.run().await;
    world.flickr.faults().clear();

    let report = world.run().await;

    assert_eq!(world.flickr.counts().calls_of("flickr.photos.getInfo"), 1, "{report:?}");
    assert!(report.is_complete(), "{report:?}");
    assert!(!world.run().await.walked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_made_while_the_walk_goes_on_is_told_the_next_night() {
    let world = World::new(Account::plain(15, 700)).await;
    let id = *world.flickr.ids().last().unwrap();
    let edit = Edit::Retitle { id, title: "While it ran".to_owned() };
    world.flickr.faults().play(Where::ListingPage(2), Kind::ThenEdit(edit), When::Times(1));
    world.run().await;
    assert_ne!(world.sidecar(id)["title"].as_str(), Some("While it ran"));

    let report = world.run().await;

    assert!(!report.walked && report.is_complete(), "{report:?}");
    assert_eq!(world.sidecar(id)["title"].as_str(), Some("While it ran"));
}
