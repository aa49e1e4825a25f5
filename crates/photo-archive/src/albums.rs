//! Albums: a JSON for each, and the paths of its photos in order as a plain list.
//!
//! An album keeps the name of its files when it is renamed, and stays, marked, when it is gone. The paths are those
//! of the files that count, so they are brought up to date at the end of a run in which files arrived.

use std::collections::HashSet;

use flickr_model::{Album, AlbumId, Comment, PhotoId};
use jiff::Timestamp;
use rusqlite::OptionalExtension;
use serde_json::{Map, Value, json};

use crate::archive::Archive;
use crate::atomic_file::Draft;
use crate::catalog::Catalog;
use crate::catalog_photos::as_row_id;
use crate::details;
use crate::error::ArchiveError;
use crate::gathering::Gathering;
use crate::history::{Formers, Past};
use crate::key::Key;
use crate::paper::{self, Form, Paper};
use crate::reorder;
use crate::sidecar::{Former, Open};

/// The folder.
pub(crate) const FOLDER: &str = "albums";

const FORM: Form = Form {
    known: &[
        "id",
        "title",
        "description",
        "cover",
        "created",
        "updated",
        "photos_count",
        "videos_count",
        "comments_count",
        "views",
        "photos",
        "comments",
    ],
    // The paths follow the files by themselves.
    fleeting: &["updated", "photos_count", "videos_count", "comments_count", "views", "path"],
    told_apart: &["photos", "comments"],
};

impl Archive {
    /// Writes an album down with its photos in order and its comments; says whether a fact about it was new.
    ///
    /// `answers` are Flickr's own words by kind (`list`, `comments`). What is to be remembered of its dates and
    /// counts goes to [`Archive::note_gathering`], afterwards.
    ///
    /// # Errors
    /// When the disk or the catalog refuses.
    pub fn put_album(
        &mut self,
        album: &Album,
        answers: Map<String, Value>,
        now: Timestamp,
    ) -> Result<bool, ArchiveError> {
        self.require_writing()?;
        let now = paper::whole_second(now);
        let key = self.paper_place(FOLDER, album.id.as_str(), &album.title)?;
        let old = self.paper(&key)?;
        let mut formers = Formers::new(Past::Kept(now));
        let (photos, was) =
            (self.with_paths(&album.photos)?, old.as_ref().map(photos_of).unwrap_or_default());
        if let Some(difference) = reorder::difference(&was, &album.photos).filter(|_| old.is_some()) {
            formers.note("photos", &difference);
        }
        let mut comments = old.as_ref().map(comments_of);
        details::tell_comments(&mut comments, &album.comments, &mut formers, now);
        let formers: Vec<Former> = formers.list();
        let mut facts = paper::fields(&Album { photos: Vec::new(), comments: Vec::new(), ..album.clone() });
        facts.insert("photos".to_owned(), photos.clone());
        let comments = comments.filter(|comments| !comments.is_empty());
        facts.extend(comments.map(|comments| ("comments".to_owned(), json!(comments))));
        let mut next = paper::merge(old.as_ref(), facts, answers, FORM, formers, now);
        let is_new = old.as_ref() != Some(&next);
        next.facts.insert("photos".to_owned(), photos); // Other paths are no new fact, and are written.
        self.write_album(&key, &next, now)?;
        self.catalog.transaction(|_| {
            self.catalog.gathering_is_back(Gathering::Album, album.id.as_str())?;
            self.catalog.put_members(Gathering::Album, album.id.as_str(), &album.photos)?;
            self.catalog.album_is_settled(album.id.as_str())
        })?;
        Ok(is_new)
    }

    /// Marks the albums that are not among these as gone, and returns them. Nothing of them is removed.
    ///
    /// # Errors
    /// When the disk or the catalog refuses.
    pub fn keep_albums(&mut self, listed: &[AlbumId], now: Timestamp) -> Result<Vec<String>, ArchiveError> {
        self.require_writing()?;
        let listed: HashSet<&str> = listed.iter().map(AlbumId::as_str).collect();
        let known = self.gatherings(Gathering::Album)?;
        let missed = known.into_iter().filter(|(id, seen)| !seen.is_gone && !listed.contains(id.as_str()));
        let missed: Vec<String> = missed.map(|(id, _)| id).collect();
        for id in &missed {
            let key = self.paper_place(FOLDER, id, "")?;
            self.paper_is_gone(&key, now)?;
            self.catalog.transaction(|_| self.catalog.gathering_is_gone(Gathering::Album, id))?;
        }
        Ok(missed)
    }

    /// Brings the paths in albums up to date whose photos got files since they were written.
    pub(crate) fn renew_albums(&self, now: Timestamp) -> Result<(), ArchiveError> {
        for id in self.catalog.albums_behind()? {
            let key = self.paper_place(FOLDER, &id, "")?;
            if let Some(mut paper) = self.paper(&key)? {
                let photos = self.with_paths(&photos_of(&paper))?;
                paper.facts.insert("photos".to_owned(), photos);
                self.write_album(&key, &paper, now)?;
            }
            self.catalog.transaction(|_| self.catalog.album_is_settled(&id))?;
        }
        Ok(())
    }

    fn write_album(&self, key: &Key, paper: &Paper, now: Timestamp) -> Result<bool, ArchiveError> {
        let paths = paper.facts.get("photos").and_then(Value::as_array).into_iter().flatten();
        let mut list = String::new();
        for path in paths.filter_map(|photo| photo.get("path")?.as_str()) {
            list.push_str(path);
            list.push('\n');
        }
        let text = Key::known(format!("{}.txt", key.as_str().trim_end_matches(".json")));
        let list = Draft { key: text, bytes: list.into_bytes(), mode: 0o644 };
        self.write_papers(vec![self.paper_draft(key, paper)?, list], now)
    }

    /// The photos with the paths of the files that count, where there is one.
    fn with_paths(&self, photos: &[PhotoId]) -> Result<Value, ArchiveError> {
        let entry = |id: &PhotoId| {
            let path = self.catalog.current_path(*id)?;
            Ok(match path {
                Some(path) => json!({"id": id, "path": path}),
                None => json!({ "id": id }),
            })
        };
        photos.iter().map(entry).collect::<Result<Vec<_>, _>>().map(Value::Array)
    }
}

/// The photos that an album's paper names, in order.
pub(crate) fn photos_of(paper: &Paper) -> Vec<PhotoId> {
    let photos = paper.facts.get("photos").and_then(Value::as_array).into_iter().flatten();
    photos.filter_map(|photo| photo.get("id")?.as_str()?.parse().ok()).collect()
}

fn comments_of(paper: &Paper) -> Vec<Open<Comment>> {
    let comments = paper.facts.get("comments").cloned();
    comments.and_then(|comments| serde_json::from_value(comments).ok()).unwrap_or_default()
}

impl Catalog {
    /// The path of the file of a photo that counts, by the same rule as a sidecar's `current`.
    pub(crate) fn current_path(&self, id: PhotoId) -> Result<Option<String>, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT folder.path || '/' || file.name FROM photo JOIN folder ON folder.id = photo.folder
                    JOIN file ON file.photo = photo.id
                 WHERE photo.id = ?1 AND file.kind <> 2 AND file.absent = 0
                 ORDER BY file.kind, CASE file.kind WHEN 0 THEN file.version ELSE coalesce(file.width, 0) END DESC,
                    file.version DESC LIMIT 1",
            )?;
            statement.query_row([as_row_id(id)], |row| row.get(0)).optional()
        })
    }
}
