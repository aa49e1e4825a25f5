//! Reads recorded files again, a few at a time, each held to its length and its checksum.

use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};

use sha2::{Digest, Sha256};

use crate::checksums;
use crate::error::ArchiveError;
use crate::key::Key;
use crate::paper;
use crate::root::{EntryKind, Root};
use crate::sidecar::Sidecar;
use crate::verify::Trouble;

/// How many files are read at once.
const READERS: usize = 3;

/// How many files wait to be read at most.
const WAITING: usize = 64;

/// A recorded file to be looked at.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) key: Key,
    pub(crate) bytes: u64,
    pub(crate) sha256: [u8; 32],
    /// A sidecar or another file of words rather than a media file.
    pub(crate) is_sidecar: bool,
}

/// A file that was looked at.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) key: Key,
    /// Bytes it has, or had by its record when it is not there.
    pub(crate) bytes: u64,
    pub(crate) trouble: Option<(Trouble, String)>,
}

/// Looks at every file that `give` hands out; `take` hears of each, in no order.
pub(crate) fn check(
    root: &Root,
    quick: bool,
    give: impl FnOnce(&mut dyn FnMut(Job)) -> Result<(), ArchiveError>,
    mut take: impl FnMut(Checked),
) -> Result<(), ArchiveError> {
    let (jobs, waiting) = mpsc::sync_channel::<Job>(WAITING);
    let (done, results) = mpsc::channel();
    let waiting = Mutex::new(waiting);
    std::thread::scope(|scope| {
        for _ in 0..READERS {
            let done = done.clone();
            scope.spawn(|| read_all(root, quick, &waiting, done));
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

fn read_all(root: &Root, quick: bool, waiting: &Mutex<Receiver<Job>>, done: Sender<Checked>) {
    loop {
        let next = match waiting.lock() {
            Ok(waiting) => waiting.recv(),
            Err(_) => return,
        };
        let Ok(job) = next else { return };
        let trouble = look(root, &job, quick);
        if done.send(Checked { key: job.key, bytes: job.bytes, trouble }).is_err() {
            return;
        }
    }
}

/// Says what is wrong with one file.
fn look(root: &Root, job: &Job, quick: bool) -> Option<(Trouble, String)> {
    let facts = match root.facts(&job.key) {
        Ok(Some(facts)) => facts,
        Ok(None) => return Some((Trouble::Missing, "it is not there".to_owned())),
        Err(error) => return Some((Trouble::Damaged, error.to_string())),
    };
    let stranger = match facts.kind {
        EntryKind::File => None,
        EntryKind::Folder => Some("a folder"),
        EntryKind::Other(words) => Some(words),
    };
    if let Some(words) = stranger {
        return Some((Trouble::Damaged, format!("{words} has its name")));
    }
    if job.is_sidecar {
        return look_at_sidecar(root, job);
    }
    if facts.len != job.bytes {
        return Some((Trouble::Damaged, format!("it has {} bytes instead of {}", facts.len, job.bytes)));
    }
    if quick {
        return None;
    }
    match checksums::on_disk(root, &job.key) {
        Ok(Some(sha256)) if sha256 == job.sha256 => None,
        Ok(Some(_)) => Some((Trouble::Damaged, "its bytes have another checksum".to_owned())),
        Ok(None) => Some((Trouble::Missing, "it is not there".to_owned())),
        Err(error) => Some((Trouble::Damaged, error.to_string())),
    }
}

/// A sidecar with other bytes that still reads well may have been written just before the catalog could hear of
/// it: whether that is so, the caller knows.
fn look_at_sidecar(root: &Root, job: &Job) -> Option<(Trouble, String)> {
    let bytes = match root.read(&job.key, paper::LARGEST) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Some((Trouble::Missing, "it is not there".to_owned())),
        Err(error) => return Some((Trouble::Damaged, error.to_string())),
    };
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    if sha256 == job.sha256 {
        return None;
    }
    let readable = if job.key.as_str().starts_with("photos/") {
        Sidecar::read(&bytes).map(drop)
    } else {
        paper::readable(&job.key, &bytes)
    };
    match readable {
        Ok(()) => Some((Trouble::Stale, "a run that has not ended wrote it last".to_owned())),
        Err(reason) => Some((Trouble::Damaged, format!("it cannot be read: {reason}"))),
    }
}
