//! What must hold of an archive at every moment, also in the middle of a run that was killed: no wrong bytes under a
//! final name, nothing lost that was there, and no file that speaks of what is not so.

use std::collections::BTreeMap;

use serde_json::Value;

use super::likeness::{are_alike, differences};
use super::tally::{Finding, Sin};
use super::tree::{File, Role, Tree, role};

/// The archives that a disturbed one is held against.
pub(super) struct Known<'a> {
    /// As it was before the disturbed run.
    pub(super) before: &'a Tree,
    /// As an undisturbed run leaves it.
    pub(super) undisturbed: &'a Tree,
}

/// Checks an archive right after a fault, before anything has mended it; `digests` are those of `now`.
pub(super) fn at_this_moment(
    now: &Tree,
    digests: &BTreeMap<String, String>,
    known: &Known<'_>,
) -> Vec<Finding> {
    let mut findings = lost(now, known.before);
    for (path, file) in &now.0 {
        findings.extend(match role(path) {
            Role::Part => Vec::new(),
            Role::Media => media(path, file, known),
            Role::Sidecar => sidecar(path, file, now, digests),
            Role::Facts => json(path, &file.bytes).err().into_iter().collect(),
            Role::Lines => lines(path, file),
            Role::Report => report(path, file, now, known),
            Role::Xmp => ends_with(path, file, "<?xpacket end=\"w\"?>"),
            Role::Sums => sums(path, file, now, digests, Stale::Never),
            Role::MetadataSums => sums(path, file, now, digests, Stale::Since(known.before)),
            Role::Inventory | Role::Text => text(path, file, known),
            Role::Lock => empty(path, file),
        });
    }
    findings
}

/// Nothing that was there may be gone, and no photo file may be touched.
fn lost(now: &Tree, before: &Tree) -> Vec<Finding> {
    let kept = before.0.iter().filter(|(path, _)| role(path) != Role::Part);
    let findings = kept.filter_map(|(path, was)| match now.0.get(path) {
        None => Some(Finding::new(Sin::Lost, format!("{path} was there before the run"))),
        Some(is) if role(path) == Role::Media && (is.bytes != was.bytes || is.modified != was.modified) => {
            Some(Finding::new(Sin::Lost, format!("{path} was altered")))
        }
        Some(_) => None,
    });
    findings.collect()
}

fn media(path: &str, file: &File, known: &Known<'_>) -> Vec<Finding> {
    let expected = known.undisturbed.0.get(path).or_else(|| known.before.0.get(path));
    let what = match expected {
        Some(expected) if expected.bytes == file.bytes => return Vec::new(),
        Some(expected) => format!(
            "{path} has {} bytes that are not those of Flickr's {}",
            file.bytes.len(),
            expected.bytes.len()
        ),
        None => format!("{path} stands in no undisturbed archive"),
    };
    vec![Finding::new(Sin::Wrong, what)]
}

/// A sidecar is whole, and the files it speaks of are there with the bytes it says.
fn sidecar(path: &str, file: &File, now: &Tree, digests: &BTreeMap<String, String>) -> Vec<Finding> {
    let sidecar = match json(path, &file.bytes) {
        Ok(sidecar) => sidecar,
        Err(finding) => return vec![finding],
    };
    let files = sidecar["files"].as_array().into_iter().flatten();
    let told = files
        .map(|file| (file["path"].as_str().unwrap_or_default(), file["sha256"].as_str().unwrap_or_default()));
    let mut findings: Vec<Finding> = told
        .filter(|(name, digest)| digests.get(*name).map(String::as_str) != Some(*digest))
        .map(|(name, _)| {
            Finding::new(Sin::Lie, format!("{path} speaks of {name}, which is not there as it says"))
        })
        .collect();
    if sidecar["current"].as_str().is_some_and(|name| !now.0.contains_key(name)) {
        findings.push(Finding::new(Sin::Lie, format!("{path} names a current file that is not there")));
    }
    if sidecar["state"] == "kept" && !sidecar["current"].is_string() {
        findings.push(Finding::new(Sin::Lie, format!("{path} says `kept` and names no file")));
    }
    findings
}

