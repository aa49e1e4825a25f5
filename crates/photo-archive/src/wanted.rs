//! The queue of photos whose bytes are still to be fetched, kept in the catalog so that it is never in memory.
//!
//! A note may hold addresses that open a photo; it is wiped when the photo is done, and with the run.

use flickr_model::PhotoId;
use rusqlite::params;

use crate::catalog::Catalog;
use crate::catalog_photos::{as_count, as_row_id};
use crate::error::ArchiveError;
use crate::layout::Stem;

/// That a photo's bytes are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    /// Its place in the queue, lowest first; unique.
    pub order: u64,
    /// What the caller needs to fetch it, in its own form.
    pub note: String,
}

/// What to do with a photo's place in the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum WantChange {
    /// It stays as it is.
    #[default]
    Keep,
    /// The photo is out of the queue.
    Done,
    /// The photo is in the queue, here.
    Set(Want),
}

/// One photo of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which photo.
    pub id: PhotoId,
    /// Its place.
    pub order: u64,
    /// Where its files belong.
    pub stem: Stem,
    /// The date it is filed under, in seconds since 1970, for its files' modification time.
    pub taken: Option<i64>,
    /// What the caller needs to fetch it.
    pub note: String,
}

impl Catalog {
    /// Changes a photo's place in the queue. A date that is not given leaves the one that is there.
    pub(crate) fn put_want(
        &self,
        id: PhotoId,
        want: &WantChange,
        taken: Option<i64>,
    ) -> rusqlite::Result<()> {
        match want {
            WantChange::Keep => Ok(()),
            WantChange::Done => {
                let mut statement = self.db.prepare_cached("DELETE FROM wanted WHERE photo = ?1")?;
                statement.execute([as_row_id(id)]).map(drop)
            }
            WantChange::Set(want) => {
                let mut statement = self.db.prepare_cached(
                    "INSERT INTO wanted (photo, place, taken, note) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (photo) DO UPDATE SET place = ?2, taken = coalesce(?3, taken), note = ?4",
                )?;
                let values = params![as_row_id(id), as_place(want.order), taken, want.note];
                statement.execute(values).map(drop)
            }
        }
    }

    /// Returns the next photos of the queue behind a place.
    pub(crate) fn wanted(&self, after: Option<u64>, limit: usize) -> Result<Vec<Wanted>, ArchiveError> {
        let from = after.map_or(Some(0), |after| after.checked_add(1));
        let Some(from) = from.map(as_place) else { return Ok(Vec::new()) };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows: Vec<Option<Wanted>> = self.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT photo.id, place, folder.path || '/' || photo.name, taken, note
                 FROM wanted JOIN photo ON photo.id = wanted.photo JOIN folder ON folder.id = photo.folder
                 WHERE place >= ?1 ORDER BY place LIMIT ?2",
            )?;
            let rows = statement.query_map(params![from, limit], |row| {
                let id = PhotoId::from_number(as_count(row.get(0)?));
                let stem: String = row.get(2)?;
                let (Some(id), Ok(stem)) = (id, Stem::parse(&stem)) else { return Ok(None) };
                let order = as_order(row.get(1)?);
                Ok(Some(Wanted { id, order, stem, taken: row.get(3)?, note: row.get(4)? }))
            })?;
            rows.collect()
        })?;
        Ok(rows.into_iter().flatten().collect())
    }

    pub(crate) fn wanted_count(&self) -> Result<u64, ArchiveError> {
        self.run(|db| db.query_row("SELECT count(*) FROM wanted", [], |row| row.get(0).map(as_count)))
    }

    /// Empties the queue; the next listing fills it again.
    pub(crate) fn forget_wanted(&self) -> Result<(), ArchiveError> {
        self.run(|db| db.execute("DELETE FROM wanted", []).map(drop))
    }
}

/// A place as SQLite keeps it: the order of unsigned numbers becomes the order of signed ones.
fn as_place(order: u64) -> i64 {
    (order ^ (1 << 63)).cast_signed()
}

fn as_order(place: i64) -> u64 {
    place.cast_unsigned() ^ (1 << 63)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_keep_the_order_of_the_whole_range() {
        let orders = [0, 1, u64::from(u32::MAX), 1 << 63, u64::MAX];

        assert!(orders.map(as_place).is_sorted());
        assert_eq!(orders.map(as_place).map(as_order), orders);
    }
}
