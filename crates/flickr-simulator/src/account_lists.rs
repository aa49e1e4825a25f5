//! What the API tells of the owner: profile, preferences, limits, and the spellings of all tags.

use std::collections::{BTreeMap, BTreeSet};

use crate::account::Account;
use crate::addresses::PAGES;
use crate::chance::{Of, draw};
use crate::order::{By, Sight};
use crate::overlay::Edits;
use crate::people::Who;
use crate::rest::{Call, Refusal};
use crate::tags;

/// What the owner wrote on the profile page.
pub(crate) struct Profile {
    pub(crate) location: &'static str,
    pub(crate) description: &'static str,
    pub(crate) occupation: &'static str,
    pub(crate) hometown: &'static str,
    pub(crate) website: &'static str,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) city: &'static str,
    pub(crate) country: &'static str,
    pub(crate) joined: i64,
    pub(crate) timezone: &'static str,
    pub(crate) first_taken: &'static str,
    pub(crate) first_uploaded: i64,
}

/// The profile of an account.
pub(crate) fn profile(account: &Account) -> Profile {
    let (first, last) = account.fullname.split_once(' ').unwrap_or((&account.fullname, ""));
    Profile {
        location: "Lövånger, Sweden",
        description: "I walk along the <b>shore</b>.\n\n<a href=\"https://example.com/\">More</a> & more.",
        occupation: "lighthouse keeper",
        hometown: "Skellefteå",
        website: "https://example.com/robin",
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        city: "Lövånger",
        country: "Sweden",
        joined: 1_109_000_000,
        timezone: "Stockholm: W. Europe",
        first_taken: "2004-12-24 18:00:00",
        first_uploaded: 1_109_635_200,
    }
}

/// What the owner set for new uploads, in Flickr's numbers.
pub(crate) struct Preferences {
    /// 1 photos, 2 screenshots, 3 other.
    pub(crate) content_type: i64,
    /// 0 nothing set, 1 public, 2 contacts, 3 friends and family, 4 friends, 5 family, 6 the owner.
    pub(crate) geo_viewers: i64,
    /// 0 shown in public searches, 1 hidden.
    pub(crate) hidden: i64,
    /// 1 public, 2 friends, 3 family, 4 friends and family, 5 private.
    pub(crate) privacy: i64,
    /// 1 safe, 2 moderate, 3 restricted.
    pub(crate) safety_level: i64,
}

/// The preferences of an account.
pub(crate) fn preferences(account: &Account) -> Preferences {
    let drawn = draw(account.seed, 0, Of::Rights);
    Preferences {
        content_type: 1 + (drawn % 3) as i64,
        geo_viewers: (drawn >> 8) as i64 % 7,
        hidden: (drawn >> 16) as i64 % 2,
        privacy: 1 + (drawn >> 24) as i64 % 5,
        safety_level: 1 + (drawn >> 32) as i64 % 3,
    }
}

/// Answers one of the five methods under `flickr.prefs`, each of which tells one number.
pub(crate) fn preference(call: &Call<'_>, name: &str) -> String {
    let set = preferences(&call.world.account);
    let number = match name {
        "content_type" => set.content_type,
        "geoperms" => set.geo_viewers,
        "hidden" => set.hidden,
        "privacy" => set.privacy,
        _ => set.safety_level,
    };
    let mut json = call.object();
    json.open("person");
    json.string("nsid", &call.world.account.nsid);
    json.text_int(name, number);
    if name == "geoperms" {
        json.loose_int("importgeoexif", 1);
    }
    json.close();
    json.finish_ok()
}

/// How many photos and videos the account holds.
pub(crate) fn count(call: &Call<'_>) -> i64 {
    let sight = Sight { by: By::Upload, sees_private: call.is_owner, highest_safety_level: 2 };
    call.world.order(sight).len() as i64
}

