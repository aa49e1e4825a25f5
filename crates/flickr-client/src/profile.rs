//! The profile of an account, its small picture, and what it may still upload.

use std::collections::BTreeMap;

use flickr_model::{Icon, Profile, Timezone, UploadStatus, UserId};
use serde_json::{Map, Value, json};

use crate::lenient::Scalar;
use crate::told::{self, Told};
use crate::{Endpoint, FlickrClient, FlickrError, Source};

const PERSON: &str = "flickr.people.getInfo";
const PAGE: &str = "flickr.profile.getProfile";
pub(crate) const UPLOADS: &str = "flickr.people.getUploadStatus";

/// Fields of a profile page that lead elsewhere.
const ELSEWHERE: [&str; 6] = ["website", "facebook", "twitter", "tumblr", "instagram", "pinterest"];

impl FlickrClient {
    /// Asks for the profile of an account: two calls. Where Flickr refuses the second, the first has to do.
    pub async fn profile(&self, nsid: &UserId) -> Result<Told<Profile>, FlickrError> {
        let arguments = [("user_id", nsid.as_str())];
        let person = told::noun(self.call_for_one::<Value>(PERSON, &arguments).await?.value, "person");
        let page = match self.call_for_one::<Value>(PAGE, &arguments).await {
            Ok(answer) => told::noun(answer.value, "profile"),
            Err(FlickrError::Refused { .. }) => Value::Null,
            Err(error) => return Err(error),
        };
        Ok(read(nsid, person, page))
    }

    /// Asks what the signed-in person may still upload: one call.
    pub async fn upload_status(&self) -> Result<Told<UploadStatus>, FlickrError> {
        Ok(read_uploads(self.call_for_one::<Value>(UPLOADS, &[]).await?.value))
    }

    /// Where the small picture of an account is, best first. None without one, and none at a stand-in: its address
    /// is made here and not given by Flickr, so that asking for it would reach the real image host.
    #[must_use]
    pub fn avatar(&self, profile: &Profile) -> Vec<Source> {
        match self.endpoint() {
            Endpoint::Flickr => avatar(profile),
            Endpoint::Loopback(_) => Vec::new(),
        }
    }
}

/// Server 0 says that there is none (documented under "buddy icons"); `_r` is the largest that was recorded.
fn avatar(profile: &Profile) -> Vec<Source> {
    let Some(icon) = &profile.icon else { return Vec::new() };
    let stem =
        format!("https://farm{}.staticflickr.com/{}/buddyicons/{}", icon.farm, icon.server, profile.id);
    ["_r", "_l", ""].iter().map(|size| Source::new(&format!("{stem}{size}.jpg"), "Avatar")).collect()
}

/// Reads both answers; `page` may be nothing.
pub(crate) fn read(nsid: &UserId, person: Value, page: Value) -> Told<Profile> {
    let raw = json!({"person": person, "profile": page});
    let empty = Map::new();
    let (person, page) = (person.as_object().unwrap_or(&empty), page.as_object().unwrap_or(&empty));
    let photos = person.get("photos").and_then(Value::as_object).unwrap_or(&empty);
    let words = |name: &str| Scalar::field(person, name).into_filled();
    let more = |name: &str| Scalar::field(page, name).into_filled();
    let (description, about) = (words("description"), more("profile_description"));
    let profile = Profile {
        id: Scalar::field(person, "nsid")
            .filled()
            .and_then(|id| id.parse().ok())
            .unwrap_or_else(|| nsid.clone()),
        username: words("username").unwrap_or_default(),
        realname: words("realname"),
        first_name: more("first_name"),
        last_name: more("last_name"),
        path_alias: words("path_alias"),
        profile_description: about.clone().filter(|_| description.is_some() && description != about),
        description: description.or(about).unwrap_or_default(),
        location: words("location"),
        city: more("city"),
        country: more("country"),
        hometown: more("hometown"),
        occupation: more("occupation"),
        timezone: person.get("timezone").and_then(Value::as_object).and_then(timezone),
        joined: Scalar::field(page, "join_date").moment(),
        is_pro: Scalar::field(person, "ispro").flag(),
        photos_url: words("photosurl"),
        profile_url: words("profileurl"),
        elsewhere: elsewhere(page),
        showcase: Scalar::field(page, "showcase_set").filled().and_then(|id| id.parse().ok()),
        first_taken: Scalar::field(photos, "firstdatetaken").into_filled(),
        first_uploaded: Scalar::field(photos, "firstdate").moment(),
        photos: Scalar::field(photos, "count").number(),
        views: Scalar::field(photos, "views").number(),
        icon: icon(person),
    };
    Told::new(profile, raw)
}

fn timezone(fields: &Map<String, Value>) -> Option<Timezone> {
    let word = |name: &str| Scalar::field(fields, name).into_filled();
    let zone = Timezone { label: word("label"), offset: word("offset"), id: word("timezone_id") };
    (zone != Timezone::default()).then_some(zone)
}

