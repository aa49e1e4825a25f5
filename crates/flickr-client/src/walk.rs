//! Walks through the listing of the whole account, page by page, in windows that cannot shift under it.
//!
//! The first page is asked without a window, so that nothing is left out, whatever its date; the newest upload
//! date on it freezes the pages behind it, several of which are asked for at once and handed out in order. An
//! undisturbed account of N photos costs N/500 calls. At the end the photos that were new to the caller are
//! compared with Flickr's total; when some are missing, one second look with other page borders is made.

use std::collections::{BTreeMap, BTreeSet};

use tokio::task::JoinSet;

use crate::sheet::{self, Sheet};
use crate::window::{Face, Fit, Recent, Window, most_calls};
use crate::{FlickrClient, FlickrError, Listed, Oddity, quirks};

/// One page of the walk.
#[derive(Debug)]
pub struct Page {
    /// The photos on it, in Flickr's order; some may have been on an earlier page.
    pub photos: Vec<Listed>,
    /// The records on it that could not be read.
    pub oddities: Vec<Oddity>,
    /// Photos in the account, by Flickr's word.
    pub total: u64,
}

/// What a walk came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalkOutcome {
    /// Photos in the account, by Flickr's word.
    pub total: u64,
    /// Photos that were met, each counted once.
    pub distinct: u64,
    /// Records that could not be read.
    pub unreadable: u64,
    /// Calls that the walk made, a repeated attempt not counted.
    pub calls: u64,
}

impl WalkOutcome {
    /// Whether no photo is missing by Flickr's own count.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.distinct >= self.total
    }
}

/// A walk through the whole account. Dropped, it asks for nothing more.
pub struct Walk<'a> {
    client: &'a FlickrClient,
    window: Window,
    look: Look,
    recent: Recent,
    ahead: Ahead,
    oldest: Option<i64>,
    outcome: WalkOutcome,
    most_calls: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    First,
    Second,
    Over,
}

/// Pages that are asked for before their turn.
#[derive(Default)]
struct Ahead {
    tasks: JoinSet<(u64, Result<Sheet, FlickrError>)>,
    asked: BTreeSet<u64>,
    here: BTreeMap<u64, Result<Sheet, FlickrError>>,
}

impl<'a> Walk<'a> {
    /// Begins a walk; nothing is asked yet.
    #[must_use]
    pub fn start(client: &'a FlickrClient) -> Self {
        Self {
            client,
            window: Window::new(None, quirks::PAGE),
            look: Look::First,
            recent: Recent::default(),
            ahead: Ahead::default(),
            oldest: None,
            outcome: WalkOutcome { total: 0, distinct: 0, unreadable: 0, calls: 0 },
            most_calls: most_calls(0, quirks::PAGE),
        }
    }

    /// Returns the next page; nothing at the end. After an error the same page may be asked for again.
    ///
    /// The caller tells [`Walk::count_new`] of each page before it asks for the next one.
    pub async fn next_page(&mut self) -> Result<Option<Page>, FlickrError> {
        if self.look == Look::First && self.window.next > self.window.pages() {
            self.end_of_first_look();
        }
        if self.look == Look::Over || self.window.next > self.window.pages() || self.is_worn_out() {
            self.ahead = Ahead::default();
            return Ok(None);
        }
        let page = self.window.next;
        let mut sheet = self.sheet(page).await?;
        let mut fit = self.window.fit(page, self.face(&sheet));
        if fit == Fit::Disturbed && !self.is_worn_out() {
            tracing::debug!(
                page,
                total = sheet.total,
                records = sheet.records(),
                "a page does not add up; asking again"
            );
            sheet = self.ask_now(page).await?;
            fit = self.window.fit(page, self.face(&sheet));
        }
        Ok(Some(self.accept(page, sheet, fit)))
    }

    /// Tells how many photos of the last page were met for the first time in this walk.
    ///
    /// The walk itself remembers only a few pages, so that its memory does not grow with the account.
    pub fn count_new(&mut self, new: u64) {
        self.outcome.distinct += new;
    }

    /// What the walk has come to so far.
    #[must_use]
    pub fn outcome(&self) -> WalkOutcome {
        self.outcome
    }

