//! What a person does to the account while the simulator runs.

pub(crate) use crate::overlay::Edits;
use crate::photo::Visibility;

/// One change to the account. The photo's `lastupdate` becomes now where [`crate::Bumps`] says so; `by` is the number of
/// a person, below 4,096.
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
    /// Gives a photo another description.
    Redescribe {
        /// The photo.
        id: u64,
        /// Its new description, which may be HTML.
        description: String,
    },
    /// Somebody writes a comment on a photo.
    Comment {
        /// The photo.
        id: u64,
        /// Who writes.
        by: u64,
        /// What they write.
        text: String,
    },
    /// A comment is taken away.
    RemoveComment {
        /// The photo.
        id: u64,
        /// The comment's id.
        comment: String,
    },
    /// Somebody makes a photo a favourite.
    Favorite {
        /// The photo.
        id: u64,
        /// Who likes it.
        by: u64,
    },
    /// Somebody likes a photo no longer.
    Unfavorite {
        /// The photo.
        id: u64,
        /// Who liked it.
        by: u64,
    },
    /// The owner adds a tag.
    Tag {
        /// The photo.
        id: u64,
        /// The tag as it is written.
        raw: String,
    },
    /// A tag is taken away.
    Untag {
        /// The photo.
        id: u64,
        /// The tag as it was written.
        raw: String,
    },
    /// The owner writes a note on a photo.
    Note {
        /// The photo.
        id: u64,
        /// What it says.
        text: String,
    },
    /// A note is taken away.
    RemoveNote {
        /// The photo.
        id: u64,
        /// The note's id.
        note: u64,
    },
    /// The owner says that a person is on a photo, in a box.
    ShowPerson {
        /// The photo.
        id: u64,
        /// Who is on it.
        person: u64,
    },
    /// A person is on a photo no longer.
    HidePerson {
        /// The photo.
        id: u64,
        /// Who was on it.
        person: u64,
    },
    /// A deleted photo is back, as it was.
    Restore {
        /// The photo.
        id: u64,
    },
    /// Gives a photo another place, or none.
    Move {
        /// The photo.
        id: u64,
        /// Latitude and longitude in degrees.
        place: Option<(f64, f64)>,
    },
    /// Puts a photo under another licence.
    SetLicence {
        /// The photo.
        id: u64,
        /// Flickr's number of it, 0 to 16.
        licence: i64,
    },
    /// Turns a photo; its secrets change with it, and the bytes of its original stay.
    Rotate {
        /// The photo.
        id: u64,
        /// 90, 180 or 270.
        degrees: i64,
    },
    /// People look at a photo: its views rise and nothing else changes.
    Look {
        /// The photo.
        id: u64,
        /// How often.
        times: i64,
    },
    /// Makes an album.
    CreateAlbum {
        /// Its title.
        title: String,
        /// Its photos in order; the first is its cover.
        photos: Vec<u64>,
    },
    /// Gives an album another title.
    RenameAlbum {
        /// The album.
        album: u64,
        /// Its new title.
        title: String,
    },
    /// Gives an album another description.
    RedescribeAlbum {
        /// The album.
        album: u64,
        /// Its new description.
        description: String,
    },
    /// Adds a photo behind the others of an album.
    AddToAlbum {
        /// The album.
        album: u64,
        /// The photo.
        photo: u64,
    },
    /// Takes a photo out of an album.
    RemoveFromAlbum {
        /// The album.
        album: u64,
        /// The photo.
        photo: u64,
    },
    /// Puts photos of an album first, in this order; the others follow as they were.
    ReorderAlbum {
        /// The album.
        album: u64,
        /// The photos that come first.
        photos: Vec<u64>,
    },
    /// Deletes an album; its photos stay.
    DeleteAlbum {
        /// The album.
        album: u64,
    },
    /// Somebody writes a comment on an album.
    CommentAlbum {
        /// The album.
        album: u64,
        /// Who writes.
        by: u64,
        /// What they write.
        text: String,
    },
    /// The owner makes a photo of somebody else a favourite.
    LikeOthers,
    /// Gives a gallery another title.
    RenameGallery {
        /// The gallery.
        gallery: u64,
        /// Its new title.
        title: String,
    },
    /// Adds a photo of somebody else to a gallery, with the owner's words on it.
    AddToGallery {
        /// The gallery.
        gallery: u64,
        /// What the owner says of it.
        comment: String,
    },
    /// Takes the first photo out of a gallery.
    RemoveFromGallery {
        /// The gallery.
        gallery: u64,
    },
}

/// What an edit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    NewPhoto,
    Photo(u64),
    NewAlbum,
    Album(u64),
    Gallery(u64),
    Favorites,
}

impl Edit {
    /// What is changed.
    pub(crate) fn about(&self) -> About {
        match self {
            Self::Retitle { id, .. }
            | Self::Redescribe { id, .. }
            | Self::Replace { id }
            | Self::NewSecret { id }
            | Self::Delete { id }
            | Self::SetVisibility { id, .. }
            | Self::Redate { id, .. }
            | Self::Touch { id }
            | Self::Comment { id, .. }
            | Self::RemoveComment { id, .. }
            | Self::Favorite { id, .. }
            | Self::Unfavorite { id, .. }
            | Self::Tag { id, .. }
            | Self::Untag { id, .. }
            | Self::Note { id, .. }
            | Self::RemoveNote { id, .. }
            | Self::ShowPerson { id, .. }
            | Self::HidePerson { id, .. }
            | Self::Restore { id }
            | Self::Move { id, .. }
            | Self::SetLicence { id, .. }
            | Self::Rotate { id, .. }
            | Self::Look { id, .. } => About::Photo(*id),
            Self::Add { .. } => About::NewPhoto,
            Self::LikeOthers => About::Favorites,
            Self::CreateAlbum { .. } => About::NewAlbum,
            Self::RenameAlbum { album, .. }
            | Self::RedescribeAlbum { album, .. }
            | Self::AddToAlbum { album, .. }
            | Self::RemoveFromAlbum { album, .. }
            | Self::ReorderAlbum { album, .. }
            | Self::DeleteAlbum { album }
            | Self::CommentAlbum { album, .. } => About::Album(*album),
            Self::RenameGallery { gallery, .. }
            | Self::AddToGallery { gallery, .. }
            | Self::RemoveFromGallery { gallery } => About::Gallery(*gallery),
        }
    }
}
