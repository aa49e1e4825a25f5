//! Favourites: who likes a photo, and since when. Nobody likes one twice.

use crate::account::Account;
use crate::chance::{Of, draw, place};
use crate::overlay::Overlay;
use crate::people::{PEOPLE, Who};
use crate::photo::Photo;
use crate::said::busiest;

const MOST: u64 = 4_000;

/// Somebody who likes a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Liking {
    pub(crate) person: Who,
    pub(crate) when: i64,
}

/// How many people like a photo.
pub(crate) fn count(account: &Account, index: u64, overlay: &Overlay) -> u64 {
    if overlay.likings.is_empty() && overlay.unlikings.is_empty() {
        return count_at_first(account, index);
    }
    let still = at_first(account, index).filter(|number| !overlay.unlikings.contains(number)).count();
    (still + overlay.likings.len()) as u64
}

fn count_at_first(account: &Account, index: u64) -> u64 {
    let facts = &account.mix.facts;
    if index >= account.photos {
        return 0;
    }
    if facts.most_favorites > 0 && index == busiest(account) {
        return facts.most_favorites.min(MOST);
    }
    if place(account.seed, index, Of::Favorites) >= facts.favorited {
        return 0;
    }
    1 + draw(account.seed, index, Of::Favorites) % 6
}

/// The people who liked a photo at first; the step has no factor in common with their number, so nobody comes twice.
fn at_first(account: &Account, index: u64) -> impl Iterator<Item = u64> {
    let start = draw(account.seed, index, Of::Favorites) >> 20;
    (0..count_at_first(account, index)).map(move |nth| (start + nth * 1_001) % PEOPLE)
}

/// Whether a person likes a photo.
pub(crate) fn is_liked_by(account: &Account, index: u64, overlay: &Overlay, number: u64) -> bool {
    let added = overlay.likings.iter().any(|liking| liking.person == Who::Person(number));
    added || (!overlay.unlikings.contains(&number) && at_first(account, index).any(|known| known == number))
}

/// All who like a photo, the latest first, as Flickr lists them.
pub(crate) fn of_photo(account: &Account, photo: &Photo, overlay: &Overlay) -> Vec<Liking> {
    let since = photo.uploaded.max(1_109_635_200) + 1_800;
    let mut all: Vec<Liking> = at_first(account, photo.index)
        .enumerate()
        .filter(|(_, number)| !overlay.unlikings.contains(number))
        .map(|(nth, number)| Liking { person: Who::Person(number), when: since + nth as i64 * 1_201 })
        .collect();
    all.extend(&overlay.likings);
    all.reverse();
    all
}
