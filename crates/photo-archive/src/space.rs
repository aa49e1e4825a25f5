//! What is free on the disk of a folder.

use std::os::fd::AsFd;
use std::path::Path;

use crate::error::Space;

/// Counts what is free on the disk of any folder.
pub(crate) fn space_at(folder: &Path) -> Option<Space> {
    rustix::fs::statvfs(folder).ok().map(free)
}

/// Counts what is free on the disk of an open folder; `None` when the file system does not say.
pub(crate) fn space_of(folder: impl AsFd) -> Option<Space> {
    rustix::fs::fstatvfs(folder).ok().map(free)
}

fn free(facts: rustix::fs::StatVfs) -> Space {
    let free_inodes = (facts.f_files > 0).then_some(facts.f_favail);
    Space { free_bytes: facts.f_bavail.saturating_mul(facts.f_frsize), free_inodes }
}
