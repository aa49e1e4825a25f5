//! Comments on photos and albums. Flickr gives all of them in one answer: one of 1,300 comments was recorded.

use flickr_model::{AlbumId, Comment, PhotoId};
use serde_json::{Map, Value};

use crate::lenient::{Scalar, items};
use crate::told::{self, Told};
use crate::{FlickrClient, FlickrError};

pub(crate) const OF_PHOTO: &str = "flickr.photos.comments.getList";
pub(crate) const OF_ALBUM: &str = "flickr.photosets.comments.getList";

impl FlickrClient {
    /// Asks for all comments on a photo: one call.
    pub async fn comments(&self, photo: PhotoId) -> Result<Told<Vec<Comment>>, FlickrError> {
        let id = photo.to_string();
        Ok(read(self.call_for_one::<Value>(OF_PHOTO, &[("photo_id", &id)]).await?.value))
    }

    /// Asks for all comments on an album: one call.
    pub async fn album_comments(&self, album: &AlbumId) -> Result<Told<Vec<Comment>>, FlickrError> {
        Ok(read(self.call_for_one::<Value>(OF_ALBUM, &[("photoset_id", album.as_str())]).await?.value))
    }
}

pub(crate) fn read(answer: Value) -> Told<Vec<Comment>> {
    let raw = told::noun(answer, "comments");
    Told::new(items(raw.get("comment")).into_iter().map(comment).collect(), raw)
}

fn comment(fields: &Map<String, Value>) -> Comment {
    let field = |name: &str| Scalar::field(fields, name);
    Comment {
        id: field("id").into_text(),
        author: field("author").filled().and_then(|id| id.parse().ok()),
        when: field("datecreate").moment().or_else(|| field("date_create").moment()),
        text: field("_content").into_text(),
        gone: None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_comment_keeps_its_words_its_author_and_its_date() {
        let told = read(json!({"comments": {"photo_id": "7", "comment": [
            {"id": "1-7-5", "author": "2@N00", "authorname": "bob", "datecreate": "1334836152", "_content": "<b>Hm</b> &amp; \u{200f}"},
            {"id": "1-7-6", "author": "", "author_is_deleted": 1, "datecreate": 1_346_015_914, "_content": ""},
        ]}, "stat": "ok"}));

        let [first, second]: [_; 2] = told.value.try_into().unwrap();
        assert_eq!((first.id.as_str(), first.text.as_str()), ("1-7-5", "<b>Hm</b> &amp; \u{200f}"));
        assert_eq!(first.when, Timestamp::from_second(1_334_836_152).ok());
        assert_eq!((second.author.clone(), second.when.is_some()), (None, true));
        assert_eq!(told.people.first().unwrap().username, "bob");
        assert_eq!(told.raw["photo_id"], json!("7"));
    }

    #[test]
    fn no_comments_come_in_three_ways() {
        for answer in
            [json!({"comments": {"photo_id": "7"}}), json!({"comments": {"comment": []}}), json!({})]
        {
            assert!(read(answer).value.is_empty());
        }
    }
}
