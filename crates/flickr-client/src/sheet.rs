//! One page of `flickr.people.getPhotos`, asked for and read.

use std::fmt;

use flickr_model::Photo;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::lenient::Scalar;
use crate::{FlickrClient, FlickrError, Listed, Oddity, listing, quirks};

const METHOD: &str = "flickr.people.getPhotos";

/// The answer of every listing: its list of photos stands under a name that depends on the method.
#[derive(Debug, Deserialize)]
struct ListingAnswer {
    photos: PhotoList,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct PhotoList {
    #[serde(default)]
    total: Scalar,
    #[serde(default)]
    pages: Scalar,
    /// Flickr writes `perpage`, `per_page`, or both (recorded in 2023), so that one cannot be the other's alias.
    #[serde(default)]
    perpage: Scalar,
    #[serde(default)]
    per_page: Scalar,
    #[serde(default)]
    photo: Records,
}

/// One page.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// Photos behind all pages together, by Flickr's word.
    pub(crate) total: u64,
    /// Most records on a page, by Flickr's word; never more than were asked for.
    pub(crate) per_page: u64,
    pub(crate) photos: Vec<Listed>,
    pub(crate) oddities: Vec<Oddity>,
}

impl Sheet {
    /// How many records the page had.
    pub(crate) fn records(&self) -> u64 {
        (self.photos.len() + self.oddities.len()) as u64
    }

    /// The newest upload date on it, in seconds since 1970.
    pub(crate) fn newest(&self) -> Option<i64> {
        self.photos.iter().filter_map(|listed| uploaded(&listed.photo)).max()
    }

    /// The oldest upload date on it.
    pub(crate) fn oldest(&self) -> Option<i64> {
        self.photos.iter().filter_map(|listed| uploaded(&listed.photo)).min()
    }
}

fn uploaded(photo: &Photo) -> Option<i64> {
    photo.dates.uploaded.map(|at| at.as_second())
}

impl PhotoList {
    /// Reads the records; without a total, the number of pages or what is there has to do.
    pub(crate) fn read(self, page: u64, per_page: u64) -> Sheet {
        let Records { photos, oddities } = self.photo;
        let here = (page - 1) * per_page + (photos.len() + oddities.len()) as u64;
        let behind =
            self.pages.number().filter(|pages| *pages > page).map(|pages| pages.saturating_mul(per_page));
        let total = self.total.number().or(behind).unwrap_or(here);
        let records = (photos.len() + oddities.len()) as u64;
        let given = self.perpage.number().or(self.per_page.number());
        let per_page = given.map_or(per_page, |given| given.max(records)).clamp(1, per_page);
        Sheet { total, per_page, photos, oddities }
    }
}

/// The records of a list; one object is a list of one, and anything else an empty one.
///
/// Each record is turned into what is kept of it as soon as it was read, so that no page is in memory twice.
#[derive(Debug, Default)]
struct Records {
    photos: Vec<Listed>,
    oddities: Vec<Oddity>,
}

impl Records {
    fn add(&mut self, record: Box<RawValue>) {
        match listing::read(record.into()) {
            Ok(listed) => self.photos.push(listed),
            Err(oddity) => self.oddities.push(oddity),
        }
    }
}

impl<'de> Deserialize<'de> for Records {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Lists)
    }
}

struct Lists;

