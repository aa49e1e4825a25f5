//! What Flickr shows of the data that a camera wrote into a file.

use flickr_model::{ExifField, PhotoId};
use serde_json::{Map, Value};

use crate::lenient::{Scalar, items};
use crate::told::{self, Told};
use crate::{FlickrClient, FlickrError};

pub(crate) const METHOD: &str = "flickr.photos.getExif";

impl FlickrClient {
    /// Asks for the camera's data of a photo: one call. Refused with code 2 when its owner hides them.
    pub async fn exif(&self, photo: PhotoId) -> Result<Told<Vec<ExifField>>, FlickrError> {
        let id = photo.to_string();
        Ok(read(self.call_for_one::<Value>(METHOD, &[("photo_id", &id)]).await?.value))
    }
}

pub(crate) fn read(answer: Value) -> Told<Vec<ExifField>> {
    let raw = told::noun(answer, "photo");
    Told::new(items(raw.get("exif")).into_iter().map(field).collect(), raw)
}

/// Values come as texts and, in recorded answers, as numbers too: 13.0 and 100.
fn field(fields: &Map<String, Value>) -> ExifField {
    let text = |name: &str| Scalar::field(fields, name).into_text();
    ExifField {
        space: text("tagspace"),
        tag: text("tag"),
        label: text("label"),
        raw: text("raw"),
        clean: Scalar::field(fields, "clean").into_filled(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_a_text_a_number_or_empty() {
        let told = read(json!({"photo": {"id": "7", "camera": "Box", "exif": [
            {"tagspace": "IFD0", "tagspaceid": 0, "tag": "Make", "label": "Make", "raw": {"_content": "Box"}},
            {"tagspace": "ExifIFD", "tag": "FNumber", "label": "Aperture", "raw": {"_content": 13.5}, "clean": {"_content": "f/13.5"}},
            {"tagspace": "ExifIFD", "tag": "ISO", "label": "ISO", "raw": {"_content": 100}},
            {"tagspace": "XMP", "tag": "Note", "label": "Note", "raw": {"_content": ""}}]}, "stat": "ok"}));

        let raws: Vec<&str> = told.value.iter().map(|field| field.raw.as_str()).collect();
        assert_eq!(raws, ["Box", "13.5", "100", ""]);
        assert_eq!(told.value.get(1).unwrap().clean.as_deref(), Some("f/13.5"));
    }

    #[test]
    fn a_photo_without_any_has_an_empty_list() {
        assert!(read(json!({"photo": {"id": "7", "camera": "", "exif": []}})).value.is_empty());
        assert!(read(json!({"photo": {"id": "7"}})).value.is_empty());
    }
}
