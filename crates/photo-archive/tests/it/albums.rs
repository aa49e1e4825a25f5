//! Albums: their files, their history, the paths of their photos, and in which of them a photo is.

use flickr_model::{Album, Comment, PhotoId};
use photo_archive::{
    Access, Archive, Changed, Gathering, GatheringSeen, Known, Mark, Purpose, VerifyOptions, VerifyReport,
};
use serde_json::{Map, Value, json};

use crate::world::{World, fetched, gif, id, listed, now, run, save};

const ALBUMS: Known = Known { albums: true, groups: false };
const BOTH: Known = Known { albums: true, groups: true };

fn album(title: &str, photos: &[u64]) -> Album {
    let photos: Vec<PhotoId> = photos.iter().map(|number| id(*number)).collect();
    let album = json!({"id": "72157600000000001", "title": title, "description": "<b>Sun</b>", "cover": "1",
        "created": "2012-01-01T00:00:00Z", "updated": "2012-01-02T00:00:00Z", "photos_count": photos.len(), "views": 7,
        "photos": photos});
    serde_json::from_value(album).unwrap()
}

fn comment(text: &str) -> Comment {
    let comment = json!({"id": "1-2-3", "author": "5@N00", "when": "2012-01-02T00:00:00Z", "text": text});
    serde_json::from_value(comment).unwrap()
}

fn raw() -> Map<String, Value> {
    Map::from_iter([("list".to_owned(), json!({"id": "72157600000000001", "secret": "0a1b2c"}))])
}

fn put(archive: &mut Archive, album: &Album) -> bool {
    archive.put_album(album, raw(), now()).unwrap()
}

fn finish(archive: &mut Archive) {
    archive.finish_run(&json!({}), Changed::Something, now()).unwrap();
}

fn verify(archive: &Archive) -> VerifyReport {
    archive.verify(&VerifyOptions::default(), &mut |_| {}).unwrap()
}

const JSON: &str = "albums/Beach_72157600000000001.json";
const TEXT: &str = "albums/Beach_72157600000000001.txt";
const FIRST: &str = "photos/2011/07/2011-07-04_153012_1_Photo-1.gif";
const THIRD: &str = "photos/2011/07/2011-07-04_153012_3_Photo-3.gif";

#[test]
fn an_album_tells_its_photos_in_order_with_their_paths() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 4);

    assert!(put(&mut archive, &album("Beach", &[3, 1, 9])));
    finish(&mut archive);

    let json = world.json(JSON);
    assert_eq!(json["photos"], json!([{"id": "3", "path": THIRD}, {"id": "1", "path": FIRST}, {"id": "9"}]));
    assert_eq!(
        (json["title"].as_str(), json["flickr"]["list"]["secret"].as_str()),
        (Some("Beach"), Some("removed"))
    );
    let list = std::fs::read_to_string(world.dir().join(TEXT)).unwrap();
    assert_eq!(list, format!("{THIRD}\n{FIRST}\n"));
    assert_eq!(verify(&archive).findings, Vec::new());
    let inventory = std::fs::read_to_string(world.dir().join("INVENTORY.txt")).unwrap();
    assert!(inventory.lines().any(|line| line.ends_with("  albums")), "{inventory}");
}

#[test]
fn the_same_album_again_changes_no_byte_whatever_its_counters_say() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 4);
    put(&mut archive, &album("Beach", &[3, 1]));
    finish(&mut archive);
    let before = world.prints();

    let mut seen = album("Beach", &[3, 1]);
    seen.views = Some(99);
    seen.updated = "2026-01-01T00:00:00Z".parse().ok();
    assert!(!put(&mut archive, &seen));
    archive.finish_run(&json!({}), Changed::Nothing, now()).unwrap();
    archive.finish_run(&json!({}), Changed::Nothing, now()).unwrap();

    let mut after = world.prints();
    after.retain(|path, _| before.contains_key(path));
    assert_eq!(after, before);
}

