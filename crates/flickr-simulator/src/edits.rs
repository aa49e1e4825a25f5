//! What a person does to the account while the simulator runs.

use std::collections::HashMap;

use crate::photo::Visibility;

/// One change to the account. The photo's `lastupdate` becomes now, as it does at Flickr.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Gives a photo another title.
    Retitle {
        /// The photo.
        id: u64,
        /// Its new title.
        title: String,
    },
    /// Replaces a photo's file: other bytes, other secrets, same id.
    Replace {
        /// The photo.
        id: u64,
    },
    /// Gives a photo other secrets but leaves its bytes and all else.
    NewSecret {
        /// The photo.
        id: u64,
    },
    /// Deletes a photo.
    Delete {
        /// The photo.
        id: u64,
    },
    /// Changes who may see a photo; its secrets change with it, as at Flickr, and its bytes stay.
    SetVisibility {
        /// The photo.
        id: u64,
        /// Who may see it now.
        visibility: Visibility,
    },
    /// Changes a photo's upload date, which owners may.
    Redate {
        /// The photo.
        id: u64,
        /// Seconds since 1970.
        uploaded: i64,
    },
    /// Touches a photo's `lastupdate` and nothing else, as a comment or a fave may.
    Touch {
        /// The photo.
        id: u64,
    },
    /// Uploads another photo.
    Add {
        /// Seconds since 1970; now, if nothing is said.
        uploaded: Option<i64>,
    },
}

/// What was changed about one photo.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overlay {
    pub(crate) title: Option<String>,
    pub(crate) bytes_version: u64,
    pub(crate) secret_version: u64,
    pub(crate) visibility: Option<Visibility>,
    pub(crate) uploaded: Option<i64>,
    pub(crate) updated: Option<i64>,
    pub(crate) deleted: bool,
}

/// All changes so far.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    overlays: HashMap<u64, Overlay>,
    /// How many photos were added behind the first ones.
    pub(crate) added: u64,
    /// Counts the changes, so that an order of photos made earlier is known to be stale.
    pub(crate) generation: u64,
    untouched: Overlay,
}

impl Edits {
    /// What was changed about a photo.
    pub(crate) fn of(&self, index: u64) -> &Overlay {
        self.overlays.get(&index).unwrap_or(&self.untouched)
    }

    /// Takes a change in, at a time, to the photo of this number.
    pub(crate) fn apply(&mut self, index: u64, edit: Edit, now: i64) {
        self.generation += 1;
        let overlay = self.overlays.entry(index).or_default();
        overlay.updated = Some(now);
        match edit {
            Edit::Retitle { title, .. } => overlay.title = Some(title),
            Edit::Replace { .. } => {
                overlay.bytes_version += 1;
                overlay.secret_version += 1;
            }
            Edit::NewSecret { .. } => overlay.secret_version += 1,
            Edit::Delete { .. } => overlay.deleted = true,
            Edit::SetVisibility { visibility, .. } => {
                overlay.visibility = Some(visibility);
                overlay.secret_version += 1;
            }
            Edit::Redate { uploaded, .. } => overlay.uploaded = Some(uploaded),
            Edit::Touch { .. } => {}
            Edit::Add { uploaded } => {
                overlay.uploaded = Some(uploaded.unwrap_or(now));
                self.added += 1;
            }
        }
    }
}

impl Edit {
    /// The photo that is changed; none for a new one.
    pub(crate) fn id(&self) -> Option<u64> {
        match self {
            Self::Retitle { id, .. }
            | Self::Replace { id }
            | Self::NewSecret { id }
            | Self::Delete { id }
            | Self::SetVisibility { id, .. }
            | Self::Redate { id, .. }
            | Self::Touch { id } => Some(*id),
            Self::Add { .. } => None,
        }
    }
}
