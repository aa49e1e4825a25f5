//! The small methods: `test.echo`, `test.login`, `people.getInfo` and `photos.getInfo` as the owner sees them.

use crate::addresses::page_address;
use crate::json::Json;
use crate::order::{By, Sight};
use crate::photo::{Kind, Photo, Streams};
use crate::record::visibility;
use crate::rest::{Call, Refusal};
use crate::sizes::visible_photo;

/// Answers `flickr.test.echo` with all parameters.
pub(crate) fn echo(call: &Call<'_>) -> String {
    let mut json = call.object();
    for (name, value) in &call.parameters {
        json.content(name, value);
    }
    json.finish_ok()
}

/// Answers `flickr.test.login`.
pub(crate) fn login(call: &Call<'_>) -> String {
    let account = &call.world.account;
    let mut json = call.object();
    json.open("user");
    json.string("id", &account.nsid);
    json.content("username", &account.username);
    json.string_or_null("path_alias", account.path_alias.as_deref());
    json.close();
    json.finish_ok()
}

/// Answers `flickr.people.getInfo`.
pub(crate) fn person(call: &Call<'_>) -> Result<String, Refusal> {
    let world = call.world;
    let account = &world.account;
    if !call.value("user_id").is_some_and(|user| call.means_owner(user)) {
        return Err(Refusal(1, "User not found".into()));
    }
    let sight = Sight { by: By::Upload, sees_private: call.is_owner, highest_safety_level: 2 };
    let count = world.order(sight).len() as i64;
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
    json.content("location", "Lövånger, Sweden");
    json.content("description", "");
    let pages = format!("{}/photos/{}/", world.addresses.api, account.name_in_addresses());
    json.content("photosurl", &pages);
    json.content("profileurl", &pages.replace("/photos/", "/people/"));
    json.open("photos");
    json.content("firstdatetaken", "2004-12-24 18:00:00");
    json.content("firstdate", "1109635200");
    json.content_int("count", count);
    json.content("views", "355");
    json.close();
    if call.is_owner {
        json.int("upload_count", count);
        json.int("upload_limit", 1_000);
        json.string("upload_limit_status", "below_limit");
    }
    json.close();
    Ok(json.finish_ok())
}

/// Answers `flickr.photos.getInfo`.
pub(crate) fn photo_info(call: &Call<'_>) -> Result<String, Refusal> {
    let photo = visible_photo(call)?;
    let mut json = call.object();
    json.open("photo");
    head(call, &mut json, &photo);
    json.content("title", &photo.title);
    json.content("description", &photo.description);
    json.open("visibility");
    visibility(&mut json, photo.visibility);
    json.close();
    dates(&mut json, &photo);
    if call.is_owner {
        pair(&mut json, "permissions", [("permcomment", 3), ("permaddmeta", 2)]);
    }
    json.text_int("views", photo.views);
    let owner = i64::from(call.is_owner);
    pair(&mut json, "editability", [("cancomment", owner), ("canaddmeta", owner)]);
    pair(&mut json, "publiceditability", [("cancomment", 1), ("canaddmeta", 0)]);
    let can_download = i64::from(call.is_owner && !call.world.behaviour().free_account);
    pair(
        &mut json,
        "usage",
        [("candownload", can_download), ("canblog", owner), ("canprint", owner), ("canshare", 1)],
    );
    json.content_int("comments", photo.views % 3);
    json.open("notes");
    json.list("note");
    json.close_list();
    json.close();
    pair(&mut json, "people", [("haspeople", 0)]);
    tags(call, &mut json, &photo);
    location(&mut json, &photo);
    json.open("urls");
    json.list("url");
    json.open_item();
    json.string("type", "photopage");
    json.string("_content", &page_address(call.world, &photo));
    json.close();
    json.close_list();
    json.close();
    media(&mut json, &photo);
    json.close();
    Ok(json.finish_ok())
}

fn head(call: &Call<'_>, json: &mut Json, photo: &Photo) {
    let account = &call.world.account;
    json.string("id", &photo.id.to_string());
    json.string("secret", &photo.secret);
    json.string("server", &photo.server.to_string());
    json.int("farm", (photo.server / 1_000 + 1) as i64);
    json.text_int("dateuploaded", photo.uploaded);
    json.int("isfavorite", 0);
    json.text_int("license", photo.licence);
    json.text_int("safety_level", photo.safety_level);
    json.int("rotation", 0);
    if call.is_owner && !call.world.behaviour().free_account {
        json.string("originalsecret", &photo.original_secret);
        json.string("originalformat", photo.extension());
    }
    json.open("owner");
    json.string("nsid", &account.nsid);
    json.string("username", &account.username);
    json.string("realname", &account.fullname);
    json.string("location", "");
    json.string("iconserver", "65535");
    json.int("iconfarm", 66);
    json.string_or_null("path_alias", account.path_alias.as_deref());
    json.close();
}

fn dates(json: &mut Json, photo: &Photo) {
    json.open("dates");
    json.text_int("posted", photo.uploaded);
    json.string("taken", &photo.taken.text);
    json.loose_int("takengranularity", photo.taken.granularity);
    json.text_int("takenunknown", photo.taken.unknown.into());
    json.text_int("lastupdate", photo.updated);
    json.close();
}

fn pair<const N: usize>(json: &mut Json, name: &str, numbers: [(&str, i64); N]) {
    json.open(name);
    for (key, number) in numbers {
        json.int(key, number);
    }
    json.close();
}

fn tags(call: &Call<'_>, json: &mut Json, photo: &Photo) {
    let account = &call.world.account;
    json.open("tags");
    json.list("tag");
    for (place, tag) in photo.tags.iter().enumerate() {
        json.open_item();
        json.string("id", &format!("12037-{}-{place}", photo.id));
        json.string("author", &account.nsid);
        json.string("authorname", &account.username);
        json.string("raw", &tag.to_uppercase());
        json.string("_content", tag);
        json.loose_int("machine_tag", 0);
        json.close();
    }
    json.close_list();
    json.close();
}

fn location(json: &mut Json, photo: &Photo) {
    let Some((latitude, longitude)) = &photo.location else { return };
    json.open("location");
    json.text_decimal("latitude", latitude);
    json.text_decimal("longitude", longitude);
    json.text_int("accuracy", 16);
    json.loose_int("context", 0);
    json.content("locality", "Lövånger");
    json.content("country", "Sweden");
    json.close();
    pair(json, "geoperms", [("ispublic", 1), ("iscontact", 0), ("isfriend", 0), ("isfamily", 0)]);
}

fn media(json: &mut Json, photo: &Photo) {
    let Kind::Video(streams) = photo.kind else {
        json.string("media", "photo");
        return;
    };
    let pending = streams == Streams::Pending;
    json.string("media", "video");
    json.open("video");
    json.int("ready", i64::from(!pending));
    json.int("failed", 0);
    json.int("pending", pending.into());
    json.string("duration", "12");
    json.loose_int("width", photo.dimensions.width.into());
    json.loose_int("height", photo.dimensions.height.into());
    json.close();
}
