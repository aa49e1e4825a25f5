//! Reads the archive again and says what is not as it should be; writes nothing in it.
//!
//! Every recorded file is held to its checksum, every sidecar to the one it was last written with, and every list
//! of sums to the catalog. What is there but in no record is named as foreign. A list or a sidecar that a killed
//! run left behind the times is *stale*, which the next run mends, and no damage.
//!
//! One folder at a time: files are read by a few threads, and nothing is held of a folder but what is wrong in it.

use jiff::Timestamp;
use rusqlite::params;

use crate::archive::Archive;
use crate::catalog_folders::{Folder, Sums};
use crate::catalog_photos::as_number;
use crate::checksums;
use crate::error::ArchiveError;
use crate::inventory;
use crate::key::Key;
use crate::leftovers;
use crate::paper;
use crate::rebuild;
use crate::root::EntryKind;
use crate::verify_files::{self, Checked, Job};

/// What is to be verified.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerifyOptions {
    /// Only whether each file is there in its recorded size; no byte is read but those of the lists.
    pub quick: bool,
    /// Only the photos of the first number's share of so many, `(1, 30)` to `(30, 30)`.
    pub subset: Option<(u32, u32)>,
    /// The moment to note in the catalog for files whose bytes are found good.
    pub verified_at: Option<Timestamp>,
}

/// How far a verification has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VerifyProgress {
    /// Files looked at.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Files looked at: photos, videos, stills and sidecars.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// What is not as it should be, the first 10,000.
    pub findings: Vec<Finding>,
    /// How much there is of each kind, in the order of [`Trouble::ALL`].
    counts: [u64; Trouble::ALL.len()],
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// From the archive's root; a folder ends in `/`.
    pub path: String,
    /// What is wrong.
    pub what: Trouble,
    /// In words, as the end of a sentence.
    pub detail: String,
}

/// What can be wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// Its bytes are not those that were written.
    Damaged,
    /// It is recorded and not there.
    Missing,
    /// It is half a file of an interrupted run; the next run removes it.
    HalfWritten,
    /// It was left behind the times by an interrupted run; the next run mends it.
    Stale,
    /// It is there and in no record; nobody touches it.
    Foreign,
}

impl Trouble {
    /// All kinds, the worst first.
    pub const ALL: [Self; 5] = [Self::Damaged, Self::Missing, Self::HalfWritten, Self::Stale, Self::Foreign];

    /// Whether something that was backed up is lost or wrong.
    #[must_use]
    pub fn is_damage(self) -> bool {
        matches!(self, Self::Damaged | Self::Missing)
    }
}

/// How many findings are kept; the others are counted.
const KEPT: usize = 10_000;

impl VerifyReport {
    /// How much there is of one kind, also beyond what is listed.
    #[must_use]
    pub fn count(&self, what: Trouble) -> u64 {
        let place = Trouble::ALL.iter().position(|kind| *kind == what);
        place.and_then(|place| self.counts.get(place)).copied().unwrap_or(0)
    }

    /// Whether nothing that was backed up is lost or wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        Trouble::ALL.into_iter().filter(|kind| kind.is_damage()).all(|kind| self.count(kind) == 0)
    }

    pub(crate) fn find(&mut self, path: impl Into<String>, what: Trouble, detail: impl Into<String>) {
        let place = Trouble::ALL.iter().position(|kind| *kind == what);
        if let Some(count) = place.and_then(|place| self.counts.get_mut(place)) {
            *count += 1;
        }
        if self.findings.len() < KEPT {
            self.findings.push(Finding { path: path.into(), what, detail: detail.into() });
        }
    }
}

impl Archive {
    /// Reads the archive again; see [`VerifyReport`] for what comes of it. Works without a network.
    ///
    /// # Errors
    /// When the catalog fails or a folder cannot be listed; a file that cannot be read is a finding.
    pub fn verify(
        &self,
        options: &VerifyOptions,
        progress: &mut dyn FnMut(VerifyProgress),
    ) -> Result<VerifyReport, ArchiveError> {
        let mut report = VerifyReport::default();
        let known = self.catalog.folders()?;
        for folder in &known {
            self.verify_folder(folder, options, &mut report, progress)?;
            self.compare_lists(folder, &mut report)?;
        }
        self.find_strays(&known, &mut report)?;
        let is_touched = !self.catalog.marked_folders()?.is_empty();
        self.compare_inventory(&known, is_touched, &mut report)?;
        report.findings.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(report)
    }

