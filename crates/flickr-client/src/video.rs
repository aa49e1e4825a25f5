//! The streams of a video, as the undocumented `flickr.video.getStreamInfo` lists them.
//!
//! Other programs use it, signed by the owner for private videos too; the stream `orig` is the uploaded file.
//! The addresses are signed for three minutes, so they are fetched at once and never kept.

use serde::Deserialize;
use serde_json::Value;

use crate::lenient::{Scalar, list};
use crate::{Source, quirks};

pub(crate) const METHOD: &str = "flickr.video.getStreamInfo";

/// The answer of `flickr.video.getStreamInfo`.
#[derive(Debug, Deserialize)]
pub(crate) struct StreamsAnswer {
    streams: StreamList,
}

#[derive(Debug, Deserialize)]
struct StreamList {
    #[serde(default)]
    stream: Option<Value>,
}

impl StreamsAnswer {
    /// Returns the streams that have an address, labelled by their type.
    pub(crate) fn streams(self) -> Vec<Source> {
        list(self.streams.stream).iter().filter_map(read).collect()
    }
}

fn read(stream: &Value) -> Option<Source> {
    let stream = stream.as_object()?;
    let kind = Scalar::field(stream, "type");
    let address = ["_content", "source", "url"].iter().find_map(|name| {
        let address = Scalar::field(stream, name);
        address.filled().map(str::to_owned)
    })?;
    Some(Source::new(&address, kind.filled()?))
}

/// The stream that is the uploaded file.
pub(crate) fn original(streams: &[Source]) -> Option<Source> {
    labelled(streams, quirks::ORIGINAL_STREAM)
}

/// The best re-encoded stream.
pub(crate) fn best(streams: &[Source]) -> Option<Source> {
    quirks::STREAMS.iter().find_map(|label| labelled(streams, label))
}

fn labelled(streams: &[Source], label: &str) -> Option<Source> {
    let matches = |stream: &&Source| stream.label.eq_ignore_ascii_case(label);
    streams.iter().find(matches).filter(|stream| stream.format.as_deref() != Some("swf")).cloned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn streams(json: &str) -> Vec<Source> {
        serde_json::from_str::<StreamsAnswer>(json).unwrap().streams()
    }

    #[test]
    fn the_type_of_a_stream_is_a_text_a_number_or_an_object() {
        let list = streams(
            r#"{"streams":{"stream":[
                {"type":700,"_content":"https://live.staticflickr.com/video/7/a/700.mp4?s=x"},
                {"type":{"_content":"720p"},"_content":"https://live.staticflickr.com/video/7/a/720p.mp4?s=x"},
                {"type":"orig","_content":"https://live.staticflickr.com/video/7/a/orig.mpg?s=x"},
                {"type":"360p"}]},"stat":"ok"}"#,
        );

        assert_eq!(list.len(), 3);
        assert_eq!(original(&list).unwrap().format.as_deref(), Some("mpg"));
        assert_eq!(best(&list).unwrap().label, "720p");
    }

    #[test]
    fn a_single_stream_may_come_without_its_list() {
        let json =
            r#"{"streams":{"stream":{"type":"orig","_content":"https://live.staticflickr.com/video/7/a"}}}"#;

        assert!(original(&streams(json)).is_some());
        assert!(streams(r#"{"streams":{}}"#).is_empty());
        assert!(streams(r#"{"streams":{"stream":[]}}"#).is_empty());
    }

    #[test]
    fn without_the_original_a_number_is_better_than_nothing() {
        let list = streams(
            r#"{"streams":{"stream":[{"type":100,"_content":"https://live.staticflickr.com/1"},{"type":300,"_content":"https://live.staticflickr.com/3"}]}}"#,
        );

        assert_eq!(original(&list), None);
        assert_eq!(best(&list).unwrap().label, "300");
    }
}
