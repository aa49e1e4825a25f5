//! Boxes drawn on a photo: notes with words, and people.

use serde::{Deserialize, Serialize};

use crate::UserId;

/// A box on a photo with words in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// Flickr's id for it.
    pub id: String,
    /// Who drew it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<UserId>,
    /// The words, HTML and all.
    #[serde(default)]
    pub text: String,
    /// Where; `None` when the shape of the picture is not known, so that Flickr's pixels mean nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Area>,
}

/// A person who is in a photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonTag {
    /// Who it is.
    pub person: UserId,
    /// Who said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added_by: Option<UserId>,
    /// Where in the picture; `None` when nobody drew a box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<Area>,
}

/// A box on the picture as it is shown (turned upright), in shares of its width and height from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Left edge, from the left of the picture.
    pub x: f64,
    /// Upper edge, from the top of the picture.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

/// The picture on which Flickr counts the pixels of a box: the shown size that is 500 pixels on its longer side, or the
/// picture itself where it is smaller.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Canvas {
    width: f64,
    height: f64,
}

/// Pixels on the longer side of the size that notes are drawn on (recorded notes end at 375 by 500).
const LONGER_SIDE: f64 = 500.0;

impl Canvas {
    /// The canvas of a picture of this shape, in pixels of any size of it that is not smaller than the canvas. `None`
    /// without a shape.
    #[must_use]
    pub fn of_shape(width: u32, height: u32) -> Option<Self> {
        let (width, height) = (f64::from(width), f64::from(height));
        let scale = (LONGER_SIDE / width.max(height)).min(1.0);
        let is_shape = width > 0.0 && height > 0.0;
        is_shape.then_some(Self { width: width * scale, height: height * scale })
    }

    /// A canvas whose size Flickr tells itself, as `people.getList` does.
    #[must_use]
    pub fn of_size(width: f64, height: f64) -> Option<Self> {
        (width >= 1.0 && height >= 1.0).then_some(Self { width, height })
    }

    /// Turns a box in pixels of this canvas into shares of the picture, cut at its edges.
    #[must_use]
    pub fn area(self, [x, y, w, h]: [f64; 4]) -> Area {
        let (left, right) = (share(x, self.width), share(x + w, self.width));
        let (top, bottom) = (share(y, self.height), share(y + h, self.height));
        Area { x: left, y: top, w: round((right - left).max(0.0)), h: round((bottom - top).max(0.0)) }
    }
}

fn share(pixels: f64, whole: f64) -> f64 {
    round((pixels / whole).clamp(0.0, 1.0))
}

/// Six decimals are finer than any pixel, and short enough to be read back as exactly the same number.
fn round(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_told_in_shares_of_the_picture_whatever_its_size() {
        let upright = Canvas::of_shape(3000, 4000).unwrap();

        assert_eq!(upright.area([75.0, 250.0, 150.0, 125.0]), Area { x: 0.2, y: 0.5, w: 0.4, h: 0.25 });
        assert_eq!(Canvas::of_size(375.0, 500.0), Some(upright));
    }

    #[test]
    fn a_box_over_the_edge_is_cut_there() {
        let square = Canvas::of_shape(1000, 1000).unwrap();

        assert_eq!(square.area([-50.0, 450.0, 100.0, 100.0]), Area { x: 0.0, y: 0.9, w: 0.1, h: 0.1 });
        assert_eq!(square.area([900.0, 0.0, 5.0, 500.0]), Area { x: 1.0, y: 0.0, w: 0.0, h: 1.0 });
    }

    #[test]
    fn a_small_picture_is_its_own_canvas() {
        assert_eq!(Canvas::of_shape(300, 200), Canvas::of_size(300.0, 200.0));
        assert_eq!(Canvas::of_shape(500, 200), Canvas::of_size(500.0, 200.0));
    }

    #[test]
    fn a_picture_without_a_shape_has_no_canvas() {
        assert_eq!(Canvas::of_shape(0, 10), None);
        assert_eq!(Canvas::of_size(0.0, 500.0), None);
        assert_eq!(Canvas::of_size(f64::NAN, 500.0), None);
    }

    #[test]
    fn an_area_is_read_back_as_exactly_the_same() {
        let canvas = Canvas::of_shape(4032, 3024).unwrap();
        for step in 0..500_u32 {
            let area = canvas.area([f64::from(step), f64::from(step / 3), 29.0, 31.0]);
            let json = serde_json::to_string(&area).unwrap();
            assert_eq!(serde_json::from_str::<Area>(&json).unwrap(), area, "{json}");
        }
    }
}
