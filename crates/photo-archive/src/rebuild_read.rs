//! Reads the sidecars of a folder for `rebuild`, on all cores, into the rows that the catalog gets of them.

use std::num::NonZero;

use flickr_model::Media;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::catalog_photos::{FileRow, PhotoRow, Presence};
use crate::error::ArchiveError;
use crate::fingerprint;
use crate::folder_names::Entry;
use crate::key::Key;
use crate::layout::Stem;
use crate::outline::Outline;
use crate::rebuild_papers::Told;
use crate::root::{EntryKind, Root};
use crate::shares::in_shares;
use crate::sidecar::{self, FileRecord, Sidecar};
use crate::state::{FileKind, State};
use crate::verify_lists::Lines;

/// How many sidecars are read before the catalog hears of them, and of how many bytes about.
const AT_A_TIME: usize = 512;
const BYTES_AT_A_TIME: u64 = 8 << 20;

/// Fewer for each thread are not worth one more.
const WORTH_A_THREAD: usize = 16;

/// A folder whose sidecars are read.
pub(crate) struct Reader<'a> {
    pub(crate) root: &'a Root,
    pub(crate) folder: &'a Key,
    /// What its lists of checksums are.
    pub(crate) lines: Lines,
    /// What stands in it, by name.
    pub(crate) entries: &'a [Entry],
}

/// A sidecar that is to be read.
pub(crate) struct Job<'a> {
    pub(crate) stem: Stem,
    entry: &'a Entry,
    /// The checksum that its list has for it.
    pub(crate) listed: Option<[u8; 32]>,
}

/// What the catalog gets to know of a photo from its sidecar and from the sizes beside it.
pub(crate) struct Known {
    pub(crate) photo: PhotoRow,
    pub(crate) files: Vec<FileRow>,
    pub(crate) told: Told,
    /// It is not what its list says, and no run was killed that could have written it.
    pub(crate) is_altered: bool,
    /// It is what its list says.
    pub(crate) is_vouched_for: bool,
}

/// The next few of a folder's sidecars.
pub(crate) fn some_of<'a>(sidecars: &mut impl Iterator<Item = Job<'a>>) -> Vec<Job<'a>> {
    let mut bytes = 0;
    let mut some = Vec::new();
    while some.len() < AT_A_TIME && bytes < BYTES_AT_A_TIME {
        let Some(job) = sidecars.next() else { break };
        bytes += job.entry.facts.len;
        some.push(job);
    }
    some
}

impl<'a> Reader<'a> {
    /// All sidecars of the folder, by name, as far as their names are such.
    pub(crate) fn sidecars(&self) -> impl Iterator<Item = Job<'a>> + use<'a> {
        let folder = self.folder;
        self.entries.iter().filter_map(move |entry| {
            let name: String = entry.name.strip_suffix(".json")?.nfc().collect();
            let stem = Stem::parse(&format!("{folder}/{name}")).ok()?;
            Some(Job { stem, entry, listed: None })
        })
    }

    /// Reads some; an inner error is about that one alone.
    pub(crate) fn read(&self, jobs: &[Job<'_>]) -> Vec<Result<Known, String>> {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let share = jobs.len().div_ceil(cores).max(WORTH_A_THREAD);
        in_shares(jobs, share, |job| self.read_one(job))
    }

    /// Reads a sidecar, with the checksum of its line where it was damaged since. Bytes for which the line vouches are
    /// read in outline only.
    fn read_one(&self, job: &Job<'_>) -> Result<Known, String> {
        let Job { stem, entry, listed } = job;
        let key = self.folder.join(&entry.name).map_err(|_| "its name is none of ours".to_owned())?;
        // Its folder was listed, so that the trouble is with this file: missing rights, a bad sector.
        let bytes = self.root.read(&key, sidecar::LARGEST).map_err(|error| with_cause(&error))?;
        let bytes = bytes.ok_or("it vanished while it was read")?;
        let sha256: [u8; 32] = Sha256::digest(&bytes).into();
        let mut other = None;
        if *listed != Some(sha256) {
            let sidecar = Sidecar::read(&bytes)?;
            other = listed.filter(|_| {
                let is_ours = sidecar.bytes().is_ok_and(|ours| ours == bytes);
                !self.lines.are_behind(entry.facts.modified, is_ours)
            });
        }
        let outline = Outline::read(&bytes)?;
        if !stem.names(outline.id) {
            return Err(format!("it describes photo {}, and its name says another", outline.id));
        }
        let known = self.known(stem, outline, (other.unwrap_or(sha256), bytes.len() as u64));
        Ok(Known { is_altered: other.is_some(), is_vouched_for: *listed == Some(sha256), ..known })
    }

    fn known(&self, stem: &Stem, outline: Outline, json: ([u8; 32], u64)) -> Known {
        let found = outline.files.iter().filter_map(|file| row(self.root, self.folder, file, self.entries));
        let files: Vec<FileRow> = found.collect();
        let told = Told::of(&outline);
        let photo = PhotoRow {
            id: outline.id,
            stem: stem.clone(),
            media: outline.media,
            state: state(&outline, &files),
            reason: reason(&outline, &files),
            uploaded: outline.dates.uploaded,
            facts: fingerprint::of(&outline.into_photo()),
            json: Some(json),
        };
        Known { photo, files, told, is_altered: false, is_vouched_for: false }
    }
}

/// An error about one file with the system's answer.
fn with_cause(error: &ArchiveError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// A file's row, with whether it was found; a path that leads out of the photo's folder is no file of it.
fn row(root: &Root, folder: &Key, file: &FileRecord, entries: &[Entry]) -> Option<FileRow> {
    let key = Key::parse(&file.path).ok().filter(|key| key.parent() == *folder)?;
    let found = entries.binary_search_by(|entry| entry.name.as_str().cmp(key.name()));
    let facts = match found.ok().and_then(|at| entries.get(at)) {
        Some(entry) => Some(entry.facts),
        // A disk that knows no case, or its own form of letters, lists another spelling and opens this one.
        None => root.facts(&key).ok().flatten(),
    };
    let presence = match facts {
        None => Presence::Gone,
        Some(facts) if facts.kind == EntryKind::File && facts.len == file.bytes => Presence::Here,
        Some(_) => Presence::Altered,
    };
    Some(FileRow::new(key.name(), file, presence))
}

/// The state by what is there: one that needs a file and has none is missing, so that it is fetched again.
fn state(outline: &Outline, files: &[FileRow]) -> State {
    let is_here = |file: &FileRow| file.presence == Presence::Here;
    let originals = files.iter().filter(|file| file.kind == FileKind::Original);
    let has_original = originals.max_by_key(|file| file.version).is_some_and(is_here);
    let has_lesser = files.iter().any(|file| file.kind == FileKind::NotOriginal && is_here(file));
    match outline.state {
        State::Kept if !has_original => State::Missing,
        State::NotOriginal if !has_original && !has_lesser => State::Missing,
        state => state,
    }
}

fn reason(outline: &Outline, files: &[FileRow]) -> Option<String> {
    let state = state(outline, files);
    if state == State::Missing && outline.state != State::Missing {
        let what = if outline.media == Media::Video { "video" } else { "photo" };
        return Some(format!("the file of this {what} is no longer in the archive"));
    }
    outline.missing.as_ref().filter(|_| state.wants_reason()).map(|lack| lack.reason.clone())
}
