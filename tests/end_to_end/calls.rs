//! How many calls a run costs: the first, a night with nothing new, and one after each kind of edit.

use flickr_simulator::{Account, Edit};
use serde_json::Value;

use crate::world::{World, fingerprint};

/// How many photos of the oracle's account hold something under `name`, and how many calls of `rows` that takes.
fn calls_for(photos: &[&Value], name: &str, rows: usize) -> u64 {
    let rows_of = |photo: &&Value| photo[name].as_array().map_or(0, Vec::len);
    photos.iter().map(rows_of).map(|found| found.div_ceil(rows) as u64).sum()
}

fn synced(account: Account) -> World {
    let world = World::signed_in(account);
    let run = world.sync(&["--create"]);
    assert!(matches!(run.code, 0 | 3), "{run:?}"); // 3: for some videos there is no original.
    world
}

#[test]
fn the_first_run_costs_no_more_than_what_there_is_to_ask() {
    let world = synced(Account::rich(61, 140));

    let (counts, oracle) = (world.flickr.counts(), world.flickr.oracle());
    let photos: Vec<&Value> = oracle["photos"].as_object().unwrap().values().collect();
    let albums = oracle["albums"].as_array().unwrap();
    let of_albums = |album: &Value| {
        let photos = album["photo_ids"].as_array().unwrap().len().div_ceil(500).max(1);
        photos as u64 + u64::from(!album["comments"].as_array().unwrap().is_empty())
    };
    let expected = [
        ("flickr.people.getPhotos", 1),
        ("flickr.photos.getInfo", photos.len() as u64),
        ("flickr.photos.comments.getList", calls_for(&photos, "comments", 10_000)),
        ("flickr.photos.getFavorites", calls_for(&photos, "favorites", 50)),
        ("flickr.photos.people.getList", calls_for(&photos, "people", 10_000)),
    ];
    for (method, most) in expected {
        let made = counts.calls_of(method);
        assert!(made > 0 && made <= most, "{method}: {made} calls, {most} are enough");
    }
    let gathered =
        counts.calls_of("flickr.photosets.getPhotos") + counts.calls_of("flickr.photosets.comments.getList");
    assert!(gathered <= albums.iter().map(of_albums).sum(), "{gathered} calls for {} albums", albums.len());
    assert_eq!(counts.calls_of("flickr.photosets.getList"), 1);
    assert_eq!((counts.credentials_in_addresses, counts.credentials_at_image_host), (0, 0));
}

#[test]
fn a_night_costs_a_handful_and_an_edited_photo_a_dozen_at_most() {
    let world = synced(Account::rich(62, 120));
    let id = world.flickr.ids()[5];
    world.flickr.reset_counts();
    world.sync(&[]);
    assert!(world.flickr.counts().api_calls() <= 6, "{:?}", world.flickr.counts().calls);
    assert_eq!(world.flickr.counts().image_requests(), 0);
    let edits = [
        Edit::Retitle { id, title: "Another".to_owned() },
        Edit::Redescribe { id, description: "Seen from the pier".to_owned() },
        Edit::Comment { id, by: 1, text: "So it is".to_owned() },
        Edit::Replace { id },
        Edit::NewSecret { id },
        Edit::Add { uploaded: None },
    ];
    for edit in edits {
        let told = format!("{edit:?}");
        let before = fingerprint(&world.archive().join("photos"));
        world.flickr.edit(edit);
        world.flickr.reset_counts();

        let run = world.sync(&[]);

        assert_eq!(run.code, 0, "{told}: {run:?}");
        assert!(world.flickr.counts().api_calls() <= 12, "{told}: {:?}", world.flickr.counts().calls);
        let after = fingerprint(&world.archive().join("photos"));
        let others = before.iter().filter(|(path, seen)| {
            let name = path.to_string_lossy();
            !name.contains(&id.to_string()) && !name.contains("SHA256SUMS") && after.get(*path) != Some(seen)
        });
        assert_eq!(others.count(), 0, "{told}");
    }
}
