//! Forces files and folders to the disk, many with one turn of it where the system can be trusted with that.
//!
//! `syncfs` brings everything on a file system to the disk with one commit, where `fsync` on each file asks for a commit
//! each: measured on ext4, a batch of 50 sidecars takes a tenth of the time. It is used only where it makes the same
//! promise, which takes three things. The file system is local, its `syncfs` waits for the disk and says when its journal
//! failed, and the kernel hands that on (Linux 5.17 and later; before, only what data could not be written was told, and
//! before 5.8 nothing). Afterwards the file system is not read-only, where `syncfs` does nothing and says so to nobody, and
//! one of the files is forced by itself: a file system that has given up (a journal that was aborted, a disk pulled out)
//! tells `fsync` so, and for ever. And no turn has failed before: see [`Turns`]. Everywhere else, and for few files, each
//! file is forced by itself.

use std::fs::File;
use std::io;
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, ScopedJoinHandle};

use crate::error::ArchiveError;
use crate::key::Key;
use crate::root::Root;

/// How many files are forced at once where each is forced by itself.
const AT_ONCE: usize = 4;

/// From so many files or folders on, one turn for all costs less. Below, what other programs have written to the same
/// disk is not waited for.
const WORTH_A_TURN: usize = 4;

/// Whether one turn for all can still be trusted: not after one has failed.
///
/// Of bytes that could not be written, `syncfs` tells once for each open folder, whichever file they belong to: the failure
/// that one batch meets may be that of a file that is saved with the next, whose turn would succeed. Asked by itself,
/// each file still tells of its own failure, because it was open before it was written.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    are_doubted: AtomicBool,
}

/// Returns when the bytes of every file are on the disk. A file whose flush failed once must be made anew:
/// the system may report success the next time although the bytes are lost.
pub(crate) fn flush(root: &Root, files: &[(&Key, &File)]) -> Result<(), ArchiveError> {
    if files.len() >= WORTH_A_TURN
        && let Some((key, last)) = files.last()
        && all_at_once(root, force_file_system, || force(root, key, last))?
    {
        return Ok(());
    }
    if files.len() < 2 {
        return one_by_one(root, files);
    }
    let share = files.len().div_ceil(AT_ONCE);
    let results: Vec<_> = std::thread::scope(|scope| {
        let begun: Vec<_> = files
            .chunks(share)
            .map(|files| {
                let thread = Builder::new().spawn_scoped(scope, || one_by_one(root, files));
                // Where the system gives no more threads, this one has to do.
                thread.map_err(|_no_thread| one_by_one(root, files))
            })
            .collect();
        begun.into_iter().map(|begun| begun.map_or_else(Ok, ScopedJoinHandle::join)).collect()
    });
    for result in results {
        let gone = |_| root.failure("flush", &Key::top(), io::Error::other("a thread ended too early"));
        result.map_err(gone)??;
    }
    Ok(())
}

/// Makes the names in several folders last through a power cut.
pub(crate) fn flush_folders<'a>(
    root: &Root,
    folders: impl ExactSizeIterator<Item = &'a Key>,
) -> Result<(), ArchiveError> {
    let mut folders = folders.peekable();
    if folders.len() >= WORTH_A_TURN
        && let Some(first) = folders.peek()
        && all_at_once(root, force_file_system, || root.sync_folder(first))?
    {
        return Ok(());
    }
    folders.try_for_each(|folder| root.sync_folder(folder))
}

fn one_by_one(root: &Root, files: &[(&Key, &File)]) -> Result<(), ArchiveError> {
    files.iter().try_for_each(|(key, file)| force(root, key, file))
}

fn force(root: &Root, key: &Key, file: &File) -> Result<(), ArchiveError> {
    file.sync_all().map_err(|error| root.failure("flush", key, error))
}

