//! Gives files their names back that a copy spelled otherwise: other systems change the case of letters, or take them
//! apart into letter and accent. A name is given back only where nothing has it.

use std::collections::HashMap;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::catalog::Catalog;
use crate::catalog_folders::Sums;
use crate::error::ArchiveError;
use crate::key::Key;
use crate::layout::Stem;
use crate::rebuild_papers::is_a_paper;
use crate::root::{EntryKind, Placed, Root};
use crate::verify_lists::{self, Lines};
use crate::verify_strays::folded;

/// Reads the two lists of a folder into the catalog's table of lines, whatever their names are spelled like.
pub(crate) fn read_lists(root: &Root, catalog: &Catalog, folder: &Key) -> Result<Lines, ArchiveError> {
    catalog.forget_lines()?;
    let mut lines = Lines::default();
    for which in [Sums::Media, Sums::Metadata] {
        let Ok(key) = folder.join(which.file_name()) else { continue };
        match verify_lists::read(root, catalog, &key, which) {
            Ok(Some(read)) if which == Sums::Metadata => lines = read,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "a list of checksums cannot be read"),
        }
    }
    Ok(lines)
}

/// Gives the files of a folder their names back; returns how many got one. The lists must have been read.
pub(crate) fn restore(root: &Root, catalog: &Catalog, folder: &Key) -> Result<u64, ArchiveError> {
    let mut odd = HashMap::new();
    for name in root.names(folder)? {
        if is_well_spelled(catalog, &name)? {
            continue;
        }
        let facts = folder.join(&name).map_or(Ok(None), |key| root.facts(&key))?;
        if facts.is_some_and(|facts| facts.kind == EntryKind::File) {
            odd.insert(folded(&name), name);
        }
    }
    if odd.is_empty() {
        return Ok(0);
    }
    let mut listed = HashMap::new();
    catalog.each_line(|name| {
        let spelled = folded(&name);
        for (ending, spelled) in [("", spelled.clone()), (".xmp", format!("{spelled}.xmp"))] {
            if odd.contains_key(&spelled) {
                listed.insert(spelled, format!("{name}{ending}"));
            }
        }
    })?;
    let mut restored = 0;
    for (spelled, name) in odd {
        let right = listed.remove(&spelled).or_else(|| right_name(folder, &spelled, &name));
        let Some(right) = right else { continue };
        let (Ok(from), Ok(to)) = (folder.join(&name), folder.join(&right)) else { continue };
        if root.facts(&to)?.is_none() && root.rename_new(&from, &to)? == Placed::Done {
            tracing::info!(%from, %to, "a file has its name again");
            restored += 1;
        }
    }
    if restored > 0 {
        root.sync_folder(folder)?;
    }
    Ok(restored)
}

fn is_well_spelled(catalog: &Catalog, name: &str) -> Result<bool, ArchiveError> {
    if catalog.listed(name)?.is_some()
        || [Sums::Media, Sums::Metadata].iter().any(|list| list.file_name() == name)
    {
        return Ok(true);
    }
    if let Some(of) = name.strip_suffix(".xmp").filter(|of| is_nfc(of)) {
        return is_well_spelled(catalog, of);
    }
    Ok(false)
}

/// The name of a list, or a name that this program gives in normal form C.
fn right_name(folder: &Key, spelled: &str, name: &str) -> Option<String> {
    let lists = [Sums::Media, Sums::Metadata].map(Sums::file_name);
    if let Some(list) = lists.into_iter().find(|list| folded(list) == spelled) {
        return Some(list.to_owned());
    }
    let right: String = name.nfc().collect();
    let stem = right.split('.').next().unwrap_or(&right);
    let key = folder.join(&right);
    let is_ours = Stem::parse(&format!("{folder}/{stem}")).is_ok() || key.is_ok_and(|key| is_a_paper(&key));
    (is_ours && right != name).then_some(right)
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and prepares its own folder"
)]
mod tests {
    use std::path::Path;

    use super::*;

    const LISTED: &str = "1943_7_Caf\u{e9}.jpg";

    fn restored(names: &[&str]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let photos = folder.path().join("photos/1943");
        std::fs::create_dir_all(&photos).unwrap();
        let list = format!("{}  {LISTED}\n", "0a".repeat(32));
        for name in names {
            std::fs::write(photos.join(name), list.as_bytes()).unwrap();
        }
        let root = Root::open(folder.path()).unwrap();
        let catalog = Catalog::create_fleeting("id", [0; 32]).unwrap();
        let key = Key::parse("photos/1943").unwrap();
        for _lists_then_files in 0..2 {
            read_lists(&root, &catalog, &key).unwrap();
            restore(&root, &catalog, &key).unwrap();
        }
        listing(&photos)
    }

    fn listing(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn names_in_another_case_or_taken_apart_are_given_back() {
        let apart = "1943_7_CAFE\u{301}.JPG";
        let words = "1943_7_Cafe\u{301}.json";

        let names = restored(&["sha256sums", apart, &format!("{apart}.xmp"), words]);

        let expected =
            [LISTED, &format!("{LISTED}.xmp"), "1943_7_Caf\u{e9}.json", "SHA256SUMS"].map(str::to_owned);
        let mut expected = expected.to_vec();
        expected.sort();
        assert_eq!(names, expected);
    }

    #[test]
    fn a_name_that_is_taken_or_not_ours_stays() {
        let mine = "mine-e\u{301}.jpg";
        let twin = "1943_7_Cafe\u{301}.jpg";

        let names = restored(&["SHA256SUMS", LISTED, twin, mine]);

        let mut expected = vec!["SHA256SUMS", LISTED, twin, mine];
        expected.sort_unstable();
        assert_eq!(names, expected);
    }
}
