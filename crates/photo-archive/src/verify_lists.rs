//! Holds the lists of sums and the inventory to the catalog. They name what was there when a run last ended, so that a
//! loss shows in them also when the catalog was lost with it.
//!
//! A list that differs is *stale* when a run was killed before it could write it. Where no run was, it is damaged; and
//! after the catalog was made again, each of its lines is looked at.

use std::io::{BufRead, BufReader};

use flickr_model::PhotoId;
use rusqlite::params;

use crate::archive::Archive;
use crate::catalog::Catalog;
use crate::catalog_folders::{Folder, Standing, Sums};
use crate::checksums;
use crate::error::ArchiveError;
use crate::hex;
use crate::inventory;
use crate::key::Key;
use crate::root::Root;
use crate::verify_report::{Finding, Trouble};

/// No line of a list is longer.
const LONGEST: u64 = 1024;

/// What was read of a list.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lines {
    /// When the list was written, in seconds since 1970.
    pub(crate) modified: i64,
    /// Lines that are none of ours.
    pub(crate) odd: u64,
}

impl Lines {
    /// Whether words that differ from their line were written after the list, by a run that was killed before it could
    /// renew it; else they were damaged. Damage does not date a file anew, and seldom leaves one that reads well.
    pub(crate) fn are_behind(self, modified: i64, reads_well: bool) -> bool {
        reads_well && modified > self.modified
    }
}

impl Archive {
    /// Holds a folder's two lists to the catalog; one that differs is marked, so that the next run writes it anew.
    pub(crate) fn compare_lists(
        &self,
        folder: &Folder,
        found: &mut [Finding],
    ) -> Result<Vec<Finding>, ArchiveError> {
        let mut more = Vec::new();
        self.catalog.forget_lines()?;
        for which in [Sums::Media, Sums::Metadata] {
            let key = checksums::place(&self.root, folder, which)?;
            let expected = checksums::expected(&self.catalog, folder, which)?;
            let on_disk = match checksums::on_disk(&self.root, &key) {
                Ok(on_disk) if on_disk == expected => continue,
                Ok(on_disk) => on_disk,
                Err(error) => {
                    more.push(Finding::new(key.as_str(), Trouble::Damaged, error.to_string()));
                    continue;
                }
            };
            if let Err(error) = self.catalog.mark_lists(folder) {
                tracing::debug!(%error, "the catalog does not take down what is stale");
            }
            match (self.catalog.standing(folder)?, on_disk) {
                (Standing::Touched, None) | (Standing::Doubtful, None) => {
                    more.push(Finding::new(key.as_str(), Trouble::Stale, "the list is not there"));
                }
                (Standing::Touched, Some(_)) => {
                    more.push(Finding::new(key.as_str(), Trouble::Stale, "the list is behind the times"));
                }
                (Standing::Settled, None) => {
                    more.push(Finding::new(key.as_str(), Trouble::Missing, "the list is not there"));
                }
                (Standing::Settled, Some(_)) => {
                    let words =
                        "it is not what was written: it differs from the catalog, and no run was killed";
                    more.push(Finding::new(key.as_str(), Trouble::Damaged, words));
                }
                (Standing::Doubtful, Some(_)) => self.compare_lines(folder, which, &key, found, &mut more)?,
            }
        }
        Ok(more)
    }

    /// Looks at each line of a list that differs from a catalog which was made of the sidecars alone.
    fn compare_lines(
        &self,
        folder: &Folder,
        which: Sums,
        key: &Key,
        found: &mut [Finding],
        more: &mut Vec<Finding>,
    ) -> Result<(), ArchiveError> {
        let lines = read(&self.root, &self.catalog, key, which)?.unwrap_or_default();
        let (mut wrong, before) = (lines.odd, more.len());
        for name in self.catalog.unknown_lines(folder, which)? {
            let Ok(file) = Key::parse(&format!("{}/{name}", folder.path)) else {
                wrong += 1;
                continue;
            };
            if self.root.facts(&file)?.is_none() {
                let words = "a list of checksums names it, and neither it nor a record of it is there";
                more.push(Finding::new(file.as_str(), Trouble::Missing, words).of(owner(file.as_str())));
            } else if which == Sums::Metadata {
                more.push(
                    Finding::new(file.as_str(), Trouble::Damaged, "it cannot be read")
                        .of(owner(file.as_str())),
                );
            }
        }
        let other = if which == Sums::Media { self.catalog.other_lines(folder)? } else { Vec::new() };
        for name in other {
            let path = format!("{}/{name}", folder.path);
            match found.iter_mut().find(|finding| finding.path == path) {
                // The list and the file may agree against the record; then the record is what is wrong.
                Some(finding) if finding.what == Trouble::Damaged && self.agrees(&path)? => {
                    finding.detail = "its record has another checksum than it and the list".to_owned();
                }
                Some(_) => {}
                None => wrong += 1,
            }
        }
        if wrong > 0 {
            more.push(Finding::new(key.as_str(), Trouble::Damaged, "lines of it are not what was written"));
        } else if more.len() == before {
            more.push(Finding::new(key.as_str(), Trouble::Stale, "the list is behind the times"));
        }
        Ok(())
    }

