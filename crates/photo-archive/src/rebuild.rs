//! Makes the catalog again from the archive alone: from the sidecars and from the sizes of the files beside them.
//!
//! A file that a sidecar names but that is not there, or not in that size, is noted as such and its photo counts
//! as missing, so that the next run fetches it; no sidecar is rewritten here. A sidecar that cannot be read
//! makes its photo unknown: the next listing brings it back, and its media file is adopted where it lies.

use crate::archive::Access;
use crate::catalog::{Catalog, meta};
use crate::catalog_folders::{Folder, Sums};
use crate::catalog_photos::Presence;
use crate::checksums;
use crate::error::ArchiveError;
use crate::inventory;
use crate::key::Key;
use crate::layout::Stem;
use crate::leftovers;
use crate::rebuild_papers;
use crate::rebuild_read::{Known, Reader, some_of};
use crate::root::Root;
use crate::runs;
use crate::spelling;
use crate::store::digest;
use crate::verify_lists::Lines;

/// How far the making of a catalog has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RebuildProgress {
    /// Sidecars read.
    pub photos: u64,
    /// Files that they name and that are there.
    pub files: u64,
}

/// What was found while the catalog was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RebuildReport {
    /// Photos and videos whose sidecar was read.
    pub photos: u64,
    /// Files that they name and that are there in the recorded size.
    pub files: u64,
    /// Files that they name and that are not there, or not in the recorded size.
    pub lost: u64,
    /// How many sidecars could not be read.
    pub unreadable: u64,
    /// The first of them: path and reason.
    pub examples: Vec<(String, String)>,
    /// Folders whose lists of sums were out of date; the next run writes them anew.
    pub stale_folders: u64,
    /// Half-written files of a killed run that were removed.
    pub leftovers: u64,
    /// Files that a copy had spelled otherwise, and that have their names again.
    pub renamed: u64,
    /// Sidecars that are not what the lists of checksums say.
    pub altered: u64,
    /// Files that a list of checksums names and of which neither record nor bytes are there.
    pub vanished: u64,
    /// The first of them, and folders of the inventory that are gone.
    pub vanished_examples: Vec<String>,
}

/// How many unreadable sidecars are named; the others are counted.
const EXAMPLES: usize = 100;

/// How many photos go into one transaction.
const BATCH: usize = 1000;

struct Scan<'a> {
    root: &'a Root,
    catalog: &'a Catalog,
    access: Access,
    report: RebuildReport,
    batch: Vec<Known>,
    /// The lists of the folder that is read.
    lines: Lines,
}

/// Fills an empty catalog.
pub(crate) fn fill(
    root: &Root,
    catalog: &Catalog,
    access: Access,
    progress: &mut dyn FnMut(RebuildProgress),
) -> Result<RebuildReport, ArchiveError> {
    let (report, batch, lines) = (RebuildReport::default(), Vec::with_capacity(BATCH), Lines::default());
    let mut scan = Scan { root, catalog, access, report, batch, lines };
    for folder in photo_folders(root)? {
        scan.folder(&folder, progress)?;
    }
    scan.store()?;
    rebuild_papers::fill(root, catalog, access)?;
    scan.compare_sums()?;
    scan.compare_inventory()?;
    catalog.note_size()?;
    let newest = runs::newest(root)?;
    catalog.run(|_| catalog.write_meta(meta::LAST_RUN, newest.as_ref().map_or("", Key::as_str)))?;
    catalog.complete()?;
    Ok(scan.report)
}

/// The folders in which photos can lie: `photos/YYYY`, `photos/YYYY/MM`, `photos/undated`.
pub(crate) fn photo_folders(root: &Root) -> Result<Vec<Key>, ArchiveError> {
    let mut found = Vec::new();
    for year in folders_in(root, &Key::known("photos".to_owned()))? {
        found.push(year.clone());
        found.extend(folders_in(root, &year)?);
    }
    found.retain(|folder| Stem::parse(&format!("{folder}/1")).is_ok());
    Ok(found)
}

fn folders_in(root: &Root, key: &Key) -> Result<Vec<Key>, ArchiveError> {
    Ok(root.folders(key)?.iter().filter_map(|name| key.join(name).ok()).collect())
}

