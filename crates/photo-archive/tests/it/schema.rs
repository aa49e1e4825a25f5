//! The JSON Schema that lies in every archive accepts every sidecar, by an own check of the few words it uses.

use photo_archive::{Details, Entry, Purpose, State};
use serde_json::{Value, json};

use crate::details::details;
use crate::world::{World, fetched, gif, id, listed, now, photo, run, save};

/// Says what of a value the schema does not accept.
fn faults(schema: &Value, whole: &Value, value: &Value, place: &str) -> Vec<String> {
    if schema == &Value::Bool(true) {
        return Vec::new();
    }
    if let Some(name) = schema["$ref"].as_str() {
        let target = whole.pointer(name.trim_start_matches('#')).unwrap();
        return faults(target, whole, value, place);
    }
    let mut found = Vec::new();
    let mut claim = |holds: bool, what: &str| {
        if !holds {
            found.push(format!("{place}: {what} ({value})"));
        }
    };
    match schema["type"].as_str() {
        None => {}
        Some("object") => claim(value.is_object(), "no object"),
        Some("array") => claim(value.is_array(), "no array"),
        Some("string") => claim(value.is_string(), "no text"),
        Some("number") => claim(value.is_number(), "no number"),
        Some("integer") => claim(value.is_i64() || value.is_u64(), "no whole number"),
        Some("boolean") => claim(value.is_boolean(), "neither true nor false"),
        Some(other) => claim(false, &format!("the check does not know type {other}")),
    }
    if let Some(constant) = schema.get("const") {
        claim(value == constant, "not the constant");
    }
    if let Some(words) = schema["enum"].as_array() {
        claim(words.contains(value), "not among the words");
    }
    if let Some(least) = schema["minimum"].as_i64() {
        claim(value.as_i64().is_some_and(|number| number >= least), "too small");
    }
    for required in schema["required"].as_array().into_iter().flatten() {
        claim(value.get(required.as_str().unwrap()).is_some(), &format!("without {required}"));
    }
    for (name, part) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(name) {
            found.extend(faults(part, whole, value, &format!("{place}/{name}")));
        }
    }
    if let (Some(part), Some(items)) = (schema.get("items"), value.as_array()) {
        found.extend(items.iter().flat_map(|item| faults(part, whole, item, &format!("{place}[]"))));
    }
    found
}

#[test]
fn the_schema_accepts_every_sidecar() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 4);
    let mut changed = photo(1);
    changed.title.clear();
    changed.place = None;
    changed.dates.taken = None;
    archive.record(vec![Entry { photo: Some(changed), ..Entry::new(id(1)) }, listed(6)], now()).unwrap();
    let saved =
        save(&mut archive, 6, &gif(6), Purpose::NotOriginal { label: "720p".to_owned(), width: None }, 1);
    archive.record(vec![Entry { state: Some(State::NotOriginal), ..fetched(saved, 6) }], now()).unwrap();
    let saved = save(&mut archive, 6, &gif(7), Purpose::Poster, 1);
    archive.record(vec![Entry { state: None, ..fetched(saved, 6) }], now()).unwrap();
    let refused = vec![("flickr.photos.getExif".to_owned(), "Permission denied".to_owned())];
    let favorites =
        serde_json::from_value(json!([{"person": "5@N00", "when": "2020-01-01T00:00:00Z"}])).unwrap();
    let more = Details { refused, favorites: Some((favorites, json!([]))), ..details() };
    archive.record(vec![Entry { details: Some(more), ..Entry::new(id(3)) }], now()).unwrap();
    let gone = Entry { state: Some(State::Gone), ..Entry::new(id(3)) };
    archive.record(vec![gone], now()).unwrap();
    let schema = world.json("photo.schema.json");

    let mut count = 0;
    for path in world.prints().keys().filter(|path| path.starts_with("photos/") && path.ends_with(".json")) {
        assert_eq!(faults(&schema, &schema, &world.json(path), path), Vec::<String>::new());
        count += 1;
    }

    assert_eq!(count, 5);
}

#[test]
fn the_check_itself_finds_what_the_schema_forbids() {
    let world = World::new();
    run(&mut world.open(), 1);
    let schema = world.json("photo.schema.json");
    let good = world.json("photos/2011/07/2011-07-04_153012_1_Photo-1.json");

    for (field, bad) in [
        ("format", json!(2)),
        ("state", json!("fine")),
        ("title", json!(null)),
        ("files", json!([{"version": 0}])),
        ("place", json!({"latitude": "north"})),
    ] {
        let mut harmed = good.clone();
        harmed[field] = bad;
        assert!(!faults(&schema, &schema, &harmed, "").is_empty(), "{field}");
    }
    assert_eq!(faults(&schema, &schema, &good, ""), Vec::<String>::new());
}
