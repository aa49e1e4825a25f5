//! The catalog's rows about folders: which of them a run has touched, and what their lists of sums must say.
//!
//! A folder is marked before the first file of a run is put into it, and the mark is taken off only when its
//! sums, the inventory and the run's report are on the disk. A killed run is mended by looking at marked
//! folders alone, however large the archive is.

use rusqlite::{OptionalExtension, params};

use crate::catalog::Catalog;
use crate::catalog_photos::as_count;
use crate::error::ArchiveError;
use crate::hex;

/// A folder with its row's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder {
    pub(crate) id: i64,
    pub(crate) path: String,
}

/// What a folder holds, as the inventory tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FolderFacts {
    pub(crate) path: String,
    /// Media files, and their bytes together.
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    /// Checksums of its two lists.
    pub(crate) sums: Option<[u8; 32]>,
    pub(crate) metadata: Option<[u8; 32]>,
}

/// Which of a folder's two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sums {
    /// Photos, videos and stills.
    Media,
    /// Sidecars.
    Metadata,
}

impl Sums {
    /// The name of the list in its folder.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::Media => "SHA256SUMS",
            Self::Metadata => "SHA256SUMS.metadata",
        }
    }
}

/// What a list of sums that differs from the catalog means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// No run was killed in this folder: its lists are those of the catalog.
    Settled,
    /// A run is under way in it or was killed: its lists are behind.
    Touched,
    /// The catalog was made again, and found lists that differ.
    Doubtful,
}

impl Catalog {
    /// Returns the number of a folder's row, which is made when it is not there.
    pub(crate) fn folder_id(&self, path: &str) -> rusqlite::Result<i64> {
        let mut find = self.db.prepare_cached("SELECT id FROM folder WHERE path = ?1")?;
        if let Some(id) = find.query_row([path], |row| row.get(0)).optional()? {
            return Ok(id);
        }
        let mut make = self.db.prepare_cached("INSERT INTO folder (path) VALUES (?1)")?;
        make.insert([path])
    }

