//! A video's streams: who may have which, and the addresses that go stale after three minutes.

use crate::base64;
use crate::media::DERIVED_STREAMS;
use crate::photo::{Kind, Photo, Streams};
use crate::request::Request;
use crate::response::Response;
use crate::rest::{Call, Refusal};
use crate::signature::hmac_sha1;
use crate::sizes::visible_photo;
use crate::world::World;

/// Answers `flickr.video.getStreamInfo`, which wants the photo's secret besides its id.
pub(crate) fn get_stream_info(call: &Call<'_>) -> Result<String, Refusal> {
    let photo = visible_photo(call)?;
    if call.value("secret") != Some(photo.secret.as_str()) {
        return Err(Refusal(1, "Photo not found".into()));
    }
    let mut json = call.object();
    json.open("streams");
    json.list("stream");
    for label in offered(call.world, &photo, call.is_owner) {
        json.open_item();
        match label.parse::<i64>() {
            Ok(number) => json.loose_int("type", number),
            Err(_) => json.string("type", label),
        }
        json.string("_content", &signed_address(call.world, &photo, label));
        json.close();
    }
    json.close_list();
    json.close();
    Ok(json.finish_ok())
}

/// The streams that a caller is offered, in no useful order.
pub(crate) fn offered(world: &World, photo: &Photo, is_owner: bool) -> Vec<&'static str> {
    let Kind::Video(streams) = photo.kind else {
        return Vec::new();
    };
    let mut offered = match streams {
        Streams::WithOriginal | Streams::DerivedOnly => vec!["700", "iphone_wifi"],
        Streams::OnlySwf | Streams::Pending => return Vec::new(),
    };
    offered.extend(DERIVED_STREAMS);
    if streams == Streams::WithOriginal && is_owner && !world.behaviour().free_account {
        offered.push("orig");
    }
    offered
}

/// The address on the web host that redirects to a stream.
pub(crate) fn play_address(world: &World, photo: &Photo, label: &str) -> String {
    let (host, owner) = (&world.addresses.api, world.account.name_in_addresses());
    format!("{host}/photos/{owner}/{}/play/{label}/{}/", photo.id, secret_for(photo, label))
}

/// Answers a play address: a redirect to the image host, good for three minutes.
pub(crate) fn play(world: &World, request: &Request) -> Response {
    let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    let ["photos", _, id, "play", label, secret] = parts.as_slice() else {
        return Response::not_found();
    };
    let Some(photo) = id.parse().ok().and_then(|id| world.photo(id)) else {
        return Response::not_found();
    };
    let is_shut = *label == "orig" && !world.behaviour().play_orig_works;
    let is_offered = offered(world, &photo, true).contains(label);
    if is_shut || !is_offered || *secret != secret_for(&photo, label) {
        return Response::not_found();
    }
    Response::redirect(&signed_address(world, &photo, label))
}

/// The secret that stands in a stream's addresses.
pub(crate) fn secret_for<'a>(photo: &'a Photo, label: &str) -> &'a str {
    if label == "orig" { &photo.original_secret } else { &photo.secret }
}

/// The address of a stream, good for a few minutes.
pub(crate) fn signed_address(world: &World, photo: &Photo, label: &str) -> String {
    let expiry = world.now() + world.behaviour().stream_seconds;
    let ticket = ticket(world, photo.id, expiry);
    let images = &world.addresses.images;
    format!("{images}/video/{}/{}/{label}.mp4?s={ticket}", photo.id, secret_for(photo, label))
}

fn ticket(world: &World, id: u64, expiry: i64) -> String {
    let signature: String = hmac_sha1(world.api_secret.as_bytes(), format!("{id} {expiry}").as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    base64::for_address(format!("{{\"i\":{id},\"e\":{expiry},\"s\":\"{signature}\",\"v\":1}}").as_bytes())
}

/// Whether a ticket was given out for this video and is still good. It is checked by writing the tickets of the
/// seconds from now on and comparing, so that nothing needs to be decoded.
pub(crate) fn is_good_ticket(world: &World, id: u64, shown: &str) -> bool {
    let now = world.now();
    let longest = world.behaviour().stream_seconds.max(180);
    (now..=now + longest).any(|expiry| ticket(world, id, expiry) == shown)
}