/// The report of a run may say that all is here only when all is here.
fn report(path: &str, file: &File, now: &Tree, known: &Known<'_>) -> Vec<Finding> {
    let report = match json(path, &file.bytes) {
        Ok(report) => report,
        Err(finding) => return vec![finding],
    };
    let is_new = !known.before.0.contains_key(path);
    let counts = |name: &str| report["states"][name]["count"].as_u64().unwrap_or(0);
    let says_all = report["ending"] == "finished"
        && report["whole"] == true
        && report["failures"].as_array().is_none_or(Vec::is_empty)
        && report["flickr_total"].as_u64() == Some(counts("kept") + counts("gone") + counts("accepted"));
    let lacking: Vec<&str> = known
        .undisturbed
        .of(Role::Media)
        .map(|(path, _)| path)
        .filter(|path| !now.0.contains_key(*path))
        .collect();
    match lacking.first() {
        Some(first) if is_new && says_all => {
            vec![Finding::new(Sin::Lie, format!("{path} says that all is here, and {first} is not"))]
        }
        _ => Vec::new(),
    }
}

fn lines(path: &str, file: &File) -> Vec<Finding> {
    let whole = file.bytes.is_empty() || file.bytes.ends_with(b"\n");
    let bad = file
        .bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .any(|line| serde_json::from_slice::<Value>(line).is_err());
    if whole && !bad { Vec::new() } else { vec![half(path)] }
}

fn json(path: &str, bytes: &[u8]) -> Result<Value, Finding> {
    match serde_json::from_slice(bytes) {
        Ok(value) if bytes.ends_with(b"\n") => Ok(value),
        _ => Err(half(path)),
    }
}

fn ends_with(path: &str, file: &File, end: &str) -> Vec<Finding> {
    let text = String::from_utf8_lossy(&file.bytes);
    if text.trim_end().ends_with(end) { Vec::new() } else { vec![half(path)] }
}

fn empty(path: &str, file: &File) -> Vec<Finding> {
    if file.bytes.is_empty() {
        Vec::new()
    } else {
        vec![Finding::new(Sin::Wrong, format!("{path} is not empty"))]
    }
}

/// A text is the one that an undisturbed run writes, or the one that was there, or a whole one in between.
fn text(path: &str, file: &File, known: &Known<'_>) -> Vec<Finding> {
    let is_known = [known.undisturbed, known.before]
        .iter()
        .any(|tree| tree.0.get(path).is_some_and(|is| is.bytes == file.bytes));
    let is_list = path.ends_with(".txt") && (path.starts_with("albums/") || role(path) == Role::Inventory);
    let is_whole = file.bytes.ends_with(b"\n") || (file.bytes.is_empty() && path.starts_with("albums/"));
    if is_known || (is_list && is_whole) { Vec::new() } else { vec![half(path)] }
}

fn half(path: &str) -> Finding {
    Finding::new(Sin::Wrong, format!("{path} is not whole"))
}

/// Whether a line of sums may be out of date.
#[derive(Clone, Copy)]
enum Stale<'a> {
    /// Photo files never change, so no line about one may ever be wrong.
    Never,
    /// A file that was rewritten since then may wait for its new line until the next run has ended.
    Since(&'a Tree),
}