impl<'de> Visitor<'de> for Lists {
    type Value = Records;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Records, A::Error> {
        let mut records = Records::default();
        while let Some(record) = items.next_element()? {
            records.add(record);
        }
        Ok(records)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Records, A::Error> {
        let record = Map::<String, Value>::deserialize(MapAccessDeserializer::new(map))?;
        let mut records = Records::default();
        records.add(RawValue::from_string(Value::Object(record).to_string()).map_err(Error::custom)?);
        Ok(records)
    }

    fn visit_unit<E: Error>(self) -> Result<Records, E> {
        Ok(Records::default())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Records, E> {
        Ok(Records::default())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Records, E> {
        Ok(Records::default())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Records, E> {
        Ok(Records::default())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Records, E> {
        Ok(Records::default())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Records, E> {
        Ok(Records::default())
    }
}

/// Asks for one page of everything the signed-in person has uploaded, up to an upload date; without one, whatever its
/// date: upload dates are the owner's to change, so that no future is late enough to be a bound.
pub(crate) async fn fetch(
    client: &FlickrClient,
    page: u64,
    per_page: u64,
    max_upload_date: Option<i64>,
) -> Result<Sheet, FlickrError> {
    let (page_text, per_page_text) = (page.to_string(), per_page.to_string());
    let max = max_upload_date.map(|max| max.to_string());
    let mut parameters = vec![
        ("user_id", "me"),
        ("safe_search", "3"),
        ("extras", quirks::EXTRAS),
        ("per_page", &per_page_text),
        ("page", &page_text),
    ];
    parameters.extend(max.as_deref().map(|max| ("max_upload_date", max)));
    let answer = client.call::<ListingAnswer>(METHOD, &parameters).await?;
    Ok(answer.value.photos.read(page, per_page))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn sheet(json: &str, page: u64) -> Sheet {
        serde_json::from_str::<PhotoList>(json).unwrap().read(page, 500)
    }

    #[test]
    fn the_total_is_a_number_or_a_text() {
        assert_eq!(sheet(r#"{"total":"98","pages":"1","photo":[{"id":"7"}]}"#, 1).total, 98);
        assert_eq!(sheet(r#"{"total":487,"pages":1,"photo":[{"id":"7"}]}"#, 1).total, 487);
    }

    #[test]
    fn without_a_total_pages_or_records_stand_in() {
        assert_eq!(sheet(r#"{"pages":3,"photo":[{"id":"7"}]}"#, 1).total, 1500);
        assert_eq!(sheet(r#"{"photo":[{"id":"7"}]}"#, 2).total, 501);
        assert_eq!(sheet(r#"{"page":1,"pages":0,"total":0,"photo":[]}"#, 1).total, 0);
    }

    #[test]
    fn one_record_alone_is_a_list_and_what_is_none_is_empty() {
        let ids =
            |json: &str| sheet(json, 1).photos.iter().map(|one| one.photo.id.to_string()).collect::<Vec<_>>();

        assert_eq!(ids(r#"{"photo":{"id":"7","title":{"_content":"a"}}}"#), ["7"]);
        for none in ["null", "7", "-7", "1.5", "true", "\"\"", "[]"] {
            assert_eq!(ids(&format!(r#"{{"photo":{none}}}"#)), [""; 0], "{none}");
        }
        assert_eq!(sheet(r#"{"photo":[{"id":"7"},5,{"id":"8","n":1e999}]}"#, 1).oddities.len(), 2);
    }

    #[test]
    fn a_smaller_page_than_asked_for_is_believed_when_its_records_agree() {
        let per_page = |json: &str| sheet(json, 1).per_page;

        assert_eq!(per_page(r#"{"total":3,"perpage":"250","photo":[{"id":"7"}]}"#), 250);
        assert_eq!(per_page(r#"{"total":3,"perpage":250,"per_page":250,"photo":[]}"#), 250);
        assert_eq!(per_page(r#"{"total":3,"perpage":1,"photo":[{"id":"7"},{"id":"8"}]}"#), 2);
        assert_eq!(per_page(r#"{"total":3,"perpage":0,"photo":[]}"#), 1);
        assert_eq!(per_page(r#"{"total":3,"perpage":9999,"photo":[]}"#), 500);
        assert_eq!(per_page(r#"{"total":3,"photo":[]}"#), 500);
    }

    #[test]
    fn an_unreadable_record_is_counted_and_does_not_end_the_page() {
        let sheet = sheet(
            r#"{"total":3,"photo":[{"id":"7","dateupload":"50"},{"id":"x"},{"id":"8","dateupload":"2013"}]}"#,
            1,
        );

        assert_eq!((sheet.photos.len(), sheet.oddities.len(), sheet.records()), (2, 1, 3));
        assert_eq!((sheet.oldest(), sheet.newest()), (Some(50), Some(2013)));
    }
}
