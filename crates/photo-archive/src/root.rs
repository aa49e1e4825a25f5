//! The archive's folder, held open: every deed on a file inside goes through here.
//!
//! Each deed opens the folder of its file anew below the handle and follows no symbolic link, so that nothing
//! outside the archive is read or written whatever stands in it. Only regular files are ever opened: a FIFO or
//! a device under a file's name is an error and blocks nothing.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

use crate::beneath;
use crate::error::{ArchiveError, Space};
use crate::flush::Turns;
use crate::folder_names;
use crate::key::Key;
use crate::new_folders::Owed;
use crate::space;

/// An open folder with everything below it.
#[derive(Debug)]
pub(crate) struct Root {
    folder: OwnedFd,
    path: PathBuf,
    turns: Turns,
    owed: Owed,
}

/// What the file system knows of a name, without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) kind: EntryKind,
    /// Bytes.
    pub(crate) len: u64,
    /// The permission bits.
    pub(crate) mode: u32,
    /// Seconds since 1970.
    pub(crate) modified: i64,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// Anything else; the words say what, with the article.
    Other(&'static str),
}

/// How a rename that overwrites nothing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placed {
    /// The file has its new name.
    Done,
    /// Something has that name already; nothing was changed.
    NameTaken,
}

impl Root {
    /// Opens a folder that is there. The path itself may lead through symbolic links; they are resolved once.
    pub(crate) fn open(path: &Path) -> Result<Self, ArchiveError> {
        let refuse = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => ArchiveError::NotAnArchive {
                path: path.to_owned(),
                reason: "there is no such folder".to_owned(),
            },
            io::ErrorKind::NotADirectory => {
                ArchiveError::NotAnArchive { path: path.to_owned(), reason: "it is not a folder".to_owned() }
            }
            _ => ArchiveError::from_io("read", path, error, || None),
        };
        let path = path.canonicalize().map_err(refuse)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(&path, flags, Mode::empty()).map_err(|errno| refuse(errno.into()))?;
        Ok(Self { folder, path, turns: Turns::default(), owed: Owed::default() })
    }

    /// Makes the folder (mode 0700) and those above it where they are missing, and opens it.
    pub(crate) fn create(path: &Path) -> Result<Self, ArchiveError> {
        use std::os::unix::fs::DirBuilderExt;
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|error| ArchiveError::from_io("make the folder", path, error, || None))?;
        Self::open(path)
    }

    /// Takes the rights of other people on the folder away, where the file system knows such rights.
    pub(crate) fn close_to_others(&self) {
        rustix::fs::fchmod(&self.folder, Mode::RWXU).unwrap_or_default();
    }

    /// Returns the canonical path of the folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The open folder itself.
    pub(crate) fn handle(&self) -> BorrowedFd<'_> {
        self.folder.as_fd()
    }

    /// Whether many files can be forced to the disk together.
    pub(crate) fn turns(&self) -> &Turns {
        &self.turns
    }

    /// What is still owed to the folders that were made.
    pub(crate) fn owed(&self) -> &Owed {
        &self.owed
    }

    /// Returns the full path of a key, for messages only: opening it would follow links.
    pub(crate) fn path_of(&self, key: &Key) -> PathBuf {
        if key.is_top() { self.path.clone() } else { self.path.join(key.as_str()) }
    }

    /// Counts what is free on its disk; `None` when the file system does not say.
    pub(crate) fn space(&self) -> Option<Space> {
        space::space_of(&self.folder)
    }

    /// Names the failure of a deed on a key.
    pub(crate) fn failure(&self, deed: &'static str, key: &Key, error: impl Into<io::Error>) -> ArchiveError {
        ArchiveError::from_io(deed, &self.path_of(key), error.into(), || self.space())
    }

    /// Makes a new file (mode 0600), open for writing and reading; `None` when the name is taken.
    pub(crate) fn create_new(&self, key: &Key) -> Result<Option<File>, ArchiveError> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL;
        match beneath::open(self.folder.as_fd(), key.as_str(), flags, Mode::from_raw_mode(0o600)) {
            Ok(file) => Ok(Some(File::from(file))),
            Err(Errno::EXIST) => Ok(None),
            Err(errno) => Err(self.failure("make the file", key, errno)),
        }
    }

    /// Makes a `.part` file anew; what an earlier run left under that name is removed. Needs the writer's lock.
    pub(crate) fn create_part(&self, key: &Key) -> Result<File, ArchiveError> {
        if let Some(file) = self.create_new(key)? {
            return Ok(file);
        }
        self.remove(key)?;
        let again = self.create_new(key)?;
        again.ok_or_else(|| self.failure("make the file", key, Errno::EXIST))
    }

    /// Opens a regular file for reading; `None` when nothing has that name.
    pub(crate) fn read_file(&self, key: &Key) -> Result<Option<File>, ArchiveError> {
        Ok(self.open_regular(key, OFlags::RDONLY)?.map(|(file, _)| file))
    }

    /// Opens a regular file that is never written, for locking; it is made (empty) when it is missing.
    pub(crate) fn open_or_make(&self, key: &Key) -> Result<File, ArchiveError> {
        // Some shares lock only what could be written; one that is write-protected (a copy, a zealous chmod) must do too.
        let open = || match self.open_regular(key, OFlags::RDWR) {
            Err(ArchiveError::Io { .. }) => self.open_regular(key, OFlags::RDONLY),
            opened => opened,
        };
        if let Some((file, _)) = open()? {
            return Ok(file);
        }
        match self.create_new(key)? {
            Some(file) => Ok(file),
            None => match open()? {
                Some((file, _)) => Ok(file),
                None => Err(self.failure("make the file", key, Errno::NOENT)),
            },
        }
    }

    /// Reads a whole small file; `None` when nothing has that name, damage when it is over `limit` bytes.
    pub(crate) fn read(&self, key: &Key, limit: u64) -> Result<Option<Vec<u8>>, ArchiveError> {
        let Some((file, facts)) = self.open_regular(key, OFlags::RDONLY)? else { return Ok(None) };
        // With room for one byte more, so that its end is seen without another growth.
        let mut bytes = Vec::with_capacity(usize::try_from(facts.len.min(limit)).unwrap_or(0) + 1);
        let read = file.take(limit.saturating_add(1)).read_to_end(&mut bytes);
        let read = read.map_err(|error| self.failure("read", key, error))?;
        if u64::try_from(read).unwrap_or(u64::MAX) > limit {
            let reason = format!("it is larger than {limit} bytes");
            return Err(ArchiveError::Damaged { path: self.path_of(key), reason });
        }
        Ok(Some(bytes))
    }

    /// Gives a file another name unless that name is taken.
    ///
    /// Where the target knows no such rename (NFS, some FUSE), it looks first: the writer's lock keeps others away.
    pub(crate) fn rename_new(&self, from: &Key, to: &Key) -> Result<Placed, ArchiveError> {
        let fail = |errno: Errno| self.failure("rename to", to, errno);
        let folders = self.folders_of(from, to).map_err(fail)?;
        let flags = rustix::fs::RenameFlags::NOREPLACE;
        match rustix::fs::renameat_with(folders.source(), from.name(), &folders.target, to.name(), flags) {
            Ok(()) => Ok(Placed::Done),
            Err(Errno::EXIST) => Ok(Placed::NameTaken),
            Err(errno) if is_not_offered(errno) => self.look_then_rename(from, to),
            Err(errno) => Err(fail(errno)),
        }
    }

    fn look_then_rename(&self, from: &Key, to: &Key) -> Result<Placed, ArchiveError> {
        if self.facts(to)?.is_some() {
            return Ok(Placed::NameTaken);
        }
        let renamed = self.folders_of(from, to).and_then(|folders| folders.rename(from, to));
        renamed.map(|()| Placed::Done).map_err(|errno| self.failure("rename to", to, errno))
    }

    /// Gives a file another name; a regular file of that name is replaced in one step, anything else refused.
    pub(crate) fn replace(&self, from: &Key, to: &Key) -> Result<(), ArchiveError> {
        let unseen = |errno: Errno| self.failure("read", to, errno);
        let folders = self.folders_of(from, to).map_err(unseen)?;
        match folder_names::look(folders.target.as_fd(), to.name()).map_err(unseen)?.map(|facts| facts.kind) {
            None | Some(EntryKind::File) => {
                folders.rename(from, to).map_err(|errno| self.failure("rename to", to, errno))
            }
            Some(other) => Err(self.obstructed("replace", to, other)),
        }
    }

    fn folders_of(&self, from: &Key, to: &Key) -> rustix::io::Result<Folders> {
        let source = if from.parent() == to.parent() { None } else { Some(self.folder_of(from)?) };
        Ok(Folders { source, target: self.folder_of(to)? })
    }

    /// Gives a file a second name.
    pub(crate) fn link(&self, from: &Key, to: &Key) -> rustix::io::Result<()> {
        let folders = self.folders_of(from, to)?;
        rustix::fs::linkat(folders.source(), from.name(), &folders.target, to.name(), AtFlags::empty())
    }

    /// Removes a file (a link or FIFO itself, never what it leads to); one that is not there is no error.
    pub(crate) fn remove(&self, key: &Key) -> Result<(), ArchiveError> {
        let removed =
            self.folder_of(key).and_then(|folder| rustix::fs::unlinkat(folder, key.name(), AtFlags::empty()));
        match removed {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => match self.facts(key)?.map(|facts| facts.kind) {
                Some(EntryKind::Folder) => Err(self.obstructed("remove", key, EntryKind::Folder)),
                _ => Err(self.failure("remove", key, errno)),
            },
        }
    }

    /// Looks at a name without opening it; `None` when nothing has it.
    pub(crate) fn facts(&self, key: &Key) -> Result<Option<Facts>, ArchiveError> {
        let found = if key.is_top() {
            rustix::fs::fstat(&self.folder)
        } else {
            self.folder_of(key)
                .and_then(|folder| rustix::fs::statat(folder, key.name(), AtFlags::SYMLINK_NOFOLLOW))
        };
        match found {
            Ok(stat) => Ok(Some(Facts::of(&stat))),
            Err(Errno::NOENT) => Ok(None),
            Err(errno) => Err(self.failure("read", key, errno)),
        }
    }

    /// The error for something that stands where a file or folder belongs.
    pub(crate) fn obstructed(&self, deed: &'static str, key: &Key, found: EntryKind) -> ArchiveError {
        let found = match found {
            EntryKind::File => "a file",
            EntryKind::Folder => "a folder",
            EntryKind::Other(words) => words,
        };
        ArchiveError::Obstructed { deed, path: self.path_of(key), found }
    }

    /// Looks before it opens and again after: opening a device can do things, opening a FIFO can wait for ever.
    fn open_regular(&self, key: &Key, access: OFlags) -> Result<Option<(File, Facts)>, ArchiveError> {
        match self.facts(key)?.map(|facts| facts.kind) {
            None => return Ok(None),
            Some(EntryKind::File) => {}
            Some(other) => return Err(self.obstructed("read", key, other)),
        }
        let flags = access | OFlags::NONBLOCK;
        let opened = beneath::open(self.folder.as_fd(), key.as_str(), flags, Mode::empty());
        let file = match opened {
            Err(Errno::NOENT) => return Ok(None),
            opened => opened.map_err(|errno| self.failure("read", key, errno))?,
        };
        let stat = rustix::fs::fstat(&file).map_err(|errno| self.failure("read", key, errno))?;
        let facts = Facts::of(&stat);
        match facts.kind {
            EntryKind::File => Ok(Some((File::from(file), facts))),
            other => Err(self.obstructed("read", key, other)),
        }
    }

    pub(crate) fn folder_of(&self, key: &Key) -> rustix::io::Result<OwnedFd> {
        self.open_folder(&key.parent())
    }

    pub(crate) fn open_folder(&self, key: &Key) -> rustix::io::Result<OwnedFd> {
        let path = if key.is_top() { "." } else { key.as_str() };
        beneath::open(self.folder.as_fd(), path, OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty())
    }
}

