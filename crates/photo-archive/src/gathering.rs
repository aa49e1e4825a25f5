//! Albums and group pools as lists of photos: what was last seen of each, and which photos are in which.
//!
//! Flickr tells the members of an album, not the albums of a photo. The members of all lie in the catalog, so that
//! the albums of one photo are one look-up and nothing is held in memory. A photo whose albums or groups changed
//! waits in the table `regroup` until its sidecar says so.

use flickr_model::PhotoId;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use crate::archive::Archive;
use crate::catalog::Catalog;
use crate::catalog_photos::{as_count, as_number, as_row_id};
use crate::error::ArchiveError;

/// What kind of list of photos.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gathering {
    /// An album, which has an order.
    Album,
    /// The part of a group's pool that is the account's own.
    Group,
}

/// What was last seen of an album or a group's pool, by which a run decides whether to ask for it again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GatheringSeen {
    /// Flickr's date of the last change; unknown after a catalog was made again without one.
    pub updated: Option<Timestamp>,
    /// How many photos and videos Flickr counted.
    pub photos: Option<u64>,
    /// How many comments Flickr counted.
    pub comments: Option<u64>,
    /// What stands on it, as one number: see [`GatheringSeen::face_of`].
    pub face: Option<i64>,
    /// Whether Flickr no longer lists it.
    pub is_gone: bool,
}

impl GatheringSeen {
    /// One number for title, description and cover: not every change of them is dated.
    #[must_use]
    pub fn face_of(title: &str, description: &str, cover: Option<PhotoId>) -> i64 {
        let cover = cover.map_or(0, PhotoId::number).to_le_bytes();
        let digest: [u8; 32] = Sha256::new()
            .chain_update(title)
            .chain_update([0])
            .chain_update(description)
            .chain_update([0])
            .chain_update(cover)
            .finalize()
            .into();
        digest.iter().take(8).fold(0, |number, byte| number << 8 | i64::from(*byte))
    }
}

impl Gathering {
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Album => 0,
            Self::Group => 1,
        }
    }
}

impl Archive {
    /// What was last seen of an album (by its number) or a group (by its NSID); `None` for one never met.
    ///
    /// # Errors
    /// When the catalog fails, as for all deeds here.
    pub fn gathering(&self, kind: Gathering, id: &str) -> Result<Option<GatheringSeen>, ArchiveError> {
        self.catalog.gathering(kind, id)
    }

    /// All albums or groups that were ever met, by id, with what was last seen of each.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn gatherings(&self, kind: Gathering) -> Result<Vec<(String, GatheringSeen)>, ArchiveError> {
        self.catalog.gatherings(kind)
    }

    /// Notes what was seen of an album or group. To be called last: after its members and comments are written down.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn note_gathering(
        &mut self,
        kind: Gathering,
        id: &str,
        seen: GatheringSeen,
    ) -> Result<(), ArchiveError> {
        self.require_writing()?;
        self.catalog.transaction(|_| self.catalog.note_gathering(kind, id, seen))
    }

    /// Notes which photos are in a group's pool (an album's come with `put_album`); says how many came or went.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn put_members(
        &mut self,
        kind: Gathering,
        id: &str,
        photos: &[PhotoId],
    ) -> Result<u64, ArchiveError> {
        self.require_writing()?;
        self.catalog.transaction(|_| self.catalog.put_members(kind, id, photos))
    }

    /// The members in order, as last told.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn members(&self, kind: Gathering, id: &str) -> Result<Vec<PhotoId>, ArchiveError> {
        self.catalog.members(kind, id)
    }

    /// The albums or groups that a photo is in, by id.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn gatherings_of(&self, kind: Gathering, photo: PhotoId) -> Result<Vec<String>, ArchiveError> {
        self.catalog.gatherings_of(kind, photo)
    }

    /// Photos whose sidecar does not yet say in which albums and groups they are, by id, behind a given one.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn regroup(&self, after: Option<PhotoId>, limit: usize) -> Result<Vec<PhotoId>, ArchiveError> {
        self.catalog.regroup(after, limit)
    }
}

const SEEN: &str = "SELECT updated, photos, comments, gone, face, id FROM gathering WHERE kind = ?1";

