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
        let query = match counted {
            Counted::All => "SELECT state, photos, bytes FROM tally",
            Counted::Met => {
                "SELECT state, count(*), sum(bytes) FROM temp.met CROSS JOIN photo ON photo.id = met.photo GROUP BY state"
            }
        };
        self.run(|db| {
            let mut census = Census::default();
            let mut statement = db.prepare_cached(query)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let tally = Tally { photos: as_count(row.get(1)?), bytes: as_count(row.get(2)?) };
                census.add(State::from_number(row.get(0)?), tally);
            }
            Ok(census)
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use proptest::prelude::*;
    use rusqlite::Connection;

    use crate::catalog_schema;

    /// What is done to a catalog, in the statements that are used for it.
    const DEEDS: [&str; 6] = [
        "INSERT INTO photo (id, folder, name, media, state, facts) VALUES (?1, 1, 'a', 0, ?2 % 6, x'')
         ON CONFLICT (id) DO UPDATE SET state = ?2 % 6",
        "INSERT INTO file (photo, name, kind, version, bytes, sha256, downloaded, absent)
         SELECT ?1, ?2 % 3, 0, 1, ?2, x'', 0, ?2 % 4 % 3 FROM photo WHERE id = ?1
         ON CONFLICT (photo, name) DO UPDATE SET bytes = ?2, absent = ?2 % 4 % 3",
        "UPDATE file SET verified = ?2 WHERE photo = ?1",
        "DELETE FROM file WHERE photo = ?1 AND name = ?2 % 3",
        "DELETE FROM file WHERE photo = ?1 AND ?2 >= 0",
        "DELETE FROM photo WHERE id = ?1 AND ?2 % 2 = 0 AND id NOT IN (SELECT photo FROM file)",
    ];

    fn read(db: &Connection, query: &str) -> Vec<(i64, i64, i64)> {
        let mut statement = db.prepare(query).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    proptest! {
        #[test]
        fn the_tallies_are_what_a_count_finds(deeds in prop::collection::vec((0..6_usize, 1..5_i64, 0..1000_i64), 1..60)) {
            let db = Connection::open_in_memory().unwrap();
            catalog_schema::make(&db).unwrap();
            for (deed, photo, number) in deeds {
                db.execute(DEEDS[deed], [photo, number]).unwrap();
            }

            let counted = "SELECT state, count(*), coalesce(sum((SELECT sum(bytes) FROM file
                           WHERE file.photo = photo.id AND absent <> 1)), 0) FROM photo GROUP BY state ORDER BY state";
            let kept = "SELECT state, photos, bytes FROM tally WHERE photos <> 0 OR bytes <> 0 ORDER BY state";
            prop_assert_eq!(read(&db, kept), read(&db, counted));
        }
    }
}
