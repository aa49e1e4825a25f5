//! What a perfect backup of the account holds: the other side of every test.

use crate::media::{Item, bytes};
use crate::order::{By, Sight};
use crate::photo::{Kind, Photo, Streams, Visibility, id};
use crate::shape::{LONGEST_FREE, SIZES};
use crate::world::World;

/// The facts of one photo or video that a test may want to find again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Its id.
    pub id: u64,
    /// Its title, as the owner wrote it.
    pub title: String,
    /// Its description.
    pub description: String,
    /// Whether it is a video.
    pub is_video: bool,
    /// Who may see it.
    pub visibility: Visibility,
    /// The upload date in seconds since 1970, garbage included.
    pub uploaded: i64,
    /// The last change in seconds since 1970.
    pub updated: i64,
    /// The taken date as Flickr writes it, garbage included.
    pub taken: String,
    /// Width in pixels as Flickr lists it.
    pub width: u32,
    /// Height in pixels as Flickr lists it.
    pub height: u32,
    /// The ending that fits the bytes of the best file: `jpg`, `png`, `gif`, `mp4` or `mov`.
    pub extension: &'static str,
    /// Whether Flickr gives its original.
    pub has_original: bool,
}

impl Expected {
    /// The facts as one JSON object.
    pub(crate) fn to_json(&self) -> String {
        serde_json::json!({
            "id": self.id.to_string(),
            "title": self.title,
            "description": self.description,
            "is_video": self.is_video,
            "is_public": self.visibility == Visibility::Public,
            "uploaded": self.uploaded,
            "updated": self.updated,
            "taken": self.taken,
            "width": self.width,
            "height": self.height,
            "extension": self.extension,
            "has_original": self.has_original,
        })
        .to_string()
    }
}

/// Lists all ids, oldest upload first.
pub(crate) fn ids(world: &World) -> Vec<u64> {
    let order = world.order(Sight { by: By::Upload, sees_private: true, highest_safety_level: 2 });
    (0..order.len()).map(|place| id(world.account.seed, order.at(place))).collect()
}

/// Gives the facts of a photo.
pub(crate) fn facts(world: &World, id: u64) -> Option<Expected> {
    let photo = world.photo(id)?;
    let has_original = has_original(world, &photo);
    Some(Expected {
        id,
        is_video: photo.is_video(),
        visibility: photo.visibility,
        uploaded: photo.uploaded,
        updated: photo.updated,
        width: photo.dimensions.width,
        height: photo.dimensions.height,
        extension: extension(&photo, has_original),
        has_original,
        title: photo.title,
        description: photo.description,
        taken: photo.taken.text,
    })
}

/// Gives the secrets of a photo.
pub(crate) fn secrets(world: &World, id: u64) -> Vec<String> {
    world.photo(id).map_or_else(Vec::new, |photo| vec![photo.secret, photo.original_secret])
}

/// Whether Flickr gives the original of a photo.
pub(crate) fn has_original(world: &World, photo: &Photo) -> bool {
    let is_there = !matches!(photo.kind, Kind::Video(streams) if streams != Streams::WithOriginal);
    is_there && !world.behaviour().free_account
}

fn extension(photo: &Photo, has_original: bool) -> &'static str {
    match photo.kind {
        Kind::Video(_)
            if has_original && crate::media::container(photo) == crate::mp4::Container::QuickTime =>
        {
            "mov"
        }
        Kind::Video(_) => "mp4",
        _ if has_original => photo.extension(),
        _ => "jpg",
    }
}

/// Gives the bytes of a photo's or video's original, where Flickr gives them.
pub(crate) fn original(world: &World, id: u64) -> Option<Vec<u8>> {
    original_of(world, &world.photo(id)?)
}

fn original_of(world: &World, photo: &Photo) -> Option<Vec<u8>> {
    if !has_original(world, photo) {
        return None;
    }
    let item = if photo.is_video() { Item::Stream("orig") } else { Item::Original };
    Some(bytes(photo, item))
}

/// Gives the best bytes there are: the original, else the best stream or the largest size that may be seen.
pub(crate) fn best(world: &World, id: u64) -> Option<Vec<u8>> {
    best_of(world, &world.photo(id)?)
}

/// The same for a photo that is at hand.
pub(crate) fn best_of(world: &World, photo: &Photo) -> Option<Vec<u8>> {
    if let Some(original) = original_of(world, photo) {
        return Some(original);
    }
    match photo.kind {
        Kind::Video(Streams::WithOriginal | Streams::DerivedOnly) => {
            Some(bytes(photo, Item::Stream(crate::media::DERIVED_STREAMS[0])))
        }
        Kind::Video(_) => None,
        _ => {
            let largest = SIZES.iter().rev().filter(|size| size.long <= LONGEST_FREE);
            let (size, dimensions) =
                largest.filter_map(|size| Some((size, size.of(photo.shown())?))).next()?;
            Some(bytes(photo, Item::Sized(size, dimensions)))
        }
    }
}
