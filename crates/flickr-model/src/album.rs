//! An album: photos in an order that somebody chose, with a cover and words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AlbumId, Comment, PhotoId};

/// An album (Flickr calls it photoset). The list of albums tells all but its photos and comments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Album {
    /// Its number on Flickr.
    pub id: AlbumId,
    /// The title as written.
    #[serde(default)]
    pub title: String,
    /// The description as written, HTML and all.
    #[serde(default)]
    pub description: String,
    /// The photo that is shown for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<PhotoId>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When Flickr last changed anything about it. It is not known whether a new order or a removed photo shows here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// Stills in it, by Flickr's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photos_count: Option<u64>,
    /// Videos in it, by Flickr's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub videos_count: Option<u64>,
    /// Comments on it, by Flickr's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments_count: Option<u64>,
    /// Times seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
    /// Its photos and videos in order.
    #[serde(default)]
    pub photos: Vec<PhotoId>,
    /// What people say of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<Comment>,
}

impl Album {
    /// Stills and videos in it, by Flickr's word.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        Some(self.photos_count?.saturating_add(self.videos_count.unwrap_or(0)))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn an_album_keeps_the_order_of_its_photos() {
        let json = r#"{"id":"72157629851991663","title":"","description":"","cover":"9","photos_count":2,"videos_count":1,"photos":["9","7","8"]}"#;

        let album: Album = serde_json::from_str(json).unwrap();

        assert_eq!(album.photos.iter().map(ToString::to_string).collect::<Vec<_>>(), ["9", "7", "8"]);
        assert_eq!(album.size(), Some(3));
        assert_eq!(serde_json::to_string(&album).unwrap(), json);
    }
}
