//! Where the files of a photo lie: their folder and the part of their names that they share, given once.

use std::fmt;

use flickr_model::{Photo, PhotoId, When};

use crate::filing::{Filing, Purpose};
use crate::key::Key;
use crate::safe_name::{is_safe, slug};

/// The path that all files of one photo share, such as `photos/2011/07/2011-07-04_153012_5912345678_Fourth-of-July`.
///
/// It is made once, when the photo is first seen; a later change of its title or date moves nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stem(Key);

/// A text that is no stem of this archive format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not where a photo's files can lie")]
pub struct BadStem(String);

/// The longest name of a stem: with the longest ending (`.not-original-….v9999.heic.xmp.part`) it stays below 200.
const MAX_NAME: usize = 140;

impl Stem {
    /// Gives a photo its place: by the date taken (else uploaded) at Flickr's precision, its id and its title.
    #[must_use]
    pub fn of(photo: &Photo) -> Self {
        let when = photo.dates.best();
        let id = photo.id.to_string();
        let title = slug(&photo.title);
        let parts = [when.map(date), when.and_then(time), Some(id), (!title.is_empty()).then_some(title)];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join("_");
        Self(Key::known(format!("{}/{name}", folder(when))))
    }

    /// Takes a stem as a catalog or a JSON file gives it back.
    ///
    /// # Errors
    /// When it is not in `photos/YYYY/MM`, `photos/YYYY` or `photos/undated`, or its name is not a safe one.
    pub fn parse(text: &str) -> Result<Self, BadStem> {
        let bad = || BadStem(text.chars().take(80).collect());
        let key = Key::parse(text).map_err(|_| bad())?;
        let good = is_folder(key.parent().as_str()) && is_name(key.name());
        if good { Ok(Self(key)) } else { Err(bad()) }
    }

    /// Says whether the name is one that was given to this photo.
    #[must_use]
    pub fn names(&self, id: PhotoId) -> bool {
        let id = id.to_string();
        self.0.name().split('_').take(3).any(|part| part == id)
    }

    /// Returns the stem as text, `/` between its parts.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the folder of the photo's files.
    pub(crate) fn folder(&self) -> Key {
        self.0.parent()
    }

    /// Returns the sidecar's place.
    pub(crate) fn json(&self) -> Key {
        self.0.with_ending(".json")
    }

    /// Returns the place of a media file, from what it is and the extension that its bytes call for.
    pub(crate) fn media(&self, filing: &Filing, extension: &str) -> Key {
        let purpose = match &filing.purpose {
            Purpose::Original => String::new(),
            Purpose::Poster => ".poster".to_owned(),
            Purpose::NotOriginal { width: Some(width), .. } => format!(".not-original-{width}"),
            Purpose::NotOriginal { label, width: None } => format!(".not-original{}", label_part(label)),
        };
        let version = if filing.version > 1 { format!(".v{}", filing.version) } else { String::new() };
        Key::known(format!("{}{purpose}{version}.{extension}", self.0))
    }

    /// Returns the place of a file that is still arriving; `number` tells apart those that arrive together.
    pub(crate) fn part(&self, number: u32) -> Key {
        let number = if number > 1 { format!(".{number}") } else { String::new() };
        Key::known(format!("{}{number}.part", self.0))
    }
}

impl fmt::Display for Stem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A label of Flickr's such as `720p`, cut short; nothing when nothing of it is safe.
fn label_part(label: &str) -> String {
    let mut label = slug(label).to_lowercase();
    label.truncate(label.floor_char_boundary(16));
    let label = label.trim_end_matches('-');
    if label.is_empty() { String::new() } else { format!("-{label}") }
}

fn folder(when: Option<When>) -> String {
    match when {
        Some(When { year, month: Some(month), .. }) => format!("photos/{year:04}/{month:02}"),
        Some(When { year, .. }) => format!("photos/{year:04}"),
        None => "photos/undated".to_owned(),
    }
}

fn date(when: When) -> String {
    match (when.month, when.day) {
        (Some(month), Some(day)) => format!("{:04}-{month:02}-{day:02}", when.year),
        (Some(month), None) => format!("{:04}-{month:02}", when.year),
        (None, _) => format!("{:04}", when.year),
    }
}

fn time(when: When) -> Option<String> {
    when.time.map(|(hour, minute, second)| format!("{hour:02}{minute:02}{second:02}"))
}

fn is_folder(folder: &str) -> bool {
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    match folder.split('/').collect::<Vec<_>>()[..] {
        ["photos", "undated"] => true,
        ["photos", year] => digits(year, 4),
        ["photos", year, month] => digits(year, 4) && digits(month, 2),
        _ => false,
    }
}

