//! The image host: secrets are the only capability, and what is known of a file stands in its headers.

use md5::{Digest, Md5};

use crate::account::{OldSecret, OriginalHeaders};
use crate::addresses::{Asked, read, size_of};
use crate::base64;
use crate::clock::http_date;
use crate::faults::{Kind, Subject};
use crate::gif;
use crate::media::{Item, bytes, container, in_bulk};
use crate::mp4::Container;
use crate::percent::value;
use crate::photo::{Photo, secrets};
use crate::range;
use crate::request::Request;
use crate::response::{Framing, Response};
use crate::shape::LONGEST_FREE;
use crate::streams::{is_good_ticket, offered, secret_for};
use crate::world::World;

/// What a path asks for, as far as faults care.
pub(crate) fn subject(path: &str) -> Subject {
    match read(path) {
        Some(Asked::Picture { id, .. }) => Subject::Image { photo: Some(id), is_stream: false },
        Some(Asked::Stream { id, .. }) => Subject::Image { photo: Some(id), is_stream: true },
        None => Subject::Image { photo: None, is_stream: false },
    }
}

/// Answers the foreign host, which has nothing but the grey picture.
pub(crate) fn foreign(request: &Request) -> Response {
    match request.path.as_str() {
        "/photo_unavailable.gif" => Response::new(200, "image/gif", gif::placeholder()),
        _ => Response::not_found(),
    }
}

/// Answers a request to the image host.
pub(crate) fn answer(world: &World, request: &Request, fault: Option<&Kind>) -> Response {
    if request.method != "GET" && request.method != "HEAD" {
        return Response::new(403, "text/html", "");
    }
    let whole = match read(&request.path) {
        Some(Asked::Picture { id, secret, suffix, extension }) => {
            picture(world, id, secret, suffix, extension)
        }
        Some(Asked::Stream { id, secret, label }) => stream(world, request, id, secret, label),
        None => None,
    };
    match whole {
        Some(whole) if whole.status == 200 => range::cut(request, whole, fault),
        Some(other) => other,
        None => Response::not_found(),
    }
}

fn picture(world: &World, id: u64, secret: &str, suffix: &str, extension: &str) -> Option<Response> {
    let photo = world.photo(id)?;
    let behaviour = world.behaviour();
    if suffix == "_o" {
        if secret != photo.original_secret {
            return old_secret(world, &photo, secret);
        }
        let may = !behaviour.free_account && extension == photo.extension();
        return may.then(|| original(&photo, behaviour.original_headers));
    }
    let size = size_of(suffix)?;
    let dimensions = size.of(photo.shown())?;
    let right = size.own_secret.map_or_else(|| photo.secret.clone(), |of| photo.large_secret(of));
    if secret != right {
        return old_secret(world, &photo, secret);
    }
    if extension != "jpg" || (behaviour.free_account && size.long > LONGEST_FREE) {
        return None;
    }
    let body = bytes(&photo, Item::Sized(size, dimensions));
    Some(rendered(Response::new(200, "image/jpeg", body), &photo))
}

/// A secret that was good before the photo was replaced or hidden may still lead somewhere; a guessed one never does.
fn old_secret(world: &World, photo: &Photo, secret: &str) -> Option<Response> {
    let version = world.with_edits(|edits| edits.of(photo.index).secret_version);
    let was_good = (0..version).any(|old| {
        let (ordinary, original) = secrets(photo.seed, photo.index, old);
        secret == ordinary || secret == original
    });
    let placeholder = format!("{}/photo_unavailable.gif", world.addresses.foreign);
    (was_good && world.behaviour().old_secret == OldSecret::Placeholder)
        .then(|| Response::redirect(&placeholder))
}

fn original(photo: &Photo, headers: OriginalHeaders) -> Response {
    let kind = match photo.extension() {
        "png" => "image/png",
        "gif" => "image/gif",
        _ => "image/jpeg",
    };
    with_headers(whole(kind, photo, Item::Original), photo, headers)
}

fn whole(kind: &str, photo: &Photo, item: Item<'_>) -> Response {
    match in_bulk(photo, item) {
        Some(bulk) => Response::in_bulk(kind, bulk),
        None => Response::new(200, kind, bytes(photo, item)),
    }
}

fn stream(world: &World, request: &Request, id: u64, secret: &str, label: &str) -> Option<Response> {
    let photo = world.photo(id)?;
    let label = offered(world, &photo, true).into_iter().find(|known| *known == label)?;
    if secret != secret_for(&photo, label) {
        return old_secret(world, &photo, secret);
    }
    let query = request.query_pairs();
    if !is_good_ticket(world, id, value(&query, "s").unwrap_or_default()) {
        return Some(Response::new(403, "text/html; charset=utf-8", ""));
    }
    let mut answer = whole("video/mp4", &photo, Item::Stream(label));
    if label == "orig" {
        let ending = if container(&photo) == Container::QuickTime { "mov" } else { "mp4" };
        answer = answer.with("content-disposition", format!("attachment; filename={id}.{ending}"));
    }
    Some(with_headers(answer, &photo, world.behaviour().original_headers))
}

fn with_headers(answer: Response, photo: &Photo, headers: OriginalHeaders) -> Response {
    let digest = |answer: &Response| match &answer.bulk {
        Some(bulk) => bulk.md5(),
        None => Md5::digest(&answer.body).into(),
    };
    let quoted = |digest: [u8; 16]| format!("\"{}\"", hexadecimal(&digest));
    match headers {
        OriginalHeaders::Digest => {
            let (digest, length) = (digest(&answer), answer.length().to_string());
            stored(answer, photo)
                .with("content-md5", base64::standard(&digest))
                .with("etag", quoted(digest))
                .with("x-ttdb-l", length)
        }
        OriginalHeaders::EtagOnly => {
            let tag = quoted(digest(&answer));
            stored(answer, photo).with("etag", tag)
        }
        OriginalHeaders::LengthOnly => stored(answer, photo),
        OriginalHeaders::Chunked => rendered(answer, photo),
    }
}

/// A file as it was stored: with its length, and in parts if wanted.
fn stored(answer: Response, photo: &Photo) -> Response {
    common(answer, photo).with("accept-ranges", "bytes").with("origintype", "S")
}

/// A file made on the way: no length, and a tag that is no digest of it.
fn rendered(answer: Response, photo: &Photo) -> Response {
    let tag = format!("\"{:016x}{:016x}.1\"", photo.picture_number(), photo.id);
    let length = answer.length().to_string();
    let mut answer = common(answer, photo).with("etag", tag).with("origintype", "X").with("x-ttdb-l", length);
    answer.delivery.framing = Framing::Chunked;
    answer
}

fn common(answer: Response, photo: &Photo) -> Response {
    answer
        .with("last-modified", http_date(photo.updated))
        .with("cache-control", "public, max-age=31536000")
        .with("imagewidth", photo.dimensions.width.to_string())
        .with("imageheight", photo.dimensions.height.to_string())
        .with("server", "Jubilee")
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
