//! Stage 2 over one page: looks each photo up, decides, and prepares what the record stage writes down.

use flickr_client::{Listed, Sources, now};
use flickr_model::{Canvas, Media, PhotoId, When};
use jiff::Timestamp;
use photo_archive::{Archive, Entry, FileKind, Kept, KeptFile, State, Want, WantChange};
use serde::{Deserialize, Serialize};

use crate::SyncError;
use crate::details::{self, Counters, Depth, Questions};
use crate::lanes;
use crate::options::{Only, Options};
use crate::plan::{Action, Held, Offer, SecretChange, Seen, decide};

/// One photo of a page with its decision, ready to be written down.
pub(crate) struct Planned {
    pub(crate) action: Action,
    /// Whether details are asked for.
    pub(crate) asks: bool,
    pub(crate) is_new: bool,
    /// Whether the person wanted it removed from the archive.
    pub(crate) is_dropped: bool,
    /// What to write down of it; `None` when nothing changed, and in a dry run.
    pub(crate) entry: Option<Entry>,
}

/// What is wanted of a photo's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Bytes {
    /// They have to come.
    Fetch,
    /// Only whether the kept original is still the one on Flickr.
    Check,
    /// Nothing: they are as they should be.
    AsTheyAre,
}

/// What a wanted photo carries in the catalog until it is fetched.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) sources: Sources,
    /// Flickr's date of the last change, recorded once the photo is settled.
    pub(crate) updated: Option<String>,
    /// Whether bytes are wanted; else only details are.
    pub(crate) bytes: Bytes,
    /// What is to be asked about it beside its bytes.
    pub(crate) questions: Questions,
    /// What the listing counted, to be remembered with the answers.
    pub(crate) counted: Counters,
    /// The shape of the picture, on which boxes are counted.
    pub(crate) canvas: Option<Canvas>,
    /// The date taken, or what is nearest to it, as seconds since 1970: the modification time of its files.
    pub(crate) taken: Option<i64>,
}

impl Note {
    /// Flickr's date of the last change when the photo was listed.
    pub(crate) fn updated(&self) -> Option<Timestamp> {
        self.updated.as_deref().and_then(|text| text.parse().ok())
    }

    #[cfg(test)]
    #[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    pub(crate) fn of_nothing() -> Self {
        Self {
            sources: serde_json::from_str(r#"{"id":"7","media":"photo"}"#).unwrap(),
            updated: Some("2024-05-01T00:00:00Z".to_owned()),
            bytes: Bytes::Fetch,
            questions: Questions { info: true, ..Questions::default() },
            counted: Counters { updated: None, comments: None, favorites: None },
            canvas: None,
            taken: None,
        }
    }
}

/// Looks up each photo of a page in the catalog and decides. `sequence` counts the photos of this walk.
pub(crate) fn page(
    archive: &Archive,
    photos: Vec<Listed>,
    sequence: &mut u32,
    options: &Options,
) -> Result<Vec<Planned>, SyncError> {
    let ids: Vec<PhotoId> = photos.iter().map(|listed| listed.photo.id).collect();
    let known = archive.known(&ids)?;
    photos
        .into_iter()
        .map(|listed| {
            *sequence = sequence.saturating_add(1);
            let is_known = known.contains(&listed.photo.id);
            planned(archive, listed, is_known, *sequence, options)
        })
        .collect()
}

/// Decides over one photo. One that the archive does not know is not looked up again: in a first listing, none is.
fn planned(
    archive: &Archive,
    listed: Listed,
    is_known: bool,
    sequence: u32,
    options: &Options,
) -> Result<Planned, SyncError> {
    let id = listed.photo.id;
    let kept = if is_known { archive.kept(id)? } else { None };
    if is_known && kept.is_none() && archive.is_dropped(id)? {
        return Ok(Planned {
            action: Action::Nothing,
            asks: false,
            is_new: false,
            is_dropped: true,
            entry: None,
        });
    }
    let held = match &kept {
        Some(kept) => Some(Held {
            state: kept.state,
            has_original: kept.has_original,
            is_other_media: is_other_media(archive, &listed, kept)?,
        }),
        None => None,
    };
    let seen = see(archive, &listed, kept.as_ref());
    let due = decide(seen, held, options.effort);
    let action = if options.does(Only::Photos) { due } else { words_alone(due, seen) };
    let counted = Counters {
        updated: listed.photo.dates.updated,
        comments: listed.photo.counts.comments,
        favorites: listed.photo.counts.favorites,
    };
    let wishes = options.wishes();
    let asked = if wishes.depth == Depth::Listing || !is_known { None } else { archive.detail_state(id)? };
    let questions = details::questions(wishes, counted, asked, is_news(seen, kept.as_ref()), now());
    let leaves_bytes = action != due;
    let decision = Decision { action, leaves_bytes, questions, counted, seen };
    let entry = if options.dry_run { None } else { entry(decision, kept.as_ref(), listed, sequence)? };
    let asks = !questions.are_none();
    Ok(Planned { action, asks, is_new: held.is_none(), is_dropped: false, entry })
}

/// Everything that was decided about one photo, and what it was decided from.
#[derive(Clone, Copy)]
struct Decision {
    action: Action,
    /// Whether bytes are due that this run leaves alone: then Flickr's date of the change stays open.
    leaves_bytes: bool,
    questions: Questions,
    counted: Counters,
    seen: Seen,
}

/// Whether the listing tells other facts than it did before. After the catalog was made again nobody knows what it told.
fn is_news(seen: Seen, kept: Option<&Kept>) -> bool {
    seen.facts_changed && kept.is_some_and(|kept| kept.secret.is_known())
}

