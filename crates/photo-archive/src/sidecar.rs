//! The JSON file that stands beside each photo: its fields, how it is read, and its one way of being written.
//!
//! The order of the fields here is the order in the file. What this version does not know is kept in `rest`
//! and written back, so that a newer program's additions survive an older one. The same facts give the same
//! bytes: two blanks a level, keys that came from elsewhere sorted, one newline at the end.

use flickr_model::{Dates, Licence, Media, Photo, PhotoId, Place, Privacy, Safety, Tag};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::detail_fields::DetailFields;
use crate::filing::Purpose;
use crate::hex;
use crate::saved::Saved;
use crate::state::{FileKind, State};

/// The version of the format that this program writes, and the newest that it reads.
pub(crate) const FORMAT: u32 = 1;

/// A JSON file larger than this is not one of ours (20,000 comments come to about 10 MB).
pub(crate) const LARGEST: u64 = 64 << 20;

/// Everything that the archive says about one photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sidecar {
    pub(crate) format: u32,
    pub(crate) id: PhotoId,
    pub(crate) media: Media,
    pub(crate) state: State,
    /// The path of the file that counts, from the archive's root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) current: Option<String>,
    #[serde(default)]
    pub(crate) files: Vec<FileRecord>,
    /// Why its original is not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) missing: Option<Open<Lack>>,
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) tags: Vec<Tag>,
    #[serde(default)]
    pub(crate) dates: Open<Dates>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<Open<Place>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) privacy: Option<Privacy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) licence: Option<Open<Licence>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) safety: Option<Safety>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rotation: Option<u16>,
    /// What comes from asking about this one photo.
    #[serde(flatten)]
    pub(crate) details: DetailFields,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) counts: Option<Open<CountsAsked>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) history: Vec<Former>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gone: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) accepted: Option<Value>,
    /// Flickr's own answers, secrets removed; `listing` is the photo's part of the account's listing.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) flickr: Map<String, Value>,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

/// A value with whatever else stood in the same braces.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Open<T> {
    #[serde(flatten)]
    pub(crate) value: T,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

impl<T> Open<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value, rest: Map::new() }
    }
}

/// One file of a photo: an original in one of its versions, a lesser size, or the still of a video.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct FileRecord {
    pub(crate) version: u32,
    /// From the archive's root, parts separated by `/`.
    pub(crate) path: String,
    pub(crate) bytes: u64,
    #[serde(with = "hex::fixed")]
    pub(crate) sha256: [u8; 32],
    /// Only where the image host offered one to compare with.
    #[serde(default, with = "hex::perhaps", skip_serializing_if = "Option::is_none")]
    pub(crate) md5: Option<[u8; 16]>,
    pub(crate) kind: FileKind,
    /// Flickr's word for the size, such as `Original` or `Large 1600`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) width: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) height: Option<u32>,
    pub(crate) downloaded: Timestamp,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

impl FileRecord {
    /// What is written of a file that has just been saved.
    pub(crate) fn of(saved: &Saved, downloaded: Timestamp) -> Self {
        let (kind, label) = match saved.purpose() {
            Purpose::Original => (FileKind::Original, Some("Original".to_owned())),
            Purpose::NotOriginal { label, .. } => (FileKind::NotOriginal, Some(label.clone())),
            Purpose::Poster => (FileKind::Poster, None),
        };
        Self {
            version: saved.version(),
            path: saved.path().to_owned(),
            bytes: saved.bytes(),
            sha256: saved.sha256(),
            md5: saved.md5(),
            kind,
            label,
            width: saved.dimensions().map(|(width, _)| width),
            height: saved.dimensions().map(|(_, height)| height),
            downloaded,
            rest: Map::new(),
        }
    }
}

/// Why an original is not here, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lack {
    pub(crate) reason: String,
    pub(crate) since: Timestamp,
}

/// Counters, and when Flickr was asked for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CountsAsked {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) views: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) comments: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) favorites: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) asked: Option<Timestamp>,
}

/// A value that a field had before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Former {
    /// When another value was first seen.
    pub(crate) seen: Timestamp,
    pub(crate) field: String,
    pub(crate) was: Value,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

