//! Writes down what a run brought: sidecars first, on the disk for good, then the catalog in one transaction.
//!
//! A kill between the two costs a look at the folder, never a false "kept": the catalog speaks only of what is
//! on the disk. The folder is marked as touched before anything is put into it.

use std::collections::{BTreeSet, HashSet};

use flickr_model::PhotoId;
use jiff::Timestamp;

use crate::archive::Archive;
use crate::atomic_file::{self, Draft};
use crate::catalog_photos::{FileRow, Kept, PhotoRow, Presence};
use crate::detail_state::DetailState;
use crate::details;
use crate::entry::{Entry, Recorded};
use crate::error::ArchiveError;
use crate::fingerprint::{self, SecretMark};
use crate::key::Key;
use crate::layout::Stem;
use crate::merge::{self, Change};
use crate::record_rows::{checksum, file_rows, photo_row, taken};
use crate::record_xmp::Sidecars;
use crate::root::EntryKind;
use crate::scrub;
use crate::sidecar::{self, FileRecord, Sidecar};
use crate::state::State;
use crate::wanted::WantChange;

/// One entry, ready to be written.
struct Prepared {
    id: PhotoId,
    updated: Option<Timestamp>,
    secret: Option<SecretMark>,
    want: WantChange,
    taken: Option<i64>,
    folder: Option<Key>,
    row: Option<(PhotoRow, Vec<FileRow>)>,
    drafts: Vec<Draft>,
    xmp: Vec<Draft>,
    foreign_xmp: u64,
    /// What the catalog notes about its details.
    detail: Option<DetailState>,
    /// Its sidecar says in which albums and groups it is.
    is_grouped: bool,
    /// A file of it arrived, so that the paths in its albums are behind.
    has_arrived: bool,
    /// Its sidecar is gone and cannot be made anew.
    is_lost: bool,
    trouble: Option<String>,
}

/// The sidecar that is on the disk.
enum Old {
    None,
    Whole(Box<Sidecar>, Vec<u8>),
    /// It cannot be read as one; its bytes are set aside before another takes its place.
    Broken(Vec<u8>),
}

