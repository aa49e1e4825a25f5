//! What stands under the final name of a file that arrives: one that cannot be read is in the way of that file alone.

use std::fs::File;
use std::io;

use rustix::io::Errno;

use crate::error::ArchiveError;
use crate::key::Key;
use crate::root::Root;

/// Opens it for reading; `None` when nothing has the name. Another owner's file or one on a bad sector ends no run.
pub(crate) fn open(root: &Root, key: &Key) -> Result<Option<File>, ArchiveError> {
    match root.read_file(key) {
        Err(ArchiveError::Io { source, .. }) if !is_of_the_process(&source) => {
            let found = "a file that cannot be read";
            Err(ArchiveError::Obstructed { deed: "read", path: root.path_of(key), found })
        }
        opened => opened,
    }
}

/// Whether an error says nothing about the file: no more open files, no memory.
fn is_of_the_process(error: &io::Error) -> bool {
    let errno = Errno::from_io_error(error);
    [Errno::MFILE, Errno::NFILE, Errno::NOMEM].into_iter().any(|process| errno == Some(process))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_without_open_files_says_nothing_about_a_file() {
        assert!(is_of_the_process(&Errno::MFILE.into()));
        assert!(!is_of_the_process(&Errno::ACCESS.into()) && !is_of_the_process(&Errno::IO.into()));
    }
}
