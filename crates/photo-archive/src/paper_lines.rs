//! Writes a paper line by line, so that a long one is never held in memory; nothing is replaced by the same bytes.

use std::io::{BufWriter, Write};

use sha2::{Digest, Sha256};

use crate::archive::Archive;
use crate::checksums;
use crate::error::ArchiveError;
use crate::flush::flush;
use crate::key::Key;

/// Takes the text of a paper piece by piece.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(&str) -> Result<(), ArchiveError>;

impl Archive {
    /// Writes what `tell` tells, unless the same is there already; says whether it was written.
    ///
    /// It is told twice: once to see whether it is new. It must tell the same both times.
    pub(crate) fn put_lines(
        &self,
        key: &Key,
        tell: impl Fn(Sink<'_>) -> Result<(), ArchiveError>,
    ) -> Result<bool, ArchiveError> {
        let mut hasher = Sha256::new();
        let mut bytes = 0;
        tell(&mut |text| {
            hasher.update(text);
            bytes += text.len() as u64;
            Ok(())
        })?;
        let sha256: [u8; 32] = hasher.finalize().into();
        let is_new = checksums::on_disk(&self.root, key)? != Some(sha256);
        if is_new {
            self.catalog.mark_folders([key.parent().as_str()].into_iter())?;
            if let Err(error) = self.write_lines(key, tell) {
                // The first error is the one to tell.
                self.catalog.distrust_folders([key.parent().as_str()].into_iter()).unwrap_or_default();
                return Err(error);
            }
        }
        self.note_paper(key, sha256, bytes)?;
        Ok(is_new)
    }

    fn write_lines(
        &self,
        key: &Key,
        tell: impl Fn(Sink<'_>) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        self.root.make_folder(&key.parent())?;
        let part = key.with_ending(".part");
        let file = self.root.create_part(&part)?;
        let mut writer = BufWriter::with_capacity(1 << 16, &file);
        let fail = |error| self.root.failure("write", key, error);
        tell(&mut |text| writer.write_all(text.as_bytes()).map_err(fail))?;
        writer.flush().map_err(fail)?;
        drop(writer);
        flush(&self.root, &[(key, &file)])?;
        self.root.replace(&part, key)?;
        self.root.sync_folder(&key.parent())
    }
}
