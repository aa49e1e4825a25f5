//! Pages of any list: how long they are, what `total` says, and the lies that faults tell about them.

use crate::account::PastTheEnd;
use crate::faults::Kind;
use crate::json::Json;
use crate::rest::Call;

/// One page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    asked: u64,
    shown: u64,
    per_page: u64,
    pages: u64,
    total: i64,
    missing: usize,
}

/// How many items a page has if nothing is said, and how many at most.
#[derive(Clone, Copy)]
pub(crate) struct Lengths {
    pub(crate) usual: u64,
    pub(crate) most: u64,
}

impl Page {
    /// Reads which page a call asks for, of a list of this length.
    pub(crate) fn of(call: &Call<'_>, length: usize, lengths: Lengths) -> Self {
        let number = |name: &str| call.value(name).and_then(|text| text.parse::<u64>().ok());
        let per_page = number("per_page").filter(|count| *count > 0).unwrap_or(lengths.usual);
        let asked = number("page").unwrap_or(1).max(1);
        Self::new(length, per_page.min(lengths.most), asked, call.lie, call.world.behaviour().past_the_end)
    }

    fn new(length: usize, per_page: u64, asked: u64, lie: Option<&Kind>, past_the_end: PastTheEnd) -> Self {
        let pages = (length as u64).div_ceil(per_page);
        let shown = match (lie, past_the_end) {
            (Some(Kind::RepeatPage), _) => asked.saturating_sub(1).max(1),
            (_, PastTheEnd::LastPageAgain) => asked.min(pages.max(1)),
            (_, PastTheEnd::Empty) => asked,
        };
        let mut page = Self { asked, shown, per_page, pages, total: length as i64, missing: 0 };
        match lie {
            Some(Kind::ShortPage(missing)) => page.missing = *missing,
            Some(Kind::TotalOff(off)) => page.total += off,
            Some(Kind::EmptyPage) => (page.total, page.pages, page.missing) = (0, 0, usize::MAX),
            _ => {}
        }
        page
    }

    /// The items of the page.
    pub(crate) fn cut<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let first = ((self.shown - 1).saturating_mul(self.per_page) as usize).min(all.len());
        let behind = (first + self.per_page as usize).min(all.len());
        let length = (behind - first).saturating_sub(self.missing);
        &all[first..first + length]
    }

    /// Writes where the page stands, as most lists do.
    pub(crate) fn tell(&self, json: &mut Json) {
        json.int("page", self.asked as i64);
        json.loose_int("pages", self.pages as i64);
        json.loose_int("perpage", self.per_page as i64);
        json.loose_int("total", self.total);
    }

    /// The same, for the lists that say the length of a page twice.
    pub(crate) fn tell_twice(&self, json: &mut Json) {
        self.tell(json);
        json.loose_int("per_page", self.per_page as i64);
    }

    /// Claims so many more items than there are.
    pub(crate) fn claiming(mut self, more: usize) -> Self {
        self.total += more as i64;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::Page;
    use crate::account::PastTheEnd;
    use crate::faults::Kind;

    #[test]
    fn pages_hold_everything_once_and_lie_when_told_to() {
        let all: Vec<u32> = (0..23).collect();
        let page = |asked, lie: Option<&Kind>| Page::new(23, 10, asked, lie, PastTheEnd::Empty);

        let read: Vec<u32> = (1..=3).flat_map(|asked| page(asked, None).cut(&all).to_vec()).collect();

        assert_eq!(read, all);
        assert!(page(4, None).cut(&all).is_empty());
        assert_eq!(page(2, Some(&Kind::RepeatPage)).cut(&all), &all[..10]);
        assert_eq!(page(1, Some(&Kind::ShortPage(3))).cut(&all).len(), 7);
        assert!(page(1, Some(&Kind::EmptyPage)).cut(&all).is_empty());
        assert_eq!(page(1, Some(&Kind::TotalOff(-2))).total, 21);
    }
}
