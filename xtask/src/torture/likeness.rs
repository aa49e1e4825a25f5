//! Whether two archives of the same account hold the same: bytes, permission bits, and the times of photo files.
//!
//! The moments at which things were seen differ between two runs, and with them the lists that hold digests of such files:
//! those are checked by counting them again (`proof.rs`).

use serde_json::Value;

use super::tally::{Finding, Sin};
use super::tree::{File, Role, Tree, role, timeless};

/// Tells what differs between an archive and an undisturbed one; a file may be as in any of several.
pub(super) fn differences(now: &Tree, like: &[&Tree]) -> Vec<Finding> {
    let counts =
        |path: &str| !matches!(role(path), Role::Report | Role::Sums | Role::MetadataSums | Role::Inventory);
    let mut findings = Vec::new();
    let Some(undisturbed) = like.first() else { return findings };
    let is_like_one = |path: &str, is: &File| {
        like.iter().any(|tree| tree.0.get(path).is_some_and(|other| are_alike(path, is, other)))
    };
    for (path, expected) in undisturbed.0.iter().filter(|(path, _)| counts(path)) {
        match now.0.get(path) {
            None => findings.push(Finding::new(Sin::Lost, format!("{path} is not there"))),
            Some(is) if !is_like_one(path, is) => {
                findings.push(Finding::new(
                    Sin::Wrong,
                    format!("{path} has other bytes than in an undisturbed archive"),
                ));
            }
            Some(is) if is.mode != expected.mode => {
                let what = format!("{path} has mode {:o} and not {:o}", is.mode, expected.mode);
                findings.push(Finding::new(Sin::Other, what));
            }
            Some(is) if role(path) == Role::Media && is.modified.0 != expected.modified.0 => {
                let what = format!("{path} has the time {} and not {}", is.modified.0, expected.modified.0);
                findings.push(Finding::new(Sin::Other, what));
            }
            Some(_) => {}
        }
    }
    for path in
        now.0.keys().filter(|path| counts(path) && !like.iter().any(|tree| tree.0.contains_key(*path)))
    {
        findings.push(Finding::new(Sin::Other, format!("{path} stands in no undisturbed archive")));
    }
    findings
}

/// Whether two files of the same path say the same.
pub(super) fn are_alike(path: &str, one: &File, other: &File) -> bool {
    if one.bytes == other.bytes {
        return true;
    }
    let read = |file: &File| serde_json::from_slice::<Value>(&file.bytes).ok();
    let (Some(one), Some(other)) = (read(one), read(other)) else { return false };
    match role(path) {
        // Its id and its birthday are its own.
        Role::Facts if path == "flickr-archive.json" => {
            one["account"] == other["account"] && one["format"] == other["format"]
        }
        Role::Sidecar | Role::Facts => timeless(one) == timeless(other),
        _ => false,
    }
}