#[test]
fn a_renamed_album_keeps_its_file_and_remembers_name_order_and_words() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 4);
    put(&mut archive, &Album { comments: vec![comment("nice")], ..album("Beach", &[1, 2, 3]) });

    assert!(put(&mut archive, &album("Shore", &[3, 1, 4])));

    let json = world.json(JSON);
    assert_eq!(json["title"], "Shore");
    assert_eq!(json["comments"][0]["gone"], now().to_string());
    let history = json["history"].as_array().unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!((&history[0]["field"], &history[1]["was"]), (&json!("photos"), &json!("Beach")));
    assert_eq!(
        history[0]["was"],
        json!({"added": ["4"], "moved": [{"id": "3", "place": 2}], "removed": [{"id": "2", "place": 1}]})
    );
    assert!(!world.dir().join("albums/Shore_72157600000000001.json").exists());
}

#[test]
fn the_paths_follow_when_files_arrive() {
    let world = World::new();
    let mut archive = world.open();
    archive.record(vec![listed(1)], now()).unwrap();
    put(&mut archive, &album("Beach", &[1]));
    assert_eq!(world.json(JSON)["photos"], json!([{"id": "1"}]));

    let saved = save(&mut archive, 1, &gif(1), Purpose::Original, 1);
    archive.record(vec![fetched(saved, 1)], now()).unwrap();
    finish(&mut archive);

    let with_path = json!([{"id": "1", "path": FIRST}]);
    assert_eq!(world.json(JSON)["photos"], with_path);
    let saved = save(&mut archive, 1, &gif(2), Purpose::Original, 2);
    archive.record(vec![fetched(saved, 1)], now()).unwrap();
    assert!(!put(&mut archive, &album("Beach", &[1])));
    assert_eq!(world.json(JSON)["photos"][0]["path"], FIRST.replace(".gif", ".v2.gif"));
    archive.drop_photo(id(1), now()).unwrap();
    finish(&mut archive);
    assert_eq!(world.json(JSON)["photos"], json!([{"id": "1"}]));
    assert_eq!(std::fs::read_to_string(world.dir().join(TEXT)).unwrap(), "");
    assert!(world.json(JSON).get("history").is_none());
}

#[test]
fn an_album_that_is_gone_stays_marked_and_one_that_is_back_is_not() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 2);
    put(&mut archive, &album("Beach", &[1]));
    archive.record_memberships(ALBUMS, now()).unwrap();

    assert_eq!(archive.keep_albums(&[], now()).unwrap(), ["72157600000000001"]);
    archive.record_memberships(ALBUMS, now()).unwrap();

    assert_eq!(world.json(JSON)["gone"]["missed"], now().to_string());
    let photo = "photos/2011/07/2011-07-04_153012_1_Photo-1.json";
    assert_eq!(world.json(photo)["albums"], json!([]));
    assert!(archive.keep_albums(&[], now()).unwrap().is_empty());
    assert!(put(&mut archive, &album("Beach", &[1])));
    archive.record_memberships(ALBUMS, now()).unwrap();
    assert!(world.json(JSON).get("gone").is_none());
    assert_eq!(world.json(photo)["albums"], json!(["72157600000000001"]));
}

#[test]
fn only_photos_that_came_or_went_get_another_sidecar() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 4);
    put(&mut archive, &album("Beach", &[1, 2, 3]));
    archive.put_members(Gathering::Group, "77@N01", &[id(2)]).unwrap();

    assert_eq!(archive.record_memberships(BOTH, now()).unwrap().written, 3);
    put(&mut archive, &album("Beach", &[3, 2, 4]));

    assert_eq!(archive.regroup(None, 10).unwrap(), [id(1), id(4)]);
    assert_eq!(archive.record_memberships(BOTH, now()).unwrap().written, 2);
    assert_eq!(archive.record_memberships(BOTH, now()).unwrap().written, 0);
    let second = world.json("photos/1943/1943_2_Photo-2.json");
    assert_eq!((&second["albums"], &second["groups"]), (&json!(["72157600000000001"]), &json!(["77@N01"])));
    let first = world.json("photos/2011/07/2011-07-04_153012_1_Photo-1.json");
    assert_eq!((&first["albums"], &first["history"][0]["field"]), (&json!([]), &json!("albums")));
}

