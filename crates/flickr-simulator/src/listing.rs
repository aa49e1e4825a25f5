//! `people.getPhotos` and `photos.recentlyUpdated`: windows, pages, and the lies that listings tell.

use crate::account::PastTheEnd;
use crate::faults::Kind;
use crate::order::{By, Order, Sight, date};
use crate::photo::Photo;
use crate::record::{Extras, Teller};
use crate::rest::{Call, Refusal};

const MOST_PER_PAGE: u64 = 500;
const LAST_PAGE_NUMBER: u64 = 10_000;

/// Answers `flickr.people.getPhotos`.
pub(crate) fn people_get_photos(call: &Call<'_>) -> Result<String, Refusal> {
    if !call.value("user_id").is_some_and(|user| call.means_owner(user)) {
        return Err(Refusal(1, "User not found".into()));
    }
    let safe_search: i64 = call.value("safe_search").and_then(|level| level.parse().ok()).unwrap_or(1);
    let sight = Sight {
        by: By::Upload,
        sees_private: call.is_owner,
        highest_safety_level: if safe_search >= 3 { 2 } else { safe_search - 1 },
    };
    let inclusive = call.world.behaviour().window_is_inclusive;
    let least = bound(call, "min_upload_date")?.unwrap_or(i64::MIN);
    let most = bound(call, "max_upload_date")?.map_or(i64::MAX, |most| most.saturating_add(inclusive.into()));
    Ok(page(call, sight, least, most))
}

/// Answers `flickr.photos.recentlyUpdated`, which sees the caller's own photos only.
pub(crate) fn recently_updated(call: &Call<'_>) -> Result<String, Refusal> {
    let Some(least) = bound(call, "min_date")? else {
        return Err(Refusal(1, "Required argument missing.".into()));
    };
    let sight = Sight { by: By::Change, sees_private: true, highest_safety_level: 2 };
    Ok(page(call, sight, least, i64::MAX))
}

/// Reads a date in seconds; Flickr cannot read fractions.
fn bound(call: &Call<'_>, name: &str) -> Result<Option<i64>, Refusal> {
    match call.value(name) {
        None | Some("") => Ok(None),
        Some(text) => match text.parse() {
            Ok(second) => Ok(Some(second)),
            Err(_) => Err(Refusal(2, format!("Not a valid date: {name}"))),
        },
    }
}

/// The part of an order that lies in a window, newest first.
struct Window {
    order: Order,
    from: u64,
    until: u64,
}

impl Window {
    fn len(&self) -> u64 {
        self.until - self.from
    }

    /// The numbers of one page.
    fn page(&self, page: u64, per_page: u64) -> impl Iterator<Item = u64> {
        let first = ((page - 1) * per_page).min(self.len());
        let behind = (first + per_page).min(self.len());
        (first..behind).map(|place| self.order.at(self.until - 1 - place))
    }
}

fn page(call: &Call<'_>, sight: Sight, least: i64, below: i64) -> String {
    let world = call.world;
    let order = world.order(sight);
    let number = |name: &str| call.value(name).and_then(|text| text.parse::<u64>().ok());
    let per_page = number("per_page").filter(|count| *count > 0).unwrap_or(100).min(MOST_PER_PAGE);
    let asked = number("page").unwrap_or(1).clamp(1, LAST_PAGE_NUMBER);
    let extras = Extras::read(call.value("extras").unwrap_or_default());
    world.with_edits(|edits| {
        let dated = |index| date(&world.account, edits, index, sight.by);
        let from = order.first_not_below(least, dated);
        let until = order.first_not_below(below, dated).max(from);
        let window = Window { order, from, until };
        let pages = window.len().div_ceil(per_page);
        let shown = shown_page(asked, pages, world.behaviour().past_the_end, call.lie);
        let mut numbers: Vec<u64> = window.page(shown, per_page).collect();
        let mut total = window.len() as i64;
        match call.lie {
            Some(Kind::ShortPage(missing)) => numbers.truncate(numbers.len().saturating_sub(*missing)),
            Some(Kind::TotalOff(off)) => total += off,
            Some(Kind::EmptyPage) => {
                numbers.clear();
                total = 0;
            }
            _ => {}
        }
        let teller = Teller::new(call, extras);
        let mut json = call.object();
        json.open("photos");
        json.int("page", asked as i64);
        json.loose_int("pages", if total == 0 { 0 } else { pages as i64 });
        json.loose_int("perpage", per_page as i64);
        json.loose_int("total", total);
        json.list("photo");
        for index in numbers {
            let overlay = edits.of(index);
            teller.tell(&mut json, &Photo::new(&world.account, index, overlay), overlay);
        }
        json.close_list();
        json.close();
        json.finish_ok()
    })
}

fn shown_page(asked: u64, pages: u64, past_the_end: PastTheEnd, lie: Option<&Kind>) -> u64 {
    if matches!(lie, Some(Kind::RepeatPage)) {
        return asked.saturating_sub(1).max(1);
    }
    match past_the_end {
        PastTheEnd::LastPageAgain => asked.min(pages.max(1)),
        PastTheEnd::Empty => asked,
    }
}

#[cfg(test)]
mod tests {
    use super::{Window, shown_page};
    use crate::account::PastTheEnd;
    use crate::faults::Kind;
    use crate::order::Order;

    #[test]
    fn pages_hold_every_number_of_the_window_once_newest_first() {
        let window = Window { order: Order::Numbers(50), from: 10, until: 33 };

        let all: Vec<u64> = (1..=4).flat_map(|page| window.page(page, 10).collect::<Vec<_>>()).collect();

        assert_eq!(all, (10..33).rev().collect::<Vec<_>>());
    }

    #[test]
    fn a_page_past_the_end_is_the_last_one_again_or_nothing() {
        assert_eq!(shown_page(9, 3, PastTheEnd::LastPageAgain, None), 3);
        assert_eq!(shown_page(9, 3, PastTheEnd::Empty, None), 9);
        assert_eq!(shown_page(1, 0, PastTheEnd::LastPageAgain, None), 1);
        assert_eq!(shown_page(2, 3, PastTheEnd::Empty, Some(&Kind::RepeatPage)), 1);
    }
}
