//! Puts what Flickr says now into a sidecar, and what it said before into the sidecar's history.
//!
//! A fact that Flickr does not tell this time stays as it was: only a place can be taken back, because the
//! listing says so by leaving it out.

use flickr_model::{Dates, Photo, Tag};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::sidecar::{Former, Open, Sidecar};

/// What to do with the values that are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Past {
    /// The sidecar is new: there was nothing before.
    None,
    /// Former values go into the history, with this moment.
    Kept(Timestamp),
}

/// Writes the photo's facts into the sidecar; counters and the date of the last change are left alone.
pub(crate) fn tell(sidecar: &mut Sidecar, photo: &Photo, past: Past) {
    let mut formers = Formers::new(past);
    sidecar.media = photo.media;
    formers.replace("title", &mut sidecar.title, photo.title.clone());
    formers.replace("description", &mut sidecar.description, photo.description.clone());
    tags(sidecar, &photo.tags, &mut formers);
    dates(&mut sidecar.dates, &photo.dates, &mut formers);
    place(sidecar, photo, &mut formers);
    if photo.privacy.is_some() {
        formers.replace("privacy", &mut sidecar.privacy, photo.privacy);
    }
    if let Some(licence) = &photo.licence {
        let now = Some(Open::new(licence.clone()));
        if sidecar.licence.as_ref().is_none_or(|old| old.value != *licence) {
            formers.replace("licence", &mut sidecar.licence, now);
        }
    }
    if photo.safety.is_some() {
        formers.replace("safety", &mut sidecar.safety, photo.safety);
    }
    // A listing need not tell these two, details do: what was not known before has not changed.
    if sidecar.details.content_type.is_none() {
        sidecar.details.content_type = photo.content_type;
    } else if photo.content_type.is_some() {
        formers.replace("content_type", &mut sidecar.details.content_type, photo.content_type);
    }
    if sidecar.rotation.is_none() {
        sidecar.rotation = photo.rotation;
    } else if photo.rotation.is_some() {
        formers.replace("rotation", &mut sidecar.rotation, photo.rotation);
    }
    formers.write(sidecar);
}

/// Collects former values while facts are replaced.
pub(crate) struct Formers {
    past: Past,
    list: Vec<Former>,
}

impl Formers {
    pub(crate) fn new(past: Past) -> Self {
        Self { past, list: Vec::new() }
    }

    /// Writes what was collected into the sidecar's history.
    pub(crate) fn write(mut self, sidecar: &mut Sidecar) {
        sidecar.history.append(&mut self.list);
    }

    /// What was collected.
    pub(crate) fn list(self) -> Vec<Former> {
        self.list
    }

    fn replace<T: PartialEq + Serialize>(&mut self, field: &str, place: &mut T, now: T) {
        if *place != now {
            self.note(field, place);
            *place = now;
        }
    }

    /// Notes a value that is about to be replaced.
    pub(crate) fn note(&mut self, field: &str, was: &impl Serialize) {
        let Past::Kept(seen) = self.past else { return };
        let was = serde_json::to_value(was).unwrap_or(Value::Null);
        self.list.push(Former { seen, field: field.to_owned(), was, rest: Map::new() });
    }
}

/// Tags are compared as a set; one that stays keeps the raw spelling and the author that details told.
fn tags(sidecar: &mut Sidecar, now: &[Tag], formers: &mut Formers) {
    let texts = |tags: &[Tag]| {
        // A tag that normalises to nothing is in no listing (recorded answers know such tags).
        let told = tags.iter().filter(|tag| !tag.text.is_empty());
        let mut texts: Vec<String> = told.map(|tag| tag.text.clone()).collect();
        texts.sort();
        texts.dedup();
        texts
    };
    let is_detailed = now.iter().any(|tag| tag.raw.is_some() || tag.author.is_some());
    if texts(&sidecar.tags) == texts(now) && !is_detailed {
        return;
    }
    let old = &sidecar.tags;
    let merged = now.iter().map(|tag| {
        let before = old.iter().find(|before| before.text == tag.text);
        Tag {
            raw: tag.raw.clone().or_else(|| before.and_then(|before| before.raw.clone())),
            text: tag.text.clone(),
            author: tag.author.clone().or_else(|| before.and_then(|before| before.author.clone())),
            machine: tag.machine || before.is_some_and(|before| before.machine),
        }
    });
    let merged: Vec<Tag> = merged.collect();
    let is_respelled = old.iter().any(|before| {
        let spelling = merged.iter().find(|tag| tag.text == before.text).map(|tag| &tag.raw);
        before.raw.is_some() && spelling.is_some_and(|raw| *raw != before.raw)
    });
    if texts(&sidecar.tags) == texts(now) && !is_respelled {
        sidecar.tags = merged; // Only details were added: nothing was different before.
    } else {
        formers.replace("tags", &mut sidecar.tags, merged);
    }
}