fn sums(
    path: &str,
    file: &File,
    now: &Tree,
    digests: &BTreeMap<String, String>,
    stale: Stale<'_>,
) -> Vec<Finding> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut findings = Vec::new();
    for line in String::from_utf8_lossy(&file.bytes).lines() {
        let Some((digest, name)) = line.split_once("  ").filter(|(digest, _)| digest.len() == 64) else {
            return vec![half(path)];
        };
        let name = format!("{folder}/{name}");
        if digests.get(&name).map(String::as_str) == Some(digest) {
            continue;
        }
        let was_rewritten = match (stale, now.0.get(&name)) {
            (Stale::Since(before), Some(is)) => {
                before.0.get(&name).is_none_or(|was| was.inode != is.inode || was.bytes != is.bytes)
            }
            _ => false,
        };
        if !was_rewritten {
            findings.push(Finding::new(Sin::Lie, format!("{path} is wrong about {name}")));
        }
    }
    findings
}

/// Checks an archive that is said to be complete and up to date; the digests are those of `now`.
pub(super) fn complete(now: &Tree, digests: &BTreeMap<String, String>, like: &[&Tree]) -> Vec<Finding> {
    let mut findings = differences(now, like);
    findings.extend(unsummed(now, digests));
    findings
}

/// Every folder's lists name each of its files with its digest and nothing else, and the inventory knows each folder.
fn unsummed(now: &Tree, digests: &BTreeMap<String, String>) -> Vec<Finding> {
    let mut lists: BTreeMap<String, String> = BTreeMap::new();
    for path in now.0.keys() {
        let Some((folder, name)) = path.rsplit_once('/') else { continue };
        let list = match role(path) {
            Role::Media => "SHA256SUMS",
            Role::Sidecar | Role::Facts | Role::Lines | Role::Text => "SHA256SUMS.metadata",
            _ => continue,
        };
        let digest = digests.get(path).map_or("", String::as_str);
        lists.entry(format!("{folder}/{list}")).or_default().push_str(&format!("{digest}  {name}\n"));
    }
    let inventory = now.0.get("INVENTORY.txt").map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    let inventory = inventory.unwrap_or_default();
    let mut findings = Vec::new();
    for (path, expected) in &lists {
        if now.0.get(path).is_none_or(|file| !same_lines(&file.bytes, expected)) {
            findings.push(Finding::new(Sin::Lie, format!("{path} does not list its folder")));
        }
        let digest = digests.get(path).map_or("", String::as_str);
        if digest.is_empty() || !inventory.contains(digest) {
            findings.push(Finding::new(Sin::Lie, format!("INVENTORY.txt does not know {path}")));
        }
    }
    findings
}

fn same_lines(bytes: &[u8], expected: &str) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    sorted(&text) == sorted(expected)
}

/// Checks that a run changed nothing but that it may have added a report.
pub(super) fn untouched(before: &Tree, after: &Tree) -> Vec<Finding> {
    let (was, is) = (before.without_reports(), after.without_reports());
    let changed = is.iter().filter(|(path, file)| was.get(*path) != Some(*file)).map(|(path, _)| *path);
    let gone = was.keys().filter(|path| !is.contains_key(**path)).copied();
    let told = |path: &str| Finding::new(Sin::Other, format!("a run with nothing to do changed {path}"));
    changed.chain(gone).map(told).collect()
}

/// Finds secrets where none belongs: `texts` are what was written, each with its name.
pub(super) fn secrets<'a>(
    texts: impl Iterator<Item = (&'a str, &'a [u8])>,
    secrets: &[String],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, bytes) in texts {
        let text = String::from_utf8_lossy(bytes);
        if secrets.iter().any(|secret| !secret.is_empty() && text.contains(secret.as_str())) {
            findings.push(Finding::new(Sin::Other, format!("a secret stands in {name}")));
        }
    }
    findings
}

/// Bytes of photo files that are in one archive and not in the other: what a next run may fetch.
pub(super) fn lacking_bytes(now: &Tree, undisturbed: &Tree) -> u64 {
    let lacking = undisturbed
        .of(Role::Media)
        .filter(|(path, file)| !now.0.get(*path).is_some_and(|is| are_alike(path, is, file)));
    lacking.map(|(_, file)| file.bytes.len() as u64).sum()
}

#[cfg(test)]
mod tests;
