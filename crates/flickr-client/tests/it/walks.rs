//! Walks through accounts that hold still, and through accounts that do not.

use std::time::Duration;

use flickr_client::Trouble;
use flickr_simulator::{Account, Edit, Kind, Mix, PastTheEnd, When, Where};

use crate::world::{Walked, World};

const PAGE: u64 = 500;

fn calls(world: &World) -> u64 {
    world.flickr.counts().calls_of("flickr.people.getPhotos")
}

fn assert_everything(world: &World, walked: &Walked) {
    let mut listed: Vec<u64> = walked.photos.iter().map(|listed| listed.photo.id.number()).collect();
    let mut there = world.flickr.ids();
    listed.sort_unstable();
    there.sort_unstable();
    let missing: Vec<_> = there.iter().filter(|id| listed.binary_search(id).is_err()).collect();
    assert!(missing.is_empty(), "{} of {} are missing", missing.len(), there.len());
    assert!(walked.outcome.complete(), "{:?}", walked.outcome);
    world.assert_clean();
}

#[tokio::test]
async fn an_account_that_holds_still_costs_a_call_for_500_photos() {
    for (photos, expected) in [(1, 1), (500, 1), (501, 2), (1750, 4)] {
        let world = World::new(Account::plain(3, photos)).await;

        let walked = world.walk().await;

        assert_eq!(calls(&world), expected, "{photos}");
        assert_eq!(walked.repeats, 0);
        assert_eq!(walked.outcome.total, photos);
        assert_everything(&world, &walked);
    }
}

#[tokio::test]
async fn an_empty_account_is_asked_twice_before_it_is_believed() {
    let world = World::new(Account::plain(3, 0)).await;

    let walked = world.walk().await;

    assert_eq!((calls(&world), walked.outcome.total), (2, 0));
    assert!(walked.outcome.complete());
}

#[tokio::test]
async fn pages_that_overtake_each_other_are_handed_out_in_order() {
    let world = World::new(Account::plain(3, 2300)).await;
    world.flickr.faults().play(Where::ListingPage(2), Kind::Delay(Duration::from_millis(400)), When::Always);

    let walked = world.walk().await;

    let dates: Vec<_> = walked.photos.iter().map(|listed| listed.photo.dates.uploaded).collect();
    assert!(dates.is_sorted_by(|newer, older| newer >= older));
    assert!(world.flickr.counts().most_parallel_calls > 1);
    assert_everything(&world, &walked);
}

#[tokio::test]
async fn an_exclusive_window_leaves_nothing_out_either() {
    let world = World::new(Account::plain(3, 1300)).await;
    world.flickr.behave(|behaviour| behaviour.window_is_inclusive = false);

    let walked = world.walk().await;

    assert_eq!(calls(&world), 3);
    assert_everything(&world, &walked);
}

#[tokio::test]
async fn an_upload_during_the_walk_shifts_nothing() {
    let world = World::new(Account::plain(3, 2200)).await;
    let upload = Kind::ThenEdit(Edit::Add { uploaded: None });
    world.flickr.faults().play(Where::ListingPage(1), upload, When::Times(1));
    let before = world.flickr.ids();

    let walked = world.walk().await;

    assert!(walked.outcome.distinct >= before.len() as u64);
    assert_eq!(calls(&world), 5);
}

#[tokio::test]
async fn a_deletion_during_the_walk_loses_no_other_photo() {
    for page in 1..4 {
        let world = World::new(Account::plain(3, 2200)).await;
        let newest = world.walk().await.photos[3].photo.id.number();
        world.flickr.reset_counts();
        let delete = Kind::ThenEdit(Edit::Delete { id: newest });
        world.flickr.faults().play(Where::ListingPage(page), delete, When::Times(1));

        let walked = world.walk().await;

        let listed: Vec<u64> = walked.photos.iter().map(|listed| listed.photo.id.number()).collect();
        let missing = world.flickr.ids().into_iter().filter(|id| !listed.contains(id)).count();
        assert_eq!(missing, 0, "page {page}");
        assert!(calls(&world) <= 3 * 5 + 20, "{}", calls(&world));
    }
}

#[tokio::test]
async fn pages_that_lie_once_are_asked_for_again() {
    for kind in [Kind::ShortPage(1), Kind::RepeatPage, Kind::EmptyPage, Kind::TotalOff(3), Kind::TotalOff(-3)]
    {
        for page in 1..=3 {
            let world = World::new(Account::plain(3, 1300)).await;
            world.flickr.faults().play(Where::ListingPage(page), kind.clone(), When::Times(1));

            let walked = world.walk().await;

            assert_everything(&world, &walked);
            assert!(calls(&world) <= 3 * 3 + 20, "{kind:?} on page {page}: {}", calls(&world));
        }
    }
}

