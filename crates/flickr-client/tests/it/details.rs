//! What is told of each photo, against what the simulator's oracle says that there is to know.

use std::collections::BTreeMap;

use flickr_client::{FlickrError, Listed, Pages, Told};
use flickr_model::{Area, Comment, Person};
use flickr_simulator::Account;
use serde_json::{Value, json};

use crate::world::World;

/// Reads a list to its end.
pub(crate) async fn all<T>(mut pages: Pages<'_, T>) -> Vec<Told<T>> {
    let mut rows = Vec::new();
    while let Some(portion) = pages.next_page().await.unwrap() {
        assert_eq!(portion.unreadable, 0);
        rows.extend(portion.rows);
    }
    rows
}

/// Both kinds of types that Flickr uses.
pub(crate) async fn rich_worlds(photos: u64) -> [World; 2] {
    let worlds = [World::new(Account::rich(11, photos)).await, World::new(Account::rich(12, photos)).await];
    worlds[1].flickr.behave(|behaviour| behaviour.type_drift = true);
    worlds
}

/// A reading as JSON, to be compared with the oracle's words.
pub(crate) fn seconds(when: Option<jiff::Timestamp>) -> Value {
    when.map_or(Value::Null, |when| when.as_second().into())
}

pub(crate) fn told_comments(comments: &[Comment]) -> Value {
    let told = comments.iter().map(|comment| {
        json!({"id": comment.id, "author": comment.author, "when": seconds(comment.when), "text": comment.text})
    });
    told.collect()
}

/// Asserts that a box is where the oracle has it, to half a pixel of its canvas.
fn assert_area(ours: Option<Area>, oracle: &Value, id: &str) {
    let Some(ours) = ours else { return assert_eq!(*oracle, Value::Null, "{id}") };
    let number = |name: &str| oracle[name].as_f64().unwrap();
    let (width, height) = (number("canvas_width"), number("canvas_height"));
    for (share, pixels, whole) in [
        (ours.x, number("x"), width),
        (ours.y, number("y"), height),
        (ours.w, number("w"), width),
        (ours.h, number("h"), height),
    ] {
        assert!((share * whole - pixels).abs() < 0.5, "{id}: {share} of {whole} is not {pixels}");
    }
}

async fn listing(world: &World) -> BTreeMap<String, Listed> {
    let photos = world.walk().await.photos;
    photos.into_iter().map(|listed| (listed.photo.id.to_string(), listed)).collect()
}

#[tokio::test]
async fn every_photo_is_told_of_as_the_oracle_knows_it() {
    for world in rich_worlds(60).await {
        let oracle = world.flickr.oracle();
        for (id, listed) in listing(&world).await {
            let (photo, truth) = (listed.photo.id, &oracle["photos"][&id]);
            let info = world.client.info(photo, listed.canvas).await.unwrap().value;

            let tags: Value = info
                .tags
                .iter()
                .map(|tag| {
                    json!({"raw": tag.raw, "text": tag.text, "author": tag.author, "machine": tag.machine})
                })
                .collect();
            assert_eq!(tags, truth["tags"], "{id}");
            assert_eq!(json!(info.permissions), truth["permissions"], "{id}");
            assert_eq!(json!(info.usage), truth["usage"], "{id}");
            assert_eq!(json!(info.rotation), truth["rotation"], "{id}");
            assert_eq!(json!(info.content_type.map(|kind| kind as u8)), truth["content"], "{id}");
            assert_eq!(listed.photo.content_type, info.content_type, "{id}");
            let length = info.video.and_then(|video| video.seconds);
            assert_eq!(length, truth["video"]["seconds"].as_f64(), "{id}");
            let names = json!(info.place_names.unwrap_or_default());
            for name in ["neighbourhood", "locality", "county", "region", "country"] {
                assert_eq!(names[name], truth["place"][name], "{id}");
            }
            assert_eq!(info.notes.len(), truth["notes"].as_array().unwrap().len(), "{id}");
            for (note, truth) in info.notes.iter().zip(truth["notes"].as_array().unwrap()) {
                assert_eq!((json!(note.id), json!(note.text)), (truth["id"].clone(), truth["text"].clone()));
                assert_eq!(json!(note.author), truth["author"], "{id}");
                assert_area(note.area, &truth["area"], &id);
            }
            assert_eq!(info.has_people, !truth["people"].as_array().unwrap().is_empty(), "{id}");
        }
        world.assert_clean();
    }
}

