//! What edits left behind, laid over what the seed says: photo by photo, album by album, gallery by gallery.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::account::Account;
use crate::albums::Member;
use crate::edits::Edit;
use crate::facts::Bumps;
use crate::liked::{self, Liking};
use crate::marks;
use crate::people::Who;
use crate::photo::{Photo, Visibility};
use crate::said::{self, Comment, serial_of};

const FIRST_SERIAL: u64 = 72_157_700_000_000_000;

/// What was changed about one photo.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overlay {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) bytes_version: u64,
    pub(crate) secret_version: u64,
    pub(crate) visibility: Option<Visibility>,
    pub(crate) uploaded: Option<i64>,
    pub(crate) updated: Option<i64>,
    pub(crate) deleted: bool,
    pub(crate) comments: Vec<Comment>,
    pub(crate) comments_removed: HashSet<u64>,
    pub(crate) likings: Vec<Liking>,
    pub(crate) unlikings: BTreeSet<u64>,
    pub(crate) tags: Vec<String>,
    pub(crate) untags: HashSet<String>,
    pub(crate) notes: Vec<(u64, String)>,
    pub(crate) notes_removed: HashSet<u64>,
    pub(crate) shown: Vec<Who>,
    pub(crate) hidden: HashSet<Who>,
    pub(crate) place: Option<Option<(String, String)>>,
    /// When which licence came, the latest last.
    pub(crate) licences: Vec<(i64, i64)>,
    pub(crate) turned: i64,
    pub(crate) looked_at: i64,
}

/// What was changed about one album.
#[derive(Clone, Debug, Default)]
pub(crate) struct AlbumOverlay {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) members: Option<Vec<Member>>,
    pub(crate) created: Option<i64>,
    pub(crate) updated: Option<i64>,
    pub(crate) deleted: bool,
    pub(crate) comments: Vec<Comment>,
}

/// What was changed about one gallery.
#[derive(Clone, Debug, Default)]
pub(crate) struct GalleryOverlay {
    pub(crate) title: Option<String>,
    /// The number of the foreign photo, and the owner's words on it.
    pub(crate) added: Vec<(u64, String)>,
    pub(crate) removed: usize,
    pub(crate) updated: Option<i64>,
}

/// All changes so far.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    overlays: HashMap<u64, Overlay>,
    pub(crate) albums: HashMap<u64, AlbumOverlay>,
    pub(crate) galleries: HashMap<u64, GalleryOverlay>,
    /// When the owner made further photos of others favourites.
    pub(crate) liked: Vec<i64>,
    /// How many photos were added behind the first ones.
    pub(crate) added: u64,
    /// How many albums were made besides the first ones.
    pub(crate) albums_made: u64,
    /// Counts the changes, so that an order of photos made earlier is known to be stale.
    pub(crate) generation: u64,
    /// Which edits change `lastupdate`.
    pub(crate) bumps: Bumps,
    untouched: Overlay,
}

impl Edits {
    /// What was changed about a photo.
    pub(crate) fn of(&self, index: u64) -> &Overlay {
        self.overlays.get(&index).unwrap_or(&self.untouched)
    }

    /// A serial for something new.
    pub(crate) fn new_serial(&self) -> u64 {
        FIRST_SERIAL + self.generation
    }

    /// Sets a photo's `lastupdate`.
    pub(crate) fn touch(&mut self, index: u64, now: i64) {
        self.overlays.entry(index).or_default().updated = Some(now);
    }

    /// Whether an edit of a photo's comments, favourites or tags finds what it is about.
    pub(crate) fn would_change(&self, account: &Account, index: u64, edit: &Edit) -> bool {
        let overlay = self.of(index);
        let photo = || Photo::new(account, index, overlay);
        match edit {
            Edit::RemoveComment { comment, .. } => {
                let serial = serial_of(comment);
                said::on_photo(account, &photo(), overlay).iter().any(|known| Some(known.serial) == serial)
            }
            Edit::Favorite { by, .. } => !liked::is_liked_by(account, index, overlay, *by),
            Edit::Unfavorite { by, .. } => liked::is_liked_by(account, index, overlay, *by),
            Edit::RemoveNote { note, .. } => {
                marks::notes(account, &photo(), overlay).iter().any(|known| known.id == *note)
            }
            Edit::ShowPerson { person, .. } => !shows(account, &photo(), overlay, *person),
            Edit::HidePerson { person, .. } => shows(account, &photo(), overlay, *person),
            Edit::Restore { .. } => overlay.deleted,
            Edit::Untag { raw, .. } => photo().tags.iter().any(|tag| tag.raw == *raw),
            _ => true,
        }
    }

