//! Files of exactly two lines, as the original script kept its keys and its token.
//!
//! Blanks around a line, Windows line ends, a byte order mark, empty lines and lines that begin with `#` are
//! no part of what such a file says.

use std::io::Read;
use std::path::Path;

use crate::error::StoreError;

/// Nobody's two lines are longer; a wrong path such as `/dev/zero` must not fill the memory.
const LONGEST: u64 = 64 * 1024;

/// A line that says something, and its number counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) text: String,
}

/// What the two lines of a file hold, in words for the person.
pub(crate) struct Form {
    pub(crate) lines: [&'static str; 2],
    pub(crate) order: &'static str,
}

/// Reads a file of two lines.
pub(crate) fn read(path: &Path, form: &Form) -> Result<[Line; 2], StoreError> {
    two_lines(&read_text(path)?, path, form)
}

/// Reads a small text file whoever owns it.
fn read_text(path: &Path) -> Result<String, StoreError> {
    let unreadable = |source| StoreError::Unreadable { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LONGEST {
        return Err(StoreError::NotText { path: path.to_owned() });
    }
    String::from_utf8(bytes).map_err(|_| StoreError::NotText { path: path.to_owned() })
}

fn two_lines(text: &str, path: &Path, form: &Form) -> Result<[Line; 2], StoreError> {
    let missing = |index: usize| StoreError::MissingLine {
        path: path.to_owned(),
        expected: form.lines[index],
        order: form.order,
    };
    let mut lines = text
        .trim_start_matches('\u{feff}')
        .lines()
        .enumerate()
        .map(|(index, line)| Line { number: index + 1, text: line.trim().to_owned() })
        .filter(|line| !line.text.is_empty() && !line.text.starts_with('#'));

    let first = lines.next().ok_or_else(|| missing(0))?;
    let second = lines.next().ok_or_else(|| missing(1))?;
    match lines.next() {
        Some(third) => {
            Err(StoreError::ExtraLine { path: path.to_owned(), line: third.number, order: form.order })
        }
        None => Ok([first, second]),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    const FORM: Form = Form { lines: ["key", "secret"], order: "key, then secret" };

    fn texts(text: &str) -> [String; 2] {
        two_lines(text, Path::new("f"), &FORM).unwrap().map(|line| line.text)
    }

    fn message(text: &str) -> String {
        two_lines(text, Path::new("f"), &FORM).unwrap_err().to_string()
    }

    #[test]
    fn what_editors_add_is_no_part_of_the_lines() {
        for text in
            ["a\nb", "a\nb\n", "\u{feff}a\r\nb\r\n", "\n  a \t\n\n b\n\n\n", "# mine\na\n# its secret\nb"]
        {
            assert_eq!(texts(text), ["a", "b"], "{text:?}");
        }
    }

    #[test]
    fn a_line_keeps_the_number_it_has_in_the_file() {
        let lines = two_lines("# mine\na\n\nb\n", Path::new("f"), &FORM).unwrap();

        assert_eq!(lines.map(|line| line.number), [2, 4]);
    }

    #[test]
    fn one_line_or_three_are_told_apart() {
        assert_eq!(message("\n \n"), "f has no key; it holds two lines, key, then secret");
        assert_eq!(message("a\n"), "f has no secret; it holds two lines, key, then secret");
        assert_eq!(
            message("a\nb\n\nc\n"),
            "line 4 of f is one too many; it holds two lines, key, then secret"
        );
    }
}
