//! Makes the sidecar that a photo should have, out of the one it has and what a run brought: a pure decision.
//!
//! Counters, Flickr's date of the last change and Flickr's raw answer are renewed only together with something
//! else, so that a photo that was merely looked at changes no byte. What the listing told, and often the bytes, is
//! written before the details are asked for; the details that follow finish that change, however little they add.

use flickr_model::{Counts, Media, Photo, PhotoId};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::details::{self, Details};
use crate::history::{self, Formers, Past};
use crate::leaving;
use crate::remake;
use crate::scrub;
use crate::sidecar::{CountsAsked, FileRecord, Lack, Open, Sidecar};
use crate::state::{FileKind, State};

/// What a run brought for one photo.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    /// What Flickr tells of it now; `None` leaves the facts as they are.
    pub(crate) photo: Option<&'a Photo>,
    /// Flickr's answer, already without secrets.
    pub(crate) listing: Option<Map<String, Value>>,
    /// The state it is to have.
    pub(crate) state: State,
    pub(crate) reason: Option<&'a str>,
    pub(crate) saved: Vec<FileRecord>,
    /// Flickr's date of the last change that this archive has followed up.
    pub(crate) updated: Option<Timestamp>,
    /// What was learned of it beyond the listing.
    pub(crate) details: Option<&'a Details>,
    /// Since when it is missed on Flickr, for one that is gone.
    pub(crate) missed_since: Option<Timestamp>,
    /// Paths of recorded files that are not on the disk, or not in their recorded size.
    pub(crate) not_here: Vec<String>,
    pub(crate) now: Timestamp,
}

/// Returns the sidecar as it should be; equal to `old` when nothing worth writing changed.
pub(crate) fn merge(id: PhotoId, old: Option<&Sidecar>, change: Change<'_>) -> Sidecar {
    let media = change.photo.map_or(Media::Photo, |photo| photo.media);
    let mut next = old.cloned().unwrap_or_else(|| Sidecar::blank(id, media));
    let is_told = old.is_some_and(|old| !remake::is_untold(old));
    let past = if is_told { Past::Kept(change.now) } else { Past::None };
    let nothing = Details::default();
    let details = change.details.unwrap_or(&nothing);
    if let Some(photo) = details.complete(change.photo, &next) {
        history::tell(&mut next, &photo, past);
    }
    let mut formers = Formers::new(past);
    details::tell(&mut next, details, &mut formers, change.now);
    for file in change.saved {
        put_file(&mut next.files, file);
    }
    let here = |file: &&FileRecord| !change.not_here.contains(&file.path);
    next.current = current(next.files.iter().filter(here)).map(|file| file.path.clone());
    let has_lesser = next.files.iter().filter(here).any(|file| file.kind == FileKind::NotOriginal);
    let has_original = newest_original(&next.files).as_ref().is_some_and(here);
    next.state = settle(change.state, has_original, has_lesser);
    next.missing = lack(&next, old, change.reason, change.now);
    leaving::mark(&mut next, change.missed_since, change.reason, change.now, &mut formers);
    formers.write(&mut next);
    let is_other = old != Some(&next)
        || is_half_told(&next, change.updated)
        || are_details_behind(&next, details)
        || lacks_its_listing(&next, change.listing.as_ref());
    details::tell_favorites(&mut next, details, is_other, change.now);
    if old == Some(&next) && !is_other {
        return next;
    }
    details::renew_state(&mut next.details, details);
    if change.updated.is_some() {
        next.dates.value.updated = change.updated;
    }
    match (change.photo, details.counted()) {
        (Some(photo), _) => renew_counts(&mut next, photo.counts, change.now),
        (None, Some(counted)) => renew_counts(&mut next, counted, change.now),
        (None, None) => {}
    }
    if let Some(listing) = change.listing {
        next.flickr.insert("listing".to_owned(), Value::Object(listing));
    }
    for (kind, answer) in details.answers() {
        next.flickr.insert(kind.to_owned(), scrub::value(answer.clone()));
    }
    next
}

/// The same bytes under the same name are the same file: what was written of it first stays.
fn put_file(files: &mut Vec<FileRecord>, file: FileRecord) {
    let Some(known) = files.iter_mut().find(|known| known.path == file.path) else {
        files.push(file);
        return;
    };
    if known.sha256 == file.sha256 && known.bytes == file.bytes {
        known.md5 = known.md5.or(file.md5);
        return;
    }
    let rest = std::mem::take(&mut known.rest);
    *known = FileRecord { rest, ..file };
}

/// The file that counts: the newest version of the original, else the widest of the lesser ones.
fn current<'a>(files: impl Iterator<Item = &'a FileRecord>) -> Option<&'a FileRecord> {
    let rank = |file: &FileRecord| match file.kind {
        FileKind::Original => (1, file.version, 0),
        _ => (0, file.width.unwrap_or(0), file.version),
    };
    files.filter(|file| file.kind != FileKind::Poster).max_by_key(|file| rank(file))
}

