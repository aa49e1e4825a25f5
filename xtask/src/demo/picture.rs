//! The archive as a picture in text: a tree with sizes, cut to about one screen, and the beginning of one sidecar.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// How many entries of a folder are shown, by how deep the folder lies; deeper ones show as many as the last.
const SHOWN: &[usize] = &[20, 3, 1, 7];
const SIDECAR_LINES: usize = 16;
const SIDECAR_WIDTH: usize = 100;

/// A file or a folder of the archive.
#[derive(Debug)]
pub(super) struct Entry {
    name: String,
    bytes: u64,
    /// `None` for a file.
    inside: Option<Vec<Entry>>,
}

/// Reads a folder and all below it, sorted by name.
pub(super) fn read(folder: &Path) -> Result<Vec<Entry>> {
    let listing = fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?;
    let mut entries = Vec::new();
    for item in listing {
        let item = item?;
        let inside = if item.file_type()?.is_dir() { Some(read(&item.path())?) } else { None };
        let bytes = match &inside {
            Some(entries) => entries.iter().map(|entry| entry.bytes).sum(),
            None => item.metadata()?.len(),
        };
        entries.push(Entry { name: item.file_name().to_string_lossy().into_owned(), bytes, inside });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// Draws the entries one a line; what does not fit is counted in a last line of its folder.
pub(super) fn draw(entries: &[Entry]) -> Vec<String> {
    let mut lines = Vec::new();
    draw_folder(entries, "", 0, &mut lines);
    lines
}

fn draw_folder(entries: &[Entry], indent: &str, depth: usize, lines: &mut Vec<String>) {
    let most = SHOWN[depth.min(SHOWN.len() - 1)];
    let (shown, rest) = entries.split_at(most.min(entries.len()));
    for (index, entry) in shown.iter().enumerate() {
        let is_last = index + 1 == entries.len();
        let (branch, below) = if is_last { ("└── ", "    ") } else { ("├── ", "│   ") };
        let slash = if entry.inside.is_some() { "/" } else { "" };
        lines.push(format!("{:>10}  {indent}{branch}{}{slash}", size(entry.bytes), entry.name));
        draw_folder(
            entry.inside.as_deref().unwrap_or_default(),
            &format!("{indent}{below}"),
            depth + 1,
            lines,
        );
    }
    if !rest.is_empty() {
        let bytes = rest.iter().map(|entry| entry.bytes).sum();
        lines.push(format!("{:>10}  {indent}└── … {} more", size(bytes), rest.len()));
    }
}

/// A number of bytes as a person says it.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// The name and the first lines of the first JSON sidecar below `photos/`.
pub(super) fn first_sidecar(archive: &Path) -> Result<Option<(String, Vec<String>)>> {
    let photos = archive.join("photos");
    let Some(name) = first_json(&read(&photos)?) else { return Ok(None) };
    let path = photos.join(&name);
    let text = fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))?;
    let lines = text.lines().take(SIDECAR_LINES).map(|line| cut(line, SIDECAR_WIDTH)).collect();
    Ok(Some((format!("photos/{name}"), lines)))
}

fn first_json(entries: &[Entry]) -> Option<String> {
    entries.iter().find_map(|entry| match &entry.inside {
        Some(inside) => first_json(inside).map(|name| format!("{}/{name}", entry.name)),
        None => entry.name.ends_with(".json").then(|| entry.name.clone()),
    })
}

fn cut(line: &str, width: usize) -> String {
    match line.char_indices().nth(width) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, bytes: u64) -> Entry {
        Entry { name: name.into(), bytes, inside: None }
    }

    fn folder(name: &str, inside: Vec<Entry>) -> Entry {
        let bytes = inside.iter().map(|entry| entry.bytes).sum();
        Entry { name: name.into(), bytes, inside: Some(inside) }
    }

    #[test]
    fn a_tree_shows_names_with_their_sizes() {
        let entries =
            [file("README.txt", 1_234), folder("photos", vec![folder("2011", vec![file("a.jpg", 5)])])];

        let expected = [
            "    1.2 kB  ├── README.txt",
            "       5 B  └── photos/",
            "       5 B      └── 2011/",
            "       5 B          └── a.jpg",
        ];
        assert_eq!(draw(&entries), expected);
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let years = (0..60).map(|year| folder(&format!("{year}"), vec![file("a", 10)])).collect();

        let lines = draw(&[folder("photos", years)]);

        assert_eq!(lines.len(), 1 + 3 * 2 + 1);
        assert_eq!(lines[7], "     570 B      └── … 57 more");
    }

    #[test]
    fn sizes_are_said_in_three_digits_or_so() {
        assert_eq!([size(999), size(1_000), size(2_560_000)], ["999 B", "1.0 kB", "2.5 MB"]);
    }

    #[test]
    fn the_first_sidecar_is_found_below_its_folders() {
        let entries = [folder("1943", vec![file("a.jpg", 1), file("a.json", 2)]), folder("2011", vec![])];

        assert_eq!(first_json(&entries).as_deref(), Some("1943/a.json"));
        assert_eq!(first_json(&[]), None);
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        assert_eq!(cut("äöü", 2), "äö…");
        assert_eq!(cut("äöü", 3), "äöü");
    }
}
