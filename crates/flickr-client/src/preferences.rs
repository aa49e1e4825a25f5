//! How the account treats new uploads: five small answers put together.

use flickr_model::{ContentType, PlaceAudience, Preferences, Privacy, Safety};
use serde_json::{Map, Value};

use crate::lenient::Scalar;
use crate::told::{self, Told};
use crate::{FlickrClient, FlickrError};

pub(crate) const METHODS: [&str; 5] = [
    "flickr.prefs.getContentType",
    "flickr.prefs.getGeoPerms",
    "flickr.prefs.getHidden",
    "flickr.prefs.getPrivacy",
    "flickr.prefs.getSafetyLevel",
];

impl FlickrClient {
    /// Asks how the account treats new uploads: five calls. What Flickr refuses to tell is left out, unless it
    /// refuses everything.
    pub async fn preferences(&self) -> Result<Told<Preferences>, FlickrError> {
        let mut answers = Map::new();
        let mut refusal = None;
        for method in METHODS {
            match self.call_for_one::<Value>(method, &[]).await {
                Ok(answer) => answers.extend(fields(answer.value)),
                Err(refused @ FlickrError::Refused { .. }) => refusal = Some(refused),
                Err(error) => return Err(error),
            }
        }
        match refusal.filter(|_| answers.is_empty()) {
            Some(refused) => Err(refused),
            None => Ok(read(answers)),
        }
    }
}

/// The fields of one of the answers: each has the noun `person`.
pub(crate) fn fields(answer: Value) -> Map<String, Value> {
    match told::noun(answer, "person") {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// Reads the fields of all five answers together; their names differ.
pub(crate) fn read(answers: Map<String, Value>) -> Told<Preferences> {
    let number = |name: &str| Scalar::field(&answers, name).number();
    let flag = |name: &str| Scalar::field(&answers, name).flag();
    let preferences = Preferences {
        content_type: number("content_type").and_then(ContentType::from_preference),
        // Preferences count from 1 where photos count from 0.
        safety: number("safety_level").and_then(|level| Safety::from_level(level.checked_sub(1)?)),
        privacy: number("privacy").and_then(privacy),
        hidden: flag("hidden"),
        place_viewers: number("geoperms").and_then(PlaceAudience::from_preference),
        place_from_file: flag("importgeoexif"),
    };
    Told::new(preferences, Value::Object(answers))
}

/// 1 to 5, as documented.
fn privacy(number: u64) -> Option<Privacy> {
    match number {
        1 => Some(Privacy::Public),
        2 => Some(Privacy::Friends),
        3 => Some(Privacy::Family),
        4 => Some(Privacy::FriendsAndFamily),
        5 => Some(Privacy::Private),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn five_answers_make_one_reading() {
        let answers = [
            json!({"person": {"nsid": "1@N00", "content_type": "2"}}),
            json!({"person": {"nsid": "1@N00", "geoperms": 6, "importgeoexif": "1"}}),
            json!({"person": {"nsid": "1@N00", "hidden": "0"}}),
            json!({"person": {"nsid": "1@N00", "privacy": 4}}),
            json!({"person": {"nsid": "1@N00", "safety_level": "1"}}),
        ];

        let told = read(answers.into_iter().flat_map(fields).collect());

        assert_eq!(
            told.value,
            Preferences {
                content_type: Some(ContentType::Screenshot),
                safety: Some(Safety::Safe),
                privacy: Some(Privacy::FriendsAndFamily),
                hidden: Some(false),
                place_viewers: Some(PlaceAudience::Nobody),
                place_from_file: Some(true),
            }
        );
        assert_eq!(told.raw["privacy"], json!(4));
    }

    #[test]
    fn what_is_not_told_is_absent() {
        assert_eq!(read(fields(json!({"stat": "ok"}))).value, Preferences::default());
        assert_eq!(
            read(fields(json!({"person": {"geoperms": 0, "privacy": ""}}))).value,
            Preferences::default()
        );
    }
}
