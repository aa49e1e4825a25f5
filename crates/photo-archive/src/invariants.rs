//! What holds whatever comes in, as checks that property tests and the fuzz targets in `fuzz/` share.
//!
//! A fuzz target is a crate of its own and what it tries is private, so this room is compiled for tests and under
//! `cfg(fuzzing)` alone. Each check takes hostile input and names the first promise that it breaks.

use flickr_model::{Licence, Media, Photo, PhotoId, Place, Promise, Taken, When};
use jiff::Timestamp;
use quick_xml::XmlVersion;
use quick_xml::events::Event;
use serde_json::Value;

use crate::filing::{Filing, Purpose};
use crate::inspect::body::{Body, Memory};
use crate::inspect::kind::{self, Kind, Looks};
use crate::key::Key;
use crate::layout::Stem;
use crate::outline::Outline;
use crate::paper::Paper;
use crate::plain_text::plain;
use crate::proof;
use crate::record_xmp;
use crate::safe_name::{MAX_BYTES, slug};
use crate::scrub;
use crate::sidecar::Sidecar;
use crate::xmp::{self, PlaceWords, Portrait, Region};

/// What was broken, and by what.
type Broken = String;

/// Says what is broken unless something holds.
fn holds(it_does: bool, otherwise: impl FnOnce() -> Broken) -> Result<(), Broken> {
    if it_does { Ok(()) } else { Err(otherwise()) }
}

/// Any text as a title, an album's title or a label gives names that every system can hold and that stay inside.
pub fn names(text: &str, id: u64) -> Result<(), Broken> {
    let slug = slug(text);
    holds(slug.len() <= MAX_BYTES, || format!("{slug:?} is too long"))?;
    let hostile =
        |c: char| c.is_control() || c.is_whitespace() || "/\\:*?\"<>|.$&;#%'`".contains(c) || is_bidi(c);
    holds(!slug.contains(hostile), || format!("{slug:?} holds something hostile"))?;
    let is_odd = slug.starts_with(['-', '~']) || slug.ends_with('-');
    holds(!is_odd, || format!("{slug:?} begins or ends badly"))?;
    holds(self::slug(&slug) == slug, || format!("{slug:?} is not its own slug"))?;

    let mut photo: Photo =
        serde_json::from_str(r#"{"id":"7","media":"photo"}"#).map_err(|error| error.to_string())?;
    photo.title = text.to_owned();
    photo.id = PhotoId::from_number(id).unwrap_or(photo.id);
    photo.dates.taken = Taken::new(text, id % 9, !id.is_multiple_of(10));
    photo.dates.uploaded = Timestamp::from_second(id.cast_signed()).ok();
    let stem = Stem::of(&photo);
    holds(Stem::parse(stem.as_str()).as_ref() == Ok(&stem), || format!("{stem} is no stem"))?;
    holds(stem.names(photo.id), || format!("{stem} does not name {}", photo.id))?;
    let lesser = Purpose::NotOriginal { label: text.to_owned(), width: None };
    for kind in Kind::ALL {
        let key = stem.media(&Filing { purpose: lesser.clone(), version: 9999 }, kind.extension());
        holds(Key::parse(key.as_str()).is_ok() && key.name().len() + ".xmp.part".len() <= 200, || {
            format!("{key} is no name")
        })?;
        holds(key.parent() == stem.folder(), || format!("{key} is elsewhere"))?;
    }
    // What comes back from a file or a catalog is checked again.
    if let Ok(key) = Key::parse(text) {
        let is_inside = !key.as_str().split('/').any(|part| matches!(part, "" | "." | ".."));
        holds(is_inside && !key.as_str().contains(char::is_control), || format!("{key} leads away"))?;
    }
    match Stem::parse(text) {
        Ok(stem) => holds(stem.as_str().starts_with("photos/"), || format!("{stem} is no photo's")),
        Err(_) => Ok(()),
    }
}

fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

/// A sidecar that can be read is written so that it is read back the same, knows everything that it knew, and can be
/// told to photo programs.
pub fn sidecar(bytes: &[u8]) -> Result<(), Broken> {
    let Ok(sidecar) = Sidecar::read(bytes) else { return Ok(()) };
    let written = sidecar.bytes().map_err(|error| format!("it cannot be written: {error}"))?;
    let again = Sidecar::read(&written).map_err(|error| format!("it cannot be read back: {error}"))?;
    holds(again == sidecar, || format!("another came back: {sidecar:?} / {again:?}"))?;
    let outline = Outline::read(&written).map_err(|error| format!("it has no outline: {error}"))?;
    holds(outline.files == sidecar.files && outline.into_photo() == sidecar.photo(), || {
        format!("its outline says something else: {sidecar:?}")
    })?;
    let twice = again.bytes().map_err(|error| error.to_string())?;
    holds(twice == written, || "the same facts gave other bytes".to_owned())?;
    // An escape that is none, deep in a field that nobody reads, is passed over; as JSON it is none.
    let (Ok(before), after) = (fields(bytes), fields(&written)?) else { return Ok(()) };
    for (name, value) in &before {
        let is_empty = matches!(value, Value::Null)
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(|map| map.is_empty());
        holds(is_empty || after.contains_key(name), || format!("the field {name:?} is lost"))?;
    }
    for file in &sidecar.files {
        let names = sidecar.details.people.iter().flatten().map(|one| one.value.person.to_string()).collect();
        well_formed(&record_xmp::portrait(&sidecar, file, names))?;
    }
    Ok(())
}

/// A paper about an album or the account that can be read comes back the same.
pub fn paper(bytes: &[u8]) -> Result<(), Broken> {
    let Ok(paper) = serde_json::from_slice::<Paper>(bytes) else { return Ok(()) };
    let written = paper.bytes().map_err(|error| format!("it cannot be written: {error}"))?;
    let again: Paper = serde_json::from_slice(&written).map_err(|error| error.to_string())?;
    holds(again == paper, || format!("another came back: {paper:?} / {again:?}"))
}

/// An answer of Flickr's holds no secret once it is cleaned, and cleaning it twice changes nothing.
pub fn scrubbed(bytes: &[u8]) -> Result<(), Broken> {
    let Ok(Value::Object(answer)) = serde_json::from_slice(bytes) else { return Ok(()) };
    let clean = scrub::answer(answer);
    let value = Value::Object(clean.clone());
    holds(!has_secret(&value), || format!("a secret is left: {value}"))?;
    holds(scrub::answer(clean) == *value.as_object().unwrap_or(&serde_json::Map::new()), || {
        format!("cleaned twice it is another: {value}")
    })
}

/// Whether any field that is called a secret still has a value.
fn has_secret(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(name, value)| {
            let is_secret = name.to_ascii_lowercase().contains("secret");
            let is_hidden = value.is_null() || matches!(value.as_str(), Some("removed" | ""));
            (is_secret && !is_hidden) || has_secret(value)
        }),
        Value::Array(items) => items.iter().any(has_secret),
        _ => false,
    }
}

