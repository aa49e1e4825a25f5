//! The bytes behind every address: which picture or film it is, made anew each time, always the same.

use crate::account::Bodies;
use crate::bulk::{self, Bulk};
use crate::chance::{Filler, scramble};
use crate::mp4::Container;
use crate::photo::{Kind, Photo};
use crate::shape::{Dimensions, Size};
use crate::{gif, jpeg, mp4, png};

/// Something that can be fetched from the image host.
#[derive(Clone, Copy)]
pub(crate) enum Item<'a> {
    /// A photo's original; for a video its poster, which is what Flickr calls a video's original.
    Original,
    /// A smaller size.
    Sized(&'a Size, Dimensions),
    /// A video's stream.
    Stream(&'a str),
}

/// The derived streams, best first; none but `orig` is what the owner uploaded.
pub(crate) const DERIVED_STREAMS: [&str; 4] = ["1080p", "720p", "360p", "288p"];

/// Finds the body of an item that is not made in memory.
pub(crate) fn in_bulk(photo: &Photo, item: Item<'_>) -> Option<Bulk> {
    if photo.bodies != Bodies::Bulk {
        return None;
    }
    let note = |what: &str| format!("flickr-simulator {} {what} v{}", photo.id, photo.bytes_version);
    match (item, photo.kind) {
        (Item::Original, Kind::Jpeg) => Some(bulk::picture(photo.dimensions, &note("o"), photo.bytes_wanted)),
        (Item::Stream(label @ "orig"), Kind::Video(_)) => {
            Some(bulk::film(container(photo), photo.dimensions, &note(label), photo.bytes_wanted))
        }
        _ => None,
    }
}

/// Makes the bytes of an item.
pub(crate) fn bytes(photo: &Photo, item: Item<'_>) -> Vec<u8> {
    if let Some(bulk) = in_bulk(photo, item) {
        return bulk.gather();
    }
    match item {
        Item::Original => original(photo),
        Item::Sized(size, dimensions) => {
            let note = format!("flickr-simulator {} {} v{}", photo.id, size.extra, photo.bytes_version);
            jpeg::write(dimensions, photo.picture_number() ^ u64::from(size.long), &note, 0)
        }
        Item::Stream(label) => stream(photo, label),
    }
}

fn original(photo: &Photo) -> Vec<u8> {
    let note = format!("flickr-simulator {} o v{}", photo.id, photo.bytes_version);
    let number = photo.picture_number();
    let listed = photo.dimensions;
    let dimensions = match photo.swapped {
        true => Dimensions { width: listed.height, height: listed.width },
        false => listed,
    };
    let room = photo.bytes_wanted.saturating_sub(photo.trailer as u64);
    let mut bytes = match photo.kind {
        Kind::Jpeg => jpeg::write(dimensions, number, &note, room),
        Kind::Png => png::write(dimensions, number, &note, room),
        Kind::Gif => gif::write(dimensions, number, &note, room),
        Kind::Video(_) => jpeg::write(dimensions, number, &note, 0),
    };
    Filler::new(!number).append(&mut bytes, photo.trailer);
    bytes
}

fn stream(photo: &Photo, label: &str) -> Vec<u8> {
    let note = format!("flickr-simulator {} {label} v{}", photo.id, photo.bytes_version);
    let salt = label.bytes().fold(0u64, |salt, byte| scramble(salt ^ u64::from(byte)));
    let number = photo.picture_number() ^ salt;
    let (container, bytes_wanted) = match label {
        "orig" => (container(photo), photo.bytes_wanted),
        _ => (Container::Mp4, photo.bytes_wanted / 2),
    };
    mp4::write(container, photo.dimensions, number, &note, bytes_wanted)
}

/// What an uploaded film is: one in four is a QuickTime file.
pub(crate) fn container(photo: &Photo) -> Container {
    if photo.picture_number().is_multiple_of(4) { Container::QuickTime } else { Container::Mp4 }
}
