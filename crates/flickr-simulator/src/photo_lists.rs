//! The lists that hang on one photo: its comments, the people on it, and where else it is.

use crate::account::Account;
use crate::addresses::page_address;
use crate::albums::{album, contains, numbers};
use crate::groups::groups;
use crate::json::Json;
use crate::marks;
use crate::people::{icon, listed, person};
use crate::rest::{Call, Refusal};
use crate::said::{self, Comment};
use crate::sizes::visible_photo;

/// Answers `flickr.photos.comments.getList`, which has no pages however many there are.
pub(crate) fn get_comments(call: &Call<'_>) -> Result<String, Refusal> {
    let photo = visible_photo(call)?;
    let account = &call.world.account;
    let comments = call.world.with_edits(|edits| said::on_photo(account, &photo, edits.of(photo.index)));
    let bound = |name: &str| call.value(name).and_then(|text| text.parse::<i64>().ok());
    let least = bound("min_comment_date").unwrap_or(i64::MIN);
    let most = bound("max_comment_date").unwrap_or(i64::MAX);
    let mut json = call.object();
    json.open("comments");
    json.string("photo_id", &photo.id.to_string());
    let asked = comments.into_iter().filter(|comment| (least..=most).contains(&comment.when)).collect();
    tell_comments(account, &mut json, photo.id, &page_address(call.world, &photo), asked);
    json.close();
    Ok(json.finish_ok())
}

/// Writes comments; without any the key is absent, as in the XML of old.
pub(crate) fn tell_comments(account: &Account, json: &mut Json, on: u64, page: &str, comments: Vec<Comment>) {
    if comments.is_empty() {
        return;
    }
    json.list("comment");
    for comment in comments {
        let author = person(account, comment.author);
        json.open_item();
        json.string("id", &comment.id(on));
        json.string("author", &author.nsid);
        json.loose_int("author_is_deleted", author.is_deleted.into());
        json.string("authorname", &author.username);
        icon(json, &author);
        json.text_int("datecreate", comment.when);
        json.string("permalink", &format!("{page}#comment{}", comment.serial));
        json.string_or_null("path_alias", author.path_alias.as_deref());
        json.string("realname", &author.realname);
        json.string("_content", &comment.text);
        json.close();
    }
    json.close_list();
}

/// Answers `flickr.photos.people.getList`.
pub(crate) fn get_people(call: &Call<'_>) -> Result<String, Refusal> {
    let photo = visible_photo(call)?;
    let account = &call.world.account;
    let people = call.world.with_edits(|edits| marks::people(account, &photo, edits.of(photo.index)));
    let canvas = marks::canvas(&photo);
    let mut json = call.object();
    json.open("people");
    json.loose_int("total", people.len() as i64);
    json.loose_int("photo_width", canvas.width.into());
    json.loose_int("photo_height", canvas.height.into());
    json.list("person");
    for shown in people {
        json.open_item();
        listed(&mut json, &person(account, shown.person));
        json.string("added_by", &person(account, shown.added_by).nsid);
        if let Some(area) = shown.area {
            json.text_int("x", area.x.into());
            json.text_int("y", area.y.into());
            json.text_int("w", area.w.into());
            json.text_int("h", area.h.into());
        }
        json.close();
    }
    json.close_list();
    json.close();
    Ok(json.finish_ok())
}

/// Answers `flickr.photos.getAllContexts`; what there is none of has no key.
pub(crate) fn get_all_contexts(call: &Call<'_>) -> Result<String, Refusal> {
    let photo = visible_photo(call)?;
    let account = &call.world.account;
    let albums = call.world.with_edits(|edits| {
        let holding = numbers(account, edits);
        let holding = holding.into_iter().filter(|number| contains(account, edits, *number, photo.index));
        holding.map(|number| album(account, edits, number)).collect::<Vec<_>>()
    });
    let pools: Vec<_> = groups(account).into_iter().filter(|group| group.contains(photo.index)).collect();
    let mut json = call.object();
    if !albums.is_empty() {
        json.list("set");
        for album in albums {
            json.open_item();
            json.string("title", &album.title);
            json.string("id", &album.id.to_string());
            json.string("primary", &album.cover(account).to_string());
            json.string("secret", &photo.secret);
            json.string("server", &photo.server.to_string());
            json.int("farm", (photo.server / 1_000 + 1) as i64);
            json.text_int("view_count", album.views);
            json.text_int("comment_count", album.comments.len() as i64);
            json.loose_int("count_photo", album.members.len() as i64);
            json.int("count_video", 0);
            json.close();
        }
        json.close_list();
    }
    if !pools.is_empty() {
        json.list("pool");
        for group in pools {
            json.open_item();
            json.string("title", &group.escaped_name());
            json.string("url", &format!("/groups/{}/pool/", group.nsid));
            json.string("id", &group.nsid);
            json.string("iconserver", "65535");
            json.int("iconfarm", 66);
            json.text_int("members", group.members);
            json.text_int("pool_count", group.pool_count);
            json.close();
        }
        json.close_list();
    }
    Ok(json.finish_ok())
}
