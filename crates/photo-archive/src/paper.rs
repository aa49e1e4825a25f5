//! A paper: a JSON file about the account rather than about one photo, such as an album or the list of contacts.
//!
//! Papers are merged like sidecars: written only when a fact changed, former values in the history, Flickr's
//! answers beside them, unknown fields kept. What each folder of papers holds stands in its `SHA256SUMS.metadata`.

use jiff::Timestamp;
use rusqlite::params;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::archive::Archive;
use crate::atomic_file::{self, Draft};
use crate::catalog::Catalog;
use crate::catalog_photos::as_number;
use crate::error::ArchiveError;
use crate::history::{Formers, Past};
use crate::key::Key;
use crate::safe_name::slug;
use crate::scrub;
use crate::sidecar::{FORMAT, Former};

/// The folders in which papers lie.
pub(crate) const FOLDERS: [&str; 3] = ["albums", "account", "account/galleries"];

/// A paper larger than this is not one of ours (an album of a million photos comes to about 100 MB).
pub(crate) const LARGEST: u64 = 512 << 20;

/// What a paper says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Paper {
    pub(crate) format: u32,
    /// Our fields, and those of a newer program.
    #[serde(flatten)]
    pub(crate) facts: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) history: Vec<Former>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gone: Option<Value>,
    /// Flickr's own answers, secrets removed.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) flickr: Map<String, Value>,
}

/// What kind of paper: which fields are ours, and which of them are no facts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    /// Fields that are removed when Flickr no longer tells them.
    pub(crate) known: &'static [&'static str],
    /// Fields, on every level, that alone are no reason to write: counters and dates of a last change.
    pub(crate) fleeting: &'static [&'static str],
    /// Fields whose former value is noted by who calls.
    pub(crate) told_apart: &'static [&'static str],
}

/// Makes the paper as it should be; equal to `old` when nothing worth writing changed.
pub(crate) fn merge(
    old: Option<&Paper>,
    facts: Map<String, Value>,
    answers: Map<String, Value>,
    form: Form,
    mut formers: Vec<Former>,
    now: Timestamp,
) -> Paper {
    let facts = sorted(facts);
    let Some(old) = old else {
        return Paper {
            format: FORMAT,
            facts,
            history: Vec::new(),
            gone: None,
            flickr: scrub::answer(answers),
        };
    };
    let ours = |facts: &Map<String, Value>| {
        let ours = facts.iter().filter(|(key, _)| form.known.contains(&key.as_str()));
        lasting(&Value::Object(ours.map(|(key, value)| (key.clone(), value.clone())).collect()), form)
    };
    let (before, after) = (ours(&old.facts), ours(&facts));
    if before == after && old.gone.is_none() {
        return old.clone();
    }
    let mut log = Formers::new(Past::Kept(whole_second(now)));
    for key in form.known.iter().filter(|key| !form.told_apart.contains(key)) {
        if let Some(was) = before.get(*key).filter(|was| after.get(*key) != Some(was)) {
            log.note(key, &what_went(was, after.get(*key), ORDERED.contains(key)));
        }
    }
    if let Some(gone) = &old.gone {
        log.note("gone", gone);
    }
    let mut next = old.clone();
    next.facts.retain(|key, _| !form.known.contains(&key.as_str()));
    next.facts.extend(facts);
    next.facts = sorted(std::mem::take(&mut next.facts));
    next.history.append(&mut formers);
    next.history.extend(log.list());
    next.gone = None;
    next.flickr.extend(scrub::answer(answers));
    next.flickr = sorted(std::mem::take(&mut next.flickr));
    next
}

/// The facts without what changes by itself.
fn lasting(value: &Value, form: Form) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, _)| !form.fleeting.contains(&key.as_str()));
            Value::Object(kept.map(|(key, value)| (key.clone(), lasting(value, form))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| lasting(item, form)).collect()),
        other => other.clone(),
    }
}

/// Lists whose order is their owner's; that of others is Flickr's and means nothing.
const ORDERED: [&str; 2] = ["albums", "photos"];

/// Of a list only what is not in the new one any more, or the whole where nothing but an order that means something is
/// another; of anything else the whole.
fn what_went(was: &Value, now: Option<&Value>, is_ordered: bool) -> Value {
    match (was, now) {
        (Value::Array(was), Some(Value::Array(now))) => {
            let still: std::collections::HashSet<String> = now.iter().map(Value::to_string).collect();
            let went: Vec<Value> =
                was.iter().filter(|item| !still.contains(&item.to_string())).cloned().collect();
            let is_reordered = is_ordered && went.is_empty() && was.len() == now.len();
            Value::Array(if is_reordered { was.clone() } else { went })
        }
        _ => was.clone(),
    }
}

