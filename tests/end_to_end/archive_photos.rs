//! Reads the photos of an archive from its plain files alone, and says what they tell in the words of the oracle.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::world::World;

/// All photos that are on Flickr by what the archive says, by id.
pub(crate) fn photos(world: &World) -> Value {
    let sidecars: BTreeMap<u64, Value> = world.sidecars();
    let there = sidecars.into_iter().filter(|(_, sidecar)| sidecar.get("gone").is_none());
    Value::Object(there.map(|(id, sidecar)| (id.to_string(), photo(&sidecar))).collect())
}

/// Seconds since 1970 of a moment such as `2026-11-23T03:00:12Z`.
pub(crate) fn seconds(moment: &Value) -> Value {
    let Some(text) = moment.as_str() else { return Value::Null };
    text.parse::<jiff::Timestamp>().unwrap().as_second().into()
}

/// A list that may be absent, without what is marked as gone.
pub(crate) fn entries(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten().filter(|entry| entry.get("gone").is_none())
}

/// Comments on a photo or an album.
pub(crate) fn comments(list: &Value) -> Value {
    let tell = |one: &Value| {
        json!({
            "id": one["id"], "author": one["author"], "when": seconds(&one["when"]), "text": one["text"],
        })
    };
    entries(list).map(tell).collect()
}

fn photo(sidecar: &Value) -> Value {
    let mut told: Map<String, Value> = Map::new();
    for field in [
        "media",
        "title",
        "description",
        "privacy",
        "permissions",
        "usage",
        "licence",
        "safety",
        "content_type",
        "rotation",
    ] {
        told.insert(field.to_owned(), sidecar[field].clone());
    }
    let dates = &sidecar["dates"];
    let more = json!({
        "tags": entries(&sidecar["tags"]).map(tag).collect::<Value>(),
        "uploaded": seconds(&dates["uploaded"]),
        "updated": seconds(&dates["updated"]),
        "taken": dates["taken"],
        "place": place(&sidecar["place"]),
        "views": sidecar["counts"]["views"],
        "comments_count": sidecar["counts"]["comments"],
        "favorites_count": sidecar["counts"]["favorites"],
        "notes": entries(&sidecar["notes"]).map(note).collect::<Value>(),
        "people": entries(&sidecar["people"]).map(person).collect::<Value>(),
        "comments": comments(&sidecar["comments"]),
        "favorites": favorites(&sidecar["favorites"]),
        "albums": sidecar.get("albums").cloned().unwrap_or_else(|| json!([])),
        "groups": sidecar.get("groups").cloned().unwrap_or_else(|| json!([])),
        "seconds": sidecar["video"]["seconds"],
        "has_original": sidecar["state"] == "kept",
        "current_kind": current(sidecar)["kind"],
        "size": size(sidecar),
        "file_md5": current(sidecar)["md5"],
    });
    if let Value::Object(more) = more {
        told.extend(more);
    }
    Value::Object(told)
}

fn tag(tag: &Value) -> Value {
    json!({
        "raw": tag["raw"], "text": tag["text"], "author": tag["author"],
        "machine": tag["machine"].as_bool().unwrap_or(false),
    })
}

fn note(note: &Value) -> Value {
    json!({"id": note["id"], "author": note["author"], "text": note["text"], "area": note["area"]})
}

fn person(person: &Value) -> Value {
    json!({"person": person["person"], "added_by": person["added_by"], "area": person["area"]})
}

/// Who marked it, by the time at which they did.
fn favorites(list: &Value) -> Value {
    let mut all: Vec<Value> =
        entries(list).map(|one| json!({"person": one["person"], "when": seconds(&one["when"])})).collect();
    all.sort_by_key(by_time);
    Value::Array(all)
}

/// The order of favourites in a comparison.
pub(crate) fn by_time(one: &Value) -> (Option<i64>, String) {
    (one["when"].as_i64(), one["person"].to_string())
}

fn place(place: &Value) -> Value {
    let Some(_) = place.as_object() else { return Value::Null };
    let viewers = place["visible_to"].as_object().into_iter().flatten();
    let mut viewers: Vec<&str> =
        viewers.filter(|(_, may)| may.as_bool() == Some(true)).map(|(who, _)| who.as_str()).collect();
    viewers.sort_unstable();
    let names = &place["names"];
    json!({
        "latitude": place["latitude"],
        "longitude": place["longitude"],
        "accuracy": place["accuracy"],
        "neighbourhood": names["neighbourhood"],
        "locality": names["locality"],
        "county": names["county"],
        "region": names["region"],
        "country": names["country"],
        "viewers": viewers,
    })
}

/// The entry of the file that counts.
fn current(sidecar: &Value) -> Value {
    let found = entries(&sidecar["files"]).find(|file| file["path"] == sidecar["current"]);
    found.cloned().unwrap_or(Value::Null)
}

/// Width and height of the original as Flickr tells them of a video, and as the file has them of a photo.
fn size(sidecar: &Value) -> Value {
    let current = current(sidecar);
    match (sidecar["media"].as_str(), current["kind"].as_str()) {
        (Some("video"), _) => json!([sidecar["video"]["width"], sidecar["video"]["height"]]),
        (_, Some("original")) => json!([current["width"], current["height"]]),
        _ => Value::Null,
    }
}
