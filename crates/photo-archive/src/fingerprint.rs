//! Two short marks by which a run sees whether a photo changed: one of its facts, one of its original's secret.

use flickr_model::{Photo, Tag};
use sha2::{Digest, Sha256};

/// A hash over what a listing tells of a photo, counters and the date of the last change left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub(crate) [u8; 16]);

/// A keyed hash of an original's secret, or that it is not known (always so after `rebuild`).
///
/// The key never leaves the catalog, so that the mark is worth nothing to who finds it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct SecretMark(pub(crate) Option<[u8; 16]>);

impl SecretMark {
    /// The mark of a secret that nobody knows.
    pub const UNKNOWN: Self = Self(None);

    /// Says whether there is a secret behind it; two unknown marks compare equal but prove nothing.
    #[must_use]
    pub fn is_known(self) -> bool {
        self.0.is_some()
    }
}

/// Computes the fingerprint of a photo.
pub(crate) fn of(photo: &Photo) -> Fingerprint {
    let facts = plain(photo);
    // Numbers, words and finite coordinates: this cannot fail, and an empty text would only cost a look.
    Fingerprint(short(&[&serde_json::to_vec(&facts).unwrap_or_default()]))
}

/// Computes the mark of a secret under a catalog's key.
pub(crate) fn mark(key: &[u8; 32], secret: Option<&str>) -> SecretMark {
    SecretMark(secret.filter(|secret| !secret.is_empty()).map(|secret| short(&[key, secret.as_bytes()])))
}

/// The facts in the one form in which they are compared: tags as a set of Flickr's normalised texts (the raw
/// spelling comes with details, not with the listing), coordinates only when they are numbers.
fn plain(photo: &Photo) -> Photo {
    let mut facts = photo.facts();
    facts.content_type = None; // Details tell it too, and a listing need not.
    facts.place = facts.place.filter(|place| place.latitude.is_finite() && place.longitude.is_finite());
    facts.tags.sort_by(|a, b| a.text.cmp(&b.text));
    facts.tags.dedup_by(|a, b| a.text == b.text);
    facts.tags =
        facts.tags.into_iter().map(|tag| Tag { raw: None, author: None, machine: false, ..tag }).collect();
    facts
}

fn short(parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    let whole: [u8; 32] = hasher.finalize().into();
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(whole) {
        *to = from;
    }
    short
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn photo() -> Photo {
        serde_json::from_str(r#"{"id":"7","media":"photo","tags":[{"text":"b"},{"text":"a"}]}"#).unwrap()
    }

    #[test]
    fn order_spelling_and_author_of_tags_are_no_new_fact() {
        let mut detailed = photo();
        detailed.tags.reverse();
        detailed.tags.iter_mut().for_each(|tag| tag.raw = Some("B!".to_owned()));

        assert_eq!(of(&detailed), of(&photo()));
    }

    #[test]
    fn a_new_title_is_a_new_fact() {
        assert_ne!(of(&Photo { title: "x".to_owned(), ..photo() }), of(&photo()));
    }

    #[test]
    fn a_mark_depends_on_the_key_and_on_the_secret() {
        let (one, other) = ([1; 32], [2; 32]);

        assert_eq!(mark(&one, Some("a")), mark(&one, Some("a")));
        assert_ne!(mark(&one, Some("a")), mark(&one, Some("b")));
        assert_ne!(mark(&one, Some("a")), mark(&other, Some("a")));
        assert!(!mark(&one, None).is_known());
        assert!(!mark(&one, Some("")).is_known());
    }
}