    /// Whether a file has the checksum that the list, which was read last, gives it.
    fn agrees(&self, path: &str) -> Result<bool, ArchiveError> {
        let Ok(key) = Key::parse(path) else { return Ok(false) };
        let on_disk = checksums::on_disk(&self.root, &key).unwrap_or_default();
        Ok(on_disk.is_some() && self.catalog.listed(key.name())? == on_disk)
    }

    /// The inventory names folders that the catalog cannot know of when all of a folder is lost.
    pub(crate) fn compare_inventory(
        &self,
        known: &[Folder],
        found: &mut Vec<Finding>,
    ) -> Result<(), ArchiveError> {
        let key = Key::known(inventory::NAME.to_owned());
        let text = self.root.read(&key, 64 << 20).unwrap_or_default();
        let text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let facts = self.catalog.folder_facts()?;
        for told in inventory::read(text.as_deref().unwrap_or_default()) {
            let here = facts.iter().find(|folder| folder.path == told.path);
            let is_there = Key::parse(told.path)
                .is_ok_and(|key| self.root.facts(&key).is_ok_and(|facts| facts.is_some()));
            let words = match here {
                None => {
                    format!("the inventory knows it with {} files, and nothing of it is there", told.files)
                }
                Some(_) if !is_there => format!("the folder is gone, with {} files", told.files),
                Some(here) if here.files < told.files && self.has_no_list(known, told.path)? => {
                    format!("the inventory counts {} files, and {} are known here", told.files, here.files)
                }
                Some(_) => continue,
            };
            found.push(Finding::new(format!("{}/", told.path), Trouble::Missing, words));
        }
        let is_behind = text.as_deref() != Some(inventory::text(&facts).as_str());
        let is_empty = facts.iter().all(|folder| folder.sums.is_none() && folder.metadata.is_none());
        if !is_behind || (text.is_none() && is_empty) {
            return Ok(());
        }
        let is_settled = known.iter().try_fold(true, |settled, folder| {
            Ok::<_, ArchiveError>(settled && self.catalog.standing(folder)? == Standing::Settled)
        })?;
        let (what, words) = match (is_settled, &text) {
            (false, _) => (Trouble::Stale, "it is behind the times"),
            (true, None) => (Trouble::Missing, "it is not there"),
            (true, Some(_)) => (Trouble::Damaged, "it is not what was written"),
        };
        if is_settled || text.is_some() {
            found.push(Finding::new(inventory::NAME, what, words));
        }
        Ok(())
    }

    /// Whether nothing but the inventory tells of a folder what was in it.
    fn has_no_list(&self, known: &[Folder], path: &str) -> Result<bool, ArchiveError> {
        let Some(folder) = known.iter().find(|folder| folder.path == path) else { return Ok(false) };
        let list = checksums::place(&self.root, folder, Sums::Media)?;
        Ok(self.catalog.standing(folder)? == Standing::Doubtful && self.root.facts(&list)?.is_none())
    }
}

/// The photo that a path in `photos/` was given to, by the form of its name: date, time, number, title, as far as known.
pub(crate) fn owner(path: &str) -> Option<PhotoId> {
    let (folder, name) = path.rsplit_once('/')?;
    let mut parts = name.split('.').next()?.split('_');
    if folder != "photos/undated" {
        let date = parts.next()?;
        let mut after = parts.clone();
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let has_time = date.len() == 10 && after.next()?.len() == 6 && after.next().is_some_and(is_number);
        if has_time {
            parts.next();
        }
    }
    parts.next()?.parse().ok()
}

/// Reads a list into the table of lines; `None` when there is none. A line that is none of ours is counted.
pub(crate) fn read(
    root: &Root,
    catalog: &Catalog,
    key: &Key,
    which: Sums,
) -> Result<Option<Lines>, ArchiveError> {
    let Some(file) = root.read_file(key)? else { return Ok(None) };
    let modified = root.facts(key)?.map_or(0, |facts| facts.modified);
    let mut lines = Lines { modified, odd: 0 };
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = std::io::Read::take(&mut reader, LONGEST).read_until(b'\n', &mut line);
        if read.map_err(|error| root.failure("read", key, error))? == 0 {
            return Ok(Some(lines));
        }
        match parse(&line) {
            Some((sha256, name)) => catalog.put_line(name, &sha256, which)?,
            None => lines.odd += 1,
        }
    }
}