/// Begins with a digit (of the date or the id), is no longer than one of ours, and holds only what a slug can hold.
fn is_name(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_ascii_digit());
    begins && name.len() <= MAX_NAME && name.chars().all(is_safe)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use flickr_model::{Dates, Taken};
    use proptest::prelude::*;

    fn photo(title: &str, taken: &str, granularity: u64) -> Photo {
        let mut photo: Photo = serde_json::from_str(r#"{"id":"5912345678","media":"photo"}"#).unwrap();
        photo.title = title.to_owned();
        photo.dates = Dates { taken: Taken::new(taken, granularity, true), uploaded: None, updated: None };
        photo
    }

    fn stem(title: &str, taken: &str, granularity: u64) -> String {
        Stem::of(&photo(title, taken, granularity)).to_string()
    }

    #[test]
    fn a_stem_has_only_the_parts_that_are_known() {
        let exact = "2011-07-04 15:30:12";

        assert_eq!(
            stem("Fourth of July", exact, 0),
            "photos/2011/07/2011-07-04_153012_5912345678_Fourth-of-July"
        );
        assert_eq!(stem("", exact, 0), "photos/2011/07/2011-07-04_153012_5912345678");
        assert_eq!(stem("a", "2011-07-01 00:00:00", 4), "photos/2011/07/2011-07_5912345678_a");
        assert_eq!(stem("a", "1943-01-01 00:00:00", 6), "photos/1943/1943_5912345678_a");
        assert_eq!(stem("a", "0000-00-00 00:00:00", 0), "photos/undated/5912345678_a");
    }

    #[test]
    fn the_name_of_a_file_tells_what_it_is() {
        let stem = Stem::parse("photos/1943/1943_7_a").unwrap();
        let name = |purpose, version| {
            let filing = Filing { purpose, version };
            stem.media(&filing, "jpg").name().to_owned()
        };
        let smaller = |label: &str, width| Purpose::NotOriginal { label: label.to_owned(), width };

        assert_eq!(name(Purpose::Original, 1), "1943_7_a.jpg");
        assert_eq!(name(Purpose::Original, 2), "1943_7_a.v2.jpg");
        assert_eq!(name(Purpose::Poster, 1), "1943_7_a.poster.jpg");
        assert_eq!(name(smaller("Large 1600", Some(1600)), 1), "1943_7_a.not-original-1600.jpg");
        assert_eq!(name(smaller("720p", None), 2), "1943_7_a.not-original-720p.v2.jpg");
        assert_eq!(name(smaller("../../x", None), 1), "1943_7_a.not-original-x.jpg");
        assert_eq!(name(smaller("/", None), 1), "1943_7_a.not-original.jpg");
        assert_eq!(stem.json().as_str(), "photos/1943/1943_7_a.json");
        assert_eq!(stem.part(2).name(), "1943_7_a.2.part");
    }

    #[test]
    fn a_stem_from_a_file_is_checked() {
        for hostile in [
            "",
            "photos/1943_7",
            "photos/19/1943_7",
            "photos/2011/7/x",
            "../photos/2011/07/2011_7",
            "/etc/passwd",
            "photos/2011/07/../../x",
            "photos/2011/07/.hidden",
            "photos/2011/07/a",
            "photos/2011/07/1\\2",
            "photos/2011/07/7.v2",
            "albums/2011/07/7",
            "photos/2011/07/7\u{202e}",
            "photos/2011/07/7 x",
        ] {
            assert!(Stem::parse(hostile).is_err(), "{hostile:?}");
        }
        assert!(Stem::parse(&format!("photos/undated/{}", "7".repeat(141))).is_err());
    }

    #[test]
    fn a_stem_knows_whose_it_is() {
        let stem = Stem::of(&photo("99", "2011-07-04 15:30:12", 0));

        assert!(stem.names("5912345678".parse().unwrap()));
        assert!(!stem.names("591234567".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn every_stem_is_read_back_and_every_name_is_short(title in any::<String>(), id in 1..i64::MAX as u64) {
            let mut photo = photo(&title, "2011-07-04 15:30:12", 0);
            photo.id = PhotoId::from_number(id).unwrap();
            let stem = Stem::of(&photo);
            let label = Purpose::NotOriginal { label: title, width: None };
            let longest = stem.media(&Filing { purpose: label, version: 9999 }, "heic");

            prop_assert_eq!(Stem::parse(stem.as_str()), Ok(stem.clone()));
            prop_assert!(stem.names(photo.id));
            prop_assert!(longest.name().len() + ".xmp.part".len() <= 200);
            prop_assert!(Key::parse(longest.as_str()).is_ok());
        }
    }
}
