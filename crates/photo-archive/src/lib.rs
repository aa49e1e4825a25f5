//! The door to the archive folder: every byte in it is written and read here, and here alone.
//!
//! An archive is made once ([`Archive::create`]) and opened for each run. A run looks photos up ([`Archive::kept`]),
//! writes down what it learned of them ([`Archive::record`]), lets bytes flow into an [`Incoming`], whose
//! [`finish`](Incoming::finish) proves them and gives a [`Written`]; [`Archive::save`] makes a batch of these last
//! and gives [`Saved`] ones, and only a `Saved` can be recorded. [`Archive::finish_run`] brings sums, inventory
//! and report up to date.
//!
//! The JSON beside each photo is the truth. The catalog in the state folder is a cache of it, and is made again by
//! itself when it is lost, damaged or out of date.
//!
//! ```
//! use flickr_model::PhotoId;
//! use photo_archive::{Access, Account, Archive, Changed, Counted, Entry, State};
//!
//! # let scratch = tempfile::tempdir()?;
//! # let (dir, state) = (scratch.path().join("archive"), scratch.path().join("state"));
//! let account = Account { nsid: "12345678@N00".parse()?, username: "me".to_owned(), path_alias: None };
//! let now = "2026-11-23T03:00:12Z".parse()?;
//! Archive::create(&dir, &account, now, [7; 16])?;
//! let mut archive = Archive::open(&dir, &state, Access::Write, [7; 32], &mut |_| {})?;
//!
//! let photo = serde_json::from_str(r#"{"id": "5912345678", "media": "photo", "title": "Fourth of July"}"#)?;
//! let id: PhotoId = "5912345678".parse()?;
//! let reason = Some("not fetched yet".to_owned());
//! archive.record(vec![Entry { photo: Some(photo), reason, ..Entry::new(id) }], now)?;
//! archive.finish_run(&serde_json::json!({"new": 1}), Changed::Something, now)?;
//!
//! assert_eq!(archive.census(Counted::All)?.of(State::Missing).photos, 1);
//! assert!(dir.join("photos/undated/5912345678_Fourth-of-July.json").is_file());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// The folder and what may be done in it.
mod beneath;
mod error;
mod key;
mod lock;
mod root;
// How a small file and a photo's bytes get onto the disk.
mod atomic_file;
mod filing;
mod flush;
mod folder_names;
mod in_the_way;
mod incoming;
mod inspect;
mod layout;
mod leftovers;
mod part;
mod proof;
mod safe_name;
mod saved;
mod store;
// What is written about a photo.
mod detail_fields;
mod details;
mod entry;
mod fingerprint;
mod hex;
mod history;
mod leaving;
mod merge;
mod scrub;
mod sidecar;
mod state;
// What photo programs read.
mod plain_text;
mod xmp;
// The catalog.
mod catalog;
mod catalog_detail_schema;
mod catalog_file;
mod catalog_folders;
mod catalog_photos;
mod catalog_schema;
mod census;
mod detail_state;
mod gathering;
mod walk;
mod wanted;
// Albums, people and the account.
mod account_files;
mod albums;
mod favorites_list;
mod memberships;
mod paper;
mod paper_lines;
mod people;
mod reorder;
// The archive as a whole.
mod archive;
mod checksums;
mod documents;
mod dropping;
mod examination;
mod finish;
mod glance;
mod inventory;
mod inventory_rows;
mod marker;
mod mend;
mod mend_papers;
mod mend_rows;
mod new_folders;
mod opening;
mod outline;
mod rebuild;
mod rebuild_papers;
mod rebuild_read;
mod record;
mod record_rows;
mod record_xmp;
mod remake;
mod runs;
mod shares;
mod space;
mod spelling;
mod verify;
mod verify_files;
mod verify_lists;
mod verify_report;
mod verify_share;
mod verify_strays;
// What holds whatever comes in: for property tests, and for the fuzz targets, which are another crate.
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod invariants;

pub use account_files::AccountFile;
pub use archive::{Access, Archive};
pub use catalog_photos::{Kept, KeptFile};
pub use census::{Census, Counted, Tally};
pub use detail_state::{Answers, DetailState, Mark, Memo};
pub use details::Details;
pub use entry::{Entry, Recorded};
pub use error::{ArchiveError, ErrorKind, Shortage, Space};
pub use examination::{Disk, Names};
pub use filing::Purpose;
pub use fingerprint::{Fingerprint, SecretMark};
pub use finish::Lists;
pub use gathering::{Gathering, GatheringSeen};
pub use glance::{Habit, Lacking};
pub use incoming::{Incoming, Written};
pub use inspect::kind::Kind;
pub use inventory_rows::{Filter, Line};
pub use layout::{BadStem, Stem};
pub use marker::{Account, Marker};
pub use memberships::{Known, Regrouped};
pub use mend::{Edited, Lost, Mend};
pub use proof::Refused;
pub use rebuild::{RebuildProgress, RebuildReport};
pub use record_xmp::{Sidecars, XmpOutcome};
pub use runs::Changed;
pub use saved::Saved;
pub use state::{FileKind, State};
pub use store::{Found, Store};
pub use verify::VerifyOptions;
pub use verify_report::{Finding, Trouble, VerifyProgress, VerifyReport};
pub use verify_share::Share;
pub use wanted::{Want, WantChange, Wanted};
