//! A gallery: other people's photos that somebody picked and commented on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{GalleryId, PhotoId, UserId};

/// A gallery. The list of galleries tells all but its photos.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gallery {
    /// Its bare number on Flickr.
    pub id: GalleryId,
    /// The title as written.
    #[serde(default)]
    pub title: String,
    /// The description as written.
    #[serde(default)]
    pub description: String,
    /// Its page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who picked the photos.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When anything about it last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// The photo that is shown for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<PhotoId>,
    /// Photos and videos in it, by Flickr's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photos_count: Option<u64>,
    /// Comments on it, by Flickr's word; the interface has no way to their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments_count: Option<u64>,
    /// Times seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
    /// The photos in it, in order.
    #[serde(default)]
    pub photos: Vec<GalleryPhoto>,
}

/// A photo in a gallery; it belongs to somebody else, as a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GalleryPhoto {
    /// Its number on Flickr.
    pub id: PhotoId,
    /// Whose photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// What the one who picked it says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}
