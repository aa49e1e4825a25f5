//! The door to Flickr: every byte that goes to Flickr or comes from it passes through this crate.
//!
//! It signs in, calls methods at a pace that Flickr allows, walks through the listing of an account, finds the
//! file behind each photo and video, and hands on its bytes with what was promised of them. It knows nothing of
//! archives, prints nothing, and reads no environment.
//!
//! ```
//! use std::time::Duration;
//!
//! use flickr_client::{ApiKeys, ClientSettings, Endpoint, FlickrClient, FlickrError, Spent, Token, Walk};
//!
//! /// Counts the photos of an account.
//! async fn count(keys: ApiKeys, token: Token) -> Result<u64, FlickrError> {
//!     let client = FlickrClient::new(ClientSettings {
//!         endpoint: Endpoint::Flickr,
//!         keys,
//!         token: Some(token),
//!         user_agent: "counter/1.0 (+https://example.org/counter)".to_owned(),
//!         patience: Duration::from_secs(300),
//!         calls_per_hour: Some(3500),
//!         spent: Spent::default(),
//!         calls_at_once: 2,
//!         downloads_at_once: 4,
//!     })?;
//!     let mut walk = Walk::start(&client);
//!     while let Some(page) = walk.next_page().await? {
//!         walk.count_new(page.photos.len() as u64);
//!     }
//!     Ok(walk.outcome().distinct)
//! }
//! ```

// What a client is made of.
mod settings;

// One call, from the request to its meaning.
mod answer;
mod api;
mod client;
mod error;
mod lenient;
mod masking;
mod ways;

// How fast, how often, and who is told.
mod pace;
mod retry;
mod waiting;

// Who is asked for, and the photos and videos of the account.
mod choose;
mod listing;
mod login;
mod people;
mod row;
mod sheet;
mod sizes;
mod sources;
mod updated;
mod video;
mod walk;
mod window;

// What is told of one photo, and of the account.
mod albums;
mod collections;
mod comments;
mod contacts;
mod exif;
mod favorites;
mod galleries;
mod groups;
mod info;
mod licences;
mod pages;
mod photo_people;
mod preferences;
mod profile;
mod tags;
mod testimonials;
mod told;

// The image host.
mod addresses;
mod asking;
mod download;
mod download_error;
mod gate;
mod media;
mod one_photo;
mod promise;
mod resume;
mod tempo;

// What is believed, and what the system tells.
mod clock;
mod quirks;
mod recording;

// What holds whatever comes: for property tests, and for the fuzz targets, which are another crate.
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod invariants;

pub use addresses::RefusedAddress;
pub use albums::AlbumPhotos;
pub use answer::Answer;
pub use choose::Chosen;
pub use client::FlickrClient;
pub use clock::{now, random_bytes};
pub use download::{Download, GoesOn};
pub use download_error::DownloadError;
pub use error::{FlickrError, Trouble};
pub use listing::{Listed, Oddity, Record};
pub use login::{Callback, LoginError, PendingLogin};
pub use pace::{CallLog, Spent};
pub use pages::{Pages, Portion};
pub use people::{AccountFacts, Person};
pub use recording::{Decoded, Recording, decode_recording};
pub use settings::{ClientSettings, Endpoint};
pub use sources::{Source, Sources};
pub use told::Told;
pub use updated::Updated;
pub use waiting::{Waiting, WaitingFor};
pub use walk::{Page, Walk, WalkOutcome};

pub use oauth_signing::{AccessToken, ApiKeys, RequestToken, SignedIn, Token, Verifier};
pub use tokio_util::bytes::Bytes;
