//! What of a sidecar the catalog knows: read without Flickr's own answers, people's words and former values, which are
//! most of its bytes.
//!
//! It is for bytes that are known to be those that were written. Others must be read as a [`Sidecar`], which a broken
//! part anywhere in them refuses.

use std::collections::BTreeMap;

use flickr_model::{ContentType, Counts, Dates, Licence, Media, Photo, PhotoId, Place, Privacy, Safety, Tag};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::detail_fields::Asked;
use crate::detail_state::DetailState;
use crate::sidecar::{FORMAT, FileRecord, Lack};
use crate::state::State;

/// The fields that have the same names in a sidecar.
#[derive(Debug, Deserialize)]
pub(crate) struct Outline {
    format: u32,
    pub(crate) id: PhotoId,
    pub(crate) media: Media,
    pub(crate) state: State,
    #[serde(default)]
    pub(crate) files: Vec<FileRecord>,
    pub(crate) missing: Option<Lack>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    pub(crate) dates: Dates,
    place: Option<Place>,
    privacy: Option<Privacy>,
    licence: Option<Licence>,
    safety: Option<Safety>,
    rotation: Option<u16>,
    content_type: Option<ContentType>,
    #[serde(default)]
    pub(crate) albums: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) groups: Option<Vec<String>>,
    #[serde(default)]
    refused: BTreeMap<String, String>,
    details: Option<Asked>,
    #[serde(default)]
    flickr: BTreeMap<String, IgnoredAny>,
}

impl Outline {
    /// Reads it; the error is for the person who looks for what broke it.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let outline: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if outline.format > FORMAT {
            return Err(format!("it has format {}, this program reads up to {FORMAT}", outline.format));
        }
        Ok(outline)
    }

    /// The state of its details that the catalog notes; `None` when they were never asked for.
    pub(crate) fn detail_state(&self) -> Option<DetailState> {
        Some(self.details?.state(&self.refused, |kind| self.flickr.contains_key(kind)))
    }

    /// The photo that it describes; counters are left out.
    pub(crate) fn into_photo(self) -> Photo {
        Photo {
            id: self.id,
            media: self.media,
            title: self.title,
            description: self.description,
            tags: self.tags,
            dates: self.dates,
            place: self.place,
            privacy: self.privacy,
            licence: self.licence,
            safety: self.safety,
            content_type: self.content_type,
            rotation: self.rotation,
            counts: Counts::default(),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::sidecar::Sidecar;

    /// Every sidecar below a folder.
    fn sidecars(folder: &Path, found: &mut Vec<Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sidecars(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "json") {
                found.push(std::fs::read(path).unwrap());
            }
        }
    }

    #[test]
    fn it_says_what_the_whole_sidecar_says() {
        let mut golden = Vec::new();
        sidecars(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden"), &mut golden);
        let mut compared = 0;
        for bytes in golden {
            let Ok(sidecar) = Sidecar::read(&bytes) else { continue };
            let outline = Outline::read(&bytes).unwrap();

            assert_eq!(outline.files, sidecar.files);
            assert_eq!((outline.media, outline.state), (sidecar.media, sidecar.state));
            assert_eq!(outline.missing, sidecar.missing.as_ref().map(|lack| lack.value.clone()));
            let asked = sidecar.details.details.as_ref().map(|asked| asked.value);
            let answered = |kind: &str| sidecar.flickr.contains_key(kind);
            assert_eq!(
                outline.detail_state(),
                asked.map(|asked| asked.state(&sidecar.details.refused, answered))
            );
            assert_eq!(outline.albums, sidecar.details.albums);
            assert_eq!(outline.groups, sidecar.details.groups);
            assert_eq!(outline.into_photo(), sidecar.photo());
            compared += 1;
        }
        assert!(compared > 5, "{compared} sidecars in the golden archive");
    }

    #[test]
    fn a_newer_format_is_not_read() {
        let newer = br#"{"format": 2, "id": "7", "media": "photo", "state": "kept"}"#;

        assert!(Outline::read(newer).unwrap_err().contains("format 2"));
    }
}
