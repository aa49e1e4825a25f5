//! As what a media file is kept, which its name tells.

/// As what a media file is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// The bytes that were uploaded.
    Original,
    /// The best there was while the original could not be had.
    NotOriginal {
        /// Flickr's name for the size or stream: `Large 1600`, `720p`.
        label: String,
        /// Its width in pixels, for its name.
        width: Option<u32>,
    },
    /// The still of a video.
    Poster,
}

/// What the name of a media file tells beside its stem and its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filing {
    pub(crate) purpose: Purpose,
    /// 1 for the first bytes under this purpose; a higher one is part of the name.
    pub(crate) version: u32,
}
