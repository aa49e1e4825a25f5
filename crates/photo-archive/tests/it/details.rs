//! Details of photos through the public face: sidecar, catalog, rebuild, and the XMP beside a file.

use flickr_model::{Area, Comment, Info, Note, Person, PersonTag, PlaceNames, Tag, Taken};
use jiff::Timestamp;
use photo_archive::{
    Access, Answers, Archive, Changed, DetailState, Details, Entry, Mark, Purpose, Sidecars, State,
    VerifyOptions,
};
use serde_json::{Value, json};

use crate::world::{World, fetched, gif, id, listed, now, photo, run, save, skipped};

const JSON: &str = "photos/2011/07/2011-07-04_153012_1_Photo-1.json";
const XMP: &str = "photos/2011/07/2011-07-04_153012_1_Photo-1.gif.xmp";

/// Something of nearly every kind.
pub(crate) fn details() -> Details {
    let tag = |raw: &str, text: &str| Tag {
        raw: Some(raw.to_owned()),
        text: text.to_owned(),
        author: "5@N00".parse().ok(),
        machine: false,
    };
    let area = |x, y| Some(Area { x, y, w: 0.2, h: 0.1 });
    let note = Note {
        id: "n1".to_owned(),
        author: None,
        text: "a <b>gull</b> & co".to_owned(),
        area: area(0.5, 0.5),
    };
    let boxed = |person: &str, area| PersonTag { person: person.parse().unwrap(), added_by: None, area };
    let info = Info {
        tags: vec![tag("The Sea", "sea"), tag("größe/日本", "größe日本")],
        notes: vec![note],
        place_names: Some(PlaceNames {
            locality: Some("Paris".to_owned()),
            country: Some("France".to_owned()),
            ..PlaceNames::default()
        }),
        ..Info::default()
    };
    let comment: Comment = serde_json::from_value(
        json!({"id": "c1", "author": "5@N00", "when": "2020-01-01T00:00:00Z", "text": "Oh"}),
    )
    .unwrap();
    Details {
        info: Some((info, json!({"secret": "0a1b2c", "id": "1"}))),
        comments: Some((vec![comment], json!({"comment": [{}]}))),
        people: Some((
            vec![boxed("5@N00", area(0.1, 0.2)), boxed("6@N00", area(0.6, 0.2)), boxed("7@N00", None)],
            json!({}),
        )),
        state: Some(DetailState {
            updated: "2020-01-01T00:00:00Z".parse().ok(),
            comments: Some(1),
            favorites: Some(0),
            answers: Answers { info: true, ..Answers::default() },
            asked: now(),
        }),
        ..Details::default()
    }
}

fn detailed(number: u64) -> Entry {
    Entry { details: Some(details()), ..Entry::new(id(number)) }
}

fn names(archive: &mut Archive) {
    let person = |id: &str, username: &str, realname: Option<&str>| -> Person {
        serde_json::from_value(json!({"id": id, "username": username, "realname": realname})).unwrap()
    };
    let people = [person("5@N00", "ann", Some("Ann Ünal")), person("6@N00", "b & b", None)];
    archive.put_people(&people).unwrap();
}

#[test]
fn a_photo_is_written_once_with_its_details_and_the_catalog_remembers_the_asking() {
    let world = World::new();
    let mut archive = world.open();
    let recorded = archive.record(vec![Entry { details: Some(details()), ..listed(1) }], now()).unwrap();

    assert!(recorded[0].sidecar_written);
    let json = world.json(JSON);
    assert_eq!(json["comments"][0]["text"], "Oh");
    assert_eq!(json["place"]["names"]["locality"], "Paris");
    assert_eq!(json["flickr"]["info"]["secret"], "removed");
    assert_eq!(json.get("history"), None);
    assert_eq!(archive.detail_state(id(1)).unwrap(), details().state);
    assert_eq!(archive.without_details_count().unwrap(), 0);
    let again = archive.record(vec![Entry { details: Some(details()), ..listed(1) }], now()).unwrap();
    assert!(!again[0].sidecar_written);
}

#[test]
fn details_leave_the_fingerprint_of_the_listing_alone() {
    let world = World::new();
    let mut archive = world.open();
    archive.record(vec![listed(1)], now()).unwrap();
    let mut details = details();
    details.info.as_mut().unwrap().0.rotation = Some(90);

    archive.record(vec![Entry { details: Some(details), ..Entry::new(id(1)) }], now()).unwrap();

    assert_eq!(archive.kept(id(1)).unwrap().unwrap().facts, Archive::fingerprint(&photo(1)));
    assert_eq!(world.json(JSON)["rotation"], 90);
}

#[test]
fn a_catalog_that_is_made_again_asks_for_no_more_than_the_old_one() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 3);
    archive.record(vec![detailed(1)], now()).unwrap();
    archive.set_mark(Mark::Watermark, now()).unwrap();
    archive.finish_run(&json!({}), Changed::Something, now()).unwrap();
    assert_eq!(archive.mark(Mark::Watermark).unwrap(), Some(now()));
    drop(archive);

    std::fs::remove_dir_all(world.state()).unwrap();
    let archive = world.open();

    assert_eq!(archive.detail_state(id(1)).unwrap(), details().state);
    assert_eq!(archive.mark(Mark::Watermark).unwrap(), None);
    assert_eq!(archive.without_details_count().unwrap(), 2);
}

