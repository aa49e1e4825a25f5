//! A file that is still arriving: under a name of its own, removed again unless it is given its final one.

use std::collections::HashSet;
use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::ArchiveError;
use crate::key::Key;
use crate::layout::Stem;
use crate::root::{Placed, Root};

/// The `.part` files of this run, so that two files of one photo can arrive at the same time, and a leftover of an
/// earlier run is told from a file that is arriving now.
#[derive(Debug)]
pub(crate) struct Parts {
    root: Arc<Root>,
    names: Mutex<HashSet<Key>>,
}

/// One `.part` file, open for writing and reading.
#[derive(Debug)]
pub(crate) struct Part {
    parts: Arc<Parts>,
    pub(crate) key: Key,
    pub(crate) file: File,
    is_placed: bool,
}

impl Parts {
    pub(crate) fn new(root: Arc<Root>) -> Self {
        Self { root, names: Mutex::default() }
    }

    pub(crate) fn root(&self) -> &Root {
        &self.root
    }

    fn names(&self) -> MutexGuard<'_, HashSet<Key>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reserve(&self, stem: &Stem) -> Key {
        let mut names = self.names();
        let mut number = 1;
        loop {
            let key = stem.part(number);
            if names.insert(key.clone()) {
                return key;
            }
            number += 1;
        }
    }
}

impl Part {
    /// Makes a new part of a photo, in its folder, which is made where it is missing.
    pub(crate) fn make(parts: &Arc<Parts>, stem: &Stem) -> Result<Self, ArchiveError> {
        let key = parts.reserve(stem);
        let made = parts.root.make_folder(&stem.folder()).and_then(|()| parts.root.create_part(&key));
        match made {
            Ok(file) => Ok(Self { parts: Arc::clone(parts), key, file, is_placed: false }),
            Err(error) => {
                parts.names().remove(&key);
                Err(error)
            }
        }
    }

    pub(crate) fn root(&self) -> &Root {
        &self.parts.root
    }

    /// Names the failure of a deed on it.
    pub(crate) fn failure(&self, deed: &'static str, error: std::io::Error) -> ArchiveError {
        self.parts.root.failure(deed, &self.key, error)
    }

    /// Gives it its final name, unless something has that name already.
    pub(crate) fn place(&mut self, name: &Key) -> Result<Placed, ArchiveError> {
        let placed = self.parts.root.rename_new(&self.key, name)?;
        self.is_placed = placed == Placed::Done;
        Ok(placed)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_placed
            && let Err(error) = self.parts.root.remove(&self.key)
        {
            // The next run removes it before it makes one of the same name.
            tracing::warn!(part = %self.key, %error, "an unfinished file could not be removed");
        }
        self.parts.names().remove(&self.key);
    }
}
