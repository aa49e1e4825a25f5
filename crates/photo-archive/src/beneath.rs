//! Opening a path below an open folder without ever following a symbolic link, on every system.
//!
//! Linux 5.6 does it in one call (`openat2`); elsewhere each folder on the way is opened by itself.

use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::Result;

/// Opens `path` (relative, `/` between its parts, `.` for the folder itself) below `folder`.
///
/// A symbolic link anywhere in the path is an error (`ELOOP` or `ENOTDIR`), never a way out.
pub(crate) fn open(folder: BorrowedFd<'_>, path: &str, flags: OFlags, mode: Mode) -> Result<OwnedFd> {
    let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NOCTTY;
    in_one_call(folder, path, flags, mode).unwrap_or_else(|| step_by_step(folder, path, flags, mode))
}

/// `None` when the system has no such call, or a sandbox forbids it.
#[cfg(target_os = "linux")]
fn in_one_call(folder: BorrowedFd<'_>, path: &str, flags: OFlags, mode: Mode) -> Option<Result<OwnedFd>> {
    use rustix::fs::ResolveFlags;
    use rustix::io::Errno;

    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    match rustix::fs::openat2(folder, path, flags, mode, resolve) {
        Err(Errno::NOSYS | Errno::PERM | Errno::AGAIN) => None,
        opened => Some(opened),
    }
}

#[cfg(not(target_os = "linux"))]
fn in_one_call(_: BorrowedFd<'_>, _: &str, _: OFlags, _: Mode) -> Option<Result<OwnedFd>> {
    None
}

/// Opens each folder on the way by itself, so that no part of the path can be a link.
fn step_by_step(folder: BorrowedFd<'_>, path: &str, flags: OFlags, mode: Mode) -> Result<OwnedFd> {
    use std::os::fd::AsFd;

    let on_the_way = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NOCTTY;
    let mut parts = path.split('/').peekable();
    let mut here: Option<OwnedFd> = None;
    while let Some(part) = parts.next() {
        let from = here.as_ref().map_or(folder, AsFd::as_fd);
        if parts.peek().is_none() {
            return rustix::fs::openat(from, part, flags, mode);
        }
        here = Some(rustix::fs::openat(from, part, on_the_way, Mode::empty())?);
    }
    Err(rustix::io::Errno::NOENT)
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and prepares its own folder"
)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;
    use std::os::unix::fs::symlink;

    #[test]
    fn both_ways_open_files_and_refuse_links() {
        let outside = tempfile::tempdir().unwrap();
        let inside = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(inside.path().join("a/b")).unwrap();
        std::fs::write(inside.path().join("a/b/file"), "x").unwrap();
        std::fs::write(outside.path().join("file"), "x").unwrap();
        symlink(outside.path(), inside.path().join("a/link")).unwrap();
        symlink("b", inside.path().join("a/near")).unwrap();
        symlink(outside.path().join("file"), inside.path().join("a/b/last")).unwrap();
        let folder = std::fs::File::open(inside.path()).unwrap();

        for way in [open, step_by_step] {
            let opens = |path| way(folder.as_fd(), path, OFlags::RDONLY | OFlags::NOFOLLOW, Mode::empty());
            assert!(opens("a/b/file").is_ok());
            assert!(opens(".").is_ok());
            for hostile in ["a/link/file", "a/near/file", "a/b/last", "a/link"] {
                assert!(opens(hostile).is_err(), "{hostile}");
            }
        }
    }
}
