//! What a killed run leaves behind: `.part` files under names that only this program gives.

use flickr_model::PhotoId;

use crate::error::ArchiveError;
use crate::key::Key;
use crate::layout::Stem;
use crate::root::{EntryKind, Root};

/// Removes our `.part` files from one folder; returns how many there were. Needs the writer's lock.
pub(crate) fn remove(root: &Root, folder: &Key) -> Result<u64, ArchiveError> {
    let mut removed = 0;
    for name in root.names(folder)? {
        let Some(key) = folder.join(&name).ok().filter(|_| is_ours(folder, &name)) else { continue };
        if root.facts(&key)?.is_some_and(|facts| facts.kind == EntryKind::File) {
            root.remove(&key)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Says whether a name is one under which this program lets a file of this folder arrive.
pub(crate) fn is_ours(folder: &Key, name: &str) -> bool {
    let Some(base) = name.strip_suffix(".part") else { return false };
    match folder.as_str().split('/').next() {
        Some("") => matches!(
            base,
            "INVENTORY.txt" | "flickr-archive.json" | "README.txt" | "FORMAT.md" | "photo.schema.json"
        ),
        Some("runs") => base.ends_with("Z.json"),
        Some("albums" | "account") => {
            let ending = base.rsplit_once('.').map(|(_, ending)| ending);
            matches!(base, "SHA256SUMS.metadata")
                || base.starts_with("avatar.")
                || matches!(ending, Some("json" | "jsonl" | "txt"))
        }
        Some("photos") => matches!(base, "SHA256SUMS" | "SHA256SUMS.metadata") || is_of_a_photo(folder, base),
        _ => false,
    }
}

/// `stem`, also with a number where several files of a photo arrive together, `stem.json`, and what ends in `.xmp`: no
/// stem has a dot in it.
fn is_of_a_photo(folder: &Key, base: &str) -> bool {
    let (stem, ending) = base.split_once('.').unwrap_or((base, ""));
    let is_known = ending.bytes().all(|byte| byte.is_ascii_digit())
        || ending == "json"
        || ending.rsplit('.').next() == Some("xmp");
    if !is_known {
        return false;
    }
    let Ok(stem) = Stem::parse(&format!("{folder}/{stem}")) else { return false };
    let name = stem.as_str().rsplit_once('/').map_or("", |(_, name)| name);
    let mut ids = name.split('_').take(3).filter_map(|part| part.parse::<PhotoId>().ok());
    ids.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_this_program_gives_are_ours() {
        let folder = Key::known("photos/2011/07".to_owned());

        for ours in [
            "2011-07-04_153012_5912345678_Fourth.part",
            "2011-07-04_153012_5912345678_Fourth.2.part",
            "2011-07-04_153012_5912345678_Fourth.json.part",
            "2011-07-04_153012_5912345678_Fourth.jpg.xmp.part",
            "2011-07-04_153012_5912345678_Fourth.v2.jpg.xmp.part",
            "SHA256SUMS.part",
        ] {
            assert!(is_ours(&folder, ours), "{ours}");
        }
        for foreign in [
            "movie.part",
            ".part",
            "a.zip.part",
            "a.jpg.xmp.part",
            "2011-07-04_153012_5912345678_Fourth.jpg",
            "x",
        ] {
            assert!(!is_ours(&folder, foreign), "{foreign}");
        }
        assert!(!is_ours(&Key::top(), "movie.part"));
    }
}
