//! The knobs for everything else that Flickr knows: who said what about which photo, and what hangs about the account.

/// How much of everything beyond the photos themselves an account holds. Shares are of all photos; the rest are counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Share of photos that people wrote comments on, one to five each.
    pub commented: f64,
    /// How many comments the one busiest photo has, which lies in the middle of the account; 0 for no such photo.
    pub most_comments: u64,
    /// Share of texts by others that try to break things: 20,000 characters, control characters, markup.
    pub hostile_texts: f64,
    /// Share of photos that people made favourites, one to six times each.
    pub favorited: f64,
    /// How many people like the one busiest photo; at most 4,000.
    pub most_favorites: u64,
    /// Share of photos with notes.
    pub noted: f64,
    /// Share of photos with people on them, half of whom have a box.
    pub peopled: f64,
    /// Share of photos with tags that are odd: blanks, an empty text, quotation marks, another's tag, a machine tag.
    pub odd_tags: f64,
    /// Share of the places that are vague, or that only some may see.
    pub odd_places: f64,
    /// Share of photos with unusual permissions and rights of use.
    pub odd_rights: f64,
    /// Share of photos that Flickr turns.
    pub rotated: f64,
    /// Share of items that are screenshots or other things.
    pub other_contents: f64,
    /// Share of photos whose EXIF the API refuses with code 2.
    pub exif_hidden: f64,
    /// Share of photos that somebody else put into a gallery.
    pub in_galleries: f64,
    /// How many albums there are.
    pub albums: u64,
    /// How many photos the first album holds, if the account has as many.
    pub large_album: u64,
    /// Whether the second album is empty and the third holds a photo that is not the owner's.
    pub odd_albums: bool,
    /// How many collections lie at the top; the second of them is empty.
    pub collections: u64,
    /// How many collections lie one within the other in the first one.
    pub collection_depth: u64,
    /// How many galleries the owner made of others' photos.
    pub galleries: u64,
    /// How many photos of others the owner made favourites; one in 29 has vanished since.
    pub favorites: u64,
    /// How many people the owner has as contacts.
    pub contacts: u64,
    /// How many groups the owner is in.
    pub groups: u64,
    /// How many testimonials were written about the owner, and as many by the owner.
    pub testimonials: u64,
}

impl Facts {
    /// Nothing beyond the photos.
    pub fn none() -> Self {
        Self {
            commented: 0.0,
            most_comments: 0,
            hostile_texts: 0.0,
            favorited: 0.0,
            most_favorites: 0,
            noted: 0.0,
            peopled: 0.0,
            odd_tags: 0.0,
            odd_places: 0.0,
            odd_rights: 0.0,
            rotated: 0.0,
            other_contents: 0.0,
            exif_hidden: 0.0,
            in_galleries: 0.0,
            albums: 0,
            large_album: 0,
            odd_albums: false,
            collections: 0,
            collection_depth: 0,
            galleries: 0,
            favorites: 0,
            contacts: 0,
            groups: 0,
            testimonials: 0,
        }
    }

    /// A little, as most accounts have.
    pub fn some() -> Self {
        Self {
            commented: 0.1,
            favorited: 0.15,
            noted: 0.03,
            peopled: 0.04,
            albums: 3,
            collections: 1,
            collection_depth: 1,
            galleries: 1,
            favorites: 5,
            contacts: 3,
            groups: 2,
            testimonials: 1,
            ..Self::none()
        }
    }

    /// Everything, odd and hostile things among it.
    pub fn all() -> Self {
        Self {
            commented: 0.3,
            most_comments: 1_300,
            hostile_texts: 0.15,
            favorited: 0.35,
            most_favorites: 137,
            noted: 0.15,
            peopled: 0.2,
            odd_tags: 0.25,
            odd_places: 0.4,
            odd_rights: 0.25,
            rotated: 0.1,
            other_contents: 0.1,
            exif_hidden: 0.1,
            in_galleries: 0.1,
            albums: 12,
            large_album: 620,
            odd_albums: true,
            collections: 4,
            collection_depth: 30,
            galleries: 3,
            favorites: 730,
            contacts: 60,
            groups: 8,
            testimonials: 23,
        }
    }
}

/// Which edits change a photo's `lastupdate`. At Flickr this is known for few of them; the others are a guess.
/// Uploads, new titles and descriptions, replaced files and new upload dates always do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bumps {
    /// A comment written or removed (the documentation says so).
    pub comment: bool,
    /// A favourite made or unmade.
    pub favorite: bool,
    /// A tag added or taken away (the documentation says so).
    pub tag: bool,
    /// A place moved.
    pub place: bool,
    /// Another licence.
    pub licence: bool,
    /// Another circle of viewers.
    pub visibility: bool,
    /// A turn.
    pub rotation: bool,
    /// A note, or a person put on the photo.
    pub mark: bool,
    /// The photo put into an album or taken out of it.
    pub album: bool,
    /// Whether an album's own `date_update` follows when photos are added to it, taken out or put in another order.
    pub album_contents: bool,
    /// Whether an album's own `date_update` follows a comment on it.
    pub album_comment: bool,
}

impl Default for Bumps {
    fn default() -> Self {
        Self {
            comment: true,
            favorite: false,
            tag: true,
            place: true,
            licence: true,
            visibility: true,
            rotation: true,
            mark: true,
            album: false,
            album_contents: true,
            album_comment: false,
        }
    }
}