impl Archive {
    /// Writes down what a run brought. When it returns, all of it is on the disk for good.
    ///
    /// A sidecar is written only when its bytes change. Of two entries for one photo the second comes after.
    ///
    /// # Errors
    /// What ends the run: a full or read-only disk, a failed catalog. What concerns one photo is in its [`Recorded`].
    pub fn record(&mut self, entries: Vec<Entry>, now: Timestamp) -> Result<Vec<Recorded>, ArchiveError> {
        self.require_writing()?;
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let mut ids = HashSet::new();
        let (once, again): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| ids.insert(entry.id));
        let mut recorded = self.record_once(once, now)?;
        if !again.is_empty() {
            recorded.extend(self.record(again, now)?);
        }
        Ok(recorded)
    }

    fn record_once(&self, entries: Vec<Entry>, now: Timestamp) -> Result<Vec<Recorded>, ArchiveError> {
        let prepared = entries.into_iter().map(|entry| self.prepare(entry, now));
        let mut prepared = prepared.collect::<Result<Vec<_>, _>>()?;
        let folders: BTreeSet<&str> =
            prepared.iter().filter_map(|one| one.folder.as_ref()).map(Key::as_str).collect();
        self.catalog.mark_folders(folders.iter().copied())?;
        let folders: Vec<String> = folders.into_iter().map(str::to_owned).collect();
        if let Err(error) = self.write(&mut prepared) {
            // The first error is the one to tell.
            self.catalog.distrust_folders(folders.iter().map(String::as_str)).unwrap_or_default();
            return Err(error);
        }
        self.catalog.transaction(|_| prepared.iter().try_for_each(|one| self.enter(one)))?;
        let recorded = prepared.into_iter().map(|one| Recorded {
            id: one.id,
            sidecar_written: one.trouble.is_none() && !one.drafts.is_empty(),
            foreign_xmp: one.foreign_xmp,
            is_lost: one.is_lost,
            trouble: one.trouble,
        });
        Ok(recorded.collect())
    }

    /// Writes all sidecars at once, JSON and XMP; when something stands in the way of one, one by one, the JSON first.
    fn write(&self, prepared: &mut [Prepared]) -> Result<(), ArchiveError> {
        let mut all: Vec<Draft> = Vec::new();
        let mut counts = Vec::with_capacity(prepared.len());
        for one in prepared.iter_mut() {
            counts.push((one.drafts.len(), one.xmp.len()));
            all.append(&mut one.drafts);
            all.append(&mut one.xmp);
        }
        let written = atomic_file::write_all(&self.root, &all);
        let mut drafts = all.into_iter();
        for (one, (json, xmp)) in prepared.iter_mut().zip(counts) {
            one.drafts = drafts.by_ref().take(json).collect();
            one.xmp = drafts.by_ref().take(xmp).collect();
        }
        match written {
            Err(error) if !error.ends_the_run() => {
                prepared.iter_mut().try_for_each(|one| self.write_one(one))?;
                let sound = prepared.iter_mut().filter(|one| one.trouble.is_none());
                let xmp: Vec<Draft> = sound.flat_map(|one| std::mem::take(&mut one.xmp)).collect();
                self.write_xmp(&xmp).map(drop)
            }
            written => written,
        }
    }

    fn write_one(&self, one: &mut Prepared) -> Result<(), ArchiveError> {
        match atomic_file::write_all(&self.root, &one.drafts) {
            Err(error) if !error.ends_the_run() => {
                tracing::warn!(id = %one.id, %error, "a sidecar could not be written");
                one.trouble = Some(error.to_string());
                Ok(())
            }
            written => written,
        }
    }

    /// Puts one entry into the catalog, in the caller's transaction.
    fn enter(&self, one: &Prepared) -> rusqlite::Result<()> {
        if one.trouble.is_some() {
            return Ok(());
        }
        match &one.row {
            Some((photo, files)) => {
                self.catalog.put_photo(photo, one.updated, one.secret)?;
                files.iter().try_for_each(|file| self.catalog.put_file(one.id, file))?;
            }
            None => self.catalog.touch_photo(one.id, one.updated, one.secret)?,
        }
        if let Some(detail) = &one.detail {
            self.catalog.put_detail_state(one.id, detail)?;
        }
        if one.is_grouped {
            self.catalog.regrouped(one.id)?;
        }
        if one.has_arrived {
            self.catalog.albums_are_behind(one.id)?;
        }
        self.catalog.put_want(one.id, &one.want, one.taken)
    }

    fn prepare(&self, entry: Entry, now: Timestamp) -> Result<Prepared, ArchiveError> {
        let kept = self.catalog.kept(entry.id)?;
        let mut prepared = Prepared {
            id: entry.id,
            updated: entry.updated,
            secret: entry.secret,
            want: entry.want.clone(),
            taken: entry.photo.as_ref().and_then(taken),
            folder: None,
            row: None,
            drafts: Vec::new(),
            xmp: Vec::new(),
            foreign_xmp: 0,
            detail: None,
            is_grouped: false,
            has_arrived: !entry.saved.is_empty(),
            is_lost: false,
            trouble: None,
        };
        let stem = match (&kept, &entry.photo) {
            (Some(kept), _) => kept.stem.clone(),
            (None, Some(_)) if self.is_dropped(entry.id)? => {
                prepared.trouble = Some("it was dropped from the archive on request".to_owned());
                return Ok(prepared);
            }
            (None, Some(photo)) => Stem::of(photo),
            (None, None) => {
                prepared.trouble = Some("the archive knows nothing of this photo".to_owned());
                return Ok(prepared);
            }
        };
        if matches!(entry.want, WantChange::Set(_)) {
            prepared.folder = Some(stem.folder());
        }
        if entry.concerns_sidecar() || kept.is_none() {
            match self.old_sidecar(&stem, entry.id) {
                Ok(old) => self.change(&mut prepared, entry, kept, &stem, old, now)?,
                Err(error) if !error.ends_the_run() || self.can_look_at(&stem) => {
                    tracing::warn!(id = %entry.id, %error, "a sidecar cannot be read");
                    prepared.trouble = Some(error.to_string());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(prepared)
    }

    /// Whether the folder of a sidecar that cannot be read is well, so that the trouble is with that one file: missing
    /// rights, a bad sector.
    fn can_look_at(&self, stem: &Stem) -> bool {
        matches!(self.root.facts(&stem.json()), Ok(Some(facts)) if facts.kind == EntryKind::File)
    }

    /// Decides what the sidecar becomes, and the rows with it.
    fn change(
        &self,
        prepared: &mut Prepared,
        entry: Entry,
        kept: Option<Kept>,
        stem: &Stem,
        old: Old,
        now: Timestamp,
    ) -> Result<(), ArchiveError> {
        let folder = stem.folder();
        let mut rows = if kept.is_some() { self.catalog.file_rows(entry.id)? } else { Vec::new() };
        if let Old::Whole(sidecar, _) = &old {
            self.look_for_files(sidecar, &folder, &mut rows)?;
        }
        let fetched: Vec<FileRecord> = entry.saved.iter().map(|saved| FileRecord::of(saved, now)).collect();
        let is_fetched =
            |row: &&FileRow| fetched.iter().any(|file| file.path.ends_with(&format!("/{}", row.name)));
        let absent = rows.iter().filter(|row| row.presence != Presence::Here && !is_fetched(row));
        let not_here = absent.map(|row| format!("{folder}/{}", row.name)).collect();
        let mut saved = fetched.clone();
        if !matches!(old, Old::Whole(..)) {
            // What the lost sidecar knew of the files, the catalog still knows.
            let known = rows.iter().filter(|row| !is_fetched(row)).map(|row| row.record(folder.as_str()));
            saved.splice(0..0, known);
        }
        let former_state = kept.as_ref().map(|kept| kept.state);
        let state = entry.state.or(former_state).unwrap_or(State::Missing);
        let former_reason =
            kept.as_ref().filter(|kept| kept.state == state).and_then(|kept| kept.reason.clone());
        let reason = entry.reason.or(former_reason);
        let before = if let Old::Whole(sidecar, _) = &old { Some(sidecar.as_ref()) } else { None };
        let change = Change {
            photo: entry.photo.as_ref(),
            listing: entry.listing.and_then(|answer| serde_json::from_str(&answer).ok()).map(scrub::answer),
            state,
            reason: reason.as_deref(),
            saved,
            updated: entry.updated,
            details: entry.details.as_ref(),
            missed_since: entry.missed_since,
            not_here,
            now,
        };
        let next = merge::merge(entry.id, before, change);
        if let Some(details) = &entry.details {
            let waits = details::favorites_wait(&next, details);
            prepared.detail = details
                .state
                .map(|state| DetailState { favorites: state.favorites.filter(|_| !waits), ..state });
            prepared.is_grouped = details.albums.is_some() && details.groups.is_some();
        }
        let files = file_rows(&next, &folder, &rows, &fetched);
        if prepared.taken.is_none() {
            prepared.taken = taken(&next.photo());
        }
        let facts_known = before.is_some() || entry.photo.is_some();
        let json = match &old {
            Old::Whole(before, bytes) if **before == next => Some(checksum(bytes)),
            _ if !facts_known => None,
            _ => Some(self.draft(prepared, &next, stem, &old, now)?),
        };
        if json.is_none() {
            // Nothing was written, so nothing of it counts as asked.
            (prepared.detail, prepared.is_grouped) = (None, false);
            prepared.is_lost = true;
        }
        let is_new = !prepared.drafts.is_empty() || !fetched.is_empty();
        // A run that was killed after the JSON and before the XMP left a catalog that does not know this JSON.
        let is_behind = self.catalog.json_sha(entry.id)? != json.map(|(sha256, _)| sha256);
        if is_new || is_behind {
            prepared.folder = Some(folder);
        }
        if self.sidecars == Sidecars::Both && (is_new || is_behind) {
            (prepared.xmp, prepared.foreign_xmp) = self.xmp_drafts(&next, stem, &files)?;
        }
        // What the listing told is what the next listing is compared with; details told more.
        let facts = entry.photo.as_ref().map(fingerprint::of).or(kept.map(|kept| kept.facts));
        prepared.row = Some((photo_row(&next, stem, json, facts), files));
        Ok(())
    }

    /// Adds the files that only the sidecar knows, each with whether it is there: a kill may have come before the catalog.
    fn look_for_files(
        &self,
        sidecar: &Sidecar,
        folder: &Key,
        rows: &mut Vec<FileRow>,
    ) -> Result<(), ArchiveError> {
        for file in &sidecar.files {
            let Some(key) = Key::parse(&file.path).ok().filter(|key| key.parent() == *folder) else {
                continue;
            };
            if rows.iter().any(|row| row.name == key.name()) {
                continue;
            }
            let presence = match self.root.facts(&key)? {
                None => Presence::Gone,
                Some(facts) if facts.kind == EntryKind::File && facts.len == file.bytes => Presence::Here,
                Some(_) => Presence::Altered,
            };
            rows.push(FileRow::new(key.name(), file, presence));
        }
        Ok(())
    }

    /// Adds the sidecar's bytes to what is to be written; a broken one is set aside.
    fn draft(
        &self,
        prepared: &mut Prepared,
        next: &Sidecar,
        stem: &Stem,
        old: &Old,
        now: Timestamp,
    ) -> Result<([u8; 32], u64), ArchiveError> {
        let key = stem.json();
        if let Old::Broken(bytes) = old {
            let aside = format!("set-aside/{}/{key}", now.strftime("%Y-%m-%d"));
            prepared.drafts.push(Draft { key: Key::known(aside), bytes: bytes.clone(), mode: 0o644 });
        }
        let bytes = next.bytes().map_err(|error| self.root.failure("write", &key, error))?;
        let json = checksum(&bytes);
        prepared.drafts.push(Draft { key, bytes, mode: 0o644 });
        Ok(json)
    }

    fn old_sidecar(&self, stem: &Stem, id: PhotoId) -> Result<Old, ArchiveError> {
        let key = stem.json();
        let bytes = match self.root.read(&key, sidecar::LARGEST) {
            Ok(None) => return Ok(Old::None),
            Ok(Some(bytes)) => bytes,
            Err(ArchiveError::Damaged { .. }) => return Ok(Old::None),
            Err(error) => return Err(error),
        };
        match Sidecar::read(&bytes) {
            Ok(sidecar) if sidecar.id == id => Ok(Old::Whole(Box::new(sidecar), bytes)),
            Ok(_) => Ok(Old::Broken(bytes)),
            Err(reason) => {
                tracing::warn!(path = %key, reason, "a sidecar that cannot be read is set aside");
                Ok(Old::Broken(bytes))
            }
        }
    }
}