fn elsewhere(page: &Map<String, Value>) -> BTreeMap<String, String> {
    let named = |name: &&str| Some(((*name).to_owned(), Scalar::field(page, name).into_filled()?));
    ELSEWHERE.iter().filter_map(named).collect()
}

fn icon(person: &Map<String, Value>) -> Option<Icon> {
    let number = |name: &str| Scalar::field(person, name).number();
    let server = number("iconserver").filter(|server| *server != 0)?;
    // `farm = server / 1000 + 1` held for all of 155 recorded pairs.
    let farm = number("iconfarm").filter(|farm| *farm != 0).unwrap_or(server / 1000 + 1);
    Some(Icon { server, farm })
}

pub(crate) fn read_uploads(answer: Value) -> Told<UploadStatus> {
    let raw = told::noun(answer, "user");
    let empty = Map::new();
    let user = raw.as_object().unwrap_or(&empty);
    let part = |name: &str| user.get(name).and_then(Value::as_object).unwrap_or(&empty);
    let number = |part: &Map<String, Value>, name: &str| Scalar::field(part, name).number();
    let bandwidth = part("bandwidth");
    let unlimited = Scalar::field(bandwidth, "unlimited").flag().unwrap_or(false);
    let status = UploadStatus {
        is_pro: Scalar::field(user, "ispro").flag(),
        bytes_a_month: number(bandwidth, "maxbytes").filter(|_| !unlimited),
        bytes_used: number(bandwidth, "usedbytes"),
        photo_bytes: number(part("filesize"), "maxbytes"),
        video_bytes: number(part("videosize"), "maxbytes"),
        albums_made: number(part("sets"), "created"),
        albums_left: Scalar::field(part("sets"), "remaining").into_filled(),
        videos_uploaded: number(part("videos"), "uploaded"),
        videos_left: Scalar::field(part("videos"), "remaining").into_filled(),
        uploads: number(user, "upload_count"),
        uploads_limit: number(user, "upload_limit"),
    };
    Told::new(status, raw)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn profile(person: Value, page: Value) -> Profile {
        read(&"1@N00".parse().unwrap(), person, page).value
    }

    #[test]
    fn a_profile_is_read_from_two_answers() {
        let person = json!({"nsid": "1@N00", "ispro": "1", "iconserver": "8033", "iconfarm": 9, "path_alias": null,
            "username": {"_content": "ada"}, "realname": {"_content": "Ada L."}, "location": {"_content": "Here"},
            "timezone": {"label": "Zagreb", "offset": "+01:00", "timezone_id": "Europe/Zagreb"},
            "description": {"_content": "<b>Hi</b>"}, "photos": {"firstdate": {"_content": "1351420592"}, "count": {"_content": "98"}}});
        let page = json!({"id": "1@N00", "join_date": 1_332_000_000, "occupation": "Numbers", "instagram": "ada", "facebook": "", "city": null,
            "profile_description": "More of me"});

        let profile = profile(person, page);

        assert_eq!(
            (profile.username.as_str(), profile.is_pro, profile.photos),
            ("ada", Some(true), Some(98))
        );
        assert_eq!(profile.timezone.clone().unwrap().offset.as_deref(), Some("+01:00"));
        assert_eq!(profile.joined.unwrap().as_second(), 1_332_000_000);
        assert_eq!((profile.elsewhere.len(), profile.city.clone()), (1, None));
        assert_eq!(
            (profile.description.as_str(), profile.profile_description.as_deref()),
            ("<b>Hi</b>", Some("More of me"))
        );
        let places: Vec<String> =
            avatar(&profile).iter().map(|source| source.address.expose().to_owned()).collect();
        assert_eq!(places.last().unwrap(), "https://farm9.staticflickr.com/8033/buddyicons/1@N00.jpg");
    }

    #[test]
    fn a_bare_profile_is_one_too_and_has_no_picture() {
        let bare = profile(json!({"iconserver": "0", "iconfarm": 0}), Value::Null);

        assert_eq!((bare.id.as_str(), bare.username.as_str(), bare.icon.clone()), ("1@N00", "", None));
        assert!(avatar(&bare).is_empty());
    }

    #[test]
    fn an_upload_status_has_limits_or_lots() {
        let told = read_uploads(
            json!({"user": {"id": "1@N00", "ispro": 0, "bandwidth": {"maxbytes": 300, "usedbytes": "20", "unlimited": 0},
            "filesize": {"maxbytes": "200"}, "videosize": {"maxbytes": 100}, "sets": {"created": null, "remaining": "lots"},
            "videos": {"uploaded": 0, "remaining": 2}, "upload_count": "7", "upload_limit": 1000}, "stat": "ok"}),
        );

        let status = told.value;
        assert_eq!(
            (status.bytes_a_month, status.bytes_used, status.photo_bytes),
            (Some(300), Some(20), Some(200))
        );
        assert_eq!((status.albums_made, status.albums_left.as_deref()), (None, Some("lots")));
        assert_eq!((status.videos_left.as_deref(), status.uploads), (Some("2"), Some(7)));
    }
}
