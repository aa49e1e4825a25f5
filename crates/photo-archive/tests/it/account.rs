//! The files about the account: written when a fact changed, held to their sums, found again.

use flickr_model::{Collection, Contact, FavoritePhoto, Gallery, Person, Profile};
use photo_archive::{AccountFile, Archive, Changed, Trouble, VerifyOptions};
use serde_json::{Map, Value, json};

use crate::world::{World, gif, now, run, skipped};

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn profile(description: &str) -> Profile {
    read(
        json!({"id": "12345678@N00", "username": "me", "description": description, "location": "Köln", "photos": 9}),
    )
}

fn contact(person: &str, is_friend: bool) -> Contact {
    read(json!({"person": person, "is_friend": is_friend}))
}

fn person(id: &str, username: &str) -> Person {
    read(json!({"id": id, "username": username}))
}

fn favorite(id: &str, title: &str) -> (FavoritePhoto, Value) {
    let raw = json!({"id": id, "secret": "0a1b2c", "title": title});
    (read(json!({"id": id, "owner": "5@N00", "title": title, "media": "photo"})), raw)
}

fn gallery(title: &str) -> Gallery {
    let photos = json!([{"id": "99", "owner": "5@N00", "title": "Theirs", "comment": "look"}]);
    read(json!({"id": "72157617483228192", "title": title, "description": "d", "photos": photos}))
}

fn put(archive: &mut Archive, file: AccountFile<'_>) -> bool {
    archive.put_account(file, Map::from_iter([("answer".to_owned(), json!({"secret": "x"}))]), now()).unwrap()
}

fn favorites(archive: &mut Archive, pages: Vec<Vec<(FavoritePhoto, Value)>>) -> bool {
    archive.begin_favorites().unwrap();
    pages.into_iter().for_each(|page| archive.add_favorites(page).unwrap());
    archive.finish_favorites(now()).unwrap()
}

/// Writes one of each kind and ends the run.
fn everything(archive: &mut Archive) {
    put(archive, AccountFile::Profile(&profile("Hi")));
    put(archive, AccountFile::Contacts(&[contact("1@N00", true), contact("2@N00", false)]));
    let collection: Collection = read(json!({"id": "1-2", "title": "Years", "albums": ["7"]}));
    put(archive, AccountFile::Collections(&[collection]));
    archive.put_gallery(&gallery("Nice"), Map::new(), now()).unwrap();
    archive.put_people(&[person("2@N00", "bob"), person("1@N00", "ann")]).unwrap();
    archive.put_avatar(&gif(1), now()).unwrap();
    favorites(archive, vec![vec![favorite("30", "A"), favorite("20", "B")], vec![favorite("20", "B")]]);
    archive.finish_run(&json!({}), Changed::Something, now()).unwrap();
}

#[test]
fn each_file_says_what_it_was_told() {
    let world = World::new();
    everything(&mut world.open());

    assert_eq!(world.json("account/profile.json")["location"], "Köln");
    assert_eq!(world.json("account/contacts.json")["contacts"][0]["is_friend"], true);
    assert_eq!(world.json("account/contacts.json")["flickr"]["answer"]["secret"], "removed");
    assert_eq!(world.json("account/collections.json")["collections"][0]["albums"], json!(["7"]));
    assert_eq!(world.json("account/galleries/Nice_72157617483228192.json")["photos"][0]["comment"], "look");
    let people = world.json("account/people.json");
    assert_eq!(
        people["people"],
        json!([{"id": "1@N00", "username": "ann"}, {"id": "2@N00", "username": "bob"}])
    );
    let lines = std::fs::read_to_string(world.dir().join("account/favorites.jsonl")).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0]["title"], &lines[1]["id"]), (2, &json!("A"), &json!("20")));
    assert_eq!(lines[0]["flickr"]["secret"], "removed");
    assert!(world.dir().join("account/avatar.gif").is_file());
}

#[test]
fn the_same_again_changes_no_byte() {
    let world = World::new();
    run(&mut world.open(), 1);
    everything(&mut world.open());
    let before = world.prints();

    let mut archive = world.open();
    assert!(archive.rebuilt().is_none());
    everything(&mut archive);

    let mut after = world.prints();
    after.retain(|path, _| before.contains_key(path));
    assert_eq!(after, before);
    assert!(archive.verify(&VerifyOptions::default(), &mut |_| {}).unwrap().findings.is_empty());
}

