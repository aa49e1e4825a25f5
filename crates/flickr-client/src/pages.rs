//! Any list that Flickr gives page by page, walked from its first page to its last and never held whole.
//!
//! Every list has the same envelope (`page`, `pages`, `per_page` or `perpage`, `total`, each a number or a text)
//! round rows that differ. The listing of the whole account has a walk of its own, because its pages shift.

use std::fmt;

use serde_json::{Map, Value};

use crate::lenient::{Scalar, items};
use crate::told::{self, Told};
use crate::{FlickrClient, FlickrError};

/// How one method gives its list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List<T> {
    pub(crate) method: &'static str,
    /// The most rows that Flickr puts on a page of it.
    pub(crate) per_page: u64,
    /// The name of the object that the answer is about.
    pub(crate) noun: &'static str,
    /// The name of the rows in it.
    pub(crate) row: &'static str,
    /// Reads a row; nothing when it has no id.
    pub(crate) read: fn(&Map<String, Value>) -> Option<T>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Portion<T> {
    /// Its rows in Flickr's order. When the list changes meanwhile, a row may come on two pages.
    pub rows: Vec<Told<T>>,
    /// Rows that could not be read.
    pub unreadable: u64,
    /// Rows on all pages together, by Flickr's word; what was seen so far when Flickr did not say.
    pub total: u64,
}

/// A walk through a list. Dropped, it asks for nothing more.
pub struct Pages<'a, T> {
    client: &'a FlickrClient,
    list: List<T>,
    arguments: Vec<(&'static str, String)>,
    next: u64,
    pages: u64,
    empty: u64,
    seen: u64,
    total: u64,
}

impl<T> fmt::Debug for Pages<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("method", &self.list.method)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

/// Pages without a row, one after the other, at which a walk gives up: Flickr's word on their number is wrong.
const MOST_EMPTY: u64 = 3;

impl<'a, T> Pages<'a, T> {
    /// Begins a walk; nothing is asked yet.
    pub(crate) fn of(
        client: &'a FlickrClient,
        list: List<T>,
        arguments: Vec<(&'static str, String)>,
    ) -> Self {
        Self { client, list, arguments, next: 1, pages: 1, empty: 0, seen: 0, total: 0 }
    }

    /// Returns the next page; nothing at the end. After an error the same page may be asked for again.
    ///
    /// A page may be short without being the last (Flickr's own advice is to work around it), so the end is where
    /// Flickr's number of pages says.
    pub async fn next_page(&mut self) -> Result<Option<Portion<T>>, FlickrError> {
        if self.next > self.pages || self.empty >= MOST_EMPTY {
            return Ok(None);
        }
        let (page, per_page) = (self.next.to_string(), self.list.per_page.to_string());
        let mut parameters: Vec<(&str, &str)> =
            self.arguments.iter().map(|(name, value)| (*name, value.as_str())).collect();
        parameters.extend([("per_page", per_page.as_str()), ("page", page.as_str())]);
        // A list is one thing among many: what does not concern the others is given up soon.
        let answer = self.client.call_for_one::<Value>(self.list.method, &parameters).await?.value;
        let (mut portion, envelope) = read(&self.list, answer);
        let here = portion.rows.len() as u64 + portion.unreadable;
        self.seen += here;
        self.empty = if here == 0 { self.empty + 1 } else { 0 };
        self.pages = envelope.pages(self.next, self.list.per_page, here);
        portion.total = envelope.total.unwrap_or(self.seen);
        self.total = portion.total;
        self.next += 1;
        Ok(Some(portion))
    }

    /// Whether as many rows came as Flickr says there are. To be asked at the end.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.seen >= self.total
    }
}

/// What the answer says of the list as a whole.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Envelope {
    total: Option<u64>,
    pages: Option<u64>,
    per_page: Option<u64>,
}

impl Envelope {
    fn of(noun: &Value) -> Self {
        let number = |name: &str| noun.get(name).map(Scalar::of).unwrap_or_default().number();
        Self {
            total: number("total"),
            pages: number("pages"),
            per_page: number("per_page").or_else(|| number("perpage")),
        }
    }

    /// How many pages there are. Without Flickr's word the total tells; without that, a full page says that there
    /// is another one.
    fn pages(self, page: u64, asked: u64, here: u64) -> u64 {
        let per_page = self.per_page.unwrap_or(asked).clamp(1, asked);
        let by_total = self.total.map(|total| total.div_ceil(per_page));
        self.pages.or(by_total).unwrap_or(if here >= asked { page + 1 } else { page })
    }
}

/// Reads one page.
pub(crate) fn read<T>(list: &List<T>, answer: Value) -> (Portion<T>, Envelope) {
    let noun = told::noun(answer, list.noun);
    let envelope = Envelope::of(&noun);
    let mut portion = Portion { rows: Vec::new(), unreadable: 0, total: envelope.total.unwrap_or(0) };
    for row in items(noun.get(list.row)) {
        match (list.read)(row) {
            Some(value) => portion.rows.push(Told::new(value, Value::Object(row.clone()))),
            None => portion.unreadable += 1,
        }
    }
    (portion, envelope)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LIST: List<u64> = List {
        method: "flickr.test.list",
        per_page: 500,
        noun: "things",
        row: "thing",
        read: |row| Scalar::field(row, "id").number(),
    };

    fn pages(noun: Value, page: u64, here: u64) -> u64 {
        Envelope::of(&noun).pages(page, LIST.per_page, here)
    }

    #[test]
    fn the_number_of_pages_is_flickrs_word_then_the_totals_then_a_full_page() {
        assert_eq!(pages(json!({"pages": "3", "total": 1}), 1, 1), 3);
        assert_eq!(pages(json!({"pages": 0, "total": "0"}), 1, 0), 0);
        assert_eq!(pages(json!({"total": "1201"}), 1, 499), 3);
        assert_eq!(pages(json!({"total": 1201, "perpage": "250"}), 1, 250), 5);
        assert_eq!(pages(json!({"total": 3, "per_page": 0}), 1, 3), 3);
        assert_eq!(pages(json!({}), 2, 500), 3);
        assert_eq!(pages(json!(null), 2, 499), 2);
    }

    #[test]
    fn rows_are_read_and_unreadable_ones_counted() {
        let answer = json!({"things": {"total": "4", "thing": [{"id": 7}, {"id": "x"}, {"id": "8"}]}});

        let (portion, _) = read(&LIST, answer);

        let ids: Vec<u64> = portion.rows.iter().map(|row| row.value).collect();
        assert_eq!((ids, portion.unreadable, portion.total), (vec![7, 8], 1, 4));
        assert_eq!(portion.rows.first().map(|row| row.raw.clone()), Some(json!({"id": 7})));
    }

    #[test]
    fn a_list_that_is_left_out_is_empty() {
        for answer in [json!({"stat": "ok"}), json!({"things": ""}), json!({"things": {"thing": ""}})] {
            assert!(read(&LIST, answer).0.rows.is_empty());
        }
    }
}
