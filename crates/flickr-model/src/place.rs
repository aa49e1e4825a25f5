//! Where a photo was taken, as far as its owner told Flickr.

use serde::{Deserialize, Serialize};

/// Coordinates with Flickr's word on how exact they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
    /// 1 (the world) to 16 (a street); 0 says that the coordinates cannot be used.
    pub accuracy: u8,
    /// Who may see the place; `None` when Flickr did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_to: Option<PlaceViewers>,
}

/// Who may see where a photo was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceViewers {
    /// Everybody.
    pub public: bool,
    /// The owner's contacts.
    pub contacts: bool,
    /// The contacts marked as friends.
    pub friends: bool,
    /// The contacts marked as family.
    pub family: bool,
}
