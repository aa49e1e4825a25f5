//! Makes the catalog again from the archive alone: from the sidecars and from the sizes of the files beside them.
//!
//! A file that a sidecar names but that is not there, or not in that size, is noted as such and its photo counts
//! as missing, so that the next run fetches it; no sidecar is rewritten here. A sidecar that cannot be read
//! makes its photo unknown: the next listing brings it back, and its media file is adopted where it lies.

use flickr_model::Media;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::archive::Access;
use crate::catalog::{Catalog, meta};
use crate::catalog_folders::{Folder, Sums};
use crate::catalog_photos::{FileRow, PhotoRow, Presence};
use crate::checksums;
use crate::error::ArchiveError;
use crate::fingerprint;
use crate::inventory;
use crate::key::Key;
use crate::layout::Stem;
use crate::leftovers;
use crate::rebuild_papers::{self, Told};
use crate::root::{Entry, EntryKind, Root};
use crate::runs;
use crate::sidecar::{self, FileRecord, Sidecar};
use crate::spelling;
use crate::state::{FileKind, State};
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
    batch: Vec<(PhotoRow, Vec<FileRow>, Told)>,
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
    let folders = root.entries(key)?.into_iter().filter(|entry| entry.facts.kind == EntryKind::Folder);
    Ok(folders.filter_map(|entry| key.join(&entry.name).ok()).collect())
}

