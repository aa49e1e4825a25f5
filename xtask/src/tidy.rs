//! `tidy`: the rules of the house that no compiler knows, each a pure function from texts to findings.
//!
//! This room reads the tree once, hands it to the rules, and prints what they found as `file:line: what, and what to do`.

mod attributes;
mod doors;
mod edges;
mod files;
mod manifests;
mod page;
mod source;
mod table;
mod test_lists;
mod words;

use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::cargo::{self, Package, Workspace};
use source::Source;

/// One broken rule at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    file: String,
    /// Counted from 1.
    line: usize,
    /// What is wrong, and what to do about it.
    what: String,
}

impl Finding {
    fn new(file: &str, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// A text of the repository, under its path from the root, with `/` between the parts.
struct TextFile {
    path: String,
    text: String,
}

/// Checks the whole tree; fails when anything was found.
pub(crate) fn run() -> Result<()> {
    let root = cargo::root();
    let mut files = Vec::new();
    read_folder(&root, "", &mut files)?;
    let mut findings = check(&root, &files, &cargo::workspace()?);
    findings.sort();

    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        let places = match findings.len() {
            1 => "1 place breaks".to_owned(),
            many => format!("{many} places break"),
        };
        bail!("{places} a rule of the house (STYLE.md says why)");
    }
    println!("tidy: {} texts keep the rules of the house", files.len());
    Ok(())
}

fn check(root: &Path, files: &[TextFile], workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &workspace.packages {
        findings.extend(check_package(root, files, package));
    }
    for file in files {
        findings.extend(check_text(file));
    }
    let binaries: Vec<String> = workspace
        .packages
        .iter()
        .flat_map(|package| &package.test_binaries)
        .filter_map(|path| relative(root, path))
        .collect();
    findings.extend(test_lists::unlisted(files, &binaries));
    findings
}

fn check_package(root: &Path, files: &[TextFile], package: &Package) -> Vec<Finding> {
    let text_of =
        |path: &str| files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str());
    let path = relative(root, &package.manifest).unwrap_or_default();
    let manifest = text_of(&path);
    let mut findings = edges::forbidden(&package.name, &package.dependencies, &path, manifest);
    findings.extend(manifests::lints_not_inherited(&path, manifest));
    findings.extend(page::differences(&package.name, text_of(page::PAGE)));
    findings
}

fn check_text(file: &TextFile) -> Vec<Finding> {
    let TextFile { path, text } = file;
    let mut findings = files::banned_name(path);
    findings.extend(words::machine_names(path, text));
    if path.ends_with("Cargo.lock") {
        findings.extend(manifests::foreign_sources(path, text));
    }
    if !path.ends_with(".rs") {
        findings.extend(words::unfinished_in_script(path, text));
        return findings;
    }
    let source = Source::read(path, text);
    findings.extend(files::too_long(path, text));
    findings.extend(files::without_story(path, text));
    findings.extend(words::unfinished_in_rust(path, &source));
    findings.extend(doors::printing(path, &source));
    findings.extend(doors::network(path, &source));
    findings.extend(doors::unlisted_room(path, &source));
    findings.extend(doors::environment(path, &source));
    findings.extend(attributes::loose_allow(path, &source));
    findings
}

/// A path as the rules know it: from the root, with `/` between its parts.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let plain = without_detours(path);
    Some(plain.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/"))
}

/// Cargo gives a test that lies outside its crate as `crates/a/../../tests/…`; this is the straight way there.
fn without_detours(path: &Path) -> PathBuf {
    let mut straight = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            straight.pop();
        } else {
            straight.push(part);
        }
    }
    straight
}

/// Reads every text below `folder`, but nothing that cargo built, git keeps or a person put there as a secret.
fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<TextFile>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() && !is_outside(&name, &entry.path()) {
            read_folder(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file() && !["apikeys", "token", ".git"].contains(&path.as_str()) {
            let bytes = fs::read(entry.path()).with_context(|| format!("could not read {path}"))?;
            files.extend(String::from_utf8(bytes).ok().map(|text| TextFile { path, text }));
        }
    }
    Ok(())
}

/// Cargo marks its target folders, whatever they are called, as a cache.
fn is_outside(name: &str, folder: &Path) -> bool {
    name == ".git" || name == "target" || folder.join("CACHEDIR.TAG").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_reads_as_file_line_and_what_to_do() {
        let finding = Finding::new("crates/a/src/lib.rs", 3, "use b instead");

        assert_eq!(finding.to_string(), "crates/a/src/lib.rs:3: use b instead");
    }

    #[test]
    fn a_test_that_lies_outside_its_crate_is_known_by_the_straight_way_to_it() {
        let path = Path::new("/r/crates/flickr-backup/../../tests/end_to_end/main.rs");

        assert_eq!(relative(Path::new("/r"), path).as_deref(), Some("tests/end_to_end/main.rs"));
        assert_eq!(relative(Path::new("/r/crates"), path), None);
    }

    #[test]
    fn a_text_that_breaks_several_rules_gives_a_finding_for_each() {
        let text = "fn main() { println!(\"{:?}\", std::env::args()); }\n".to_owned();
        let file = TextFile { path: "crates/flickr-model/src/utils.rs".into(), text };

        let findings = check_text(&file);

        let all = findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        for part in ["utils", "`//!`", "println!", "std::env"] {
            assert!(all.contains(part), "{part} is not among\n{all}");
        }
    }
}
