//! The one line of `config.toml` that the program writes itself: which archive `sync` means.

use std::path::Path;

use crate::error::StoreError;
use crate::private_file;

/// Writes `archive = "…"` at the head of `<config_dir>/config.toml`, made where there is none; what stands in
/// it stays as it is. A file that names an archive already is left alone, one behind a link is refused.
pub fn remember_archive(config_dir: &Path, archive: &Path) -> Result<(), StoreError> {
    let path = config_dir.join("config.toml");
    private_file::prepare_folder(&path)?;
    let text = private_file::read(&path)?.map(|(text, _)| text).unwrap_or_default();
    let names_one = text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("archive"));
    if names_one {
        return Ok(());
    }
    let value = toml::Value::String(archive.to_string_lossy().into_owned());
    private_file::replace(&path, &format!("archive = {value}\n{text}"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test makes its own files")]
mod tests {
    use super::*;

    #[test]
    fn the_first_archive_is_remembered_and_comments_stay() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        std::fs::write(&path, "# mine\ndownloads = 6\n").unwrap();

        remember_archive(dir.path(), Path::new("/a \"b\"\\c")).unwrap();
        remember_archive(dir.path(), Path::new("/another")).unwrap();

        let text = std::fs::read_to_string(&path).unwrap();
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["archive"].as_str(), Some("/a \"b\"\\c"));
        assert!(text.ends_with("# mine\ndownloads = 6\n"), "{text}");
    }
}
