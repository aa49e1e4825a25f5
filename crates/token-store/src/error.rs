//! Why one of the person's own files cannot be read or written.
//!
//! No message repeats what stands in a file, because all of these files hold secrets.

use std::io;
use std::path::PathBuf;

use oauth_signing::BadKeys;

/// What is wrong with a file of keys or tokens.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file cannot be opened or read.
    #[error("could not read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file cannot be written; what was there before is still there.
    #[error("could not {deed} {}", path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// The step that failed, such as "write" or "replace".
        deed: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not UTF-8 text, or far too long for what it should hold.
    #[error("{} is not a small text file", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// One of the two lines is missing.
    #[error("{} has no {expected}; it holds two lines, {order}", path.display())]
    MissingLine {
        /// The file.
        path: PathBuf,
        /// What the missing line should hold.
        expected: &'static str,
        /// Both lines in their order.
        order: &'static str,
    },
    /// There is something behind the two lines.
    #[error("line {line} of {} is one too many; it holds two lines, {order}", path.display())]
    ExtraLine {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// Both lines in their order.
        order: &'static str,
    },
    /// A line cannot be what it should be.
    #[error("line {line} of {} cannot be the {expected}, which is one word of plain letters and digits", path.display())]
    BadLine {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What the line should hold.
        expected: &'static str,
    },
    /// A line of the file of API keys has not the shape of a key.
    #[error("line {line} of {} is not as it should be", path.display())]
    BadKeys {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        source: BadKeys,
    },
    /// The token file is not TOML any more. It is never overwritten in this state.
    #[error("line {line} of {} is not valid TOML: {message}", path.display())]
    BrokenToml {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The parser's words, without the text of the line.
        message: String,
    },
    /// A later version of this program wrote the file.
    #[error("{} has format {found}, and this version of the program knows format 1 only", path.display())]
    NewerFormat {
        /// The file.
        path: PathBuf,
        /// The format it states.
        found: i64,
    },
    /// An account in the token file lacks something, or has something of another kind in its place.
    #[error("the account {account} in {} has no proper {field}", path.display())]
    BadEntry {
        /// The file.
        path: PathBuf,
        /// The account's id.
        account: String,
        /// The name of the field.
        field: &'static str,
    },
    /// The API keys beside a token have not the shape of keys.
    #[error("the account {account} in {} has no proper API keys", path.display())]
    BadEntryKeys {
        /// The file.
        path: PathBuf,
        /// The account's id.
        account: String,
        /// What is wrong with them.
        source: BadKeys,
    },
    /// A token file is never reached through a symbolic link.
    #[error("{} is a symbolic link; tokens are kept in a plain file only", path.display())]
    SymbolicLink {
        /// The link.
        path: PathBuf,
    },
    /// A folder, a pipe or a device stands in the place of the file.
    #[error("{} is not a plain file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Somebody else could have written the file.
    #[error("{} belongs to another user (id {owner})", path.display())]
    ForeignOwner {
        /// The file.
        path: PathBuf,
        /// The other user.
        owner: u32,
    },
    /// Every user could put another file in the place of the token file.
    #[error("everybody may write into the folder {}; take that right away with: chmod o-w", path.display())]
    OpenFolder {
        /// The folder.
        path: PathBuf,
    },
}

impl StoreError {
    /// Says whether the file is simply not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, StoreError::Unreadable { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}
