//! Decides over the pages of a listing: what a page should hold, what disturbs a window, where to go on.
//!
//! Flickr lists newest uploads first and pages by number, so that an upload or a deletion shifts every page
//! behind it, and pages come back short without being the last (reported in 2018, answered by Flickr's staff
//! with "work around it"). A walk therefore goes through a window that is frozen by `max_upload_date`, and
//! begins a new one below the oldest photo it has seen as soon as something does not add up.

use std::collections::{HashSet, VecDeque};

use flickr_model::PhotoId;

use crate::Listed;

/// What is known of one page as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Face {
    /// Photos in the window, by this page's word.
    pub(crate) total: u64,
    /// Records on the page, readable or not.
    pub(crate) records: u64,
    /// Photos on it that were handed out a short while ago.
    pub(crate) repeated: u64,
    /// Most records on a page of this listing, where Flickr gives fewer than were asked for.
    pub(crate) per_page: u64,
}

/// A window of upload dates that is being walked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// `max_upload_date` of its pages from the second on; of the first too, but for the window of everything.
    pub(crate) max: Option<i64>,
    pub(crate) per_page: u64,
    /// Photos in it; known after its first page.
    pub(crate) total: u64,
    /// The next page to be handed out, from 1.
    pub(crate) next: u64,
}

/// How a page fits into its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// As it should.
    Good,
    /// Something shifted, or Flickr left something out.
    Disturbed,
}

impl Window {
    pub(crate) fn new(max: Option<i64>, per_page: u64) -> Self {
        Self { max, per_page, total: 0, next: 1 }
    }

    /// How many pages it has; one at least, which may be empty.
    pub(crate) fn pages(&self) -> u64 {
        self.total.div_ceil(self.per_page).max(1)
    }

    /// Whether its last page was handed out.
    pub(crate) fn is_over(&self) -> bool {
        self.next > self.pages()
    }

    /// How many records a page should hold.
    fn expected(&self, page: u64) -> u64 {
        self.total.saturating_sub((page - 1) * self.per_page).min(self.per_page)
    }

    /// Judges a page. The first of a window defines its total; repeats there are what the new window shares
    /// with the old one.
    pub(crate) fn fit(&self, page: u64, face: Face) -> Fit {
        let window = if page == 1 { self.begun(face) } else { *self };
        let shifted = face.total != window.total;
        let short = face.records < window.expected(page);
        let again = page > 1 && face.repeated > 0;
        // An account without a single photo is rarer than an answer that forgets them all.
        let nothing = page == 1 && window.max.is_none() && face.total == 0;
        if shifted || short || again || nothing { Fit::Disturbed } else { Fit::Good }
    }

    /// The window as its first page describes it. A search for photos with places gives 250 where 500 were
    /// asked for; should a listing do so, its pages are counted by what it gives.
    pub(crate) fn begun(&self, face: Face) -> Self {
        Self { total: face.total, per_page: face.per_page.clamp(1, self.per_page), ..*self }
    }

    /// Where the walk goes on after a page that stays disturbed: below the oldest photo seen. Nothing when that
    /// is no step forward, as among more than a page of photos with one and the same second.
    pub(crate) fn below(&self, oldest: Option<i64>) -> Option<Self> {
        let max = oldest?.checked_add(1)?;
        let is_forward = self.max.is_none_or(|old| max < old);
        is_forward.then(|| Self::new(Some(max), self.per_page))
    }
}

/// Most calls of a walk: three times what an undisturbed one needs, and a few.
pub(crate) fn most_calls(total: u64, per_page: u64) -> u64 {
    3 * total.div_ceil(per_page) + 20
}

/// The ids of the last few pages, so that what a new window shares with the old one is dropped.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    pages: VecDeque<Vec<PhotoId>>,
    ids: HashSet<PhotoId>,
}

/// Pages remembered; memory must not grow with the account.
const REMEMBERED: usize = 4;

impl Recent {
    /// Counts the photos that were handed out a short while ago.
    pub(crate) fn count(&self, photos: &[Listed]) -> u64 {
        photos.iter().filter(|listed| self.ids.contains(&listed.photo.id)).fold(0, |sum, _| sum + 1)
    }

