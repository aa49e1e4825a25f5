//! One record of a listing, turned into a photo and the places of its bytes.
//!
//! The shape is the same in `people.getPhotos`, `photos.recentlyUpdated`, `photosets.getPhotos` and all other
//! listings; only an id is demanded of it. Flickr's whole answer for the record is handed on too, for the
//! archive to keep: what this program does not understand today may matter to somebody later.

use std::fmt;

use flickr_model::{
    BadId, Canvas, ContentType, Counts, Dates, Licence, Media, Photo, PhotoId, Place, PlaceViewers, Privacy,
    Safety, Tag, Taken,
};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::answer::without_lone_surrogates;
use crate::lenient::Word;
use crate::row::Row;
use crate::{Sources, quirks};

/// One photo or video as a listing tells of it.
#[derive(Clone, PartialEq)]
pub struct Listed {
    /// What it is.
    pub photo: Photo,
    /// Where its bytes are.
    pub sources: Sources,
    /// The shape of the picture as it is shown, for the boxes of notes and people. From a shown size, which is
    /// upright already; else from the original, turned as Flickr turns it.
    pub canvas: Option<Canvas>,
    /// Flickr's whole answer for it, as it came.
    pub raw: Record,
}

impl fmt::Debug for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listed")
            .field("photo", &self.photo)
            .field("sources", &self.sources)
            .field("canvas", &self.canvas)
            .field("raw", &self.raw)
            .finish()
    }
}

/// Flickr's whole answer for one photo, as its text: a page of them takes a fifth of the memory that it would take read.
///
/// Secrets and addresses with secrets are still inside: take them out before it is written down, and show it to nobody.
/// `Debug` shows the names of fields only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Record(Box<str>);

impl Record {
    /// Reads the answer: its fields by name.
    #[must_use]
    pub fn fields(&self) -> Map<String, Value> {
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// Gives the answer as it came, a JSON object.
    #[must_use]
    pub fn into_text(self) -> Box<str> {
        self.0
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.fields().keys()).finish()
    }
}

fn canvas(raw: &Row<'_>, rotation: Option<u16>) -> Option<Canvas> {
    let pixels = |name: &str| raw.field(name).pixels();
    // The last two are smaller than what boxes are drawn on.
    let shown = quirks::SIZES.iter().rev().skip(2).find_map(|(size, _)| {
        Canvas::of_shape(pixels(&format!("width_{size}"))?, pixels(&format!("height_{size}"))?)
    });
    shown.or_else(|| {
        let (width, height) = (pixels("o_width")?, pixels("o_height")?);
        match rotation {
            Some(90 | 270) => Canvas::of_shape(height, width),
            _ => Canvas::of_shape(width, height),
        }
    })
}

impl Listed {
    /// What kind of picture it is, where the listing tells.
    #[must_use]
    pub fn content_type(&self) -> Option<ContentType> {
        Row::read(&self.raw.0).ok()?.field("content_type").number().and_then(ContentType::from_listing)
    }
}

/// A record of a listing that could not be read as a photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// What of it can be named: its id as Flickr wrote it, cut short.
    pub what: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads one record; only an id that is none makes it unreadable.
pub(crate) fn read(record: Box<str>) -> Result<Listed, Oddity> {
    let strange = |reason: &str| Oddity { what: "a record".to_owned(), reason: reason.to_owned() };
    if !record.starts_with('{') {
        return Err(strange("it is not an object"));
    }
    if let Ok(row) = Row::read(&record) {
        let (photo, sources, canvas) = told(&row)?;
        return Ok(Listed { photo, sources, canvas, raw: Record(record) });
    }
    let mended: Box<str> = without_lone_surrogates(&record).into();
    let row = Row::read(&mended).map_err(|_| strange("it cannot be read"))?;
    let (photo, sources, canvas) = told(&row)?;
    Ok(Listed { photo, sources, canvas, raw: Record(mended) })
}

/// What a record tells.
fn told(raw: &Row<'_>) -> Result<(Photo, Sources, Option<Canvas>), Oddity> {
    let id = raw.field("id");
    let id: PhotoId = id.text().unwrap_or_default().trim().parse().map_err(|error| odd(id, &error))?;
    let media = media(raw);
    let sources = Sources::of(id, media, raw);
    let rotation = rotation(raw);
    let photo = Photo {
        id,
        media,
        title: raw.field("title").clone().into_text(),
        description: raw.field("description").clone().into_text(),
        tags: tags(raw),
        dates: dates(raw),
        place: place(raw),
        privacy: privacy(raw),
        licence: raw.field("license").number().map(Licence::from_number),
        safety: raw.field("safety_level").number().and_then(Safety::from_level),
        content_type: raw.field("content_type").number().and_then(ContentType::from_listing),
        rotation,
        counts: counts(raw),
    };
    Ok((photo, sources, canvas(raw, rotation)))
}

fn odd(id: &Word<'_>, error: &BadId) -> Oddity {
    let shown: String = id.text().unwrap_or("without an id").chars().take(40).collect();
    Oddity { what: format!("photo {shown}"), reason: error.to_string() }
}