/// The open folders of a file's old and new name.
struct Folders {
    /// `None` where it is that of the new name too.
    source: Option<OwnedFd>,
    target: OwnedFd,
}

impl Folders {
    fn source(&self) -> BorrowedFd<'_> {
        self.source.as_ref().unwrap_or(&self.target).as_fd()
    }

    fn rename(&self, from: &Key, to: &Key) -> rustix::io::Result<()> {
        rustix::fs::renameat(self.source(), from.name(), &self.target, to.name())
    }
}

/// Says whether a file system does not know a deed at all, other than failing at it.
pub(crate) fn is_not_offered(errno: Errno) -> bool {
    [Errno::INVAL, Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOTSUP].contains(&errno)
}

impl Facts {
    #[cfg_attr(
        target_os = "linux",
        expect(clippy::useless_conversion, reason = "the widths of these fields differ between systems")
    )]
    pub(crate) fn of(stat: &rustix::fs::Stat) -> Self {
        let kind = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => EntryKind::File,
            FileType::Directory => EntryKind::Folder,
            FileType::Symlink => EntryKind::Other("a symbolic link"),
            FileType::Fifo => EntryKind::Other("a FIFO"),
            FileType::Socket => EntryKind::Other("a socket"),
            _ => EntryKind::Other("a device"),
        };
        let mode = u32::from(stat.st_mode) & 0o7777;
        Self { kind, len: stat.st_size.try_into().unwrap_or(0), mode, modified: stat.st_mtime.into() }
    }
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and prepares its own folder"
)]
mod tests;
