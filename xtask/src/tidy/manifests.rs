//! What holds for a manifest and for the lock file: lints come from the workspace, crates from the one known source.

use super::Finding;

const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// A crate that does not inherit the lints of the workspace is watched by nobody.
pub(super) fn lints_not_inherited(path: &str, manifest: &str) -> Vec<Finding> {
    let mut is_in_lints = false;
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            is_in_lints = line == "[lints]";
        }
        let is_inherited = is_in_lints && line.replace(' ', "") == "workspace=true";
        if is_inherited || line.replace(' ', "") == "lints.workspace=true" {
            return Vec::new();
        }
    }
    let what = "the lints of the workspace do not reach this crate: add `[lints]` with `workspace = true`";
    vec![Finding::new(path, 1, what)]
}

/// The lock file must mean the same on every machine, so it names no mirror and no fork.
pub(super) fn foreign_sources(path: &str, lock: &str) -> Vec<Finding> {
    lock.lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("source = ") && *line != format!("source = \"{SOURCE}\""))
        .map(|(index, _)| {
            let what = "a crate from another source than crates.io: take a published version";
            Finding::new(path, index + 1, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_without_the_lints_of_the_workspace_is_found() {
        for text in ["[package]\nname = \"a\"\n", "[lints]\n[features]\nworkspace = true\n", ""] {
            assert_eq!(lints_not_inherited("crates/a/Cargo.toml", text).len(), 1, "{text:?}");
        }
    }

    #[test]
    fn a_manifest_that_inherits_them_is_fine() {
        assert_eq!(
            lints_not_inherited("crates/a/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n"),
            []
        );
    }

    #[test]
    fn a_crate_from_a_mirror_or_a_fork_is_found_in_the_lock_file() {
        let lock = format!("source = \"{SOURCE}\"\nsource = \"git+https://example.org/fork\"\n");

        let found = foreign_sources("Cargo.lock", &lock);

        assert_eq!(found.iter().map(|f| f.line).collect::<Vec<_>>(), [2]);
    }
}
