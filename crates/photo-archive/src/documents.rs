//! The three documents that explain an archive to who finds it: in plain words, as a format, as a JSON Schema.

use crate::atomic_file::{self, Draft};
use crate::error::ArchiveError;
use crate::key::Key;
use crate::root::Root;

/// Each document with its name in the archive.
pub(crate) const ALL: [(&str, &str); 3] = [
    ("README.txt", include_str!("../texts/README.txt")),
    ("FORMAT.md", include_str!("../texts/FORMAT.md")),
    ("photo.schema.json", include_str!("../texts/photo.schema.json")),
];

/// Writes the documents that are not there; one that is there is left as it is, whatever it says.
pub(crate) fn write_missing(root: &Root) -> Result<(), ArchiveError> {
    let mut drafts = Vec::new();
    for (name, text) in ALL {
        let key = Key::known(name.to_owned());
        if root.facts(&key)?.is_none() {
            drafts.push(Draft { key, bytes: text.as_bytes().to_vec(), mode: 0o644 });
        }
    }
    if drafts.is_empty() { Ok(()) } else { atomic_file::write_all(root, &drafts) }
}

/// Says whether a name at the top of a folder is one of the documents, with our very words in it.
pub(crate) fn is_ours(root: &Root, name: &str) -> Result<bool, ArchiveError> {
    let Some((_, text)) = ALL.iter().find(|(known, _)| *known == name) else { return Ok(false) };
    let bytes = root.read(&Key::known(name.to_owned()), 1 << 20).unwrap_or_default();
    Ok(bytes.is_some_and(|bytes| bytes == text.as_bytes()))
}
