//! Reads what an archive tells of the account beside the photos, from its plain files alone, in the words of the oracle.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::archive_photos::{comments, entries, seconds};
use crate::world::{World, files};

/// Everything but the photos.
pub(crate) fn lists(world: &World) -> Value {
    let archive = world.archive();
    let account = |name: &str| read(&archive.join("account").join(name));
    json!({
        "albums": papers(&archive.join("albums"), album),
        "order_of_albums": account("albums.json")["albums"].clone(),
        "collections": collections(&account("collections.json")["collections"]),
        "galleries": papers(&archive.join("account/galleries"), gallery),
        "favorites": favorites(&archive.join("account/favorites.jsonl")),
        "contacts": entries(&account("contacts.json")["contacts"]).map(contact).collect::<Value>(),
        "groups": entries(&account("groups.json")["groups"]).map(group).collect::<Value>(),
        "tags": tags(&account("tags.json")["tags"]),
        "testimonials": entries(&account("testimonials.json")["testimonials"]).map(testimonial).collect::<Value>(),
        "preferences": preferences(&account("preferences.json")),
        "upload_status": upload_status(&account("upload-status.json")),
        "profile": profile(&account("profile.json")),
        "people": people(&account("people.json")["people"]),
    })
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The papers of a folder that are not marked as gone, by id.
fn papers(folder: &Path, tell: fn(&Value) -> Value) -> Value {
    let all = files(folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "json"));
    let there = all.map(|path| read(&path)).filter(|paper| paper.get("gone").is_none());
    Value::Object(there.map(|paper| (paper["id"].as_str().unwrap().to_owned(), tell(&paper))).collect())
}

fn ids(list: &Value) -> Value {
    entries(list).map(|photo| photo["id"].clone()).collect()
}

fn album(album: &Value) -> Value {
    json!({
        "title": album["title"],
        "description": album["description"],
        "cover": album["cover"],
        "created": seconds(&album["created"]),
        "updated": seconds(&album["updated"]),
        "views": album["views"],
        "photos": album["photos_count"],
        "videos": album["videos_count"],
        "photo_ids": ids(&album["photos"]),
        "comments": comments(&album["comments"]),
    })
}

/// The tree, made again from the list in which each names the one it is in.
fn collections(list: &Value) -> Value {
    fn within(list: &Value, outer: &Value) -> Value {
        let inner = entries(list).filter(|one| one["within"] == *outer);
        let tell = |one: &Value| {
            json!({
                "id": one["id"], "title": one["title"], "description": one["description"],
                "album_ids": one["albums"], "collections": within(list, &one["id"]),
            })
        };
        inner.map(tell).collect()
    }
    within(list, &Value::Null)
}

fn gallery(gallery: &Value) -> Value {
    let photo = |one: &Value| {
        let words = one["comment"].as_str().unwrap_or_default();
        json!({"id": one["id"], "owner": one["owner"], "title": one["title"], "words": words})
    };
    json!({
        "title": gallery["title"],
        "description": gallery["description"],
        "url": gallery["url"],
        "owner": gallery["owner"],
        "cover": gallery["cover"],
        "created": seconds(&gallery["created"]),
        "updated": seconds(&gallery["updated"]),
        "views": gallery["views"],
        "comments_count": gallery["comments_count"],
        "photos": entries(&gallery["photos"]).map(photo).collect::<Value>(),
    })
}

fn favorites(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    let all: Value = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect();
    let tell = |one: &Value| json!({"id": one["id"], "owner": one["owner"], "title": one["title"], "when": seconds(&one["when"])});
    entries(&all).map(tell).collect()
}

fn contact(one: &Value) -> Value {
    json!({
        "person": one["person"], "friend": one["is_friend"], "family": one["is_family"], "ignored": one["ignored"],
    })
}

fn group(one: &Value) -> Value {
    json!({
        "id": one["id"], "name": one["name"], "admin": one["is_admin"], "moderator": one["is_moderator"],
        "members": one["members"],
    })
}

fn tags(list: &Value) -> Value {
    let row = |one: &Value| {
        let mut raw: Vec<String> = serde_json::from_value(one["raw"].clone()).unwrap();
        raw.sort();
        (one["text"].as_str().unwrap().to_owned(), json!(raw))
    };
    Value::Object(entries(list).map(row).collect())
}

fn testimonial(one: &Value) -> Value {
    json!({
        "id": one["id"], "by": one["from"], "about": one["to"], "text": one["text"],
        "created": seconds(&one["when"]), "approved": seconds(&one["approved"]),
    })
}

fn preferences(told: &Value) -> Value {
    json!({
        "content_type": told["content_type"],
        "geo_viewers": told["place_viewers"],
        "hidden": told["hidden"],
        "privacy": told["privacy"],
        "safety_level": told["safety"],
    })
}

fn upload_status(told: &Value) -> Value {
    json!({"pro": told["is_pro"], "uploads": told["uploads"]})
}

fn profile(told: &Value) -> Value {
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    json!({
        "nsid": told["id"],
        "username": text("username"),
        "realname": text("realname"),
        "path_alias": told["path_alias"],
        "location": text("location"),
        "description": text("description"),
        "occupation": text("occupation"),
        "hometown": text("hometown"),
        "website": told["elsewhere"]["website"],
        "first_name": text("first_name"),
        "last_name": text("last_name"),
        "city": text("city"),
        "country": text("country"),
        "joined": seconds(&told["joined"]),
        "timezone": told["timezone"]["label"],
        "first_taken": told["first_taken"],
        "first_uploaded": seconds(&told["first_uploaded"]),
        "pro": told["is_pro"],
        "photos": told["photos"],
    })
}

fn people(list: &Value) -> Value {
    let row = |one: &Value| {
        let told = json!({
            "username": one["username"],
            "realname": one["realname"].as_str().unwrap_or_default(),
            "path_alias": one["path_alias"],
            "deleted": one["is_deleted"].as_bool().unwrap_or(false),
        });
        (one["id"].as_str().unwrap().to_owned(), told)
    };
    Value::Object(entries(list).map(row).collect::<Map<_, _>>())
}
