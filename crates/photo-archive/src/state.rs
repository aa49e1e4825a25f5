//! In which state a photo is, and of which kind its files are: the words of the sidecar, the numbers of the
//! catalog.

use serde::{Deserialize, Serialize};

/// In which state a photo is; each is in exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum State {
    /// Its original is in the archive.
    #[serde(rename = "kept")]
    Kept,
    /// The original cannot be had; the best there is is in the archive.
    #[serde(rename = "not original")]
    NotOriginal,
    /// On Flickr, not here; each run tries again.
    #[serde(rename = "missing")]
    Missing,
    /// Flickr offers nothing of it; tried again when Flickr says that it changed.
    #[serde(rename = "unavailable")]
    Unavailable,
    /// Here, no longer on Flickr.
    #[serde(rename = "gone")]
    Gone,
    /// Cannot be had, and the person said that this is well.
    #[serde(rename = "accepted")]
    Accepted,
}

impl State {
    /// All states, in the order in which they are reported.
    pub const ALL: [Self; 6] =
        [Self::Kept, Self::NotOriginal, Self::Missing, Self::Unavailable, Self::Gone, Self::Accepted];

    /// The word for it in sidecars, reports and output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::NotOriginal => "not original",
            Self::Missing => "missing",
            Self::Unavailable => "unavailable",
            Self::Gone => "gone",
            Self::Accepted => "accepted",
        }
    }

    /// Whether the archive owes the reader a reason for it.
    pub(crate) fn wants_reason(self) -> bool {
        matches!(self, Self::NotOriginal | Self::Missing | Self::Unavailable)
    }

    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Kept => 0,
            Self::NotOriginal => 1,
            Self::Missing => 2,
            Self::Unavailable => 3,
            Self::Gone => 4,
            Self::Accepted => 5,
        }
    }

    /// Reads the catalog's number; one that is not known counts as missing, so that it is looked at again.
    pub(crate) fn from_number(number: u8) -> Self {
        Self::ALL.into_iter().find(|state| state.number() == number).unwrap_or(Self::Missing)
    }
}

/// What a file of a photo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// The bytes that were uploaded, as Flickr keeps them.
    Original,
    /// The best there was while the original could not be had.
    NotOriginal,
    /// The still of a video.
    Poster,
}

impl FileKind {
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Original => 0,
            Self::NotOriginal => 1,
            Self::Poster => 2,
        }
    }

    /// Reads the catalog's number; an unknown one proves no original.
    pub(crate) fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Original,
            2 => Self::Poster,
            _ => Self::NotOriginal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_comes_back_from_its_number() {
        for state in State::ALL {
            assert_eq!(State::from_number(state.number()), state);
            assert_eq!(serde_json::to_value(state).ok(), Some(state.word().into()));
        }
        for kind in [FileKind::Original, FileKind::NotOriginal, FileKind::Poster] {
            assert_eq!(FileKind::from_number(kind.number()), kind);
        }
    }

    #[test]
    fn a_number_of_the_future_claims_nothing() {
        assert_eq!(State::from_number(99), State::Missing);
        assert_eq!(FileKind::from_number(99), FileKind::NotOriginal);
    }
}
