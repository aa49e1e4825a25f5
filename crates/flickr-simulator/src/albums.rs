//! Albums: their photos in order, computed from a number; only an album that was edited has its photos written down.

use crate::account::Account;
use crate::chance::{Of, draw, further};
use crate::overlay::{AlbumOverlay, Edits};
use crate::photo::{Photo, id, index_of};
use crate::said::{self, Comment};
use crate::titles;

const FIRST_ID: u64 = 72_157_620_000_000_000;
const FIRST_CREATED: i64 = 1_120_000_000;

/// One photo of an album: the owner's, by number, or (in odd albums) somebody else's, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Member {
    Own(u64),
    Foreign(u64),
}

/// An album's facts; its photos are asked for by themselves.
#[derive(Clone, Debug)]
pub(crate) struct Album {
    pub(crate) number: u64,
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) views: i64,
    /// The photos that are still there, in order.
    pub(crate) members: Vec<Member>,
    pub(crate) comments: Vec<Comment>,
}

impl Album {
    /// The id of its cover: its first photo, or the second of every other album; 0 if it is empty.
    pub(crate) fn cover(&self, account: &Account) -> u64 {
        let place = usize::from(self.number % 2 == 1 && self.members.len() > 1);
        self.members.get(place).map_or(0, |member| member_id(account, *member))
    }

    /// How many of its items are videos; photos of others count as photos.
    pub(crate) fn videos(&self, account: &Account, edits: &Edits) -> u64 {
        let is_video = |member: &&Member| match member {
            Member::Own(index) => Photo::new(account, *index, edits.of(*index)).is_video(),
            Member::Foreign(_) => false,
        };
        self.members.iter().filter(is_video).count() as u64
    }
}

/// The id of a photo in an album.
pub(crate) fn member_id(account: &Account, member: Member) -> u64 {
    match member {
        Member::Own(index) => id(account.seed, index),
        Member::Foreign(number) => crate::foreign::id(number),
    }
}

/// The id of an album.
pub(crate) fn album_id(account: &Account, number: u64) -> u64 {
    FIRST_ID + number * 1_009 + draw(account.seed, number, Of::Album) % 1_000
}

/// Finds the number of an album that is not deleted.
pub(crate) fn number_of(account: &Account, edits: &Edits, wanted: u64) -> Option<u64> {
    let number = wanted.checked_sub(FIRST_ID)? / 1_009;
    let is_there = number < account.mix.facts.albums + edits.albums_made
        && album_id(account, number) == wanted
        && !edits.albums.get(&number).is_some_and(|overlay| overlay.deleted);
    is_there.then_some(number)
}

/// The numbers of all albums in the owner's order: those made since come first, the latest before the others.
pub(crate) fn numbers(account: &Account, edits: &Edits) -> Vec<u64> {
    let first = account.mix.facts.albums;
    let all = (first..first + edits.albums_made).rev().chain(0..first);
    all.filter(|number| !edits.albums.get(number).is_some_and(|overlay| overlay.deleted)).collect()
}

/// Computes an album.
pub(crate) fn album(account: &Account, edits: &Edits, number: u64) -> Album {
    let untouched = AlbumOverlay::default();
    let overlay = edits.albums.get(&number).unwrap_or(&untouched);
    let drawn = draw(account.seed, number, Of::Album);
    let created = overlay.created.unwrap_or(FIRST_CREATED + (drawn % 500_000_000) as i64);
    let is_made_later = overlay.created.is_some();
    let mut comments = if is_made_later { Vec::new() } else { said::on_album(account, number, created) };
    comments.extend(overlay.comments.iter().cloned());
    Album {
        number,
        id: album_id(account, number),
        title: overlay.title.clone().unwrap_or_else(|| title(drawn, number, account)),
        description: overlay.description.clone().unwrap_or_else(|| match is_made_later {
            true => String::new(),
            false => titles::description(drawn >> 20),
        }),
        created,
        updated: overlay.updated.unwrap_or(created + 100_000),
        views: (drawn >> 30) as i64 % 900,
        members: members(account, edits, number),
        comments,
    }
}

