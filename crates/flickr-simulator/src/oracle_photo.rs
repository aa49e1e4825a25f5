//! The oracle's words on one photo; `oracle.rs` describes them.

use std::collections::HashMap;

use md5::{Digest, Md5};
use serde_json::{Value, json};

use crate::account::Account;
use crate::marks::{self, Area};
use crate::oracle::{Named, Told, comments};
use crate::overlay::{Edits, Overlay};
use crate::photo::{Kind, Photo, Streams, Visibility};
use crate::shape::Dimensions;
use crate::whereabouts::Place;
use crate::world::World;
use crate::{exif, expected, galleries, liked, rights, said};

/// Which albums and groups each photo is in, by its number.
pub(crate) struct Everywhere {
    pub(crate) albums: HashMap<u64, Vec<String>>,
    pub(crate) groups: HashMap<u64, Vec<String>>,
}

/// Tells all facts of a photo.
pub(crate) fn photo(
    world: &World,
    edits: &Edits,
    index: u64,
    everywhere: &Everywhere,
    named: &mut Named,
) -> Value {
    let account = &world.account;
    let overlay = edits.of(index);
    let photo = Photo::new(account, index, overlay);
    let mut facts = own(&photo);
    let others = by_others(account, &photo, overlay, named);
    let bytes = expected::best_of(world, &photo);
    let places = json!({
        "albums": everywhere.albums.get(&index).cloned().unwrap_or_default(),
        "groups": everywhere.groups.get(&index).cloned().unwrap_or_default(),
        "licence_changes": licence_changes(account, index, overlay),
        "exif": exif_lines(account, &photo),
        "usage": usage(world, &photo),
        "has_original": expected::has_original(world, &photo),
        "file_md5": bytes.map(|bytes| hexadecimal(&Md5::digest(&bytes))),
    });
    for part in [others, places] {
        if let (Value::Object(all), Value::Object(more)) = (&mut facts, part) {
            all.extend(more);
        }
    }
    facts
}

/// What the owner said of it, and what it is.
fn own(photo: &Photo) -> Value {
    let (name, url) = rights::licence_words(photo.licence);
    let streams = match photo.kind {
        Kind::Video(streams) => json!({ "seconds": photo.seconds, "streams": offered(streams) }),
        _ => Value::Null,
    };
    let taken = &photo.taken;
    json!({
        "media": if photo.is_video() { "video" } else { "photo" },
        "title": photo.title,
        "description": photo.description,
        "uploaded": photo.uploaded,
        "updated": photo.updated,
        "taken": { "text": taken.text, "granularity": taken.granularity, "unknown": taken.unknown },
        "place": photo.location.as_ref().map(place),
        "privacy": privacy(photo.visibility),
        "permissions": {
            "comment": audience(photo.rights.comment),
            "add_meta": audience(photo.rights.add_meta),
        },
        "licence": { "number": photo.licence, "name": name, "url": url },
        "safety": photo.safety_level,
        "content": photo.content,
        "rotation": photo.rotation,
        "views": photo.views,
        "width": photo.dimensions.width,
        "height": photo.dimensions.height,
        "video": streams,
    })
}

/// What people did with it.
fn by_others(account: &Account, photo: &Photo, overlay: &Overlay, named: &mut Named) -> Value {
    let canvas = marks::canvas(photo);
    let tags: Vec<Value> = photo
        .tags
        .iter()
        .map(|tag| {
            let author = named.nsid(account, tag.author, Told::Name);
            json!({ "raw": tag.raw, "text": tag.text, "author": author, "machine": tag.is_machine() })
        })
        .collect();
    let notes: Vec<Value> = marks::notes(account, photo, overlay)
        .into_iter()
        .map(|note| {
            let author = named.nsid(account, note.author, Told::Author);
            let area = area(note.area, canvas);
            json!({ "id": note.id.to_string(), "author": author, "text": note.text, "area": area })
        })
        .collect();
    let people: Vec<Value> = marks::people(account, photo, overlay)
        .into_iter()
        .map(|shown| {
            json!({
                "person": named.nsid(account, shown.person, Told::Listed),
                "added_by": named.nsid(account, shown.added_by, Told::Nothing),
                "area": shown.area.map(|shown| area(shown, canvas)),
            })
        })
        .collect();
    let favorites: Vec<Value> = liked::of_photo(account, photo, overlay)
        .into_iter()
        .map(|liking| json!({ "person": named.nsid(account, liking.person, Told::Listed), "when": liking.when }))
        .collect();
    let in_galleries: Vec<Value> = galleries::of_others(account, photo.index)
        .into_iter()
        .map(|(id, title, maker)| {
            let owner = named.nsid(account, maker, Told::Name);
            json!({ "id": id.to_string(), "title": title, "owner": owner })
        })
        .collect();
    let said = said::on_photo(account, photo, overlay);
    json!({
        "tags": tags,
        "notes": notes,
        "people": people,
        "favorites": favorites,
        "in_galleries": in_galleries,
        "comments": comments(account, photo.id, &said, named),
    })
}

fn area(area: Area, canvas: Dimensions) -> Value {
    json!({
        "x": area.x,
        "y": area.y,
        "w": area.w,
        "h": area.h,
        "canvas_width": canvas.width,
        "canvas_height": canvas.height,
    })
}

fn place(place: &Place) -> Value {
    let name = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    let degrees = |text: &str| text.parse::<f64>().map_or(Value::Null, Value::from);
    let viewers = place.viewers;
    let rows = [
        ("contacts", viewers.contact),
        ("family", viewers.family),
        ("friends", viewers.friend),
        ("public", viewers.public),
    ];
    let seen_by: Vec<&str> = rows.iter().filter(|(_, may)| *may == 1).map(|(word, _)| *word).collect();
    json!({
        "latitude": degrees(&place.latitude),
        "longitude": degrees(&place.longitude),
        "accuracy": place.accuracy,
        "neighbourhood": name(place.names.neighbourhood),
        "locality": name(place.names.locality),
        "county": name(place.names.county),
        "region": name(place.names.region),
        "country": name(place.names.country),
        "viewers": seen_by,
    })
}

fn privacy(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Friends => "friends",
        Visibility::Family => "family",
        Visibility::FriendsAndFamily => "friends and family",
        Visibility::Private => "private",
    }
}

fn audience(number: i64) -> &'static str {
    match number {
        0 => "nobody",
        1 => "friends and family",
        2 => "contacts",
        _ => "everybody",
    }
}

fn offered(streams: Streams) -> &'static str {
    match streams {
        Streams::WithOriginal => "original",
        Streams::DerivedOnly => "derived",
        Streams::OnlySwf => "player only",
        Streams::Pending => "pending",
    }
}

/// What the owner may do, which is what the owner's calls are told.
fn usage(world: &World, photo: &Photo) -> Value {
    let rights = photo.rights;
    json!({
        "download": !world.behaviour().free_account,
        "blog": rights.blog == 1,
        "print": rights.print == 1,
        "share": rights.share == 1,
    })
}

fn licence_changes(account: &Account, index: u64, overlay: &Overlay) -> Value {
    let changes = rights::licence_changes(account, index, overlay);
    changes.into_iter().map(|(when, from, to)| json!({ "when": when, "from": from, "to": to })).collect()
}

fn exif_lines(account: &Account, photo: &Photo) -> Value {
    let Some(lines) = exif::of_photo(account, photo) else { return Value::Null };
    let told = lines.into_iter().map(|line| {
        json!({
            "space": line.space,
            "tag": line.tag,
            "label": line.label,
            "raw": line.raw,
            "clean": line.clean,
        })
    });
    told.collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
