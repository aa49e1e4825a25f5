//! Walks through the listing of the whole account, page by page, in windows that cannot shift under it.
//!
//! The first page is asked without a last date, so that nothing is left out, whatever its date; the newest upload
//! date on it freezes the pages behind it, several of which are asked for at once and handed out in order. An
//! undisturbed account of N photos costs N/500 calls. At the end the photos that were new to the caller are
//! compared with Flickr's total; when some are missing, one second look with other page borders is made.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use tokio::task::JoinSet;

use crate::sheet::{self, Sheet};
use crate::window::{Face, Fit, Recent, Window, most_calls};
use crate::{FlickrClient, FlickrError, Listed, Oddity, quirks};

/// One page of the walk.
#[derive(Debug)]
pub struct Page {
    /// The photos on it, in Flickr's order; some may have been on an earlier page.
    pub photos: Vec<Listed>,
    /// The records on it that could not be read; each is told of once in a walk.
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

/// Pages that are asked for beyond the one whose turn it is. Each takes two megabytes; with one on its way while another
/// is read, Flickr's allowance of about a call a second is what is waited for.
const PAGES_AHEAD: u64 = 1;

/// After a page that did not add up, so many good ones come one after the other.
const CAREFUL_PAGES: u64 = 3;

/// More unreadable records than this are not told of one by one.
const MOST_ODDITIES: usize = 1000;

/// A walk through the whole account. Dropped, it asks for nothing more.
pub struct Walk<'a> {
    client: &'a FlickrClient,
    window: Window,
    look: Look,
    recent: Recent,
    /// The records that could not be read, so that each is told of once.
    odd: HashSet<String>,
    ahead: Ahead,
    /// The oldest upload date on the good pages so far.
    oldest: Option<i64>,
    /// Good pages to be seen before anything is asked ahead again.
    careful: u64,
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
            odd: HashSet::new(),
            ahead: Ahead::default(),
            oldest: None,
            careful: 0,
            outcome: WalkOutcome { total: 0, distinct: 0, unreadable: 0, calls: 0 },
            most_calls: most_calls(0, quirks::PAGE),
        }
    }

    /// Returns the next page; nothing at the end. After an error the same page may be asked for again.
    ///
    /// The caller tells [`Walk::count_new`] of each page before it asks for the next one.
    pub async fn next_page(&mut self) -> Result<Option<Page>, FlickrError> {
        loop {
            if self.look == Look::First && self.window.is_over() {
                self.end_of_first_look();
            }
            if self.look == Look::Over || self.window.is_over() || self.is_worn_out() {
                self.ahead = Ahead::default();
                return Ok(None);
            }
            let page = self.window.next;
            let (sheet, fit) = self.believable_sheet(page).await?;
            if fit == Fit::Good || !self.goes_round(page) {
                return Ok(Some(self.accept(page, sheet, fit)));
            }
        }
    }

    /// Asks for a page, and once more when it does not add up.
    async fn believable_sheet(&mut self, page: u64) -> Result<(Sheet, Fit), FlickrError> {
        let sheet = self.sheet(page).await?;
        if self.window.fit(page, self.face(&sheet)) == Fit::Good {
            return Ok((sheet, Fit::Good));
        }
        self.careful = CAREFUL_PAGES;
        tracing::debug!(
            page,
            total = sheet.total,
            records = sheet.records(),
            "a page does not add up; asking again"
        );
        let sheet = self.ask_now(page).await?;
        let fit = self.window.fit(page, self.face(&sheet));
        Ok((sheet, fit))
    }

    /// Leaves a page that stays disturbed and goes on in a new window below the last good one, where there is
    /// one. What was on the page comes again there.
    fn goes_round(&mut self, page: u64) -> bool {
        // Only the first look goes by date: the second is there for dates that mislead.
        let below = self.window.below(self.oldest).filter(|_| self.look == Look::First);
        let Some(below) = below else { return false };
        tracing::debug!(page, max = below.max, "going on in a new window");
        self.window = below;
        self.ahead = Ahead::default();
        true
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
        let found = self.found();
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
        Face {
            total: sheet.total,
            records: sheet.records(),
            repeated: self.recent.count(&sheet.photos),
            per_page: sheet.per_page,
        }
    }

    /// Takes a page as it is.
    fn accept(&mut self, page: u64, sheet: Sheet, fit: Fit) -> Page {
        self.oldest = [self.oldest, sheet.oldest()].into_iter().flatten().min();
        if fit == Fit::Good {
            self.careful = self.careful.saturating_sub(1);
        }
        if page == 1 {
            self.begin_window(&sheet);
        }
        self.window.total = self.window.total.max(sheet.total);
        self.window.next = page + 1;
        let mut oddities = sheet.oddities;
        oddities.retain(|oddity| self.odd.len() < MOST_ODDITIES && self.odd.insert(oddity.what.clone()));
        self.outcome.unreadable += oddities.len() as u64;
        Page { photos: self.recent.take_new(sheet.photos), oddities, total: self.outcome.total }
    }

    /// Takes over what the first page of a window tells of it.
    fn begin_window(&mut self, sheet: &Sheet) {
        self.window = self.window.begun(self.face(sheet));
        if self.window.max.is_some() {
            return;
        }
        self.outcome.total = sheet.total;
        match self.look {
            Look::First => {
                self.window.max = sheet.newest().and_then(|newest| newest.checked_add(1));
                self.most_calls = most_calls(sheet.total, self.window.per_page);
            }
            // What was missing was deleted meanwhile: the fresh total says so.
            _ if self.found() >= sheet.total => self.look = Look::Over,
            _ => {}
        }
    }

    fn found(&self) -> u64 {
        self.outcome.distinct + self.outcome.unreadable
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
        let calls = (self.client.calls_at_once() as u64).saturating_sub(1);
        let ahead = if self.careful > 0 { 0 } else { calls.min(PAGES_AHEAD) };
        let most = page + ahead;
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
