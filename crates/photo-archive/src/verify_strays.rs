//! Names what lies in the archive and is in no record: foreign files, halves of files, and recorded files under a name
//! that differs in case or in the form of its letters.

use std::collections::{HashMap, HashSet};

use rusqlite::params;
use unicode_normalization::UnicodeNormalization;

use crate::archive::{Archive, NOBODYS};
use crate::catalog_photos::as_number;
use crate::documents;
use crate::error::ArchiveError;
use crate::inventory;
use crate::key::Key;
use crate::leftovers;
use crate::marker;
use crate::root::EntryKind;
use crate::verify_report::{Finding, KEPT, Trouble};

/// Folders of the archive.
const FOLDERS: [&str; 7] = ["photos", "albums", "account", "runs", "set-aside", "gallery", ".flickr-backup"];

/// A name as a disk that knows neither case nor forms of letters sees it.
pub(crate) fn folded(name: &str) -> String {
    name.nfc().flat_map(char::to_lowercase).nfc().collect()
}

impl Archive {
    /// Names the strays of one folder; recorded files that were not found and lie there under another name are no
    /// longer missing, but misnamed.
    pub(crate) fn name_strays(
        &self,
        id: i64,
        folder: &Key,
        ours: &dyn Fn(&Key) -> bool,
        found: &mut Vec<Finding>,
    ) -> Result<(), ArchiveError> {
        let mut names = Vec::new();
        for entry in self.root.entries(folder)? {
            let Ok(key) = folder.join(&entry.name) else { continue };
            if entry.facts.kind == EntryKind::Folder {
                if !ours(&key) {
                    let detail = "a folder that is not the archive's";
                    found.push(Finding::new(format!("{key}/"), Trouble::Foreign, detail));
                }
            } else if leftovers::is_ours(folder, &entry.name) {
                found.push(Finding::new(key.as_str(), Trouble::HalfWritten, "an interrupted run left it"));
            } else {
                names.push(entry.name);
            }
        }
        let missing = missing_by_spelling(folder, found);
        let named: HashSet<String> = found.iter().map(|finding| finding.path.clone()).collect();
        for name in self.unrecorded(id, &names)? {
            let path = format!("{folder}/{name}");
            if named.contains(&path) {
                continue;
            }
            match missing.get(&folded(&name)).and_then(|at| found.get_mut(*at)) {
                Some(finding) if finding.what == Trouble::Missing => misname(finding, &name, path),
                _ => found.push(Finding::new(path, Trouble::Foreign, "it is in no record")),
            }
        }
        Ok(())
    }

    /// Names what lies beside the archive's own files and folders.
    pub(crate) fn name_strays_at_the_top(&self, found: &mut Vec<Finding>) -> Result<(), ArchiveError> {
        let top = Key::top();
        for entry in self.root.entries(&top)? {
            let name = entry.name.as_str();
            let is_folder = entry.facts.kind == EntryKind::Folder;
            let is_known = FOLDERS.contains(&name)
                || NOBODYS.contains(&name)
                || [marker::NAME, inventory::NAME].contains(&name)
                || documents::ALL.iter().any(|(known, _)| *known == name);
            if leftovers::is_ours(&top, name) {
                found.push(Finding::new(name, Trouble::HalfWritten, "an interrupted run left it"));
            } else if !is_known {
                let path = if is_folder { format!("{name}/") } else { name.to_owned() };
                found.push(Finding::new(path, Trouble::Foreign, "it is not the archive's"));
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
                 EXCEPT SELECT name FROM temp.listed
                 EXCEPT SELECT 'SHA256SUMS' WHERE ?1 >= 0 EXCEPT SELECT 'SHA256SUMS.metadata' WHERE ?1 >= 0
                 ORDER BY 1 LIMIT ?2",
            )?;
            let rows = find.query_map(params![folder, as_number(KEPT as u64 * 10)], |row| row.get(0))?;
            rows.collect()
        })
    }
}

/// The missing files of a folder by the spelling of their names.
fn missing_by_spelling(folder: &Key, found: &[Finding]) -> HashMap<String, usize> {
    let missing = found.iter().enumerate().filter(|(_, finding)| finding.what == Trouble::Missing);
    let named = missing.filter_map(|(at, finding)| {
        let name = finding.path.strip_prefix(folder.as_str())?.strip_prefix('/')?;
        Some((folded(name), at))
    });
    named.collect()
}

fn misname(finding: &mut Finding, name: &str, path: String) {
    finding.what = Trouble::Misnamed;
    finding.detail = format!("it lies there as {name}, which differs in case or in the form of its letters");
    finding.lies_at = Some(path);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_the_form_of_letters_make_no_other_name() {
        assert_eq!(folded("CAFE\u{301}.JPG"), folded("caf\u{e9}.jpg"));
        assert_ne!(folded("cafe.jpg"), folded("caf\u{e9}.jpg"));
    }
}