impl Catalog {
    fn gathering(&self, kind: Gathering, id: &str) -> Result<Option<GatheringSeen>, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached(&format!("{SEEN} AND id = ?2"))?;
            statement.query_row(params![kind.number(), id], read_seen).optional()
        })
    }

    fn gatherings(&self, kind: Gathering) -> Result<Vec<(String, GatheringSeen)>, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached(&format!("{SEEN} ORDER BY id"))?;
            let rows = statement.query_map([kind.number()], |row| Ok((row.get(5)?, read_seen(row)?)))?;
            rows.collect()
        })
    }

    /// Returns the number of an album's or group's row, which is made when it is not there.
    pub(crate) fn gathering_number(&self, kind: Gathering, id: &str) -> rusqlite::Result<i64> {
        let mut find = self.db.prepare_cached("SELECT number FROM gathering WHERE kind = ?1 AND id = ?2")?;
        if let Some(number) = find.query_row(params![kind.number(), id], |row| row.get(0)).optional()? {
            return Ok(number);
        }
        let mut make = self.db.prepare_cached("INSERT INTO gathering (kind, id) VALUES (?1, ?2)")?;
        make.insert(params![kind.number(), id])
    }

    /// For the caller's transaction.
    pub(crate) fn note_gathering(
        &self,
        kind: Gathering,
        id: &str,
        seen: GatheringSeen,
    ) -> rusqlite::Result<()> {
        let number = self.gathering_number(kind, id)?;
        let mut statement = self.db.prepare_cached(
            "UPDATE gathering SET updated = ?2, photos = ?3, comments = ?4, gone = ?5, face = ?6 WHERE number = ?1",
        )?;
        statement.execute(params![
            number,
            seen.updated.map(Timestamp::as_second),
            seen.photos.map(as_number),
            seen.comments.map(as_number),
            seen.is_gone,
            seen.face,
        ])?;
        Ok(())
    }

    /// Replaces the members, and queues the photos that came or went; for the caller's transaction.
    pub(crate) fn put_members(&self, kind: Gathering, id: &str, photos: &[PhotoId]) -> rusqlite::Result<u64> {
        let number = self.gathering_number(kind, id)?;
        let db = &self.db;
        db.execute("DELETE FROM temp.told", [])?;
        db.prepare_cached(
            "INSERT OR IGNORE INTO temp.told SELECT gathering, photo FROM member WHERE gathering = ?1",
        )?
        .execute([number])?;
        self.set_members(number, photos)?;
        self.queue_differences(Some(number))
    }

    /// Replaces the members; for the caller's transaction.
    pub(crate) fn set_members(&self, number: i64, photos: &[PhotoId]) -> rusqlite::Result<()> {
        self.db.prepare_cached("DELETE FROM member WHERE gathering = ?1")?.execute([number])?;
        let mut put =
            self.db.prepare_cached("INSERT INTO member (gathering, place, photo) VALUES (?1, ?2, ?3)")?;
        for (place, photo) in photos.iter().enumerate() {
            put.execute(params![number, as_number(place as u64), as_row_id(*photo)])?;
        }
        Ok(())
    }

    /// Queues each photo for which `temp.told` and the table of members do not say the same.
    pub(crate) fn queue_differences(&self, of: Option<i64>) -> rusqlite::Result<u64> {
        let mut differ = self.db.prepare_cached(
            "WITH now AS (SELECT DISTINCT gathering, photo FROM member JOIN gathering ON number = gathering
                WHERE NOT gone AND (?1 IS NULL OR gathering = ?1))
             INSERT OR IGNORE INTO regroup (photo)
                SELECT photo FROM (SELECT * FROM now EXCEPT SELECT gathering, photo FROM temp.told)
                UNION SELECT photo FROM (SELECT gathering, photo FROM temp.told EXCEPT SELECT * FROM now)",
        )?;
        let queued = differ.execute([of])?;
        self.db.execute("DELETE FROM temp.told", [])?;
        Ok(queued as u64)
    }

    fn members(&self, kind: Gathering, id: &str) -> Result<Vec<PhotoId>, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT photo FROM member WHERE gathering =
                    (SELECT number FROM gathering WHERE kind = ?1 AND id = ?2) ORDER BY place",
            )?;
            let rows = statement.query_map(params![kind.number(), id], read_photo)?;
            rows.filter_map(Result::transpose).collect()
        })
    }

    pub(crate) fn gatherings_of(&self, kind: Gathering, photo: PhotoId) -> Result<Vec<String>, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT DISTINCT id FROM member JOIN gathering ON number = gathering
                 WHERE photo = ?1 AND kind = ?2 AND NOT gone ORDER BY id",
            )?;
            statement.query_map(params![as_row_id(photo), kind.number()], |row| row.get(0))?.collect()
        })
    }

    fn regroup(&self, after: Option<PhotoId>, limit: usize) -> Result<Vec<PhotoId>, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT photo FROM regroup WHERE photo > ?1 AND photo IN (SELECT id FROM photo) ORDER BY photo LIMIT ?2",
            )?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows = statement.query_map(params![after.map_or(0, as_row_id), limit], read_photo)?;
            rows.filter_map(Result::transpose).collect()
        })
    }

    /// Takes a photo off the queue: its sidecar says where it is; for the caller's transaction.
    pub(crate) fn regrouped(&self, photo: PhotoId) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached("DELETE FROM regroup WHERE photo = ?1")?;
        statement.execute([as_row_id(photo)]).map(drop)
    }

    /// Marks an album or group as gone; its members wait to be told so. For the caller's transaction.
    pub(crate) fn gathering_is_gone(&self, kind: Gathering, id: &str) -> rusqlite::Result<()> {
        let number = self.gathering_number(kind, id)?;
        self.db.prepare_cached("UPDATE gathering SET gone = 1 WHERE number = ?1")?.execute([number])?;
        let mut queue = self.db.prepare_cached(
            "INSERT OR IGNORE INTO regroup (photo) SELECT photo FROM member WHERE gathering = ?1",
        )?;
        queue.execute([number]).map(drop)
    }

    /// Takes the mark off one that is listed again; its members wait to be told so. For the caller's transaction.
    pub(crate) fn gathering_is_back(&self, kind: Gathering, id: &str) -> rusqlite::Result<()> {
        let number = self.gathering_number(kind, id)?;
        let mut queue = self.db.prepare_cached(
            "INSERT OR IGNORE INTO regroup (photo) SELECT photo FROM member JOIN gathering ON number = gathering
             WHERE number = ?1 AND gone",
        )?;
        queue.execute([number])?;
        self.db.prepare_cached("UPDATE gathering SET gone = 0 WHERE number = ?1")?.execute([number]).map(drop)
    }

    /// Marks the albums of a photo whose file arrived: the paths in them are behind. For the caller's transaction.
    pub(crate) fn albums_are_behind(&self, photo: PhotoId) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached(
            "UPDATE gathering SET dirty = 1 WHERE kind = 0 AND number IN (SELECT gathering FROM member WHERE photo = ?1)",
        )?;
        statement.execute([as_row_id(photo)]).map(drop)
    }

    /// The albums whose paths may be behind.
    pub(crate) fn albums_behind(&self) -> Result<Vec<String>, ArchiveError> {
        self.run(|db| {
            let mut statement =
                db.prepare_cached("SELECT id FROM gathering WHERE kind = 0 AND dirty ORDER BY id")?;
            statement.query_map([], |row| row.get(0))?.collect()
        })
    }

    /// Notes that an album's paths are as they should be.
    pub(crate) fn album_is_settled(&self, id: &str) -> rusqlite::Result<()> {
        let mut statement =
            self.db.prepare_cached("UPDATE gathering SET dirty = 0 WHERE kind = 0 AND id = ?1")?;
        statement.execute([id]).map(drop)
    }
}

fn read_seen(row: &Row<'_>) -> rusqlite::Result<GatheringSeen> {
    let updated: Option<i64> = row.get(0)?;
    let count = |place| row.get::<_, Option<i64>>(place).map(|count| count.map(as_count));
    Ok(GatheringSeen {
        updated: updated.and_then(|second| Timestamp::from_second(second).ok()),
        photos: count(1)?,
        comments: count(2)?,
        is_gone: row.get(3)?,
        face: row.get(4)?,
    })
}

fn read_photo(row: &Row<'_>) -> rusqlite::Result<Option<PhotoId>> {
    Ok(PhotoId::from_number(as_count(row.get(0)?)))
}
