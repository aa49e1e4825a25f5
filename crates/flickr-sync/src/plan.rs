//! Stage 2, plan: decides what one listed photo needs, from what the archive holds of it.
//!
//! [`decide`] is a pure function over two small values; [`page`] only gathers those values, one catalog
//! look-up a photo, and turns each decision into the entry that the record stage writes down.

use flickr_client::{Listed, Sources};
use flickr_model::{Media, When};
use photo_archive::{Archive, Entry, Kept, State, Want, WantChange};
use serde::{Deserialize, Serialize};

use crate::SyncError;

/// What one listed photo needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Everything is kept and nothing changed.
    Nothing,
    /// What is written on it changed; its bytes are kept already.
    Facts,
    /// Its bytes have to come: it is new, failed before, or a better version may be had by now.
    Fetch,
    /// Its original is kept, but Flickr may hold other bytes by now: ask before fetching.
    Check,
}

/// What the listing says about one photo, as far as the decision needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// What it offers to fetch.
    pub offer: Offer,
    /// Whether Flickr's date of the last change differs from the one that is kept.
    pub touched: bool,
    /// Whether title, tags, place and the like differ from what is kept.
    pub facts_changed: bool,
    /// How the original's secret compares with the one that its kept bytes came under.
    pub secret: SecretChange,
}

/// What the listing offers to fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// The original's address.
    Original,
    /// Only a rendered size: a free account, or no right to download.
    Lesser,
    /// A video: only a further call tells.
    Video,
    /// No address at all.
    Nothing,
}

/// How the secret of the original compares with the one that the kept bytes came under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretChange {
    /// The same: the same bytes.
    Same,
    /// Another one: replaced, rotated, or only its privacy changed.
    Other,
    /// Not known, for instance after `rebuild`.
    Unknown,
}

/// What the archive holds of it, as far as the decision needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The state it is in.
    pub state: State,
    /// Whether an original is among its files.
    pub has_original: bool,
}

/// How hard a run tries to better what could not be had before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Effort {
    /// Only where what Flickr says has changed.
    #[default]
    Usual,
    /// Everything that is not the original is asked for again.
    Everything,
}

/// Decides what one listed photo needs; `held` is `None` for one that the archive has never met.
#[must_use]
pub fn decide(seen: Seen, held: Option<Held>, effort: Effort) -> Action {
    let Some(held) = held else { return Action::Fetch };
    let otherwise =
        if seen.facts_changed || held.state == State::Gone { Action::Facts } else { Action::Nothing };
    if held.state == State::Accepted {
        return otherwise;
    }
    // A file that is here and counts as missing was not looked at to the end: comparing it settles that.
    if held.has_original && held.state != State::Missing {
        let suspect = match seen.secret {
            SecretChange::Same => false,
            SecretChange::Other | SecretChange::Unknown => seen.touched,
        };
        // Rights that were lost later (no address any more) never touch a kept original.
        let can_ask = matches!(seen.offer, Offer::Original | Offer::Video);
        return if suspect && can_ask { Action::Check } else { otherwise };
    }
    let worth_fetching = match held.state {
        State::NotOriginal | State::Unavailable if effort == Effort::Everything => true,
        State::NotOriginal => seen.touched || seen.offer == Offer::Original,
        State::Unavailable => seen.touched || matches!(seen.offer, Offer::Original | Offer::Lesser),
        State::Kept | State::Missing | State::Gone | State::Accepted => true,
    };
    if worth_fetching { Action::Fetch } else { otherwise }
}

/// One photo of a page with its decision, ready to be written down.
pub(crate) struct Planned {
    pub(crate) action: Action,
    pub(crate) is_new: bool,
    /// What to write down of it; `None` when nothing changed.
    pub(crate) entry: Option<Entry>,
}

/// What a wanted photo carries in the catalog until it is fetched.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) sources: Sources,
    /// Only check whether the kept original is still the one on Flickr.
    pub(crate) check: bool,
    /// Flickr's date of the last change, recorded once the photo is settled.
    pub(crate) updated: Option<String>,
    /// The date taken, or what is nearest to it, as seconds since 1970: the modification time of its files.
    pub(crate) taken: Option<i64>,
}

