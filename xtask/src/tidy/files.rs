//! What holds for a file as a whole: how long it is, how it opens, what it is called.

use super::Finding;

const MOST_LINES: usize = 400;
const BANNED: &[&str] = &["utils", "helpers", "common", "misc", "shared", "manager", "types"];

/// A file above the limit is two rooms; its tests count.
pub(super) fn too_long(path: &str, text: &str) -> Vec<Finding> {
    let lines = text.lines().count();
    if lines <= MOST_LINES {
        return Vec::new();
    }
    let what = format!(
        "{lines} lines, and {MOST_LINES} is the most: find the second subject and give it its own file"
    );
    vec![Finding::new(path, MOST_LINES + 1, what)]
}

/// A file opens by saying what lives in it.
pub(super) fn without_story(path: &str, text: &str) -> Vec<Finding> {
    let first = text.lines().next().unwrap_or_default();
    let story = first.strip_prefix("//!").unwrap_or_default();
    if story.trim().is_empty() {
        let what = "the first line is not a `//!` sentence: say in one sentence what lives here";
        return vec![Finding::new(path, 1, what)];
    }
    Vec::new()
}

/// A name that says nothing attracts everything.
pub(super) fn banned_name(path: &str) -> Vec<Finding> {
    path.split('/')
        .filter(|part| BANNED.contains(&part.split('.').next().unwrap_or_default()))
        .map(|part| {
            let what = format!(
                "`{part}` names no subject: call it after what it holds, or put it beside its only user"
            );
            Finding::new(path, 1, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_hundred_lines_are_allowed_and_one_more_is_not() {
        assert_eq!(too_long("a.rs", &"x\n".repeat(400)), []);

        let found = too_long("a.rs", &"x\n".repeat(401));

        assert_eq!(found[0].line, 401);
        assert!(found[0].what.starts_with("401 lines"));
    }

    #[test]
    fn a_file_that_does_not_say_what_it_is_about_is_found() {
        assert_eq!(without_story("a.rs", "//! The door.\nfn a() {}"), []);

        for text in ["fn a() {}\n//! Late.", "", "//!\n//! Late.", "\n//! Late.", "// Not a doc comment."] {
            assert_eq!(without_story("a.rs", text).len(), 1, "{text:?}");
        }
    }

    #[test]
    fn banned_names_are_found_as_file_and_as_folder() {
        for path in
            ["crates/a/src/utils.rs", "crates/common/src/lib.rs", "tests/helpers/mod.rs", "src/types.rs"]
        {
            assert_eq!(banned_name(path).len(), 1, "{path}");
        }
    }

    #[test]
    fn a_banned_word_inside_a_longer_name_is_fine() {
        for path in ["crates/a/src/media_types.rs", "crates/a/src/commonplace.rs", "README.md"] {
            assert_eq!(banned_name(path), [], "{path}");
        }
    }
}
