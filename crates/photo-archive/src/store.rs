//! Where media files enter the archive, and where complete ones that no catalog knows are found again.

use std::io::Read;
use std::sync::Arc;

use flickr_model::{PhotoId, Promise};

use crate::error::ArchiveError;
use crate::filing::{Filing, Purpose};
use crate::in_the_way;
use crate::incoming::{Content, Digests, Incoming, Place, Written};
use crate::inspect::body::Body;
use crate::inspect::kind::Kind;
use crate::key::Key;
use crate::layout::Stem;
use crate::part::{Part, Parts};
use crate::proof::{self, Proven, Refused};
use crate::root::{EntryKind, Root};

/// The way for files into an archive; cheap to clone, good for any number of files at a time.
///
/// It belongs to an archive that is open for writing: the lock is what makes leftovers of earlier runs ours.
#[derive(Debug, Clone)]
pub struct Store {
    parts: Arc<Parts>,
}

/// A file under a photo's final name that the catalog does not know: put there just before a crash, or by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    stem: Stem,
    key: Key,
    bytes: u64,
}

impl Store {
    pub(crate) fn new(root: Arc<Root>) -> Self {
        Self { parts: Arc::new(Parts::new(root)) }
    }

    /// Begins a file of a photo. What is promised of it decides which checksums are made and what proves it.
    ///
    /// # Errors
    /// When the folder or the file cannot be made; what a link or a file in a folder's place is among the reasons.
    pub fn incoming(&self, id: PhotoId, stem: &Stem, promise: Promise) -> Result<Incoming, ArchiveError> {
        let part = Part::make(&self.parts, stem)?;
        tracing::debug!(%id, part = %part.key, "a file begins to arrive");
        Ok(Incoming::new(stem, promise, part))
    }

    /// Looks for a file under the final name that this purpose and version have, with any extension.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn find_complete(
        &self,
        stem: &Stem,
        purpose: &Purpose,
        version: u32,
    ) -> Result<Option<Found>, ArchiveError> {
        let filing = Filing { purpose: purpose.clone(), version };
        let keys: Vec<Key> = Kind::ALL.iter().map(|kind| stem.media(&filing, kind.extension())).collect();
        let names: Vec<&str> = keys.iter().map(Key::name).collect();
        for (place, facts) in self.root().facts_of(&stem.folder(), &names)? {
            if facts.kind == EntryKind::File
                && let Some(key) = keys.get(place)
            {
                return Ok(Some(Found { stem: stem.clone(), key: key.clone(), bytes: facts.len }));
            }
        }
        Ok(None)
    }

    /// Holds a found file to what is promised, as if it had just come; not a byte of it is changed.
    ///
    /// The inner error says why it is not what was promised; it stays where it is.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn adopt(
        &self,
        found: Found,
        promise: &Promise,
        purpose: Purpose,
        version: u32,
    ) -> Result<Result<Written, Refused>, ArchiveError> {
        let root = self.root();
        let Found { stem, key, .. } = found;
        let fail = |error: std::io::Error| root.failure("read", &key, error);
        let file = in_the_way::open(root, &key)?.ok_or_else(|| fail(std::io::ErrorKind::NotFound.into()))?;
        let (bytes, sha256, md5) = digest(&file, promise.digest().is_some()).map_err(fail)?;
        let judged = proof::judge(&Body::new(&file, bytes), promise, md5).map_err(fail)?;
        Ok(judged.map(|Proven { kind, dimensions }| Written {
            stem,
            filing: Filing { purpose, version },
            content: Content { bytes, sha256, md5, kind, dimensions },
            place: Place::Here(key, file),
        }))
    }

    pub(crate) fn root(&self) -> &Root {
        self.parts.root()
    }
}

impl Found {
    /// Returns its path in the archive.
    #[must_use]
    pub fn path(&self) -> &str {
        self.key.as_str()
    }

    /// Returns the number of its bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// Reads a file to its end and returns the number of bytes, their SHA-256, and their MD5 if wanted.
pub(crate) fn digest(
    mut file: &std::fs::File,
    with_md5: bool,
) -> std::io::Result<(u64, [u8; 32], Option<[u8; 16]>)> {
    let mut digests = Digests::new(with_md5);
    let mut block = vec![0; 128 * 1024];
    loop {
        match file.read(&mut block) {
            Ok(0) => return Ok(digests.finish()),
            Ok(read) => digests.add(block.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
