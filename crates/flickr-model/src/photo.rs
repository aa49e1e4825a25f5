//! One photo or video with everything that the listing of an account tells of it.

use serde::{Deserialize, Serialize};

use crate::{ContentType, Dates, Licence, PhotoId, Place, UserId};

/// What is known of a photo or video; absent facts are ones that Flickr did not tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Photo {
    /// Its number on Flickr.
    pub id: PhotoId,
    /// Still or moving.
    pub media: Media,
    /// The title as written; may be empty, may hold anything.
    #[serde(default)]
    pub title: String,
    /// The description as written, HTML and all.
    #[serde(default)]
    pub description: String,
    /// The tags in Flickr's order.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// Taken, uploaded, updated.
    #[serde(default)]
    pub dates: Dates,
    /// Where it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Who may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<Privacy>,
    /// Under which licence it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<Licence>,
    /// How safe its owner or Flickr says it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safety: Option<Safety>,
    /// What kind of picture it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<ContentType>,
    /// Degrees clockwise that Flickr turns the shown sizes by; the original is not turned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation: Option<u16>,
    /// How often it was seen, commented on and marked as favourite.
    #[serde(default)]
    pub counts: Counts,
}

impl Photo {
    /// Whether both tell the same, counters and the date of the last change left aside.
    #[must_use]
    pub fn tells_the_same(&self, other: &Self) -> bool {
        self.facts() == other.facts()
    }

    /// The photo without what changes by itself: counters and the date of the last change.
    #[must_use]
    pub fn facts(&self) -> Self {
        let mut facts = self.clone();
        facts.counts = Counts::default();
        facts.dates.updated = None;
        facts
    }
}

/// Still or moving.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Media {
    /// A still picture.
    #[default]
    Photo,
    /// A moving picture; what Flickr calls its original in a listing is only a still of it.
    Video,
}

/// A tag. The listing knows only the normalised text; the raw spelling and the author come with details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// As its author wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// As Flickr normalises it: lower case, without blanks.
    pub text: String,
    /// Who added it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<UserId>,
    /// Whether it is one for machines, of the form `namespace:predicate=value`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub machine: bool,
}

/// Who may see a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Privacy {
    /// Everybody.
    #[serde(rename = "public")]
    Public,
    /// The contacts marked as friends.
    #[serde(rename = "friends")]
    Friends,
    /// The contacts marked as family.
    #[serde(rename = "family")]
    Family,
    /// Friends and family.
    #[serde(rename = "friends and family")]
    FriendsAndFamily,
    /// Only its owner.
    #[serde(rename = "private")]
    Private,
}

impl Privacy {
    /// Reads Flickr's three flags.
    #[must_use]
    pub fn from_flags(public: bool, friends: bool, family: bool) -> Self {
        match (public, friends, family) {
            (true, _, _) => Self::Public,
            (false, true, true) => Self::FriendsAndFamily,
            (false, true, false) => Self::Friends,
            (false, false, true) => Self::Family,
            (false, false, false) => Self::Private,
        }
    }
}

/// Flickr's safety level (read as 0, 1, 2; written as 1, 2, 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// For everybody.
    Safe,
    /// Not for every screen.
    Moderate,
    /// Shown to those who asked for it.
    Restricted,
}

impl Safety {
    /// Reads the number of a listing; an unknown one is no statement.
    #[must_use]
    pub fn from_level(level: u64) -> Option<Self> {
        match level {
            0 => Some(Self::Safe),
            1 => Some(Self::Moderate),
            2 => Some(Self::Restricted),
            _ => None,
        }
    }
}

/// Counters; they change by themselves, and alone are no reason to write anything anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Times seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
    /// Comments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comments: Option<u64>,
    /// People who marked it as a favourite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favorites: Option<u64>,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn photo() -> Photo {
        serde_json::from_str(r#"{"id":"7","media":"photo"}"#).unwrap()
    }

    #[test]
    fn counters_and_the_date_of_change_are_no_difference() {
        let mut seen_more = photo();
        seen_more.counts.views = Some(12);
        seen_more.dates.updated = "2024-01-01T00:00:00Z".parse().ok();

        assert!(photo().tells_the_same(&seen_more));
    }

    #[test]
    fn a_new_title_is_a_difference() {
        let renamed = Photo { title: "Dancing".to_owned(), ..photo() };

        assert!(!photo().tells_the_same(&renamed));
    }

    #[test]
    fn privacy_is_told_in_words() {
        let words = |public, friends, family| {
            serde_json::to_string(&Privacy::from_flags(public, friends, family)).unwrap()
        };

        assert_eq!(words(true, false, false), "\"public\"");
        assert_eq!(words(false, true, true), "\"friends and family\"");
        assert_eq!(words(false, false, false), "\"private\"");
    }
}
