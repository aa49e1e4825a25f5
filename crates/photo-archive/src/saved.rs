//! Makes written files last: flushed, under their final names, the folders flushed; then they may be recorded.

use std::collections::BTreeSet;

use rustix::io::Errno;

use crate::error::ArchiveError;
use crate::filing::{Filing, Purpose};
use crate::flush::{flush, flush_folders};
use crate::incoming::{Content, Place, Written};
use crate::inspect::kind::Kind;
use crate::key::Key;
use crate::layout::Stem;
use crate::part::Part;
use crate::root::{EntryKind, Placed, Root};
use crate::store::digest;

/// A media file that is on the disk for good, under its final name. Nothing else can make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    stem: Stem,
    key: Key,
    filing: Filing,
    content: Content,
}

/// Saves a batch. When it returns, a power cut takes nothing of it away.
///
/// When it fails, the files that have their final names already are found again by the next run; the others are gone.
pub(crate) fn save(root: &Root, batch: Vec<Written>) -> Result<Vec<Saved>, ArchiveError> {
    let files: Vec<_> = batch.iter().map(Written::file).collect();
    flush(root, &files)?;
    let saved = batch.into_iter().map(|written| settle(root, written)).collect::<Result<Vec<_>, _>>()?;
    let folders: BTreeSet<Key> = saved.iter().map(|saved| saved.key.parent()).collect();
    flush_folders(root, folders.iter())?;
    Ok(saved)
}

fn settle(root: &Root, written: Written) -> Result<Saved, ArchiveError> {
    let Written { stem, mut filing, content, place } = written;
    let key = match place {
        Place::Here(key, _) => key,
        Place::Arriving(part) => name_of_its_own(root, part, &stem, &mut filing, &content)?,
    };
    Ok(Saved { stem, key, filing, content })
}

/// The highest version that is tried before something else must be wrong.
const LAST_VERSION: u32 = 9999;

/// Gives a part its final name: what has that name already is never overwritten. The same bytes there are adopted,
/// other bytes keep their name and the new file takes the next version.
fn name_of_its_own(
    root: &Root,
    mut part: Part,
    stem: &Stem,
    filing: &mut Filing,
    content: &Content,
) -> Result<Key, ArchiveError> {
    loop {
        let key = stem.media(filing, content.kind.extension());
        if part.place(&key)? == Placed::Done || holds_the_same(root, &key, content)? {
            return Ok(key);
        }
        if filing.version >= LAST_VERSION {
            return Err(root.failure("rename to", &key, Errno::EXIST));
        }
        filing.version += 1;
    }
}

/// Says whether a file with these very bytes has the name; if so, it is flushed like a new one.
fn holds_the_same(root: &Root, key: &Key, content: &Content) -> Result<bool, ArchiveError> {
    let same_size = root.facts(key)?.is_some_and(|f| f.kind == EntryKind::File && f.len == content.bytes);
    let Some(file) = (if same_size { root.read_file(key)? } else { None }) else { return Ok(false) };
    let (_, sha256, _) = digest(&file, false).map_err(|error| root.failure("read", key, error))?;
    if sha256 != content.sha256 {
        return Ok(false);
    }
    flush(root, &[(key, &file)]).map(|()| true)
}

impl Saved {
    /// Returns the stem it lies under.
    #[must_use]
    pub fn stem(&self) -> &Stem {
        &self.stem
    }

    /// Returns its path in the archive, `/` between the parts.
    #[must_use]
    pub fn path(&self) -> &str {
        self.key.as_str()
    }

    /// Returns as what it is kept.
    #[must_use]
    pub fn purpose(&self) -> &Purpose {
        &self.filing.purpose
    }

    /// Returns its version, which is higher than was asked for when that name was taken by other bytes.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.filing.version
    }

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

    /// Returns the MD5 of its bytes, where the image host gave one to compare with.
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
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and prepares its own folder"
)]
mod tests;
