//! Comments: who wrote what, and when, on a photo or on an album.

use crate::account::Account;
use crate::chance::{Of, draw, further, place};
use crate::overlay::Overlay;
use crate::people::{PEOPLE, Who};
use crate::photo::Photo;

const FIRST_SERIAL: u64 = 72_157_600_000_000_000;
const FIRST_ALBUM_SERIAL: u64 = 72_157_650_000_000_000;
const MOST_ON_ONE: u64 = 4_096;

/// A comment. Its serial is the last part of its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    pub(crate) serial: u64,
    pub(crate) author: Who,
    pub(crate) when: i64,
    pub(crate) text: String,
}

impl Comment {
    /// The id as Flickr writes it, on the photo or album it belongs to.
    pub(crate) fn id(&self, on: u64) -> String {
        format!("12037-{on}-{}", self.serial)
    }
}

/// Finds the serial in the id of a comment.
pub(crate) fn serial_of(id: &str) -> Option<u64> {
    id.rsplit('-').next()?.parse().ok()
}

/// The photo with the most comments and favourites.
pub(crate) fn busiest(account: &Account) -> u64 {
    account.photos / 2
}

/// How many comments a photo has.
pub(crate) fn count(account: &Account, index: u64, overlay: &Overlay) -> u64 {
    count_at_first(account, index) - overlay.comments_removed.len() as u64 + overlay.comments.len() as u64
}

/// How many comments a photo had before anything was edited.
pub(crate) fn count_at_first(account: &Account, index: u64) -> u64 {
    let facts = &account.mix.facts;
    if index >= account.photos {
        return 0;
    }
    if facts.most_comments > 0 && index == busiest(account) {
        return facts.most_comments.min(MOST_ON_ONE);
    }
    if place(account.seed, index, Of::Comments) >= facts.commented {
        return 0;
    }
    1 + draw(account.seed, index, Of::Comments) % 5
}

/// The serial of the n-th comment that a photo had at first.
pub(crate) fn serial_at_first(index: u64, nth: u64) -> u64 {
    FIRST_SERIAL + index * MOST_ON_ONE + nth
}

/// All comments of a photo, oldest first.
pub(crate) fn on_photo(account: &Account, photo: &Photo, overlay: &Overlay) -> Vec<Comment> {
    let index = photo.index;
    let drawn = draw(account.seed, index, Of::Texts);
    let mut comments: Vec<Comment> = (0..count_at_first(account, index))
        .map(|nth| Comment {
            serial: serial_at_first(index, nth),
            author: author(further(drawn, nth)),
            when: photo.uploaded.max(1_109_635_200) + 3_600 + nth as i64 * 977,
            text: text(account, further(drawn, nth) >> 16, nth),
        })
        .filter(|comment| !overlay.comments_removed.contains(&comment.serial))
        .collect();
    comments.extend(overlay.comments.iter().cloned());
    comments
}

/// How many comments an album had before anything was edited: each third has some.
pub(crate) fn count_on_album(number: u64) -> u64 {
    if number.is_multiple_of(3) { 1 + number % 4 } else { 0 }
}

/// The comments that an album had at first.
pub(crate) fn on_album(account: &Account, number: u64, created: i64) -> Vec<Comment> {
    let drawn = draw(account.seed, number, Of::Album);
    (0..count_on_album(number))
        .map(|nth| Comment {
            serial: FIRST_ALBUM_SERIAL + number * MOST_ON_ONE + nth,
            author: author(further(drawn, nth)),
            when: created + 86_400 * (nth as i64 + 1),
            text: text(account, further(drawn, nth) >> 16, nth),
        })
        .collect()
}

/// One comment in nine is the owner's own.
fn author(drawn: u64) -> Who {
    if drawn.is_multiple_of(9) { Who::Owner } else { Who::Person((drawn >> 4) % PEOPLE) }
}

/// A text that somebody wrote.
pub(crate) fn text(account: &Account, drawn: u64, nth: u64) -> String {
    const KIND: [&str; 6] = [
        "Great shot!",
        "What a <b>light</b>. <a href=\"https://example.com/p\">Mine</a> is nothing beside it.",
        "Très belle image\u{1f44d}",
        "Line one\nline two\n\nline four",
        "Where was this?",
        "これはすごい",
    ];
    let share = (drawn % 1_000) as f64 / 1_000.0;
    if share < account.mix.facts.hostile_texts {
        return hostile(drawn >> 10, nth);
    }
    KIND[(drawn >> 10) as usize % KIND.len()].to_owned()
}

fn hostile(drawn: u64, nth: u64) -> String {
    match (drawn + nth) % 8 {
        0 => "long é ".repeat(2_858).chars().take(20_000).collect(),
        1 => "null \u{0} escape \u{1b}[31m bell \u{7} vertical \u{b} end \u{1f}".to_owned(),
        2 => "]]></text><script>alert('x')</script><!--".to_owned(),
        3 => "\u{202e}right to left\u{202c} \u{feff}\u{200b}".to_owned(),
        4 => "&amp;lt;twice&amp;gt; &#0; &nbsp; \"quoted\" 'single' \\ backslash \\u0041".to_owned(),
        5 => String::new(),
        6 => " \r\n\t blank all round \t\r\n ".to_owned(),
        _ => "\u{fffe}\u{ffff} not a character, \u{1f9d1}\u{200d}\u{1f680} one character".to_owned(),
    }
}
