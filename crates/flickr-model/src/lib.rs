//! The nouns of a Flickr account as plain values: what a photo is, when it was taken, where, who may see it.
//!
//! Nothing here does I/O, reads a clock or knows how Flickr writes things on the wire: flickr-client turns
//! Flickr's answers into these values, photo-archive writes them down and reads them back.
//!
//! ```
//! use flickr_model::{Dates, PhotoId, Taken};
//!
//! let id: PhotoId = "5912345678".parse()?;
//! let dates = Dates { taken: Taken::new("1943-01-01 00:00:00", 6, true), uploaded: None, updated: None };
//!
//! assert_eq!(id.to_string(), "5912345678");
//! assert_eq!(dates.best().map(|when| (when.year, when.month)), Some((1943, None)));
//! # Ok::<(), flickr_model::BadId>(())
//! ```

mod dates;
mod ids;
mod licence;
mod photo;
mod place;
mod promise;

pub use dates::{Dates, Precision, Taken, When};
pub use ids::{BadId, PhotoId, UserId};
pub use licence::Licence;
pub use photo::{Counts, Media, Photo, Privacy, Safety, Tag};
pub use place::{Place, PlaceViewers};
pub use promise::Promise;
