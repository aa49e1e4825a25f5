//! What holds whatever comes over the network, as checks that property tests and the fuzz targets in `fuzz/` share.
//!
//! A fuzz target is a crate of its own and what it tries is private, so this room is compiled for tests and under
//! `cfg(fuzzing)` alone. Each check takes a hostile answer and names the first promise that it breaks.

use std::fmt::Debug;
use std::time::Duration;

use flickr_model::{Canvas, Media, Photo, UserId};
use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::addresses::{Allowed, encrypted, ending};
use crate::answer::{self, Reply};
use crate::people::{InfoAnswer, LoginAnswer};
use crate::recording::{Recording, decode_recording};
use crate::sheet::PhotoList;
use crate::sizes::SizesAnswer;
use crate::video::StreamsAnswer;
use crate::{
    FlickrError, Source, albums, api, clock, collections, comments, exif, favorites, galleries, groups, info,
    licences, listing, media, photo_people, profile, promise, tags, told,
};

/// What was broken, and by what.
type Broken = String;

/// Every method that the program calls and reads, and a few that it meets in other ways.
pub const METHODS: [&str; 33] = [
    "flickr.people.getPhotos",
    "flickr.photos.recentlyUpdated",
    "flickr.people.getInfo",
    "flickr.test.login",
    "flickr.photos.getInfo",
    "flickr.photos.getSizes",
    "flickr.video.getStreamInfo",
    "flickr.photos.comments.getList",
    "flickr.photosets.comments.getList",
    "flickr.photos.people.getList",
    "flickr.photos.getFavorites",
    "flickr.photos.getExif",
    "flickr.photos.licenses.getLicenseHistory",
    "flickr.photosets.getList",
    "flickr.photosets.getPhotos",
    "flickr.collections.getTree",
    "flickr.contacts.getList",
    "flickr.favorites.getList",
    "flickr.galleries.getList",
    "flickr.galleries.getListForPhoto",
    "flickr.galleries.getPhotos",
    "flickr.galleries.getInfo",
    "flickr.groups.pools.getGroups",
    "flickr.groups.pools.getPhotos",
    "flickr.tags.getListUserRaw",
    "flickr.testimonials.getAllTestimonialsAbout",
    "flickr.people.getUploadStatus",
    "flickr.prefs.getPrivacy",
    "oauth.request_token",
    "oauth.access_token",
    "upload",
    "cdn-headers",
    "flickr.of.tomorrow",
];

fn holds(it_does: bool, otherwise: impl FnOnce() -> Broken) -> Result<(), Broken> {
    if it_does { Ok(()) } else { Err(otherwise()) }
}

/// An answer to any method is read or refused in words for a person; what was read of it can be written down and is
/// the same when it is read back.
pub fn answer(method: &str, status: u16, body: &[u8]) -> Result<(), Broken> {
    let words = match decode_recording(&Recording { method, status: Some(status), body }) {
        Ok(decoded) => format!("{decoded:?}"),
        Err(reason) => reason,
    };
    holds(words.len() < 4000, || format!("an endless message: {} bytes", words.len()))?;
    let reply = Reply {
        status,
        date: None,
        received: Timestamp::UNIX_EPOCH,
        retry_after: None,
        location: None,
        body: body.to_vec(),
    };
    typed(&reply)?;
    let Ok(answer) = answer::read::<Value>("the answer", &reply) else { return Ok(()) };
    facts(&answer.value)
}

/// The answers that are read into a type of their own without a detour.
fn typed(reply: &Reply) -> Result<(), Broken> {
    fn short<T>(read: Result<crate::Answer<T>, FlickrError>) -> Result<Option<T>, Broken> {
        match read {
            Ok(answer) => Ok(Some(answer.value)),
            Err(error) => {
                let words = format!("{error}{error:?}");
                holds(words.len() < 8000, || format!("an endless error: {} bytes", words.len()))?;
                Ok(None)
            }
        }
    }
    if let Some(answer) = short(answer::read::<LoginAnswer>("m", reply))?
        && let Ok(person) = answer.person()
    {
        is_nsid(person.nsid.as_str())?;
    }
    if let Some(answer) = short(answer::read::<InfoAnswer>("m", reply))? {
        answer.facts().ok();
    }
    if let Some(answer) = short(answer::read::<SizesAnswer>("m", reply))? {
        answer.sizes();
    }
    if let Some(answer) = short(answer::read::<StreamsAnswer>("m", reply))? {
        answer.streams();
    }
    Ok(())
}

