//! The owner's galleries of other people's photos, and the galleries of others that hold the owner's.

use crate::account::Account;
use crate::chance::{Of, draw, further, place};
use crate::foreign;
use crate::json::Json;
use crate::overlay::{Edits, GalleryOverlay};
use crate::paging::{Lengths, Page};
use crate::people::{PEOPLE, Who, person};
use crate::rest::{Call, Refusal};
use crate::sizes::visible_photo;
use crate::titles;

const FIRST_ID: u64 = 72_157_610_000_000_000;
const FIRST_OF_OTHERS: u64 = 72_157_690_000_000_000;

/// One of the owner's galleries.
#[derive(Clone, Debug)]
pub(crate) struct Gallery {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) views: i64,
    pub(crate) comments: i64,
    /// The number of each foreign photo, and the owner's words on it.
    pub(crate) photos: Vec<(u64, String)>,
}

/// The id of a gallery.
pub(crate) fn gallery_id(number: u64) -> u64 {
    FIRST_ID + number * 271
}

/// The id with the owner's number before it, which `id` holds where `gallery_id` holds the bare one.
pub(crate) fn long_id(id: u64) -> String {
    format!("6065-{id}")
}

/// Finds the number of one of the owner's galleries.
pub(crate) fn number_of(account: &Account, wanted: u64) -> Option<u64> {
    let number = wanted.checked_sub(FIRST_ID)? / 271;
    (number < account.mix.facts.galleries && gallery_id(number) == wanted).then_some(number)
}

/// Computes a gallery.
pub(crate) fn gallery(account: &Account, edits: &Edits, number: u64) -> Gallery {
    let untouched = GalleryOverlay::default();
    let overlay = edits.galleries.get(&number).unwrap_or(&untouched);
    let drawn = draw(account.seed, number, Of::Gallery);
    let count = if number == 0 { 50 } else { drawn % 18 };
    let words = |nth: u64| match further(drawn, nth) % 3 {
        0 => format!("Why I chose number {nth}: <i>the light</i> & the gräs."),
        _ => String::new(),
    };
    let mut photos: Vec<(u64, String)> =
        (0..count).map(|nth| (700_000 + number * 1_000 + nth, words(nth))).collect();
    photos.extend(overlay.added.iter().cloned());
    photos.drain(..overlay.removed.min(photos.len()));
    let created = 1_241_028_772 + number as i64 * 9_000_000;
    Gallery {
        id: gallery_id(number),
        title: overlay.title.clone().unwrap_or_else(|| titles::ordinary(drawn >> 8)),
        description: titles::description(drawn >> 24),
        created,
        updated: overlay.updated.unwrap_or(created + 500_000),
        views: (drawn >> 40) as i64 % 2_000,
        comments: (drawn >> 50) as i64 % 6,
        photos,
    }
}

/// The galleries of others that hold a photo: their ids, titles and makers.
pub(crate) fn of_others(account: &Account, index: u64) -> Vec<(u64, String, Who)> {
    if place(account.seed, index, Of::Galleries) >= account.mix.facts.in_galleries {
        return Vec::new();
    }
    let drawn = draw(account.seed, index, Of::Galleries);
    (0..1 + drawn % 2)
        .map(|nth| {
            let number = further(drawn, nth) % 1_000_000;
            let title = titles::ordinary(further(drawn, nth + 8));
            (FIRST_OF_OTHERS + number, title, Who::Person(number % PEOPLE))
        })
        .collect()
}

/// Answers `flickr.galleries.getList`.
pub(crate) fn get_list(call: &Call<'_>) -> Result<String, Refusal> {
    if !call.value("user_id").is_some_and(|user| call.means_owner(user)) {
        return Err(Refusal(1, "User not found".into()));
    }
    let account = &call.world.account;
    let numbers: Vec<u64> = (0..account.mix.facts.galleries).collect();
    let page = Page::of(call, numbers.len(), Lengths { usual: 100, most: 500 });
    let mut json = call.object();
    json.open("galleries");
    page.tell_twice(&mut json);
    json.string("user_id", &account.nsid);
    json.list("gallery");
    call.world.with_edits(|edits| {
        for number in page.cut(&numbers) {
            json.open_item();
            facts(call, &mut json, &gallery(account, edits, *number));
            json.close();
        }
    });
    json.close_list();
    json.close();
    Ok(json.finish_ok())
}

