//! What the catalog remembers so that a run asks for little: what was asked about each photo, which photos were
//! missed once, and how far the account was followed.
//!
//! All of it can be forgotten at the price of calls; what was asked stands in the sidecars too.

use flickr_model::PhotoId;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::archive::Archive;
use crate::catalog::{Catalog, meta};
use crate::catalog_photos::{as_count, as_number, as_row_id};
use crate::error::ArchiveError;

/// In which state a photo was when its details were last asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DetailState {
    /// Flickr's date of its last change then.
    pub updated: Option<Timestamp>,
    /// How many comments the listing counted when they were last asked for.
    pub comments: Option<u64>,
    /// How many favourites the listing counted when they were last asked for.
    pub favorites: Option<u64>,
    /// What was asked of the photo alone since that change.
    pub answers: Answers,
    /// When it was asked, by this machine's clock.
    pub asked: Timestamp,
}

/// Answers that cost a call for each photo, whatever the listing counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// What `getInfo` tells: raw tags, notes, permissions.
    #[serde(default)]
    pub info: bool,
    /// EXIF as Flickr shows it.
    pub exif: bool,
    /// Each change of its licence.
    pub licences: bool,
    /// The galleries of others that it is in.
    pub galleries: bool,
}

impl Answers {
    /// Whether all of these are among those.
    #[must_use]
    pub fn is_within(self, those: Self) -> bool {
        self.bits() & !those.bits() == 0
    }

    /// As one number, for the catalog.
    fn bits(self) -> i64 {
        let bits = [self.info, self.exif, self.licences, self.galleries];
        bits.into_iter().rev().fold(0, |number, bit| number << 1 | i64::from(bit))
    }

    fn from_bits(bits: i64) -> Self {
        let [info, exif, licences, galleries] = [0, 1, 2, 3].map(|place| bits >> place & 1 != 0);
        Self { info, exif, licences, galleries }
    }
}

/// Moments that a run remembers for the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Up to which moment of Flickr's clock changes were followed.
    Watermark,
    /// When the whole account was last walked over.
    WholeWalk,
    /// When the lists of the account (contacts, groups, tags and so on) were last asked for.
    AccountLists,
}

impl Mark {
    fn name(self) -> &'static str {
        match self {
            Self::Watermark => meta::WATERMARK,
            Self::WholeWalk => meta::LAST_WALK,
            Self::AccountLists => meta::LAST_LISTS,
        }
    }
}

/// What a run notes for the next in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memo {
    /// What the last whole listing showed.
    Listing,
    /// How much was asked for by the runs that followed the account up to the watermark.
    Depth,
}

impl Memo {
    fn name(self) -> &'static str {
        match self {
            Self::Listing => meta::LAST_LISTING,
            Self::Depth => meta::DEPTH,
        }
    }
}

impl Archive {
    /// In which state a photo was when its details were last asked for; `None` when they never were.
    ///
    /// # Errors
    /// When the catalog fails, as for all deeds here.
    pub fn detail_state(&self, id: PhotoId) -> Result<Option<DetailState>, ArchiveError> {
        self.catalog.detail_state(id)
    }

