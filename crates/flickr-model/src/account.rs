//! What belongs to an account beside its photos and albums: contacts, groups, favourites, settings.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ContentType, GroupId, Media, PhotoId, Privacy, Safety, UserId};

/// A contact of the account; the names are those of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Who.
    pub person: UserId,
    /// Whether marked as a friend.
    #[serde(default)]
    pub is_friend: bool,
    /// Whether marked as family.
    #[serde(default)]
    pub is_family: bool,
    /// Whether shut out by the owner of the account.
    #[serde(default)]
    pub ignored: bool,
    /// Where the contact says they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
}

/// A group that the account is a member of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name for people. Flickr escapes it twice; here that is undone.
    #[serde(default)]
    pub name: String,
    /// People in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<u64>,
    /// Photos in its pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photos: Option<u64>,
    /// Whether the account is its administrator.
    #[serde(default)]
    pub is_admin: bool,
    /// Whether the account is one of its moderators.
    #[serde(default)]
    pub is_moderator: bool,
    /// Who may find and join it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<GroupPrivacy>,
}

/// Who may find and join a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupPrivacy {
    /// Only its members know of it.
    #[serde(rename = "private")]
    Private,
    /// Everybody sees it, and those who are invited join.
    #[serde(rename = "by invitation")]
    ByInvitation,
    /// Everybody sees it and joins.
    #[serde(rename = "public")]
    Public,
}

/// Another person's photo that the account marked as a favourite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FavoritePhoto {
    /// Its number on Flickr.
    pub id: PhotoId,
    /// Whose photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Still or moving.
    #[serde(default)]
    pub media: Media,
    /// Since when it is a favourite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Timestamp>,
}

/// A tag of the account with each way it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagSpelling {
    /// As Flickr normalises it.
    pub text: String,
    /// As it was written.
    #[serde(default)]
    pub raw: Vec<String>,
}

/// What one person says of another on their profile page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Testimonial {
    /// Flickr's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<UserId>,
    /// Of whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<UserId>,
    /// The words.
    #[serde(default)]
    pub text: String,
    /// When it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Timestamp>,
    /// When the person it is about approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Timestamp>,
    /// Whether it is shown; `None` when Flickr did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<TestimonialState>,
}

/// Whether a testimonial is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TestimonialState {
    /// The person it is about said yes.
    Approved,
    /// It waits for their yes.
    Pending,
}

/// How the account treats new uploads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// What kind of picture they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<ContentType>,
    /// How safe they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safety: Option<Safety>,
    /// Who may see them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<Privacy>,
    /// Whether public searches leave them out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Who may see their place; `None` when the owner chose nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_viewers: Option<PlaceAudience>,
    /// Whether their place is taken over from the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_from_file: Option<bool>,
}

/// Who may see the place of new uploads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlaceAudience {
    /// Everybody.
    Everybody,
    /// All contacts.
    Contacts,
    /// The contacts marked as friends or family.
    #[serde(rename = "friends and family")]
    FriendsAndFamily,
    /// The contacts marked as friends.
    Friends,
    /// The contacts marked as family.
    Family,
    /// Only the owner.
    Nobody,
}

impl PlaceAudience {
    /// Reads the number of `prefs.getGeoPerms`, 1 to 6; 0 says that nothing was chosen.
    #[must_use]
    pub fn from_preference(number: u64) -> Option<Self> {
        match number {
            1 => Some(Self::Everybody),
            2 => Some(Self::Contacts),
            3 => Some(Self::FriendsAndFamily),
            4 => Some(Self::Friends),
            5 => Some(Self::Family),
            6 => Some(Self::Nobody),
            _ => None,
        }
    }
}

/// What the account may still upload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadStatus {
    /// Whether its owner pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_pro: Option<bool>,
    /// Bytes that may be uploaded in a month; `None` also when there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_a_month: Option<u64>,
    /// Bytes that were uploaded this month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_used: Option<u64>,
    /// Bytes that a photo may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo_bytes: Option<u64>,
    /// Bytes that a video may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_bytes: Option<u64>,
    /// Albums that were made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub albums_made: Option<u64>,
    /// Albums that may be made, in Flickr's words: a number or `lots`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub albums_left: Option<String>,
    /// Videos that were uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub videos_uploaded: Option<u64>,
    /// Videos that may be uploaded, in Flickr's words: a number or `lots`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub videos_left: Option<String>,
    /// Photos and videos in the account that count towards the limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uploads: Option<u64>,
    /// Photos and videos that the account may hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uploads_limit: Option<u64>,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_words() {
        let preferences = Preferences {
            content_type: ContentType::from_preference(1),
            place_viewers: PlaceAudience::from_preference(3),
            hidden: Some(false),
            ..Preferences::default()
        };

        assert_eq!(
            serde_json::to_string(&preferences).unwrap(),
            r#"{"content_type":"photo","hidden":false,"place_viewers":"friends and family"}"#
        );
        assert_eq!(serde_json::to_string(&GroupPrivacy::ByInvitation).unwrap(), r#""by invitation""#);
        assert_eq!(PlaceAudience::from_preference(0), None);
    }
}