/// Answers `flickr.people.getInfo`.
pub(crate) fn people_get_info(call: &Call<'_>) -> Result<String, Refusal> {
    let world = call.world;
    let account = &world.account;
    if !call.value("user_id").is_some_and(|user| call.means_owner(user)) {
        return Err(Refusal(1, "User not found".into()));
    }
    let count = count(call);
    let profile = profile(account);
    let mut json = call.object();
    json.open("person");
    json.string("id", &account.nsid);
    json.string("nsid", &account.nsid);
    json.int("ispro", i64::from(!world.behaviour().free_account));
    json.int("is_deleted", 0);
    json.string("iconserver", "65535");
    json.int("iconfarm", 66);
    json.string_or_null("path_alias", account.path_alias.as_deref());
    json.loose_int("has_stats", 0);
    json.content("username", &account.username);
    json.content("realname", &account.fullname);
    json.content("location", profile.location);
    json.open("timezone");
    json.string("label", profile.timezone);
    json.string("offset", "+01:00");
    json.string("timezone_id", "Europe/Stockholm");
    json.close();
    json.content("description", profile.description);
    let pages = format!("{PAGES}/photos/{}/", account.name_in_addresses());
    json.content("photosurl", &pages);
    json.content("profileurl", &pages.replace("/photos/", "/people/"));
    json.content("mobileurl", &format!("{PAGES}/photostream.gne?id=12037"));
    json.open("photos");
    json.content("firstdatetaken", profile.first_taken);
    json.content("firstdate", &profile.first_uploaded.to_string());
    json.content_int("count", count);
    json.content("views", "355");
    json.close();
    if call.is_owner {
        json.int("upload_count", count);
        json.int("upload_limit", 1_000);
        json.string("upload_limit_status", "below_limit");
        json.int("is_cognito_user", 1);
        json.int("all_rights_reserved_photos_count", 0);
        json.int("has_adfree", 0);
    }
    json.close();
    Ok(json.finish_ok())
}

/// Answers `flickr.profile.getProfile`.
pub(crate) fn get_profile(call: &Call<'_>) -> Result<String, Refusal> {
    let account = &call.world.account;
    if !call.value("user_id").is_some_and(|user| call.means_owner(user)) {
        return Err(Refusal(1, "User not found".into()));
    }
    let profile = profile(account);
    let mut json = call.object();
    json.open("profile");
    json.string("id", &account.nsid);
    json.string("nsid", &account.nsid);
    json.text_int("join_date", profile.joined);
    json.string("occupation", profile.occupation);
    json.string("hometown", profile.hometown);
    json.string("showcase_set", "72157620000000000");
    json.string("showcase_set_title", "Profile Showcase");
    json.string("first_name", &profile.first_name);
    json.string("last_name", &profile.last_name);
    json.string("profile_description", profile.description);
    json.string("website", profile.website);
    json.string("city", profile.city);
    json.string("country", profile.country);
    for name in ["facebook", "twitter", "tumblr", "instagram", "pinterest"] {
        json.string(name, "");
    }
    json.close();
    Ok(json.finish_ok())
}

/// Answers `flickr.people.getUploadStatus`.
pub(crate) fn upload_status(call: &Call<'_>) -> String {
    let account = &call.world.account;
    let is_free = call.world.behaviour().free_account;
    let mut json = call.object();
    json.open("user");
    json.string("id", &account.nsid);
    json.int("ispro", i64::from(!is_free));
    json.content("username", &account.username);
    json.open("bandwidth");
    json.loose_int("maxbytes", 214_748_364_800);
    json.text_int("usedbytes", 25_475_391);
    json.text_int("remainingbytes", 214_722_889_409);
    json.int("unlimited", i64::from(!is_free));
    json.close();
    json.open("filesize");
    json.int("maxbytes", 209_715_200);
    json.int("maxmb", 200);
    json.close();
    json.open("sets");
    json.raw("created", "null");
    json.string("remaining", "lots");
    json.close();
    json.open("videosize");
    json.int("maxbytes", 1_073_741_824);
    json.close();
    json.int("upload_count", count(call));
    json.int("upload_limit", if is_free { 1_000 } else { 0 });
    json.close();
    json.finish_ok()
}

/// Each tag of the owner's with all the ways the owner wrote it.
pub(crate) fn spellings(account: &Account, edits: &Edits) -> BTreeMap<String, BTreeSet<String>> {
    let mut spellings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for index in 0..account.photos + edits.added {
        let overlay = edits.of(index);
        if overlay.deleted {
            continue;
        }
        for tag in tags::of_photo(account, index, overlay) {
            if tag.author == Who::Owner {
                spellings.entry(tag.text).or_default().insert(tag.raw);
            }
        }
    }
    spellings
}

/// Answers `flickr.tags.getListUserRaw`.
pub(crate) fn tags_raw(call: &Call<'_>) -> String {
    let account = &call.world.account;
    let spellings = call.world.with_edits(|edits| spellings(account, edits));
    let wanted = call.value("tag");
    let mut json = call.object();
    json.open("who");
    json.string("id", &account.nsid);
    json.open("tags");
    json.list("tag");
    for (text, raws) in spellings.iter().filter(|(text, _)| wanted.is_none_or(|wanted| wanted == *text)) {
        json.open_item();
        json.string("clean", text);
        json.list("raw");
        for raw in raws {
            json.open_item();
            json.string("_content", raw);
            json.close();
        }
        json.close_list();
        json.close();
    }
    json.close_list();
    json.close();
    json.close();
    json.finish_ok()
}
