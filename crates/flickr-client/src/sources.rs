//! Where the bytes of a photo can be fetched, as the listing tells it.
//!
//! An address of Flickr's image host is itself the permission to read: each size from 1600 pixels up and the
//! original has a secret of its own in it. So addresses and secrets are shown by no `Debug`; they can be
//! written down (the catalog keeps them until the photo is fetched) and are forgotten then.

use std::fmt;

use flickr_model::{Media, PhotoId};
use serde::{Deserialize, Serialize};

use crate::addresses;
use crate::quirks;
use crate::row::Row;

/// A text that is shown by no `Debug`: the secret of a photo, or an address that has one in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Hidden(String);

impl Hidden {
    /// Returns the text, to be sent to Flickr and nowhere else.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// One file on Flickr's image host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub(crate) address: Hidden,
    /// Flickr's name for the size: "Original", "Large 1600", "orig", "720p" and so on.
    pub label: String,
    /// Pixels, where Flickr told them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels, where Flickr told them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Flickr's word for the format (`jpg`, `png`, `gif`), else the ending of the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

impl Source {
    /// Makes a source of an address as Flickr wrote it; old addresses of Flickr's hosts become https.
    pub(crate) fn new(address: &str, label: &str) -> Self {
        let address = addresses::encrypted(address);
        let format = addresses::ending(&address);
        Self { address: Hidden(address), label: label.to_owned(), width: None, height: None, format }
    }

    pub(crate) fn sized(mut self, width: Option<u32>, height: Option<u32>) -> Self {
        (self.width, self.height) = (width, height);
        self
    }

    /// Width and height, when both are known.
    #[must_use]
    pub fn dimensions(&self) -> Option<(u32, u32)> {
        self.width.zip(self.height)
    }
}

/// All that the listing of a photo or video tells about where its bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// Whose bytes.
    pub id: PhotoId,
    /// Still or moving.
    pub media: Media,
    /// Flickr's word on whether a video is ready; "ready" is all that was ever recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_status: Option<String>,
    /// The secret of the shown sizes: what `video.getStreamInfo` wants beside the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) secret: Option<Hidden>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) original_secret: Option<Hidden>,
    /// Flickr's word for the format of the original; of a video it names the still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_format: Option<String>,
    /// The original of a photo. Never set for a video: what Flickr calls so there is a still of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<Source>,
    /// The largest re-encoded size that the listing names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest: Option<Source>,
    /// A still of a video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poster: Option<Source>,
}

impl Sources {
    /// Reads one record of a listing.
    pub(crate) fn of(id: PhotoId, media: Media, record: &Row<'_>) -> Self {
        let text = |name: &str| record.field(name).filled().map(str::to_owned);
        let original_format = text("originalformat").map(|format| format.to_ascii_lowercase());
        let full = original(record, original_format.as_deref());
        let largest = largest(record);
        let (original, poster) = match media {
            Media::Photo => (full, None),
            Media::Video => (None, full.or_else(|| largest.clone())),
        };
        Self {
            id,
            media,
            media_status: text("media_status"),
            secret: text("secret").map(Hidden),
            original_secret: text("originalsecret").map(Hidden),
            original_format,
            original,
            largest: if media == Media::Photo { largest } else { None },
            poster,
        }
    }

    /// The secret in the address of the original; it changes when the owner replaces or turns the photo.
    ///
    /// From its own field, else from the address (`…/{id}_{secret}_o.jpg`). The archive keeps only a keyed
    /// hash of it.
    #[must_use]
    pub fn original_secret(&self) -> Option<&str> {
        let field = self.original_secret.as_ref().map(Hidden::expose);
        let full = self.original.as_ref().or(self.poster.as_ref().filter(|still| still.label == "Original"));
        field.or_else(|| secret_in(full?.address.expose()))
    }
}

fn original(record: &Row<'_>, format: Option<&str>) -> Option<Source> {
    let address = record.field("url_o");
    let pixels =
        |first: &str, second: &str| record.field(first).pixels().or_else(|| record.field(second).pixels());
    let mut source = Source::new(address.filled()?, "Original")
        .sized(pixels("width_o", "o_width"), pixels("height_o", "o_height"));
    source.format = format.map(str::to_owned).or(source.format);
    Some(source)
}

fn largest(record: &Row<'_>) -> Option<Source> {
    quirks::SIZES.iter().find_map(|(size, label)| {
        let address = record.field(&format!("url_{size}"));
        let pixels = |side: &str| record.field(&format!("{side}_{size}")).pixels();
        Some(Source::new(address.filled()?, label).sized(pixels("width"), pixels("height")))
    })
}

/// The part between the id and `_o` in the last part of an address.
fn secret_in(address: &str) -> Option<&str> {
    let (_, name) = address.split(['?', '#']).next()?.rsplit_once('/')?;
    let stem = name.split('.').next()?;
    let mut parts = stem.split('_');
    let (_, secret, mark) = (parts.next()?, parts.next()?, parts.next()?);
    (mark == "o" && !secret.is_empty()).then_some(secret)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn sources(media: Media, record: Value) -> Sources {
        Sources::of("7".parse().unwrap(), media, &Row::read(&record.to_string()).unwrap())
    }

    #[test]
    fn the_original_of_a_photo_has_its_address_size_and_format() {
        let found = sources(
            Media::Photo,
            json!({"url_o": "http://farm3.staticflickr.com/1/7_abc_o.png", "width_o": "2560", "height_o": 1600,
                   "originalformat": "PNG", "url_l": "https://live.staticflickr.com/1/7_def_b.jpg", "width_l": 1024}),
        );

        let original = found.original.as_ref().unwrap();
        assert_eq!(original.address.expose(), "https://farm3.staticflickr.com/1/7_abc_o.png");
        assert_eq!(original.dimensions(), Some((2560, 1600)));
        assert_eq!(original.format.as_deref(), Some("png"));
        assert_eq!(found.largest.as_ref().unwrap().label, "Large");
        assert_eq!(found.original_secret(), Some("abc"));
    }

    #[test]
    fn what_flickr_calls_the_original_of_a_video_is_only_its_poster() {
        let found = sources(
            Media::Video,
            json!({"url_o": "https://live.staticflickr.com/1/7_abc_o.jpg", "o_width": "640", "o_height": "480"}),
        );

        assert_eq!(found.original, None);
        assert_eq!(found.largest, None);
        assert_eq!(found.poster.as_ref().unwrap().dimensions(), Some((640, 480)));
        assert_eq!(found.original_secret(), Some("abc"));
    }

    #[test]
    fn without_an_original_the_largest_size_is_found() {
        let found = sources(
            Media::Photo,
            json!({"originalsecret": "", "url_m": "https://live.staticflickr.com/1/7_s.jpg",
                   "url_k": "https://live.staticflickr.com/1/7_t_k.jpg", "height_k": "1280", "width_k": 2048}),
        );

        assert_eq!(found.original, None);
        assert_eq!(found.original_secret(), None);
        assert_eq!(found.largest.unwrap().label, "Large 2048");
    }

    #[test]
    fn no_secret_is_shown_and_all_is_kept_when_written_down() {
        let found = sources(
            Media::Photo,
            json!({"url_o": "https://live.staticflickr.com/1/7_5ec12e7_o.jpg", "secret": "5ec12e7",
                   "originalsecret": "5ec12e7"}),
        );

        assert!(!format!("{found:?}").contains("5ec12e7"));
        let text = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<Sources>(&text).unwrap(), found);
    }
}
