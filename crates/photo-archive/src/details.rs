//! What a run learned of one photo beyond the listing, and how it is put into the photo's sidecar: a pure decision.
//!
//! What changed leaves its former value in the history; a comment or favourite that vanished stays, marked as gone.
//! What was not asked this time stays as it was.

use std::collections::HashMap;

use flickr_model::{
    AlbumId, Comment, Counts, ExifField, Favorite, GalleryId, GroupId, Info, LicenceChange, Note, PersonTag,
    Photo, PlaceNames,
};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;

use crate::detail_fields::{Asked, DetailFields, NAMES, method};
use crate::detail_state::DetailState;
use crate::history::Formers;
use crate::paper;
use crate::sidecar::{Open, Sidecar};

/// What a run learned of one photo; what is `None` was not asked, or is told in `refused`.
///
/// Each answer comes with Flickr's own words, whose secrets are removed before they are written.
#[derive(Debug, Clone, Default)]
pub struct Details {
    /// `flickr.photos.getInfo`.
    pub info: Option<(Info, Value)>,
    /// All comments.
    pub comments: Option<(Vec<Comment>, Value)>,
    /// All who marked it as a favourite.
    pub favorites: Option<(Vec<Favorite>, Value)>,
    /// Who is in it.
    pub people: Option<(Vec<PersonTag>, Value)>,
    /// EXIF as Flickr shows it.
    pub exif: Option<(Vec<ExifField>, Value)>,
    /// The albums it is in.
    pub albums: Option<Vec<AlbumId>>,
    /// The groups in whose pools it is.
    pub groups: Option<Vec<GroupId>>,
    /// The galleries of others that it is in; what they are called stands in Flickr's answer alone.
    pub galleries: Option<(Vec<GalleryId>, Value)>,
    /// Each change of its licence.
    pub licences: Option<(Vec<LicenceChange>, Value)>,
    /// What Flickr would not tell of this photo: method and reason.
    pub refused: Vec<(String, String)>,
    /// The state in which the photo was when its details were asked for. Without it the photo counts as not asked.
    pub state: Option<DetailState>,
}

/// How long new favourites alone wait before a sidecar is written for them.
const FAVORITES_WAIT: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Details {
    /// Flickr's answers, by the key they have in the sidecar.
    pub(crate) fn answers(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        let info = self.info.as_ref().map(|(_, raw)| ("info", raw));
        let comments = self.comments.as_ref().map(|(_, raw)| ("comments", raw));
        let favorites = self.favorites.as_ref().map(|(_, raw)| ("favorites", raw));
        let people = self.people.as_ref().map(|(_, raw)| ("people", raw));
        let exif = self.exif.as_ref().map(|(_, raw)| ("exif", raw));
        let galleries = self.galleries.as_ref().map(|(_, raw)| ("galleries", raw));
        let licences = self.licences.as_ref().map(|(_, raw)| ("licences", raw));
        [info, comments, favorites, people, exif, galleries, licences].into_iter().flatten()
    }

    /// The methods whose answers are here.
    fn answered(&self) -> impl Iterator<Item = &'static str> {
        self.answers().map(|(kind, _)| match kind {
            "info" => method::INFO,
            "comments" => "flickr.photos.comments.getList",
            "favorites" => "flickr.photos.getFavorites",
            "people" => "flickr.photos.people.getList",
            "galleries" => method::GALLERIES,
            "licences" => method::LICENCES,
            _ => method::EXIF,
        })
    }

    /// What was counted when they were asked for.
    pub(crate) fn counted(&self) -> Option<Counts> {
        let DetailState { comments, favorites, .. } = self.state?;
        let views = self.info.as_ref().and_then(|(info, _)| info.views);
        Some(Counts { views, comments, favorites })
    }

    /// The photo as the listing and the details together tell it: raw tags and what the listing leaves out.
    ///
    /// Where both speak the listing wins, because it is what the next run compares with.
    pub(crate) fn complete(&self, listed: Option<&Photo>, known: &Sidecar) -> Option<Photo> {
        let Some((info, _)) = &self.info else { return listed.cloned() };
        let mut photo = listed.cloned().unwrap_or_else(|| {
            let known = known.photo();
            Photo {
                rotation: info.rotation.or(known.rotation),
                safety: info.safety.or(known.safety),
                content_type: info.content_type.or(known.content_type),
                ..known
            }
        });
        photo.tags = info.tags.clone();
        photo.rotation = photo.rotation.or(info.rotation);
        photo.safety = photo.safety.or(info.safety);
        photo.content_type = photo.content_type.or(info.content_type);
        if let Some(place) = &mut photo.place
            && (place.visible_to.is_none() || listed.is_none())
        {
            place.visible_to = info.place_viewers.or(place.visible_to);
        }
        Some(photo)
    }
}

