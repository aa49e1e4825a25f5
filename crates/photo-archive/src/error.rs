//! What can go wrong with an archive on disk, and which kind of trouble it is.

use std::io;
use std::path::{Path, PathBuf};

/// Why a deed on the archive was not done. Every variant names the path it is about.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The disk, its quota or its number of files is used up; the run cannot go on.
    #[error("could not {deed} {path:?}: {shortage}")]
    Full {
        /// What was attempted, as a verb: `write`, `make the folder` …
        deed: &'static str,
        /// The file or folder it was attempted on.
        path: PathBuf,
        /// What there is too little of.
        shortage: Shortage,
        /// The system's answer.
        source: io::Error,
    },
    /// The archive cannot be written: a read-only mount, or missing rights.
    #[error("could not {deed} {path:?}: the archive cannot be written")]
    ReadOnly {
        /// What was attempted.
        deed: &'static str,
        /// The file or folder it was attempted on.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The folder is not there, or carries no marker of an archive: perhaps a disk that is not mounted.
    #[error("{path:?} is no archive: {reason}")]
    NotAnArchive {
        /// The folder that was named.
        path: PathBuf,
        /// What is missing or wrong, as the end of a sentence.
        reason: String,
    },
    /// The folder is the archive of another account.
    #[error("{path:?} is the archive of {theirs}, not of {ours}")]
    Foreign {
        /// The folder that was named.
        path: PathBuf,
        /// The account of the archive.
        theirs: String,
        /// The account that is signed in.
        ours: String,
    },
    /// Another run holds the archive's lock.
    #[error("another run is at work in {path:?}")]
    Busy {
        /// The archive's folder.
        path: PathBuf,
    },
    /// Something else stands where a file or folder of the archive belongs; it was left as it is.
    #[error("could not {deed} {path:?}: there is {found} in the way")]
    Obstructed {
        /// What was attempted.
        deed: &'static str,
        /// The file or folder it was attempted on.
        path: PathBuf,
        /// What was found, with its article: `a symbolic link`.
        found: &'static str,
    },
    /// The target's file system cannot hold this one file (too big, name not possible); others may fit.
    #[error("could not {deed} {path:?}: the file system cannot hold such a file")]
    Unholdable {
        /// What was attempted.
        deed: &'static str,
        /// The file it was attempted on.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A file of the archive is not in the form it was written in.
    #[error("{path:?} is damaged: {reason}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, as the end of a sentence.
        reason: String,
    },
    /// The catalog in the state folder failed; it can be made again from the archive.
    #[error("the catalog {path:?} failed")]
    Catalog {
        /// The catalog's file.
        path: PathBuf,
        /// The database's answer.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Any other answer of the system.
    #[error("could not {deed} {path:?}")]
    Io {
        /// What was attempted.
        deed: &'static str,
        /// The file or folder it was attempted on.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

/// What a full disk has too little of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortage {
    /// Bytes; so many are still free for this user.
    Bytes {
        /// Free bytes, 0 when they could not be counted.
        free: u64,
    },
    /// Inodes: bytes are free, but the file system takes no more files.
    Inodes,
    /// The user's quota.
    Quota,
}

impl std::fmt::Display for Shortage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes { free } => write!(f, "the disk is full ({free} bytes are free)"),
            Self::Inodes => f.write_str("the disk has no inodes left for another file"),
            Self::Quota => f.write_str("the disk quota is used up"),
        }
    }
}

/// The kinds of trouble that a program answers differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No room left: bytes, inodes or quota.
    Full,
    /// The archive cannot be written.
    ReadOnly,
    /// No archive in that folder.
    NotAnArchive,
    /// An archive of another account.
    Foreign,
    /// Another run is at work.
    Busy,
    /// One file cannot be stored, because of what stands in its way or what the target can hold.
    OneFile,
    /// A file of the archive is damaged.
    Damaged,
    /// The catalog failed.
    Catalog,
    /// Anything else.
    Io,
}

