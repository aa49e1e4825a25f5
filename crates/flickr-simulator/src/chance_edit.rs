//! Edits by chance, for tests that let an account live for a while: always one that is possible at the moment.

use crate::account::Account;
use crate::albums::{Album, Member, album, numbers};
use crate::chance::further;
use crate::edits::Edit;
use crate::galleries::gallery_id;
use crate::marks;
use crate::overlay::Edits;
use crate::people::{PEOPLE, Who};
use crate::photo::{Photo, Visibility, id};
use crate::rights::LICENCES;
use crate::{liked, said, titles};

const KINDS: u64 = 32;

/// A throw of the dice for one edit.
struct Dice(u64);

impl Dice {
    fn below(&self, nth: u64, bound: u64) -> u64 {
        further(self.0, nth) % bound.max(1)
    }

    fn one_of<'a, T>(&self, nth: u64, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(nth, all.len() as u64) as usize)
    }
}

/// Draws an edit that changes something; nothing is found only where the account is nearly empty.
pub(crate) fn draw(account: &Account, edits: &Edits, number: u64) -> Option<Edit> {
    (0..64).find_map(|attempt| {
        let dice = Dice(further(further(account.seed, number), attempt));
        match dice.below(0, KINDS) {
            kind @ 0..=21 => on_photo(account, edits, kind, &dice),
            31 => Some(Edit::LikeOthers),
            kind @ 22..=28 => on_album(account, edits, kind, &dice),
            kind => on_gallery(account, kind, &dice),
        }
    })
}

fn photo_at(account: &Account, edits: &Edits, dice: &Dice, nth: u64) -> Option<Photo> {
    let index = dice.below(nth, account.photos + edits.added);
    let overlay = edits.of(index);
    let is_there = index < account.photos + edits.added && !overlay.deleted;
    is_there.then(|| Photo::new(account, index, overlay))
}

fn on_photo(account: &Account, edits: &Edits, kind: u64, dice: &Dice) -> Option<Edit> {
    if kind == 0 {
        return Some(Edit::Add { uploaded: None });
    }
    let photo = photo_at(account, edits, dice, 1)?;
    let overlay = edits.of(photo.index);
    let id = photo.id;
    let by = dice.below(2, PEOPLE);
    let text = || said::text(account, further(dice.0, 3), dice.below(4, 9));
    let edit = match kind {
        1 => Edit::Retitle { id, title: titles::ordinary(dice.0) },
        2 => Edit::Retitle { id, title: titles::hostile(dice.0) },
        3 => Edit::Redescribe { id, description: text() },
        4 => Edit::Replace { id },
        5 => Edit::NewSecret { id },
        6 => Edit::Delete { id },
        7 => Edit::SetVisibility { id, visibility: *dice.one_of(3, &VISIBILITIES)? },
        8 | 9 => Edit::Comment { id, by, text: text() },
        10 => {
            let comments = said::on_photo(account, &photo, overlay);
            Edit::RemoveComment { id, comment: dice.one_of(3, &comments)?.id(id) }
        }
        11 => Edit::Favorite { id, by },
        12 => match dice.one_of(3, &liked::of_photo(account, &photo, overlay))?.person {
            Who::Person(by) => Edit::Unfavorite { id, by },
            Who::Owner => return None,
        },
        13 => Edit::Tag { id, raw: format!("Tag No. {}", dice.below(3, 500)) },
        14 => Edit::Untag { id, raw: dice.one_of(3, &photo.tags)?.raw.clone() },
        15 => Edit::Note { id, text: text() },
        16 => Edit::RemoveNote { id, note: dice.one_of(3, &marks::notes(account, &photo, overlay))?.id },
        17 => Edit::ShowPerson { id, person: by },
        18 => match dice.one_of(3, &marks::people(account, &photo, overlay))?.person {
            Who::Person(person) => Edit::HidePerson { id, person },
            Who::Owner => return None,
        },
        19 => {
            let degrees = |nth, span: u64| dice.below(nth, span * 1_000) as f64 / 1e3 - span as f64 / 2.0;
            let place = (!dice.below(3, 4).is_multiple_of(4)).then(|| (degrees(4, 170), degrees(5, 350)));
            Edit::Move { id, place }
        }
        20 => Edit::SetLicence { id, licence: dice.one_of(3, &LICENCES)?.0 },
        _ => Edit::Rotate { id, degrees: 90 * (1 + dice.below(3, 3) as i64) },
    };
    edits.would_change(account, photo.index, &edit).then_some(edit)
}

const VISIBILITIES: [Visibility; 5] = [
    Visibility::Public,
    Visibility::Friends,
    Visibility::Family,
    Visibility::FriendsAndFamily,
    Visibility::Private,
];

fn on_album(account: &Account, edits: &Edits, kind: u64, dice: &Dice) -> Option<Edit> {
    let photo = photo_at(account, edits, dice, 1)?;
    if kind == 22 {
        let more = photo_at(account, edits, dice, 2).filter(|more| more.id != photo.id);
        let photos = [Some(photo.id), more.map(|more| more.id)].into_iter().flatten().collect();
        return Some(Edit::CreateAlbum { title: titles::ordinary(dice.0 >> 7), photos });
    }
    let numbers = numbers(account, edits);
    let Album { id: album, members, .. } = album(account, edits, *dice.one_of(3, &numbers)?);
    let own: Vec<u64> = members
        .iter()
        .filter_map(|member| match member {
            Member::Own(index) => Some(id(account.seed, *index)),
            Member::Foreign(_) => None,
        })
        .collect();
    let edit = match kind {
        23 => Edit::RenameAlbum { album, title: titles::hostile(dice.0 >> 9) },
        24 if !own.contains(&photo.id) => Edit::AddToAlbum { album, photo: photo.id },
        25 => Edit::RemoveFromAlbum { album, photo: *dice.one_of(4, &own)? },
        26 => Edit::ReorderAlbum { album, photos: vec![*own.last()?] },
        27 if dice.below(5, 4) == 0 => Edit::DeleteAlbum { album },
        28 => Edit::CommentAlbum { album, by: dice.below(6, PEOPLE), text: format!("Album {}", dice.0) },
        _ => return None,
    };
    Some(edit)
}

fn on_gallery(account: &Account, kind: u64, dice: &Dice) -> Option<Edit> {
    let count = account.mix.facts.galleries;
    if count == 0 {
        return None;
    }
    let gallery = gallery_id(dice.below(1, count));
    Some(match kind {
        29 => Edit::RenameGallery { gallery, title: titles::ordinary(dice.0) },
        _ if dice.below(2, 2) == 0 => Edit::AddToGallery { gallery, comment: format!("Because {}", dice.0) },
        _ => Edit::RemoveFromGallery { gallery },
    })
}