/// Whether the original that is kept is a still, and Flickr lists a video, or the other way round. Looked up only where
/// a video is spoken of: those are few.
fn is_other_media(archive: &Archive, listed: &Listed, kept: &Kept) -> Result<bool, SyncError> {
    let media = listed.photo.media;
    if !kept.has_original || (media == Media::Photo && kept.media == Media::Photo) {
        return Ok(false);
    }
    let files = archive.files(listed.photo.id)?;
    let newest = files.iter().filter(|file| file.kind == FileKind::Original).max_by_key(|file| file.version);
    Ok(newest.and_then(KeptFile::media).is_some_and(|kept| kept != media))
}

/// What is left to do for a photo whose bytes are not this run's work.
fn words_alone(due: Action, seen: Seen) -> Action {
    match due {
        Action::Fetch | Action::Check if seen.facts_changed => Action::Facts,
        Action::Fetch | Action::Check => Action::Nothing,
        words => words,
    }
}

fn see(archive: &Archive, listed: &Listed, kept: Option<&Kept>) -> Seen {
    let sources = &listed.sources;
    let offer = match (listed.photo.media, &sources.original, &sources.largest) {
        (Media::Video, _, _) => Offer::Video,
        (Media::Photo, Some(_), _) => Offer::Original,
        (Media::Photo, None, Some(_)) => Offer::Lesser,
        (Media::Photo, None, None) => Offer::Nothing,
    };
    let secret = kept.map_or(SecretChange::Unknown, |kept| {
        let mark = archive.secret_mark(sources.original_secret());
        match (mark.is_known() && kept.secret.is_known(), mark == kept.secret) {
            (false, _) => SecretChange::Unknown,
            (true, true) => SecretChange::Same,
            (true, false) => SecretChange::Other,
        }
    });
    Seen {
        offer,
        touched: kept.is_none_or(|kept| kept.updated != listed.photo.dates.updated),
        facts_changed: kept.is_none_or(|kept| kept.facts != Archive::fingerprint(&listed.photo)),
        secret,
    }
}

/// Builds the entry of one decision; `None` when there is nothing to write down.
fn entry(
    decision: Decision,
    kept: Option<&Kept>,
    listed: Listed,
    sequence: u32,
) -> Result<Option<Entry>, SyncError> {
    let Decision { action, leaves_bytes, questions, seen, .. } = decision;
    let back = kept.is_some_and(|kept| kept.state == State::Gone);
    let wants_nothing = matches!(action, Action::Nothing | Action::Facts) && questions.are_none();
    if action == Action::Nothing && wants_nothing && !seen.touched && !back {
        return Ok(None);
    }
    let mut entry = Entry::new(listed.photo.id);
    entry.state = back.then_some(state_of_a_returned(kept));
    if wants_nothing {
        entry.updated = listed.photo.dates.updated.filter(|_| !leaves_bytes);
    } else {
        let note = note(decision, &listed);
        let order = lanes::place(note.bytes, listed.photo.dates.uploaded, sequence);
        let note = serde_json::to_string(&note).map_err(SyncError::Note)?;
        entry.want = WantChange::Set(Want { order, note });
    }
    if kept.is_none() {
        entry.state = Some(State::Missing);
        entry.reason = Some(NOT_YET.to_owned());
    }
    if seen.facts_changed {
        entry.photo = Some(listed.photo);
        entry.listing = Some(listed.raw.into_text());
    }
    Ok(Some(entry))
}

fn note(decision: Decision, listed: &Listed) -> Note {
    let bytes = match decision.action {
        Action::Fetch => Bytes::Fetch,
        Action::Check => Bytes::Check,
        Action::Facts | Action::Nothing => Bytes::AsTheyAre,
    };
    Note {
        sources: listed.sources.clone(),
        updated: listed.photo.dates.updated.filter(|_| !decision.leaves_bytes).map(|at| at.to_string()),
        bytes,
        questions: decision.questions,
        counted: decision.counted,
        canvas: listed.canvas,
        taken: listed.photo.dates.best().and_then(When::earliest),
    }
}

/// The reason that stands beside a photo between its listing and its download.
pub(crate) const NOT_YET: &str = "not fetched yet";

fn state_of_a_returned(kept: Option<&Kept>) -> State {
    match kept {
        Some(kept) if kept.has_original => State::Kept,
        Some(kept) if kept.has_file => State::NotOriginal,
        _ => State::Missing,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_wanted_photo_carries_its_date_also_when_nothing_is_written_on_it_anew() {
        let photo = r#"{"id":"7","media":"photo","dates":{"taken":{"text":"2011-07-04 15:30:12","precision":"second"}}}"#;
        let sources = r#"{"id":"7","media":"photo"}"#;
        let listed = Listed {
            photo: serde_json::from_str(photo).unwrap(),
            sources: serde_json::from_str(sources).unwrap(),
            canvas: None,
            raw: flickr_client::Record::default(),
        };

        let decision = Decision {
            action: Action::Check,
            leaves_bytes: false,
            questions: Questions::default(),
            counted: Counters { updated: None, comments: None, favorites: None },
            seen: Seen {
                offer: Offer::Original,
                touched: false,
                facts_changed: false,
                secret: SecretChange::Same,
            },
        };

        let entry = entry(decision, None, listed, 1).unwrap().unwrap();

        let WantChange::Set(want) = entry.want else { unreachable!("a check is put into the queue") };
        let note: Note = serde_json::from_str(&want.note).unwrap();
        assert!(entry.photo.is_none());
        assert_eq!(note.taken, Some(1_309_793_412));
    }
}
