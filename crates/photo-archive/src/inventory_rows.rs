//! What the catalog says of each photo in a line, for lists that a person reads: by id, some at a time.

use flickr_model::{Media, PhotoId};
use jiff::Timestamp;
use rusqlite::{Row, params};

use crate::archive::Archive;
use crate::catalog_photos::{as_count, as_media, as_row_id};
use crate::error::ArchiveError;
use crate::state::State;

/// Which photos are listed; what is `None` excludes none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those in this state.
    pub state: Option<State>,
    /// Only photos, or only videos.
    pub media: Option<Media>,
    /// Only those uploaded then or later.
    pub since: Option<Timestamp>,
}

/// One photo of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which photo.
    pub id: PhotoId,
    /// Still or moving.
    pub media: Media,
    /// The state it is in.
    pub state: State,
    /// Why its original is not here, where it is not.
    pub reason: Option<String>,
    /// When it was uploaded, where Flickr told.
    pub uploaded: Option<Timestamp>,
    /// Bytes of all its files.
    pub bytes: u64,
    /// Its file, or its JSON while there is none; from the archive's root.
    pub path: String,
}

impl Filter {
    /// The conditions in SQL. Numbers stand in the text, so that the index of the rarer states serves.
    fn conditions(self) -> String {
        let state = self.state.map(|state| format!(" AND state = {}", state.number()));
        let media = self.media.map(|media| format!(" AND media = {}", u8::from(media == Media::Video)));
        let since = self.since.map(|since| format!(" AND uploaded >= {}", since.as_second()));
        [state, media, since].into_iter().flatten().collect()
    }
}

impl Archive {
    /// Returns photos of the archive by id, behind a given one.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn lines(
        &self,
        filter: Filter,
        after: Option<PhotoId>,
        limit: usize,
    ) -> Result<Vec<Line>, ArchiveError> {
        let query = format!(
            "SELECT photo.id, media, state, reason, uploaded, photo.bytes,
                folder.path || '/' || coalesce((SELECT file.name FROM file WHERE file.photo = photo.id AND absent = 0
                    ORDER BY kind, version DESC LIMIT 1), photo.name || '.json')
             FROM photo JOIN folder ON folder.id = photo.folder
             WHERE photo.id > ?1{} ORDER BY photo.id LIMIT ?2",
            filter.conditions()
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.catalog.run(|db| {
            let mut statement = db.prepare_cached(&query)?;
            let rows = statement.query_map(params![after.map_or(0, as_row_id), limit], line)?;
            rows.filter_map(Result::transpose).collect()
        })
    }
}

fn line(row: &Row<'_>) -> rusqlite::Result<Option<Line>> {
    let Some(id) = PhotoId::from_number(as_count(row.get(0)?)) else { return Ok(None) };
    let uploaded: Option<i64> = row.get(4)?;
    Ok(Some(Line {
        id,
        media: as_media(row.get(1)?),
        state: State::from_number(row.get(2)?),
        reason: row.get(3)?,
        uploaded: uploaded.and_then(|second| Timestamp::from_second(second).ok()),
        bytes: as_count(row.get(5)?),
        path: row.get(6)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_numbers_and_none_without_wishes() {
        let all = Filter {
            state: Some(State::Missing),
            media: Some(Media::Video),
            since: Some(Timestamp::UNIX_EPOCH),
        };

        assert_eq!(Filter::default().conditions(), "");
        assert_eq!(all.conditions(), " AND state = 2 AND media = 1 AND uploaded >= 0");
    }
}
