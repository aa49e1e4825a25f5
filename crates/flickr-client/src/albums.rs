//! Albums (Flickr calls them photosets): the list of them, and the photos of each in their order.

use std::collections::HashSet;

use flickr_model::{Album, AlbumId, PhotoId, UserId};
use serde_json::{Map, Value};

use crate::lenient::Scalar;
use crate::pages::{List, Pages};
use crate::{FlickrClient, FlickrError};

pub(crate) const ALBUMS: List<Album> = List {
    method: "flickr.photosets.getList",
    per_page: 500,
    noun: "photosets",
    row: "photoset",
    read: album,
};

pub(crate) const PHOTOS: List<PhotoId> = List {
    method: "flickr.photosets.getPhotos",
    per_page: 500,
    noun: "photoset",
    row: "photo",
    read: photo_id,
};

/// The photos and videos of an album.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlbumPhotos {
    /// Each once, in the order of the album.
    pub photos: Vec<PhotoId>,
    /// Whether as many came as Flickr says there are. Where not, one that is absent may still be in the album.
    pub complete: bool,
}

impl FlickrClient {
    /// Walks through the albums of an account in their order: 500 for each call. Photos and comments of an album
    /// are asked for one by one.
    #[must_use]
    pub fn albums(&self, owner: &UserId) -> Pages<'_, Album> {
        Pages::of(self, ALBUMS, vec![("user_id", owner.to_string())])
    }

    /// Asks for the photos and videos of an album in their order: one call for each 500.
    ///
    /// When they do not add up, because somebody moved a photo meanwhile or Flickr left some out, they are asked for
    /// once more, and the fuller answer counts.
    pub async fn album_photos(&self, album: &AlbumId, owner: &UserId) -> Result<AlbumPhotos, FlickrError> {
        let first = self.album_photos_once(album, owner).await?;
        if first.complete {
            return Ok(first);
        }
        tracing::debug!(%album, came = first.photos.len(), "the photos of an album do not add up; asking again");
        let second = self.album_photos_once(album, owner).await?;
        let is_fuller = second.complete || second.photos.len() >= first.photos.len();
        Ok(if is_fuller { second } else { first })
    }

    /// `user_id` is demanded since about 2015, and without `media` videos may be left out.
    async fn album_photos_once(&self, album: &AlbumId, owner: &UserId) -> Result<AlbumPhotos, FlickrError> {
        let arguments = vec![
            ("photoset_id", album.to_string()),
            ("user_id", owner.to_string()),
            ("media", "all".to_owned()),
        ];
        let mut pages = Pages::of(self, PHOTOS, arguments);
        let (mut photos, mut met, mut total) = (Vec::new(), HashSet::new(), 0);
        while let Some(portion) = pages.next_page().await? {
            total = portion.total;
            photos.extend(portion.rows.into_iter().map(|row| row.value).filter(|id| met.insert(*id)));
        }
        let complete = photos.len() as u64 >= total;
        Ok(AlbumPhotos { photos, complete })
    }
}

fn album(fields: &Map<String, Value>) -> Option<Album> {
    let field = |name: &str| Scalar::field(fields, name);
    let number = |names: [&str; 2]| names.iter().find_map(|name| field(name).number());
    Some(Album {
        id: field("id").filled()?.parse().ok()?,
        title: field("title").into_text(),
        description: field("description").into_text(),
        cover: field("primary").filled().and_then(|id| id.parse().ok()),
        created: field("date_create").moment(),
        updated: field("date_update").moment(),
        // In the list `photos` leaves videos out; in `getInfo` it does not, and `count_photos` stands beside it.
        photos_count: number(["count_photos", "photos"]),
        videos_count: number(["count_videos", "videos"]),
        comments_count: field("count_comments").number(),
        views: field("count_views").number(),
        photos: Vec::new(),
        comments: Vec::new(),
    })
}

pub(crate) fn photo_id(fields: &Map<String, Value>) -> Option<PhotoId> {
    Scalar::field(fields, "id").filled()?.parse().ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::read;

    #[test]
    fn an_album_in_todays_and_in_yesterdays_types_reads_the_same() {
        let read = |album: Value| {
            let answer = json!({"photosets": {"cancreate": 1, "page": 1, "pages": "1", "perpage": "500", "total": "1",
                "photoset": [album]}, "stat": "ok"});
            read(&ALBUMS, answer).0.rows.remove(0).value
        };
        let old = read(
            json!({"id": "72157600000000001", "primary": "9", "secret": "s", "photos": "97", "videos": "1",
            "title": {"_content": "Caves"}, "description": {"_content": "<b>Deep</b>"}, "count_views": "2",
            "count_comments": "0", "date_create": "1334832826", "date_update": "1338373749"}),
        );
        let new = read(
            json!({"id": 72_157_600_000_000_001_u64, "primary": 9, "photos": 98, "count_photos": 97, "count_videos": 1,
            "title": "Caves", "description": "<b>Deep</b>", "count_views": 2, "count_comments": 0,
            "date_create": 1_334_832_826, "date_update": 1_338_373_749}),
        );

        assert_eq!(old, new);
        assert_eq!((old.size(), old.cover.map(PhotoId::number)), (Some(98), Some(9)));
        assert_eq!(old.updated.unwrap().as_second(), 1_338_373_749);
    }

    #[test]
    fn an_album_that_was_never_changed_and_one_with_a_hostile_id() {
        let answer = json!({"photosets": {"total": 2, "photoset": [
            {"id": "1", "primary": "0", "date_update": "0"}, {"id": "../1"}]}});

        let (portion, _) = read(&ALBUMS, answer);

        let album = &portion.rows.first().unwrap().value;
        assert_eq!((album.updated, album.cover, portion.unreadable), (None, None, 1));
    }
}