impl Scan<'_> {
    fn folder(
        &mut self,
        folder: &Key,
        progress: &mut dyn FnMut(RebuildProgress),
    ) -> Result<(), ArchiveError> {
        self.lines = spelling::read_lists(self.root, self.catalog, folder)?;
        if self.access == Access::Write {
            self.report.leftovers += leftovers::remove(self.root, folder)?;
            let renamed = spelling::restore(self.root, self.catalog, folder)?;
            if renamed > 0 {
                // A list may have been among them.
                self.lines = spelling::read_lists(self.root, self.catalog, folder)?;
                self.report.renamed += renamed + spelling::restore(self.root, self.catalog, folder)?;
            }
        }
        let entries = self.root.entries(folder)?;
        for entry in &entries {
            let Some(name) = entry.name.strip_suffix(".json") else { continue };
            let name: String = name.nfc().collect();
            let Ok(stem) = Stem::parse(&format!("{folder}/{name}")) else { continue };
            match self.read(&stem, folder, entry)? {
                Ok((sidecar, sha, bytes)) => self.take(&stem, sidecar, (sha, bytes), &entries),
                Err(reason) => self.refuse(stem.json().as_str(), reason),
            }
            if self.batch.len() >= BATCH {
                self.store()?;
            }
            if self.report.photos.is_multiple_of(500) {
                progress(RebuildProgress { photos: self.report.photos, files: self.report.files });
            }
        }
        progress(RebuildProgress { photos: self.report.photos, files: self.report.files });
        Ok(())
    }

    /// Reads a sidecar with its checksum, that of its line where it was damaged since; the inner error is about this one
    /// alone.
    #[expect(clippy::type_complexity, reason = "a sidecar with what its file comes to, or why it is none")]
    fn read(
        &mut self,
        stem: &Stem,
        folder: &Key,
        entry: &Entry,
    ) -> Result<Result<(Sidecar, [u8; 32], u64), String>, ArchiveError> {
        let Ok(key) = folder.join(&entry.name) else { return Ok(Err("its name is none of ours".to_owned())) };
        let bytes = match self.root.read(&key, sidecar::LARGEST) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(Err("it vanished while it was read".to_owned())),
            // Its folder was listed, so that the trouble is with this file: missing rights, a bad sector.
            Err(error) => return Ok(Err(with_cause(&error))),
        };
        let sidecar = match Sidecar::read(&bytes) {
            Ok(sidecar) => sidecar,
            Err(reason) => return Ok(Err(reason)),
        };
        if !stem.names(sidecar.id) {
            return Ok(Err(format!("it describes photo {}, and its name says another", sidecar.id)));
        }
        let mut sha256: [u8; 32] = Sha256::digest(&bytes).into();
        if let Some(listed) = self.catalog.listed(stem.json().name())?.filter(|listed| *listed != sha256) {
            let is_ours = sidecar.bytes().is_ok_and(|ours| ours == bytes);
            if !self.lines.are_behind(entry.facts.modified, is_ours) {
                self.report.altered += 1;
                sha256 = listed;
            }
        }
        Ok(Ok((sidecar, sha256, bytes.len() as u64)))
    }

    fn refuse(&mut self, path: &str, reason: String) {
        tracing::warn!(path, reason, "a sidecar cannot be read");
        self.report.unreadable += 1;
        if self.report.examples.len() < EXAMPLES {
            self.report.examples.push((path.to_owned(), reason));
        }
    }

    fn take(&mut self, stem: &Stem, sidecar: Sidecar, json: ([u8; 32], u64), entries: &[Entry]) {
        let folder = stem.folder();
        let found = sidecar.files.iter().filter_map(|file| row(self.root, &folder, file, entries));
        let files: Vec<FileRow> = found.collect();
        let here = files.iter().filter(|file| file.presence == Presence::Here).count() as u64;
        self.report.photos += 1;
        self.report.files += here;
        self.report.lost += files.len() as u64 - here;
        let photo = PhotoRow {
            id: sidecar.id,
            stem: stem.clone(),
            media: sidecar.media,
            state: state(&sidecar, &files),
            reason: reason(&sidecar, &files),
            uploaded: sidecar.dates.value.uploaded,
            facts: fingerprint::of(&sidecar.photo()),
            json: Some(json),
        };
        self.batch.push((photo, files, Told::of(&sidecar)));
    }

    /// Puts the batch into the catalog; of two sidecars for one photo the first by path counts.
    fn store(&mut self) -> Result<(), ArchiveError> {
        let batch = std::mem::take(&mut self.batch);
        let catalog = self.catalog;
        catalog.transaction(|db| {
            let mut known = db.prepare_cached("SELECT 1 FROM photo WHERE id = ?1")?;
            for (photo, files, told) in &batch {
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
            checksums::note(self.catalog, &folder)?;
            let mut is_stale = false;
            for which in [Sums::Media, Sums::Metadata] {
                let wanted = checksums::expected(self.catalog, &folder, which)?;
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

/// An error about one file with the system's answer.
fn with_cause(error: &ArchiveError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Nothing, for what is wrong with one file alone.
fn harmless<T>(error: ArchiveError) -> Result<Option<T>, ArchiveError> {
    if error.ends_the_run() { Err(error) } else { Ok(None) }
}

/// A file's row, with whether it was found; a path that leads out of the photo's folder is no file of it.
fn row(root: &Root, folder: &Key, file: &FileRecord, entries: &[Entry]) -> Option<FileRow> {
    let key = Key::parse(&file.path).ok().filter(|key| key.parent() == *folder)?;
    let found = entries.binary_search_by(|entry| entry.name.as_str().cmp(key.name()));
    let facts = match found.ok().and_then(|at| entries.get(at)) {
        Some(entry) => Some(entry.facts),
        // A disk that knows no case, or its own form of letters, lists another spelling and opens this one.
        None => root.facts(&key).ok().flatten(),
    };
    let presence = match facts {
        None => Presence::Gone,
        Some(facts) if facts.kind == EntryKind::File && facts.len == file.bytes => Presence::Here,
        Some(_) => Presence::Altered,
    };
    Some(FileRow::new(key.name(), file, presence))
}

/// The state by what is there: one that needs a file and has none is missing, so that it is fetched again.
fn state(sidecar: &Sidecar, files: &[FileRow]) -> State {
    let is_here = |file: &FileRow| file.presence == Presence::Here;
    let originals = files.iter().filter(|file| file.kind == FileKind::Original);
    let has_original = originals.max_by_key(|file| file.version).is_some_and(is_here);
    let has_lesser = files.iter().any(|file| file.kind == FileKind::NotOriginal && is_here(file));
    match sidecar.state {
        State::Kept if !has_original => State::Missing,
        State::NotOriginal if !has_original && !has_lesser => State::Missing,
        state => state,
    }
}

fn reason(sidecar: &Sidecar, files: &[FileRow]) -> Option<String> {
    let state = state(sidecar, files);
    if state == State::Missing && sidecar.state != State::Missing {
        let what = if sidecar.media == Media::Video { "video" } else { "photo" };
        return Some(format!("the file of this {what} is no longer in the archive"));
    }
    sidecar.missing.as_ref().filter(|_| state.wants_reason()).map(|lack| lack.value.reason.clone())
}
