//! `flickr-archive.json`: the file that says that a folder is an archive, which one, and of whose account.

use flickr_model::UserId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::atomic_file;
use crate::error::ArchiveError;
use crate::hex;
use crate::key::Key;
use crate::root::Root;
use crate::sidecar::FORMAT;

/// The file's name.
pub(crate) const NAME: &str = "flickr-archive.json";

/// The account whose photos an archive holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its number, which never changes.
    pub nsid: UserId,
    /// Its name when the archive was made.
    pub username: String,
    /// Its part of addresses on Flickr, where one was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_alias: Option<String>,
}

/// What the marker says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Marker {
    /// The version of the archive's format.
    pub format: u32,
    /// The archive's own id, a random UUID.
    pub id: String,
    /// Whose photos it holds.
    pub account: Account,
    /// When it was made.
    pub created: Timestamp,
}

impl Marker {
    pub(crate) fn new(account: &Account, created: Timestamp, entropy: [u8; 16]) -> Self {
        Self { format: FORMAT, id: uuid(entropy), account: account.clone(), created }
    }

    /// Reads the marker of a folder; `None` when it has none.
    pub(crate) fn read(root: &Root) -> Result<Option<Self>, ArchiveError> {
        let key = Key::known(NAME.to_owned());
        let Some(bytes) = root.read(&key, 1 << 20)? else { return Ok(None) };
        let refuse = |reason| ArchiveError::NotAnArchive { path: root.path().to_owned(), reason };
        let marker: Self = serde_json::from_slice(&bytes)
            .map_err(|error| refuse(format!("its {NAME} cannot be read ({error})")))?;
        if marker.format > FORMAT {
            let newer = format!(
                "its format is {}, and this program knows formats up to {FORMAT}: a newer version of the program can open it",
                marker.format
            );
            return Err(refuse(newer));
        }
        if !is_safe_id(&marker.id) {
            return Err(refuse(format!("the id in its {NAME} is not one that this program gives")));
        }
        Ok(Some(marker))
    }

    /// Writes the marker: from then on the folder is an archive.
    pub(crate) fn write(&self, root: &Root) -> Result<(), ArchiveError> {
        let key = Key::known(NAME.to_owned());
        let mut bytes =
            serde_json::to_vec_pretty(self).map_err(|error| root.failure("write", &key, error))?;
        bytes.push(b'\n');
        atomic_file::write(root, &key, &bytes, 0o644)
    }
}

/// The id becomes part of a path in the state folder.
fn is_safe_id(id: &str) -> bool {
    (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A random UUID (version 4) from 16 random bytes.
fn uuid(mut bytes: [u8; 16]) -> String {
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = (*version & 0x0f) | 0x40;
    *variant = (*variant & 0x3f) | 0x80;
    let digits = hex::encode(&bytes);
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or("");
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_random_uuid() {
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn an_id_that_could_lead_elsewhere_is_refused() {
        assert!(is_safe_id(&uuid([7; 16])));
        for hostile in ["", "../../../etc", "a/b-c-d-e-f", "short", "\u{1b}[2J-----"] {
            assert!(!is_safe_id(hostile), "{hostile:?}");
        }
    }
}
