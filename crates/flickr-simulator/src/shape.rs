//! How large a picture is, and which smaller sizes Flickr makes of it.

use crate::chance::Of;

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dimensions {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// One of Flickr's sizes.
pub(crate) struct Size {
    /// Its label in `getSizes`.
    pub(crate) label: &'static str,
    /// Its letter in the listing's extras (`url_l`).
    pub(crate) extra: &'static str,
    /// Its ending in addresses; note that they differ from the letters.
    pub(crate) suffix: &'static str,
    /// Its part of the page address.
    pub(crate) page: &'static str,
    /// Its longer side.
    pub(crate) long: u32,
    square: bool,
    /// The draw for its secret, where it has its own.
    pub(crate) own_secret: Option<Of>,
}

const fn size(
    label: &'static str,
    extra: &'static str,
    suffix: &'static str,
    page: &'static str,
    long: u32,
) -> Size {
    Size { label, extra, suffix, page, long, square: false, own_secret: None }
}

/// Flickr's sizes below the original, smallest first (flickr.com/services/api/misc.urls.html).
pub(crate) const SIZES: [Size; 11] = [
    Size { square: true, ..size("Square", "sq", "_s", "sq", 75) },
    Size { square: true, ..size("Large Square", "q", "_q", "q", 150) },
    size("Thumbnail", "t", "_t", "t", 100),
    size("Small", "s", "_m", "s", 240),
    size("Small 320", "n", "_n", "n", 320),
    size("Medium", "m", "", "m", 500),
    size("Medium 640", "z", "_z", "z", 640),
    size("Medium 800", "c", "_c", "c", 800),
    size("Large", "l", "_b", "l", 1024),
    Size { own_secret: Some(Of::LargeSecret), ..size("Large 1600", "h", "_h", "h", 1600) },
    Size { own_secret: Some(Of::HugeSecret), ..size("Large 2048", "k", "_k", "k", 2048) },
];

/// The longest side that may be seen of a free account's photos.
pub(crate) const LONGEST_FREE: u32 = 1024;

impl Size {
    /// Gives the dimensions of this size, or nothing if the picture is smaller than it.
    pub(crate) fn of(&self, original: Dimensions) -> Option<Dimensions> {
        if self.square {
            return Some(Dimensions { width: self.long, height: self.long });
        }
        let longest = original.width.max(original.height);
        if longest < self.long {
            return None;
        }
        let scaled = |side: u32| (u64::from(side) * u64::from(self.long) / u64::from(longest)).max(1) as u32;
        Some(Dimensions { width: scaled(original.width), height: scaled(original.height) })
    }
}

/// Chooses dimensions that a JPEG of the wanted size can carry (one block of 8 x 8 pixels costs two bits).
pub(crate) fn dimensions(drawn: u64, bytes_wanted: u64) -> Dimensions {
    const LONG: [u32; 12] = [3072, 2304, 2048, 1600, 1280, 1024, 800, 640, 480, 320, 200, 128];
    let blocks = bytes_wanted.saturating_sub(1_200) * 7 / 2;
    let fits = |long: u32| u64::from(long) * u64::from(long) * 3 / 4 / 64 <= blocks;
    let largest = LONG.iter().position(|long| fits(*long)).unwrap_or(LONG.len() - 1);
    let choice = (largest + drawn as usize % 3).min(LONG.len() - 1);
    let long = LONG[choice] + ((drawn >> 8) % 16) as u32;
    let short = long * [2, 3, 3, 5][(drawn >> 16) as usize % 4] / [3, 4, 4, 9][(drawn >> 16) as usize % 4];
    if (drawn >> 24).is_multiple_of(4) {
        Dimensions { width: short, height: long }
    } else {
        Dimensions { width: long, height: short }
    }
}
