//! Favourites: who marked a photo of the account, and which photos of others the account marked.

use flickr_model::{Favorite, FavoritePhoto, Media, PhotoId};
use serde_json::{Map, Value};

use crate::FlickrClient;
use crate::lenient::Scalar;
use crate::pages::{List, Pages};

/// 50 is the most that Flickr gives, whatever is asked for.
pub(crate) const OF_PHOTO: List<Favorite> =
    List { method: "flickr.photos.getFavorites", per_page: 50, noun: "photo", row: "person", read: favorite };

pub(crate) const OF_MINE: List<FavoritePhoto> = List {
    method: "flickr.favorites.getList",
    per_page: 500,
    noun: "photos",
    row: "photo",
    read: favorite_photo,
};

const EXTRAS: &str = "description,license,date_upload,date_taken,owner_name,path_alias,tags,media";

impl FlickrClient {
    /// Walks through the people who marked a photo as a favourite: 50 for each call.
    #[must_use]
    pub fn favorites(&self, photo: PhotoId) -> Pages<'_, Favorite> {
        Pages::of(self, OF_PHOTO, vec![("photo_id", photo.to_string())]).for_one_photo()
    }

    /// Walks through the photos that the signed-in person marked as favourites: 500 for each call.
    #[must_use]
    pub fn favorites_of_mine(&self) -> Pages<'_, FavoritePhoto> {
        Pages::of(self, OF_MINE, vec![("extras", EXTRAS.to_owned())])
    }
}

fn favorite(fields: &Map<String, Value>) -> Option<Favorite> {
    let person = Scalar::field(fields, "nsid").filled()?.parse().ok()?;
    Some(Favorite { person, when: Scalar::field(fields, "favedate").moment() })
}

fn favorite_photo(fields: &Map<String, Value>) -> Option<FavoritePhoto> {
    let field = |name: &str| Scalar::field(fields, name);
    let is_video = field("media").text() == Some("video");
    Some(FavoritePhoto {
        id: field("id").filled()?.parse().ok()?,
        owner: field("owner").filled().and_then(|id| id.parse().ok()),
        title: field("title").into_text(),
        media: if is_video { Media::Video } else { Media::Photo },
        when: field("date_faved").moment(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::read;

    #[test]
    fn a_favourite_has_a_person_and_a_date() {
        let answer = json!({"photo": {"id": "7", "secret": "s", "page": 1, "pages": "1", "perpage": "50", "total": "3", "person": [
            {"nsid": "2@N00", "username": "bob", "favedate": "1380986243"},
            {"nsid": "3@N00", "username": "cleo", "favedate": 1_380_986_244, "photos": {"count": 4}},
            {"username": "nobody"}]}, "stat": "ok"});

        let (portion, _) = read(&OF_PHOTO, answer);

        let first = portion.rows.first().unwrap();
        assert_eq!(first.value.person.as_str(), "2@N00");
        assert_eq!(first.value.when.unwrap().as_second(), 1_380_986_243);
        assert_eq!((portion.rows.len(), portion.unreadable, portion.total), (2, 1, 3));
        assert_eq!(first.people.first().unwrap().username, "bob");
    }

    #[test]
    fn a_favourite_of_mine_names_photo_owner_and_date() {
        let answer = json!({"photos": {"page": 1, "pages": 1, "perpage": 500, "total": 1, "photo": {"id": "9", "owner": "4@N00",
            "ownername": "dan", "title": {"_content": "Far"}, "media": "video", "date_faved": "1380986243"}}});

        let (portion, _) = read(&OF_MINE, answer);

        let row = portion.rows.first().unwrap();
        assert_eq!((row.value.title.as_str(), row.value.media), ("Far", Media::Video));
        assert_eq!(row.value.owner, "4@N00".parse().ok());
        assert_eq!(row.people.first().unwrap().username, "dan");
    }
}