fn newest_original(files: &[FileRecord]) -> Option<&FileRecord> {
    files.iter().filter(|file| file.kind == FileKind::Original).max_by_key(|file| file.version)
}

/// Holds a state to the files that prove it: nothing is kept without an original, nothing is missing with one, and
/// rights that were lost later make no kept original a lesser one.
fn settle(asked: State, has_original: bool, has_lesser: bool) -> State {
    match asked {
        State::NotOriginal | State::Unavailable | State::Missing if has_original => State::Kept,
        State::Kept if !has_original && has_lesser => State::NotOriginal,
        State::Kept | State::NotOriginal if !has_original && !has_lesser => State::Missing,
        _ => asked,
    }
}

/// Why the original is not here. Without a new reason the old one stays while the state does.
fn lack(next: &Sidecar, old: Option<&Sidecar>, reason: Option<&str>, now: Timestamp) -> Option<Open<Lack>> {
    if !next.state.wants_reason() {
        return None;
    }
    let before = old.filter(|old| old.state == next.state).and_then(|old| old.missing.clone());
    match (before, reason) {
        (Some(mut before), reason) => {
            if let Some(reason) = reason {
                before.value.reason = reason.to_owned();
            }
            Some(before)
        }
        (None, reason) => {
            let reason = reason.unwrap_or("not known").to_owned();
            Some(Open::new(Lack { reason, since: now }))
        }
    }
}

/// Whether the listing of this date of change is written down already, but not yet the date.
fn is_half_told(next: &Sidecar, updated: Option<Timestamp>) -> bool {
    let listed = next.flickr.get("listing").and_then(|listing| listing.get("lastupdate"));
    let seconds = match listed {
        Some(Value::String(text)) => text.parse().ok(),
        Some(number) => number.as_i64(),
        None => None,
    };
    let is_listed = seconds.is_some() && seconds == updated.map(Timestamp::as_second);
    is_listed && next.dates.value.updated != updated
}

/// Whether the sidecar is dated with a change from before which its details are: the bytes of that change came alone.
fn are_details_behind(next: &Sidecar, details: &Details) -> bool {
    let told = details.state.and_then(|state| state.updated);
    let before = next.details.details.as_ref().and_then(|asked| asked.value.updated);
    told.is_some() && told == next.dates.value.updated && told != before
}

/// Whether Flickr's answer is here and was never written beside the facts: their file was made again without it.
fn lacks_its_listing(next: &Sidecar, listing: Option<&Map<String, Value>>) -> bool {
    listing.is_some() && !next.flickr.contains_key("listing")
}