fn dates(old: &mut Open<Dates>, now: &Dates, formers: &mut Formers) {
    if now.taken.is_some() {
        formers.replace("taken", &mut old.value.taken, now.taken.clone());
    }
    if now.uploaded.is_some() {
        formers.replace("uploaded", &mut old.value.uploaded, now.uploaded);
    }
}

fn place(sidecar: &mut Sidecar, photo: &Photo, formers: &mut Formers) {
    let usable = |place: &flickr_model::Place| place.latitude.is_finite() && place.longitude.is_finite();
    let mut now = photo.place.clone().filter(usable);
    if let (Some(now), Some(old)) = (&mut now, &mut sidecar.place) {
        // The listing need not tell who may see it; and with the viewers alone the names stay.
        now.visible_to = now.visible_to.or(old.value.visible_to);
        let elsewhere = flickr_model::Place { visible_to: old.value.visible_to, ..now.clone() } != old.value;
        if !elsewhere {
            if now.visible_to != old.value.visible_to {
                formers.note("place", old);
                old.value.visible_to = now.visible_to;
            }
            return;
        }
    }
    if sidecar.place.as_ref().map(|place| &place.value) != now.as_ref() {
        formers.replace("place", &mut sidecar.place, now.map(Open::new));
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use flickr_model::{ContentType, Licence, Media, Place, Privacy, Safety, Taken};

    use super::*;

    fn photo() -> Photo {
        let mut photo: Photo = serde_json::from_str(r#"{"id":"7","media":"photo","title":"Old"}"#).unwrap();
        photo.tags = vec![Tag { raw: None, text: "sea".to_owned(), author: None, machine: false }];
        photo.privacy = Some(Privacy::Public);
        photo.place = Some(Place { latitude: 1.5, longitude: 2.5, accuracy: 16, visible_to: None });
        photo
    }

    fn sidecar() -> Sidecar {
        let mut sidecar = Sidecar::blank("7".parse().unwrap(), Media::Photo);
        tell(&mut sidecar, &photo(), Past::None);
        sidecar
    }

    fn later() -> Past {
        Past::Kept("2026-01-02T03:04:05Z".parse().unwrap())
    }

    #[test]
    fn a_new_sidecar_has_no_history() {
        assert!(sidecar().history.is_empty());
    }

    #[test]
    fn the_same_again_changes_nothing() {
        let mut again = sidecar();

        tell(&mut again, &photo(), later());

        assert_eq!(again, sidecar());
    }

    #[test]
    fn every_changed_fact_leaves_its_former_value() {
        let mut changed = photo();
        changed.title = "New".to_owned();
        changed.description = "Words".to_owned();
        changed.tags.clear();
        changed.dates.taken = Taken::new("2011-07-04 15:30:12", 0, true);
        changed.place = None;
        changed.licence = Some(Licence::from_number(4));
        changed.privacy = Some(Privacy::Private);
        changed.safety = Some(Safety::Moderate);
        let mut sidecar = sidecar();

        tell(&mut sidecar, &changed, later());

        let fields: Vec<&str> = sidecar.history.iter().map(|former| former.field.as_str()).collect();
        assert_eq!(
            fields,
            ["title", "description", "tags", "taken", "place", "privacy", "licence", "safety"]
        );
        assert_eq!(sidecar.history.first().unwrap().was, "Old");
        assert_eq!(sidecar.place, None);
    }

    #[test]
    fn what_flickr_does_not_tell_this_time_stays() {
        let mut silent = photo();
        silent.privacy = None;
        let mut sidecar = sidecar();

        tell(&mut sidecar, &silent, later());

        assert_eq!(sidecar.privacy, Some(Privacy::Public));
        assert!(sidecar.history.is_empty());
    }

    #[test]
    fn what_details_tell_first_was_not_something_else_before() {
        let mut detailed = photo();
        detailed.content_type = Some(ContentType::Photo);
        detailed.rotation = Some(90);
        let mut sidecar = sidecar();

        tell(&mut sidecar, &detailed, later());
        assert_eq!(sidecar.details.content_type, Some(ContentType::Photo));
        assert!(sidecar.history.is_empty(), "{:?}", sidecar.history);

        detailed.content_type = Some(ContentType::Screenshot);
        tell(&mut sidecar, &detailed, later());
        assert_eq!(sidecar.history.first().unwrap().was, "photo");
    }

    #[test]
    fn raw_spellings_survive_a_listing_that_does_not_know_them() {
        let mut sidecar = sidecar();
        sidecar.tags.iter_mut().for_each(|tag| tag.raw = Some("The Sea".to_owned()));
        let mut more = photo();
        more.tags.push(Tag { raw: None, text: "sky".to_owned(), author: None, machine: false });

        tell(&mut sidecar, &more, later());

        assert_eq!(sidecar.tags.first().unwrap().raw.as_deref(), Some("The Sea"));
        assert_eq!(sidecar.tags.len(), 2);
    }
}
