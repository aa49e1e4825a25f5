//! What the oracle of the simulator says, reduced to what the API tells within the judged number of calls, and in words
//! instead of Flickr's numbers; and the comparison of it with what an archive says.

use std::collections::HashSet;

use flickr_simulator::Simulator;
use serde_json::{Map, Value, json};

use crate::archive_lists::lists;
use crate::archive_photos::{by_time, photos};
use crate::world::World;

/// Every fact in which the archive is not what the oracle says, as `path: archive / oracle`; also media files.
pub(crate) fn differences(world: &World, left_out: &[&str]) -> Vec<String> {
    let mut oracle = told(&world.flickr);
    let mut archive = lists(world);
    archive["photos"] = photos(world);
    forget(&mut oracle, left_out);
    forget(&mut archive, left_out);
    keep_to_those_named(&mut oracle);
    keep_to_what_is_told(&mut archive["people"], &oracle["people"]);
    let mut found = Vec::new();
    compare("", &archive, &oracle, &mut found);
    for (id, sidecar) in world.sidecars() {
        let is_there = oracle["photos"].get(id.to_string()).is_some();
        if is_there && world.current(&sidecar) != world.flickr.best(id) {
            found.push(format!("the bytes of {id} are others"));
        }
    }
    found
}

/// How many single facts the oracle has.
pub(crate) fn facts(flickr: &Simulator) -> usize {
    fn leaves(value: &Value) -> usize {
        match value {
            Value::Object(map) => map.values().map(leaves).sum(),
            Value::Array(items) => items.iter().map(leaves).sum(),
            _ => 1,
        }
    }
    leaves(&told(flickr))
}

/// Removes facts by name, on every level.
fn forget(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(map) => {
            map.retain(|name, _| !names.contains(&name.as_str()));
            map.values_mut().for_each(|inner| forget(inner, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| forget(inner, names)),
        _ => {}
    }
}

/// Leaves out people whose names only answers tell that were not asked for (who added somebody to a photo is told as an
/// id alone), and those without any name left.
fn keep_to_those_named(oracle: &mut Value) {
    fn collect(value: &Value, named: &mut HashSet<String>) {
        match value {
            Value::String(text) => drop(named.insert(text.clone())),
            Value::Array(items) => items.iter().for_each(|item| collect(item, named)),
            Value::Object(map) => {
                let named_here = map.iter().filter(|(field, _)| *field != "added_by");
                named_here.for_each(|(_, inner)| collect(inner, named));
            }
            _ => {}
        }
    }
    let people = oracle["people"].take();
    let mut named = HashSet::new();
    collect(oracle, &mut named);
    let has_a_name = |person: &Value| {
        let told = person.as_object().into_iter().flat_map(Map::values);
        told.into_iter().any(|fact| *fact == true || fact.as_str().is_some_and(|text| !text.is_empty()))
    };
    let people = people.as_object().unwrap().iter();
    let kept = people.filter(|(nsid, person)| named.contains(*nsid) && has_a_name(person));
    oracle["people"] = Value::Object(kept.map(|(nsid, person)| (nsid.clone(), person.clone())).collect());
}

/// Of people the oracle names only what some answer tells; the archive may know more from earlier answers.
fn keep_to_what_is_told(archive: &mut Value, oracle: &Value) {
    let (Value::Object(archive), Value::Object(oracle)) = (archive, oracle) else { return };
    archive.retain(|nsid, _| oracle.contains_key(nsid));
    for (nsid, person) in archive {
        if let (Value::Object(person), Value::Object(told)) = (person, &oracle[nsid]) {
            person.retain(|fact, _| told.contains_key(fact));
        }
    }
}

fn compare(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => compare(&format!("{path}/{key}"), a, b, found),
                    (Some(a), None) => found.push(format!("{path}/{key}: {a} / nothing")),
                    (_, b) => found.push(format!("{path}/{key}: nothing / {}", b.unwrap_or(&Value::Null))),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (place, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{path}/{place}"), a, b, found);
            }
        }
        (Value::Number(a), Value::Number(b)) => {
            let apart = a.as_f64().zip(b.as_f64()).map(|(a, b)| (a - b).abs());
            if apart.is_none_or(|apart| apart > 1e-6) {
                found.push(format!("{path}: {a} / {b}"));
            }
        }
        _ if ours == theirs => {}
        _ => found.push(format!("{path}: {ours} / {theirs}")),
    }
}