impl Sidecar {
    /// The sidecar of a photo that nothing is known of but its number.
    pub(crate) fn blank(id: PhotoId, media: Media) -> Self {
        Self {
            format: FORMAT,
            id,
            media,
            state: State::Missing,
            current: None,
            files: Vec::new(),
            missing: None,
            title: String::new(),
            description: String::new(),
            tags: Vec::new(),
            dates: Open::default(),
            place: None,
            privacy: None,
            licence: None,
            safety: None,
            rotation: None,
            details: DetailFields::default(),
            counts: None,
            history: Vec::new(),
            gone: None,
            accepted: None,
            flickr: Map::new(),
            rest: Map::new(),
        }
    }

    /// Reads a sidecar; the error is for the person who looks for what broke it.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let sidecar: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if sidecar.format > FORMAT {
            return Err(format!("it has format {}, this program reads up to {FORMAT}", sidecar.format));
        }
        Ok(sidecar)
    }

    /// Returns the bytes of the file.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The photo that it describes; counters are left out.
    pub(crate) fn photo(&self) -> Photo {
        Photo {
            id: self.id,
            media: self.media,
            title: self.title.clone(),
            description: self.description.clone(),
            tags: self.tags.clone(),
            dates: self.dates.value.clone(),
            place: self.place.as_ref().map(|place| place.value.clone()),
            privacy: self.privacy,
            licence: self.licence.as_ref().map(|licence| licence.value.clone()),
            safety: self.safety,
            content_type: self.details.content_type,
            rotation: self.rotation,
            counts: flickr_model::Counts::default(),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOMORROWS: &str = r#"{
  "format": 1,
  "id": "7",
  "media": "photo",
  "state": "kept",
  "current": "photos/2011/07/7.jpg",
  "files": [
    {
      "version": 1,
      "path": "photos/2011/07/7.jpg",
      "bytes": 3,
      "sha256": "000000000000000000000000000000000000000000000000000000000000000a",
      "kind": "original",
      "downloaded": "2026-11-23T03:00:12Z",
      "camera": "kept by a newer program"
    }
  ],
  "title": "A \u0000 title",
  "description": "",
  "tags": [],
  "dates": {
    "uploaded": "2011-07-05T00:00:00Z",
    "zone": "+02:00"
  },
  "place": {
    "latitude": 48.858093,
    "longitude": -2.2945000000000001,
    "accuracy": 16,
    "town": "Paris"
  },
  "moods": [
    null,
    1.5
  ]
}
"#;

    #[test]
    fn what_a_newer_program_added_survives_a_rewrite() {
        let sidecar = Sidecar::read(TOMORROWS.as_bytes()).unwrap();

        let text = String::from_utf8(sidecar.bytes().unwrap()).unwrap();

        assert_eq!(text, TOMORROWS.replace("-2.2945000000000001", "-2.2945"));
    }

    #[test]
    fn a_newer_format_is_not_read() {
        let newer = TOMORROWS.replace("\"format\": 1", "\"format\": 2");

        assert!(Sidecar::read(newer.as_bytes()).unwrap_err().contains("format 2"));
    }

    proptest! {
        #[test]
        fn any_words_and_coordinates_come_back_as_they_were(
            title in ".*", description in "\\PC*", raw in ".*", key in "x[a-z]{1,8}", north in -90.0..90.0_f64
        ) {
            let mut sidecar = Sidecar::blank("7".parse().unwrap(), Media::Video);
            sidecar.title = title;
            sidecar.description = description.clone();
            sidecar.tags.push(Tag { raw: Some(raw), text: String::new(), author: None, machine: false });
            let place = Place { latitude: north, longitude: -north, accuracy: 3, visible_to: None };
            sidecar.place = Some(Open::new(place));
            sidecar.rest.insert(key, Value::String(description));

            let bytes = sidecar.bytes().unwrap();
            let again = Sidecar::read(&bytes).unwrap();

            prop_assert_eq!(&again, &sidecar);
            prop_assert_eq!(again.bytes().unwrap(), bytes);
        }
    }
}
