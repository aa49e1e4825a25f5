//! Stage 5, record: what was decided and what was fetched goes into sidecars and catalog, in batches.
//!
//! Record last: the files of a batch are saved (synced, renamed, their folders synced) before any sidecar or
//! catalog row speaks of them.

use flickr_client::now;
use flickr_model::PhotoId;
use photo_archive::{Archive, Entry, FileKind, Recorded, State, WantChange, Written};

use crate::fetch::{Fetched, Got, chain};
use crate::lanes::Lanes;
use crate::planned::Planned;
use crate::still::Still;
use crate::wanted::Job;
use crate::{Outcome, SyncError};

/// What recording a page of the listing came to.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    /// Photos whose sidecar was renewed although they were known before.
    pub(crate) updated: u64,
    /// Sidecars written, new ones included.
    pub(crate) sidecars: u64,
    /// Photos that could not be written down, and why.
    pub(crate) troubles: Vec<(PhotoId, String)>,
}

/// So many photos of a page are written down at once: their sidecars are in memory together, and each time costs a few
/// turns of the disk.
const AT_ONCE: usize = 125;

/// Writes down one page of the listing: sidecars of new and changed photos, and what is to be fetched.
pub(crate) fn listed(archive: &mut Archive, page: Vec<Planned>) -> Result<Listed, SyncError> {
    let known: Vec<PhotoId> = page
        .iter()
        .filter(|planned| !planned.is_new)
        .filter_map(|planned| Some(planned.entry.as_ref()?.id))
        .collect();
    let mut entries = page.into_iter().filter_map(|planned| planned.entry);
    let mut sum = Listed::default();
    loop {
        let some: Vec<Entry> = entries.by_ref().take(AT_ONCE).collect();
        if some.is_empty() {
            return Ok(sum);
        }
        for photo in archive.record(some, now())? {
            sum.sidecars += u64::from(photo.sidecar_written);
            sum.updated += u64::from(photo.sidecar_written && known.contains(&photo.id));
            sum.troubles.extend(trouble(&photo).map(|trouble| (photo.id, trouble)));
        }
    }
}

/// What recording a batch of fetched photos came to.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    pub(crate) outcomes: Vec<(PhotoId, Outcome)>,
    /// Photos whose details could not be read, and why.
    pub(crate) unread: Vec<(PhotoId, String)>,
    /// Stills of videos that could not be had, and why.
    pub(crate) stills: Vec<(PhotoId, String)>,
    /// Photos that moved over to the lane of details.
    pub(crate) owed: Vec<PhotoId>,
    /// Sidecars that have other bytes now.
    pub(crate) sidecars: u64,
    /// Photos that another run has to take up again: their bytes failed, or questions stayed open.
    pub(crate) unsettled: u64,
}

