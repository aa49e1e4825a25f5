//! Flickr fails in its ways; never a wrong byte under a final name, and the exit code tells the truth.

use flickr_simulator::{Account, Kind, RetryAfter, When, Where};

use crate::world::World;

/// Nothing under a final name differs from the original, whatever the run said.
fn nothing_wrong(world: &World) {
    for (id, sidecar) in world.sidecars() {
        if let Some(bytes) = world.current(&sidecar) {
            assert!(Some(bytes) == world.flickr.original(id), "{id}");
        }
    }
}

fn heals(world: &World) {
    world.flickr.faults().clear();
    let run = world.sync(&[]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(world.sidecars().len(), world.flickr.ids().len());
    nothing_wrong(world);
}

#[test]
fn what_goes_wrong_once_is_tried_again_within_the_run() {
    let kinds = [
        Kind::Cut(0.5),
        Kind::CutWithoutLength(0.5),
        Kind::Reset,
        Kind::Zeros,
        Kind::HtmlWith200,
        Kind::PlaceholderWith200,
        Kind::PlaceholderRedirect,
        Kind::NotFound,
        Kind::RedirectLoop,
        Kind::RedirectTo("file:///etc/passwd".to_owned()),
        Kind::Status { status: 503, retry_after: None },
        Kind::Status { status: 429, retry_after: Some(RetryAfter::Seconds(1)) },
    ];
    for kind in kinds {
        let world = World::signed_in(Account::plain(2, 6));
        world.flickr.faults().play(Where::AnyImage, kind.clone(), When::Times(2));

        let run = world.sync(&["--create"]);

        assert_eq!(run.code, 0, "{kind:?} {run:?}");
        assert!(world.flickr.counts().faults_played >= 1, "{kind:?}");
        nothing_wrong(&world);
    }
}

#[test]
fn what_stays_wrong_for_one_photo_is_reported_and_the_others_come() {
    for kind in [
        Kind::CutWithoutLength(0.5),
        Kind::Zeros,
        Kind::HtmlWith200,
        Kind::PlaceholderWith200,
        Kind::NotFound,
    ] {
        let world = World::signed_in(Account::plain(2, 6));
        let bad = world.flickr.ids()[1];
        world.flickr.faults().play(Where::Photo(bad), kind.clone(), When::Always);

        let run = world.sync(&["--create"]);

        assert_eq!(run.code, 3, "{kind:?} {run:?}");
        assert!(run.err.contains(&bad.to_string()), "{run:?}");
        let sidecars = world.sidecars();
        assert_eq!(sidecars[&bad]["state"], "missing");
        assert_eq!(sidecars.values().filter(|sidecar| sidecar["state"] == "kept").count(), 5);
        nothing_wrong(&world);
        heals(&world);
    }
}

#[test]
fn a_body_without_length_and_md5_is_accepted_by_its_end_mark_and_size() {
    let mut account = Account::plain(2, 8);
    account.behaviour.original_headers = flickr_simulator::OriginalHeaders::Chunked;
    let (world, run) = World::synced(account);

    assert_eq!(run.code, 0, "{run:?}");
    nothing_wrong(&world);
}

#[test]
fn a_listing_that_shows_less_than_it_counts_is_never_called_complete() {
    let world = World::signed_in(Account::plain(2, 30));
    world.flickr.faults().play(Where::AnyMethod, Kind::TotalOff(2), When::Always);

    let run = world.sync(&["--create"]);

    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.err.contains("Not complete"), "{run:?}");
    heals(&world);
}

#[test]
fn pages_that_come_short_or_twice_lose_no_photo() {
    for kind in [Kind::ShortPage(7), Kind::RepeatPage] {
        let world = World::signed_in(Account::plain(2, 1100));
        world.flickr.faults().play(Where::ListingPage(2), kind.clone(), When::Times(1));

        let run = world.sync(&["--create"]);

        assert_eq!(run.code, 0, "{kind:?} {run:?}");
        assert_eq!(world.sidecars().len(), 1100);
    }
}

#[test]
fn a_token_that_was_withdrawn_ends_the_run_with_the_way_back() {
    let world = World::signed_in(Account::plain(2, 6));
    world.flickr.revoke_tokens();

    let run = world.sync(&["--create"]);

    assert_eq!(run.code, 4, "{run:?}");
    assert!(run.err.contains("flickr-backup auth"), "{run:?}");
}

#[test]
fn an_api_that_stays_down_ends_the_run_as_temporary() {
    let (world, _) = World::synced(Account::plain(2, 6));
    world.flickr.faults().play(
        Where::AnyMethod,
        Kind::Status { status: 503, retry_after: None },
        When::Always,
    );

    let run = world.sync(&["--patience", "2s"]);

    assert_eq!(run.code, 5, "{run:?}");
    heals(&world);
}
