//! `photos.getSizes`: every size with its label, and for a video its streams behind the pictures.

use crate::addresses::{original_address, page_address, size_address};
use crate::json::Json;
use crate::media::DERIVED_STREAMS;
use crate::photo::{Kind, Photo, Streams};
use crate::rest::{Call, Refusal};
use crate::shape::{LONGEST_FREE, SIZES};
use crate::streams::play_address;

/// Answers `flickr.photos.getSizes`.
pub(crate) fn get_sizes(call: &Call<'_>) -> Result<String, Refusal> {
    let photo = visible_photo(call)?;
    let has_original = call.is_owner && !call.world.behaviour().free_account;
    let mut json = call.object();
    json.open("sizes");
    json.int("canblog", 1);
    json.int("canprint", 1);
    json.int("candownload", has_original.into());
    json.list("size");
    pictures(call, &mut json, &photo, has_original);
    if let Kind::Video(streams) = photo.kind {
        films(call, &mut json, &photo, streams, has_original);
    }
    json.close_list();
    json.close();
    Ok(json.finish_ok())
}

/// Finds the photo that a call names, if the caller may see it.
pub(crate) fn visible_photo(call: &Call<'_>) -> Result<Photo, Refusal> {
    let asked = call.value("photo_id").unwrap_or_default();
    let not_found = || Refusal(1, format!("Photo \"{asked}\" not found (invalid ID)"));
    let photo = asked.parse().ok().and_then(|id| call.world.photo(id)).ok_or_else(not_found)?;
    let is_public = photo.visibility == crate::photo::Visibility::Public;
    if call.is_owner || is_public {
        return Ok(photo);
    }
    // A private photo is sometimes not found and sometimes private (recordings of 2024 and 2025).
    if photo.id.is_multiple_of(2) {
        Err(Refusal(2, "Photo is private".into()))
    } else {
        Err(Refusal(1, "Photo not found".into()))
    }
}

struct Line<'a> {
    label: &'a str,
    width: u32,
    height: u32,
    source: String,
    page: String,
    media: &'a str,
}

fn line(json: &mut Json, line: &Line<'_>) {
    json.open_item();
    json.string("label", line.label);
    json.loose_int("width", line.width.into());
    json.loose_int("height", line.height.into());
    json.string("source", &line.source);
    json.string("url", &line.page);
    json.string("media", line.media);
    json.close();
}

fn pictures(call: &Call<'_>, json: &mut Json, photo: &Photo, has_original: bool) {
    let world = call.world;
    let is_free = world.behaviour().free_account;
    let page = |name: &str| format!("{}sizes/{name}/", page_address(world, photo));
    for size in SIZES.iter().filter(|size| !is_free || size.long <= LONGEST_FREE) {
        let Some(dimensions) = size.of(photo.shown()) else { continue };
        let source = size_address(world, photo, size);
        let (width, height) = (dimensions.width, dimensions.height);
        line(json, &Line { label: size.label, width, height, source, page: page(size.page), media: "photo" });
    }
    if has_original {
        let (width, height) = (photo.dimensions.width, photo.dimensions.height);
        let source = original_address(world, photo);
        line(json, &Line { label: "Original", width, height, source, page: page("o"), media: "photo" });
    }
}

fn films(call: &Call<'_>, json: &mut Json, photo: &Photo, streams: Streams, has_original: bool) {
    let world = call.world;
    let (width, height) = (photo.dimensions.width, photo.dimensions.height);
    let mut film = |label: &str, source: String| {
        line(json, &Line { label, width, height, source, page: page_address(world, photo), media: "video" });
    };
    let Photo { id, secret, .. } = photo;
    let player =
        format!("{}/apps/video/stewart.swf?v=2&photo_id={id}&photo_secret={secret}", world.addresses.api);
    film("Video Player", player);
    if matches!(streams, Streams::OnlySwf | Streams::Pending) {
        return;
    }
    for label in DERIVED_STREAMS {
        film(label, play_address(world, photo, label));
    }
    if streams == Streams::WithOriginal && has_original {
        film("Video Original", play_address(world, photo, "orig"));
    }
}