    /// Counts the photos whose details were never asked for.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn without_details_count(&self) -> Result<u64, ArchiveError> {
        self.catalog.run(|db| {
            let select = "SELECT count(*) FROM photo INDEXED BY photo_undetailed
                          WHERE detailed = 0 AND state NOT IN (4, 5)";
            let count: i64 = db.query_row(select, [], |row| row.get(0))?;
            Ok(as_count(count))
        })
    }

    /// Reads a moment that an earlier run left; `None` after the catalog was made again.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn mark(&self, mark: Mark) -> Result<Option<Timestamp>, ArchiveError> {
        let second: Option<i64> = self.catalog.run(|_| self.catalog.read_meta(mark.name()))?;
        Ok(second.and_then(|second| Timestamp::from_second(second).ok()))
    }

    /// Leaves a moment for the next run.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn set_mark(&mut self, mark: Mark, at: Timestamp) -> Result<(), ArchiveError> {
        self.require_writing()?;
        self.catalog.run(|_| self.catalog.write_meta(mark.name(), at.as_second()))
    }

    /// Reads what an earlier run noted in its own words; `None` after the catalog was made again.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn memo(&self, memo: Memo) -> Result<Option<String>, ArchiveError> {
        self.catalog.run(|_| self.catalog.read_meta(memo.name()))
    }

    /// Notes something for the next run.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn set_memo(&mut self, memo: Memo, words: &str) -> Result<(), ArchiveError> {
        self.require_writing()?;
        self.catalog.run(|_| self.catalog.write_meta(memo.name(), words))
    }

    /// Notes photos that a whole walk did not meet, each since the first time; returns since when each is missed.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn note_missed(&mut self, ids: &[PhotoId], now: Timestamp) -> Result<Vec<Timestamp>, ArchiveError> {
        self.require_writing()?;
        self.catalog.transaction(|_| ids.iter().map(|id| self.catalog.note_missed(*id, now)).collect())
    }

    /// Forgets that photos were missed: they are back, or the archive says that they are gone.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn forget_missed(&mut self, ids: &[PhotoId]) -> Result<(), ArchiveError> {
        self.require_writing()?;
        self.catalog.transaction(|db| {
            let mut statement = db.prepare_cached("DELETE FROM missed WHERE photo = ?1")?;
            ids.iter().try_for_each(|id| statement.execute([as_row_id(*id)]).map(drop))
        })
    }

    /// Forgets those that the walk under way has met after all.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn forget_missed_that_were_met(&mut self) -> Result<(), ArchiveError> {
        self.require_writing()?;
        self.catalog.run(|db| {
            db.execute("DELETE FROM missed WHERE photo IN (SELECT photo FROM temp.met)", []).map(drop)
        })
    }
}

impl Catalog {
    fn detail_state(&self, id: PhotoId) -> Result<Option<DetailState>, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT updated, comments, favorites, asked, answers FROM detail WHERE photo = ?1",
            )?;
            let read = |row: &rusqlite::Row<'_>| {
                let updated: Option<i64> = row.get(0)?;
                let count = |place| row.get::<_, Option<i64>>(place).map(|count| count.map(as_count));
                Ok(DetailState {
                    updated: updated.and_then(|second| Timestamp::from_second(second).ok()),
                    comments: count(1)?,
                    favorites: count(2)?,
                    answers: Answers::from_bits(row.get(4)?),
                    asked: Timestamp::from_second(row.get(3)?).unwrap_or_default(),
                })
            };
            statement.query_row([as_row_id(id)], read).optional()
        })
    }

    /// For the caller's transaction; a count that is not given stays, answers from before a change do not.
    pub(crate) fn put_detail_state(&self, id: PhotoId, state: &DetailState) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached(
            "INSERT INTO detail (photo, updated, comments, favorites, asked, answers) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (photo) DO UPDATE SET updated = coalesce(?2, updated), comments = coalesce(?3, comments),
                favorites = coalesce(?4, favorites), asked = ?5,
                answers = CASE WHEN coalesce(?2, updated) IS updated THEN answers | ?6 ELSE ?6 END",
        )?;
        statement.execute(params![
            as_row_id(id),
            state.updated.map(Timestamp::as_second),
            state.comments.map(as_number),
            state.favorites.map(as_number),
            state.asked.as_second(),
            state.answers.bits(),
        ])?;
        let mut note =
            self.db.prepare_cached("UPDATE photo SET detailed = 1 WHERE id = ?1 AND detailed = 0")?;
        note.execute([as_row_id(id)]).map(drop)
    }

    fn note_missed(&self, id: PhotoId, now: Timestamp) -> rusqlite::Result<Timestamp> {
        let mut note =
            self.db.prepare_cached("INSERT OR IGNORE INTO missed (photo, since) VALUES (?1, ?2)")?;
        note.execute(params![as_row_id(id), now.as_second()])?;
        let mut find = self.db.prepare_cached("SELECT since FROM missed WHERE photo = ?1")?;
        let since: i64 = find.query_row([as_row_id(id)], |row| row.get(0))?;
        Ok(Timestamp::from_second(since).unwrap_or(now))
    }
}