/// Everything that any of the readers finds in an answer, whatever method it was meant for.
fn facts(answer: &Value) -> Result<(), Broken> {
    let canvas = Canvas::of_shape(500, 375);
    let here = || answer.clone();
    if let Some(told) = info::read(here(), canvas) {
        comes_back(&told.value)?;
    }
    comes_back(&comments::read(here()).value)?;
    comes_back(&photo_people::read(here(), canvas).value)?;
    comes_back(&exif::read(here()).value)?;
    comes_back(&collections::read(here()).value)?;
    comes_back(&licences::read(here()).value)?;
    comes_back(&tags::read(here()).value)?;
    comes_back(&profile::read_uploads(here()).value)?;
    if let Ok(me) = "1@N00".parse::<UserId>() {
        comes_back(&profile::read(&me, told::noun(here(), "person"), Value::Null).value)?;
    }
    for_rows(answer, &mut |row| {
        let Some(fields) = row.as_object() else { return Ok(()) };
        (albums::ALBUMS.read)(fields).map_or(Ok(()), |album| comes_back(&album))?;
        (galleries::GALLERIES.read)(fields).map_or(Ok(()), |gallery| comes_back(&gallery))?;
        (groups::GROUPS.read)(fields).map_or(Ok(()), |group| comes_back(&group))?;
        (favorites::OF_PHOTO.read)(fields).map_or(Ok(()), |favorite| comes_back(&favorite))?;
        if let Ok(listed) = listing::read(row.to_string().into()) {
            comes_back::<Photo>(&listed.photo)?;
            listed.canvas.map_or(Ok(()), |shape| comes_back(&shape.area([1.0, -2.0, 1e308, 1e308])))?;
        }
        if let Ok(list) = serde_json::from_value::<PhotoList>(row.clone()) {
            let sheet = list.read(2, 500);
            holds((1..=500).contains(&sheet.per_page), || format!("{} on a page", sheet.per_page))?;
        }
        Ok(())
    })
}

/// Calls for each object in an answer, however deep.
fn for_rows(value: &Value, each: &mut dyn FnMut(&Value) -> Result<(), Broken>) -> Result<(), Broken> {
    match value {
        Value::Object(map) => {
            each(value)?;
            map.values().try_for_each(|inner| for_rows(inner, each))
        }
        Value::Array(items) => items.iter().try_for_each(|inner| for_rows(inner, each)),
        _ => Ok(()),
    }
}

/// What goes into the archive as JSON has to be the same when a later run reads it.
fn comes_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(fact: &T) -> Result<(), Broken> {
    let text = serde_json::to_string(fact).map_err(|error| format!("{fact:?} cannot be written: {error}"))?;
    let again: T = serde_json::from_str(&text).map_err(|error| format!("{text} is not read: {error}"))?;
    holds(again == *fact, || format!("{fact:?} came back as {again:?}"))
}

fn is_nsid(text: &str) -> Result<(), Broken> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'@' | b'N'));
    holds(is_plain && text.len() <= 32, || format!("{text:?} is no id"))
}

/// Headers of the image host, names and values as they came: judged, and nobody waits longer than a day for them.
pub fn headers(status: u16, lines: &[(&str, &[u8])]) -> Result<(), Broken> {
    let headers: HeaderMap = lines
        .iter()
        .filter_map(|(name, value)| {
            Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_bytes(value).ok()?))
        })
        .collect();
    let wait = api::retry_after(&headers).unwrap_or_default();
    holds(wait <= Duration::from_secs(86_400), || format!("{wait:?} to wait"))?;
    let verdict = media::judge(status, &headers);
    let is_good = verdict == media::Verdict::Good;
    holds(!is_good || matches!(status, 200 | 206), || format!("status {status} was good"))?;
    media::is_said_to_be_text(&headers);
    let source = Source::new("https://live.staticflickr.com/1/7_a_o.jpg", "Original");
    let promise = promise::of(&headers, &source, Media::Photo);
    let lengths = headers.get_all("content-length").iter().count();
    holds(promise.length.is_none() || lengths > 0, || format!("a length from nowhere: {promise:?}"))
}

/// An address that Flickr gave, or that a redirect leads to, is asked only when it is Flickr's and encrypted.
pub fn address(text: &str) -> Result<(), Broken> {
    ending(text);
    let from = Allowed::Flickr.check("https://www.flickr.com/photos/1@N00/7/play/orig/abc/");
    let from = from.map_err(|error| error.to_string())?;
    let upgraded = encrypted(text);
    for url in
        [Allowed::Flickr.check(text), Allowed::Flickr.check(&upgraded), Allowed::Flickr.follow(&from, text)]
            .into_iter()
            .flatten()
    {
        let host = url.host_str().unwrap_or_default().to_owned();
        let is_flickr = ["flickr.com", "staticflickr.com"]
            .iter()
            .any(|own| host == *own || host.ends_with(&format!(".{own}")));
        let is_plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
        holds(url.scheme() == "https" && is_flickr && is_plain, || format!("{url} would be asked"))?;
        // The HTTP library reads the text of it once more.
        let again = url::Url::parse(url.as_str()).map_err(|error| error.to_string())?;
        holds(again == url, || format!("{url} is read as {again}"))?;
    }
    Ok(())
}

/// The two headers that hold a time.
pub fn times(text: &str, now: i64) -> Result<(), Broken> {
    let now = Timestamp::from_second(now).unwrap_or(Timestamp::UNIX_EPOCH);
    let wait = clock::retry_after(text, now).unwrap_or_default();
    holds(wait <= Duration::from_secs(86_400), || format!("{wait:?} to wait for {text:?}"))
}

#[cfg(test)]
mod tests;