fn media(raw: &Row<'_>) -> Media {
    match raw.field("media").text() {
        Some("video") => Media::Video,
        _ => Media::Photo,
    }
}

/// The tags in Flickr's order; machine tags are among them in every recorded answer, and added where not.
fn tags(raw: &Row<'_>) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::new();
    for field in ["tags", "machine_tags"] {
        // A recorded `machine_tags` of 0 or false means none.
        let text = raw.field(field).filled().filter(|text| *text != "0").map(str::to_owned);
        let machine = field == "machine_tags";
        for word in text.unwrap_or_default().split_whitespace() {
            match tags.iter_mut().find(|tag| machine && tag.text == word) {
                Some(tag) => tag.machine = true,
                None => tags.push(Tag { raw: None, text: word.to_owned(), author: None, machine }),
            }
        }
    }
    tags
}

fn dates(raw: &Row<'_>) -> Dates {
    let instant =
        |name: &str| raw.field(name).integer().and_then(|second| Timestamp::from_second(second).ok());
    let granularity = raw.field("datetakengranularity").number().unwrap_or(0);
    let known = !raw.field("datetakenunknown").flag().unwrap_or(false);
    let taken = raw.field("datetaken");
    Dates {
        taken: taken.filled().and_then(|text| Taken::new(text, granularity, known)),
        uploaded: instant("dateupload"),
        updated: instant("lastupdate"),
    }
}

/// Where it was taken; 0, 0 with accuracy 0 and no word on who may see it is how Flickr says "nowhere".
fn place(raw: &Row<'_>) -> Option<Place> {
    let number = |name: &str| raw.field(name).float();
    let (latitude, longitude) = (number("latitude")?, number("longitude")?);
    let accuracy = raw.field("accuracy").number().and_then(|level| u8::try_from(level).ok()).unwrap_or(0);
    let visible_to = viewers(raw);
    let nowhere = latitude == 0.0 && longitude == 0.0 && accuracy == 0 && visible_to.is_none();
    let possible = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    (possible && !nowhere).then_some(Place { latitude, longitude, accuracy, visible_to })
}

fn viewers(raw: &Row<'_>) -> Option<PlaceViewers> {
    let flag = |name: &str| raw.field(name).flag();
    let public = flag("geo_is_public")?;
    Some(PlaceViewers {
        public,
        contacts: flag("geo_is_contact").unwrap_or(false),
        friends: flag("geo_is_friend").unwrap_or(false),
        family: flag("geo_is_family").unwrap_or(false),
    })
}

fn privacy(raw: &Row<'_>) -> Option<Privacy> {
    let flag = |name: &str| raw.field(name).flag();
    let public = flag("ispublic")?;
    Some(Privacy::from_flags(public, flag("isfriend").unwrap_or(false), flag("isfamily").unwrap_or(false)))
}

fn rotation(raw: &Row<'_>) -> Option<u16> {
    let degrees = raw.field("rotation").number()?;
    u16::try_from(degrees).ok().filter(|degrees| *degrees < 360)
}

