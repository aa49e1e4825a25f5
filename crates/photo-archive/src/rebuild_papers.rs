//! Makes again what the catalog knows beside photos and files: albums with their members, groups, people, papers,
//! and up to what the details of each photo were brought.

use flickr_model::PhotoId;
use jiff::Timestamp;
use rusqlite::params;

use crate::albums;
use crate::archive::Access;
use crate::catalog::Catalog;
use crate::catalog_photos::as_row_id;
use crate::checksums;
use crate::detail_state::DetailState;
use crate::dropping;
use crate::error::{ArchiveError, ErrorKind};
use crate::gathering::{Gathering, GatheringSeen};
use crate::key::Key;
use crate::leftovers;
use crate::outline::Outline;
use crate::paper::{self, FOLDERS, LARGEST, Paper};
use crate::people;
use crate::root::{EntryKind, Root};
use crate::spelling;
use crate::verify_lists::Lines;

/// What a sidecar tells beside the photo's own row.
pub(crate) struct Told {
    pub(crate) updated: Option<Timestamp>,
    state: Option<DetailState>,
    albums: Vec<String>,
    groups: Vec<String>,
}

impl Told {
    pub(crate) fn of(outline: &Outline) -> Self {
        Self {
            updated: outline.dates.updated,
            state: outline.detail_state(),
            albums: outline.albums.clone().unwrap_or_default(),
            groups: outline.groups.clone().unwrap_or_default(),
        }
    }

    /// Notes it; in which albums the photo says it is waits for the albums themselves. For the caller's transaction.
    pub(crate) fn note(&self, catalog: &Catalog, id: PhotoId) -> rusqlite::Result<()> {
        if let Some(state) = &self.state {
            catalog.put_detail_state(id, state)?;
        }
        let mut told = catalog
            .db
            .prepare_cached("INSERT OR IGNORE INTO temp.told (gathering, photo) VALUES (?1, ?2)")?;
        for album in &self.albums {
            told.execute(params![catalog.gathering_number(Gathering::Album, album)?, as_row_id(id)])?;
        }
        // A pool has no file of its own: its members are those that say so.
        let mut member = catalog.db.prepare_cached(
            "INSERT INTO member (gathering, place, photo)
             SELECT ?1, coalesce(max(place) + 1, 0), ?2 FROM member WHERE gathering = ?1",
        )?;
        for group in &self.groups {
            let number = catalog.gathering_number(Gathering::Group, group)?;
            told.execute(params![number, as_row_id(id)])?;
            member.execute(params![number, as_row_id(id)])?;
        }
        Ok(())
    }
}

/// Reads the papers into a catalog that has the photos already.
pub(crate) fn fill(root: &Root, catalog: &Catalog, access: Access) -> Result<(), ArchiveError> {
    for folder in FOLDERS.map(|folder| Key::known(folder.to_owned())) {
        let lines = spelling::read_lists(root, catalog, &folder)?;
        if access == Access::Write {
            leftovers::remove(root, &folder)?;
            spelling::restore(root, catalog, &folder)?;
        }
        for key in note_papers(root, catalog, &folder, Some(lines))? {
            if folder.as_str() == albums::FOLDER && key.as_str().ends_with(".json") {
                album(root, catalog, &key)?;
            }
        }
    }
    people::restore(root, catalog)?;
    dropping::restore(root, catalog)?;
    catalog.transaction(|_| catalog.queue_differences(None)).map(drop)
}

/// Notes each paper of a folder with the bytes that it has on the disk, as after a run that was killed between the
/// writing of a paper and its note; returns them. With the lines of a list, one that was damaged since is noted as it was.
pub(crate) fn note_papers(
    root: &Root,
    catalog: &Catalog,
    folder: &Key,
    lines: Option<Lines>,
) -> Result<Vec<Key>, ArchiveError> {
    let mut papers = Vec::new();
    for entry in root.entries(folder)? {
        let Ok(key) = folder.join(&entry.name) else { continue };
        if entry.facts.kind != EntryKind::File || !is_a_paper(&key) {
            continue;
        }
        if let Some(mut sha256) = checksums::on_disk(root, &key)? {
            if let Some(lines) = lines
                && let Some(listed) = catalog.listed(&entry.name)?
                && listed != sha256
                && !lines.are_behind(entry.facts.modified, is_readable(root, &key))
            {
                sha256 = listed;
            }
            catalog.transaction(|_| catalog.put_paper(&key, sha256, entry.facts.len))?;
            papers.push(key);
        }
    }
    Ok(papers)
}

fn is_readable(root: &Root, key: &Key) -> bool {
    root.read(key, LARGEST).is_ok_and(|bytes| bytes.is_some_and(|bytes| paper::readable(key, &bytes).is_ok()))
}

/// Names that this program gives there; anything else is foreign and is named by `verify`.
pub(crate) fn is_a_paper(key: &Key) -> bool {
    let (stem, ending) = key.name().rsplit_once('.').unwrap_or((key.name(), ""));
    let is_numbered = |stem: &str| {
        let id = stem.rsplit_once('_').map_or(stem, |(_, id)| id);
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
    };
    match (key.parent().as_str(), ending) {
        ("albums", "json" | "txt") | ("account/galleries", "json") => is_numbered(stem),
        ("account", "json") => matches!(
            stem,
            "profile"
                | "people"
                | "albums"
                | "collections"
                | "contacts"
                | "groups"
                | "tags"
                | "testimonials"
                | "preferences"
                | "upload-status"
                | "dropped"
        ),
        ("account", "jsonl") => stem == "favorites",
        ("account", "jpg" | "png" | "gif" | "webp" | "bin") => {
            stem == "avatar" || stem.starts_with("avatar.v")
        }
        _ => false,
    }
}

fn album(root: &Root, catalog: &Catalog, key: &Key) -> Result<(), ArchiveError> {
    let bytes = match root.read(key, LARGEST) {
        Err(error) if matches!(error.kind(), ErrorKind::OneFile | ErrorKind::Damaged) => None,
        read => read?,
    };
    let Some(bytes) = bytes else { return Ok(()) };
    let paper = match serde_json::from_slice::<Paper>(&bytes) {
        Ok(paper) => paper,
        Err(error) => {
            tracing::warn!(path = %key, %error, "an album cannot be read; the next run asks for it again");
            return Ok(());
        }
    };
    let Some(id) = paper.facts.get("id").and_then(serde_json::Value::as_str) else { return Ok(()) };
    let count = |name: &str| paper.facts.get(name).and_then(serde_json::Value::as_u64);
    let photos = count("photos_count").map(|photos| photos + count("videos_count").unwrap_or(0));
    let text = |name: &str| paper.facts.get(name).and_then(serde_json::Value::as_str);
    let updated = text("updated");
    let cover = text("cover").and_then(|cover| cover.parse().ok());
    let face = GatheringSeen::face_of(text("title").unwrap_or(""), text("description").unwrap_or(""), cover);
    let seen = GatheringSeen {
        updated: updated.and_then(|updated| updated.parse().ok()),
        photos,
        comments: count("comments_count"),
        face: Some(face),
        is_gone: paper.gone.is_some(),
    };
    let members = albums::photos_of(&paper);
    catalog.transaction(|db| {
        catalog.note_gathering(Gathering::Album, id, seen)?;
        let number = catalog.gathering_number(Gathering::Album, id)?;
        catalog.set_members(number, &members)?;
        // Whether its paths are those of the files that are there now, the next run sees.
        db.prepare_cached("UPDATE gathering SET dirty = 1 WHERE number = ?1")?.execute([number]).map(drop)
    })
}