/// Puts all but the favourites into a sidecar that already has what [`Details::complete`] tells.
pub(crate) fn tell(next: &mut Sidecar, details: &Details, formers: &mut Formers, now: Timestamp) {
    if let Some((info, _)) = &details.info {
        tell_info(next, info, formers);
    }
    let fields = &mut next.details;
    if let Some((people, _)) = &details.people {
        replace_set(&mut fields.people, people, "people", formers);
    }
    if let Some((comments, _)) = &details.comments {
        tell_comments(&mut fields.comments, comments, formers, now);
    }
    if let Some((exif, _)) = &details.exif {
        fields.exif = Some(exif.clone());
    }
    replace_ids(&mut fields.albums, details.albums.as_deref(), "albums", formers);
    replace_ids(&mut fields.groups, details.groups.as_deref(), "groups", formers);
    let galleries = details.galleries.as_ref().map(|(galleries, _)| galleries.as_slice());
    replace_ids(&mut fields.galleries, galleries, "galleries", formers);
    if let Some((licences, _)) = &details.licences {
        fields.licence_changes = Some(licences.clone());
    }
    for method in details.answered() {
        fields.refused.remove(method);
    }
    fields.refused.extend(details.refused.iter().cloned());
    if let (None, Some(state)) = (&fields.details, &details.state) {
        fields.details = Some(Open::new(asked(state, details, Asked::default())));
    }
}

/// Puts the favourites in, unless they alone are new and were written down lately. `is_other` says that something
/// else is to be written anyway.
pub(crate) fn tell_favorites(next: &mut Sidecar, details: &Details, is_other: bool, now: Timestamp) {
    let Some((favorites, _)) = &details.favorites else { return };
    let since = next.details.details.as_ref().and_then(|asked| asked.value.favorites_asked);
    let is_early = since.is_some_and(|since| now.duration_since(since) < FAVORITES_WAIT);
    if is_other || !is_early || next.details.favorites.is_none() {
        next.details.favorites = Some(merged_favorites(next.details.favorites.take(), favorites, now));
    }
}

/// Whether favourites were told that the sidecar does not have yet.
pub(crate) fn favorites_wait(next: &Sidecar, details: &Details) -> bool {
    let Some((favorites, _)) = &details.favorites else { return false };
    let written: HashMap<_, _> =
        next.details.favorites.iter().flatten().map(|one| (&one.value.person, one)).collect();
    let here = written.values().filter(|one| !one.is_gone()).count();
    let told =
        favorites.iter().filter(|one| written.get(&one.person).is_some_and(|one| !one.is_gone())).count();
    told < favorites.len() || told < here
}

/// Notes up to what the details were brought; together with another change only.
pub(crate) fn renew_state(next: &mut DetailFields, details: &Details) {
    if let Some(state) = &details.state {
        let open = next.details.get_or_insert_default();
        open.value = asked(state, details, open.value);
    }
}

fn asked(state: &DetailState, details: &Details, before: Asked) -> Asked {
    let at = paper::whole_second(state.asked);
    Asked {
        updated: state.updated.or(before.updated),
        comments: state.comments.or(before.comments),
        favorites: state.favorites.or(before.favorites),
        asked: Some(at),
        favorites_asked: if details.favorites.is_some() { Some(at) } else { before.favorites_asked },
    }
}

fn tell_info(next: &mut Sidecar, info: &Info, formers: &mut Formers) {
    if let Some(names) = &info.place_names {
        tell_place_names(next, names, formers);
    }
    let fields = &mut next.details;
    replace_set(&mut fields.notes, &info.notes, "notes", formers);
    if info.permissions.is_some() && fields.permissions != info.permissions {
        if fields.permissions.is_some() {
            formers.note("permissions", &fields.permissions);
        }
        fields.permissions = info.permissions;
    }
    fields.usage = info.usage.or(fields.usage);
    fields.url = info.url.clone().or(fields.url.take());
    if let Some(video) = info.video {
        fields.video.get_or_insert_default().value = video;
    }
}