/// Answers `flickr.galleries.getInfo`.
pub(crate) fn get_info(call: &Call<'_>) -> Result<String, Refusal> {
    let gallery = asked_for(call)?;
    let mut json = call.object();
    json.open("gallery");
    facts(call, &mut json, &gallery);
    json.close();
    Ok(json.finish_ok())
}

/// Answers `flickr.galleries.getPhotos`.
pub(crate) fn get_photos(call: &Call<'_>) -> Result<String, Refusal> {
    let gallery = asked_for(call)?;
    let page = Page::of(call, gallery.photos.len(), Lengths { usual: 100, most: 500 });
    let mut json = call.object();
    json.open("photos");
    page.tell(&mut json);
    json.list("photo");
    for (nth, (number, words)) in page.cut(&gallery.photos).iter().enumerate() {
        json.open_item();
        foreign::photo(&call.world.account, *number).head(&mut json);
        json.loose_int("is_primary", i64::from(nth == 0));
        json.loose_int("has_comment", i64::from(!words.is_empty()));
        if !words.is_empty() {
            json.content("comment", words);
        }
        json.close();
    }
    json.close_list();
    json.close();
    if call.value("get_gallery_info") == Some("1") {
        json.open("gallery");
        facts(call, &mut json, &gallery);
        json.close();
    }
    Ok(json.finish_ok())
}

/// Answers `flickr.galleries.getListForPhoto`.
pub(crate) fn get_list_for_photo(call: &Call<'_>) -> Result<String, Refusal> {
    let photo = visible_photo(call)?;
    let account = &call.world.account;
    let galleries = of_others(account, photo.index);
    let page = Page::of(call, galleries.len(), Lengths { usual: 100, most: 500 });
    let mut json = call.object();
    json.open("galleries");
    page.tell_twice(&mut json);
    json.string("photo_id", &photo.id.to_string());
    json.list("gallery");
    for (id, title, maker) in page.cut(&galleries) {
        let maker = person(account, *maker);
        json.open_item();
        json.string("id", &long_id(*id));
        json.string("gallery_id", &id.to_string());
        json.string("url", &format!("https://www.flickr.com/photos/{}/galleries/{id}", maker.nsid));
        json.string("owner", &maker.nsid);
        json.string("username", &maker.username);
        json.content("title", title);
        json.content("description", "");
        json.close();
    }
    json.close_list();
    json.close();
    Ok(json.finish_ok())
}

fn asked_for(call: &Call<'_>) -> Result<Gallery, Refusal> {
    let asked = call.value("gallery_id").unwrap_or_default();
    let bare = asked.rsplit('-').next().unwrap_or_default();
    let account = &call.world.account;
    let number = bare.parse().ok().and_then(|id| number_of(account, id));
    let number = number.ok_or_else(|| Refusal(1, "Gallery not found".to_owned()))?;
    Ok(call.world.with_edits(|edits| gallery(account, edits, number)))
}

fn facts(call: &Call<'_>, json: &mut Json, gallery: &Gallery) {
    let account = &call.world.account;
    let primary = gallery.photos.first().map_or(0, |(number, _)| foreign::id(*number));
    let count = gallery.photos.len() as i64;
    json.string("id", &long_id(gallery.id));
    json.string("gallery_id", &gallery.id.to_string());
    json.string("url", &address(account, gallery.id));
    json.string("owner", &account.nsid);
    json.string("username", &account.username);
    json.string("iconserver", "65535");
    json.int("iconfarm", 66);
    json.string("primary_photo_id", &primary.to_string());
    json.text_int("date_create", gallery.created);
    json.text_int("date_update", gallery.updated);
    json.loose_int("count_photos", count);
    json.int("count_videos", 0);
    json.loose_int("count_total", count);
    json.loose_int("count_views", gallery.views);
    json.loose_int("count_comments", gallery.comments);
    json.content("title", &gallery.title);
    json.content("description", &gallery.description);
    json.raw("sort_group", "null");
}

/// The page of one of the owner's galleries.
pub(crate) fn address(account: &Account, id: u64) -> String {
    format!("https://www.flickr.com/photos/{}/galleries/{id}", account.name_in_addresses())
}
