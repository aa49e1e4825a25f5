//! A Flickr on loopback, for tests, the demo and the bench. It lies on request.
//!
//! It shares no code with what it checks: signatures, percent coding, JSON text and picture bytes are its own. An account
//! of any size is made from a seed and never held in memory; only what a test changes about it is.
//!
//! [`Account::plain`] has photos and nothing else, [`Account::mixed`] a little of what people add to them,
//! [`Account::rich`] all of it. [`Simulator::oracle`] writes down what a perfect archive of the account must contain.
//!
//! ```
//! use flickr_simulator::{Account, Approval, Kind, Simulator, When, Where};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let flickr = Simulator::start(Account::mixed(7, 200)).await?;
//! let retry_after = None;
//! flickr.faults().play(Where::AnyImage, Kind::Status { status: 429, retry_after }, When::Every(20));
//! // … let the program loose on flickr.endpoint() …
//! assert_eq!(flickr.counts().signature_failures, 0);
//! assert_eq!(flickr.approve("no such token"), Approval::Unknown);
//! # Ok::<(), std::io::Error>(()) })?;
//! # Ok::<(), std::io::Error>(())
//! ```

mod simulator;

mod account;
mod facts;

mod edits;
mod expected;
mod oracle;
mod oracle_photo;
mod order;
mod overlay;
mod photo;
mod shape;
mod titles;

mod albums;
mod collections;
mod exif;
mod foreign;
mod galleries;
mod groups;
mod liked;
mod marks;
mod people;
mod rights;
mod said;
mod tags;
mod whereabouts;

mod album_edits;
mod chance_edit;
mod circle;

mod world;

mod gate;
mod oauth;
mod signature;
mod tokens;

mod account_lists;
mod album_lists;
mod details;
mod listing;
mod paging;
mod photo_info;
mod photo_lists;
mod record;
mod rest;
mod sizes;
mod streams;

mod addresses;
mod bulk;
mod gif;
mod image_host;
mod jpeg;
mod media;
mod mp4;
mod png;
mod range;

mod control;
mod counts;
mod damage;
mod edit_form;
mod fault_form;
mod faults;
mod limiter;

mod base64;
mod chance;
mod checksum;
mod clock;
mod gzip;
mod json;
mod percent;
mod request;
mod response;
mod sending;
mod server;

pub use account::{Account, Behaviour, Bodies, Mix, OldSecret, OriginalHeaders, Pace, PastTheEnd};
pub use counts::Counts;
pub use edits::Edit;
pub use expected::Expected;
pub use facts::{Bumps, Facts};
pub use faults::{Fault, Faults, Kind, Leg, RetryAfter, When, Where};
pub use limiter::{Limiter, Shape, Tells};
pub use oauth::Approval;
pub use photo::Visibility;
pub use range::Lie;
pub use simulator::Simulator;