/// Keys in alphabetical order on the first level; below, values come from types with a fixed order or are sorted.
fn sorted(map: Map<String, Value>) -> Map<String, Value> {
    let mut entries: Vec<(String, Value)> = map.into_iter().collect();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    entries.into_iter().collect()
}

/// Says why a file's bytes can be no paper.
pub(crate) fn readable(key: &Key, bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string());
    match key.name().rsplit_once('.') {
        Some((_, "json")) => serde_json::from_slice::<serde::de::IgnoredAny>(bytes)
            .map(drop)
            .map_err(|error| error.to_string()),
        Some((_, "txt" | "jsonl")) => text.map(drop),
        _ => Err("its bytes have another checksum".to_owned()),
    }
}

/// Moments are written without fractions of a second.
pub(crate) fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// Turns one of our types into fields.
pub(crate) fn fields(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

impl Paper {
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

impl Archive {
    /// Reads a paper; one that cannot be read counts as none, and is set aside when another takes its place.
    pub(crate) fn paper(&self, key: &Key) -> Result<Option<Paper>, ArchiveError> {
        let bytes = match self.root.read(key, LARGEST) {
            Ok(Some(bytes)) => bytes,
            Ok(None) | Err(ArchiveError::Damaged { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(serde_json::from_slice::<Paper>(&bytes).ok().filter(|paper| paper.format <= FORMAT))
    }

    /// The place of a paper that is named once, after its number and its first title.
    pub(crate) fn paper_place(&self, folder: &str, id: &str, title: &str) -> Result<Key, ArchiveError> {
        let title = slug(title);
        let fresh = if title.is_empty() { id.to_owned() } else { format!("{title}_{id}") };
        let given = self.catalog.paper_named(folder, id)?;
        Ok(Key::known(format!("{folder}/{}.json", given.unwrap_or(fresh))))
    }

    /// Writes those papers whose bytes are others, and notes all in the catalog; says whether any was written.
    pub(crate) fn write_papers(&self, papers: Vec<Draft>, now: Timestamp) -> Result<bool, ArchiveError> {
        let mut drafts = Vec::new();
        let mut notes = Vec::new();
        for paper in papers {
            notes.push((paper.key.clone(), Sha256::digest(&paper.bytes).into(), paper.bytes.len() as u64));
            let old = self.root.read(&paper.key, LARGEST).unwrap_or_default();
            if old.as_ref() == Some(&paper.bytes) {
                continue;
            }
            let is_json = paper.key.as_str().ends_with(".json");
            if let Some(old) = old.filter(|old| is_json && serde_json::from_slice::<Paper>(old).is_err()) {
                let aside = format!("set-aside/{}/{}", now.strftime("%Y-%m-%d"), paper.key);
                drafts.push(Draft { key: Key::known(aside), bytes: old, mode: 0o644 });
            }
            drafts.push(paper);
        }
        if !drafts.is_empty() {
            let folders: Vec<Key> = drafts.iter().map(|draft| draft.key.parent()).collect();
            let ours = folders.iter().map(Key::as_str).filter(|folder| FOLDERS.contains(folder));
            self.catalog.mark_folders(ours.clone())?;
            if let Err(error) = atomic_file::write_all(&self.root, &drafts) {
                // The first error is the one to tell.
                self.catalog.distrust_folders(ours).unwrap_or_default();
                return Err(error);
            }
        }
        for (key, sha256, bytes) in notes {
            self.note_paper(&key, sha256, bytes)?;
        }
        Ok(!drafts.is_empty())
    }

    /// Merges and writes one paper; says whether it was written.
    pub(crate) fn put_paper(
        &self,
        key: &Key,
        facts: Map<String, Value>,
        answers: Map<String, Value>,
        form: Form,
        now: Timestamp,
    ) -> Result<bool, ArchiveError> {
        let old = self.paper(key)?;
        let next = merge(old.as_ref(), facts, answers, form, Vec::new(), now);
        if old.as_ref() == Some(&next) {
            return Ok(false);
        }
        self.write_papers(vec![self.paper_draft(key, &next)?], now)
    }

    pub(crate) fn paper_draft(&self, key: &Key, paper: &Paper) -> Result<Draft, ArchiveError> {
        let bytes = paper.bytes().map_err(|error| self.root.failure("write", key, error))?;
        Ok(Draft { key: key.clone(), bytes, mode: 0o644 })
    }

    /// Marks a paper's subject as gone from Flickr, unless it is marked already; says whether it was written.
    pub(crate) fn paper_is_gone(&self, key: &Key, now: Timestamp) -> Result<bool, ArchiveError> {
        let Some(mut paper) = self.paper(key)?.filter(|paper| paper.gone.is_none()) else { return Ok(false) };
        let missed = whole_second(now);
        paper.gone = Some(serde_json::json!({ "missed": missed }));
        self.write_papers(vec![self.paper_draft(key, &paper)?], now)
    }

    pub(crate) fn note_paper(&self, key: &Key, sha256: [u8; 32], bytes: u64) -> Result<(), ArchiveError> {
        self.catalog.transaction(|_| self.catalog.put_paper(key, sha256, bytes))
    }
}

impl Catalog {
    /// For the caller's transaction.
    pub(crate) fn put_paper(&self, key: &Key, sha256: [u8; 32], bytes: u64) -> rusqlite::Result<()> {
        let folder = self.folder_id(key.parent().as_str())?;
        let mut statement = self.db.prepare_cached(
            "INSERT OR REPLACE INTO paper (folder, name, bytes, sha256) VALUES (?1, ?2, ?3, ?4)",
        )?;
        statement.execute(params![folder, key.name(), as_number(bytes), sha256]).map(drop)
    }

    /// The name, without its ending, that a subject's paper was given.
    fn paper_named(&self, folder: &str, id: &str) -> Result<Option<String>, ArchiveError> {
        let names = self.papers_in(folder)?;
        let is_it =
            |name: &&str| name.strip_suffix(id).is_some_and(|front| front.is_empty() || front.ends_with('_'));
        Ok(names.iter().filter_map(|name| name.strip_suffix(".json")).find(is_it).map(str::to_owned))
    }

    /// The names of the papers in a folder.
    pub(crate) fn papers_in(&self, folder: &str) -> Result<Vec<String>, ArchiveError> {
        self.run(|db| {
            let mut statement = db.prepare_cached(
                "SELECT name FROM paper WHERE folder = (SELECT id FROM folder WHERE path = ?1) ORDER BY name",
            )?;
            statement.query_map([folder], |row| row.get(0))?.collect()
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use serde_json::json;

    use super::*;

    const FORM: Form = Form { known: &["title", "views", "items"], fleeting: &["views"], told_apart: &[] };

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn next(old: Option<&Paper>, facts: Value) -> Paper {
        let now = "2026-01-02T03:04:05Z".parse().unwrap();
        merge(old, object(facts), object(json!({"list": {"secret": "x"}})), FORM, Vec::new(), now)
    }

    fn first() -> Paper {
        next(None, json!({"title": "A", "views": 1, "items": [{"id": 1, "views": 2}, {"id": 2}]}))
    }

    #[test]
    fn counters_alone_change_nothing() {
        let again = json!({"title": "A", "views": 9, "items": [{"id": 1, "views": 9}, {"id": 2}]});

        assert_eq!(next(Some(&first()), again), first());
        assert_eq!(first().flickr["list"]["secret"], "removed");
    }

    #[test]
    fn a_changed_fact_leaves_its_former_value_and_a_list_what_went_from_it() {
        let next = next(Some(&first()), json!({"title": "B", "items": [{"id": 2}, {"id": 3}]}));

        let history: Vec<_> =
            next.history.iter().map(|former| (former.field.as_str(), &former.was)).collect();
        assert_eq!(history, [("title", &json!("A")), ("items", &json!([{"id": 1}]))]);
        assert!(!next.facts.contains_key("views"));
    }

    #[test]
    fn what_a_newer_program_added_survives() {
        let mut old = first();
        old.facts.insert("mood".to_owned(), json!("blue"));

        assert_eq!(next(Some(&old), json!({"title": "B"})).facts["mood"], "blue");
    }

    #[test]
    fn what_was_gone_and_is_back_remembers_it() {
        let gone = Paper { gone: Some(json!({"missed": "2026-01-01"})), ..first() };

        let back = next(Some(&gone), object(Value::Object(first().facts)).into());

        assert_eq!((back.gone.is_none(), back.history.len()), (true, 1));
    }
}
