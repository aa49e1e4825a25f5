//! Reads recorded files again, several at a time, each held to its length and its checksum.

use std::io::Read;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};

use flickr_model::{Media, PhotoId, Promise};
use sha2::{Digest, Sha256};

use crate::error::ArchiveError;
use crate::inspect::body::Body;
use crate::inspect::kind::Kind;
use crate::key::Key;
use crate::paper;
use crate::proof;
use crate::root::{EntryKind, Root};
use crate::sidecar::Sidecar;

/// How many files wait to be read at most.
const WAITING: usize = 64;

/// How many bytes are read at once.
const BLOCK: usize = 1 << 20;

/// A recorded file to be looked at.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) key: Key,
    pub(crate) bytes: u64,
    pub(crate) sha256: [u8; 32],
    pub(crate) photo: Option<PhotoId>,
    /// A sidecar or another file of words rather than a media file.
    pub(crate) is_words: bool,
}

/// A file that was looked at.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) job: Job,
    pub(crate) looks: Looks,
}

/// How a recorded file looks.
#[derive(Debug)]
pub(crate) enum Looks {
    Good,
    /// Nothing has its name.
    Gone,
    /// It cannot be read, or is no file of this kind; in words.
    Bad(String),
    /// It was not read to its end, because nobody wants to know any more.
    Unread,
    /// Words with other bytes that read well.
    OtherWords,
    /// A media file with other bytes.
    Other(Other),
}

/// What a media file with other bytes looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Other {
    pub(crate) bytes: u64,
    /// The checksum of what is there; not known of a file that was not read.
    pub(crate) sha256: Option<[u8; 32]>,
    /// Seconds since 1970.
    pub(crate) modified: i64,
    /// Whether it is a whole picture of the kind that its name says, by its own structure.
    pub(crate) is_whole: bool,
}

/// How files are looked at.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    /// Sizes only.
    pub(crate) quick: bool,
    /// Says whether to go on; asked between blocks, from any thread.
    pub(crate) go_on: &'a (dyn Fn() -> bool + Sync),
}

/// Looks at every file that `give` hands out; `take` hears of each, in no order.
pub(crate) fn check(
    root: &Root,
    reading: Reading<'_>,
    give: impl FnOnce(&mut dyn FnMut(Job)) -> Result<(), ArchiveError>,
    mut take: impl FnMut(Checked),
) -> Result<(), ArchiveError> {
    let (jobs, waiting) = mpsc::sync_channel::<Job>(WAITING);
    let (done, results) = mpsc::channel();
    let waiting = Mutex::new(waiting);
    // Hashing keeps a core busy, so that more readers than cores read nothing sooner.
    let readers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..readers {
            let done = done.clone();
            scope.spawn(|| read_all(root, reading, &waiting, done));
        }
        drop(done);
        let given = give(&mut |job| {
            // It fails only when every reader is gone; then the results say so by their number.
            jobs.send(job).unwrap_or_default();
            results.try_iter().for_each(&mut take);
        });
        drop(jobs);
        results.iter().for_each(&mut take);
        given
    })
}

fn read_all(root: &Root, reading: Reading<'_>, waiting: &Mutex<Receiver<Job>>, done: Sender<Checked>) {
    let mut block = Vec::new();
    loop {
        let next = match waiting.lock() {
            Ok(waiting) => waiting.recv(),
            Err(_) => return,
        };
        let Ok(job) = next else { return };
        let looks =
            look(root, reading, &job, &mut block).unwrap_or_else(|error| Looks::Bad(error.to_string()));
        if done.send(Checked { job, looks }).is_err() {
            return;
        }
    }
}

/// Looks at one file.
fn look(root: &Root, reading: Reading<'_>, job: &Job, block: &mut Vec<u8>) -> Result<Looks, ArchiveError> {
    if !(reading.go_on)() {
        return Ok(Looks::Unread);
    }
    let Some(facts) = root.facts(&job.key)? else { return Ok(Looks::Gone) };
    match facts.kind {
        EntryKind::File => {}
        EntryKind::Folder => return Ok(Looks::Bad("a folder has its name".to_owned())),
        EntryKind::Other(words) => return Ok(Looks::Bad(format!("{words} has its name"))),
    }
    if job.is_words {
        return look_at_words(root, job);
    }
    let mut other = Other { bytes: facts.len, sha256: None, modified: facts.modified, is_whole: false };
    if reading.quick {
        return Ok(if facts.len == job.bytes { Looks::Good } else { Looks::Other(other) });
    }
    let Some(file) = root.read_file(&job.key)? else { return Ok(Looks::Gone) };
    let fail = |error| root.failure("read", &job.key, error);
    let Some((bytes, sha256)) = digest(&file, block, reading.go_on).map_err(fail)? else {
        return Ok(Looks::Unread);
    };
    if sha256 == job.sha256 {
        return Ok(Looks::Good);
    }
    (other.bytes, other.sha256) = (bytes, Some(sha256));
    other.is_whole = is_whole(&Body::new(&file, bytes), job.key.name()).map_err(fail)?;
    Ok(Looks::Other(other))
}

/// Reads a file to its end; `None` when nobody wants to know any more.
fn digest(
    mut file: &std::fs::File,
    block: &mut Vec<u8>,
    go_on: &(dyn Fn() -> bool + Sync),
) -> std::io::Result<Option<(u64, [u8; 32])>> {
    block.resize(BLOCK, 0);
    // A hint alone: not every system takes it.
    #[cfg(target_os = "linux")]
    rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::Sequential).unwrap_or_default();
    let (mut bytes, mut hasher) = (0, Sha256::new());
    loop {
        match file.read(block) {
            Ok(0) => return Ok(Some((bytes, hasher.finalize().into()))),
            Ok(read) => {
                bytes += read as u64;
                hasher.update(block.get(..read).unwrap_or_default());
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if !go_on() {
            return Ok(None);
        }
    }
}

/// Whether a body is a whole picture of the kind that its name says, by its structure alone.
fn is_whole(body: &Body<'_>, name: &str) -> std::io::Result<bool> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let kind = Kind::ALL.into_iter().find(|kind| kind.extension() == ending);
    let media = kind.map_or(Media::Photo, Kind::media);
    let judged = proof::judge(body, &Promise { media, ..Promise::default() }, None)?;
    Ok(judged.is_ok_and(|proven| Some(proven.kind) == kind && proven.kind != Kind::Other))
}

/// Words with other bytes that still read well may have been written just before the catalog could hear of them:
/// whether that is so, the caller knows.
fn look_at_words(root: &Root, job: &Job) -> Result<Looks, ArchiveError> {
    let Some(bytes) = root.read(&job.key, paper::LARGEST)? else { return Ok(Looks::Gone) };
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    if sha256 == job.sha256 {
        return Ok(Looks::Good);
    }
    let readable = if job.key.as_str().starts_with("photos/") {
        Sidecar::read(&bytes).map(drop)
    } else {
        paper::readable(&job.key, &bytes)
    };
    Ok(match readable {
        Ok(()) => Looks::OtherWords,
        Err(reason) => Looks::Bad(format!("it cannot be read: {reason}")),
    })
}
