//! What Flickr tells of one photo beyond its listing, from `flickr.photos.getInfo`.

use flickr_model::{
    Audience, Canvas, ContentType, Info, Note, Permissions, PhotoId, PlaceNames, PlaceViewers, Safety, Tag,
    Usage, VideoFacts,
};
use serde_json::{Map, Value};

use crate::lenient::{Scalar, items};
use crate::told::{self, Told};
use crate::{FlickrClient, FlickrError};

pub(crate) const METHOD: &str = "flickr.photos.getInfo";

impl FlickrClient {
    /// Asks for everything Flickr tells of one photo: one call.
    ///
    /// `canvas` is the shape of the picture ([`crate::Listed::canvas`]); without it the boxes of notes are left
    /// out of the reading, because this answer counts them in pixels of a size it does not tell.
    pub async fn info(&self, photo: PhotoId, canvas: Option<Canvas>) -> Result<Told<Info>, FlickrError> {
        let id = photo.to_string();
        let answer = self.call_for_one::<Value>(METHOD, &[("photo_id", &id)]).await?.value;
        read(answer, canvas).ok_or_else(|| FlickrError::Misshapen {
            method: METHOD,
            reason: "it tells of no photo".to_owned(),
        })
    }
}

/// Reads an answer; nothing when it is about no photo.
pub(crate) fn read(answer: Value, canvas: Option<Canvas>) -> Option<Told<Info>> {
    let raw = told::noun(answer, "photo");
    let photo = raw.as_object().filter(|photo| !photo.is_empty())?;
    let info = Info {
        tags: items(inner(&raw, "tags").get("tag")).into_iter().map(tag).collect(),
        notes: items(inner(&raw, "notes").get("note"))
            .into_iter()
            .map(|fields| note(fields, canvas))
            .collect(),
        permissions: object(&raw, "permissions").map(permissions),
        usage: object(&raw, "usage").map(usage),
        place_names: object(&raw, "location").and_then(place_names),
        place_viewers: object(&raw, "geoperms").and_then(place_viewers),
        has_people: object(&raw, "people").is_some_and(|people| yes(people, "haspeople")),
        comments: Scalar::field(photo, "comments").number(),
        views: Scalar::field(photo, "views").number(),
        rotation: Scalar::field(photo, "rotation").number().and_then(degrees),
        safety: Scalar::field(photo, "safety_level").number().and_then(Safety::from_level),
        content_type: Scalar::field(photo, "content_type").number().and_then(ContentType::from_listing),
        video: object(&raw, "video").map(video),
        url: page(&raw),
    };
    Some(Told::new(info, raw))
}

/// The pixels of a box as a share of the picture; nothing without all four numbers.
pub(crate) fn area(fields: &Map<String, Value>, canvas: Option<Canvas>) -> Option<flickr_model::Area> {
    let number = |name: &str| Scalar::field(fields, name).float();
    Some(canvas?.area([number("x")?, number("y")?, number("w")?, number("h")?]))
}

fn inner<'a>(noun: &'a Value, name: &str) -> &'a Value {
    noun.get(name).unwrap_or(&Value::Null)
}

fn object<'a>(noun: &'a Value, name: &str) -> Option<&'a Map<String, Value>> {
    noun.get(name)?.as_object()
}

fn yes(fields: &Map<String, Value>, name: &str) -> bool {
    Scalar::field(fields, name).flag().unwrap_or(false)
}

fn tag(fields: &Map<String, Value>) -> Tag {
    let field = |name: &str| Scalar::field(fields, name);
    Tag {
        raw: field("raw").text().map(str::to_owned),
        text: field("_content").into_text(),
        author: field("author").filled().and_then(|id| id.parse().ok()),
        machine: yes(fields, "machine_tag"),
    }
}

fn note(fields: &Map<String, Value>, canvas: Option<Canvas>) -> Note {
    let field = |name: &str| Scalar::field(fields, name);
    Note {
        id: field("id").into_text(),
        author: field("author").filled().and_then(|id| id.parse().ok()),
        text: field("_content").into_text(),
        area: area(fields, canvas),
    }
}

fn permissions(fields: &Map<String, Value>) -> Permissions {
    let level = |name: &str| Scalar::field(fields, name).number().and_then(Audience::from_level);
    Permissions { comment: level("permcomment"), add_meta: level("permaddmeta") }
}

fn usage(fields: &Map<String, Value>) -> Usage {
    Usage {
        download: yes(fields, "candownload"),
        blog: yes(fields, "canblog"),
        print: yes(fields, "canprint"),
        share: yes(fields, "canshare"),
    }
}

fn place_names(fields: &Map<String, Value>) -> Option<PlaceNames> {
    let name = |name: &str| Scalar::field(fields, name).into_filled();
    let names = PlaceNames {
        neighbourhood: name("neighbourhood"),
        locality: name("locality"),
        county: name("county"),
        region: name("region"),
        country: name("country"),
    };
    (names != PlaceNames::default()).then_some(names)
}

fn place_viewers(fields: &Map<String, Value>) -> Option<PlaceViewers> {
    let public = Scalar::field(fields, "ispublic").flag()?;
    Some(PlaceViewers {
        public,
        contacts: yes(fields, "iscontact"),
        friends: yes(fields, "isfriend"),
        family: yes(fields, "isfamily"),
    })
}

fn degrees(number: u64) -> Option<u16> {
    u16::try_from(number).ok().filter(|degrees| *degrees < 360)
}

