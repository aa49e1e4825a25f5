//! Decodes one recorded reply of Flickr with the types the program uses, to prove that it could be read.
//!
//! Recordings that were never seen before have to be read as well: other years, and methods this program does
//! not call. Those are read as what every answer is, and their photos, wherever they are, as listed photos.

use flickr_model::Media;
use oauth_signing::{read_access_token, read_problem, read_request_token};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use crate::answer::{self, Reply};
use crate::lenient::Scalar;
use crate::pages::{self, List};
use crate::people::{InfoAnswer, LoginAnswer};
use crate::sheet::PhotoList;
use crate::sizes::SizesAnswer;
use crate::video::StreamsAnswer;
use crate::{
    FlickrError, Source, albums, clock, collections, comments, contacts, exif, favorites, galleries, groups,
    info, licences, media, photo_people, preferences, profile, promise, tags, testimonials, told,
};

/// A reply as it was recorded.
#[derive(Debug, Clone, Copy)]
pub struct Recording<'a> {
    /// The method it answers: `flickr.…`, `oauth.request_token`, `upload`, `cdn-headers` and so on.
    pub method: &'a str,
    /// Its HTTP status, where that was recorded.
    pub status: Option<u16>,
    /// Its body.
    pub body: &'a [u8],
}

/// What a recorded reply was read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decoded {
    /// An answer; what of it was looked at.
    Answer(String),
    /// A refusal, in Flickr's words.
    Refusal(String),
    /// Something that this program never asks for.
    NotUsed(String),
}

/// Decodes a recorded reply; the error is why it cannot be read, without any of its content.
pub fn decode_recording(recording: &Recording<'_>) -> Result<Decoded, String> {
    let text = String::from_utf8_lossy(recording.body);
    let text = text.trim().trim_start_matches('\u{feff}');
    if recording.method == "cdn-headers" {
        return headers(text);
    }
    if let Some(problem) = read_problem(text) {
        return Ok(Decoded::Refusal(problem.problem.to_string()));
    }
    if let Some(status @ 400..) = recording.status.filter(|_| !text.starts_with('{')) {
        return Ok(Decoded::Refusal(format!("HTTP status {status}")));
    }
    match recording.method {
        _ if text.starts_with('<') && !matches!(recording.method, "upload" | "replace") => {
            Ok(Decoded::NotUsed("XML or HTML".to_owned()))
        }
        "oauth.request_token" => {
            read_request_token(text).map_err(|error| error.to_string())?;
            Ok(Decoded::Answer("a request token".to_owned()))
        }
        "oauth.access_token" => {
            read_access_token(text).map_err(|error| error.to_string())?;
            Ok(Decoded::Answer("an access token".to_owned()))
        }
        "upload" | "replace" => Ok(Decoded::NotUsed("an answer to an upload".to_owned())),
        method => rest(method, recording),
    }
}

/// An answer of the REST interface, through the same reader as a call.
fn rest(method: &str, recording: &Recording<'_>) -> Result<Decoded, String> {
    let reply = Reply {
        status: recording.status.unwrap_or(200),
        date: None,
        received: clock::now(),
        retry_after: None,
        location: None,
        body: recording.body.to_vec(),
    };
    let value = match answer::read::<Value>("the recording", &reply) {
        Ok(answer) => answer.value,
        Err(
            error @ (FlickrError::Unreadable { .. }
            | FlickrError::Misshapen { .. }
            | FlickrError::TooLong { .. }
            | FlickrError::Status { .. }),
        ) => return Err(error.to_string()),
        Err(refusal) => return Ok(Decoded::Refusal(refusal.to_string())),
    };
    if let Some(what) = special(method, &value)? {
        return Ok(Decoded::Answer(what));
    }
    let photos = generic(&value)?;
    Ok(listed(method, &value)?.map_or(photos, Decoded::Answer))
}

