//! `photos.getInfo`, with everything that it tells the owner.

use crate::addresses::page_address;
use crate::json::Json;
use crate::marks::{self, Note};
use crate::people::person;
use crate::photo::{Kind, Photo, Streams};
use crate::record::visibility;
use crate::rest::{Call, Refusal};
use crate::sizes::visible_photo;
use crate::{liked, rights, said, whereabouts};

/// Answers `flickr.photos.getInfo`.
pub(crate) fn get_info(call: &Call<'_>) -> Result<String, Refusal> {
    let photo = visible_photo(call)?;
    let account = &call.world.account;
    let (comments, notes, has_people) = call.world.with_edits(|edits| {
        let overlay = edits.of(photo.index);
        let has_people = !marks::people(account, &photo, overlay).is_empty();
        (said::count(account, photo.index, overlay), marks::notes(account, &photo, overlay), has_people)
    });
    let mut json = call.object();
    json.open("photo");
    head(call, &mut json, &photo);
    json.content("title", &photo.title);
    json.content("description", &photo.description);
    json.open("visibility");
    visibility(&mut json, photo.visibility);
    json.close();
    dates(&mut json, &photo);
    rights::in_info(call, &mut json, &photo);
    json.content_int("comments", comments as i64);
    tell_notes(call, &mut json, &photo, &notes);
    json.open("people");
    json.int("haspeople", has_people.into());
    json.close();
    tags(call, &mut json, &photo);
    whereabouts::in_info(&mut json, photo.location.as_ref(), call.is_owner);
    urls(call, &mut json, &photo);
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
    json.loose_int("rotation", photo.rotation);
    json.text_int("content_type", photo.content);
    if call.is_owner && !call.world.behaviour().free_account {
        json.string("originalsecret", &photo.original_secret);
        json.string("originalformat", photo.extension());
    }
    json.open("owner");
    json.string("nsid", &account.nsid);
    json.string("username", &account.username);
    json.string("realname", &account.fullname);
    json.string("location", "Lövånger, Sweden");
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

fn tell_notes(call: &Call<'_>, json: &mut Json, photo: &Photo, notes: &[Note]) {
    json.open("notes");
    json.list("note");
    for note in notes {
        let author = person(&call.world.account, note.author);
        json.open_item();
        json.string("id", &note.id.to_string());
        json.string("photo_id", &photo.id.to_string());
        json.string("author", &author.nsid);
        json.string("authorname", &author.username);
        json.string("authorrealname", &author.realname);
        json.loose_int("authorispro", author.is_pro.into());
        json.loose_int("authorisdeleted", author.is_deleted.into());
        json.text_int("x", note.area.x.into());
        json.text_int("y", note.area.y.into());
        json.text_int("w", note.area.w.into());
        json.text_int("h", note.area.h.into());
        json.string("_content", &note.text);
        json.close();
    }
    json.close_list();
    json.close();
}

fn tags(call: &Call<'_>, json: &mut Json, photo: &Photo) {
    json.open("tags");
    json.list("tag");
    for tag in &photo.tags {
        let author = person(&call.world.account, tag.author);
        json.open_item();
        json.string("id", &format!("12037-{}-{}", photo.id, tag.serial()));
        json.string("author", &author.nsid);
        json.string("authorname", &author.username);
        json.string("raw", &tag.raw);
        json.string("_content", &tag.text);
        json.loose_int("machine_tag", tag.is_machine().into());
        json.close();
    }
    json.close_list();
    json.close();
}

fn urls(call: &Call<'_>, json: &mut Json, photo: &Photo) {
    json.open("urls");
    json.list("url");
    json.open_item();
    json.string("type", "photopage");
    json.string("_content", &page_address(call.world, photo));
    json.close();
    json.close_list();
    json.close();
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
    json.text_int("duration", photo.seconds as i64);
    json.loose_int("width", photo.dimensions.width.into());
    json.loose_int("height", photo.dimensions.height.into());
    json.close();
}

/// Answers `flickr.photos.getFavorites`, whose pages are short.
pub(crate) fn get_favorites(call: &Call<'_>) -> Result<String, Refusal> {
    let photo = visible_photo(call)?;
    let account = &call.world.account;
    let likings = call.world.with_edits(|edits| liked::of_photo(account, &photo, edits.of(photo.index)));
    let lengths = crate::paging::Lengths { usual: 10, most: 50 };
    let page = crate::paging::Page::of(call, likings.len(), lengths);
    let mut json = call.object();
    json.open("photo");
    json.list("person");
    for liking in page.cut(&likings) {
        json.open_item();
        crate::people::listed(&mut json, &person(account, liking.person));
        json.text_int("favedate", liking.when);
        json.int("contact", 0);
        json.int("friend", 0);
        json.int("family", 0);
        json.close();
    }
    json.close_list();
    json.string("id", &photo.id.to_string());
    json.string("secret", &photo.secret);
    json.string("server", &photo.server.to_string());
    json.int("farm", (photo.server / 1_000 + 1) as i64);
    page.tell(&mut json);
    json.close();
    Ok(json.finish_ok())
}