#[tokio::test]
async fn what_others_said_and_marked_is_all_there() {
    for world in rich_worlds(40).await {
        let oracle = world.flickr.oracle();
        for (id, listed) in listing(&world).await {
            let (photo, truth) = (listed.photo.id, &oracle["photos"][&id]);

            let comments = world.client.comments(photo).await.unwrap();
            assert_eq!(told_comments(&comments.value), truth["comments"], "{id}");

            let favorites = all(world.client.favorites(photo)).await;
            let told: Value = favorites
                .iter()
                .map(|row| json!({"person": row.value.person, "when": seconds(row.value.when)}))
                .collect();
            assert_eq!(told, truth["favorites"], "{id}");

            let people = world.client.people(photo, listed.canvas).await.unwrap().value;
            assert_eq!(people.len(), truth["people"].as_array().unwrap().len(), "{id}");
            for (person, truth) in people.iter().zip(truth["people"].as_array().unwrap()) {
                assert_eq!(json!(person.person), truth["person"], "{id}");
                assert_eq!(json!(person.added_by), truth["added_by"], "{id}");
                assert_area(person.area, &truth["area"], &id);
            }

            let galleries = all(world.client.galleries_with(photo)).await;
            let told: Value = galleries
                .iter()
                .map(|row| json!({"id": row.value.id, "title": row.value.title, "owner": row.value.owner}))
                .collect();
            assert_eq!(told, truth["in_galleries"], "{id}");
            let changes = world.client.licence_changes(photo).await.unwrap().value;
            assert_eq!(changes.len(), truth["licence_changes"].as_array().unwrap().len(), "{id}");
        }
        world.assert_clean();
    }
}

#[tokio::test]
async fn exif_is_told_or_refused_for_this_one_photo() {
    for world in rich_worlds(40).await {
        let oracle = world.flickr.oracle();
        let (mut told, mut refused) = (0, 0);
        for (id, listed) in listing(&world).await {
            let truth = &oracle["photos"][&id]["exif"];
            match world.client.exif(listed.photo.id).await {
                Ok(exif) => {
                    told += 1;
                    assert_eq!(exif.value.len(), truth.as_array().unwrap().len(), "{id}");
                    for (field, truth) in exif.value.iter().zip(truth.as_array().unwrap()) {
                        assert_eq!(json!(field.raw), truth["raw"], "{id}");
                        assert_eq!(json!(field.label), truth["label"], "{id}");
                    }
                }
                Err(FlickrError::Refused { code: 2, .. }) => {
                    refused += 1;
                    assert_eq!(*truth, Value::Null, "{id}");
                }
                Err(other) => panic!("{id}: {other}"),
            }
        }
        assert!(told > 0 && refused > 0, "{told} told, {refused} refused");
    }
}

#[tokio::test]
async fn everybody_who_said_something_is_named() {
    for world in rich_worlds(40).await {
        let oracle = world.flickr.oracle();
        let mut met: BTreeMap<String, Person> = BTreeMap::new();
        for (id, listed) in listing(&world).await {
            if oracle["photos"][&id]["comments"].as_array().unwrap().is_empty() {
                continue;
            }
            let comments = world.client.comments(listed.photo.id).await.unwrap();
            for person in comments.people {
                met.insert(person.id.to_string(), person);
            }
            for author in comments.value.iter().filter_map(|comment| comment.author.as_ref()) {
                assert!(met.contains_key(author.as_str()), "{author}");
            }
        }
        assert!(met.len() > 3);
        for (id, person) in met {
            let truth = &oracle["people"][&id];
            assert_eq!(json!(person.username), truth["username"], "{id}");
            assert_eq!(person.is_deleted, truth["deleted"] == json!(true), "{id}");
        }
    }
}

#[tokio::test]
async fn a_photo_that_is_gone_is_refused() {
    let world = World::new(Account::plain(3, 5)).await;
    let gone = "999999999999".parse().unwrap();

    let refusal = world.client.info(gone, None).await.unwrap_err();

    assert!(matches!(refusal, FlickrError::Refused { code: 1, .. }), "{refusal}");
}
