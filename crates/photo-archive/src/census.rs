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
        let only = match counted {
            Counted::All => "",
            Counted::Met => "WHERE photo.id IN (SELECT photo FROM temp.met)",
        };
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
}