fn video(fields: &Map<String, Value>) -> VideoFacts {
    VideoFacts {
        seconds: Scalar::field(fields, "duration").float().filter(|seconds| *seconds >= 0.0),
        width: Scalar::field(fields, "width").pixels(),
        height: Scalar::field(fields, "height").pixels(),
        ready: yes(fields, "ready"),
        failed: yes(fields, "failed"),
        pending: yes(fields, "pending"),
    }
}

fn page(photo: &Value) -> Option<String> {
    let urls = items(inner(photo, "urls").get("url"));
    let is_page = |url: &&&Map<String, Value>| Scalar::field(url, "type").text() == Some("photopage");
    Scalar::field(urls.iter().find(is_page)?, "_content").into_filled()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use flickr_model::Area;
    use serde_json::json;

    use super::*;

    fn info(photo: Value) -> Info {
        let canvas = Canvas::of_shape(1000, 500);
        read(json!({"photo": photo, "stat": "ok"}), canvas).unwrap().value
    }

    #[test]
    fn an_answer_in_todays_and_in_yesterdays_types_reads_the_same() {
        let old = info(json!({
            "id": "7", "rotation": "90", "safety_level": "1", "views": "12", "comments": {"_content": "3"},
            "permissions": {"permcomment": "3", "permaddmeta": "1"},
            "usage": {"candownload": "1", "canblog": "0", "canprint": "", "canshare": "1"},
            "notes": {"note": {"id": 72, "author": "2@N00", "x": "50", "y": "25", "w": "100", "h": "125", "_content": "Hm"}},
            "people": {"haspeople": "1"},
            "tags": {"tag": [{"author": "1@N00", "raw": "Dore Abbey", "_content": "doreabbey", "machine_tag": "0"},
                {"author": "1@N00", "raw": "a:b=C", "_content": "a:b=c", "machine_tag": "1"}]},
            "location": {"latitude": "1", "locality": {"_content": "Here"}, "country": {"_content": "There"}},
            "geoperms": {"ispublic": "0", "iscontact": "1", "isfriend": "0", "isfamily": "0"},
            "urls": {"url": [{"type": "photopage", "_content": "https://www.flickr.com/photos/ada/7/"}]},
            "video": {"ready": "1", "failed": "", "pending": "0", "duration": "12.5", "width": "640", "height": ""},
        }));
        let new = info(json!({
            "id": 7, "rotation": 90, "safety_level": 1, "views": 12, "comments": 3,
            "permissions": {"permcomment": 3, "permaddmeta": 1},
            "usage": {"candownload": 1, "canblog": 0, "canprint": false, "canshare": true},
            "notes": {"note": [{"id": "72", "author": "2@N00", "x": 50, "y": 25.0, "w": 100, "h": 125, "_content": "Hm"}]},
            "people": {"haspeople": 1},
            "tags": {"tag": [{"author": "1@N00", "raw": "Dore Abbey", "_content": "doreabbey", "machine_tag": false},
                {"author": "1@N00", "raw": "a:b=C", "_content": "a:b=c", "machine_tag": 1}]},
            "location": {"latitude": 1, "locality": "Here", "country": "There"},
            "geoperms": {"ispublic": 0, "iscontact": 1, "isfriend": 0, "isfamily": 0},
            "urls": {"url": {"type": "photopage", "_content": "https://www.flickr.com/photos/ada/7/"}},
            "video": {"ready": 1, "failed": 0, "pending": 0, "duration": 12.5, "width": 640, "height": null},
        }));

        assert_eq!(old, new);
        assert_eq!(old.tags.iter().map(|tag| tag.machine).collect::<Vec<_>>(), [false, true]);
        assert_eq!(old.notes.first().unwrap().area, Some(Area { x: 0.1, y: 0.1, w: 0.2, h: 0.5 }));
        assert_eq!(old.permissions.unwrap().add_meta, Some(Audience::FriendsAndFamily));
        assert_eq!((old.comments, old.rotation, old.has_people), (Some(3), Some(90), true));
        assert_eq!(old.place_names.unwrap().locality.as_deref(), Some("Here"));
        assert_eq!(old.video.unwrap().seconds, Some(12.5));
    }

    #[test]
    fn an_id_is_all_that_an_answer_needs() {
        assert_eq!(info(json!({"id": "7"})), Info::default());
        assert_eq!(
            info(json!({"id": "7", "tags": {"tag": ""}, "notes": "", "location": {}})),
            Info::default()
        );
    }

    #[test]
    fn an_answer_about_no_photo_is_none() {
        assert!(read(json!({"stat": "ok"}), None).is_none());
        assert!(read(json!({"photo": {}, "stat": "ok"}), None).is_none());
    }

    #[test]
    fn a_tag_without_words_and_a_note_without_a_shape_are_kept() {
        let answer = json!({"photo": {"id": "7", "tags": {"tag": [{"author": "1@N00", "raw": "!!!", "_content": ""}]},
            "notes": {"note": [{"id": "1", "x": 1, "y": 1, "w": 1, "h": 1, "_content": "Hm"}]}}});

        let info = read(answer, None).unwrap().value;

        assert_eq!(info.tags.first().unwrap().raw.as_deref(), Some("!!!"));
        assert_eq!(info.notes.first().map(|note| (note.text.as_str(), note.area)), Some(("Hm", None)));
    }
}