impl ArchiveError {
    /// Returns the kind of trouble, from which the program takes its exit code.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Full { .. } => ErrorKind::Full,
            Self::ReadOnly { .. } => ErrorKind::ReadOnly,
            Self::NotAnArchive { .. } => ErrorKind::NotAnArchive,
            Self::Foreign { .. } => ErrorKind::Foreign,
            Self::Busy { .. } => ErrorKind::Busy,
            Self::Obstructed { .. } | Self::Unholdable { .. } => ErrorKind::OneFile,
            Self::Damaged { .. } => ErrorKind::Damaged,
            Self::Catalog { .. } => ErrorKind::Catalog,
            Self::Io { .. } => ErrorKind::Io,
        }
    }

    /// Says whether the whole run must end; otherwise only the file in hand has failed.
    #[must_use]
    pub fn ends_the_run(&self) -> bool {
        self.kind() != ErrorKind::OneFile
    }

    /// Names the system's answer to a deed; the free space is asked of `space` only when it matters.
    pub(crate) fn from_io(
        deed: &'static str,
        path: &Path,
        source: io::Error,
        space: impl FnOnce() -> Option<Space>,
    ) -> Self {
        use rustix::io::Errno;
        let path = path.to_owned();
        let found = |found| Self::Obstructed { deed, path: path.clone(), found };
        match Errno::from_io_error(&source) {
            Some(Errno::NOSPC) => Self::Full { deed, path, shortage: shortage(space()), source },
            Some(Errno::DQUOT) => Self::Full { deed, path, shortage: Shortage::Quota, source },
            Some(Errno::ROFS) => Self::ReadOnly { deed, path, source },
            Some(Errno::ACCESS | Errno::PERM) if deed != "read" => Self::ReadOnly { deed, path, source },
            // Of a folder that is opened beneath another; a rename has other reasons to cross a border.
            Some(Errno::LOOP | Errno::XDEV) if deed != "rename to" => found("a symbolic link"),
            Some(Errno::NOTDIR) => found("a file instead of a folder"),
            Some(Errno::ISDIR) => found("a folder"),
            Some(Errno::FBIG | Errno::NAMETOOLONG | Errno::ILSEQ) => Self::Unholdable { deed, path, source },
            _ => Self::Io { deed, path, source },
        }
    }
}

/// What is free on the disk of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Bytes that this user may still write.
    pub free_bytes: u64,
    /// Files that can still be made; `None` where the file system has no such bound.
    pub free_inodes: Option<u64>,
}

/// Tells a disk without bytes from one without inodes.
pub(crate) fn shortage(space: Option<Space>) -> Shortage {
    match space {
        Some(Space { free_bytes, free_inodes: Some(0) }) if free_bytes > 0 => Shortage::Inodes,
        Some(Space { free_bytes, .. }) => Shortage::Bytes { free: free_bytes },
        None => Shortage::Bytes { free: 0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::io::Errno;

    fn error(errno: Errno, space: Option<Space>) -> ArchiveError {
        ArchiveError::from_io("write", Path::new("/a/x.jpg"), errno.into(), || space)
    }

    #[test]
    fn a_full_disk_says_whether_bytes_or_inodes_are_missing() {
        let no_inodes = error(Errno::NOSPC, Some(Space { free_bytes: 4096, free_inodes: Some(0) }));
        let no_bytes = error(Errno::NOSPC, Some(Space { free_bytes: 0, free_inodes: Some(9) }));

        assert!(no_inodes.to_string().contains("inodes"), "{no_inodes}");
        assert!(no_bytes.to_string().contains("disk is full"), "{no_bytes}");
        assert_eq!(no_inodes.kind(), ErrorKind::Full);
        assert_eq!(error(Errno::DQUOT, None).kind(), ErrorKind::Full);
    }

    #[test]
    fn what_stands_in_the_way_of_one_file_does_not_end_the_run() {
        for errno in [Errno::LOOP, Errno::NOTDIR, Errno::ISDIR, Errno::FBIG] {
            assert!(!error(errno, None).ends_the_run(), "{errno}");
        }
        for errno in [Errno::NOSPC, Errno::ROFS, Errno::IO] {
            assert!(error(errno, None).ends_the_run(), "{errno}");
        }
    }

    #[test]
    fn a_control_character_in_a_path_is_not_printed() {
        let error = ArchiveError::Busy { path: PathBuf::from("/a/\u{1b}[2J") };

        assert!(!error.to_string().contains('\u{1b}'));
    }
}
