//! The methods about albums, which Flickr calls photosets.

use crate::addresses::PAGES;
use crate::albums::{Album, Member, album, member_id, number_of, numbers};
use crate::foreign;
use crate::json::Json;
use crate::overlay::Edits;
use crate::paging::{Lengths, Page};
use crate::photo::{Photo, Visibility};
use crate::photo_lists::tell_comments;
use crate::record::{Extras, Teller, visibility};
use crate::rest::{Call, Refusal};

const LENGTHS: Lengths = Lengths { usual: 500, most: 500 };

/// Answers `flickr.photosets.getList`.
pub(crate) fn get_list(call: &Call<'_>) -> Result<String, Refusal> {
    if call.value("user_id").is_some_and(|user| !call.means_owner(user)) {
        return Err(Refusal(1, "User not found".into()));
    }
    let account = &call.world.account;
    Ok(call.world.with_edits(|edits| {
        let numbers = numbers(account, edits);
        let page = Page::of(call, numbers.len(), LENGTHS);
        let mut json = call.object();
        json.open("photosets");
        json.int("cancreate", 1);
        page.tell(&mut json);
        json.list("photoset");
        for number in page.cut(&numbers) {
            json.open_item();
            facts(call, &mut json, &album(account, edits, *number), edits);
            json.close();
        }
        json.close_list();
        json.close();
        json.finish_ok()
    }))
}

/// Answers `flickr.photosets.getInfo`.
pub(crate) fn get_info(call: &Call<'_>) -> Result<String, Refusal> {
    let album = asked_for(call)?;
    let mut json = call.object();
    json.open("photoset");
    json.string("owner", &call.world.account.nsid);
    json.string("username", &call.world.account.username);
    call.world.with_edits(|edits| facts(call, &mut json, &album, edits));
    json.close();
    Ok(json.finish_ok())
}

fn facts(call: &Call<'_>, json: &mut Json, album: &Album, edits: &Edits) {
    let account = &call.world.account;
    let videos = album.videos(account, edits) as i64;
    let all = album.members.len() as i64;
    json.string("id", &album.id.to_string());
    json.string("primary", &album.cover(account).to_string());
    json.string("secret", "a1b2c3d4e5");
    json.string("server", "65535");
    json.int("farm", 66);
    json.loose_int("photos", all - videos);
    json.loose_int("videos", videos);
    json.loose_int("count_photos", all - videos);
    json.loose_int("count_videos", videos);
    json.content("title", &album.title);
    json.content("description", &album.description);
    json.int("needs_interstitial", 0);
    json.int("visibility_can_see_set", 1);
    json.text_int("count_views", album.views);
    json.text_int("count_comments", album.comments.len() as i64);
    json.int("can_comment", call.is_owner.into());
    json.text_int("date_create", album.created);
    json.text_int("date_update", album.updated);
}

/// Answers `flickr.photosets.getPhotos`. The owner must be named; a photo does not say whose it is.
pub(crate) fn get_photos(call: &Call<'_>) -> Result<String, Refusal> {
    if !call.value("user_id").is_some_and(|user| call.means_owner(user)) {
        return Err(Refusal(1, "Photoset not found".into()));
    }
    let album = asked_for(call)?;
    let account = &call.world.account;
    let cover = album.cover(account);
    let teller = Teller::new(call, Extras::read(call.value("extras").unwrap_or_default()));
    Ok(call.world.with_edits(|edits| {
        let shown: Vec<Member> =
            album.members.iter().copied().filter(|member| is_shown(call, edits, *member)).collect();
        let page = Page::of(call, shown.len(), LENGTHS);
        let mut json = call.object();
        json.open("photoset");
        json.string("id", &album.id.to_string());
        json.string("primary", &cover.to_string());
        json.string("owner", &account.nsid);
        json.string("ownername", &account.username);
        json.list("photo");
        for member in page.cut(&shown) {
            json.open_item();
            match member {
                Member::Own(index) => {
                    let photo = Photo::new(account, *index, edits.of(*index));
                    teller.facts_without_owner(&mut json, &photo, edits.of(*index));
                }
                Member::Foreign(number) => {
                    let photo = foreign::photo(account, *number);
                    json.string("id", &photo.id.to_string());
                    json.string("title", &photo.title);
                    visibility(&mut json, Visibility::Public);
                }
            }
            json.text_int("isprimary", i64::from(member_id(account, *member) == cover));
            json.close();
        }
        json.close_list();
        page.tell_twice(&mut json);
        json.string("title", &album.title);
        json.close();
        json.finish_ok()
    }))
}

fn is_shown(call: &Call<'_>, edits: &Edits, member: Member) -> bool {
    let Member::Own(index) = member else { return true };
    let wanted = call.value("media").unwrap_or("all");
    if call.is_owner && wanted == "all" {
        return true;
    }
    let photo = Photo::new(&call.world.account, index, edits.of(index));
    let is_seen = call.is_owner || photo.visibility == Visibility::Public;
    is_seen && (wanted == "all" || (wanted == "videos") == photo.is_video())
}

/// Answers `flickr.photosets.comments.getList`.
pub(crate) fn get_comments(call: &Call<'_>) -> Result<String, Refusal> {
    let album = asked_for(call)?;
    let world = call.world;
    let page = format!("{PAGES}/photos/{}/sets/{}/", world.account.name_in_addresses(), album.id);
    let mut json = call.object();
    json.open("comments");
    json.string("photoset_id", &album.id.to_string());
    tell_comments(&world.account, &mut json, album.id, &page, album.comments);
    json.close();
    Ok(json.finish_ok())
}

fn asked_for(call: &Call<'_>) -> Result<Album, Refusal> {
    let account = &call.world.account;
    let wanted = call.value("photoset_id").and_then(|id| id.parse().ok());
    call.world
        .with_edits(|edits| {
            let number = number_of(account, edits, wanted?)?;
            Some(album(account, edits, number))
        })
        .ok_or_else(|| Refusal(1, "Photoset not found".to_owned()))
}