impl Scan<'_> {
    fn folder(
        &mut self,
        folder: &Key,
        progress: &mut dyn FnMut(RebuildProgress),
    ) -> Result<(), ArchiveError> {
        self.lines = spelling::read_lists(self.root, self.catalog, folder)?;
        if self.access == Access::Write {
            self.root.doubt_folder(folder);
            self.report.leftovers += leftovers::remove(self.root, folder)?;
            let renamed = spelling::restore(self.root, self.catalog, folder)?;
            if renamed > 0 {
                // A list may have been among them.
                self.lines = spelling::read_lists(self.root, self.catalog, folder)?;
                self.report.renamed += renamed + spelling::restore(self.root, self.catalog, folder)?;
            }
        }
        let entries = self.root.entries(folder)?;
        let reader = Reader { root: self.root, folder, lines: self.lines, entries: &entries };
        let mut sidecars = reader.sidecars();
        loop {
            let mut some = some_of(&mut sidecars);
            if some.is_empty() {
                break;
            }
            for one in &mut some {
                one.listed = self.catalog.listed(one.stem.json().name())?;
            }
            for (one, known) in some.iter().zip(reader.read(&some)) {
                match known {
                    Ok(known) => self.take(known)?,
                    Err(reason) => self.refuse(one.stem.json().as_str(), reason),
                }
            }
            if self.batch.len() >= BATCH {
                self.store()?;
            }
            progress(RebuildProgress { photos: self.report.photos, files: self.report.files });
        }
        progress(RebuildProgress { photos: self.report.photos, files: self.report.files });
        Ok(())
    }

    fn refuse(&mut self, path: &str, reason: String) {
        tracing::warn!(path, reason, "a sidecar cannot be read");
        self.report.unreadable += 1;
        if self.report.examples.len() < EXAMPLES {
            self.report.examples.push((path.to_owned(), reason));
        }
    }

    fn take(&mut self, mut known: Known) -> Result<(), ArchiveError> {
        if !known.is_vouched_for {
            self.settle_sums(&mut known)?;
        }
        let here = known.files.iter().filter(|file| file.presence == Presence::Here).count() as u64;
        self.report.photos += 1;
        self.report.files += here;
        self.report.lost += known.files.len() as u64 - here;
        self.report.altered += u64::from(known.is_altered);
        self.batch.push(known);
        Ok(())
    }

    /// Where a record is not the one that its list speaks of and names another checksum for a file than the list of the
    /// files does, the bytes decide. Where both are wrong, the record counts and `verify` will say so.
    fn settle_sums(&self, known: &mut Known) -> Result<(), ArchiveError> {
        for file in &mut known.files {
            let listed = self.catalog.listed(&file.name)?.filter(|listed| *listed != file.sha256);
            let (Some(listed), Ok(key)) = (listed, known.photo.stem.folder().join(&file.name)) else {
                continue;
            };
            let found = self.root.read_file(&key).ok().flatten();
            let sha256 = found.and_then(|found| digest(&found, false).ok()).map(|(_, sha256, _)| sha256);
            if sha256 == Some(listed) {
                file.sha256 = listed;
            }
        }
        Ok(())
    }

    /// Puts the batch into the catalog; of two sidecars for one photo the first by path counts.
    fn store(&mut self) -> Result<(), ArchiveError> {
        let batch = std::mem::take(&mut self.batch);
        let catalog = self.catalog;
        catalog.transaction(|db| {
            let mut known = db.prepare_cached("SELECT 1 FROM photo WHERE id = ?1")?;
            for Known { photo, files, told, .. } in &batch {
                if known.exists([crate::catalog_photos::as_row_id(photo.id)])? {
                    tracing::warn!(id = %photo.id, path = %photo.stem, "a second sidecar of the same photo");
                    continue;
                }
                catalog.put_photo(photo, told.updated, None)?;
                told.note(catalog, photo.id)?;
                files.iter().try_for_each(|file| catalog.put_file(photo.id, file))?;
            }
            Ok(())
        })
    }

    /// Marks each folder whose lists are not what the catalog says they must be.
    fn compare_sums(&mut self) -> Result<(), ArchiveError> {
        for folder in self.catalog.folders()? {
            let wanted = checksums::note(self.catalog, &folder)?;
            let mut is_stale = false;
            for (which, wanted) in [Sums::Media, Sums::Metadata].into_iter().zip(wanted) {
                let key = checksums::place(self.root, &folder, which)?;
                // What stands there instead of a file is no list; verify and the next run name it.
                let found = checksums::on_disk(self.root, &key).or_else(harmless)?;
                is_stale |= wanted.is_some() && found != wanted;
            }
            if is_stale {
                self.report.stale_folders += 1;
                self.catalog.doubt_lists(&folder)?;
                self.find_vanished(&folder)?;
            }
        }
        Ok(())
    }

    /// Names what the lists of a folder know and nothing else does.
    fn find_vanished(&mut self, folder: &Folder) -> Result<(), ArchiveError> {
        let Ok(key) = Key::parse(&folder.path) else { return Ok(()) };
        spelling::read_lists(self.root, self.catalog, &key)?;
        for which in [Sums::Media, Sums::Metadata] {
            for name in self.catalog.unknown_lines(folder, which)? {
                let Ok(file) = key.join(&name) else { continue };
                if self.root.facts(&file)?.is_none() {
                    self.vanished(file.as_str().to_owned(), 1);
                }
            }
        }
        Ok(())
    }

    /// Names the folders that the inventory knows and that are gone.
    fn compare_inventory(&mut self) -> Result<(), ArchiveError> {
        let text = self.root.read(&Key::known(inventory::NAME.to_owned()), 64 << 20).unwrap_or_default();
        let text = String::from_utf8_lossy(text.as_deref().unwrap_or_default()).into_owned();
        let known = self.catalog.folders()?;
        for told in inventory::read(&text) {
            if !known.iter().any(|folder| folder.path == told.path) {
                self.vanished(format!("{}/", told.path), told.files);
            }
        }
        Ok(())
    }

    fn vanished(&mut self, path: String, files: u64) {
        self.report.vanished += files;
        if self.report.vanished_examples.len() < EXAMPLES {
            self.report.vanished_examples.push(path);
        }
    }
}

/// Nothing, for what is wrong with one file alone.
fn harmless<T>(error: ArchiveError) -> Result<Option<T>, ArchiveError> {
    if error.ends_the_run() { Err(error) } else { Ok(None) }
}
