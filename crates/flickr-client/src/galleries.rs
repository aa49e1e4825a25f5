//! Galleries of the account, and the photos in them.

use flickr_model::{Gallery, GalleryId, GalleryPhoto, PhotoId, UserId};
use serde_json::{Map, Value};

use crate::FlickrClient;
use crate::lenient::Scalar;
use crate::pages::{List, Pages};

pub(crate) const GALLERIES: List<Gallery> = List {
    method: "flickr.galleries.getList",
    per_page: 500,
    noun: "galleries",
    row: "gallery",
    read: gallery,
};

pub(crate) const WITH_PHOTO: List<Gallery> = List { method: "flickr.galleries.getListForPhoto", ..GALLERIES };

pub(crate) const PHOTOS: List<GalleryPhoto> = List {
    method: "flickr.galleries.getPhotos",
    per_page: 500,
    noun: "photos",
    row: "photo",
    read: gallery_photo,
};

impl FlickrClient {
    /// Walks through the galleries of an account: 500 for each call. Flickr's interface tells how many comments a
    /// gallery has, but has no way to their words.
    #[must_use]
    pub fn galleries(&self, owner: &UserId) -> Pages<'_, Gallery> {
        Pages::of(self, GALLERIES, vec![("user_id", owner.to_string())])
    }

    /// Walks through the galleries of all people that a photo is in: one call for a photo, as a rule.
    #[must_use]
    pub fn galleries_with(&self, photo: PhotoId) -> Pages<'_, Gallery> {
        Pages::of(self, WITH_PHOTO, vec![("photo_id", photo.to_string())]).for_one_photo()
    }

    /// Walks through the photos of a gallery with what its owner says of each: 500 for each call.
    #[must_use]
    pub fn gallery_photos(&self, gallery: &GalleryId) -> Pages<'_, GalleryPhoto> {
        let arguments =
            vec![("gallery_id", gallery.to_string()), ("extras", "owner_name,path_alias".to_owned())];
        Pages::of(self, PHOTOS, arguments)
    }
}

/// Flickr gives two ids: `id` with another number and a dash before it, and the bare `gallery_id`.
pub(crate) fn gallery(fields: &Map<String, Value>) -> Option<Gallery> {
    let field = |name: &str| Scalar::field(fields, name);
    let (full, bare) = (field("id"), field("gallery_id"));
    let id = bare.filled().or_else(|| full.filled()?.rsplit('-').next()).unwrap_or_default();
    let sum =
        || Some(field("count_photos").number()?.saturating_add(field("count_videos").number().unwrap_or(0)));
    Some(Gallery {
        id: id.parse().ok()?,
        title: field("title").into_text(),
        description: field("description").into_text(),
        url: field("url").into_filled(),
        owner: field("owner").filled().and_then(|id| id.parse().ok()),
        created: field("date_create").moment(),
        updated: field("date_update").moment(),
        cover: field("primary_photo_id").filled().and_then(|id| id.parse().ok()),
        photos_count: field("count_total").number().or_else(sum),
        comments_count: field("count_comments").number(),
        views: field("count_views").number(),
        photos: Vec::new(),
    })
}

fn gallery_photo(fields: &Map<String, Value>) -> Option<GalleryPhoto> {
    let field = |name: &str| Scalar::field(fields, name);
    Some(GalleryPhoto {
        id: field("id").filled()?.parse().ok()?,
        owner: field("owner").filled().and_then(|id| id.parse().ok()),
        title: field("title").into_text(),
        comment: Some(field("comment").into_text()).filter(|comment| !comment.is_empty()),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::read;

    #[test]
    fn a_gallery_is_known_by_its_bare_number() {
        let answer = json!({"galleries": {"total": 3, "page": 1, "pages": 1, "per_page": 100, "user_id": "1@N00", "gallery": [
            {"id": "6065-72157600000000002", "gallery_id": "72157600000000002", "url": "https://www.flickr.com/x", "owner": "1@N00",
                "username": "ada", "primary_photo_id": "9", "date_create": "1241028772", "date_update": 1_673_472_286,
                "count_photos": "13", "count_videos": 1, "count_comments": 5, "title": {"_content": "Cats"}, "description": {"_content": ""}},
            {"id": "6065-72157600000000003", "title": "Dogs"},
            {"id": "6065-../x"}]}, "stat": "ok"});

        let (portion, _) = read(&GALLERIES, answer);

        let ids: Vec<&str> = portion.rows.iter().map(|row| row.value.id.as_str()).collect();
        assert_eq!((ids, portion.unreadable), (vec!["72157600000000002", "72157600000000003"], 1));
        let first = &portion.rows.first().unwrap().value;
        assert_eq!((first.photos_count, first.comments_count), (Some(14), Some(5)));
        assert_eq!(first.cover.unwrap().number(), 9);
    }

    #[test]
    fn a_photo_in_a_gallery_has_words_or_none() {
        let answer = json!({"photos": {"page": 1, "pages": 1, "total": "2", "photo": [
            {"id": "7", "owner": "4@N00", "ownername": "dan", "title": "Paw", "is_primary": 1, "has_comment": 1, "comment": {"_content": "Look!"}},
            {"id": "8", "title": "Tail", "is_primary": 0, "has_comment": 0, "comment": ""}]}});

        let (portion, _) = read(&PHOTOS, answer);

        let words: Vec<_> = portion.rows.iter().map(|row| row.value.comment.as_deref()).collect();
        assert_eq!(words, [Some("Look!"), None]);
        assert_eq!(portion.rows.first().unwrap().people.first().unwrap().username, "dan");
    }
}