#[test]
fn a_photo_that_is_gone_says_so_and_comes_back() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 1);
    let missed: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
    assert_eq!(archive.note_missed(&[id(1)], missed).unwrap(), [missed]);
    assert_eq!(archive.note_missed(&[id(1)], now()).unwrap(), [missed]);

    let gone = Entry { state: Some(State::Gone), missed_since: Some(missed), ..Entry::new(id(1)) };
    archive.record(vec![gone], now()).unwrap();
    archive.forget_missed(&[id(1)]).unwrap();

    let said = world.json(JSON)["gone"].clone();
    assert_eq!(said, json!({"missed": missed, "confirmed": now()}));
    assert_eq!(archive.note_missed(&[id(1)], now()).unwrap(), [now()]);
    archive.record(vec![Entry { state: Some(State::Kept), ..listed(1) }], now()).unwrap();
    let json = world.json(JSON);
    assert_eq!((json.get("gone"), &json["history"][0]["was"]), (None, &said));
}

/// One photo with a file and all its details, XMP on.
fn with_xmp(world: &World, mut photo: flickr_model::Photo) -> Archive {
    let mut archive = world.open();
    archive.set_sidecars(Sidecars::Both);
    names(&mut archive);
    photo.title = "Größe & <Ruhm>\u{1}".to_owned();
    photo.description = "<b>Zwei</b> Zeilen<br>hier &amp; da".to_owned();
    photo.licence = Some(flickr_model::Licence::from_number(4));
    let number = photo.id.number();
    archive
        .record(vec![Entry { photo: Some(photo), details: Some(details()), ..listed(number) }], now())
        .unwrap();
    let saved = save(&mut archive, number, &gif(1), Purpose::Original, 1);
    archive.record(vec![fetched(saved, number)], now()).unwrap();
    archive.finish_run(&json!({}), Changed::Something, now()).unwrap();
    archive
}

/// The XMP file of photo 1.
fn xmp(archive: &Archive) -> String {
    format!("{}.xmp", archive.files(id(1)).unwrap().remove(0).path)
}

/// What ExifTool reads from a file; `None`, said aloud, where there is no ExifTool.
fn exiftool(world: &World, path: &str) -> Option<Value> {
    let mut command = std::process::Command::new("exiftool");
    let command = command.args(["-j", "-n", "-struct", "-G1"]).arg(world.dir().join(path));
    match command.output() {
        Ok(output) => Some(serde_json::from_slice::<Value>(&output.stdout).unwrap()[0].clone()),
        Err(error) => {
            skipped("exiftool", &error);
            None
        }
    }
}

#[test]
fn exiftool_reads_every_field_back() {
    let world = World::new();
    let archive = with_xmp(&world, photo(1));

    let Some(read) = exiftool(&world, &xmp(&archive)) else { return };

    assert_eq!(read["XMP-x:XMPToolkit"], "flickr-backup");
    assert_eq!(read["XMP-dc:Title"], "Größe & <Ruhm>");
    assert_eq!(read["XMP-dc:Description"], "Zwei Zeilen\nhier & da");
    for list in ["XMP-dc:Subject", "XMP-digiKam:TagsList", "XMP-lr:HierarchicalSubject"] {
        assert_eq!(read[list], json!(["The Sea", "größe/日本"]), "{list}");
    }
    assert!((read["XMP-exif:GPSLatitude"].as_f64().unwrap() - 48.858_093).abs() < 1e-8, "{read}");
    assert!((read["XMP-exif:GPSLongitude"].as_f64().unwrap() + 2.2945).abs() < 1e-8, "{read}");
    assert_eq!(read["XMP-exif:DateTimeOriginal"], "2011:07:04 15:30:12");
    assert_eq!(read["XMP-dc:Rights"], "Attribution License");
    assert_eq!(read["XMP-xmpRights:WebStatement"], "https://creativecommons.org/licenses/by/2.0/");
    assert_eq!(read["XMP-photoshop:City"], "Paris");
    assert_eq!(read["XMP-photoshop:Country"], "France");
    assert_eq!(read["XMP-iptcExt:PersonInImage"], json!(["Ann Ünal", "b & b", "7@N00"]));
    let regions = &read["XMP-mwg-rs:RegionInfo"];
    assert_eq!(regions["AppliedToDimensions"], json!({"W": 1, "H": 1, "Unit": "pixel"}));
    let names: Vec<_> = regions["RegionList"].as_array().unwrap().iter().map(|one| &one["Name"]).collect();
    assert_eq!(names, [&json!("Ann Ünal"), &json!("b & b"), &Value::Null]);
    let note = &regions["RegionList"][2];
    assert_eq!(note["Description"], "a gull & co");
    assert_eq!(note["Area"], json!({"X": 0.6, "Y": 0.55, "W": 0.2, "H": 0.1, "Unit": "normalized"}));
    assert!(archive.verify(&VerifyOptions::default(), &mut |_| {}).unwrap().findings.is_empty());
}