fn counts(raw: &Row<'_>) -> Counts {
    let number = |name: &str| raw.field(name).number();
    Counts {
        views: number("views").or_else(|| number("count_views")),
        comments: number("count_comments"),
        favorites: number("count_faves"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use flickr_model::Precision;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(record: Value) -> Result<Listed, Oddity> {
        super::read(record.to_string().into())
    }

    #[test]
    fn a_whole_record_in_todays_and_in_yesterdays_types_reads_the_same() {
        let texts = json!({
            "id": "10115956703", "title": "Winter", "description": {"_content": "It is a photo"},
            "ispublic": "0", "isfriend": "1", "isfamily": "0", "license": "4", "dateupload": "1381061206",
            "lastupdate": "1381067365", "datetaken": "2013-10-06 14:06:41", "datetakengranularity": "4",
            "datetakenunknown": "0", "latitude": "45.807258", "longitude": "15.967599", "accuracy": "11",
            "geo_is_public": "1", "geo_is_contact": "0", "tags": "foo vision:night=077", "machine_tags": "vision:night=077",
            "views": "112", "count_comments": "2", "count_faves": "3", "safety_level": "1", "rotation": "90",
            "media": "video", "media_status": "ready",
        });
        let numbers = json!({
            "id": 10_115_956_703_u64, "title": {"_content": "Winter"}, "description": "It is a photo",
            "ispublic": 0, "isfriend": 1, "isfamily": 0, "license": 4, "dateupload": 1_381_061_206,
            "lastupdate": 1_381_067_365, "datetaken": "2013-10-06 14:06:41", "datetakengranularity": 4,
            "datetakenunknown": 0, "latitude": 45.807_258, "longitude": 15.967_599, "accuracy": 11,
            "geo_is_public": true, "geo_is_contact": "", "tags": "foo", "machine_tags": "vision:night=077",
            "views": 112, "count_comments": 2, "count_faves": 3, "safety_level": 1, "rotation": 90,
            "media": "video", "media_status": "ready",
        });

        let (old, new) = (read(texts).unwrap(), read(numbers).unwrap());

        assert_eq!(old.photo, new.photo);
        assert_eq!(old.photo.media, Media::Video);
        assert_eq!(old.photo.tags.iter().map(|tag| tag.machine).collect::<Vec<_>>(), [false, true]);
        assert_eq!(old.photo.privacy, Some(Privacy::Friends));
        assert_eq!(old.photo.dates.taken.unwrap().precision, Precision::Month);
        assert_eq!(old.photo.dates.uploaded, Timestamp::from_second(1_381_061_206).ok());
        assert_eq!(old.photo.counts, Counts { views: Some(112), comments: Some(2), favorites: Some(3) });
        assert_eq!(old.raw.fields().get("title"), Some(&json!("Winter")));
    }

    #[test]
    fn no_secret_of_a_record_is_shown() {
        let listed = read(json!({"id": "7", "secret": "5ec12e7", "originalsecret": "5ec12e7",
            "url_o": "https://live.staticflickr.com/1/7_5ec12e7_o.jpg"}));

        assert!(!format!("{listed:?}").contains("5ec12e7"));
    }

    #[test]
    fn the_canvas_is_the_shown_shape_else_the_original_turned() {
        let canvas = |record: Value| read(record).unwrap().canvas;
        let upright = Canvas::of_shape(375, 500);

        assert_eq!(
            canvas(
                json!({"id": "7", "width_m": "375", "height_m": 500, "o_width": "4000", "o_height": "3000"})
            ),
            upright
        );
        assert_eq!(
            canvas(json!({"id": "7", "o_width": "4000", "o_height": "3000", "rotation": 90})),
            upright
        );
        assert_eq!(canvas(json!({"id": "7", "o_width": 3000, "o_height": 4000})), upright);
        assert_eq!(canvas(json!({"id": "7", "o_width": 3000})), None);
        assert_eq!(
            read(json!({"id": "7", "content_type": "1"})).unwrap().photo.content_type,
            Some(ContentType::Screenshot)
        );
    }

    #[test]
    fn half_a_pair_of_a_cut_title_is_replaced() {
        let listed = super::read(r#"{"id":"7","title":"cut \ud83d"}"#.into()).unwrap();

        assert_eq!(listed.photo.title, "cut \u{fffd}");
        assert_eq!(listed.raw.fields()["title"], "cut \u{fffd}");
    }

    #[test]
    fn an_id_is_all_that_is_needed() {
        let bare = read(json!({"id": "7"})).unwrap();

        assert_eq!(bare.photo.dates, Dates::default());
        assert_eq!((bare.photo.privacy, bare.photo.place), (None, None));
    }

    #[test]
    fn a_hostile_id_is_an_oddity_with_a_short_name() {
        for id in [json!("1/../../x"), json!("9".repeat(400)), json!(null), json!(-1), json!({})] {
            let odd = read(json!({"id": id})).unwrap_err();
            assert!(odd.what.len() < 60 && !odd.reason.is_empty(), "{odd:?}");
        }
        assert!(read(json!("7")).is_err());
    }

    #[test]
    fn nonsense_dates_and_places_are_no_statement() {
        let read = |record: Value| read(record).unwrap().photo;

        let early = read(json!({"id": "7", "dateupload": "2013"}));
        assert_eq!(early.dates.uploaded, Timestamp::from_second(2013).ok());
        assert_eq!(read(json!({"id": "7", "dateupload": "soon"})).dates.uploaded, None);
        assert_eq!(read(json!({"id": "7", "dateupload": "99999999999999"})).dates.uploaded, None);
        let nowhere = json!({"id": "7", "latitude": 0, "longitude": 0, "accuracy": 0, "context": 0});
        assert_eq!(read(nowhere).place, None);
        assert_eq!(read(json!({"id": "7", "latitude": 91, "longitude": 0})).place, None);
        let null_island =
            json!({"id": "7", "latitude": 0, "longitude": 0, "accuracy": 16, "geo_is_public": 0});
        assert!(read(null_island).place.is_some());
    }

    fn any_scalar() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            any::<String>().prop_map(|text| json!({ "_content": text })),
            Just(json!([])),
        ]
    }

    proptest! {
        #[test]
        fn whatever_type_each_field_has_the_record_is_read(
            values in proptest::collection::vec(any_scalar(), 16),
        ) {
            let names = ["title", "description", "license", "dateupload", "datetaken", "datetakengranularity",
                "latitude", "longitude", "accuracy", "geo_is_public", "tags", "machine_tags", "views", "media",
                "url_o", "width_o"];
            let mut record: Map<String, Value> =
                names.iter().map(|name| (*name).to_owned()).zip(values).collect();
            record.insert("id".to_owned(), json!("7"));

            prop_assert!(read(Value::Object(record)).is_ok());
        }
    }
}
