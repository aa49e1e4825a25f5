//! Words that do not belong into the repository: marks of unfinished work without an issue, and names of one machine.

use super::Finding;
use super::source::{Source, has_word};

const MARKS: &[&str] = &["TODO", "FIXME", "XXX"];

/// Parts of paths that exist on one machine only; written in two halves so that this list is not its own finding.
const FOLDERS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tmp/te", "am")];
const HOMES: &[&str] = &[concat!("/ho", "me/"), concat!("/Us", "ers/")];
/// Names that stand for the reader's own in documents and tests.
const PLACEHOLDERS: &[&str] = &["you", "me", "someone", "user", "NAME", "$USER"];
/// Where cargo, pip and their like fetch from is a matter of the machine.
const HOSTS: &[&str] = &[
    concat!("index.cra", "tes.io"),
    concat!("static.cra", "tes.io"),
    concat!("files.python", "hosted.org"),
    concat!("registry.npm", "js.org"),
    concat!("deb.deb", "ian.org"),
];

/// Marks of unfinished work in the comments of Rust code.
pub(super) fn unfinished_in_rust(path: &str, source: &Source) -> Vec<Finding> {
    unfinished(path, source.comments.iter().map(String::as_str))
}

/// Marks of unfinished work in the comments of scripts and settings.
pub(super) fn unfinished_in_script(path: &str, text: &str) -> Vec<Finding> {
    let has_hash_comments =
        [".toml", ".sh", ".py", ".yml"].iter().any(|end| path.ends_with(end)) || path.starts_with(".ci/");
    if !has_hash_comments {
        return Vec::new();
    }
    unfinished(path, text.lines().map(|line| line.split_once('#').map_or("", |(_, comment)| comment)))
}

fn unfinished<'a>(path: &str, comments: impl Iterator<Item = &'a str>) -> Vec<Finding> {
    comments
        .enumerate()
        .filter_map(|(index, comment)| {
            let mark = MARKS.iter().find(|mark| has_word(comment, mark))?;
            let what = format!("{mark} without an issue: write `{mark} #12: …`, or do it now");
            (!has_issue(comment, mark)).then(|| Finding::new(path, index + 1, what))
        })
        .collect()
}

/// Whether the mark is followed by the number of an issue: `#12` or `(#12)`.
fn has_issue(comment: &str, mark: &str) -> bool {
    let after = comment.split(mark).nth(1).unwrap_or_default();
    let number = after.trim_start_matches([' ', '(']).strip_prefix('#');
    number.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}

/// Paths of one machine and hosts that one machine fetches from.
pub(super) fn machine_names(path: &str, text: &str) -> Vec<Finding> {
    let lines = text.lines().enumerate();
    lines
        .filter_map(|(index, line)| {
            let name = machine_name(line)?;
            let what = format!(
                "`{name}` exists on one machine only: write a path from the root of the repository, or `~`"
            );
            Some(Finding::new(path, index + 1, what))
        })
        .collect()
}

/// The first such name in `line`.
fn machine_name(line: &str) -> Option<&'static str> {
    let folder = FOLDERS.iter().find(|folder| starts_a_path(line, folder).next().is_some());
    let home = HOMES.iter().find(|home| starts_a_path(line, home).any(is_a_person));
    let host = HOSTS.iter().find(|host| line.contains(**host));
    folder.or(home).or(host).copied()
}

/// What follows each `folder` in `line` that stands at the start of a path, not in the middle of one.
fn starts_a_path<'a>(line: &'a str, folder: &str) -> impl Iterator<Item = &'a str> {
    line.match_indices(folder).filter_map(move |(at, _)| {
        let before = line[..at].chars().next_back();
        let is_inside = before.is_some_and(|c| c.is_alphanumeric() || "._-~/}>".contains(c));
        (!is_inside).then(|| &line[at + folder.len()..])
    })
}

/// Whether a path goes on with the folder of a person, and not with a word that stands for any reader.
fn is_a_person(after: &str) -> bool {
    let name: &str = after.split(|c: char| "/ \"'`)<".contains(c)).next().unwrap_or_default();
    !name.is_empty() && !PLACEHOLDERS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_work_without_an_issue_is_found() {
        let text = "//! A.\n// TODO: later\nfn a() {}\n/* FIXME */\n";

        let found = unfinished_in_rust("a.rs", &Source::read("a.rs", text));

        assert_eq!(found.iter().map(|f| f.line).collect::<Vec<_>>(), [2, 4]);
    }

    #[test]
    fn unfinished_work_with_an_issue_is_fine() {
        let text = "// TODO #12: later\n// FIXME (#3) soon\nlet a = \"TODO\"; let todo = 1;\n";

        assert_eq!(unfinished_in_rust("a.rs", &Source::read("a.rs", text)), []);
    }

    #[test]
    fn scripts_are_looked_at_and_documents_are_not() {
        assert_eq!(unfinished_in_script(".ci/run", "true # TODO more\n").len(), 1);
        assert_eq!(unfinished_in_script("STYLE.md", "# TODO needs an issue\n"), []);
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        let work = concat!("read /wo", "rk/shared first");
        let home = concat!("cp x /ho", "me/anna/x");

        for line in [work, home, concat!("cd /ro", "ot/src")] {
            assert_eq!(machine_names("a.md", line).len(), 1, "{line}");
        }
    }

    #[test]
    fn a_host_that_crates_are_fetched_from_is_found() {
        let line = concat!("https://index.cra", "tes.io/config.json");

        assert_eq!(machine_names(".ci/run", line).len(), 1);
    }

    #[test]
    fn paths_that_stand_for_any_machine_are_fine() {
        let home = concat!("/ho", "me/you/FlickrArchive and /ho", "me/");
        let inside = concat!("https://example.org/wo", "rk/x and ../wo", "rk/x");

        assert_eq!(machine_names("README.md", home), []);
        assert_eq!(machine_names("README.md", inside), []);
    }
}
