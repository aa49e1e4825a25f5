//! Which photos a walk over the account has met, in a table that lives as long as the connection.
//!
//! SQLite keeps it in a temporary file, so a walk over a million photos takes no memory to speak of, and it is
//! there for a dry run too.

use flickr_model::PhotoId;
use rusqlite::params;

use crate::catalog::Catalog;
use crate::catalog_photos::{as_count, as_row_id};
use crate::error::ArchiveError;
use crate::state::State;

impl Catalog {
    /// Forgets what an earlier walk met.
    pub(crate) fn begin_walk(&self) -> Result<(), ArchiveError> {
        self.run(|db| db.execute("DELETE FROM temp.met", []).map(drop))
    }

    /// Notes photos as met; says for each whether it is for the first time.
    pub(crate) fn meet(&self, ids: &[PhotoId]) -> Result<Vec<bool>, ArchiveError> {
        self.transaction(|db| {
            let mut statement = db.prepare_cached("INSERT OR IGNORE INTO temp.met (photo) VALUES (?1)")?;
            ids.iter().map(|id| Ok(statement.execute([as_row_id(*id)])? == 1)).collect()
        })
    }

    /// Returns photos of the archive that the walk has not met, by id, behind a given one.
    pub(crate) fn unmet(
        &self,
        after: Option<PhotoId>,
        limit: usize,
    ) -> Result<Vec<(PhotoId, State)>, ArchiveError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT id, state FROM photo WHERE id > ?1 AND id NOT IN (SELECT photo FROM temp.met)
                 ORDER BY id LIMIT ?2",
            )?;
            let rows = statement.query_map(params![after.map_or(0, as_row_id), limit], |row| {
                let state = State::from_number(row.get(1)?);
                Ok(PhotoId::from_number(as_count(row.get(0)?)).map(|id| (id, state)))
            })?;
            rows.filter_map(Result::transpose).collect()
        })
    }
}
