//! The REST door: who calls, which method, and Flickr's way of saying no.

use crate::circle::{self, Side, get_testimonials};
use crate::damage::failure;
use crate::faults::Kind;
use crate::gate::{Purpose, check, parameters};
use crate::json::Json;
use crate::percent::value;
use crate::request::Request;
use crate::response::Response;
use crate::world::World;
use crate::{
    account_lists, album_lists, collections, details, exif, galleries, groups, listing, photo_info,
    photo_lists, rights, sizes, streams,
};

type Answerer = fn(&Call<'_>) -> Result<String, Refusal>;

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
    match name {
        "flickr.test.echo" => Ok(details::echo(call)),
        "flickr.photos.licenses.getInfo" => Ok(rights::licences(call)),
        "flickr.people.getInfo" => account_lists::people_get_info(call),
        "flickr.profile.getProfile" => account_lists::get_profile(call),
        "flickr.people.getPhotos" => listing::people_get_photos(call),
        "flickr.photos.getInfo" => photo_info::get_info(call),
        "flickr.photos.getSizes" => sizes::get_sizes(call),
        "flickr.photos.getFavorites" => photo_info::get_favorites(call),
        "flickr.photos.getExif" => exif::get_exif(call),
        "flickr.photos.getAllContexts" => photo_lists::get_all_contexts(call),
        "flickr.photos.comments.getList" => photo_lists::get_comments(call),
        "flickr.photos.people.getList" => photo_lists::get_people(call),
        "flickr.photos.licenses.getLicenseHistory" => rights::licence_history(call),
        "flickr.video.getStreamInfo" => streams::get_stream_info(call),
        "flickr.photosets.getList" => album_lists::get_list(call),
        "flickr.photosets.getInfo" => album_lists::get_info(call),
        "flickr.photosets.getPhotos" => album_lists::get_photos(call),
        "flickr.photosets.comments.getList" => album_lists::get_comments(call),
        "flickr.collections.getTree" => collections::get_tree(call),
        "flickr.galleries.getList" => galleries::get_list(call),
        "flickr.galleries.getInfo" => galleries::get_info(call),
        "flickr.galleries.getPhotos" => galleries::get_photos(call),
        "flickr.galleries.getListForPhoto" => galleries::get_list_for_photo(call),
        "flickr.groups.pools.getPhotos" => groups::pools_get_photos(call),
        _ => owners_method(call, name),
    }
}

/// Methods that nobody but the signed owner may call.
fn owners_method(call: &Call<'_>, name: &str) -> Result<String, Refusal> {
    let answer: Answerer = match name {
        "flickr.test.login" => |call| Ok(details::login(call)),
        "flickr.photos.recentlyUpdated" => listing::recently_updated,
        "flickr.favorites.getList" => circle::favorites_get_list,
        "flickr.contacts.getList" => |call| Ok(circle::contacts_get_list(call)),
        "flickr.people.getGroups" => groups::people_get_groups,
        "flickr.groups.pools.getGroups" => |call| Ok(groups::pools_get_groups(call)),
        "flickr.people.getUploadStatus" => |call| Ok(account_lists::upload_status(call)),
        "flickr.tags.getListUserRaw" => |call| Ok(account_lists::tags_raw(call)),
        "flickr.prefs.getContentType" => |call| Ok(account_lists::preference(call, "content_type")),
        "flickr.prefs.getGeoPerms" => |call| Ok(account_lists::preference(call, "geoperms")),
        "flickr.prefs.getHidden" => |call| Ok(account_lists::preference(call, "hidden")),
        "flickr.prefs.getPrivacy" => |call| Ok(account_lists::preference(call, "privacy")),
        "flickr.prefs.getSafetyLevel" => |call| Ok(account_lists::preference(call, "safety_level")),
        "flickr.testimonials.getAllTestimonialsAbout" => {
            |call| Ok(get_testimonials(call, Side::About, false))
        }
        "flickr.testimonials.getAllTestimonialsBy" => |call| Ok(get_testimonials(call, Side::By, false)),
        "flickr.testimonials.getPendingTestimonialsAbout" => {
            |call| Ok(get_testimonials(call, Side::About, true))
        }
        "flickr.testimonials.getPendingTestimonialsBy" => |call| Ok(get_testimonials(call, Side::By, true)),
        _ => return Err(Refusal(112, format!("Method \"{name}\" not found"))),
    };
    if !call.is_owner {
        let message = "Insufficient permissions. Method requires read privileges; none granted.";
        return Err(Refusal(99, message.to_owned()));
    }
    answer(call)
}
