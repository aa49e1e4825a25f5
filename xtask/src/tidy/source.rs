//! A Rust text taken apart as far as the rules need it: its code without words, its comments, and which lines are tests.
//!
//! This is no parser. It knows comments, strings and characters, so that a rule never takes a sentence for code,
//! and it follows braces to find the end of what stands under `#[cfg(test)]`.

/// A Rust text, taken apart; all three parts have one entry for each line of the text.
pub(super) struct Source {
    /// The code; comments and the insides of strings are blanks.
    pub(super) code: Vec<String>,
    /// The comments alone, doc comments too.
    pub(super) comments: Vec<String>,
    /// Whether the line is there for tests and examples only.
    is_test: Vec<bool>,
}

impl Source {
    /// Takes `text` apart; `path` is from the root and tells product from tests.
    pub(super) fn read(path: &str, text: &str) -> Self {
        let (code, comments) = split(text);
        let lines: Vec<String> = code.split('\n').map(str::to_owned).collect();
        let is_test = if is_beside_the_product(path) {
            vec![true; lines.len()]
        } else {
            test_lines(&code, lines.len())
        };
        Self { code: lines, comments: comments.split('\n').map(str::to_owned).collect(), is_test }
    }

    /// The lines of code with their numbers, counted from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.iter().enumerate().map(|(index, line)| (index + 1, line.as_str()))
    }

    /// The lines of code that are part of the product.
    pub(super) fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().filter(|(number, _)| !self.is_test(*number))
    }

    /// Whether line `number`, counted from 1, is there for tests and examples only.
    pub(super) fn is_test(&self, number: usize) -> bool {
        self.is_test.get(number - 1).copied().unwrap_or(false)
    }
}

/// Whether the whole file serves tests, examples or benches.
fn is_beside_the_product(path: &str) -> bool {
    path.ends_with("/tests.rs")
        || path.split('/').any(|part| ["tests", "examples", "benches"].contains(&part))
}

/// Whether `line` holds `word` with no letter, digit or `_` beside it.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(is_part)
            && !line[at + word.len()..].chars().next().is_some_and(is_part)
    })
}

/// Splits `text` into code and comments, each as long in lines as the text.
fn split(text: &str) -> (String, String) {
    let mut parts = Parts::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, kind) = piece(rest, parts.ends_in_a_word());
        let (taken, after) = rest.split_at(length.max(first.len_utf8()));
        parts.add(taken, kind);
        rest = after;
    }
    (parts.code, parts.comments)
}

enum Kind {
    Code,
    Comment,
    Quoted,
}

/// How long the piece at the start of `rest` is, in bytes, and what it is.
fn piece(rest: &str, after_word: bool) -> (usize, Kind) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), Kind::Comment);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), Kind::Comment);
    }
    if rest.starts_with('"') {
        return (string(rest), Kind::Quoted);
    }
    if rest.starts_with('\'') {
        return character(rest).map_or((1, Kind::Code), |length| (length, Kind::Quoted));
    }
    if !after_word && let Some(length) = raw_string(rest) {
        return (length, Kind::Quoted);
    }
    (1, Kind::Code)
}

/// Length of a block comment; they nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        match here {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// Length of a string with escapes, its quotes included.
fn string(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Length of a character in quotes; `None` for a lifetime.
fn character(rest: &str) -> Option<usize> {
    let inside = &rest[1..];
    if let Some(escape) = inside.strip_prefix('\\') {
        let escaped = escape.chars().next()?.len_utf8();
        return escape[escaped..].find('\'').map(|end| 1 + 1 + escaped + end + 1);
    }
    let length = inside.chars().next()?.len_utf8();
    inside[length..].starts_with('\'').then_some(1 + length + 1)
}

/// Length of `r"…"`, `r#"…"#`, `br#"…"#` and their kin.
fn raw_string(rest: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
        rest.strip_prefix(prefix).is_some_and(|after| after.trim_start_matches('#').starts_with('"'))
    })?;
    let after = &rest[prefix.len()..];
    let hashes = after.len() - after.trim_start_matches('#').len();
    let start = prefix.len() + hashes + 1;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(rest[start..].find(&close).map_or(rest.len(), |end| start + end + close.len()))
}

#[derive(Default)]
struct Parts {
    code: String,
    comments: String,
}

impl Parts {
    fn add(&mut self, piece: &str, kind: Kind) {
        let blank: String = piece.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        let (code, comment) = match kind {
            Kind::Code => (piece, blank.as_str()),
            Kind::Comment => (blank.as_str(), piece),
            Kind::Quoted => (blank.as_str(), blank.as_str()),
        };
        self.code.push_str(code);
        self.comments.push_str(comment);
    }

    fn ends_in_a_word(&self) -> bool {
        self.code.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_')
    }
}

/// Marks the lines of each item that stands under `#[cfg(test)]`.
fn test_lines(code: &str, count: usize) -> Vec<bool> {
    let mut is_test = vec![false; count];
    for (start, _) in code.match_indices("#[cfg(test)]") {
        let first = code[..start].matches('\n').count();
        let last = first + code[start..start + item_length(&code[start..])].matches('\n').count();
        is_test[first..=last].fill(true);
    }
    is_test
}

/// Length of the item at the start of `code`: to its closing brace, or to the `;` that comes before any brace.
fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return at + 1,
            b'}' => depth -= 1,
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_comments_and_strings_are_no_code() {
        let text = "let a = \"one \\\" two\"; // three\nlet b = r#\"four \" five\"#; /* six /* seven */ eight */ nine";

        let (code, comments) = split(text);

        for word in ["one", "two", "three", "four", "five", "six", "seven", "eight"] {
            assert!(!code.contains(word), "{word} is in the code: {code}");
        }
        assert!(code.contains("let b =") && code.ends_with("nine"));
        assert!(comments.contains("three") && comments.contains("eight") && !comments.contains("five"));
    }

    #[test]
    fn characters_and_lifetimes_are_told_apart() {
        let text = "fn f<'a>(x: &'a str) { g('\"', '\\'', '\\u{1f}', 'é'); h() } // end";

        let (code, _) = split(text);

        assert!(code.contains("fn f<'a>(x: &'a str)") && code.contains("h() }"), "{code}");
        assert!(!code.contains('"') && !code.contains("end"));
    }

    #[test]
    fn a_string_over_several_lines_keeps_the_line_numbers() {
        let source = Source::read("crates/a/src/lib.rs", "let a = \"x\n\ny\";\nprint();");

        assert_eq!(source.code.len(), 4);
        assert_eq!(source.code[3], "print();");
    }

    #[test]
    fn only_what_stands_under_cfg_test_is_a_test() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { }\n}\nfn c() {}\n#[cfg(test)]\nmod d;\nfn e() {}";

        let source = Source::read("crates/a/src/lib.rs", text);

        let product: Vec<usize> = source.product_lines().map(|(number, _)| number).collect();
        assert_eq!(product, [1, 6, 9]);
    }

    #[test]
    fn files_of_tests_and_examples_are_tests_from_top_to_bottom() {
        for path in ["crates/a/tests/it/main.rs", "tests/end_to_end/auth.rs", "crates/a/src/pages/tests.rs"] {
            assert_eq!(Source::read(path, "fn a() {}").product_lines().count(), 0, "{path}");
        }
    }

    #[test]
    fn a_word_is_not_found_inside_a_longer_one() {
        assert!(has_word("use reqwest::Client;", "reqwest"));
        assert!(!has_word("use reqwest_like::Client;", "reqwest"));
        assert!(!has_word("my_reqwest()", "reqwest"));
    }
}