#[test]
fn what_changed_or_went_stands_in_the_history() {
    let world = World::new();
    let mut archive = world.open();
    everything(&mut archive);

    assert!(put(&mut archive, AccountFile::Profile(&profile("Hello"))));
    assert!(put(&mut archive, AccountFile::Contacts(&[contact("2@N00", false), contact("3@N00", false)])));
    assert!(archive.put_gallery(&gallery("Nicer"), Map::new(), now()).unwrap());
    assert_eq!(archive.keep_galleries(&[], now()).unwrap(), 1);
    assert!(favorites(&mut archive, vec![vec![favorite("40", "C"), favorite("20", "B")]]));
    archive.put_people(&[person("1@N00", "anna")]).unwrap();
    assert_eq!(archive.put_avatar(&gif(1), now()).unwrap(), None);
    assert_eq!(archive.put_avatar(&gif(2), now()).unwrap().as_deref(), Some("account/avatar.v2.gif"));
    archive.finish_run(&json!({}), Changed::Something, now()).unwrap();

    assert_eq!(world.json("account/profile.json")["history"][0]["was"], "Hi");
    let went = &world.json("account/contacts.json")["history"][0]["was"];
    assert_eq!((went.as_array().unwrap().len(), &went[0]["person"]), (1, &json!("1@N00")));
    let gallery = world.json("account/galleries/Nice_72157617483228192.json");
    assert_eq!((&gallery["title"], &gallery["gone"]["missed"]), (&json!("Nicer"), &json!(now().to_string())));
    let lines = std::fs::read_to_string(world.dir().join("account/favorites.jsonl")).unwrap();
    let gone: Vec<bool> = lines.lines().map(|line| line.contains("\"gone\"")).collect();
    assert_eq!(gone, [false, false, true]);
    assert_eq!(world.json("account/people.json")["people"][0]["formerly"], json!(["ann"]));
    assert!(archive.verify(&VerifyOptions::default(), &mut |_| {}).unwrap().findings.is_empty());
}

#[test]
fn the_order_of_the_albums_is_kept_and_so_is_the_former_one() {
    let world = World::new();
    let mut archive = world.open();
    let ids = |ids: [&str; 2]| ids.map(|id| id.parse().unwrap());

    assert!(put(&mut archive, AccountFile::Albums(&ids(["7", "9"]))));
    assert!(!put(&mut archive, AccountFile::Albums(&ids(["7", "9"]))));
    assert!(put(&mut archive, AccountFile::Albums(&ids(["9", "7"]))));

    let albums = world.json("account/albums.json");
    assert_eq!((&albums["albums"], &albums["history"][0]["was"]), (&json!(["9", "7"]), &json!(["7", "9"])));
}

#[test]
fn a_catalog_that_is_made_again_knows_the_people_and_writes_nothing_anew() {
    let world = World::new();
    everything(&mut world.open());
    let before = world.prints();

    std::fs::remove_dir_all(world.state()).unwrap();
    let mut archive = world.open();

    assert_eq!(archive.person(&"1@N00".parse().unwrap()).unwrap().unwrap().username, "ann");
    everything(&mut archive);
    let mut after = world.prints();
    after.retain(|path, _| before.contains_key(path));
    assert_eq!(after, before);
    assert!(archive.verify(&VerifyOptions::default(), &mut |_| {}).unwrap().findings.is_empty());
}

#[test]
fn verify_sees_damage_loss_and_strangers_among_the_papers() {
    let world = World::new();
    everything(&mut world.open());
    std::fs::write(world.dir().join("account/profile.json"), "{}").unwrap();
    std::fs::remove_file(world.dir().join("account/contacts.json")).unwrap();
    std::fs::write(world.dir().join("account/notes.txt"), "mine").unwrap();

    let report = world.open().verify(&VerifyOptions::default(), &mut |_| {}).unwrap();

    let found: Vec<_> = report.findings.iter().map(|one| (one.path.as_str(), one.what)).collect();
    assert_eq!(
        found,
        [
            ("account/contacts.json", Trouble::Missing),
            ("account/notes.txt", Trouble::Foreign),
            ("account/profile.json", Trouble::Damaged),
        ]
    );
}

#[test]
fn sha256sum_agrees_with_the_lists_of_papers() {
    let world = World::new();
    everything(&mut world.open());

    for folder in ["account", "account/galleries"] {
        let mut command = std::process::Command::new("sha256sum");
        command.args(["--quiet", "-c", "SHA256SUMS.metadata"]).current_dir(world.dir().join(folder));
        match command.status() {
            Ok(status) => assert!(status.success(), "{folder}"),
            Err(error) => skipped("sha256sum", &error),
        }
    }
}

#[test]
fn killed_between_a_paper_and_the_end_of_the_run_its_sums_are_mended() {
    let world = World::new();
    everything(&mut world.open());
    let mut archive = world.open();
    put(&mut archive, AccountFile::Profile(&profile("Hello")));
    drop(archive);
    // As if the kill had come before the catalog heard of the next one.
    let path = world.dir().join("account/profile.json");
    let text = std::fs::read_to_string(&path).unwrap().replace("Hello", "Hallo");
    std::fs::write(&path, text).unwrap();
    std::fs::write(world.dir().join("account/contacts.json.part"), "half").unwrap();

    let mut archive = world.open();
    archive.finish_run(&json!({}), Changed::Something, now()).unwrap();

    assert_eq!(archive.verify(&VerifyOptions::default(), &mut |_| {}).unwrap().findings, Vec::new());
}