    /// Takes a change in, at a time, to the photo of this number.
    pub(crate) fn apply(&mut self, index: u64, edit: Edit, now: i64) {
        self.generation += 1;
        let serial = self.new_serial();
        let is_bumped = is_bumped(&edit, self.bumps);
        if let Edit::Add { .. } = edit {
            self.added += 1;
        }
        let overlay = self.overlays.entry(index).or_default();
        if is_bumped {
            overlay.updated = Some(now);
        }
        match edit {
            Edit::Comment { by, text, .. } => {
                overlay.comments.push(Comment { serial, author: Who::Person(by), when: now, text });
            }
            Edit::Note { text, .. } => overlay.notes.push((serial, text)),
            other => overlay.take(other, now),
        }
    }
}

fn shows(account: &Account, photo: &Photo, overlay: &Overlay, number: u64) -> bool {
    marks::people(account, photo, overlay).iter().any(|shown| shown.person == Who::Person(number))
}

/// Whether an edit to a photo changes its `lastupdate`.
fn is_bumped(edit: &Edit, bumps: Bumps) -> bool {
    match edit {
        Edit::Comment { .. } | Edit::RemoveComment { .. } => bumps.comment,
        Edit::Favorite { .. } | Edit::Unfavorite { .. } => bumps.favorite,
        Edit::Tag { .. } | Edit::Untag { .. } => bumps.tag,
        Edit::Move { .. } => bumps.place,
        Edit::SetLicence { .. } => bumps.licence,
        Edit::SetVisibility { .. } => bumps.visibility,
        Edit::Rotate { .. } => bumps.rotation,
        Edit::Note { .. } | Edit::RemoveNote { .. } | Edit::ShowPerson { .. } | Edit::HidePerson { .. } => {
            bumps.mark
        }
        Edit::Look { .. } => false,
        _ => true,
    }
}

impl Overlay {
    fn take(&mut self, edit: Edit, now: i64) {
        match edit {
            Edit::Retitle { title, .. } => self.title = Some(title),
            Edit::Redescribe { description, .. } => self.description = Some(description),
            Edit::Replace { .. } => {
                self.bytes_version += 1;
                self.secret_version += 1;
            }
            Edit::NewSecret { .. } => self.secret_version += 1,
            Edit::Delete { .. } => self.deleted = true,
            Edit::Restore { .. } => self.deleted = false,
            Edit::RemoveNote { note, .. } => {
                self.notes_removed.insert(note);
            }
            Edit::ShowPerson { person, .. } => self.shown.push(Who::Person(person)),
            Edit::HidePerson { person, .. } => {
                self.shown.retain(|shown| *shown != Who::Person(person));
                self.hidden.insert(Who::Person(person));
            }
            Edit::SetVisibility { visibility, .. } => {
                self.visibility = Some(visibility);
                self.secret_version += 1;
            }
            Edit::Redate { uploaded, .. } => self.uploaded = Some(uploaded),
            Edit::Add { uploaded } => self.uploaded = Some(uploaded.unwrap_or(now)),
            Edit::RemoveComment { comment, .. } => self.remove_comment(&comment),
            Edit::Favorite { by, .. } => self.likings.push(Liking { person: Who::Person(by), when: now }),
            Edit::Unfavorite { by, .. } => {
                self.likings.retain(|liking| liking.person != Who::Person(by));
                self.unlikings.insert(by);
            }
            Edit::Tag { raw, .. } => {
                self.tags.push(raw);
            }
            Edit::Untag { raw, .. } => {
                self.tags.retain(|known| *known != raw);
                self.untags.insert(raw);
            }
            Edit::Move { place, .. } => {
                self.place = Some(place.map(|(north, east)| (format!("{north:.6}"), format!("{east:.6}"))));
            }
            Edit::SetLicence { licence, .. } => self.licences.push((now, licence)),
            Edit::Rotate { degrees, .. } => {
                self.turned = (self.turned + degrees).rem_euclid(360);
                self.secret_version += 1;
            }
            Edit::Look { times, .. } => self.looked_at += times,
            _ => {}
        }
    }

    fn remove_comment(&mut self, comment: &str) {
        let Some(serial) = serial_of(comment) else { return };
        if serial > FIRST_SERIAL {
            self.comments.retain(|known| known.serial != serial);
        } else {
            self.comments_removed.insert(serial);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Edits;
    use crate::edits::Edit;

    #[test]
    fn a_look_changes_no_date_and_a_comment_does_unless_it_is_told_not_to() {
        let mut edits = Edits::default();
        let comment = || Edit::Comment { id: 0, by: 4, text: "Hello".into() };

        edits.apply(1, Edit::Look { id: 0, times: 5 }, 50);
        assert_eq!((edits.of(1).updated, edits.of(1).looked_at), (None, 5));
        edits.apply(1, comment(), 60);
        assert_eq!(edits.of(1).updated, Some(60));
        edits.bumps.comment = false;
        edits.apply(1, comment(), 70);
        assert_eq!((edits.of(1).updated, edits.of(1).comments.len()), (Some(60), 2));
    }
}
