//! How an archive is opened: the marker first, then the lock, then a catalog that can be believed.

use std::path::Path;
use std::sync::Arc;

use crate::archive::{Access, Archive};
use crate::catalog::{Catalog, Unfit, meta};
use crate::catalog_file::{Hold, Place};
use crate::documents;
use crate::error::ArchiveError;
use crate::key::Key;
use crate::leftovers;
use crate::lock::Lock;
use crate::marker::{self, Marker};
use crate::paper;
use crate::rebuild::{self, RebuildProgress, RebuildReport};
use crate::rebuild_papers;
use crate::record_xmp::Sidecars;
use crate::root::Root;
use crate::runs;

type Progress<'a> = &'a mut dyn FnMut(RebuildProgress);

/// Opens an archive; see [`Archive::open`].
pub(crate) fn open(
    dir: &Path,
    state_dir: &Path,
    access: Access,
    entropy: [u8; 32],
    progress: Progress<'_>,
) -> Result<Archive, ArchiveError> {
    let (root, marker) = marked(dir)?;
    let lock = if access == Access::Write { Some(Lock::take(&root)?) } else { None };
    let place = Place::of(state_dir, &marker.id, root.path());
    let (catalog, hold, rebuilt) = match access {
        Access::Write => for_writing(&root, &marker, &place, entropy, progress)?,
        Access::Read => for_reading(&root, &marker, &place, entropy, progress)?,
    };
    if access == Access::Write {
        documents::write_missing(&root)?;
        sweep(&root, &catalog)?;
    }
    let sidecars = Sidecars::default();
    Ok(Archive { root: Arc::new(root), marker, catalog, access, rebuilt, sidecars, held: (lock, hold) })
}

/// Makes the catalog of an archive anew; see [`Archive::rebuild`].
pub(crate) fn rebuild(
    dir: &Path,
    state_dir: &Path,
    entropy: [u8; 32],
    progress: Progress<'_>,
) -> Result<RebuildReport, ArchiveError> {
    let (root, marker) = marked(dir)?;
    let _lock = Lock::take(&root)?;
    let place = Place::of(state_dir, &marker.id, root.path());
    place.make()?;
    place.require_room()?;
    let _hold = held(&root, &place)?;
    let unfit = Unfit::Other("it is made again on request".to_owned());
    make_anew(&root, &marker, &place, Access::Write, unfit, entropy, progress).map(|(_, report)| report)
}

fn marked(dir: &Path) -> Result<(Root, Marker), ArchiveError> {
    let root = Root::open(dir)?;
    let marker = Marker::read(&root)?.ok_or_else(|| ArchiveError::NotAnArchive {
        path: root.path().to_owned(),
        reason: format!(
            "there is no {} in it (is the disk mounted?); `sync --create` makes an archive in an empty folder",
            marker::NAME
        ),
    })?;
    Ok((root, marker))
}

/// The archive's lock is ours, so only a reader that is making the catalog anew can be in the way.
fn held(root: &Root, place: &Place) -> Result<Hold, ArchiveError> {
    place.hold()?.ok_or_else(|| ArchiveError::Busy { path: root.path().to_owned() })
}

fn for_writing(
    root: &Root,
    marker: &Marker,
    place: &Place,
    entropy: [u8; 32],
    progress: Progress<'_>,
) -> Result<(Catalog, Option<Hold>, Option<RebuildReport>), ArchiveError> {
    place.make()?;
    place.require_room()?;
    let hold = held(root, place)?;
    match current(root, marker, place)? {
        Ok(catalog) => Ok((catalog, Some(hold), None)),
        Err(unfit) => {
            let (catalog, report) = make_anew(root, marker, place, Access::Write, unfit, entropy, progress)?;
            Ok((catalog, Some(hold), Some(report)))
        }
    }
}

/// A reader makes a bad catalog anew when nobody else is at it, and else (or where the state folder cannot be
/// written) one for itself alone.
fn for_reading(
    root: &Root,
    marker: &Marker,
    place: &Place,
    entropy: [u8; 32],
    progress: Progress<'_>,
) -> Result<(Catalog, Option<Hold>, Option<RebuildReport>), ArchiveError> {
    let found = place.require_room().and_then(|()| current(root, marker, place));
    if let Ok(Ok(catalog)) = found {
        return Ok((catalog, None, None));
    }
    if let (Ok(Err(unfit)), Ok(()), Ok(Some(_hold))) = (found, place.make(), place.hold()) {
        let made = make_anew(root, marker, place, Access::Read, unfit, entropy, progress);
        if let Ok((catalog, report)) = made {
            return Ok((catalog, None, Some(report)));
        }
    }
    let catalog = Catalog::create_fleeting(&marker.id, entropy)?;
    let report = rebuild::fill(root, &catalog, Access::Read, progress)?;
    Ok((catalog, None, Some(report)))
}

/// The catalog that is there, if it is whole and knows the newest run.
fn current(root: &Root, marker: &Marker, place: &Place) -> Result<Result<Catalog, Unfit>, ArchiveError> {
    let catalog = match Catalog::open(&place.database(), &marker.id)? {
        Ok(catalog) => catalog,
        Err(unfit) => return Ok(Err(unfit)),
    };
    let newest = runs::newest(root)?;
    let newest = newest.as_ref().map_or("", Key::as_str);
    let known = |name| catalog.run(|_| catalog.read_meta::<String>(name));
    let is_known = [meta::LAST_RUN, meta::NEXT_RUN].into_iter().map(known).collect::<Result<Vec<_>, _>>()?;
    if is_known.iter().any(|name| name.as_deref() == Some(newest)) {
        return Ok(Ok(catalog));
    }
    Ok(Err(Unfit::Other("the archive was brought up to date by another machine or catalog".to_owned())))
}

fn make_anew(
    root: &Root,
    marker: &Marker,
    place: &Place,
    access: Access,
    unfit: Unfit,
    entropy: [u8; 32],
    progress: Progress<'_>,
) -> Result<(Catalog, RebuildReport), ArchiveError> {
    tracing::info!(?unfit, "the catalog is made again from the archive");
    place.clear(&unfit)?;
    let catalog = Catalog::create(&place.database(), &marker.id, entropy)?;
    let report = rebuild::fill(root, &catalog, access, progress)?;
    Ok((catalog, report))
}

/// Removes the half-written files of a killed run where it can have left some.
fn sweep(root: &Root, catalog: &Catalog) -> Result<(), ArchiveError> {
    let mut folders = vec![Key::top()];
    let next_run: Option<String> = catalog.run(|_| catalog.read_meta(meta::NEXT_RUN))?;
    let reports = [runs::newest(root)?, next_run.and_then(|path| Key::parse(&path).ok())];
    folders.extend(reports.into_iter().flatten().map(|report| report.parent()));
    for folder in catalog.marked_folders()? {
        folders.extend(Key::parse(&folder.path));
    }
    for folder in folders {
        root.doubt_folder(&folder);
        if paper::FOLDERS.contains(&folder.as_str()) {
            rebuild_papers::note_papers(root, catalog, &folder, None)?;
        }
        match leftovers::remove(root, &folder) {
            Ok(0) => {}
            Ok(removed) => {
                tracing::info!(%folder, removed, "half-written files of an interrupted run were removed");
            }
            Err(error) if !error.ends_the_run() => tracing::warn!(%error, "a folder cannot be looked at"),
            Err(error) => return Err(error),
        }
    }
    catalog.trust_folders()
}
