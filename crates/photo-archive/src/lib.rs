//! The door to the archive folder: every byte in it is written and read here.

#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod atomic_file;
mod beneath;
#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod error;
mod filing;
mod flush;
mod incoming;
mod inspect;
#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod key;
#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod layout;
#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod lock;
mod part;
mod proof;
#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod root;
mod safe_name;
#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod saved;
#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod store;

pub use error::{ArchiveError, ErrorKind, Shortage, Space};
pub use filing::Purpose;
pub use incoming::{Incoming, Written};
pub use inspect::kind::Kind;
pub use layout::{BadStem, Stem};
pub use proof::Refused;
pub use saved::Saved;
pub use store::{Found, Store};
