//! The photos of others that the account marked as favourites: one line each, newest first, in
//! `account/favorites.jsonl`.
//!
//! The list can be long, so its pages wait in a temporary table and no two lists are held in memory. A photo that is
//! no longer listed (its owner took it away, or it is a favourite no more) stays below the others, marked.

use std::io::{BufRead, BufReader};

use flickr_model::FavoritePhoto;
use jiff::Timestamp;
use rusqlite::params;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::archive::Archive;
use crate::error::ArchiveError;
use crate::key::Key;
use crate::paper_lines::Sink;
use crate::scrub;

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    photo: FavoritePhoto,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gone: Option<Timestamp>,
    /// Flickr's own answer, secrets removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flickr: Option<Value>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Archive {
    /// Begins the list of favourites anew; nothing is written before [`Archive::finish_favorites`].
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn begin_favorites(&mut self) -> Result<(), ArchiveError> {
        self.require_writing()?;
        self.catalog.run(|db| db.execute_batch("DELETE FROM temp.line; DELETE FROM temp.former;"))
    }

    /// Takes in one page of the list, each photo with Flickr's answer; one that comes twice counts once.
    ///
    /// # Errors
    /// When the catalog fails.
    pub fn add_favorites(&mut self, page: Vec<(FavoritePhoto, Value)>) -> Result<(), ArchiveError> {
        self.require_writing()?;
        self.catalog.transaction(|db| {
            let mut put = db.prepare_cached("INSERT OR IGNORE INTO temp.line (id, facts) VALUES (?1, ?2)")?;
            for (photo, raw) in page {
                let id = photo.id.to_string();
                let line = Line { photo, gone: None, flickr: Some(scrub::value(raw)), rest: Map::new() };
                put.execute(params![id, serde_json::to_string(&line).unwrap_or_default()])?;
            }
            Ok(())
        })
    }

    /// Ends the list, which must be whole, and writes the file when a fact in it is new; says whether it was.
    ///
    /// # Errors
    /// When the disk or the catalog refuses.
    pub fn finish_favorites(&mut self, now: Timestamp) -> Result<bool, ArchiveError> {
        self.require_writing()?;
        let key = Key::known("account/favorites.jsonl".to_owned());
        self.read_former_favorites(&key)?;
        let listed: i64 =
            self.catalog.run(|db| db.query_row("SELECT count(*) FROM temp.line", [], |row| row.get(0)))?;
        if listed == 0 && self.root.facts(&key)?.is_none() {
            return Ok(false);
        }
        let written = self.put_lines(&key, |sink| self.tell_favorites(sink, now));
        self.begin_favorites()?;
        written
    }

    fn read_former_favorites(&self, key: &Key) -> Result<(), ArchiveError> {
        let Some(file) = self.root.read_file(key)? else { return Ok(()) };
        self.catalog.transaction(|db| {
            let mut put =
                db.prepare_cached("INSERT OR IGNORE INTO temp.former (id, facts) VALUES (?1, ?2)")?;
            // A line that is cut or no text makes no line; what it said comes with the next listing.
            for text in BufReader::new(file).lines().map_while(Result::ok) {
                if let Ok(line) = serde_json::from_str::<Line>(&text) {
                    put.execute(params![line.photo.id.to_string(), text])?;
                }
            }
            Ok(())
        })
    }

    fn tell_favorites(&self, sink: Sink<'_>, now: Timestamp) -> Result<(), ArchiveError> {
        let fail = |error| self.catalog.failure(error);
        let db = &self.catalog.db;
        let listed = "SELECT line.facts, former.facts FROM temp.line LEFT JOIN temp.former USING (id) ORDER BY line.place";
        let went = "SELECT facts FROM temp.former WHERE id NOT IN (SELECT id FROM temp.line) ORDER BY id";
        let mut statement = db.prepare_cached(listed).map_err(fail)?;
        let mut rows = statement.query([]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let (now, former): (String, Option<String>) =
                (row.get(0).map_err(fail)?, row.get(1).map_err(fail)?);
            sink(&format!("{}\n", still_there(now, former)))?;
        }
        let mut statement = db.prepare_cached(went).map_err(fail)?;
        let mut rows = statement.query([]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            let former: String = row.get(0).map_err(fail)?;
            sink(&format!("{}\n", marked_gone(former, now)))?;
        }
        Ok(())
    }
}

/// The line of a listed photo: the old one, unless a fact changed.
fn still_there(now: String, former: Option<String>) -> String {
    let Some(former) = former else { return now };
    let (Ok(new), Ok(old)) = (serde_json::from_str::<Line>(&now), serde_json::from_str::<Line>(&former))
    else {
        return now;
    };
    if old.photo == new.photo && old.gone.is_none() {
        return former;
    }
    serde_json::to_string(&Line { rest: old.rest, ..new }).unwrap_or(now)
}

fn marked_gone(former: String, at: Timestamp) -> String {
    match serde_json::from_str::<Line>(&former) {
        Ok(line) if line.gone.is_none() => {
            serde_json::to_string(&Line { gone: Some(at), ..line }).unwrap_or(former)
        }
        _ => former,
    }
}
