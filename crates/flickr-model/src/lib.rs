//! The nouns of a Flickr account as plain values: photos, albums, people, and what they say of each other.
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

mod account;
mod album;
mod collection;
mod comment;
mod dates;
mod exif;
mod gallery;
mod ids;
mod info;
mod licence;
mod note;
mod person;
mod photo;
mod place;
mod profile;
mod promise;

pub use account::{
    Contact, FavoritePhoto, Group, GroupPrivacy, PlaceAudience, Preferences, TagSpelling, Testimonial,
    TestimonialState, UploadStatus,
};
pub use album::Album;
pub use collection::Collection;
pub use comment::{Comment, Favorite};
pub use dates::{Dates, Precision, Taken, When};
pub use exif::ExifField;
pub use gallery::{Gallery, GalleryPhoto};
pub use ids::{AlbumId, BadId, GalleryId, GroupId, PhotoId, UserId};
pub use info::{Audience, ContentType, Info, Permissions, PlaceNames, Usage, VideoFacts};
pub use licence::{Licence, LicenceChange};
pub use note::{Area, Canvas, Note, PersonTag};
pub use person::Person;
pub use photo::{Counts, Media, Photo, Privacy, Safety, Tag};
pub use place::{Place, PlaceViewers};
pub use profile::{Icon, Profile, Timezone};
pub use promise::Promise;
