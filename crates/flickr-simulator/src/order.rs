//! The order of photos: by upload or by last change, and how a window or a page of it is found.
//!
//! While nothing was edited and nothing is hidden, the order is the numbers themselves and costs nothing. After an
//! edit, or for a caller who may not see all, the order is written out once and kept until the next edit.

use std::sync::Arc;

use crate::account::Account;
use crate::edits::Edits;
use crate::photo::{Photo, Visibility, updated, uploaded};

/// By what photos are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum By {
    Upload,
    Change,
}

/// Which photos a caller sees, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sight {
    pub(crate) by: By,
    pub(crate) sees_private: bool,
    pub(crate) highest_safety_level: i64,
}

/// Photos in rising order.
#[derive(Clone, Debug)]
pub(crate) enum Order {
    Numbers(u64),
    Written(Arc<Vec<u64>>),
}

impl Order {
    /// Finds the order for a caller.
    pub(crate) fn new(account: &Account, edits: &Edits, sight: Sight) -> Self {
        let nothing_private = sight.sees_private || account.mix.private <= 0.0;
        let nothing_restricted = sight.highest_safety_level >= 2 || account.mix.restricted <= 0.0;
        if edits.generation == 0 && nothing_private && nothing_restricted {
            return Self::Numbers(account.photos);
        }
        let mut numbers: Vec<u64> = (0..account.photos + edits.added)
            .filter(|index| !edits.of(*index).deleted && sees(account, edits, *index, sight))
            .collect();
        numbers.sort_by_cached_key(|index| (date(account, edits, *index, sight.by), *index));
        Self::Written(Arc::new(numbers))
    }

    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Numbers(count) => *count,
            Self::Written(numbers) => numbers.len() as u64,
        }
    }

    /// The photo at a place; the caller stays below the length.
    pub(crate) fn at(&self, place: u64) -> u64 {
        match self {
            Self::Numbers(_) => place,
            Self::Written(numbers) => numbers[place as usize],
        }
    }

    /// Finds the first place whose date is not below a bound.
    pub(crate) fn first_not_below(&self, bound: i64, date: impl Fn(u64) -> i64) -> u64 {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if date(self.at(middle)) < bound {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

fn sees(account: &Account, edits: &Edits, index: u64, sight: Sight) -> bool {
    if sight.sees_private && sight.highest_safety_level >= 2 {
        return true;
    }
    let photo = Photo::new(account, index, edits.of(index));
    (sight.sees_private || photo.visibility == Visibility::Public)
        && photo.safety_level <= sight.highest_safety_level
}

/// The date by which a photo is ordered.
pub(crate) fn date(account: &Account, edits: &Edits, index: u64, by: By) -> i64 {
    let overlay = edits.of(index);
    match by {
        By::Upload => overlay.uploaded.unwrap_or_else(|| uploaded(account, index)),
        By::Change => overlay.updated.unwrap_or_else(|| updated(account, index)),
    }
}

#[cfg(test)]
mod tests {
    use super::{By, Order, Sight, date};
    use crate::account::Account;
    use crate::edits::{Edit, Edits};

    const ALL: Sight = Sight { by: By::Upload, sees_private: true, highest_safety_level: 2 };

    #[test]
    fn a_window_is_found_by_bisection_before_and_after_edits() {
        let account = Account::mixed(3, 5_000);
        let mut edits = Edits::default();
        let by_upload = |edits: &Edits, index| date(&account, edits, index, By::Upload);
        let bound = by_upload(&edits, 2_500);
        let expected = (0..5_000).filter(|index| by_upload(&edits, *index) < bound).count() as u64;

        let untouched = Order::new(&account, &edits, ALL);
        assert_eq!(untouched.first_not_below(bound, |index| by_upload(&edits, index)), expected);

        edits.apply(10, Edit::Delete { id: 0 }, 1);
        edits.apply(5_000, Edit::Add { uploaded: Some(bound - 1) }, 1);
        edits.apply(5_001, Edit::Add { uploaded: Some(5) }, 1);
        let edited = Order::new(&account, &edits, ALL);
        assert_eq!(edited.len(), 5_001);
        assert_eq!(edited.at(0), 5_001);
        assert_eq!(edited.first_not_below(bound, |index| by_upload(&edits, index)), expected + 1);
    }
}
