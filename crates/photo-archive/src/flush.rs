//! Forces files to the disk, a few at a time, so that the disk can serve several with one turn.

use std::fs::File;
use std::io;
use std::thread::{Builder, ScopedJoinHandle};

use crate::error::ArchiveError;
use crate::key::Key;
use crate::root::Root;

/// How many files are forced at once.
const AT_ONCE: usize = 4;

/// Returns when the bytes of every file are on the disk. A file whose flush failed once must be made anew:
/// the system may report success the next time although the bytes are lost.
pub(crate) fn flush(root: &Root, files: &[(&Key, &File)]) -> Result<(), ArchiveError> {
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

fn one_by_one(root: &Root, files: &[(&Key, &File)]) -> Result<(), ArchiveError> {
    files
        .iter()
        .try_for_each(|(key, file)| file.sync_all().map_err(|error| root.failure("flush", key, error)))
}
