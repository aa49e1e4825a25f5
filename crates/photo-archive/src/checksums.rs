//! `SHA256SUMS` and `SHA256SUMS.metadata` of each folder, in the form that `sha256sum -c` reads.
//!
//! Their text comes line by line from the catalog: a folder with a million photos takes no more memory than one
//! with ten. A list is written only when its bytes would be others.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write};

use rustix::fs::Mode;
use sha2::{Digest, Sha256};

use crate::atomic_file::mode_bits;
use crate::catalog::Catalog;
use crate::catalog_folders::{Folder, Sums};
use crate::error::ArchiveError;
use crate::flush::{flush, flush_folders};
use crate::key::Key;
use crate::root::Root;
use crate::store::digest;

/// What a list must say, by the catalog: its checksum and its length; `None` for a list without a line.
pub(crate) fn expected(
    catalog: &Catalog,
    folder: &Folder,
    which: Sums,
) -> Result<Option<[u8; 32]>, ArchiveError> {
    let mut hasher = Sha256::new();
    let mut is_empty = true;
    catalog.sums(folder, which, |line| {
        is_empty = false;
        hasher.update(line);
        Ok(())
    })?;
    Ok((!is_empty).then(|| hasher.finalize().into()))
}

/// The checksum of a file's bytes as they are on the disk; `None` when nothing has its name.
pub(crate) fn on_disk(root: &Root, key: &Key) -> Result<Option<[u8; 32]>, ArchiveError> {
    let Some(file) = root.read_file(key)? else { return Ok(None) };
    let (_, sha256, _) = digest(&file, false).map_err(|error| root.failure("read", key, error))?;
    Ok(Some(sha256))
}

/// The place of a folder's list.
pub(crate) fn place(root: &Root, folder: &Folder, which: Sums) -> Result<Key, ArchiveError> {
    let name = which.file_name();
    let key = Key::parse(&folder.path).and_then(|key| key.join(name));
    key.map_err(|_| ArchiveError::Damaged {
        path: root.path().join(name),
        reason: "the catalog names a folder that cannot be one".to_owned(),
    })
}

/// Brings both lists of some folders up to date with few turns of the disk, and notes what they and the folders come
/// to for the inventory. When it fails, each list is the old one or the new one, and no part of one stays behind.
pub(crate) fn renew(root: &Root, catalog: &Catalog, folders: &[Folder]) -> Result<(), ArchiveError> {
    let mut begun = Vec::new();
    let renewed = write_and_note(root, catalog, folders, &mut begun);
    if renewed.is_err() {
        for key in &begun {
            // The first error is the one to tell; what cannot be removed now is removed by the next run.
            root.remove(&part_of(key)).unwrap_or_default();
        }
    }
    renewed
}

/// `begun` takes the places of the lists that are written.
fn write_and_note(
    root: &Root,
    catalog: &Catalog,
    folders: &[Folder],
    begun: &mut Vec<Key>,
) -> Result<(), ArchiveError> {
    let (mut files, mut notes) = (Vec::new(), Vec::new());
    for folder in folders {
        let mut both = [None; 2];
        for (which, sum) in [Sums::Media, Sums::Metadata].into_iter().zip(&mut both) {
            let key = place(root, folder, which)?;
            *sum = expected(catalog, folder, which)?;
            if sum.is_some() && on_disk(root, &key)? != *sum {
                root.make_folder(&key.parent())?;
                begun.push(key.clone());
                files.push(fill(root, catalog, folder, which, &key)?);
            }
        }
        notes.push((folder, both));
    }
    flush(root, &begun.iter().zip(&files).collect::<Vec<_>>())?;
    begun.iter().try_for_each(|key| root.replace(&part_of(key), key))?;
    let touched: BTreeSet<Key> = begun.iter().map(Key::parent).collect();
    flush_folders(root, touched.iter())?;
    catalog.transaction(|_| {
        notes.iter().try_for_each(|(folder, [sums, metadata])| catalog.note_folder(folder, *sums, *metadata))
    })
}

/// Writes into the folder's row what its lists must say and how much it holds; returns what the two come to.
pub(crate) fn note(catalog: &Catalog, folder: &Folder) -> Result<[Option<[u8; 32]>; 2], ArchiveError> {
    let sums = expected(catalog, folder, Sums::Media)?;
    let metadata = expected(catalog, folder, Sums::Metadata)?;
    catalog.run(|_| catalog.note_folder(folder, sums, metadata))?;
    Ok([sums, metadata])
}

/// Writes a list under the name of its part, which is not on the disk for good yet.
fn fill(
    root: &Root,
    catalog: &Catalog,
    folder: &Folder,
    which: Sums,
    key: &Key,
) -> Result<File, ArchiveError> {
    let file = root.create_part(&part_of(key))?;
    let mut writer = BufWriter::with_capacity(1 << 16, &file);
    let fail = |error| root.failure("write", key, error);
    catalog.sums(folder, which, |line| writer.write_all(line.as_bytes()).map_err(fail))?;
    writer.flush().map_err(fail)?;
    drop(writer);
    // For everybody who may enter the archive's folder, like the files that it speaks of.
    rustix::fs::fchmod(&file, Mode::from_raw_mode(mode_bits(0o644))).unwrap_or_default();
    Ok(file)
}

fn part_of(key: &Key) -> Key {
    key.with_ending(".part")
}
