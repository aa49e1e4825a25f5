//! The door to the person's own small files: API keys, access tokens and the count of calls made.
//!
//! Paths and times are arguments: nothing here reads the environment or a clock. Whatever is written is
//! readable by its owner alone and replaced in one step, so that a crash or a full disk keeps the old file.
//!
//! ```
//! use oauth_signing::{AccessToken, ApiKeys, Token};
//! use token_store::{Account, TokenFile};
//!
//! # let temporary = tempfile::tempdir()?;
//! # let config_dir = temporary.path().join("flickr-backup");
//! let mut tokens = TokenFile::open(&config_dir)?;
//! tokens.save(&Account {
//!     nsid: "12345678@N00".to_owned(),
//!     username: "ada".to_owned(),
//!     fullname: String::new(),
//!     keys: ApiKeys::new("0123456789abcdef0123456789abcdef", "0123456789abcdef")?,
//!     token: AccessToken::new(Token::new("72157600000000001-00aa11bb22cc33dd", "feedbeeffeedbeef")),
//!     permission: "read".to_owned(),
//!     signed_in: "2026-11-23T21:00:00Z".to_owned(),
//! })?;
//!
//! assert!(TokenFile::open(&config_dir)?.account("12345678@N00").is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod api_keys;
mod call_count;
mod config_file;
mod error;
mod import;
mod private_file;
mod token_file;
mod two_lines;

pub use api_keys::read_api_keys;
pub use call_count::{CallCount, add_calls, call_count_file, load_calls};
pub use config_file::remember_archive;
pub use error::StoreError;
pub use import::read_script_token;
pub use private_file::Repaired;
pub use token_file::{Account, TokenFile};