fn tell_place_names(next: &mut Sidecar, names: &PlaceNames, formers: &mut Formers) {
    let Some(place) = &mut next.place else { return };
    let now = serde_json::to_value(names).unwrap_or_default();
    let is_empty = now.as_object().is_none_or(serde_json::Map::is_empty);
    if is_empty || place.rest.get(NAMES) == Some(&now) {
        return;
    }
    if place.rest.contains_key(NAMES) {
        formers.note("place", place);
    }
    place.rest.insert(NAMES.to_owned(), now);
}

/// What a value of a list is known by.
trait Known {
    fn key(&self) -> String;
}

impl Known for Note {
    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Known for PersonTag {
    fn key(&self) -> String {
        self.person.to_string()
    }
}

/// Replaces a list whose order means nothing; what a newer program wrote beside a value stays with it.
fn replace_set<T: PartialEq + Clone + Serialize + Known>(
    place: &mut Option<Vec<Open<T>>>,
    now: &[T],
    field: &str,
    formers: &mut Formers,
) {
    let Some(old) = place else {
        *place = Some(now.iter().cloned().map(Open::new).collect());
        return;
    };
    let is_same = old.len() == now.len() && now.iter().all(|one| old.iter().any(|old| old.value == *one));
    if is_same {
        return;
    }
    formers.note(field, old);
    let kept = |one: &T| old.iter().find(|old| old.value.key() == one.key()).map(|old| old.rest.clone());
    *old = now.iter().map(|one| Open { value: one.clone(), rest: kept(one).unwrap_or_default() }).collect();
}

fn replace_ids<T: ToString>(
    place: &mut Option<Vec<String>>,
    now: Option<&[T]>,
    field: &str,
    formers: &mut Formers,
) {
    let Some(now) = now else { return };
    let mut now: Vec<String> = now.iter().map(ToString::to_string).collect();
    now.sort();
    now.dedup();
    match place {
        Some(old) if *old == now => return,
        Some(old) => formers.note(field, old),
        None => {}
    }
    *place = Some(now);
}

/// Brings a list of comments up to date: new ones are added, those that vanished are marked.
pub(crate) fn tell_comments(
    place: &mut Option<Vec<Open<Comment>>>,
    now: &[Comment],
    formers: &mut Formers,
    at: Timestamp,
) {
    let key = |comment: &Comment| match comment.id.as_str() {
        "" => format!("{:?} {:?} {}", comment.author, comment.when, comment.text),
        id => id.to_owned(),
    };
    let mut told: HashMap<String, &Comment> = now.iter().map(|comment| (key(comment), comment)).collect();
    let mut comments = place.take().unwrap_or_default();
    for old in &mut comments {
        let Some(comment) = told.remove(&key(&old.value)) else {
            old.value.gone = old.value.gone.or(Some(at));
            continue;
        };
        if old.value.text != comment.text {
            formers.note("comment", old);
        }
        old.value = Comment { gone: None, ..comment.clone() };
    }
    for comment in now {
        if told.remove(&key(comment)).is_some() {
            comments.push(Open::new(Comment { gone: None, ..comment.clone() }));
        }
    }
    comments.sort_by_key(|comment| comment.value.when);
    *place = Some(comments);
}

fn merged_favorites(
    old: Option<Vec<Open<Favorite>>>,
    now: &[Favorite],
    at: Timestamp,
) -> Vec<Open<Favorite>> {
    let mut told: HashMap<_, _> = now.iter().map(|favorite| (&favorite.person, favorite)).collect();
    let mut favorites = old.unwrap_or_default();
    for old in &mut favorites {
        match told.remove(&old.value.person) {
            Some(favorite) => {
                old.value.when = favorite.when.or(old.value.when);
                old.set_gone(None);
            }
            None => old.set_gone(Some(at)),
        }
    }
    favorites.extend(told.into_values().cloned().map(Open::new));
    favorites.sort_by(|a, b| (a.value.when, &a.value.person).cmp(&(b.value.when, &b.value.person)));
    favorites
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests;
