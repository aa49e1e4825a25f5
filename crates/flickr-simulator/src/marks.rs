//! What lies on a photo: notes and people, with their boxes on a canvas whose longer side is at most 500 pixels.

use crate::account::Account;
use crate::chance::{Of, draw, further, place};
use crate::overlay::Overlay;
use crate::people::{PEOPLE, Who};
use crate::photo::Photo;
use crate::shape::Dimensions;

/// A box on the canvas, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) w: u32,
    pub(crate) h: u32,
}

/// A note on a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) id: u64,
    pub(crate) author: Who,
    pub(crate) text: String,
    pub(crate) area: Area,
}

/// A person on a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) person: Who,
    pub(crate) added_by: Who,
    pub(crate) area: Option<Area>,
}

/// The canvas on which boxes are measured: the picture as it is shown.
pub(crate) fn canvas(photo: &Photo) -> Dimensions {
    let Dimensions { width, height } = photo.shown();
    let longest = width.max(height);
    if longest <= 500 {
        return photo.shown();
    }
    let scaled = |side: u32| (side * 500 / longest).max(1);
    Dimensions { width: scaled(width), height: scaled(height) }
}

/// The notes on a photo.
pub(crate) fn notes(account: &Account, photo: &Photo, overlay: &Overlay) -> Vec<Note> {
    let drawn = draw(account.seed, photo.index, Of::Notes);
    let count =
        if place(account.seed, photo.index, Of::Notes) < account.mix.facts.noted { 1 + drawn % 3 } else { 0 };
    let canvas = canvas(photo);
    let mut notes: Vec<Note> = (0..count)
        .map(|nth| {
            let drawn = further(drawn, nth);
            Note {
                id: 72_157_400_000_000_000 + photo.index * 8 + nth,
                author: if drawn.is_multiple_of(3) { Who::Owner } else { Who::Person(drawn % PEOPLE) },
                text: text(drawn >> 12),
                area: area(canvas, drawn >> 16),
            }
        })
        .collect();
    notes.extend(overlay.notes.iter().map(|(serial, text)| Note {
        id: *serial,
        author: Who::Owner,
        text: text.clone(),
        area: area(canvas, *serial),
    }));
    notes.retain(|note| !overlay.notes_removed.contains(&note.id));
    notes
}

/// The people on a photo; the owner may be one of them, and nobody is there twice.
pub(crate) fn people(account: &Account, photo: &Photo, overlay: &Overlay) -> Vec<Shown> {
    let mut people = people_at_first(account, photo);
    people.retain(|shown| !overlay.hidden.contains(&shown.person));
    people.extend(overlay.shown.iter().map(|person| Shown {
        person: *person,
        added_by: Who::Owner,
        area: Some(area(canvas(photo), further(photo.id, 9))),
    }));
    people
}

fn people_at_first(account: &Account, photo: &Photo) -> Vec<Shown> {
    if place(account.seed, photo.index, Of::People) >= account.mix.facts.peopled {
        return Vec::new();
    }
    let drawn = draw(account.seed, photo.index, Of::People);
    let first = drawn >> 30;
    (0..1 + drawn % 4)
        .map(|nth| {
            let drawn = further(drawn, nth);
            let is_owner = nth == 2;
            Shown {
                person: if is_owner { Who::Owner } else { Who::Person((first + nth * 5) % PEOPLE) },
                added_by: if drawn.is_multiple_of(3) { Who::Person(drawn % PEOPLE) } else { Who::Owner },
                area: (drawn >> 8).is_multiple_of(2).then(|| area(canvas(photo), drawn >> 16)),
            }
        })
        .collect()
}

fn area(canvas: Dimensions, drawn: u64) -> Area {
    let w = 1 + drawn as u32 % canvas.width.div_ceil(3);
    let h = 1 + (drawn >> 12) as u32 % canvas.height.div_ceil(3);
    let x = (drawn >> 24) as u32 % (canvas.width - w + 1);
    let y = (drawn >> 36) as u32 % (canvas.height - h + 1);
    Area { x, y, w, h }
}

fn text(drawn: u64) -> String {
    const TEXTS: [&str; 5] = [
        "my old house",
        "<a href=\"https://example.com/\">see here</a> & <i>there</i>",
        "line one\nline two",
        "здесь \u{1f4cd}",
        "",
    ];
    TEXTS[drawn as usize % TEXTS.len()].to_owned()
}
