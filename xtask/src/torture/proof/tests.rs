//! What the proof finds and what it lets pass.

use std::collections::BTreeMap;

use super::*;

const PHOTO: &str = "photos/2011/07/a_1.jpg";
const SIDECAR: &str = "photos/2011/07/a_1.json";
const SUMS: &str = "photos/2011/07/SHA256SUMS";

fn file(text: &str) -> File {
    File { bytes: text.into(), modified: (5, 0), inode: 1, mode: 0o100_644 }
}

fn tree(files: &[(&str, &str)]) -> Tree {
    Tree(files.iter().map(|(path, text)| ((*path).to_owned(), file(text))).collect())
}

/// Digests that are no digests, but tell different bytes apart.
fn digests(tree: &Tree) -> BTreeMap<String, String> {
    let digest = |file: &File| format!("{:0>64}", String::from_utf8_lossy(&file.bytes).replace('\n', ""));
    tree.0.iter().map(|(path, file)| (path.clone(), digest(file))).collect()
}

fn sins(now: &Tree, before: &Tree, undisturbed: &Tree) -> Vec<Sin> {
    let found = at_this_moment(now, &digests(now), &Known { before, undisturbed });
    found.into_iter().map(|finding| finding.sin).collect()
}

fn kept(digest: &str) -> String {
    format!(
        "{{\"state\":\"kept\",\"current\":\"{PHOTO}\",\"files\":[{{\"path\":\"{PHOTO}\",\"sha256\":\"{digest:0>64}\"}}]}}\n"
    )
}

#[test]
fn a_photo_that_is_half_there_is_wrong_and_a_part_is_not() {
    let (nothing, undisturbed) = (tree(&[]), tree(&[(PHOTO, "abcd")]));

    assert_eq!(sins(&tree(&[(PHOTO, "ab")]), &nothing, &undisturbed), [Sin::Wrong]);
    assert_eq!(sins(&tree(&[("photos/b_2.jpg", "x")]), &nothing, &undisturbed), [Sin::Wrong]);
    assert_eq!(sins(&tree(&[("photos/2011/07/a_1.jpg.part", "ab")]), &nothing, &undisturbed), []);
    assert_eq!(sins(&undisturbed, &nothing, &undisturbed), []);
}

#[test]
fn what_was_there_stays_there() {
    let before = tree(&[(PHOTO, "abcd"), ("README.txt", "r\n")]);

    assert_eq!(sins(&tree(&[("README.txt", "r\n")]), &before, &before), [Sin::Lost]);
    assert_eq!(sins(&tree(&[(PHOTO, "abcd")]), &before, &before), [Sin::Lost]);
}

#[test]
fn a_sidecar_that_speaks_of_a_file_that_is_not_there_lies() {
    let undisturbed = tree(&[(PHOTO, "abcd"), (SIDECAR, &kept("abcd"))]);
    let nothing = tree(&[]);

    assert_eq!(sins(&tree(&[(SIDECAR, &kept("abcd"))]), &nothing, &undisturbed), [Sin::Lie, Sin::Lie]);
    assert_eq!(sins(&tree(&[(PHOTO, "abcd"), (SIDECAR, &kept("x"))]), &nothing, &undisturbed), [Sin::Lie]);
    assert_eq!(sins(&tree(&[(SIDECAR, "{\"state\":")]), &nothing, &undisturbed), [Sin::Wrong]);
    assert_eq!(sins(&undisturbed, &nothing, &undisturbed), []);
}

#[test]
fn sums_are_never_wrong_about_a_photo_and_late_only_about_words_that_changed() {
    let line = |digest: &str, name: &str| format!("{digest:0>64}  {name}\n");
    let undisturbed = tree(&[(PHOTO, "abcd")]);
    let wrong = tree(&[(PHOTO, "abcd"), (SUMS, &line("x", "a_1.jpg"))]);
    let words = |text: &str| {
        tree(&[("albums/a_1.json", text), ("albums/SHA256SUMS.metadata", &line("{}", "a_1.json"))])
    };

    assert_eq!(sins(&wrong, &tree(&[]), &undisturbed), [Sin::Lie]);
    assert_eq!(sins(&words("[]\n"), &words("{}\n"), &undisturbed), []);
    assert_eq!(sins(&words("[]\n"), &words("[]\n"), &undisturbed), [Sin::Lie]);
}

#[test]
fn a_report_lies_when_it_says_all_and_a_photo_is_lacking() {
    let says = r#"{"ending":"finished","whole":true,"flickr_total":1,"states":{"kept":{"count":1}}}"#
        .to_owned()
        + "\n";
    let path = "runs/2026/11/2026-11-23T030012Z.json";
    let undisturbed = tree(&[(PHOTO, "abcd")]);

    assert_eq!(sins(&tree(&[(path, &says)]), &tree(&[]), &undisturbed), [Sin::Lie]);
    assert_eq!(sins(&tree(&[(path, &says), (PHOTO, "abcd")]), &tree(&[]), &undisturbed), []);
}

#[test]
fn a_complete_archive_has_all_files_and_true_lists() {
    let line = format!("{:0>64}  a_1.jpg\n", "abcd");
    let mut now = tree(&[(PHOTO, "abcd"), (SUMS, &line)]);
    let inventory = digests(&now)[SUMS].clone();
    now.0.insert("INVENTORY.txt".to_owned(), file(&inventory));
    let undisturbed = now.clone();
    let found =
        |now: &Tree| complete(now, &digests(now), &[&undisturbed]).iter().map(|f| f.sin).collect::<Vec<_>>();
    assert_eq!(found(&now), []);

    now.0.insert(SUMS.to_owned(), file(""));
    assert_eq!(found(&now), [Sin::Lie, Sin::Lie]);

    now.0.remove(PHOTO);
    now.0.insert("photos/x.jpg.part".to_owned(), file(""));
    assert!(found(&now).starts_with(&[Sin::Lost, Sin::Other]), "{:?}", found(&now));
}

#[test]
fn a_quiet_run_may_add_a_report_and_nothing_else() {
    let before = tree(&[(PHOTO, "abcd")]);
    let with = |path: &str| tree(&[(PHOTO, "abcd"), (path, "{}\n")]);
    let mut touched = before.clone();
    touched.0.insert(PHOTO.to_owned(), File { inode: 2, ..file("abcd") });

    assert_eq!(untouched(&before, &with("runs/2026/11/x.json")), []);
    assert_eq!(untouched(&before, &with("albums/x.json")).len(), 1);
    assert_eq!(untouched(&before, &touched).len(), 1);
    assert_eq!(untouched(&before, &tree(&[])).len(), 1);
}

#[test]
fn a_secret_is_found_wherever_it_stands() {
    let texts = [("a.json", &b"{\"x\":\"s3cret\"}"[..]), ("b", b"nothing")];

    assert_eq!(secrets(texts.into_iter(), &["s3cret".to_owned(), String::new()]).len(), 1);
}
