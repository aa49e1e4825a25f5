//! A photo's tags: as they were written, as Flickr writes them, and by whom.

use crate::account::Account;
use crate::chance::{Of, draw, place};
use crate::overlay::Overlay;
use crate::people::{PEOPLE, Who};
use crate::titles;

/// One tag on one photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    /// As its author wrote it.
    pub(crate) raw: String,
    /// As Flickr compares it; it may be empty, as recorded.
    pub(crate) text: String,
    pub(crate) author: Who,
}

impl Tag {
    /// Whether it has the form `namespace:predicate=value`.
    pub(crate) fn is_machine(&self) -> bool {
        is_machine(&self.text)
    }

    /// The last part of its id, the same for the same text everywhere.
    pub(crate) fn serial(&self) -> u64 {
        self.text.bytes().fold(7, |sum: u64, byte| (sum * 131 + u64::from(byte)) % 90_000_017)
    }

    fn new(raw: &str, author: Who) -> Self {
        Self { raw: raw.to_owned(), text: plain(raw), author }
    }
}

/// All tags of a photo; no text comes twice.
pub(crate) fn of_photo(account: &Account, index: u64, overlay: &Overlay) -> Vec<Tag> {
    let drawn = draw(account.seed, index, Of::Tags);
    let ordinary = titles::tags(drawn).into_iter().map(|text| Tag {
        raw: text.to_uppercase(),
        text: text.to_owned(),
        author: Who::Owner,
    });
    let machine = titles::machine_tags(drawn >> 50);
    let machine = (!machine.is_empty()).then(|| Tag::new(machine, Who::Owner));
    let later = overlay.tags.iter().map(|raw| Tag::new(raw, Who::Owner));
    let mut all: Vec<Tag> = Vec::new();
    for tag in ordinary.chain(odd(account, index)).chain(machine).chain(later) {
        let is_known = all.iter().any(|known| known.text == tag.text);
        let is_untagged = overlay.untags.contains(&tag.raw) && !overlay.tags.contains(&tag.raw);
        if !is_known && !is_untagged {
            all.push(tag);
        }
    }
    all
}

/// The machine tags of a photo as the listing joins them.
pub(crate) fn machine_joined(tags: &[Tag]) -> String {
    joined(tags.iter().filter(|tag| tag.is_machine()))
}

/// The tags of a photo as the listing joins them, with or without the machine tags.
pub(crate) fn all_joined(tags: &[Tag], with_machine: bool) -> String {
    joined(tags.iter().filter(|tag| with_machine || !tag.is_machine()))
}

fn joined<'a>(tags: impl Iterator<Item = &'a Tag>) -> String {
    let texts: Vec<&str> = tags.map(|tag| tag.text.as_str()).filter(|text| !text.is_empty()).collect();
    texts.join(" ")
}

fn odd(account: &Account, index: u64) -> Vec<Tag> {
    if place(account.seed, index, Of::OddTags) >= account.mix.facts.odd_tags {
        return Vec::new();
    }
    let drawn = draw(account.seed, index, Of::OddTags);
    let stranger = Who::Person((drawn >> 8) % PEOPLE);
    match drawn % 7 {
        0 => vec![Tag::new("New York City", Who::Owner), Tag::new("Überraschung & Co.", Who::Owner)],
        1 => vec![Tag::new("family and friends", stranger)],
        2 => vec![Tag::new("***", Who::Owner)],
        3 => vec![Tag::new("geo:lat=57.1", Who::Owner), Tag::new("upload:By=Old Tool", stranger)],
        4 => vec![Tag::new("say \"cheese\"", Who::Owner), Tag::new("夕方 の 海", stranger)],
        5 => vec![Tag::new("a/b,c;d<e>", Who::Owner)],
        _ => vec![Tag::new("Sea Side", Who::Owner), Tag::new("sea-side!", stranger)],
    }
}

/// Writes a tag the way Flickr compares tags: lower case, letters and digits alone; machine tags keep their marks.
fn plain(raw: &str) -> String {
    let lower = raw.to_lowercase();
    if is_machine(&lower) {
        return lower.chars().filter(|letter| !letter.is_whitespace()).collect();
    }
    lower.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

fn is_machine(text: &str) -> bool {
    let Some((namespace, rest)) = text.split_once(':') else { return false };
    let Some((predicate, value)) = rest.split_once('=') else { return false };
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|letter| letter.is_ascii_alphanumeric());
    is_word(namespace) && is_word(predicate) && !value.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{is_machine, plain};

    #[test]
    fn tags_are_compared_without_blanks_and_marks() {
        assert_eq!(plain("New York City"), "newyorkcity");
        assert_eq!(plain("***"), "");
        assert_eq!(plain("Upload:by=Old Tool"), "upload:by=oldtool");
        assert!(is_machine("a:b=c") && !is_machine("a:b") && !is_machine(":b=c"));
    }
}
