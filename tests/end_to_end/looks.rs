//! `status` and `doctor`: what a person looks at, online and offline.

use flickr_simulator::{Account, Kind, When, Where};

use crate::world::{Run, World};

fn offline(world: &World, words: &[&str]) -> Run {
    let mut command = world.command(words);
    Run::from(command.env("FLICKR_BACKUP_ENDPOINT", "http://127.0.0.1:9").output().unwrap())
}

#[test]
fn status_says_since_when_all_bytes_are_proven() {
    let (world, _) = World::synced(Account::plain(4, 3));

    let told = offline(&world, &["status", "archive"]);
    let json = offline(&world, &["status", "archive", "--json"]);

    assert!(
        told.out.starts_with("Archive of ") && told.out.contains("All bytes proven since 20"),
        "{told:?}"
    );
    assert!(json.out.contains("\"proven_since\":\"20"), "{json:?}");
}

#[test]
fn doctor_looks_at_everything_and_all_is_well() {
    let (world, _) = World::synced(Account::plain(4, 1));

    let run = world.run(&["doctor"]);

    assert_eq!(run.code, 0, "{run:?}");
    for what in ["config", "sign-in", "token", "clock", "archive", "disk", "names", "space", "cloud"] {
        let line = run.out.lines().find(|line| line.split_whitespace().nth(1) == Some(what));
        assert!(
            line.is_some_and(|line| line.starts_with("ok") || line.starts_with("warn")),
            "{what}: {run:?}"
        );
    }
    assert!(!world.archive().join(".flickr-backup/probe-link.part").exists());
}

#[test]
fn doctor_offline_says_which_looks_were_skipped() {
    let (world, _) = World::synced(Account::plain(4, 1));

    let run = offline(&world, &["doctor"]);

    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.out.lines().filter(|line| line.starts_with("skipped")).count(), 2, "{run:?}");
}

#[test]
fn doctor_names_a_token_that_flickr_refuses_and_an_archive_that_is_not_there() {
    let (world, _) = World::synced(Account::plain(4, 1));
    world.flickr.revoke_tokens();
    let revoked = world.run(&["doctor"]);
    assert_eq!((revoked.code, revoked.out.contains("flickr-backup auth")), (4, true), "{revoked:?}");

    let nobody = World::new(Account::plain(4, 1));
    assert_eq!(nobody.run(&["doctor"]).code, 4);

    let signed_in = World::signed_in(Account::plain(4, 1));
    std::fs::create_dir(signed_in.path("empty")).unwrap();
    let no_archive = signed_in.run(&["doctor", "empty"]);
    assert_eq!((no_archive.code, no_archive.out.contains("holds no archive")), (6, true), "{no_archive:?}");
}

#[test]
fn doctor_tells_a_clock_that_is_off() {
    let world = World::signed_in(Account::plain(4, 1));
    world.flickr.behave(|behaviour| behaviour.clock_skew = 3600);

    let run = world.run(&["doctor"]);

    let line = run.out.lines().find(|line| line.starts_with("bad     clock"));
    assert!(line.is_some_and(|line| line.contains("seconds behind Flickr's; set it")), "{run:?}");
    assert_eq!(run.code, 4);
}

#[test]
fn status_claims_nothing_while_no_listing_came_to_its_end() {
    let (world, _) = World::synced(Account::plain(4, 3));
    let page = |number| Where::ListingPage(number);
    world.flickr.faults().play(page(1), Kind::Status { status: 503, retry_after: None }, When::Always);

    let broken = world.sync(&["--walk-all", "--patience", "1s"]);
    let told = offline(&world, &["status", "archive"]);

    assert_eq!((broken.code, told.code), (5, 3), "{broken:?} {told:?}");
    assert!(told.out.contains("did not list the account to its end"), "{told:?}");
    world.flickr.faults().clear();
    assert_eq!(world.sync(&[]).code, 0);
    assert_eq!(offline(&world, &["status", "archive"]).code, 0);

    let world = World::signed_in(Account::plain(4, 3));
    world.flickr.faults().play(page(1), Kind::Status { status: 503, retry_after: None }, When::Always);
    let first = world.sync(&["--create", "--patience", "1s"]);
    let told = offline(&world, &["status", "archive"]);

    assert_eq!((first.code, told.code), (5, 3), "{first:?} {told:?}");
    assert!(told.out.contains("nobody knows what is missing"), "{told:?}");
}
