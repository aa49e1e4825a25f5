//! What was promised of a body before its bytes came, so that the bytes can be held to it.

use crate::Media;

/// What Flickr's listing and the image host's headers say of a file that is about to arrive.
///
/// It is proof in this order: MD5 (an `ETag` that is one counts as one), else length, else kind with end mark and dimensions
/// (stored originals carry MD5 and length, rendered sizes neither: recorded headers of 2024 and 2025).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promise {
    /// Whether a still or a moving picture is expected.
    pub media: Media,
    /// MD5 of the body, from `Content-MD5`.
    pub md5: Option<[u8; 16]>,
    /// An `ETag` of 32 hexadecimal digits. At Flickr it is the MD5 of a stored file; as no standard says so,
    /// it proves a body that has this MD5, and only casts doubt on one that has not.
    pub etag: Option<[u8; 16]>,
    /// Bytes of the whole body, from `Content-Length` (or the total of a `Content-Range`).
    pub length: Option<u64>,
    /// What an undocumented header says of the length, where the image host gives none: a body of that length is
    /// likely to be whole, and one of another length may be.
    pub likely_length: Option<u64>,
    /// Width and height in pixels by Flickr's listing; the file may have them the other way round.
    pub dimensions: Option<(u32, u32)>,
    /// Whether the listing's dimensions have proven right for other pictures. Then one of other dimensions is another
    /// picture even where it has the promised length, and one with a fraction of the pixels even where it has the MD5.
    pub dimensions_are_trusted: bool,
    /// Flickr's word for the format of the original: `jpg`, `png` or `gif`.
    pub format: Option<String>,
}

impl Promise {
    /// The MD5 that the image host gave, or seems to have given.
    #[must_use]
    pub fn digest(&self) -> Option<[u8; 16]> {
        self.md5.or(self.etag)
    }
}
