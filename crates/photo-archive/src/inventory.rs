//! `INVENTORY.txt`: each folder with what it holds, so that the loss of a whole folder shows.

use std::fmt::Write;

use crate::atomic_file;
use crate::catalog::Catalog;
use crate::catalog_folders::FolderFacts;
use crate::error::ArchiveError;
use crate::hex;
use crate::key::Key;
use crate::root::Root;

/// The file's name.
pub(crate) const NAME: &str = "INVENTORY.txt";

const HEAD: &str = "# The folders of this archive, one a line: number of photo and video files, their bytes,\n\
    # SHA-256 of the folder's SHA256SUMS, SHA-256 of its SHA256SUMS.metadata (- where there is none), path.\n";

/// Writes the inventory when its bytes would be others.
pub(crate) fn renew(root: &Root, catalog: &Catalog) -> Result<(), ArchiveError> {
    let folders = catalog.folder_facts()?;
    let key = Key::known(NAME.to_owned());
    let text = text(&folders);
    let on_disk = root.read(&key, 64 << 20)?;
    if on_disk.as_deref() == Some(text.as_bytes()) || (on_disk.is_none() && folders.is_empty()) {
        return Ok(());
    }
    atomic_file::write(root, &key, text.as_bytes(), 0o644)
}

/// Returns the inventory that the catalog calls for.
pub(crate) fn text(folders: &[FolderFacts]) -> String {
    let mut text = HEAD.to_owned();
    let shown = |sha: &Option<[u8; 32]>| sha.map_or_else(|| "-".to_owned(), |sha| hex::encode(&sha));
    for folder in folders.iter().filter(|folder| folder.sums.is_some() || folder.metadata.is_some()) {
        let (sums, metadata) = (shown(&folder.sums), shown(&folder.metadata));
        // Writing to a String cannot fail.
        writeln!(text, "{}  {}  {sums}  {metadata}  {}", folder.files, folder.bytes, folder.path)
            .unwrap_or_default();
    }
    text
}

/// What a line of an inventory tells of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told<'a> {
    pub(crate) files: u64,
    pub(crate) path: &'a str,
}

/// Reads an inventory; a line that is none of ours is left out.
pub(crate) fn read(text: &str) -> impl Iterator<Item = Told<'_>> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (files, rest) = line.split_once("  ")?;
        let path = rest.rsplit_once("  ")?.1;
        Key::parse(path).ok()?;
        Some(Told { files: files.parse().ok()?, path })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_count_bytes_both_sums_and_path() {
        let folder = FolderFacts {
            path: "photos/2011/07".to_owned(),
            files: 2,
            bytes: 300,
            sums: Some([0x11; 32]),
            metadata: None,
        };

        let text = text(&[folder]);

        let expected = format!("2  300  {}  -  photos/2011/07", "11".repeat(32));
        assert_eq!(text.lines().last(), Some(expected.as_str()));
        assert_eq!(read(&text).collect::<Vec<_>>(), [Told { files: 2, path: "photos/2011/07" }]);
    }
}