/// Whatever words and numbers stand in it, an XMP file is well-formed XML with these words in it.
pub fn xmp(title: &str, words: &str, tag: &str, numbers: [f64; 6]) -> Result<(), Broken> {
    let [latitude, longitude, area @ ..] = numbers;
    let [_, width, ..] = area;
    let own = |text: &str| Some(text.to_owned());
    let portrait = Portrait {
        title: title.to_owned(),
        description: plain(words),
        tags: vec![tag.to_owned(), title.to_owned()],
        taken: Some(When { year: 1943, month: Some(2), day: None, time: None }),
        place: Some(Place { latitude, longitude, accuracy: 16, visible_to: None }),
        names: PlaceWords { location: own(tag), city: own(words), state: None, country: own(title) },
        licence: Some(Licence { name: words.to_owned(), url: tag.to_owned() }),
        people: vec![tag.to_owned()],
        regions: vec![
            Region { name: own(tag), words: None, area },
            Region { name: None, words: own(words), area },
        ],
        dimensions: (width > 0.0).then_some((u32::MAX, 1)),
    };
    let told = well_formed(&portrait)?;
    holds(told.contains(&xmp::allowed(title)), || format!("{title:?} is not in {told:?}"))
}

/// Reads the XMP of a portrait back; gives all its words.
fn well_formed(portrait: &Portrait) -> Result<String, Broken> {
    let bytes = xmp::render(portrait).map_err(|error| error.to_string())?;
    holds(xmp::is_ours(&bytes), || "it does not carry our stamp".to_owned())?;
    let text = std::str::from_utf8(&bytes).map_err(|error| error.to_string())?;
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let (mut words, mut open) = (String::new(), 0_i32);
    loop {
        match reader.read_event().map_err(|error| format!("{error} in {text}"))? {
            Event::Eof => break,
            Event::Start(_) => open += 1,
            Event::End(_) => open -= 1,
            Event::Text(text) => words.push_str(&text.xml_content(XmlVersion::Explicit1_0)),
            Event::GeneralRef(name) => {
                let named = name.resolve_char_ref().map_err(|error| error.to_string())?;
                match (named, quick_xml::escape::resolve_predefined_entity(&name)) {
                    (Some(c), _) => words.push(c),
                    (None, Some(predefined)) => words.push_str(predefined),
                    (None, None) => return Err(format!("an entity that nobody knows in {text}")),
                }
            }
            Event::Empty(_) | Event::Decl(_) | Event::PI(_) => {}
            other => return Err(format!("{other:?} in {text}")),
        }
    }
    holds(open == 0, || format!("{open} elements are left open in {text}"))?;
    let forbidden = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    holds(!text.contains(forbidden), || format!("XML forbids a character in {text:?}"))?;
    Ok(words)
}

/// Whatever bytes come, they are judged in bounded work, and what is accepted without a checksum is of a known kind
/// that fits what was asked for.
pub fn body(bytes: &[u8], media: Media, promise: Promise) -> Result<(), Broken> {
    let memory = Memory(bytes);
    let body = Body::new(&memory, bytes.len() as u64);
    let promise = Promise { media, ..promise };
    let judged = proof::judge(&body, &promise, None).map_err(|error| error.to_string())?;
    let Ok(proven) = judged else { return Ok(()) };
    holds(!bytes.is_empty(), || "nothing was accepted".to_owned())?;
    holds(promise.length.is_none_or(|length| length == bytes.len() as u64), || {
        format!("{} bytes were accepted for {promise:?}", bytes.len())
    })?;
    let looks = kind::look(&body).map_err(|error| error.to_string())?;
    match looks {
        Looks::Media(kind) => holds(kind == proven.kind, || format!("{kind:?} became {:?}", proven.kind)),
        _ => holds(promise.length.is_some(), || format!("{proven:?} was accepted without a proof")),
    }
}

fn fields(bytes: &[u8]) -> Result<serde_json::Map<String, Value>, Broken> {
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