/// The oracle in the words of the archive.
fn told(flickr: &Simulator) -> Value {
    let mut oracle = flickr.oracle();
    let number = oracle["photos"].as_object().unwrap().len();
    for (_, photo) in oracle["photos"].as_object_mut().unwrap() {
        *photo = photo_in_words(photo);
    }
    oracle["order_of_albums"] =
        oracle["albums"].as_array().unwrap().iter().map(|album| album["id"].clone()).collect();
    for gathering in ["albums", "galleries"] {
        oracle[gathering] = by_id(&oracle[gathering]);
    }
    for group in oracle["groups"].as_array_mut().unwrap() {
        group.as_object_mut().unwrap().remove("photo_ids"); // Compared from the side of the photos.
    }
    let set = &oracle["preferences"];
    let in_words = json!({
        "content_type": word(&["photo", "screenshot", "other"], &set["content_type"], 1),
        "geo_viewers": word(
            &["everybody", "contacts", "friends and family", "friends", "family", "nobody"],
            &set["geo_viewers"],
            1,
        ),
        "hidden": set["hidden"] == 1,
        "privacy": word(&["public", "friends", "family", "friends and family", "private"], &set["privacy"], 1),
        "safety_level": word(&["safe", "moderate", "restricted"], &set["safety_level"], 1),
    });
    oracle["preferences"] = in_words;
    oracle["upload_status"] = json!({"pro": oracle["profile"]["pro"], "uploads": number});
    oracle
}

fn by_id(list: &Value) -> Value {
    let rows = list.as_array().unwrap().iter().cloned().map(|mut one| {
        let id = one.as_object_mut().unwrap().remove("id").unwrap();
        (id.as_str().unwrap().to_owned(), one)
    });
    Value::Object(rows.collect())
}

/// Flickr's number as a word; `first` is the number of the first word, and a lower one means that none was chosen.
fn word(words: &[&str], number: &Value, first: u64) -> Value {
    let place = number.as_u64().unwrap().checked_sub(first);
    place.map_or(Value::Null, |place| words[usize::try_from(place).unwrap()].into())
}

fn photo_in_words(photo: &Value) -> Value {
    let mut told = Map::new();
    for fact in ["media", "title", "description", "privacy", "permissions", "usage", "rotation", "tags"] {
        told.insert(fact.to_owned(), photo[fact].clone());
    }
    for fact in ["uploaded", "updated", "place", "views", "comments", "has_original", "file_md5"] {
        told.insert(fact.to_owned(), photo[fact].clone());
    }
    let mut favorites = photo["favorites"].as_array().unwrap().clone();
    favorites.sort_by_key(by_time);
    let more = json!({
        "licence": {"name": photo["licence"]["name"], "url": photo["licence"]["url"]},
        "safety": word(&["safe", "moderate", "restricted"], &photo["safety"], 0),
        "content_type": word(&["photo", "screenshot", "other", "virtual"], &photo["content"], 0),
        "taken": taken(&photo["taken"]),
        "comments_count": photo["comments"].as_array().unwrap().len(),
        "favorites_count": favorites.len(),
        "favorites": favorites,
        "notes": shares(&photo["notes"]),
        "people": shares(&photo["people"]),
        "albums": sorted(&photo["albums"]),
        "groups": sorted(&photo["groups"]),
        "seconds": photo["video"]["seconds"],
        "current_kind": kind(photo),
        "size": size(photo),
    });
    if let Value::Object(more) = more {
        told.extend(more);
    }
    Value::Object(told)
}

fn taken(taken: &Value) -> Value {
    let precision = match (taken["unknown"].as_bool(), taken["granularity"].as_i64()) {
        (Some(true), _) => "unknown",
        (_, Some(0)) => "second",
        (_, Some(4)) => "month",
        (_, Some(6)) => "year",
        _ => "circa",
    };
    json!({"text": taken["text"], "precision": precision})
}

/// Marks with their boxes as shares of the canvas on which they were counted.
fn shares(marks: &Value) -> Value {
    let mut marks = marks.clone();
    for mark in marks.as_array_mut().unwrap() {
        let area = &mark["area"];
        if area.is_null() {
            continue;
        }
        let share = |name: &str, whole: &str| area[name].as_f64().unwrap() / area[whole].as_f64().unwrap();
        mark["area"] = json!({
            "x": share("x", "canvas_width"), "y": share("y", "canvas_height"),
            "w": share("w", "canvas_width"), "h": share("h", "canvas_height"),
        });
    }
    marks
}

fn sorted(ids: &Value) -> Value {
    let mut ids: Vec<String> = serde_json::from_value(ids.clone()).unwrap();
    ids.sort();
    json!(ids)
}

fn kind(photo: &Value) -> Value {
    match (photo["file_md5"].is_null(), photo["has_original"] == true) {
        (true, _) => Value::Null,
        (_, true) => "original".into(),
        _ => "not-original".into(),
    }
}

fn size(photo: &Value) -> Value {
    let is_told = photo["media"] == "video" || photo["has_original"] == true;
    if is_told { json!([photo["width"], photo["height"]]) } else { Value::Null }
}
