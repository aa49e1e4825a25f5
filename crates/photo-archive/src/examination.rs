//! Tries what the disk of an archive can do, with a few empty files in `.flickr-backup/` that are removed again.

use std::path::Path;

use crate::error::{ArchiveError, Space};
use crate::key::Key;
use crate::root::Root;

/// What the disk of an archive can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    /// What is free, where the file system says so.
    pub space: Option<Space>,
    /// `None` when nothing can be written there.
    pub names: Option<Names>,
}

/// What it makes of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names {
    /// Whether `a` and `A` are two files.
    pub tells_case: bool,
    /// Whether a letter with its accent, and the same in two characters, are two files.
    pub tells_forms: bool,
    /// Whether one file can have two names.
    pub has_links: bool,
}

const LOWER: &str = "probe-\u{e9}.part";
const UPPER: &str = "PROBE-\u{c9}.part";
const APART: &str = "probe-e\u{301}.part";
const LINK: &str = "probe-link.part";

impl Disk {
    /// Looks at the disk of a folder that is there.
    ///
    /// # Errors
    /// When the folder cannot be looked at; one that cannot be written is no error.
    pub fn examine(dir: &Path) -> Result<Self, ArchiveError> {
        let root = Root::open(dir)?;
        let folder = Key::known(".flickr-backup".to_owned());
        let names = root.make_folder(&folder).and_then(|()| {
            let names = try_names(&root, &folder);
            for name in [LOWER, UPPER, APART, LINK] {
                root.remove(&key(&folder, name)).unwrap_or_default();
            }
            names
        });
        Ok(Self { space: root.space(), names: names.ok() })
    }
}

fn try_names(root: &Root, folder: &Key) -> Result<Names, ArchiveError> {
    let first = key(folder, LOWER);
    root.create_part(&first)?;
    let has_links = root.link(&first, &key(folder, LINK)).is_ok();
    Ok(Names {
        tells_case: root.facts(&key(folder, UPPER))?.is_none(),
        tells_forms: root.facts(&key(folder, APART))?.is_none(),
        has_links,
    })
}

fn key(folder: &Key, name: &str) -> Key {
    Key::known(format!("{folder}/{name}"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_tried_and_nothing_stays_behind() {
        let folder = tempfile::tempdir().unwrap();

        let disk = Disk::examine(folder.path()).unwrap();

        assert!(disk.names.is_some() && disk.space.is_some());
        assert_eq!(std::fs::read_dir(folder.path().join(".flickr-backup")).unwrap().count(), 0);
        assert!(Disk::examine(&folder.path().join("not-there")).is_err());
    }
}