#[test]
fn groups_that_are_not_all_told_yet_stand_in_no_sidecar_and_make_no_history() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 2);
    for group in ["77@N01", "78@N01"] {
        archive.put_members(Gathering::Group, group, &[id(1)]).unwrap();
        // As the run does that comes after one that ended here.
        put(&mut archive, &album(group, &[1]));
        archive.record_memberships(ALBUMS, now()).unwrap();
    }
    let photo = "photos/2011/07/2011-07-04_153012_1_Photo-1.json";
    assert!(world.json(photo).get("groups").is_none());

    archive.record_memberships(BOTH, now()).unwrap();
    archive.set_mark(Mark::AccountLists, now()).unwrap();

    assert_eq!(world.json(photo)["groups"], json!(["77@N01", "78@N01"]));
    assert!(world.json(photo).get("history").is_none());
    archive.put_members(Gathering::Group, "77@N01", &[]).unwrap();
    archive.record_memberships(ALBUMS, now()).unwrap();
    assert_eq!(world.json(photo)["groups"], json!(["78@N01"]));
}

#[test]
fn a_sidecar_that_cannot_tell_of_its_albums_is_named_and_waits() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 2);
    let sidecar = world.dir().join("photos/2011/07/2011-07-04_153012_1_Photo-1.json");
    let aside = world.dir().join("aside");
    std::fs::rename(&sidecar, &aside).unwrap();
    std::os::unix::fs::symlink(&aside, &sidecar).unwrap();
    put(&mut archive, &album("Beach", &[1, 2]));

    let regrouped = archive.record_memberships(ALBUMS, now()).unwrap();

    assert_eq!((regrouped.written, regrouped.troubles.len(), regrouped.troubles[0].0), (1, 1, id(1)));
    std::fs::rename(&aside, &sidecar).unwrap();
    assert_eq!(archive.record_memberships(ALBUMS, now()).unwrap().written, 1);
}

#[test]
fn a_catalog_that_is_made_again_knows_albums_groups_and_members() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 4);
    put(&mut archive, &album("Beach", &[3, 1]));
    archive.put_members(Gathering::Group, "77@N01", &[id(2)]).unwrap();
    archive.record_memberships(BOTH, now()).unwrap();
    finish(&mut archive);
    drop(archive);
    let before = world.prints();

    std::fs::remove_dir_all(world.state()).unwrap();
    let mut archive = world.open();

    assert!(archive.rebuilt().is_some());
    let seen = archive.gathering(Gathering::Album, "72157600000000001").unwrap().unwrap();
    let updated = "2012-01-02T00:00:00Z".parse().ok();
    assert_eq!(
        GatheringSeen { face: None, ..seen },
        GatheringSeen { updated, photos: Some(2), ..GatheringSeen::default() }
    );
    assert!(seen.face.is_some());
    assert_eq!(archive.members(Gathering::Album, "72157600000000001").unwrap(), [id(3), id(1)]);
    assert_eq!(archive.gatherings_of(Gathering::Group, id(2)).unwrap(), ["77@N01"]);
    assert!(archive.regroup(None, 10).unwrap().is_empty());
    assert_eq!(verify(&archive).findings, Vec::new());
    finish(&mut archive);
    let mut after = world.prints();
    after.retain(|path, _| before.contains_key(path));
    assert_eq!(after, before);
}

#[test]
fn a_sidecar_that_a_killed_run_did_not_reach_is_seen_after_a_rebuild() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 2);
    put(&mut archive, &album("Beach", &[1]));
    drop(archive);

    std::fs::remove_dir_all(world.state()).unwrap();
    let archive = world.open_for(Access::Write);

    assert_eq!(archive.regroup(None, 10).unwrap(), [id(1)]);
}
