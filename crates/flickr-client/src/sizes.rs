//! The sizes of one photo or video, as `flickr.photos.getSizes` lists them.

use flickr_model::Media;
use serde::Deserialize;
use serde_json::Value;

use crate::lenient::{Scalar, list};
use crate::{Source, quirks};

pub(crate) const METHOD: &str = "flickr.photos.getSizes";

/// The answer of `flickr.photos.getSizes`.
#[derive(Debug, Deserialize)]
pub(crate) struct SizesAnswer {
    sizes: SizeList,
}

#[derive(Debug, Deserialize)]
struct SizeList {
    #[serde(default)]
    size: Option<Value>,
}

/// One size and whether it moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) source: Source,
    media: Media,
}

impl SizesAnswer {
    /// Returns the sizes that have an address, in Flickr's order.
    pub(crate) fn sizes(self) -> Vec<Size> {
        list(self.sizes.size).iter().filter_map(read).collect()
    }
}

fn read(size: &Value) -> Option<Size> {
    let size = size.as_object()?;
    let field = |name: &str| Scalar::field(size, name);
    let label = field("label");
    let source = Source::new(field("source").filled()?, label.filled().unwrap_or("without a name"))
        .sized(field("width").pixels(), field("height").pixels());
    let is_video = field("media").text() == Some("video") || quirks::is_video_label(&source.label);
    let media = if is_video { Media::Video } else { Media::Photo };
    Some(Size { source, media })
}

/// The original of a photo.
pub(crate) fn original(sizes: &[Size]) -> Option<Source> {
    labelled(sizes, Media::Photo, "Original")
}

/// The largest re-encoded size of a photo.
pub(crate) fn largest(sizes: &[Size]) -> Option<Source> {
    let known = quirks::SIZES.iter().find_map(|(_, label)| labelled(sizes, Media::Photo, label));
    let pixels = |size: &&Size| {
        size.source.dimensions().map_or(0, |(width, height)| u64::from(width) * u64::from(height))
    };
    let stills = sizes.iter().filter(|size| size.media == Media::Photo && size.source.label != "Original");
    let biggest = stills.max_by_key(pixels).map(|size| size.source.clone());
    match (known, biggest) {
        // A size of the future, larger than any that is known here.
        (Some(known), Some(biggest)) if area(&biggest) > area(&known) => Some(biggest),
        (known, biggest) => known.or(biggest),
    }
}

fn area(source: &Source) -> u64 {
    source.dimensions().map_or(0, |(width, height)| u64::from(width) * u64::from(height))
}

/// The video that the owner uploaded.
pub(crate) fn original_video(sizes: &[Size]) -> Option<Source> {
    labelled(sizes, Media::Video, quirks::ORIGINAL_VIDEO)
}

/// The best re-encoded video; a Flash player is none.
pub(crate) fn best_video(sizes: &[Size]) -> Option<Source> {
    quirks::STREAMS.iter().find_map(|label| labelled(sizes, Media::Video, label))
}

fn labelled(sizes: &[Size], media: Media, label: &str) -> Option<Source> {
    let matches = |size: &&Size| size.media == media && size.source.label.eq_ignore_ascii_case(label);
    sizes.iter().find(matches).map(|size| size.source.clone()).filter(|source| !is_flash(source))
}

fn is_flash(source: &Source) -> bool {
    source.format.as_deref() == Some("swf")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn sizes(list: &str) -> Vec<Size> {
        serde_json::from_str::<SizesAnswer>(&format!(r#"{{"sizes":{{"size":{list}}},"stat":"ok"}}"#))
            .unwrap()
            .sizes()
    }

    fn still(label: &str, width: &str) -> String {
        format!(
            r#"{{"label":"{label}","width":{width},"height":{width},"source":"http://farm3.staticflickr.com/1/7_a.jpg","media":"photo"}}"#
        )
    }

    fn moving(label: &str, ending: &str) -> String {
        format!(
            r#"{{"label":"{label}","width":"","height":null,"source":"https://www.flickr.com/photos/me/7/play/x{ending}","media":"video"}}"#
        )
    }

    #[test]
    fn the_original_and_the_largest_of_a_photo_are_told_apart() {
        let list = sizes(&format!(
            "[{},{},{},{}]",
            still("Square", "75"),
            still("Large", "\"1024\""),
            still("Large 1600", "1600"),
            still("Original", "4000")
        ));

        assert_eq!(original(&list).unwrap().width, Some(4000));
        assert_eq!(largest(&list).unwrap().label, "Large 1600");
    }

    #[test]
    fn a_size_nobody_has_heard_of_counts_when_it_is_the_largest() {
        let list = sizes(&format!("[{},{}]", still("Large", "1024"), still("Gigantic 9K", "9000")));

        assert_eq!(largest(&list).unwrap().label, "Gigantic 9K");
    }

    #[test]
    fn the_poster_of_a_video_is_never_its_original() {
        let list = sizes(&format!("[{},{}]", still("Original", "640"), moving("Video Player", ".swf")));

        assert_eq!(original_video(&list), None);
        assert_eq!(best_video(&list), None);
    }

    #[test]
    fn the_best_video_is_the_first_of_the_known_ones() {
        let list = sizes(&format!(
            "[{},{},{}]",
            moving("360p", "/"),
            moving("720p", "/"),
            moving("Video Original", "/")
        ));

        assert_eq!(best_video(&list).unwrap().label, "720p");
        assert_eq!(original_video(&list).unwrap().dimensions(), None);
    }

    #[test]
    fn without_a_word_on_the_media_the_label_tells() {
        let list = [still("Large", "1024"), moving("360p", "/"), moving("Video Original", "/")].join(",");
        let list = list.replace(r#","media":"photo""#, "").replace(r#","media":"video""#, "");
        let list = sizes(&format!("[{list}]"));

        assert_eq!(original_video(&list).unwrap().label, "Video Original");
        assert_eq!(best_video(&list).unwrap().label, "360p");
        assert_eq!(largest(&list).unwrap().label, "Large");
    }

    #[test]
    fn one_size_may_come_without_its_list() {
        assert_eq!(sizes(&still("Original", "4000")).len(), 1);
        assert!(sizes("[]").is_empty());
        assert!(sizes("null").is_empty());
    }
}