/// Saves and writes down one batch of fetched photos; each comes out in exactly one state.
///
/// Those whose details were left for later move over to the lane of details.
pub(crate) fn fetched(
    archive: &mut Archive,
    lanes: &Lanes,
    batch: Vec<Fetched>,
) -> Result<Settled, SyncError> {
    let mut entries = Vec::with_capacity(batch.len());
    let mut written = Vec::new();
    let mut settled = Settled::default();
    for Fetched { job, got, still, learned } in batch {
        let mut entry = Entry::new(job.id);
        let had_original = job.next_version > 1;
        let outcome = match got {
            Got::Original(file) if job.originals().any(|kept| kept.sha256 == file.sha256()) => {
                settle(&mut entry, archive, &job, State::Kept);
                Outcome::Same
            }
            Got::Original(file) => {
                let bytes = file.bytes();
                settle(&mut entry, archive, &job, State::Kept);
                written.push((job.id, file));
                if had_original { Outcome::Replaced(bytes) } else { Outcome::New(bytes) }
            }
            Got::Lesser(file, why) => {
                let bytes = file.bytes();
                settle(&mut entry, archive, &job, State::NotOriginal);
                entry.reason = Some(why.clone());
                if keeps_lesser(&job, &file) {
                    Outcome::Same
                } else {
                    written.push((job.id, file));
                    Outcome::NotOriginal(bytes, why)
                }
            }
            Got::AlreadyHere => {
                settle(&mut entry, archive, &job, State::Kept);
                Outcome::Same
            }
            Got::Nothing(why) if had_original => {
                settle(&mut entry, archive, &job, State::Kept);
                entry.reason = None;
                Outcome::Failed(why)
            }
            Got::Nothing(why) => {
                settle(&mut entry, archive, &job, State::Unavailable);
                entry.reason = Some(why.clone());
                Outcome::Unavailable(why)
            }
            Got::Failed(why) => failed(&mut entry, &job, why),
            Got::Silence(error) => failed(&mut entry, &job, chain(&error)),
            Got::NotWanted => {
                entry.want = WantChange::Done;
                entry.updated = job.note.updated();
                Outcome::Details
            }
            Got::Interrupted => Outcome::Interrupted,
        };
        match still {
            Still::Here(file) => written.push((job.id, file)),
            Still::NotHad(why) => settled.stills.push((job.id, why)),
            Still::NotWanted => {}
        }
        let failed = matches!(outcome, Outcome::Failed(_));
        settled.unsettled += u64::from(failed || outcome == Outcome::Interrupted);
        match learned {
            Some(learned) if !job.note.questions.are_none() => {
                archive.put_people(&learned.people)?;
                settled.unsettled += u64::from(!failed && learned.details.state.is_none());
                settled.unread.extend(learned.unread.map(|why| (job.id, why)));
                entry.details = Some(learned.details);
            }
            None if outcome != Outcome::Interrupted => {
                entry.want = lanes.move_over(job.note, failed)?;
                settled.owed.push(job.id);
            }
            _ => {}
        }
        settled.outcomes.push((job.id, outcome));
        entries.push(entry);
    }
    save(archive, written, &mut entries)?;
    for recorded in archive.record(entries, now())? {
        settled.sidecars += u64::from(recorded.sidecar_written);
        if let (Some(trouble), Some((_, outcome))) =
            (trouble(&recorded), settled.outcomes.iter_mut().find(|(id, _)| *id == recorded.id))
        {
            *outcome = Outcome::Failed(trouble);
            settled.unsettled += 1;
        }
    }
    Ok(settled)
}

/// Why a photo is not written down as it should be.
fn trouble(photo: &Recorded) -> Option<String> {
    let lost = || "its JSON file vanished while this run went on; the next run writes it anew".to_owned();
    photo.trouble.clone().or_else(|| photo.is_lost.then(lost))
}

/// A photo of which nothing is here stays missing, with the newest reason; others stay what they are.
fn failed(entry: &mut Entry, job: &Job, why: String) -> Outcome {
    if job.kept_files.is_empty() {
        entry.state = Some(State::Missing);
        entry.reason = Some(why.clone());
    }
    Outcome::Failed(why)
}

/// The photo needs nothing more from the image host under the secret and the date it was listed with.
fn settle(entry: &mut Entry, archive: &Archive, job: &Job, state: State) {
    entry.state = Some(state);
    entry.want = WantChange::Done;
    entry.updated = job.note.updated();
    if state == State::Kept {
        entry.secret = Some(archive.secret_mark(job.note.sources.original_secret()));
    }
}

/// Whether the best that Flickr gives is here already. A poster is something else, also when it has the same bytes.
fn keeps_lesser(job: &Job, file: &Written) -> bool {
    let mut pictures = job.kept_files.iter().filter(|kept| kept.kind != FileKind::Poster);
    pictures.any(|kept| kept.sha256 == file.sha256())
}

/// Makes the batch durable and hands each photo's entry its saved file.
fn save(
    archive: &mut Archive,
    written: Vec<(PhotoId, Written)>,
    entries: &mut [Entry],
) -> Result<(), SyncError> {
    let (ids, mut files): (Vec<PhotoId>, Vec<Written>) = written.into_iter().unzip();
    for (id, file) in ids.iter().zip(&mut files) {
        archive.settle_version(*id, file, now())?;
    }
    for (id, saved) in ids.into_iter().zip(archive.save(files)?) {
        if let Some(entry) = entries.iter_mut().find(|entry| entry.id == id) {
            entry.saved.push(saved);
        }
    }
    Ok(())
}