    /// Goes over to the second look when photos are missing.
    fn end_of_first_look(&mut self) {
        let found = self.outcome.distinct + self.outcome.unreadable;
        if found >= self.outcome.total {
            self.look = Look::Over;
            return;
        }
        tracing::debug!(found, total = self.outcome.total, "photos are missing; looking a second time");
        self.look = Look::Second;
        self.window = Window::new(None, quirks::SECOND_PAGE);
        self.recent = Recent::default();
        self.ahead = Ahead::default();
        self.most_calls = self.outcome.calls + self.outcome.total.div_ceil(quirks::SECOND_PAGE) + 20;
    }

    fn is_worn_out(&self) -> bool {
        self.outcome.calls >= self.most_calls
    }

    fn face(&self, sheet: &Sheet) -> Face {
        Face { total: sheet.total, records: sheet.records(), repeated: self.recent.count(&sheet.photos) }
    }

    /// Takes a page as it is and decides where the walk goes on.
    fn accept(&mut self, page: u64, sheet: Sheet, fit: Fit) -> Page {
        let is_whole = page == 1 && self.window.max.is_none();
        self.oldest = [self.oldest, sheet.oldest()].into_iter().flatten().min();
        if page == 1 {
            self.window.total = sheet.total;
        }
        if is_whole {
            self.outcome.total = sheet.total;
        }
        if is_whole && self.look == Look::First {
            self.window.max = sheet.newest().and_then(|newest| newest.checked_add(1));
            self.most_calls = most_calls(sheet.total, quirks::PAGE);
        }
        if self.look == Look::First {
            self.outcome.unreadable += sheet.oddities.len() as u64;
        }
        let total = self.outcome.total;
        let photos = self.recent.take_new(sheet.photos);
        self.go_on(page, fit, sheet.total);
        Page { photos, oddities: sheet.oddities, total }
    }

    fn go_on(&mut self, page: u64, fit: Fit, total: u64) {
        self.window.next = page + 1;
        let enough = self.look == Look::Second
            && page == 1
            && self.outcome.distinct + self.outcome.unreadable >= self.outcome.total;
        if enough {
            self.look = Look::Over;
        }
        if fit == Fit::Good {
            return;
        }
        // Only the first look goes on by date: the second is there for dates that mislead.
        let below = self.window.below(self.oldest).filter(|_| self.look == Look::First);
        tracing::debug!(page, total, max = below.and_then(|window| window.max), "going on in a new window");
        self.window = below.unwrap_or(Window { total, ..self.window });
        self.ahead = Ahead::default();
    }

    /// Returns one page, asked for before or now, and asks for those behind it meanwhile.
    async fn sheet(&mut self, page: u64) -> Result<Sheet, FlickrError> {
        self.ask_ahead(page);
        loop {
            if let Some(sheet) = self.ahead.here.remove(&page) {
                self.ahead.asked.remove(&page);
                return sheet;
            }
            match self.ahead.tasks.join_next().await {
                Some(Ok((number, sheet))) => {
                    self.ahead.here.insert(number, sheet);
                }
                Some(Err(_)) | None => {
                    self.ahead = Ahead::default();
                    return self.ask_now(page).await;
                }
            }
        }
    }

    /// Keeps as many pages asked for as there may be calls at once; the first page of a window goes alone,
    /// because it tells how many there are.
    fn ask_ahead(&mut self, page: u64) {
        let last = if page == 1 { 1 } else { self.window.pages() };
        let most = page + (self.client.calls_at_once() as u64).saturating_sub(1);
        for number in page..=most.min(last) {
            if number > page && self.is_worn_out() {
                return;
            }
            if self.ahead.asked.insert(number) {
                self.outcome.calls += 1;
                let (client, max, per_page) = (self.client.clone(), self.window.max, self.window.per_page);
                self.ahead
                    .tasks
                    .spawn(async move { (number, sheet::fetch(&client, number, per_page, max).await) });
            }
        }
    }

    async fn ask_now(&mut self, page: u64) -> Result<Sheet, FlickrError> {
        self.outcome.calls += 1;
        sheet::fetch(self.client, page, self.window.per_page, self.window.max).await
    }
}