    /// Marks folders as touched; the marks are on the disk when this returns.
    pub(crate) fn mark_folders<'a>(&self, paths: impl Iterator<Item = &'a str>) -> Result<(), ArchiveError> {
        let mut unmarked = Vec::new();
        for path in paths {
            if !self.is_marked(path)? {
                unmarked.push(path);
            }
        }
        if unmarked.is_empty() {
            return Ok(());
        }
        self.transaction(|db| {
            for path in unmarked {
                let id = self.folder_id(path)?;
                db.prepare_cached("UPDATE folder SET dirty = dirty | 1 WHERE id = ?1")?.execute([id])?;
            }
            Ok(())
        })
    }

    /// Marks a folder whose lists are behind the times although no run touched it: the next run writes them anew.
    pub(crate) fn mark_lists(&self, folder: &Folder) -> Result<(), ArchiveError> {
        self.run(|db| {
            db.execute("UPDATE folder SET dirty = dirty | 2 WHERE id = ?1 AND dirty & 2 = 0", [folder.id])
                .map(drop)
        })
    }

    /// Marks a folder whose lists differ from what a catalog that was made again calls for.
    pub(crate) fn doubt_lists(&self, folder: &Folder) -> Result<(), ArchiveError> {
        self.run(|db| db.execute("UPDATE folder SET dirty = dirty | 4 WHERE id = ?1", [folder.id]).map(drop))
    }

    /// Marks folders in which a write failed half-way: what the catalog knows of them may be behind what lies there, and
    /// no list is made from it until the next opening has looked.
    pub(crate) fn distrust_folders<'a>(
        &self,
        paths: impl Iterator<Item = &'a str>,
    ) -> Result<(), ArchiveError> {
        self.transaction(|db| {
            for path in paths {
                let id = self.folder_id(path)?;
                db.prepare_cached("UPDATE folder SET dirty = dirty | 9 WHERE id = ?1")?.execute([id])?;
            }
            Ok(())
        })
    }

    /// Notes that what lies in those folders was looked at; they stay marked as touched.
    pub(crate) fn trust_folders(&self) -> Result<(), ArchiveError> {
        self.run(|db| db.execute("UPDATE folder SET dirty = dirty & ~8 WHERE dirty & 8", []).map(drop))
    }

    /// Returns the marked folders from whose rows lists can be made, by path.
    pub(crate) fn folders_to_list(&self) -> Result<Vec<Folder>, ArchiveError> {
        self.folders_where("SELECT id, path FROM folder WHERE dirty <> 0 AND dirty & 8 = 0 ORDER BY path")
    }

    /// Says what it means when a folder's lists differ from the catalog.
    pub(crate) fn standing(&self, folder: &Folder) -> Result<Standing, ArchiveError> {
        let dirty: i64 = self.run(|db| {
            db.prepare_cached("SELECT dirty FROM folder WHERE id = ?1")?
                .query_row([folder.id], |row| row.get(0))
        })?;
        Ok(match dirty {
            dirty if dirty & 1 != 0 => Standing::Touched,
            dirty if dirty & 4 != 0 => Standing::Doubtful,
            _ => Standing::Settled,
        })
    }

    /// Says whether any folder of photos is marked as touched by a run.
    pub(crate) fn any_photos_touched(&self) -> Result<bool, ArchiveError> {
        self.run(|db| {
            let any = "SELECT EXISTS (SELECT 1 FROM folder WHERE dirty & 1 AND path LIKE 'photos/%')";
            db.query_row(any, [], |row| row.get(0))
        })
    }

    /// Says whether a folder is marked as touched by a run.
    pub(crate) fn is_marked(&self, path: &str) -> Result<bool, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached("SELECT dirty & 1 FROM folder WHERE path = ?1")?;
            Ok(statement.query_row([path], |row| row.get(0)).optional()?.unwrap_or(false))
        })
    }

    /// Returns the folders that are marked in any way, by path.
    pub(crate) fn marked_folders(&self) -> Result<Vec<Folder>, ArchiveError> {
        self.folders_where("SELECT id, path FROM folder WHERE dirty <> 0 ORDER BY path")
    }

    /// Returns all folders, by path: a few for each year.
    pub(crate) fn folders(&self) -> Result<Vec<Folder>, ArchiveError> {
        self.folders_where("SELECT id, path FROM folder ORDER BY path")
    }

    fn folders_where(&self, query: &str) -> Result<Vec<Folder>, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached(query)?;
            statement.query_map([], |row| Ok(Folder { id: row.get(0)?, path: row.get(1)? }))?.collect()
        })
    }

    /// Takes the marks off these folders.
    pub(crate) fn unmark_folders(&self, folders: &[Folder]) -> Result<(), ArchiveError> {
        self.transaction(|db| {
            let mut statement = db.prepare_cached("UPDATE folder SET dirty = 0 WHERE id = ?1")?;
            for folder in folders {
                statement.execute(params![folder.id])?;
            }
            Ok(())
        })
    }

    /// Hands each line of a folder's list to `line`, in order, without holding the list.
    pub(crate) fn sums(
        &self,
        folder: &Folder,
        which: Sums,
        mut line: impl FnMut(&str) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let query = match which {
            Sums::Media => {
                "SELECT file.sha256, file.name FROM photo JOIN file ON file.photo = photo.id
                 WHERE photo.folder = ?1 ORDER BY file.name"
            }
            Sums::Metadata => {
                "SELECT json_sha, name || '.json' FROM photo WHERE folder = ?1 AND json_sha IS NOT NULL
                 UNION ALL SELECT sha256, name FROM paper WHERE folder = ?1 ORDER BY 2"
            }
        };
        let fail = |error| self.failure(error);
        let mut statement = self.db.prepare_cached(query).map_err(fail)?;
        let mut rows = statement.query([folder.id]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let sha: [u8; 32] = row.get(0).map_err(fail)?;
            let name: String = row.get(1).map_err(fail)?;
            line(&format!("{}  {name}\n", hex::encode(&sha)))?;
        }
        Ok(())
    }

    /// Notes what a folder holds and what its lists come to, for the caller's transaction; the inventory is made of these
    /// notes.
    pub(crate) fn note_folder(
        &self,
        folder: &Folder,
        sums: Option<[u8; 32]>,
        metadata: Option<[u8; 32]>,
    ) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare_cached(
            "UPDATE folder SET sums = ?2, metadata = ?3,
                files = (SELECT count(*) FROM photo JOIN file ON file.photo = photo.id WHERE photo.folder = ?1),
                bytes = (SELECT coalesce(sum(file.bytes), 0)
                         FROM photo JOIN file ON file.photo = photo.id WHERE photo.folder = ?1)
             WHERE id = ?1",
        )?;
        statement.execute(params![folder.id, sums, metadata]).map(drop)
    }

    /// Returns the notes of all folders, by path.
    pub(crate) fn folder_facts(&self) -> Result<Vec<FolderFacts>, ArchiveError> {
        self.run(|db| {
            let mut statement =
                db.prepare_cached("SELECT path, files, bytes, sums, metadata FROM folder ORDER BY path")?;
            let rows = statement.query_map([], |row| {
                Ok(FolderFacts {
                    path: row.get(0)?,
                    files: as_count(row.get(1)?),
                    bytes: as_count(row.get(2)?),
                    sums: row.get(3)?,
                    metadata: row.get(4)?,
                })
            })?;
            rows.collect()
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn no_list_is_made_of_a_folder_in_which_a_write_failed_until_it_was_looked_at() {
        let catalog = Catalog::create_fleeting("id", [0; 32]).unwrap();
        let paths = |folders: Vec<Folder>| folders.into_iter().map(|folder| folder.path).collect::<Vec<_>>();
        catalog.mark_folders(["albums", "account"].into_iter()).unwrap();

        catalog.distrust_folders(["account"].into_iter()).unwrap();

        assert_eq!(paths(catalog.folders_to_list().unwrap()), ["albums"]);
        assert_eq!(paths(catalog.marked_folders().unwrap()), ["account", "albums"]);
        catalog.trust_folders().unwrap();
        assert_eq!(paths(catalog.folders_to_list().unwrap()), ["account", "albums"]);
    }
}
