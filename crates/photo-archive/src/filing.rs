//! As what a media file is filed: its purpose, its version and the date it carries.

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

/// How a finished file is to be filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// As what it is kept.
    pub purpose: Purpose,
    /// 1 for the first bytes under this purpose; a higher one is part of the name. Never 0.
    pub version: u32,
    /// The date taken in seconds since 1970, a wall clock read as UTC; becomes the file's modification time.
    pub taken: Option<i64>,
}

impl Filing {
    /// The first version of a file, with no date.
    #[must_use]
    pub fn first(purpose: Purpose) -> Self {
        Self { purpose, version: 1, taken: None }
    }
}