#[test]
fn exiftool_reads_a_date_with_no_more_precision_than_flickr_has() {
    for (number, text, granularity, expected) in [
        (1, "1943-02-01 00:00:00", 4, json!("1943:02")),
        (3, "1943-01-01 00:00:00", 8, json!(1943)),
        (5, "0000-00-00 00:00:00", 0, Value::Null),
    ] {
        let world = World::new();
        let mut photo = photo(number);
        photo.dates.taken = Taken::new(text, granularity, true);
        let archive = with_xmp(&world, photo);
        let file = archive.files(id(number)).unwrap().remove(0).path;

        let Some(read) = exiftool(&world, &format!("{file}.xmp")) else { return };

        assert_eq!(read["XMP-exif:DateTimeOriginal"], expected, "{text}");
    }
}

#[test]
fn an_xmp_file_is_rewritten_only_when_it_says_something_else() {
    let world = World::new();
    let mut archive = with_xmp(&world, photo(1));
    let before = world.prints();

    let mut more = details();
    more.comments.as_mut().unwrap().0.clear();
    let recorded = archive.record(vec![Entry { details: Some(more), ..Entry::new(id(1)) }], now()).unwrap();

    let after = world.prints();
    assert!(recorded[0].sidecar_written && recorded[0].foreign_xmp == 0);
    let xmp = xmp(&archive);
    let json = xmp.replace(".gif.xmp", ".json");
    assert!(after.contains_key(&xmp) && after.contains_key(&json));
    assert_eq!(after.get(&xmp), before.get(&xmp));
    assert_ne!(after.get(&json), before.get(&json));
}

#[test]
fn an_xmp_file_that_a_killed_run_did_not_come_to_is_written_by_the_next() {
    let world = World::new();
    let archive = with_xmp(&world, photo(1));
    let path = world.dir().join(xmp(&archive));
    drop(archive);
    let catalog = |from: &std::path::Path, to: &std::path::Path| {
        let copied = std::process::Command::new("cp").arg("-a").arg(from).arg(to).status();
        assert!(copied.unwrap().success());
    };
    let (old, aside) = (std::fs::read(&path).unwrap(), world.dir().with_file_name("catalog-before"));
    catalog(&world.state(), &aside);
    let rename = || {
        let renamed = flickr_model::Photo { title: "Neu".to_owned(), ..photo(1) };
        let mut archive = world.open();
        archive.set_sidecars(Sidecars::Both);
        archive.record(vec![Entry { photo: Some(renamed), ..Entry::new(id(1)) }], now()).unwrap();
    };
    rename();
    let new = std::fs::read(&path).unwrap();
    assert_ne!(new, old);
    // The JSON was there already, the XMP and the catalog were not.
    std::fs::write(&path, &old).unwrap();
    std::fs::remove_dir_all(world.state()).unwrap();
    catalog(&aside, &world.state());

    rename();

    assert_eq!(std::fs::read(&path).unwrap(), new);
}

#[test]
fn an_xmp_file_of_another_program_is_never_overwritten() {
    let world = World::new();
    let mut archive = with_xmp(&world, photo(1));
    let foreign = "<x:xmpmeta x:xmptk=\"XMP Core 6.0\" xmlns:x=\"adobe:ns:meta/\"/>";
    let path = world.dir().join(xmp(&archive));
    std::fs::write(&path, foreign).unwrap();

    let renamed = flickr_model::Photo { title: "New".to_owned(), ..photo(1) };
    let recorded = archive.record(vec![Entry { photo: Some(renamed), ..Entry::new(id(1)) }], now()).unwrap();

    assert_eq!(std::fs::read_to_string(&path).unwrap(), foreign);
    assert_eq!(recorded[0].foreign_xmp, 1);
    assert_eq!(archive.renew_xmp(id(1)).unwrap().foreign, 1);
}

#[test]
fn an_archive_without_xmp_gets_it_on_request_and_nothing_else_changes() {
    let world = World::new();
    run(&mut world.open(), 1);
    let before = world.prints();

    let mut archive = world.open_for(Access::Write);
    assert_eq!(archive.renew_xmp(id(1)).unwrap().written, 1);
    assert_eq!(archive.renew_xmp(id(1)).unwrap().written, 0);
    assert_eq!(archive.renew_all_xmp(&mut |_| true).unwrap().written, 0);

    let mut after = world.prints();
    assert!(after.remove(XMP).is_some());
    assert_eq!(after, before);
}

#[test]
fn details_for_which_nothing_could_be_written_count_as_not_asked() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 1);
    std::fs::remove_file(world.dir().join(JSON)).unwrap();

    let recorded = archive.record(vec![detailed(1)], now()).unwrap();

    assert!(!recorded[0].sidecar_written);
    assert_eq!(archive.detail_state(id(1)).unwrap(), None);
}
