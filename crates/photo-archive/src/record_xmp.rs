//! Puts an XMP file beside each media file whose photo has something new to say.
//!
//! A file that another program wrote is left alone and counted. What stands in the way of an XMP file costs that
//! file alone: the JSON says the same and more.

use flickr_model::{PhotoId, UserId};

use crate::archive::Archive;
use crate::atomic_file::{self, Draft};
use crate::catalog::Catalog;
use crate::catalog_photos::{FileRow, Presence, as_count, as_row_id};
use crate::error::ArchiveError;
use crate::key::Key;
use crate::layout::Stem;
use crate::plain_text::plain;
use crate::sidecar::{self, FileRecord, Sidecar};
use crate::state::FileKind;
use crate::xmp::{self, PlaceWords, Portrait, Region};

/// Which files are written beside a photo.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sidecars {
    /// The JSON alone.
    #[default]
    Json,
    /// The JSON, and an XMP file for photo programs.
    Both,
}

/// What became of the XMP files of one photo.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct XmpOutcome {
    /// Files that have other bytes now.
    pub written: u64,
    /// Files that another program wrote, and that were left as they are.
    pub foreign: u64,
}

impl Archive {
    /// Says which files are to be written beside photos from now on; at opening it is the JSON alone.
    pub fn set_sidecars(&mut self, sidecars: Sidecars) {
        self.sidecars = sidecars;
    }

    /// Writes the XMP files of one photo where they are missing or say something else than its JSON.
    ///
    /// # Errors
    /// What ends the run: a full or read-only disk, a failed catalog.
    pub fn renew_xmp(&mut self, id: PhotoId) -> Result<XmpOutcome, ArchiveError> {
        self.require_writing()?;
        let Some(kept) = self.catalog.kept(id)? else { return Ok(XmpOutcome::default()) };
        let Some(bytes) = self.root.read(&kept.stem.json(), sidecar::LARGEST).unwrap_or_default() else {
            return Ok(XmpOutcome::default());
        };
        let Ok(sidecar) = Sidecar::read(&bytes) else { return Ok(XmpOutcome::default()) };
        let rows = self.catalog.file_rows(id)?;
        let (drafts, foreign) = self.xmp_drafts(&sidecar, &kept.stem, &rows)?;
        Ok(XmpOutcome { written: self.write_xmp(&drafts)?, foreign })
    }

    /// Does the same for every photo, as for an archive that had no XMP files before; `seen` hears of each photo and says
    /// whether to go on.
    ///
    /// # Errors
    /// As for one photo.
    pub fn renew_all_xmp(
        &mut self,
        seen: &mut dyn FnMut(PhotoId) -> bool,
    ) -> Result<XmpOutcome, ArchiveError> {
        let mut outcome = XmpOutcome::default();
        let mut after = None;
        loop {
            let ids = self.catalog.photo_ids(after, 500)?;
            let Some(last) = ids.last() else { return Ok(outcome) };
            after = Some(*last);
            for id in ids {
                let one = self.renew_xmp(id)?;
                outcome.written += one.written;
                outcome.foreign += one.foreign;
                if !seen(id) {
                    return Ok(outcome);
                }
            }
        }
    }

    /// Returns the XMP files that are to be written for a photo, and how many are another program's.
    pub(crate) fn xmp_drafts(
        &self,
        sidecar: &Sidecar,
        stem: &Stem,
        rows: &[FileRow],
    ) -> Result<(Vec<Draft>, u64), ArchiveError> {
        let mut drafts = Vec::new();
        let mut foreign = 0;
        let folder = stem.folder();
        for file in &sidecar.files {
            let Ok(key) = Key::parse(&file.path) else { continue };
            let is_here = rows.iter().any(|row| row.name == key.name() && row.presence == Presence::Here);
            if key.parent() != folder || !is_here {
                continue;
            }
            let key = key.with_ending(".xmp");
            let bytes = xmp::render(&self.portrait(sidecar, file)?);
            let bytes = bytes.map_err(|error| self.root.failure("write", &key, error))?;
            match self.root.read(&key, xmp::LARGEST) {
                Ok(Some(old)) if !xmp::is_ours(&old) => foreign += 1,
                Ok(Some(old)) if old == bytes => {}
                Ok(_) => drafts.push(Draft { key, bytes, mode: 0o644 }),
                Err(error) => tracing::warn!(%error, "an XMP file is left as it is"),
            }
        }
        Ok((drafts, foreign))
    }

