//! The main job: everything is there byte for byte, a second run changes nothing, a changed photo is noticed.

use flickr_simulator::{Account, Edit};

use crate::world::{World, files, fingerprint};

fn everything() -> Account {
    Account::mixed(11, 620)
}

#[test]
fn every_original_is_there_byte_for_byte_and_every_video_as_a_video() {
    let (world, run) = World::synced(everything());

    let sidecars = world.sidecars();
    assert_eq!(sidecars.len() as u64, 620, "{run:?}");
    for id in world.flickr.ids() {
        let sidecar = &sidecars[&id];
        match (world.flickr.original(id), world.flickr.best(id)) {
            (Some(original), _) => {
                assert_eq!(sidecar["state"], "kept", "{id} {sidecar}");
                assert!(world.current(sidecar).unwrap() == original, "{id} differs: {sidecar}");
            }
            (None, Some(best)) => {
                assert_eq!(sidecar["state"], "not original", "{id} {sidecar}");
                assert!(world.current(sidecar).unwrap() == best, "{id} differs: {sidecar}");
            }
            (None, None) => assert_eq!(sidecar["state"], "unavailable", "{id} {sidecar}"),
        }
        assert_eq!(sidecar["title"].as_str().unwrap(), world.flickr.expected(id).unwrap().title, "{id}");
    }
}

#[test]
fn the_listing_alone_costs_one_call_for_500_photos_and_none_for_a_single_photo() {
    let world = World::signed_in(Account::plain(3, 1200));

    let run = world.sync(&["--create", "--details", "listing"]);

    let counts = world.flickr.counts();
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(counts.calls.get("flickr.people.getPhotos"), Some(&3), "{counts:?}");
    assert_eq!(counts.calls.values().sum::<u64>(), 4, "{counts:?}");
    assert_eq!((counts.signature_failures, counts.credentials_in_addresses), (0, 0), "{counts:?}");
    assert_eq!(counts.credentials_at_image_host, 0, "{counts:?}");
}

#[test]
fn a_second_run_fetches_nothing_and_changes_nothing_but_one_report() {
    let (world, _) = World::synced(everything());
    let before = fingerprint(&world.archive());
    world.flickr.reset_counts();

    world.sync(&[]);
    let after = fingerprint(&world.archive());

    assert_eq!(world.flickr.counts().image_requests(), 0);
    let changed: Vec<_> = after.iter().filter(|(path, seen)| before.get(*path) != Some(seen)).collect();
    assert_eq!(changed.len(), 1, "{:?}", changed.iter().map(|(path, _)| path).collect::<Vec<_>>());
    assert!(changed[0].0.starts_with(world.archive().join("runs")));
    assert!(before.keys().all(|path| after.contains_key(path)));
}

#[test]
fn a_third_run_of_the_same_day_with_nothing_new_writes_nothing_at_all() {
    let (world, _) = World::synced(Account::plain(3, 20));
    world.sync(&[]);
    let before = fingerprint(&world.archive());

    world.sync(&[]);

    assert!(fingerprint(&world.archive()) == before);
}

#[test]
fn a_new_title_is_written_down_without_fetching_the_photo_again() {
    let (world, _) = World::synced(Account::plain(5, 12));
    let id = world.flickr.ids()[3];
    let path = world.sidecars()[&id]["current"].clone();
    let former = world.sidecars()[&id]["title"].clone();
    world.flickr.edit(Edit::Retitle { id, title: "Another title".to_owned() });
    world.flickr.reset_counts();

    let run = world.sync(&[]);

    let sidecar = &world.sidecars()[&id];
    assert_eq!((run.code, world.flickr.counts().image_requests()), (0, 0), "{run:?}");
    assert_eq!((&sidecar["title"], &sidecar["current"]), (&"Another title".into(), &path));
    assert_eq!(sidecar["history"][0]["was"], former, "{}", sidecar["history"]);
}

#[test]
fn a_replaced_original_becomes_a_second_version_beside_the_first() {
    let (world, _) = World::synced(Account::plain(5, 12));
    let id = world.flickr.ids()[3];
    let first = world.sidecars()[&id]["current"].as_str().unwrap().to_owned();
    let first_bytes = std::fs::read(world.archive().join(&first)).unwrap();
    world.flickr.edit(Edit::Replace { id });

    let run = world.sync(&[]);

    let sidecar = &world.sidecars()[&id];
    assert_eq!(run.code, 0, "{run:?}");
    assert_ne!(sidecar["current"], first.as_str());
    assert!(sidecar["current"].as_str().unwrap().contains(".v2."));
    assert!(world.current(sidecar) == world.flickr.original(id));
    assert!(std::fs::read(world.archive().join(&first)).unwrap() == first_bytes);
}

#[test]
fn a_new_secret_with_the_same_bytes_is_no_second_version() {
    let (world, _) = World::synced(Account::plain(5, 12));
    let id = world.flickr.ids()[3];
    let before = files(&world.archive().join("photos"));
    world.flickr.edit(Edit::NewSecret { id });
    world.flickr.reset_counts();

    let run = world.sync(&[]);

    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(files(&world.archive().join("photos")), before);
    assert_eq!(world.flickr.counts().image_bytes, 0);
}

#[test]
fn a_photo_that_is_added_comes_with_the_next_run() {
    let (world, _) = World::synced(Account::plain(5, 12));
    let id = world.flickr.edit(Edit::Add { uploaded: None }).unwrap();

    let run = world.sync(&[]);

    assert_eq!(run.code, 0, "{run:?}");
    assert!(world.current(&world.sidecars()[&id]) == world.flickr.original(id));
}

#[test]
fn without_a_word_no_archive_is_made_and_the_config_remembers_the_first() {
    let world = World::signed_in(Account::plain(5, 3));

    assert_eq!(world.run(&["sync"]).code, 2);
    assert_eq!(world.sync(&[]).code, 6);
    assert!(!world.archive().exists());
    assert_eq!(world.sync(&["--create"]).code, 0);
    assert_eq!(world.run(&["sync", "--calls-per-hour", "0"]).code, 0);
}
