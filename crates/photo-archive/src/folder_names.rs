//! What stands in a folder of the archive: names, with or without a look at each.

use std::os::fd::{AsFd, BorrowedFd};

use rustix::fs::{AtFlags, FileType};
use rustix::io::Errno;

use crate::error::ArchiveError;
use crate::key::Key;
use crate::root::{EntryKind, Facts, Root};

/// Something that stands in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) facts: Facts,
}

impl Root {
    /// Lists a folder by name; a folder that is not there is empty, names that are not UTF-8 are not ours.
    pub(crate) fn entries(&self, key: &Key) -> Result<Vec<Entry>, ArchiveError> {
        let fail = |errno: Errno| self.failure("read", key, errno);
        let mut entries = Vec::new();
        self.each_name(key, |folder, name, _| {
            let facts = look(folder, name).map_err(fail)?;
            entries.extend(facts.map(|facts| Entry { name: name.to_owned(), facts }));
            Ok(())
        })?;
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// The names in a folder, in no order, of whatever kind: nothing is looked at.
    pub(crate) fn names(&self, key: &Key) -> Result<Vec<String>, ArchiveError> {
        let mut names = Vec::new();
        self.each_name(key, |_, name, _| {
            names.push(name.to_owned());
            Ok(())
        })?;
        Ok(names)
    }

    /// The folders in a folder, by name. What the folder itself says of each is believed, if it does.
    pub(crate) fn folders(&self, key: &Key) -> Result<Vec<String>, ArchiveError> {
        let fail = |errno: Errno| self.failure("read", key, errno);
        let mut folders = Vec::new();
        self.each_name(key, |folder, name, kind| {
            let is_folder = match kind {
                FileType::Unknown => {
                    look(folder, name).map_err(fail)?.is_some_and(|facts| facts.kind == EntryKind::Folder)
                }
                kind => kind == FileType::Directory,
            };
            if is_folder {
                folders.push(name.to_owned());
            }
            Ok(())
        })?;
        folders.sort_unstable();
        Ok(folders)
    }

    fn each_name(
        &self,
        key: &Key,
        mut one: impl FnMut(BorrowedFd<'_>, &str, FileType) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let fail = |errno: Errno| self.failure("read", key, errno);
        let folder = match self.open_folder(key) {
            Err(Errno::NOENT) => return Ok(()),
            folder => folder.map_err(fail)?,
        };
        for entry in rustix::fs::Dir::read_from(&folder).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            match entry.file_name().to_str() {
                Ok("." | "..") | Err(_) => {}
                Ok(name) => one(folder.as_fd(), name, entry.file_type())?,
            }
        }
        Ok(())
    }

    /// Looks at some names in one folder; those that stand for something come with their place in the list.
    pub(crate) fn facts_of(&self, folder: &Key, names: &[&str]) -> Result<Vec<(usize, Facts)>, ArchiveError> {
        let fail = |errno: Errno| self.failure("read", folder, errno);
        let open = match self.open_folder(folder) {
            Err(Errno::NOENT) => return Ok(Vec::new()),
            open => open.map_err(fail)?,
        };
        let mut found = Vec::new();
        for (place, name) in names.iter().enumerate() {
            found.extend(look(open.as_fd(), name).map_err(fail)?.map(|facts| (place, facts)));
        }
        Ok(found)
    }
}

/// Looks at a name in an open folder; `None` when nothing has it.
pub(crate) fn look(folder: BorrowedFd<'_>, name: &str) -> rustix::io::Result<Option<Facts>> {
    match rustix::fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(Facts::of(&stat))),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(errno),
    }
}
