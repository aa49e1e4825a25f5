//! What other people say under a photo or an album, and who marked a photo as a favourite.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::UserId;

/// A comment on a photo or an album.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Flickr's id for it: three numbers with dashes, the photo's in the middle.
    pub id: String,
    /// Who wrote it; `None` when Flickr gave no id that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<UserId>,
    /// When it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Timestamp>,
    /// The words, HTML and all.
    #[serde(default)]
    pub text: String,
    /// When it was found to be no longer on Flickr. Only an archive sets this; Flickr itself shows no traces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<Timestamp>,
}

/// One person's mark of a photo as a favourite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Favorite {
    /// Whose favourite.
    pub person: UserId,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Timestamp>,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_written_without_what_is_not_known() {
        let comment = Comment {
            id: "1-7-2".to_owned(),
            author: "1@N00".parse().ok(),
            when: Timestamp::from_second(1_334_836_152).ok(),
            text: "<b>Hm</b> \u{1f9d9}".to_owned(),
            gone: None,
        };

        let json = serde_json::to_string(&comment).unwrap();

        assert_eq!(
            json,
            r#"{"id":"1-7-2","author":"1@N00","when":"2012-04-19T11:49:12Z","text":"<b>Hm</b> 🧙"}"#
        );
        assert_eq!(serde_json::from_str::<Comment>(&json).unwrap(), comment);
    }
}
