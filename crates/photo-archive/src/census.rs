//! How many photos are in which state, counted by the catalog.

use crate::catalog::Catalog;
use crate::catalog_photos::as_count;
use crate::error::ArchiveError;
use crate::state::State;

/// Photos and bytes, per state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Census {
    tallies: [Tally; State::ALL.len()],
}

/// A number of photos, with the bytes of all their files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Photos and videos.
    pub photos: u64,
    /// Bytes of their originals, lesser sizes, former versions and stills.
    pub bytes: u64,
}

impl Census {
    /// The photos in one state.
    #[must_use]
    pub fn of(&self, state: State) -> Tally {
        self.tallies.get(usize::from(state.number())).copied().unwrap_or_default()
    }

    /// Each state with its photos, in the order in which they are reported.
    pub fn states(&self) -> impl Iterator<Item = (State, Tally)> {
        State::ALL.into_iter().map(|state| (state, self.of(state)))
    }

    /// The photos in all states together.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.tallies.iter().fold(Tally::default(), |sum, tally| Tally {
            photos: sum.photos + tally.photos,
            bytes: sum.bytes + tally.bytes,
        })
    }

    fn add(&mut self, state: State, tally: Tally) {
        if let Some(sum) = self.tallies.get_mut(usize::from(state.number())) {
            sum.photos += tally.photos;
            sum.bytes += tally.bytes;
        }
    }
}

/// Which photos are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// All that the archive knows.
    All,
    /// Those that the walk has met: on Flickr at this moment.
    Met,
}

impl Catalog {
    pub(crate) fn census(&self, counted: Counted) -> Result<Census, ArchiveError> {
        match counted {
            Counted::All if self.marked_folders()?.is_empty() => self.census_of_notes(),
            Counted::All => self.census_where(""),
            Counted::Met => self.census_where("WHERE photo.id IN (SELECT photo FROM temp.met)"),
        }
    }

    /// Counts each photo.
    fn census_where(&self, only: &str) -> Result<Census, ArchiveError> {
        let query = format!(
            "SELECT state, count(*), coalesce(sum((SELECT sum(bytes) FROM file WHERE file.photo = photo.id AND absent <> 1)), 0)
             FROM photo {only} GROUP BY state"
        );
        self.run(|db| {
            let mut census = Census::default();
            let mut statement = db.prepare_cached(&query)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let tally = Tally { photos: as_count(row.get(1)?), bytes: as_count(row.get(2)?) };
                census.add(State::from_number(row.get(0)?), tally);
            }
            Ok(census)
        })
    }

    /// Counts only what is not kept, and takes the rest from the notes of the folders, which hold while none is touched:
    /// a million photos are counted in a moment.
    fn census_of_notes(&self) -> Result<Census, ArchiveError> {
        let mut census = self.census_where("WHERE state <> 0")?;
        let others = census.total();
        let (photos, bytes) = self.run(|db| {
            db.query_row(
                "SELECT (SELECT count(*) FROM photo), (SELECT coalesce(sum(bytes), 0) FROM folder)
                    - (SELECT coalesce(sum(file.bytes), 0) FROM file WHERE absent = 1)",
                [],
                |row| Ok((as_count(row.get(0)?), as_count(row.get(1)?))),
            )
        })?;
        let kept =
            Tally { photos: photos.saturating_sub(others.photos), bytes: bytes.saturating_sub(others.bytes) };
        census.add(State::Kept, kept);
        Ok(census)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn the_notes_of_the_folders_come_to_what_counting_comes_to() {
        let catalog = Catalog::create_fleeting("id", [0; 32]).unwrap();
        let fill = "INSERT INTO folder (id, path, files, bytes) VALUES (1, 'photos/1943', 4, 1111);
            INSERT INTO photo (id, folder, name, media, state, facts) VALUES (1, 1, '1', 0, 0, x''), (2, 1, '2', 0, 2, x''),
                (3, 1, '3', 0, 4, x'');
            INSERT INTO file (photo, name, kind, version, bytes, sha256, downloaded, absent) VALUES
                (1, 'a', 0, 1, 1, x'', 0, 0), (1, 'b', 0, 2, 10, x'', 0, 2), (2, 'c', 0, 1, 100, x'', 0, 1), (3, 'd', 0, 1, 1000, x'', 0, 0);";
        catalog.run(|db| db.execute_batch(fill)).unwrap();

        let census = catalog.census_of_notes().unwrap();

        assert_eq!(census, catalog.census_where("").unwrap());
        assert_eq!(census.of(State::Kept), Tally { photos: 1, bytes: 11 });
    }
}
