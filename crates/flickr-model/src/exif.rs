//! What a camera wrote into a file, as Flickr shows it; the original file holds the same and more.

use serde::{Deserialize, Serialize};

/// One field of the EXIF, IPTC, XMP or other data of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExifField {
    /// Where it stands in the file: `IFD0`, `ExifIFD`, `GPS`, `XMP-dc` and so on.
    #[serde(default)]
    pub space: String,
    /// Its technical name.
    #[serde(default)]
    pub tag: String,
    /// Its name for people.
    #[serde(default)]
    pub label: String,
    /// Its value as the file has it; may be empty.
    #[serde(default)]
    pub raw: String,
    /// Its value for people, where Flickr makes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clean: Option<String>,
}