/// Checksum and name of a line as `sha256sum` writes it.
fn parse(line: &[u8]) -> Option<([u8; 32], &str)> {
    let (digits, name) = std::str::from_utf8(line).ok()?.strip_suffix('\n')?.split_once("  ")?;
    let sha256 = hex::decode(digits)?;
    (!name.is_empty() && !name.contains('/')).then_some((sha256, name))
}

impl Catalog {
    /// Forgets what was read of lists.
    pub(crate) fn forget_lines(&self) -> Result<(), ArchiveError> {
        self.run(|db| db.execute("DELETE FROM temp.listed", []).map(drop))
    }

    fn put_line(&self, name: &str, sha256: &[u8; 32], which: Sums) -> Result<(), ArchiveError> {
        self.run(|db| {
            let mut put = db.prepare_cached(
                "INSERT OR REPLACE INTO temp.listed (name, sha256, list) VALUES (?1, ?2, ?3)",
            )?;
            put.execute(params![name, sha256, which == Sums::Metadata]).map(drop)
        })
    }

    /// The checksum that the list which was read last gives a name.
    pub(crate) fn listed(&self, name: &str) -> Result<Option<[u8; 32]>, ArchiveError> {
        self.run(|db| {
            let mut find = db.prepare_cached("SELECT sha256 FROM temp.listed WHERE name = ?1")?;
            let mut rows = find.query([name])?;
            rows.next()?.map(|row| row.get(0)).transpose()
        })
    }

    /// Hands out every name of the lists that were read.
    pub(crate) fn each_line(&self, mut take: impl FnMut(String)) -> Result<(), ArchiveError> {
        self.run(|db| {
            let mut names = db.prepare_cached("SELECT name FROM temp.listed")?;
            let mut rows = names.query([])?;
            while let Some(row) = rows.next()? {
                take(row.get(0)?);
            }
            Ok(())
        })
    }

    /// Names that the list gives and the catalog does not know in that folder.
    pub(crate) fn unknown_lines(&self, folder: &Folder, which: Sums) -> Result<Vec<String>, ArchiveError> {
        let list = i64::from(which == Sums::Metadata);
        self.names(
            "SELECT name FROM temp.listed WHERE list = ?2
             EXCEPT SELECT file.name FROM photo JOIN file ON file.photo = photo.id WHERE photo.folder = ?1
             EXCEPT SELECT name || '.json' FROM photo WHERE folder = ?1
             EXCEPT SELECT name FROM paper WHERE folder = ?1 ORDER BY 1 LIMIT 100000",
            params![folder.id, list],
        )
    }

    /// Media files to which list and catalog give different checksums.
    fn other_lines(&self, folder: &Folder) -> Result<Vec<String>, ArchiveError> {
        self.names(
            "SELECT listed.name FROM photo JOIN file ON file.photo = photo.id
                JOIN temp.listed AS listed ON listed.name = file.name
             WHERE photo.folder = ?1 AND file.sha256 <> listed.sha256 ORDER BY 1 LIMIT 100000",
            params![folder.id],
        )
    }

    fn names(&self, query: &str, values: impl rusqlite::Params) -> Result<Vec<String>, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached(query)?;
            statement.query_map(values, |row| row.get(0))?.collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_sha256sum_writes_it() {
        let digits = "0a".repeat(32);

        assert_eq!(
            parse(format!("{digits}  1943_7_a b.jpg\n").as_bytes()),
            Some(([10; 32], "1943_7_a b.jpg"))
        );
        for odd in
            [format!("{digits}  a"), format!("{digits} a\n"), format!("{digits}  ../a\n"), "x\n".to_owned()]
        {
            assert_eq!(parse(odd.as_bytes()), None, "{odd:?}");
        }
    }

    #[test]
    fn the_number_of_a_photo_stands_behind_date_and_time() {
        let number = |path| owner(path).map(|id| id.to_string());

        assert_eq!(
            number("photos/2011/07/2011-07-04_153012_5912345678_Fourth.jpg").as_deref(),
            Some("5912345678")
        );
        assert_eq!(number("photos/2011/07/2011-07_5912345678_a.json").as_deref(), Some("5912345678"));
        assert_eq!(number("photos/1943/1943_2_Photo-2.poster.jpg").as_deref(), Some("2"));
        assert_eq!(number("photos/undated/5912345678_2011.jpg").as_deref(), Some("5912345678"));
        assert_eq!(number("photos/1943/mine.jpg"), None);
    }
}