/// The methods that give a list page by page; one row that cannot be read is a failure here.
fn listed(method: &str, answer: &Value) -> Result<Option<String>, String> {
    let lists = [
        rows(&albums::ALBUMS, method, answer),
        rows(&albums::PHOTOS, method, answer),
        rows(&contacts::CONTACTS, method, answer),
        rows(&favorites::OF_PHOTO, method, answer),
        rows(&favorites::OF_MINE, method, answer),
        rows(&galleries::GALLERIES, method, answer),
        rows(&galleries::WITH_PHOTO, method, answer),
        rows(&galleries::PHOTOS, method, answer),
        rows(&groups::GROUPS, method, answer),
        rows(&groups::PHOTOS, method, answer),
        rows(&testimonials::ABOUT_ME, method, answer),
        rows(&testimonials::BY_ME, method, answer),
    ];
    lists.into_iter().flatten().next().transpose()
}

fn rows<T>(list: &List<T>, method: &str, answer: &Value) -> Option<Result<String, String>> {
    if list.method != method {
        return None;
    }
    let (portion, _) = pages::read(list, answer.clone());
    Some(match portion.unreadable {
        0 => Ok(format!("{} rows of {}", portion.rows.len(), portion.total)),
        unreadable => Err(format!("{unreadable} of its rows cannot be read")),
    })
}

/// The methods that have types of their own.
fn special(method: &str, value: &Value) -> Result<Option<String>, String> {
    fn typed<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, String> {
        T::deserialize(value).map_err(|_| "it does not have the documented form".to_owned())
    }
    let words = |error: FlickrError| error.to_string();
    Ok(Some(match method {
        "flickr.test.login" => {
            let person = typed::<LoginAnswer>(value)?.person().map_err(words)?;
            format!("the person {}", person.nsid)
        }
        "flickr.people.getInfo" => {
            let facts = typed::<InfoAnswer>(value)?.facts().map_err(words)?;
            let person = told::noun(value.clone(), "person");
            let profile = profile::read(&facts.person.nsid, person, Value::Null).value;
            format!("the account {} with {:?} photos", profile.id, profile.photos)
        }
        "flickr.photos.getSizes" => format!("{} sizes", typed::<SizesAnswer>(value)?.sizes().len()),
        info::METHOD => {
            let told = info::read(value.clone(), None).ok_or("it tells of no photo")?;
            format!("{} tags and {} notes", told.value.tags.len(), told.value.notes.len())
        }
        comments::OF_PHOTO | comments::OF_ALBUM => {
            format!("{} comments", comments::read(value.clone()).value.len())
        }
        photo_people::METHOD => {
            format!("{} people", photo_people::read(value.clone(), None).value.len())
        }
        exif::METHOD => format!("{} fields", exif::read(value.clone()).value.len()),
        collections::METHOD => format!("{} collections", collections::read(value.clone()).value.len()),
        licences::METHOD => format!("{} changes", licences::read(value.clone()).value.len()),
        tags::METHOD => format!("{} tags", tags::read(value.clone()).value.len()),
        profile::UPLOADS => format!("uploads: {:?}", profile::read_uploads(value.clone()).value.uploads),
        method if preferences::METHODS.contains(&method) => {
            let fields = preferences::fields(value.clone());
            format!("preferences: {:?}", preferences::read(fields).value)
        }
        "flickr.galleries.getInfo" => {
            let raw = told::noun(value.clone(), "gallery");
            let gallery = raw.as_object().and_then(galleries::gallery).ok_or("it tells of no gallery")?;
            format!("the gallery {}", gallery.id)
        }
        "flickr.video.getStreamInfo" => format!("{} streams", typed::<StreamsAnswer>(value)?.streams().len()),
        _ => return Ok(None),
    }))
}

/// Any other answer: an envelope with JSON inside, and listed photos wherever there is a list of them.
fn generic(value: &Value) -> Result<Decoded, String> {
    let Value::Object(fields) = value else { return Err("it is not an object".to_owned()) };
    let mut photos = None;
    for (_, inner) in fields.iter().filter(|(_, inner)| inner.get("photo").is_some_and(is_list_of_photos)) {
        let list = serde_json::from_value::<PhotoList>(inner.clone())
            .map_err(|_| "its list of photos does not have the documented form".to_owned())?;
        let sheet = list.read(1, 500);
        if let Some(odd) = sheet.oddities.first() {
            return Err(format!("{} cannot be read: {}", odd.what, odd.reason));
        }
        photos = Some(photos.unwrap_or(0) + sheet.photos.len());
    }
    Ok(Decoded::Answer(photos.map_or("an answer".to_owned(), |photos| format!("a list of {photos} photos"))))
}