    fn verify_folder(
        &self,
        folder: &Folder,
        options: &VerifyOptions,
        report: &mut VerifyReport,
        progress: &mut dyn FnMut(VerifyProgress),
    ) -> Result<(), ArchiveError> {
        let mut bad = Vec::new();
        verify_files::check(
            &self.root,
            options.quick,
            |send| self.jobs(folder, options, send),
            |checked: Checked| {
                report.files += 1;
                report.bytes += checked.bytes;
                if let Some((what, detail)) = checked.trouble {
                    bad.push((checked.key, what, detail));
                }
                progress(VerifyProgress { files: report.files, bytes: report.bytes });
            },
        )?;
        let is_touched = self.catalog.is_marked(&folder.path)?;
        let names: Vec<String> = bad.iter().map(|(key, ..)| key.name().to_owned()).collect();
        for (key, what, detail) in bad {
            // Only a run that is under way, or was killed, can have written a sidecar that the catalog does not know.
            if what == Trouble::Stale && !is_touched {
                report.find(
                    key.as_str(),
                    Trouble::Damaged,
                    "it was changed: its bytes have another checksum",
                );
            } else {
                report.find(key.as_str(), what, detail);
            }
        }
        if let (Some(at), false) = (options.verified_at, options.quick)
            && let Err(error) = self.note_verified(folder, options, at, &names)
        {
            tracing::debug!(%error, "the catalog does not take down what was verified");
        }
        Ok(())
    }

    /// Hands out each recorded file of a folder: media files, then sidecars.
    fn jobs(
        &self,
        folder: &Folder,
        options: &VerifyOptions,
        send: &mut dyn FnMut(Job),
    ) -> Result<(), ArchiveError> {
        let (part, of) = options.subset.unwrap_or((1, 1));
        let fail = |error| self.catalog.failure(error);
        let queries = [
            "SELECT file.name, file.bytes, file.sha256, photo.id FROM photo JOIN file ON file.photo = photo.id
             WHERE photo.folder = ?1 AND (photo.id % 1000003) % ?2 = ?3 - 1 ORDER BY file.name",
            "SELECT name || '.json', json_bytes, json_sha, id FROM photo
             WHERE folder = ?1 AND json_sha IS NOT NULL AND (id % 1000003) % ?2 = ?3 - 1 ORDER BY name",
            "SELECT name, bytes, sha256, 0 FROM paper WHERE folder = ?1 AND 0 % ?2 = ?3 - 1 ORDER BY name",
        ];
        for (query, is_sidecar) in queries.into_iter().zip([false, true, true]) {
            let mut statement = self.catalog.db.prepare_cached(query).map_err(fail)?;
            let mut rows = statement.query(params![folder.id, of.max(1), part]).map_err(fail)?;
            while let Some(row) = rows.next().map_err(fail)? {
                let name: String = row.get(0).map_err(fail)?;
                let key = Key::parse(&format!("{}/{name}", folder.path));
                let Ok(key) = key else { continue };
                let bytes: i64 = row.get(1).map_err(fail)?;
                let sha256 = row.get(2).map_err(fail)?;
                let bytes = u64::try_from(bytes).unwrap_or(0);
                send(Job { key, bytes, sha256, is_sidecar });
            }
        }
        Ok(())
    }

    fn note_verified(
        &self,
        folder: &Folder,
        options: &VerifyOptions,
        at: Timestamp,
        bad: &[String],
    ) -> Result<(), ArchiveError> {
        let (part, of) = options.subset.unwrap_or((1, 1));
        self.catalog.transaction(|db| {
            db.execute("DELETE FROM temp.seen", [])?;
            let mut note = db.prepare_cached("INSERT OR IGNORE INTO temp.seen (name) VALUES (?1)")?;
            bad.iter().try_for_each(|name| note.execute([name]).map(drop))?;
            let mut update = db.prepare_cached(
                "UPDATE file SET verified = ?4 WHERE name NOT IN (SELECT name FROM temp.seen) AND photo IN
                    (SELECT id FROM photo WHERE folder = ?1 AND (id % 1000003) % ?2 = ?3 - 1)",
            )?;
            update.execute(params![folder.id, of.max(1), part, at.as_second()]).map(drop)
        })
    }

