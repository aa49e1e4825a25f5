//! The REST door: who calls, which method, and Flickr's way of saying no.

use crate::damage::failure;
use crate::faults::Kind;
use crate::gate::{Purpose, check, parameters};
use crate::json::Json;
use crate::percent::value;
use crate::request::Request;
use crate::response::Response;
use crate::world::World;
use crate::{details, listing, sizes, streams};

/// A call that got past the gate.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a World,
    pub(crate) parameters: Vec<(String, String)>,
    /// Whether the owner calls, or somebody with a key only.
    pub(crate) is_owner: bool,
    /// What the listing is to lie about.
    pub(crate) lie: Option<&'a Kind>,
}

/// Why a call has no answer: a code and a message.
pub(crate) struct Refusal(pub(crate) i64, pub(crate) String);

impl Call<'_> {
    /// Finds a parameter.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        value(&self.parameters, name)
    }

    /// Starts an answer, with drift where that is asked for.
    pub(crate) fn object(&self) -> Json {
        let world = self.world;
        let drift = world.behaviour().type_drift;
        Json::object(drift.then(|| {
            let text = self.value("page").or(self.value("photo_id")).unwrap_or_default();
            text.bytes().fold(world.account.seed, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
        }))
    }

    /// Whether a user id means the owner of the account.
    pub(crate) fn means_owner(&self, user: &str) -> bool {
        user == self.world.account.nsid || (user == "me" && self.is_owner)
    }
}

/// Answers a REST call.
pub(crate) fn answer(world: &World, request: &Request, lie: Option<&Kind>) -> Response {
    let parameters = parameters(request);
    let is_signed = parameters.iter().any(|(name, _)| name.starts_with("oauth_"));
    if is_signed && let Err(refusal) = check(world, request, &parameters, Purpose::Rest) {
        return *refusal;
    }
    let call = Call { world, parameters, is_owner: is_signed, lie };
    if call.value("format") != Some("json") {
        let body = "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<rsp stat=\"fail\">\n\
            \t<err code=\"111\" msg=\"Format not found: the simulator speaks json only\" />\n</rsp>\n";
        return Response::new(200, "text/xml; charset=utf-8", body);
    }
    let answer = match key_problem(&call).map_or_else(|| method(&call), Err) {
        Ok(text) => Response::json(text),
        Err(Refusal(code, message)) => failure(code, &message, error_type(world)),
    };
    if call.value("nojsoncallback") == Some("1") { answer } else { in_callback(answer) }
}

/// In 2012 and 2013 JSON errors came as plain text.
fn error_type(world: &World) -> &'static str {
    if world.behaviour().type_drift { "text/plain; charset=utf-8" } else { "application/json" }
}

fn in_callback(mut answer: Response) -> Response {
    let inner = std::mem::take(&mut answer.body);
    answer.body = [b"jsonFlickrApi(".as_slice(), &inner, b")"].concat();
    answer
}

fn key_problem(call: &Call<'_>) -> Option<Refusal> {
    let key = call.value("api_key").or(call.value("oauth_consumer_key")).unwrap_or_default();
    if key == call.world.api_key {
        return None;
    }
    let well_formed = key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    let why = if well_formed { "Key not found" } else { "Key has invalid format" };
    Some(Refusal(100, format!("Invalid API Key ({why})")))
}

fn method(call: &Call<'_>) -> Result<String, Refusal> {
    let name = call.value("method").unwrap_or_default();
    let owner_only = || {
        let message = "Insufficient permissions. Method requires read privileges; none granted.";
        if call.is_owner { Ok(()) } else { Err(Refusal(99, message.to_owned())) }
    };
    match name {
        "flickr.test.echo" => Ok(details::echo(call)),
        "flickr.test.login" => owner_only().map(|()| details::login(call)),
        "flickr.people.getInfo" => details::person(call),
        "flickr.people.getPhotos" => listing::people_get_photos(call),
        "flickr.photos.recentlyUpdated" => owner_only().and_then(|()| listing::recently_updated(call)),
        "flickr.photos.getInfo" => details::photo_info(call),
        "flickr.photos.getSizes" => sizes::get_sizes(call),
        "flickr.video.getStreamInfo" => streams::get_stream_info(call),
        _ => Err(Refusal(112, format!("Method \"{name}\" not found"))),
    }
}
