//! The door to the archive folder: every byte in it is written and read here.

#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod beneath;
#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod error;
#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod filing;
#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod key;
#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod layout;
#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod root;
#[allow(dead_code, reason = "the rooms that use it come with the catalog")]
mod safe_name;

pub use error::{ArchiveError, ErrorKind, Shortage, Space};
pub use filing::{Filing, Purpose};
pub use layout::{BadStem, Stem};
