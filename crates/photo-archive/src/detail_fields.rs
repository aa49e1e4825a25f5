//! The part of a sidecar that comes from asking about one photo: who is in it, what is said of it, where it
//! belongs.
//!
//! A field that is absent was never asked for; an empty list was asked for and Flickr knew of nothing.

use std::collections::BTreeMap;

use flickr_model::{
    Comment, ContentType, ExifField, Favorite, LicenceChange, Note, Permissions, PersonTag, PlaceNames,
    Usage, VideoFacts,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::detail_state::{Answers, DetailState};
use crate::sidecar::{Open, Sidecar};

/// Flickr's methods, as they stand in `refused`.
pub(crate) mod method {
    pub(crate) const INFO: &str = "flickr.photos.getInfo";
    pub(crate) const EXIF: &str = "flickr.photos.getExif";
    pub(crate) const LICENCES: &str = "flickr.photos.licenses.getLicenseHistory";
    pub(crate) const GALLERIES: &str = "flickr.galleries.getListForPhoto";
}

/// The key under which the names of a place stand beside its coordinates.
pub(crate) const NAMES: &str = "names";

/// The key that marks what is no longer on Flickr.
pub(crate) const GONE: &str = "gone";

/// What is written of a photo's details.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct DetailFields {
    /// Each change of its licence, as Flickr remembers them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) licence_changes: Option<Vec<LicenceChange>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content_type: Option<ContentType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) permissions: Option<Permissions>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) usage: Option<Usage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) video: Option<Open<VideoFacts>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) people: Option<Vec<Open<PersonTag>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) notes: Option<Vec<Open<Note>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) comments: Option<Vec<Open<Comment>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) favorites: Option<Vec<Open<Favorite>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) exif: Option<Vec<ExifField>>,
    /// Ids, in their order as texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) albums: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) groups: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) galleries: Option<Vec<String>>,
    /// What Flickr would not tell, by method, with its reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) refused: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) details: Option<Open<Asked>>,
}

/// Up to what the details were brought, so that a catalog that is made again asks for no more than this one did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// Flickr's date of the last change then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) updated: Option<Timestamp>,
    /// Comments by the listing's count then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) comments: Option<u64>,
    /// Favourites by the listing's count then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) favorites: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) asked: Option<Timestamp>,
    /// When the favourites were last written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) favorites_asked: Option<Timestamp>,
}

impl Asked {
    /// The state that a catalog notes, with what was refused, by method, and what was answered.
    pub(crate) fn state(
        self,
        refused: &BTreeMap<String, String>,
        answered: impl Fn(&str) -> bool,
    ) -> DetailState {
        DetailState {
            updated: self.updated,
            comments: self.comments,
            favorites: self.favorites,
            answers: Answers {
                info: answered("info"),
                exif: answered("exif") || refused.contains_key(method::EXIF),
                licences: answered("licences") || refused.contains_key(method::LICENCES),
                galleries: answered("galleries") || refused.contains_key(method::GALLERIES),
            },
            asked: self.asked.unwrap_or_default(),
        }
    }
}

impl Sidecar {
    /// The names of its place, where they are known.
    pub(crate) fn place_names(&self) -> Option<PlaceNames> {
        let names = self.place.as_ref()?.rest.get(NAMES)?;
        serde_json::from_value(names.clone()).ok()
    }
}

impl Open<Favorite> {
    /// Whether it is known to be no longer on Flickr.
    pub(crate) fn is_gone(&self) -> bool {
        self.rest.contains_key(GONE)
    }

    pub(crate) fn set_gone(&mut self, at: Option<Timestamp>) {
        match at {
            Some(at) if !self.is_gone() => {
                self.rest.insert(GONE.to_owned(), Value::String(at.to_string()));
            }
            Some(_) => {}
            None => drop(self.rest.remove(GONE)),
        }
    }
}