/// Looks up each photo of a page in the catalog and decides. `sequence` counts the photos of this walk.
pub(crate) fn page(
    archive: &Archive,
    photos: Vec<Listed>,
    sequence: &mut u32,
    effort: Effort,
) -> Result<Vec<Planned>, SyncError> {
    photos
        .into_iter()
        .map(|listed| {
            *sequence = sequence.saturating_add(1);
            planned(archive, listed, *sequence, effort)
        })
        .collect()
}

fn planned(archive: &Archive, listed: Listed, sequence: u32, effort: Effort) -> Result<Planned, SyncError> {
    let id = listed.photo.id;
    let kept = archive.kept(id)?;
    let held = kept.as_ref().map(|kept| Held { state: kept.state, has_original: kept.has_original });
    let seen = see(archive, &listed, kept.as_ref());
    let action = decide(seen, held, effort);
    let entry = entry(action, seen, kept.as_ref(), listed, sequence)?;
    Ok(Planned { action, is_new: held.is_none(), entry })
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
    action: Action,
    seen: Seen,
    kept: Option<&Kept>,
    listed: Listed,
    sequence: u32,
) -> Result<Option<Entry>, SyncError> {
    let id = listed.photo.id;
    let updated = listed.photo.dates.updated;
    let back = kept.is_some_and(|kept| kept.state == State::Gone);
    if action == Action::Nothing && !seen.touched && !back {
        return Ok(None);
    }
    let mut entry = Entry::new(id);
    match action {
        Action::Nothing => entry.updated = updated,
        Action::Facts => {
            entry.updated = updated;
            entry.state = back.then_some(state_of_a_returned(kept));
        }
        Action::Fetch | Action::Check => {
            let order = order(&listed, sequence);
            let note = Note {
                sources: listed.sources,
                check: action == Action::Check,
                updated: updated.map(|at| at.to_string()),
                taken: listed.photo.dates.best().and_then(When::earliest),
            };
            entry.want =
                WantChange::Set(Want { order, note: serde_json::to_string(&note).map_err(SyncError::Note)? });
        }
    }
    if kept.is_none() {
        entry.state = Some(State::Missing);
        entry.reason = Some(NOT_YET.to_owned());
    }
    if seen.facts_changed {
        entry.photo = Some(listed.photo);
        entry.listing = Some(listed.raw);
    }
    Ok(Some(entry))
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

/// Newest upload first, ties in the order of the walk; unique within one walk.
fn order(listed: &Listed, sequence: u32) -> u64 {
    const LATEST: i64 = 0x7fff_ffff;
    let uploaded = listed.photo.dates.uploaded.map_or(0, |at| at.as_second()).clamp(0, LATEST);
    (u64::try_from(LATEST - uploaded).unwrap_or(0) << 32) | u64::from(sequence)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    const QUIET: Seen =
        Seen { offer: Offer::Original, touched: false, facts_changed: false, secret: SecretChange::Same };

    fn kept(state: State) -> Option<Held> {
        Some(Held { state, has_original: state == State::Kept })
    }

    #[test]
    fn a_photo_that_was_never_met_is_fetched() {
        assert_eq!(decide(QUIET, None, Effort::Usual), Action::Fetch);
    }

    #[test]
    fn a_kept_photo_without_change_needs_nothing() {
        assert_eq!(decide(QUIET, kept(State::Kept), Effort::Usual), Action::Nothing);
    }

    #[test]
    fn a_photo_with_a_new_title_is_not_downloaded_again() {
        let seen = Seen { touched: true, facts_changed: true, ..QUIET };

        assert_eq!(decide(seen, kept(State::Kept), Effort::Usual), Action::Facts);
    }

    #[test]
    fn a_new_secret_is_checked_only_when_flickr_says_that_something_changed() {
        let other = Seen { secret: SecretChange::Other, ..QUIET };

        assert_eq!(decide(other, kept(State::Kept), Effort::Usual), Action::Nothing);
        assert_eq!(decide(Seen { touched: true, ..other }, kept(State::Kept), Effort::Usual), Action::Check);
    }

    #[test]
    fn after_a_rebuild_nothing_is_checked_that_flickr_did_not_touch() {
        let unknown = Seen { secret: SecretChange::Unknown, ..QUIET };

        assert_eq!(decide(unknown, kept(State::Kept), Effort::Usual), Action::Nothing);
        assert_eq!(
            decide(Seen { touched: true, ..unknown }, kept(State::Kept), Effort::Usual),
            Action::Check
        );
    }

    #[test]
    fn rights_that_were_lost_later_never_touch_a_kept_original() {
        let seen = Seen { offer: Offer::Lesser, touched: true, secret: SecretChange::Unknown, ..QUIET };

        assert_eq!(decide(seen, kept(State::Kept), Effort::Usual), Action::Nothing);
    }

    #[test]
    fn a_photo_that_failed_is_tried_again_in_each_run() {
        assert_eq!(decide(QUIET, kept(State::Missing), Effort::Usual), Action::Fetch);
    }

    #[test]
    fn a_photo_that_counts_as_missing_never_stays_so_for_its_file_alone() {
        let held = Held { state: State::Missing, has_original: true };

        assert_eq!(decide(QUIET, Some(held), Effort::Usual), Action::Fetch);
    }

    #[test]
    fn a_lesser_size_is_tried_again_only_when_flickr_offers_more_or_touched_it() {
        let lesser = Seen { offer: Offer::Lesser, ..QUIET };
        let video = Seen { offer: Offer::Video, ..QUIET };

        assert_eq!(decide(lesser, kept(State::NotOriginal), Effort::Usual), Action::Nothing);
        assert_eq!(decide(video, kept(State::NotOriginal), Effort::Usual), Action::Nothing);
        assert_eq!(decide(QUIET, kept(State::NotOriginal), Effort::Usual), Action::Fetch);
        assert_eq!(
            decide(Seen { touched: true, ..video }, kept(State::NotOriginal), Effort::Usual),
            Action::Fetch
        );
    }

    #[test]
    fn what_cannot_be_had_is_not_asked_for_every_night() {
        let video = Seen { offer: Offer::Video, ..QUIET };

        assert_eq!(decide(video, kept(State::Unavailable), Effort::Usual), Action::Nothing);
        assert_eq!(
            decide(Seen { touched: true, ..video }, kept(State::Unavailable), Effort::Usual),
            Action::Fetch
        );
    }

    #[test]
    fn the_greater_effort_asks_again_for_what_could_not_be_had() {
        let video = Seen { offer: Offer::Video, ..QUIET };

        for state in [State::NotOriginal, State::Unavailable] {
            assert_eq!(decide(video, kept(state), Effort::Everything), Action::Fetch);
        }
        assert_eq!(decide(video, kept(State::Kept), Effort::Everything), Action::Nothing);
    }

    #[test]
    fn what_the_person_accepted_as_lost_is_left_alone() {
        assert_eq!(
            decide(Seen { touched: true, ..QUIET }, kept(State::Accepted), Effort::Usual),
            Action::Nothing
        );
    }

    #[test]
    fn a_wanted_photo_carries_its_date_also_when_nothing_is_written_on_it_anew() {
        let photo = r#"{"id":"7","media":"photo","dates":{"taken":{"text":"2011-07-04 15:30:12","precision":"second"}}}"#;
        let sources = r#"{"id":"7","media":"photo"}"#;
        let listed = Listed {
            photo: serde_json::from_str(photo).unwrap(),
            sources: serde_json::from_str(sources).unwrap(),
            raw: serde_json::Map::new(),
        };

        let entry = entry(Action::Check, QUIET, None, listed, 1).unwrap().unwrap();

        let WantChange::Set(want) = entry.want else { unreachable!("a check is put into the queue") };
        let note: Note = serde_json::from_str(&want.note).unwrap();
        assert!(entry.photo.is_none());
        assert_eq!(note.taken, Some(1_309_793_412));
    }

    #[test]
    fn a_photo_that_came_back_is_written_down_as_back() {
        let gone = Some(Held { state: State::Gone, has_original: true });

        assert_eq!(decide(QUIET, gone, Effort::Usual), Action::Facts);
    }
}
