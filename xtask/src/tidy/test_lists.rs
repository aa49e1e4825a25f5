//! No test is forgotten: every file of tests is reached from the `main.rs` of a test binary, by its `mod` lines.

use std::collections::BTreeSet;

use super::source::Source;
use super::{Finding, TextFile};

/// The files of tests that no binary lists, and binaries that are not a `main.rs`; paths are from the root.
pub(super) fn unlisted(files: &[TextFile], binaries: &[String]) -> Vec<Finding> {
    let mut reached = BTreeSet::new();
    for binary in binaries {
        follow(files, binary, &mut reached);
    }
    let stray = binaries.iter().filter(|path| !path.ends_with("/main.rs")).map(|path| {
        let what = "a test binary of its own: move it into the crate's tests/it/ and list it in main.rs";
        Finding::new(path, 1, what)
    });
    let forgotten = files.iter().filter(|file| is_test_file(&file.path) && !reached.contains(&file.path));
    let forgotten = forgotten.map(|file| {
        let what = if file.path.ends_with("/main.rs") {
            "no crate owns this test binary, so it never runs: name it in a `[[test]]` of a Cargo.toml"
        } else {
            "no test binary lists this file, so it never runs: add its `mod` line to main.rs"
        };
        Finding::new(&file.path, 1, what)
    });
    stray.chain(forgotten).collect()
}

/// Whether the path is Rust below a `tests` folder of a crate or of the root, not of a `src`.
fn is_test_file(path: &str) -> bool {
    let folders: Vec<&str> = path.split('/').collect();
    path.ends_with(".rs") && folders.contains(&"tests") && !folders.contains(&"src")
}

/// Adds `path` and all files that its `mod` lines lead to.
fn follow(files: &[TextFile], path: &str, reached: &mut BTreeSet<String>) {
    let Some(file) = files.iter().find(|file| file.path == path) else { return };
    if !reached.insert(path.to_owned()) {
        return;
    }
    for name in modules(path, &file.text) {
        let folder = folder_of_modules(path);
        follow(files, &format!("{folder}/{name}.rs"), reached);
        follow(files, &format!("{folder}/{name}/mod.rs"), reached);
    }
}

/// Where the files of the modules named in `path` lie.
fn folder_of_modules(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((folder, "main.rs" | "mod.rs" | "lib.rs")) => folder,
        _ => path.trim_end_matches(".rs"),
    }
}

/// The names in lines such as `mod name;`.
fn modules(path: &str, text: &str) -> Vec<String> {
    let source = Source::read(path, text);
    let declared = source.lines().filter_map(|(_, line)| {
        let (before, name) = line.trim().strip_suffix(';')?.rsplit_once("mod ")?;
        let is_declaration = before.is_empty() || before.ends_with(' ');
        is_declaration.then(|| name.trim().to_owned())
    });
    declared.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Vec<TextFile> {
        files.iter().map(|(path, text)| TextFile { path: (*path).into(), text: (*text).into() }).collect()
    }

    #[test]
    fn a_file_that_main_does_not_list_is_found() {
        let files = tree(&[
            ("crates/a/tests/it/main.rs", "//! Tests.\nmod login;\n// mod pages;\n"),
            ("crates/a/tests/it/login.rs", ""),
            ("crates/a/tests/it/pages.rs", ""),
        ]);

        let found = unlisted(&files, &["crates/a/tests/it/main.rs".into()]);

        assert_eq!(found.iter().map(|f| f.file.as_str()).collect::<Vec<_>>(), ["crates/a/tests/it/pages.rs"]);
    }

    #[test]
    fn modules_are_followed_into_their_folders() {
        let files = tree(&[
            ("tests/end_to_end/main.rs", "pub(crate) mod world;\nmod auth;"),
            ("tests/end_to_end/world/mod.rs", "mod home;"),
            ("tests/end_to_end/world/home.rs", ""),
            ("tests/end_to_end/auth.rs", "mod listener;"),
            ("tests/end_to_end/auth/listener.rs", ""),
        ]);

        assert_eq!(unlisted(&files, &["tests/end_to_end/main.rs".into()]), []);
    }

    #[test]
    fn a_folder_of_tests_that_no_crate_owns_is_found() {
        let files = tree(&[("tests/end_to_end/main.rs", "")]);

        let found = unlisted(&files, &[]);

        assert_eq!(found.len(), 1);
        assert!(found[0].what.contains("[[test]]"));
    }

    #[test]
    fn a_second_binary_beside_the_first_is_found() {
        let files = tree(&[("crates/a/tests/more.rs", "")]);

        let found = unlisted(&files, &["crates/a/tests/more.rs".into()]);

        assert!(found[0].what.contains("tests/it/"));
    }
}