    /// Drops the photos that were handed out a short while ago, and those that are twice on this page;
    /// remembers the rest.
    pub(crate) fn take_new(&mut self, photos: Vec<Listed>) -> Vec<Listed> {
        let mut page = Vec::new();
        let mut fresh = photos;
        fresh.retain(|listed| {
            let is_new = self.ids.insert(listed.photo.id);
            if is_new {
                page.push(listed.photo.id);
            }
            is_new
        });
        self.pages.push_back(page);
        if self.pages.len() > REMEMBERED {
            for id in self.pages.pop_front().unwrap_or_default() {
                self.ids.remove(&id);
            }
        }
        fresh
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn face(total: u64, records: u64) -> Face {
        Face { total, records, repeated: 0, per_page: 500 }
    }

    fn window(total: u64) -> Window {
        Window { total, ..Window::new(Some(1000), 500) }
    }

    fn photos(ids: std::ops::Range<u64>) -> Vec<Listed> {
        ids.map(|id| {
            crate::listing::read(serde_json::json!({ "id": id.to_string() }).to_string().into()).unwrap()
        })
        .collect()
    }

    #[test]
    fn an_undisturbed_page_is_full_and_the_last_holds_the_rest() {
        let window = window(1201);

        assert_eq!(window.pages(), 3);
        assert_eq!(window.fit(1, face(1201, 500)), Fit::Good);
        assert_eq!(window.fit(2, face(1201, 500)), Fit::Good);
        assert_eq!(window.fit(3, face(1201, 201)), Fit::Good);
        assert_eq!(Window::new(None, 500).fit(1, face(3, 3)), Fit::Good);
        assert_eq!(Window::new(Some(5), 500).fit(1, face(0, 0)), Fit::Good);
        assert_eq!(Window::new(None, 500).pages(), 1);
    }

    #[test]
    fn a_short_page_a_new_total_and_a_repeated_photo_disturb() {
        let window = window(1201);

        assert_eq!(window.fit(2, face(1201, 499)), Fit::Disturbed);
        assert_eq!(window.fit(2, face(1200, 500)), Fit::Disturbed);
        assert_eq!(window.fit(3, face(1201, 0)), Fit::Disturbed);
        assert_eq!(Window::new(None, 500).fit(1, face(0, 0)), Fit::Disturbed);
        assert_eq!(window.fit(2, Face { repeated: 1, ..face(1201, 500) }), Fit::Disturbed);
        assert_eq!(window.fit(1, Face { repeated: 1, ..face(1201, 500) }), Fit::Good);
    }

    #[test]
    fn a_listing_that_gives_fewer_than_asked_for_is_counted_by_what_it_gives() {
        let first = Face { per_page: 250, ..face(1201, 250) };

        let window = Window::new(None, 500).begun(first);

        assert_eq!(Window::new(None, 500).fit(1, first), Fit::Good);
        assert_eq!(window.pages(), 5);
        assert_eq!(window.fit(5, face(1201, 201)), Fit::Good);
        assert_eq!(Window::new(None, 500).begun(Face { per_page: 0, ..first }).per_page, 1);
    }

    #[test]
    fn a_new_window_lies_below_the_old_one_or_is_none() {
        assert_eq!(window(1).below(Some(900)).unwrap().max, Some(901));
        assert_eq!(window(1).below(Some(999)), None, "more than a page with one second");
        assert_eq!(window(1).below(None), None, "no date that means anything");
        assert_eq!(Window::new(None, 500).below(Some(5)).unwrap().max, Some(6));
        assert_eq!(Window::new(None, 500).below(Some(i64::MAX)), None);
    }

    #[test]
    fn what_was_handed_out_lately_is_dropped_and_forgotten_later() {
        let mut recent = Recent::default();

        assert_eq!(recent.take_new(photos(1..4)).len(), 3);
        assert_eq!(recent.count(&photos(3..6)), 1);
        assert_eq!(recent.take_new(photos(3..6)).len(), 2);
        for page in 1..5 {
            recent.take_new(photos(page * 10..page * 10 + 5));
        }

        assert_eq!(recent.count(&photos(1..6)), 0, "four pages are remembered");
        assert_eq!(recent.ids.len(), 20);
    }

    #[test]
    fn a_photo_twice_on_one_page_is_handed_out_once() {
        let twice = photos(1..3).into_iter().chain(photos(1..3)).collect();

        assert_eq!(Recent::default().take_new(twice).len(), 2);
    }
}