#[tokio::test]
async fn pages_that_go_on_lying_are_gone_round_by_another_window() {
    for kind in [Kind::ShortPage(2), Kind::RepeatPage, Kind::EmptyPage, Kind::TotalOff(-2)] {
        let world = World::new(Account::plain(3, 1300)).await;
        world.flickr.faults().play(Where::ListingPage(2), kind.clone(), When::Always);

        let walked = world.walk().await;

        assert!(calls(&world) <= 3 * 3 + 20, "{kind:?}: {}", calls(&world));
        assert_everything(&world, &walked);
    }
}

#[tokio::test]
async fn a_photo_that_is_counted_and_never_listed_is_told() {
    let world = World::new(Account::plain(3, 700)).await;
    world.flickr.faults().play(
        Where::Method("flickr.people.getPhotos".into()),
        Kind::TotalOff(5),
        When::Always,
    );

    let walked = world.walk().await;

    assert_eq!((walked.outcome.total, walked.outcome.distinct), (705, 700));
    assert!(!walked.outcome.complete());
    assert!(calls(&world) <= 3 * 2 + 40, "{}", calls(&world));
}

#[tokio::test]
async fn more_than_a_page_of_photos_in_one_second_and_garbage_dates_are_walked_through() {
    for past_the_end in [PastTheEnd::Empty, PastTheEnd::LastPageAgain] {
        let mix = Mix { pile_up: 1100, garbage_upload_dates: 600, ..Mix::plain() };
        let world = World::new(Account { mix, ..Account::plain(3, 2600) }).await;
        world.flickr.behave(|behaviour| behaviour.past_the_end = past_the_end);

        let walked = world.walk().await;

        assert_eq!(calls(&world), 2600_u64.div_ceil(PAGE));
        assert_everything(&world, &walked);
    }
}

#[tokio::test]
async fn a_disturbed_page_within_a_pile_of_one_second_does_not_loop() {
    let mix = Mix { pile_up: 1600, ..Mix::plain() };
    let world = World::new(Account { mix, ..Account::plain(3, 1700) }).await;
    world.flickr.faults().play(Where::ListingPage(2), Kind::ShortPage(3), When::Always);
    world.flickr.faults().play(Where::ListingPage(3), Kind::ShortPage(3), When::Always);

    let walked = world.walk().await;

    assert!(walked.outcome.distinct >= 1690, "{:?}", walked.outcome);
    assert!(calls(&world) <= 3 * 4 + 40, "{}", calls(&world));
}

#[tokio::test]
async fn a_date_in_the_future_is_in_the_window() {
    let world = World::new(Account::plain(3, 900)).await;
    world.flickr.edit(Edit::Add { uploaded: Some(2_100_000_000) });

    let walked = world.walk().await;

    assert_everything(&world, &walked);
    assert_eq!(calls(&world), 2);
}

#[tokio::test]
async fn errors_on_the_way_are_waited_out() {
    let world = World::new(Account::mixed(3, 1800)).await;
    let busy = |status| Kind::Status { status, retry_after: None };
    world.flickr.faults().play(Where::AnyMethod, busy(503), When::Every(3));
    world.flickr.faults().play(Where::AnyMethod, busy(429), When::Every(7));
    world.flickr.faults().play(Where::AnyMethod, Kind::CutJson, When::Every(5));

    let walked = world.walk().await;

    assert_everything(&world, &walked);
}

#[tokio::test]
async fn a_lost_sign_in_ends_the_walk() {
    let world = World::new(Account::plain(3, 1800)).await;
    world.flickr.faults().play(
        Where::ListingPage(2),
        Kind::OAuthProblem { status: 401, problem: "token_rejected".into() },
        When::Always,
    );

    let error = world.try_walk().await.err().unwrap();

    assert_eq!(error.trouble(), Trouble::SignInAgain);
}

#[tokio::test]
async fn a_restricted_and_a_private_photo_are_listed_like_any_other() {
    let mix = Mix { restricted: 0.5, private: 0.5, ..Mix::plain() };
    let world = World::new(Account { mix, ..Account::plain(3, 200) }).await;

    let walked = world.walk().await;

    assert_everything(&world, &walked);
    assert_eq!(walked.oddities, 0);
}
