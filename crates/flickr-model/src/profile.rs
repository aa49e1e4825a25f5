//! What an account tells of itself.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AlbumId, UserId};

/// The profile of an account; what its owner left empty is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Whose.
    pub id: UserId,
    /// The name the account goes by.
    #[serde(default)]
    pub username: String,
    /// The person's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realname: Option<String>,
    /// First name, of a profile that has them apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name, of a profile that has them apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The name in the account's addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_alias: Option<String>,
    /// The description as written, HTML and all.
    #[serde(default)]
    pub description: String,
    /// What the profile page says beside it, where that is another text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_description: Option<String>,
    /// Where the person says they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The town they live in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The country they live in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The town they come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hometown: Option<String>,
    /// What they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occupation: Option<String>,
    /// The zone of their clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<Timezone>,
    /// When they joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<Timestamp>,
    /// Whether they pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_pro: Option<bool>,
    /// The page with their photos.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photos_url: Option<String>,
    /// Their profile page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_url: Option<String>,
    /// Names or addresses elsewhere, by Flickr's name for the place: `website`, `instagram` and so on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub elsewhere: BTreeMap<String, String>,
    /// The album shown on the profile page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub showcase: Option<AlbumId>,
    /// When the first photo was taken, as Flickr writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_taken: Option<String>,
    /// When the first photo was uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_uploaded: Option<Timestamp>,
    /// Photos and videos in the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photos: Option<u64>,
    /// Times its photos were seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
    /// Where its small picture is kept; `None` when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<Icon>,
}

/// The zone of a clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timezone {
    /// The zone in Flickr's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its distance from UTC, such as `+01:00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<String>,
    /// Its name in the time zone database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Where Flickr keeps the small picture ("buddy icon") of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Icon {
    /// The number of its server.
    pub server: u64,
    /// The number of the farm the server is in; modern addresses do without.
    #[serde(default)]
    pub farm: u64,
}
