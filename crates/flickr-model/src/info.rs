//! What Flickr tells of one photo beyond its listing: raw tags, notes, permissions, names of the place.

use serde::{Deserialize, Serialize};

use crate::{Note, PlaceViewers, Safety, Tag};

/// The answer of `photos.getInfo`, without what the listing tells as well.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Info {
    /// The tags with their spellings and authors, in Flickr's order.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// The notes on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Who may add words to it; told to its owner only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Permissions>,
    /// What the one who asked may do with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// The names of its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_names: Option<PlaceNames>,
    /// Who may see its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_viewers: Option<PlaceViewers>,
    /// Whether people were found in it; who they are is another question to Flickr.
    #[serde(default)]
    pub has_people: bool,
    /// Comments on it, by Flickr's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments: Option<u64>,
    /// Times seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
    /// Degrees clockwise that Flickr turns the shown sizes by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation: Option<u16>,
    /// How safe its owner or Flickr says it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safety: Option<Safety>,
    /// What kind of picture it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<ContentType>,
    /// What is told of a video only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<VideoFacts>,
    /// Its page on Flickr.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Who may add words to a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permissions {
    /// Who may comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Audience>,
    /// Who may add notes, tags and people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_meta: Option<Audience>,
}

/// A circle of people round an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Only the owner.
    Nobody,
    /// The contacts marked as friends or family.
    #[serde(rename = "friends and family")]
    FriendsAndFamily,
    /// All contacts.
    Contacts,
    /// Everybody.
    Everybody,
}

impl Audience {
    /// Reads Flickr's level, 0 to 3; another number is no statement.
    #[must_use]
    pub fn from_level(level: u64) -> Option<Self> {
        match level {
            0 => Some(Self::Nobody),
            1 => Some(Self::FriendsAndFamily),
            2 => Some(Self::Contacts),
            3 => Some(Self::Everybody),
            _ => None,
        }
    }
}

/// What the one who asked may do with a photo.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Fetch the original.
    #[serde(default)]
    pub download: bool,
    /// Show it in a blog.
    #[serde(default)]
    pub blog: bool,
    /// Order prints.
    #[serde(default)]
    pub print: bool,
    /// Pass it on.
    #[serde(default)]
    pub share: bool,
}

/// The names of a place, from near to far, in the language of the account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceNames {
    /// A part of a town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neighbourhood: Option<String>,
    /// A town or village.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// A county or district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub county: Option<String>,
    /// A state or province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// A country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// What kind of picture a photo is, by its owner's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContentType {
    /// A photo or video.
    Photo,
    /// A picture of a screen.
    Screenshot,
    /// A drawing, a rendering and so on.
    Other,
    /// Taken in a virtual world.
    Virtual,
}

impl ContentType {
    /// Reads the number that listings and searches use, from 0.
    #[must_use]
    pub fn from_listing(number: u64) -> Option<Self> {
        match number {
            0 => Some(Self::Photo),
            1 => Some(Self::Screenshot),
            2 => Some(Self::Other),
            3 => Some(Self::Virtual),
            _ => None,
        }
    }

    /// Reads the number that `prefs.getContentType` and uploads use, from 1.
    #[must_use]
    pub fn from_preference(number: u64) -> Option<Self> {
        Self::from_listing(number.checked_sub(1)?)
    }
}

/// What is told of a video.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct VideoFacts {
    /// Its length in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Whether Flickr has made what it shows of it.
    #[serde(default)]
    pub ready: bool,
    /// Whether Flickr could make nothing of it.
    #[serde(default)]
    pub failed: bool,
    /// Whether Flickr is still at work on it.
    #[serde(default)]
    pub pending: bool,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn an_audience_is_told_in_words() {
        let words: Vec<String> = (0..4)
            .map(|level| serde_json::to_string(&Audience::from_level(level).unwrap()).unwrap())
            .collect();

        assert_eq!(words, ["\"nobody\"", "\"friends and family\"", "\"contacts\"", "\"everybody\""]);
        assert_eq!(Audience::from_level(4), None);
    }

    #[test]
    fn a_kind_of_picture_has_two_numbers() {
        assert_eq!(ContentType::from_listing(1), Some(ContentType::Screenshot));
        assert_eq!(ContentType::from_preference(2), Some(ContentType::Screenshot));
        assert_eq!(ContentType::from_preference(0), None);
        assert_eq!(ContentType::from_listing(9), None);
    }

    #[test]
    fn what_was_not_told_is_not_written() {
        let json = serde_json::to_string(&Info::default()).unwrap();

        assert_eq!(json, r#"{"tags":[],"has_people":false}"#);
        assert_eq!(serde_json::from_str::<Info>("{}").unwrap(), Info::default());
    }
}
