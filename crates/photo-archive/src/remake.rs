//! Makes the sidecar again that took damage, from what is still to be believed: a pure decision.
//!
//! The files stand in the catalog. What the damaged sidecar says of the photo is believed when it comes to the
//! fingerprint that the catalog kept; else it is left out, for Flickr to tell again. What only the archive can know (the
//! history, since when the photo is gone, why it was accepted) is taken over wherever it can be read.

use flickr_model::{Dates, Media, PhotoId};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::fingerprint::{self, Fingerprint};
use crate::sidecar::{FileRecord, Lack, Open, Sidecar};
use crate::state::State;

/// What the catalog knows of a photo.
#[derive(Debug)]
pub(crate) struct Believed {
    pub(crate) id: PhotoId,
    pub(crate) media: Media,
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
    /// Flickr's date of the last change that was followed up.
    pub(crate) updated: Option<Timestamp>,
    pub(crate) facts: Fingerprint,
    pub(crate) files: Vec<FileRecord>,
    /// The path of the file that counts.
    pub(crate) current: Option<String>,
}

/// Returns the sidecar as far as it can be made without Flickr; `damaged` is what can still be read of the old one.
pub(crate) fn remake(believed: Believed, damaged: Option<Sidecar>, now: Timestamp) -> Sidecar {
    let Believed { id, media, state, reason, updated, facts, files, current } = believed;
    let damaged = damaged.filter(|damaged| damaged.id == id);
    let is_told = damaged.as_ref().is_some_and(|damaged| fingerprint::of(&damaged.photo()) == facts);
    let mut next = match damaged {
        // Nobody can tell again what Flickr no longer has.
        Some(damaged) if is_told || state == State::Gone => damaged,
        Some(damaged) => Sidecar {
            history: damaged.history,
            gone: damaged.gone,
            accepted: damaged.accepted,
            missing: damaged.missing,
            rest: damaged.rest,
            ..Sidecar::blank(id, media)
        },
        None => Sidecar::blank(id, media),
    };
    next.flickr.remove("listing");
    next.state = state;
    next.files = files.into_iter().map(|file| with_rest(file, &next.files)).collect();
    next.current = current;
    next.dates.value.updated = updated.or(next.dates.value.updated);
    next.missing = state.wants_reason().then(|| next.missing.take().unwrap_or_else(|| lack(reason, now)));
    match state {
        State::Gone => drop(next.gone.get_or_insert_with(|| json!({"missed": now, "confirmed": now}))),
        _ => next.gone = None,
    }
    if state == State::Accepted && next.accepted.is_none() {
        next.accepted = Some(json!({"when": now, "reason": ""}));
    }
    next
}

fn lack(reason: Option<String>, now: Timestamp) -> Open<Lack> {
    Open::new(Lack { reason: reason.unwrap_or_else(|| "not known".to_owned()), since: now })
}

/// What a newer program added to a file's record stays with it.
fn with_rest(file: FileRecord, old: &[FileRecord]) -> FileRecord {
    let rest = old.iter().find(|old| old.path == file.path).map(|old| old.rest.clone());
    FileRecord { rest: rest.unwrap_or_default(), ..file }
}

/// Whether a sidecar holds nothing that Flickr told: what is told now is no change of it.
pub(crate) fn is_untold(sidecar: &Sidecar) -> bool {
    let tells_nothing = |answer: Option<&Value>| answer.is_none();
    tells_nothing(sidecar.flickr.get("listing"))
        && sidecar.title.is_empty()
        && sidecar.description.is_empty()
        && sidecar.tags.is_empty()
        && Dates { updated: None, ..sidecar.dates.value.clone() } == Dates::default()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-23T03:00:12Z".parse().unwrap()
    }

    fn told() -> Sidecar {
        let mut sidecar = Sidecar::blank("7".parse().unwrap(), Media::Photo);
        sidecar.title = "Sea".to_owned();
        sidecar.state = State::Kept;
        sidecar.flickr.insert("listing".to_owned(), json!({"title": "Sea"}));
        sidecar.rest.insert("mood".to_owned(), json!("blue"));
        sidecar
    }

    fn believed(state: State) -> Believed {
        let facts = fingerprint::of(&told().photo());
        let id = "7".parse().unwrap();
        let updated = Some(now());
        Believed {
            id,
            media: Media::Photo,
            state,
            reason: None,
            updated,
            facts,
            files: Vec::new(),
            current: None,
        }
    }

    #[test]
    fn words_that_have_their_fingerprint_are_taken_over_and_others_wait_for_flickr() {
        let mut flipped = told();
        flipped.title = "Tea".to_owned();

        let (same, other) = (
            remake(believed(State::Kept), Some(told()), now()),
            remake(believed(State::Kept), Some(flipped.clone()), now()),
        );

        assert_eq!((same.title.as_str(), other.title.as_str()), ("Sea", ""));
        assert!(is_untold(&other) && !is_untold(&same));
        assert_eq!((&same.rest["mood"], &other.rest["mood"]), (&json!("blue"), &json!("blue")));
        assert_eq!(
            remake(believed(State::Gone), Some(flipped), now()).title,
            "Tea",
            "nobody can tell it again"
        );
    }

    #[test]
    fn without_any_words_the_state_is_still_told() {
        let gone = remake(believed(State::Gone), None, now());
        let missing = remake(believed(State::Missing), None, now());

        assert!(gone.gone.is_some());
        assert_eq!(
            (missing.state, missing.missing.unwrap().value.reason.as_str()),
            (State::Missing, "not known")
        );
    }
}
