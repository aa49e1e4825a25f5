//! A body on its way into the archive: written as it comes, then held to what was promised of it.
//!
//! [`Incoming`] -> [`Written`] -> [`crate::Saved`]: only bytes that were proven become a `Written`, only a batch of
//! them that is safe on the disk becomes `Saved`, and only that is recorded.

use std::fs::File;
use std::io::{Seek, Write};

use flickr_model::Promise;
use md5::Md5;
use rustix::fs::{Mode, Timespec, Timestamps};
use sha2::{Digest, Sha256};

use crate::atomic_file::mode_bits;
use crate::error::ArchiveError;
use crate::filing::{Filing, Purpose};
use crate::in_the_way;
use crate::inspect::body::Body;
use crate::inspect::kind::Kind;
use crate::key::Key;
use crate::layout::Stem;
use crate::part::Part;
use crate::proof::{self, Proven, Refused};
use crate::root::{EntryKind, Root};

/// A file that is arriving, by one answer of the image host or by several. Dropped unfinished, it leaves nothing behind.
#[derive(Debug)]
pub struct Incoming {
    stem: Stem,
    promise: Promise,
    part: Part,
    digests: Digests,
}

/// A whole and proven file that has no final name yet, or lies under it already but is in no catalog.
///
/// Dropped unsaved, a new file leaves nothing behind.
#[derive(Debug)]
pub struct Written {
    pub(crate) stem: Stem,
    pub(crate) filing: Filing,
    pub(crate) content: Content,
    pub(crate) place: Place,
}

/// What is known of a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) bytes: u64,
    pub(crate) sha256: [u8; 32],
    pub(crate) md5: Option<[u8; 16]>,
    pub(crate) kind: Kind,
    pub(crate) dimensions: Option<(u32, u32)>,
}

/// Where a written file is.
#[derive(Debug)]
pub(crate) enum Place {
    /// Under a `.part` name.
    Arriving(Part),
    /// Under its final name, where an earlier run or a person put it.
    Here(Key, File),
}

impl Incoming {
    pub(crate) fn new(stem: &Stem, promise: Promise, part: Part) -> Self {
        let digests = Digests::new(promise.digest().is_some());
        Self { stem: stem.clone(), promise, part, digests }
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// When the disk does not take them.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        let written = self.part.file.write_all(bytes);
        written.map_err(|error| self.part.failure("write", error))?;
        self.digests.add(bytes);
        Ok(())
    }

    /// Forgets all bytes: the body begins anew, perhaps as another one, under this promise.
    ///
    /// # Errors
    /// When the disk does not let the file become empty.
    pub fn begin_again(&mut self, promise: Promise) -> Result<(), ArchiveError> {
        let emptied = self.part.file.set_len(0).and_then(|()| self.part.file.rewind());
        emptied.map_err(|error| self.part.failure("write", error))?;
        self.digests = Digests::new(promise.digest().is_some());
        self.promise = promise;
        Ok(())
    }

    /// Returns how many bytes came so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.digests.bytes
    }

    /// Holds the bytes to their promise and readies the file: read-only, dated `mtime` (seconds since 1970).
    ///
    /// `version` is 1 for the first file of this purpose. The inner error says why the bytes are not what was
    /// promised; they are gone then.
    ///
    /// # Errors
    /// When the disk fails, or something that is no file stands under the final name.
    pub fn finish(
        self,
        purpose: Purpose,
        version: u32,
        mtime: Option<i64>,
    ) -> Result<Result<Written, Refused>, ArchiveError> {
        let (bytes, sha256, md5) = self.digests.finish();
        let body = Body::new(&self.part.file, bytes);
        let judged = proof::judge(&body, &self.promise, md5);
        let Proven { kind, dimensions } = match judged.map_err(|error| self.part.failure("read", error))? {
            Ok(proven) => proven,
            Err(refused) => return Ok(Err(refused)),
        };
        let filing = Filing { purpose, version };
        is_free_or_a_file(self.part.root(), &self.stem.media(&filing, kind.extension()))?;
        make_ready(&self.part.file, mtime);
        let content = Content { bytes, sha256, md5, kind, dimensions };
        Ok(Ok(Written { stem: self.stem, filing, content, place: Place::Arriving(self.part) }))
    }
}

impl Written {
    /// Returns the number of its bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.content.bytes
    }

    /// Returns the SHA-256 of its bytes.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        self.content.sha256
    }

    /// Returns the MD5 of its bytes, where the image host gave something to compare it with.
    #[must_use]
    pub fn md5(&self) -> Option<[u8; 16]> {
        self.content.md5
    }

    /// Returns what its bytes are.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.content.kind
    }

    /// Returns width and height in pixels as the file has them, where its header was read.
    #[must_use]
    pub fn dimensions(&self) -> Option<(u32, u32)> {
        self.content.dimensions
    }

    /// The open file with the name it has now.
    pub(crate) fn file(&self) -> (&Key, &File) {
        match &self.place {
            Place::Arriving(part) => (&part.key, &part.file),
            Place::Here(key, file) => (key, file),
        }
    }
}

/// A folder, a link, a FIFO or a file that cannot be read under the final name is said before the batch, where it costs one file only.
fn is_free_or_a_file(root: &Root, name: &Key) -> Result<(), ArchiveError> {
    match root.facts(name)?.map(|facts| facts.kind) {
        None => Ok(()),
        Some(EntryKind::File) => in_the_way::open(root, name).map(drop),
        Some(other) => Err(root.obstructed("write", name, other)),
    }
}

/// Sets date and mode. A target that cannot hold them (FAT, some shares) keeps the file without: they prove nothing.
fn make_ready(file: &File, mtime: Option<i64>) {
    if let Some(seconds) = mtime {
        let time = Timespec { tv_sec: seconds, tv_nsec: 0 };
        rustix::fs::futimens(file, &Timestamps { last_access: time, last_modification: time })
            .unwrap_or_default();
    }
    rustix::fs::fchmod(file, Mode::from_raw_mode(mode_bits(0o444))).unwrap_or_default();
}

/// The checksums of bytes as they pass.
#[derive(Debug)]
pub(crate) struct Digests {
    bytes: u64,
    sha256: Sha256,
    md5: Option<Md5>,
}

impl Digests {
    /// With MD5 only where there is one to compare with.
    pub(crate) fn new(with_md5: bool) -> Self {
        Self { bytes: 0, sha256: Sha256::new(), md5: with_md5.then(Md5::new) }
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.sha256.update(bytes);
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
    }

    /// Returns the number of bytes, their SHA-256, and their MD5.
    pub(crate) fn finish(self) -> (u64, [u8; 32], Option<[u8; 16]>) {
        (self.bytes, self.sha256.finalize().into(), self.md5.map(|md5| md5.finalize().into()))
    }
}
