//! Writes small files so that each is at every moment the old one or the new one, whole.
//!
//! A `.part` beside it, flushed, then renamed over it, then the folder flushed: the one way that sidecars, sums and
//! documents get onto the disk.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;

use rustix::fs::Mode;

use crate::error::ArchiveError;
use crate::flush::{flush, flush_folders};
use crate::key::Key;
use crate::root::Root;

/// A small file to be written.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) key: Key,
    pub(crate) bytes: Vec<u8>,
    /// The permission bits, such as `0o644`.
    pub(crate) mode: u32,
}

/// How many `.part` files are open at a time: macOS allows a process 256 files.
const OPEN_AT_ONCE: usize = 64;

/// Writes one file, its folder made where it is missing; it is on the disk for good when this returns.
pub(crate) fn write(root: &Root, key: &Key, bytes: &[u8], mode: u32) -> Result<(), ArchiveError> {
    write_all(root, &[Draft { key: key.clone(), bytes: bytes.to_vec(), mode }])
}

/// Writes several files; they are on the disk for good when this returns, each folder flushed once.
///
/// When it fails, each file is the old one or the new one, and no `.part` stays behind. No two drafts share a key.
pub(crate) fn write_all(root: &Root, drafts: &[Draft]) -> Result<(), ArchiveError> {
    let written = parts_then_renames(root, drafts);
    if written.is_err() {
        for draft in drafts {
            // The first error is the one to tell; what cannot be removed now is removed by the next run.
            root.remove(&part_of(&draft.key)).unwrap_or_default();
        }
    }
    written
}

fn parts_then_renames(root: &Root, drafts: &[Draft]) -> Result<(), ArchiveError> {
    let folders: BTreeSet<Key> = drafts.iter().map(|draft| draft.key.parent()).collect();
    folders.iter().try_for_each(|folder| root.make_folder(folder))?;
    for some in drafts.chunks(OPEN_AT_ONCE) {
        let parts = some.iter().map(|draft| part(root, draft)).collect::<Result<Vec<_>, _>>()?;
        let files: Vec<_> = some.iter().zip(&parts).map(|(draft, file)| (&draft.key, file)).collect();
        flush(root, &files)?;
    }
    drafts.iter().try_for_each(|draft| root.replace(&part_of(&draft.key), &draft.key))?;
    flush_folders(root, folders.iter())
}

fn part(root: &Root, draft: &Draft) -> Result<File, ArchiveError> {
    let mut file = root.create_part(&part_of(&draft.key))?;
    file.write_all(&draft.bytes).map_err(|error| root.failure("write", &draft.key, error))?;
    // FAT and some shares know no such bits; the archive's folder itself is closed to others.
    rustix::fs::fchmod(&file, Mode::from_raw_mode(mode_bits(draft.mode))).unwrap_or_default();
    Ok(file)
}

fn part_of(key: &Key) -> Key {
    key.with_ending(".part")
}

/// The system's own width for permission bits, which differs between systems.
pub(crate) fn mode_bits(mode: u32) -> rustix::fs::RawMode {
    rustix::fs::RawMode::try_from(mode & 0o7777).unwrap_or(0o600)
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and prepares its own folder"
)]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt, symlink};

    fn archive() -> (tempfile::TempDir, Root) {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        (folder, root)
    }

    fn draft(key: &str, text: &str) -> Draft {
        Draft { key: Key::parse(key).unwrap(), bytes: text.into(), mode: 0o644 }
    }

    #[test]
    fn a_batch_is_written_in_folders_that_are_made() {
        let (folder, root) = archive();
        let drafts: Vec<_> =
            (0..150).map(|n| draft(&format!("photos/20{:02}/{n}.json", n % 7), &n.to_string())).collect();

        write_all(&root, &drafts).unwrap();

        for (n, draft) in drafts.iter().enumerate() {
            let path = folder.path().join(draft.key.as_str());
            assert_eq!(std::fs::read_to_string(&path).unwrap(), n.to_string());
            assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o644);
        }
        assert_eq!(root.entries(&Key::parse("photos/2000").unwrap()).unwrap().len(), 22, "no .part is left");
    }

    #[test]
    fn a_file_is_replaced_and_a_leftover_part_is_no_hindrance() {
        let (folder, root) = archive();
        std::fs::write(folder.path().join("a.json"), "old").unwrap();
        std::fs::write(folder.path().join("a.json.part"), "half").unwrap();

        write(&root, &Key::parse("a.json").unwrap(), b"new", 0o600).unwrap();

        assert_eq!(std::fs::read_to_string(folder.path().join("a.json")).unwrap(), "new");
        assert!(!folder.path().join("a.json.part").exists());
    }

    #[test]
    fn a_link_in_the_way_is_neither_followed_nor_replaced() {
        let (folder, root) = archive();
        let outside = tempfile::NamedTempFile::new().unwrap();
        symlink(outside.path(), folder.path().join("a.json")).unwrap();
        symlink(outside.path(), folder.path().join("b.json.part")).unwrap();

        let refused = write_all(&root, &[draft("a.json", "new")]).unwrap_err();
        write_all(&root, &[draft("b.json", "new")]).unwrap();

        assert!(refused.to_string().contains("a symbolic link"), "{refused}");
        assert!(folder.path().join("a.json").is_symlink());
        assert!(!folder.path().join("a.json.part").exists());
        assert_eq!(std::fs::read(outside.path()).unwrap(), b"");
    }
}