/// Whether a value is a list of photo records: each has an id and, unlike other things called photo, a secret.
fn is_list_of_photos(value: &Value) -> bool {
    let is_photo = |item: &Value| item.get("id").is_some() && item.get("secret").is_some();
    value.as_array().is_some_and(|items| items.iter().all(is_photo))
}

/// Recorded headers of the image host: `{"status": …, "headers": {…}}`.
fn headers(text: &str) -> Result<Decoded, String> {
    let recorded: Value = serde_json::from_str(text).map_err(|_| "it is not JSON".to_owned())?;
    let empty = Map::new();
    let fields = recorded.get("headers").and_then(Value::as_object).unwrap_or(&empty);
    let headers: HeaderMap = fields
        .iter()
        .filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_str(Scalar::of(value).text()?).ok()?))
        })
        .collect();
    let status = Scalar::of(recorded.get("status").unwrap_or(&Value::Null)).number();
    let status = status.and_then(|status| u16::try_from(status).ok()).ok_or("it has no HTTP status")?;
    if status != 200 {
        return Ok(Decoded::Refusal(format!("HTTP status {status}: {:?}", media::judge(status, &headers))));
    }
    let promise =
        promise::of(&headers, &Source::new("https://live.staticflickr.com/1", "recorded"), Media::Photo);
    let md5 = if promise.md5.is_some() { "an MD5" } else { "no MD5" };
    let length = promise.length.map_or("no length".to_owned(), |length| format!("{length} bytes"));
    Ok(Decoded::Answer(format!("a promise of {length} and {md5}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(method: &str, body: &str) -> Result<Decoded, String> {
        decode_recording(&Recording { method, status: None, body: body.as_bytes() })
    }

    #[test]
    fn photos_of_any_listing_go_through_the_decoder() {
        let list = r#"{"photoset":{"id":"1","photo":[{"id":"7","secret":"a"},{"id":"8","secret":"b"}]},"stat":"ok"}"#;
        let hostile = r#"{"photos":{"photo":[{"id":"../7","secret":"a"}]},"stat":"ok"}"#;

        assert_eq!(decode("flickr.photosets.getPhotos", list), Ok(Decoded::Answer("2 rows of 0".to_owned())));
        assert_eq!(
            decode("flickr.future.listing", list),
            Ok(Decoded::Answer("a list of 2 photos".to_owned()))
        );
        assert!(decode("flickr.favorites.getList", hostile).is_err());
    }

    #[test]
    fn an_unknown_method_is_an_answer_and_half_of_one_is_not() {
        assert!(decode("flickr.future.method", r#"{"new":[1,{"a":null}],"stat":"ok"}"#).is_ok());
        assert!(decode("flickr.future.method", r#"{"stat":"ok"}"#).is_ok());
        assert!(decode("flickr.future.method", r#"{"new":[1,"#).is_err());
        assert!(decode("flickr.test.login", r#"{"person":{},"stat":"ok"}"#).is_err());
    }

    #[test]
    fn refusals_are_read_as_such() {
        let is_refusal = |method: &str, body: &str| matches!(decode(method, body), Ok(Decoded::Refusal(_)));

        assert!(is_refusal("flickr.test.null", r#"{"stat":"fail","code":100,"message":"Invalid API Key"}"#));
        assert!(is_refusal("oauth.access_token", "oauth_problem=token_rejected"));
        assert!(is_refusal("cdn-headers", r#"{"status":404,"headers":{"content-length":"0"}}"#));
        let edge =
            Recording { method: "oauth.request_token", status: Some(502), body: b"<html>Bad Gateway</html>" };
        assert!(matches!(decode_recording(&edge), Ok(Decoded::Refusal(_))));
        assert!(is_refusal("cdn-headers", r#"{"status":302,"headers":{}}"#));
    }

    #[test]
    fn the_headers_of_a_stored_file_are_a_promise() {
        let body =
            r#"{"status":"200","headers":{"content-length":12,"content-md5":"CYLr14GddxXYkiZ3yKjGQA=="}}"#;

        let promise = Decoded::Answer("a promise of 12 bytes and an MD5".to_owned());
        assert_eq!(decode("cdn-headers", body), Ok(promise));
    }
}
