//! What can be told of an archive without its photos: whether there is one, and what its last run said.

use std::path::Path;

use flickr_model::PhotoId;
use rusqlite::params;

use crate::archive::Archive;
use crate::catalog::meta;
use crate::catalog_photos::{as_count, as_row_id};
use crate::error::{ArchiveError, ErrorKind};
use crate::key::Key;
use crate::marker::Marker;
use crate::root::Root;
use crate::runs;
use crate::state::State;

/// A photo that is on Flickr and not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// Which photo.
    pub id: PhotoId,
    /// Missing, unavailable, or not original.
    pub state: State,
    /// Why.
    pub reason: String,
}

impl Archive {
    /// Reads the marker of a folder; `None` where there is no archive, nor even a folder.
    ///
    /// # Errors
    /// For a marker that cannot be read, or that a newer version wrote.
    pub fn marker_of(dir: &Path) -> Result<Option<Marker>, ArchiveError> {
        if !dir.exists() {
            return Ok(None);
        }
        Marker::read(&Root::open(dir)?)
    }

    /// Reads the report of the last run that wrote one, with its path in the archive.
    ///
    /// # Errors
    /// When the disk refuses; a report that is damaged counts as none.
    pub fn last_report(&self) -> Result<Option<(String, serde_json::Value)>, ArchiveError> {
        let Some(key) = runs::newest(&self.root)? else { return Ok(None) };
        Ok(self.report_at(&key)?.map(|report| (key.as_str().to_owned(), report)))
    }

    /// Reads the newest report of those that are meant: of a run that listed the account, say, and not of an `accept`.
    ///
    /// # Errors
    /// When the disk refuses; a report that is damaged is passed over.
    pub fn last_report_that(
        &self,
        is_meant: impl Fn(&serde_json::Value) -> bool,
    ) -> Result<Option<serde_json::Value>, ArchiveError> {
        let mut found = None;
        runs::newest_that(&self.root, |key| {
            found = self.report_at(key)?.filter(&is_meant);
            Ok(found.is_some())
        })?;
        Ok(found)
    }

    fn report_at(&self, key: &Key) -> Result<Option<serde_json::Value>, ArchiveError> {
        match self.root.read(key, runs::LARGEST) {
            Ok(bytes) => {
                Ok(Some(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()))
            }
            Err(error) if error.kind() == ErrorKind::OneFile => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns photos whose original is not here, each with the reason, by id behind a given one.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn lacking(&self, after: Option<PhotoId>, limit: usize) -> Result<Vec<Lacking>, ArchiveError> {
        let states = [State::Missing, State::Unavailable, State::NotOriginal].map(State::number);
        let [one, two, three] = states;
        let after = after.map_or(0, as_row_id);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.catalog.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT id, state, reason FROM photo WHERE id > ?1 AND state IN (?2, ?3, ?4) ORDER BY id LIMIT ?5",
            )?;
            let rows = statement.query_map(params![after, one, two, three, limit], |row| {
                let reason: Option<String> = row.get(2)?;
                let state = State::from_number(row.get(1)?);
                let id = PhotoId::from_number(as_count(row.get(0)?));
                Ok(id.map(|id| Lacking { id, state, reason: reason.unwrap_or_else(|| "not known".to_owned()) }))
            })?;
            rows.filter_map(Result::transpose).collect()
        })
    }

    /// Empties the queue of wanted photos, which the next listing fills again.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn forget_wanted(&mut self) -> Result<(), ArchiveError> {
        self.catalog.forget_wanted()
    }

    /// Whether an earlier run learned this of Flickr.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn knows(&self, habit: Habit) -> Result<bool, ArchiveError> {
        self.catalog.run(|_| Ok(self.catalog.read_meta::<String>(habit.name())?.is_some()))
    }

    /// Remembers what was learned of Flickr; a catalog that is made anew learns it again.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn learned(&mut self, habit: Habit) -> Result<(), ArchiveError> {
        self.catalog.run(|_| self.catalog.write_meta(habit.name(), "yes"))
    }
}

/// What runs may learn of Flickr, because no documentation says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// The image host's `ETag`s are MD5s.
    ETagsAreMd5,
    /// Width and height in the listing are those of the originals.
    ListedDimensionsAreRight,
}

impl Habit {
    fn name(self) -> &'static str {
        match self {
            Self::ETagsAreMd5 => meta::ETAGS,
            Self::ListedDimensionsAreRight => meta::DIMENSIONS,
        }
    }
}