fn renew_counts(next: &mut Sidecar, counts: Counts, now: Timestamp) {
    if counts == Counts::default() {
        return;
    }
    let open = next.counts.get_or_insert_default();
    let before = open.value;
    open.value = CountsAsked {
        views: counts.views.or(before.views),
        comments: counts.comments.or(before.comments),
        favorites: counts.favorites.or(before.favorites),
        asked: Some(now),
    };
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use flickr_model::{Dates, Info};

    use super::*;
    use crate::detail_state::{Answers, DetailState};

    fn now() -> Timestamp {
        "2026-11-23T03:00:12Z".parse().unwrap()
    }

    fn photo() -> Photo {
        serde_json::from_str(r#"{"id":"7","media":"photo","title":"Sea","counts":{"views":5}}"#).unwrap()
    }

    fn file(path: &str, kind: FileKind, version: u32, sha: u8) -> FileRecord {
        FileRecord {
            version,
            path: path.to_owned(),
            bytes: 3,
            sha256: [sha; 32],
            md5: None,
            kind,
            label: None,
            width: None,
            height: None,
            downloaded: now(),
            rest: Map::new(),
        }
    }

    fn change(photo: Option<&Photo>, state: State) -> Change<'_> {
        Change {
            photo,
            listing: None,
            state,
            reason: None,
            saved: Vec::new(),
            updated: None,
            details: None,
            missed_since: None,
            not_here: Vec::new(),
            now: now(),
        }
    }

    fn kept() -> Sidecar {
        let photo = photo();
        let saved = vec![file("p/7.jpg", FileKind::Original, 1, 1)];
        let listing = Some(Map::from_iter([("views".to_owned(), Value::from(5))]));
        merge(photo.id, None, Change { saved, listing, ..change(Some(&photo), State::Kept) })
    }

    #[test]
    fn more_views_alone_change_nothing() {
        let mut seen = photo();
        seen.counts.views = Some(99);
        let listing = Some(Map::from_iter([("views".to_owned(), Value::from(99))]));

        let again = merge(seen.id, Some(&kept()), Change { listing, ..change(Some(&seen), State::Kept) });

        assert_eq!(again, kept());
    }

    #[test]
    fn with_another_change_the_counters_and_the_answer_are_renewed() {
        let mut seen = photo();
        seen.title = "The sea".to_owned();
        seen.counts.views = Some(99);
        let listing = Some(Map::from_iter([("views".to_owned(), Value::from(99))]));

        let again = merge(seen.id, Some(&kept()), Change { listing, ..change(Some(&seen), State::Kept) });

        assert_eq!(again.counts.unwrap().value.views, Some(99));
        assert!(again.flickr.contains_key("listing"));
    }

    #[test]
    fn what_the_listing_began_is_dated_when_it_is_settled_and_a_mere_touch_is_not() {
        let mut listed = kept();
        let listing = serde_json::json!({"lastupdate": "1795402812"});
        listed.flickr.insert("listing".to_owned(), listing);
        let settled =
            |updated| merge(photo().id, Some(&listed), Change { updated, ..change(None, State::Kept) });

        assert_eq!(settled(Some(now())).dates.value.updated, Some(now()));
        assert_eq!(settled(Some("2026-11-25T00:00:00Z".parse().unwrap())), listed);
    }

    #[test]
    fn details_finish_the_change_that_the_bytes_have_dated_already() {
        let asked = |updated, raw: &str| Details {
            info: Some((Info::default(), Value::from(raw))),
            state: Some(DetailState {
                updated: Some(updated),
                comments: None,
                favorites: None,
                answers: Answers::default(),
                asked: now(),
            }),
            ..Details::default()
        };
        let tell = |old: &Sidecar, details: &Details, updated| {
            let change = Change { details: Some(details), updated, ..change(None, State::Kept) };
            merge(photo().id, Some(old), change)
        };
        let earlier = "2020-01-01T00:00:00Z".parse().unwrap();
        let before = tell(&kept(), &asked(earlier, "before"), Some(earlier));
        let dated =
            Sidecar { dates: Open::new(Dates { updated: Some(now()), ..Dates::default() }), ..before };

        let told = tell(&dated, &asked(now(), "after"), Some(now()));
        let touched = tell(&told, &asked("2026-11-25T00:00:00Z".parse().unwrap(), "same"), None);

        assert_eq!(told.flickr["info"], "after");
        assert_eq!(touched, told);
    }

    #[test]
    fn nothing_is_kept_without_an_original() {
        let photo = photo();
        let none = merge(photo.id, None, change(Some(&photo), State::Kept));
        let saved = vec![file("p/7.not-original-1024.jpg", FileKind::NotOriginal, 1, 1)];
        let lesser = merge(photo.id, None, Change { saved, ..change(Some(&photo), State::Kept) });

        assert_eq!((none.state, none.current), (State::Missing, None));
        assert_eq!(lesser.state, State::NotOriginal);
    }

    #[test]
    fn an_original_that_is_not_on_the_disk_proves_nothing() {
        let not_here = vec!["p/7.jpg".to_owned()];

        let lost = merge(photo().id, Some(&kept()), Change { not_here, ..change(None, State::Kept) });

        assert_eq!((lost.state, lost.files.len()), (State::Missing, 1));
    }

    #[test]
    fn a_replaced_original_stands_beside_the_first_and_counts() {
        let saved = vec![file("p/7.v2.jpg", FileKind::Original, 2, 2)];

        let replaced = merge(photo().id, Some(&kept()), Change { saved, ..change(None, State::Kept) });

        assert_eq!(replaced.files.len(), 2);
        assert_eq!(replaced.current.as_deref(), Some("p/7.v2.jpg"));
    }

    #[test]
    fn rights_lost_later_make_no_kept_original_a_lesser_one() {
        for lost in [State::NotOriginal, State::Unavailable, State::Missing] {
            assert_eq!(merge(photo().id, Some(&kept()), change(None, lost)), kept());
        }
    }

    #[test]
    fn the_same_file_adopted_again_changes_nothing() {
        let mut later = file("p/7.jpg", FileKind::Original, 1, 1);
        later.downloaded = "2027-01-01T00:00:00Z".parse().unwrap();

        let again =
            merge(photo().id, Some(&kept()), Change { saved: vec![later], ..change(None, State::Kept) });

        assert_eq!(again, kept());
    }

    #[test]
    fn a_photo_is_missing_since_it_was_first_missed() {
        let photo = photo();
        let first =
            merge(photo.id, None, Change { reason: Some("not yet"), ..change(Some(&photo), State::Missing) });
        let later = Change {
            reason: Some("404"),
            now: "2027-01-01T00:00:00Z".parse().unwrap(),
            ..change(None, State::Missing)
        };

        let again = merge(photo.id, Some(&first), later);

        let lack = again.missing.unwrap().value;
        assert_eq!((lack.reason.as_str(), lack.since), ("404", now()));
    }
}