/// Whether a photo is in an album; found without making the album's list unless it was edited.
pub(crate) fn contains(account: &Account, edits: &Edits, number: u64, index: u64) -> bool {
    match edits.albums.get(&number).and_then(|overlay| overlay.members.as_ref()) {
        Some(written) => written.contains(&Member::Own(index)),
        None => {
            let range = range(account, number);
            index >= range.start && index < range.start + range.length
        }
    }
}

/// The photos of an album before those that are deleted are left out.
pub(crate) fn members_written(account: &Account, edits: &Edits, number: u64) -> Vec<Member> {
    match edits.albums.get(&number).and_then(|overlay| overlay.members.clone()) {
        Some(written) => written,
        None => members_at_first(account, number),
    }
}

fn members(account: &Account, edits: &Edits, number: u64) -> Vec<Member> {
    let mut members = members_written(account, edits, number);
    members.retain(|member| !matches!(member, Member::Own(index) if edits.of(*index).deleted));
    members
}

/// Finds the photo that an album is to hold.
pub(crate) fn own(account: &Account, edits: &Edits, wanted: u64) -> Option<Member> {
    let index = index_of(account.seed, wanted)?;
    let is_there = index < account.photos + edits.added && !edits.of(index).deleted;
    is_there.then_some(Member::Own(index))
}

struct Range {
    start: u64,
    length: u64,
}

fn range(account: &Account, number: u64) -> Range {
    let facts = &account.mix.facts;
    let drawn = draw(account.seed, number, Of::Album);
    let wanted = match number {
        0 if facts.large_album > 0 => facts.large_album,
        1 if facts.odd_albums => 0,
        _ => 1 + further(drawn, 1) % 30,
    };
    let length = wanted.min(account.photos);
    Range { start: further(drawn, 2) % (account.photos - length + 1), length }
}

/// A stretch of the account in an order of its own: forward, backward, or stepping through it in a stride that has no
/// factor in common with its length.
fn members_at_first(account: &Account, number: u64) -> Vec<Member> {
    let Range { start, length } = range(account, number);
    let mut members: Vec<Member> = match number % 3 {
        0 => (0..length).map(|place| Member::Own(start + place)).collect(),
        1 => (0..length).rev().map(|place| Member::Own(start + place)).collect(),
        _ => {
            let stride = (2..=length).rev().find(|stride| shared_factor(*stride, length) == 1).unwrap_or(1);
            (0..length).map(|place| Member::Own(start + place * stride % length)).collect()
        }
    };
    if number == 2 && account.mix.facts.odd_albums {
        members.insert(members.len().min(1), Member::Foreign(900_001));
    }
    members
}

fn shared_factor(mut one: u64, mut other: u64) -> u64 {
    while other > 0 {
        (one, other) = (other, one % other);
    }
    one
}

fn title(drawn: u64, number: u64, account: &Account) -> String {
    if account.mix.facts.odd_albums && number % 4 == 3 {
        return titles::hostile(number);
    }
    titles::ordinary(drawn >> 8)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Member, album, album_id, contains, number_of};
    use crate::account::Account;
    use crate::overlay::Edits;

    #[test]
    fn an_album_holds_each_photo_once_and_membership_agrees() {
        let account = Account::rich(4, 900);
        let edits = Edits::default();

        for number in 0..12 {
            let album = album(&account, &edits, number);
            let once: HashSet<Member> = album.members.iter().copied().collect();
            assert_eq!(once.len(), album.members.len());
            for index in 0..900 {
                assert_eq!(once.contains(&Member::Own(index)), contains(&account, &edits, number, index));
            }
            assert_eq!(number_of(&account, &edits, album_id(&account, number)), Some(number));
        }
        assert_eq!(album(&account, &edits, 0).members.len(), 620);
        assert!(album(&account, &edits, 1).members.is_empty());
    }
}