/// Forces everything on the archive's file system with `turn`, and has `witness` force one thing by itself. Says whether
/// everything is on the disk; if not, each thing must be asked by itself.
///
/// A witness that fails is an error at once: asked again, it may keep silent.
fn all_at_once(
    root: &Root,
    turn: impl FnOnce(BorrowedFd<'_>) -> Option<rustix::io::Result<()>>,
    witness: impl FnOnce() -> Result<(), ArchiveError>,
) -> Result<bool, ArchiveError> {
    let doubted = &root.turns().are_doubted;
    if doubted.load(Ordering::Relaxed) {
        return Ok(false);
    }
    let Some(forced) = turn(root.handle()) else { return Ok(false) };
    if let Err(error) = forced {
        tracing::warn!(%error, "not everything reached the disk; each file is asked by itself from now on");
    }
    let is_done = forced.is_ok() && is_writable(root.handle());
    if !is_done {
        doubted.store(true, Ordering::Relaxed);
        return Ok(false);
    }
    witness().inspect_err(|_| doubted.store(true, Ordering::Relaxed))?;
    Ok(true)
}

/// Whether a file system takes writes, which an error may have ended.
fn is_writable(folder: BorrowedFd<'_>) -> bool {
    let facts = rustix::fs::fstatvfs(folder);
    facts.is_ok_and(|facts| !facts.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}

#[cfg(target_os = "linux")]
fn force_file_system(folder: BorrowedFd<'_>) -> Option<rustix::io::Result<()>> {
    let facts = rustix::fs::fstatfs(folder).ok()?;
    let kernel = rustix::system::uname();
    let can_be_trusted = waits_for_the_disk(i128::from(facts.f_type))
        && kernel.release().to_str().is_ok_and(tells_of_failures);
    can_be_trusted.then(|| rustix::fs::syncfs(folder))
}

#[cfg(not(target_os = "linux"))]
fn force_file_system(_: BorrowedFd<'_>) -> Option<rustix::io::Result<()>> {
    None
}

/// Whether a file system, by its number in `statfs(2)`, is ext2 to ext4, XFS or Btrfs: local, and with a `syncfs` that ends
/// when the disk has everything. On network shares and in FUSE it may end earlier, and F2FS says nothing when its
/// checkpoints have failed.
#[cfg(any(target_os = "linux", test))]
fn waits_for_the_disk(number: i128) -> bool {
    [0xEF53, 0x5846_5342, 0x9123_683E].contains(&(number & 0xFFFF_FFFF))
}

/// Whether `syncfs` of a kernel tells of everything that could not be written: since 5.8 of data (`syncfs(2)`, "Errors"),
/// since 5.17 of what the file system itself says.
#[cfg(any(target_os = "linux", test))]
fn tells_of_failures(release: &str) -> bool {
    let mut numbers = release.split(|letter: char| !letter.is_ascii_digit());
    let mut next = || numbers.next().and_then(|number| number.parse::<u32>().ok());
    matches!((next(), next()), (Some(major), Some(minor)) if (major, minor) >= (5, 17))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]
mod tests {
    use rustix::io::Errno;

    use super::*;

    #[test]
    fn after_a_turn_that_failed_each_file_is_asked_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();

        assert!(all_at_once(&root, |_| Some(Ok(())), || Ok(())).unwrap());
        assert!(!all_at_once(&root, |_| None, || panic!("a witness of nothing")).unwrap());
        assert!(all_at_once(&root, |_| Some(Ok(())), || Ok(())).unwrap(), "what is not offered did not fail");
        assert!(!all_at_once(&root, |_| Some(Err(Errno::IO)), || panic!("a witness of nothing")).unwrap());
        assert!(!all_at_once(&root, |_| panic!("it failed before"), || Ok(())).unwrap());
    }

    #[test]
    fn a_witness_that_fails_is_not_asked_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let broken = || Err(root.failure("flush", &Key::top(), Errno::IO));

        assert!(all_at_once(&root, |_| Some(Ok(())), broken).is_err());
        assert!(!all_at_once(&root, |_| panic!("it failed before"), || Ok(())).unwrap());
    }

    #[test]
    fn only_kernels_that_tell_of_failures_are_trusted() {
        for trusted in ["5.17.0", "5.19.0-28-amd64", "6.1", "10.0-rc1"] {
            assert!(tells_of_failures(trusted), "{trusted}");
        }
        for other in ["5.16.19", "5.8.0", "4.19.0-26", "3.10.108", "", "5", "unknown"] {
            assert!(!tells_of_failures(other), "{other}");
        }
    }

    #[test]
    fn network_shares_fuse_flash_and_memory_are_not_trusted() {
        assert!(waits_for_the_disk(0xEF53) && waits_for_the_disk(0x9123_683E));
        for other in [0x6969, 0x6573_5546, 0xFF53_4D42, 0x0102_1994, 0x794C_7630, 0xF2F5_2010] {
            assert!(!waits_for_the_disk(other), "{other:x}");
        }
    }
}