    /// Writes XMP files; returns how many. They are in no sums, and no catalog knows them.
    pub(crate) fn write_xmp(&self, drafts: &[Draft]) -> Result<u64, ArchiveError> {
        if atomic_file::write_all(&self.root, drafts).is_ok() {
            return Ok(drafts.len() as u64);
        }
        let mut written = 0;
        for draft in drafts {
            match atomic_file::write(&self.root, &draft.key, &draft.bytes, draft.mode) {
                Ok(()) => written += 1,
                Err(error) if !error.ends_the_run() => {
                    tracing::warn!(%error, "an XMP file could not be written");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(written)
    }

    fn portrait(&self, sidecar: &Sidecar, file: &FileRecord) -> Result<Portrait, ArchiveError> {
        let people = sidecar.details.people.iter().flatten().map(|one| &one.value);
        let mut names = Vec::new();
        for person in people {
            names.push(self.name_of(&person.person)?);
        }
        Ok(portrait(sidecar, file, names))
    }

    /// The name to show for a person: their own, else that of their account, else their id.
    fn name_of(&self, id: &UserId) -> Result<String, ArchiveError> {
        let person = self.person(id)?;
        let name = person
            .and_then(|person| person.realname.filter(|name| !name.is_empty()).or(Some(person.username)));
        Ok(name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.to_string()))
    }
}

impl Catalog {
    fn photo_ids(&self, after: Option<PhotoId>, limit: i64) -> Result<Vec<PhotoId>, ArchiveError> {
        self.run(|db| {
            let mut statement =
                db.prepare_cached("SELECT id FROM photo WHERE id > ?1 ORDER BY id LIMIT ?2")?;
            let read = |row: &rusqlite::Row<'_>| Ok(PhotoId::from_number(as_count(row.get(0)?)));
            let rows = statement.query_map(rusqlite::params![after.map_or(0, as_row_id), limit], read)?;
            rows.filter_map(Result::transpose).collect()
        })
    }
}

/// What the XMP of one file says; `names` are those of the sidecar's people, in their order.
pub(crate) fn portrait(sidecar: &Sidecar, file: &FileRecord, names: Vec<String>) -> Portrait {
    let turned = if file.kind == FileKind::Original { sidecar.rotation.unwrap_or(0) } else { 0 };
    let boxed = |area: Option<flickr_model::Area>| {
        area.map(|area| unturned([area.x, area.y, area.w, area.h], turned))
    };
    let people = sidecar.details.people.iter().flatten().zip(&names).filter_map(|(person, name)| {
        let area = boxed(person.value.area)?;
        Some(Region { name: Some(name.clone()), words: None, area })
    });
    let notes = sidecar.details.notes.iter().flatten().filter_map(|note| {
        let area = boxed(note.value.area)?;
        Some(Region { name: None, words: Some(plain(&note.value.text)), area })
    });
    let place_names = sidecar.place_names().unwrap_or_default();
    let tags = sidecar.tags.iter().map(|tag| tag.raw.clone().unwrap_or_else(|| tag.text.clone()));
    Portrait {
        title: sidecar.title.clone(),
        description: plain(&sidecar.description),
        tags: tags.filter(|tag| !tag.is_empty()).collect(),
        taken: sidecar.dates.value.taken.as_ref().and_then(flickr_model::Taken::when),
        place: sidecar.place.as_ref().map(|place| place.value.clone()),
        names: PlaceWords {
            location: place_names.neighbourhood,
            city: place_names.locality,
            state: place_names.region,
            country: place_names.country,
        },
        licence: sidecar.licence.as_ref().map(|licence| licence.value.clone()),
        regions: people.chain(notes).collect(),
        people: names.clone(),
        dimensions: file.width.zip(file.height),
    }
}

/// Turns a box on the picture as it is shown into one on the original, which Flickr does not turn.
///
/// `degrees` is by how much Flickr turns it clockwise.
fn unturned([x, y, w, h]: [f64; 4], degrees: u16) -> [f64; 4] {
    match degrees {
        90 => [y, 1.0 - x - w, h, w],
        180 => [1.0 - x - w, 1.0 - y - h, w, h],
        270 => [1.0 - y - h, x, h, w],
        _ => [x, y, w, h],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_turned_back_onto_the_original() {
        let close = |a: [f64; 4], b: [f64; 4]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9);
        // The upper left corner of an original that is shown turned by a quarter lies at the upper right.
        assert!(close(unturned([0.8, 0.0, 0.2, 0.1], 90), [0.0, 0.0, 0.1, 0.2]));
        assert!(close(unturned([0.8, 0.9, 0.2, 0.1], 180), [0.0, 0.0, 0.2, 0.1]));
        assert!(close(unturned([0.0, 0.9, 0.2, 0.1], 270), [0.0, 0.0, 0.1, 0.2]));
        assert!(close(unturned([0.1, 0.2, 0.3, 0.4], 0), [0.1, 0.2, 0.3, 0.4]));
    }
}
