//! Forces files and folders to the disk, many with one turn of it where the system can be trusted with that.
//!
//! `syncfs` brings everything on a file system to the disk with one commit, where `fsync` on each file asks for a commit
//! each: measured on ext4, a batch of 50 sidecars takes a tenth of the time. It is used only where it makes the same
//! promise: on local file systems whose `syncfs` waits for the disk, and with a kernel that tells of what could not be
//! written (Linux 5.8 and later). Everywhere else, and for few files, each file is forced by itself.

use std::fs::File;
use std::io;
use std::os::fd::BorrowedFd;
use std::thread::{Builder, ScopedJoinHandle};

use crate::error::ArchiveError;
use crate::key::Key;
use crate::root::Root;

/// How many files are forced at once where each is forced by itself.
const AT_ONCE: usize = 4;

/// From so many files or folders on, one turn for all costs less. Below, what other programs have written to the same
/// disk is not waited for.
const WORTH_A_TURN: usize = 4;

/// Returns when the bytes of every file are on the disk. A file whose flush failed once must be made anew:
/// the system may report success the next time although the bytes are lost.
pub(crate) fn flush(root: &Root, files: &[(&Key, &File)]) -> Result<(), ArchiveError> {
    if files.len() >= WORTH_A_TURN
        && let Some(flushed) = at_once(root)
    {
        return flushed;
    }
    let share = files.len().div_ceil(AT_ONCE).max(1);
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
    if folders.len() >= WORTH_A_TURN
        && let Some(flushed) = at_once(root)
    {
        return flushed;
    }
    folders.into_iter().try_for_each(|folder| root.sync_folder(folder))
}

fn one_by_one(root: &Root, files: &[(&Key, &File)]) -> Result<(), ArchiveError> {
    files
        .iter()
        .try_for_each(|(key, file)| file.sync_all().map_err(|error| root.failure("flush", key, error)))
}

/// Forces everything on the archive's file system; `None` where that promises less than forcing each file.
fn at_once(root: &Root) -> Option<Result<(), ArchiveError>> {
    let forced = force_file_system(root.handle())?;
    Some(forced.map_err(|errno| root.failure("flush", &Key::top(), errno)))
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

/// Whether a file system, by its number in `statfs(2)`, is ext2 to ext4, XFS, Btrfs or F2FS: local, and with a `syncfs`
/// that ends when the disk has everything. On network shares and in FUSE it may end earlier.
#[cfg(any(target_os = "linux", test))]
fn waits_for_the_disk(number: i128) -> bool {
    [0xEF53, 0x5846_5342, 0x9123_683E, 0xF2F5_2010].contains(&(number & 0xFFFF_FFFF))
}

/// Whether `syncfs` of a kernel says so when something could not be written: since 5.8 (`syncfs(2)`, "Errors").
#[cfg(any(target_os = "linux", test))]
fn tells_of_failures(release: &str) -> bool {
    let mut numbers = release.split(|letter: char| !letter.is_ascii_digit());
    let mut next = || numbers.next().and_then(|number| number.parse::<u32>().ok());
    matches!((next(), next()), (Some(major), Some(minor)) if (major, minor) >= (5, 8))
}

#[cfg(test)]
mod tests {
    use super::{tells_of_failures, waits_for_the_disk};

    #[test]
    fn only_kernels_that_tell_of_failures_are_trusted() {
        for trusted in ["5.8.0", "5.10.0-28-amd64", "6.1", "10.0-rc1"] {
            assert!(tells_of_failures(trusted), "{trusted}");
        }
        for other in ["5.7.19", "4.19.0-26", "3.10.108", "", "5", "unknown"] {
            assert!(!tells_of_failures(other), "{other}");
        }
    }

    #[test]
    fn network_shares_fuse_and_memory_are_not_trusted() {
        assert!(waits_for_the_disk(0xEF53) && waits_for_the_disk(0x9123_683E));
        for other in [0x6969, 0x6573_5546, 0xFF53_4D42, 0x0102_1994, 0x794C_7630] {
            assert!(!waits_for_the_disk(other), "{other:x}");
        }
    }
}