    /// Holds a folder's two lists to the catalog; what is behind the times is marked, so that the next run mends it.
    fn compare_lists(&self, folder: &Folder, report: &mut VerifyReport) -> Result<(), ArchiveError> {
        for which in [Sums::Media, Sums::Metadata] {
            let key = checksums::place(&self.root, folder, which)?;
            let Some(expected) = checksums::expected(&self.catalog, folder, which)? else { continue };
            let detail = match checksums::on_disk(&self.root, &key) {
                Ok(Some(found)) if found == expected => continue,
                Ok(Some(_)) => "the list is behind the times".to_owned(),
                Ok(None) => "the list is not there".to_owned(),
                Err(error) => error.to_string(),
            };
            report.find(key.as_str(), Trouble::Stale, detail);
            if let Err(error) = self.catalog.mark_lists(folder) {
                tracing::debug!(%error, "the catalog does not take down what is stale");
            }
        }
        Ok(())
    }

    /// Names what lies below `photos/` or among the papers and is in no record.
    fn find_strays(&self, known: &[Folder], report: &mut VerifyReport) -> Result<(), ArchiveError> {
        let photos = Key::known("photos".to_owned());
        let mut folders = vec![photos.clone()];
        folders.extend(rebuild::photo_folders(&self.root)?);
        folders.extend(paper::FOLDERS.map(|folder| Key::known(folder.to_owned())));
        for folder in &folders {
            let id = known.iter().find(|known| known.path == folder.as_str()).map_or(-1, |known| known.id);
            let mut names = Vec::new();
            for entry in self.root.entries(folder)? {
                let Ok(key) = folder.join(&entry.name) else { continue };
                if entry.facts.kind == EntryKind::Folder {
                    if !folders.contains(&key) {
                        report.find(
                            format!("{key}/"),
                            Trouble::Foreign,
                            "a folder that is not the archive's",
                        );
                    }
                } else if leftovers::is_ours(folder, &entry.name) {
                    report.find(key.as_str(), Trouble::HalfWritten, "an interrupted run left it");
                } else {
                    names.push(entry.name);
                }
            }
            for name in self.unrecorded(id, &names)? {
                report.find(format!("{folder}/{name}"), Trouble::Foreign, "it is in no record");
            }
        }
        Ok(())
    }

    /// Of these names in a folder, those that no record explains.
    fn unrecorded(&self, folder: i64, names: &[String]) -> Result<Vec<String>, ArchiveError> {
        self.catalog.transaction(|db| {
            db.execute("DELETE FROM temp.seen", [])?;
            let mut note = db.prepare_cached("INSERT OR IGNORE INTO temp.seen (name) VALUES (?1)")?;
            names.iter().try_for_each(|name| note.execute([name]).map(drop))?;
            let mut find = db.prepare_cached(
                "SELECT name FROM temp.seen
                 EXCEPT SELECT file.name FROM photo JOIN file ON file.photo = photo.id WHERE photo.folder = ?1
                 EXCEPT SELECT file.name || '.xmp' FROM photo JOIN file ON file.photo = photo.id WHERE photo.folder = ?1
                 EXCEPT SELECT name || '.json' FROM photo WHERE folder = ?1
                 EXCEPT SELECT name FROM paper WHERE folder = ?1
                 EXCEPT SELECT 'SHA256SUMS' WHERE ?1 >= 0 EXCEPT SELECT 'SHA256SUMS.metadata' WHERE ?1 >= 0
                 ORDER BY 1 LIMIT ?2",
            )?;
            let rows = find.query_map(params![folder, as_number(KEPT as u64 * 10)], |row| row.get(0))?;
            rows.collect()
        })
    }

    /// The inventory names folders that the catalog cannot know of when all of a folder is lost.
    fn compare_inventory(
        &self,
        known: &[Folder],
        is_touched: bool,
        report: &mut VerifyReport,
    ) -> Result<(), ArchiveError> {
        let key = Key::known(inventory::NAME.to_owned());
        let text = self.root.read(&key, 64 << 20).unwrap_or_default();
        let text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let expected = inventory::text(&self.catalog.folder_facts()?);
        for line in text.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#')) {
            let Some(path) = line.rsplit_once("  ").map(|(_, path)| path) else { continue };
            if !known.iter().any(|folder| folder.path == path) {
                report.find(
                    format!("{path}/"),
                    Trouble::Missing,
                    "the inventory knows it, and nothing of it is there",
                );
            }
        }
        let is_behind = text.as_deref() != Some(expected.as_str());
        if is_behind && !is_touched && !known.is_empty() {
            report.find(inventory::NAME, Trouble::Stale, "it is behind the times");
        }
        Ok(())
    }
}
