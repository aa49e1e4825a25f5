//! A folder and all below it as it lies on the disk at one moment: names, bytes, times, inodes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// One file.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    /// Seconds since 1970, and nanoseconds.
    pub(super) modified: (i64, i64),
    pub(super) inode: u64,
    /// Type and permission bits.
    pub(super) mode: u32,
}

/// All files below a folder, by their path in it.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Tree(pub(super) BTreeMap<String, File>);

/// What a file of an archive is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A photo or a video.
    Media,
    /// The facts beside a photo.
    Sidecar,
    /// The facts of an album, of the account, or another JSON.
    Facts,
    /// A JSON object a line.
    Lines,
    /// A sidecar for photo programs.
    Xmp,
    /// `SHA256SUMS`.
    Sums,
    /// `SHA256SUMS.metadata`.
    MetadataSums,
    /// `INVENTORY.txt`.
    Inventory,
    /// The report of a run.
    Report,
    /// A text that is the same in every archive, or a list of paths.
    Text,
    /// The empty lock.
    Lock,
    /// Half-written; may stay after a fault, until the next run.
    Part,
}

/// Says what a file is for, by its path alone.
pub(super) fn role(path: &str) -> Role {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit('.').next().unwrap_or("");
    match (name, ending) {
        (_, "part") => Role::Part,
        ("SHA256SUMS", _) => Role::Sums,
        ("SHA256SUMS.metadata", _) => Role::MetadataSums,
        ("INVENTORY.txt", _) => Role::Inventory,
        ("lock", _) => Role::Lock,
        _ if path.starts_with("runs/") => Role::Report,
        (_, "json") if path.starts_with("photos/") => Role::Sidecar,
        (_, "xmp") if path.starts_with("photos/") => Role::Xmp,
        _ if path.starts_with("photos/") => Role::Media,
        (_, "json") => Role::Facts,
        (_, "jsonl") => Role::Lines,
        _ => Role::Text,
    }
}

impl Tree {
    /// Reads a folder; one that is not there is empty.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        if folder.exists() {
            read_into(folder, "", &mut files)?;
        }
        Ok(Self(files))
    }

    /// The files of one role.
    pub(super) fn of(&self, wanted: Role) -> impl Iterator<Item = (&str, &File)> {
        self.0.iter().filter(move |(path, _)| role(path) == wanted).map(|(path, file)| (path.as_str(), file))
    }

    /// The SHA-256 of each file, as 64 hex digits, by its path; `folder` is where the tree was read.
    pub(super) fn digests(&self, folder: &Path) -> Result<BTreeMap<String, String>> {
        let paths: Vec<&String> = self.0.keys().collect();
        if paths.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut command = Command::new("sha256sum");
        command.current_dir(folder).args(["-z", "--"]).args(&paths);
        let output = command.stdin(Stdio::null()).output().context("could not run sha256sum")?;
        ensure!(output.status.success(), "sha256sum: {}", String::from_utf8_lossy(&output.stderr).trim());
        let told = String::from_utf8_lossy(&output.stdout);
        let lines = told.split('\0').filter_map(|line| line.split_once("  "));
        Ok(lines.map(|(digest, path)| (path.to_owned(), digest.to_owned())).collect())
    }

    /// Everything that a backup program sees of the archive, but the reports of runs.
    pub(super) fn without_reports(&self) -> BTreeMap<&str, &File> {
        let kept = self.0.iter().filter(|(path, _)| role(path) != Role::Report);
        kept.map(|(path, file)| (path.as_str(), file)).collect()
    }

    /// Writes all files below another folder, for a person to look at.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        for (path, file) in &self.0 {
            let place = folder.join(path);
            if let Some(above) = place.parent() {
                fs::create_dir_all(above)?;
            }
            fs::File::create(&place)?.write_all(&file.bytes)?;
        }
        Ok(())
    }
}

fn read_into(folder: &Path, prefix: &str, files: &mut BTreeMap<String, File>) -> Result<()> {
    let cannot = || format!("could not read {}", folder.display());
    for entry in fs::read_dir(folder).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let seen = entry.path().symlink_metadata().with_context(cannot)?;
        if seen.is_dir() {
            // What a new ext4 holds is no part of an archive.
            if name != "lost+found" {
                read_into(&entry.path(), &format!("{path}/"), files)?;
            }
            continue;
        }
        let bytes = if seen.is_file() { fs::read(entry.path()).with_context(cannot)? } else { Vec::new() };
        let modified = (seen.mtime(), seen.mtime_nsec());
        files.insert(path, File { bytes, modified, inode: seen.ino(), mode: seen.mode() });
    }
    Ok(())
}

/// A JSON without the moments at which things were seen, which differ between two runs.
pub(super) fn timeless(value: Value) -> Value {
    const MOMENTS: [&str; 5] = ["downloaded", "seen", "since", "asked", "favorites_asked"];
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, value)| !(MOMENTS.contains(&name.as_str()) && value.is_string()))
            .map(|(name, value)| (name, timeless(value)))
            .collect(),
        Value::Array(values) => values.into_iter().map(timeless).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_path() {
        let roles = [
            ("photos/2011/07/a_1.jpg", Role::Media),
            ("photos/2011/07/a_1.jpg.xmp", Role::Xmp),
            ("photos/2011/07/a_1.json", Role::Sidecar),
            ("photos/2011/07/.a_1.jpg.part", Role::Part),
            ("photos/2011/07/SHA256SUMS.metadata", Role::MetadataSums),
            ("albums/a_1.json", Role::Facts),
            ("albums/a_1.txt", Role::Text),
            ("account/favorites.jsonl", Role::Lines),
            ("runs/2026/11/2026-11-23T030012Z.json", Role::Report),
            (".flickr-backup/lock", Role::Lock),
        ];

        for (path, expected) in roles {
            assert_eq!(role(path), expected, "{path}");
        }
    }

    #[test]
    fn moments_are_left_out_and_facts_are_not() {
        let value =
            serde_json::json!({"files": [{"bytes": 3, "downloaded": "2026-01-01T00:00:00Z"}], "seen": 4});

        assert_eq!(timeless(value), serde_json::json!({"files": [{"bytes": 3}], "seen": 4}));
    }
}
