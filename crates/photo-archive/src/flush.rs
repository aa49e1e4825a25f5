//! Forces files and folders to the disk: each is asked by itself, and many are brought there with one turn before.
//!
//! Only a file's own `fsync` tells for sure whether its bytes are on the disk: `syncfs` keeps failures to itself on
//! kernels before 5.17, on file systems that became read-only, and when another has heard of them already. But `fsync` on
//! each of 50 sidecars asks a journal for 50 commits. So everything on the file system is forced first, whatever comes of
//! it, and each file is asked then, which finds its bytes written and the commit made: measured on ext4, that costs
//! hardly more than the one turn.

use std::fs::File;
use std::os::fd::BorrowedFd;

use crate::error::ArchiveError;
use crate::key::Key;
use crate::root::Root;
use crate::shares::in_shares;

/// How many are asked at once: disks answer several in one go.
const AT_ONCE: usize = 4;

/// From so many on, one turn for all goes before. Below, what other programs have written to the same disk is not waited
/// for.
const WORTH_A_TURN: usize = 4;

/// Returns when the bytes of every file are on the disk. A file whose flush failed once must be made anew:
/// the system may report success the next time although the bytes are lost.
pub(crate) fn flush(root: &Root, files: &[(&Key, &File)]) -> Result<(), ArchiveError> {
    each(root, files, |(key, file)| file.sync_all().map_err(|error| root.failure("flush", key, error)))
}

/// Makes the names in several folders last through a power cut.
pub(crate) fn flush_folders<'a>(
    root: &Root,
    folders: impl Iterator<Item = &'a Key>,
) -> Result<(), ArchiveError> {
    each(root, &folders.collect::<Vec<_>>(), |folder| root.sync_folder(folder))
}

fn each<T: Sync>(
    root: &Root,
    things: &[T],
    force: impl Fn(&T) -> Result<(), ArchiveError> + Sync,
) -> Result<(), ArchiveError> {
    if things.len() >= WORTH_A_TURN {
        hasten(root.handle());
    }
    in_shares(things, things.len().div_ceil(AT_ONCE), force).into_iter().collect()
}

/// Forces everything on a file system, where that is known to be one turn of a disk at hand.
#[cfg(target_os = "linux")]
fn hasten(folder: BorrowedFd<'_>) {
    if rustix::fs::fstatfs(folder).is_ok_and(|facts| is_a_local_disk(i128::from(facts.f_type)))
        && let Err(error) = rustix::fs::syncfs(folder)
    {
        // It may be about any file of anybody; ours are asked next.
        tracing::debug!(%error, "not everything reached the disk");
    }
}

#[cfg(not(target_os = "linux"))]
fn hasten(_: BorrowedFd<'_>) {}

/// Whether a file system, by its number in `statfs(2)`, is ext2 to ext4, XFS, Btrfs or F2FS. On network shares and in
/// FUSE the turn may take as long as others have written there.
#[cfg(any(target_os = "linux", test))]
fn is_a_local_disk(number: i128) -> bool {
    [0xEF53, 0x5846_5342, 0x9123_683E, 0xF2F5_2010].contains(&(number & 0xFFFF_FFFF))
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and prepares its own folder"
)]
mod tests {
    use super::*;

    #[test]
    fn one_file_that_cannot_be_forced_fails_the_batch_and_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let good: Vec<File> =
            (0..20).map(|n| File::create(folder.path().join(n.to_string())).unwrap()).collect();
        // The kernel forces no pipe.
        let (bad, _other_end) = std::io::pipe().unwrap();
        let bad = File::from(std::os::fd::OwnedFd::from(bad));
        let key = Key::parse("photos/1943/good.jpg").unwrap();
        let bad_key = Key::parse("photos/1943/bad.jpg").unwrap();
        let mut files: Vec<(&Key, &File)> = good.iter().map(|file| (&key, file)).collect();
        assert!(flush(&root, &files).is_ok() && flush(&root, &[]).is_ok());

        files.insert(13, (&bad_key, &bad));

        let error = flush(&root, &files).unwrap_err();
        assert!(error.to_string().contains("bad.jpg") && error.ends_the_run(), "{error}");
    }

    #[test]
    fn a_folder_among_many_that_is_gone_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::open(folder.path()).unwrap();
        let keys: Vec<Key> =
            (1900..1909).map(|year| Key::parse(&format!("photos/{year}")).unwrap()).collect();
        keys.iter().for_each(|key| root.make_folder(key).unwrap());
        flush_folders(&root, keys.iter()).unwrap();

        std::fs::remove_dir(folder.path().join("photos/1906")).unwrap();

        assert!(flush_folders(&root, keys.iter()).unwrap_err().to_string().contains("1906"));
    }

    #[test]
    fn network_shares_fuse_and_memory_are_not_forced_as_a_whole() {
        assert!(is_a_local_disk(0xEF53) && is_a_local_disk(0x9123_683E));
        for other in [0x6969, 0x6573_5546, 0xFF53_4D42, 0x0102_1994, 0x794C_7630] {
            assert!(!is_a_local_disk(other), "{other:x}");
        }
    }
}
