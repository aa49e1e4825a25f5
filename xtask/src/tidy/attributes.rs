//! Silenced lints: the product uses `#[expect(…, reason = "…")]`, which speaks up when it is no longer needed.
//!
//! A lasting `allow` is left to tests, examples and the head of xtask, and says its reason there.

use super::Finding;
use super::source::{Source, has_word};

/// The one file of automation that may hold a lasting `allow`, for the whole program.
const XTASK_HEAD: &str = "xtask/src/main.rs";

/// Every `allow` that stands in the product or gives no reason.
pub(super) fn loose_allow(path: &str, source: &Source) -> Vec<Finding> {
    let code = source.code.join("\n");
    attributes(&code)
        .filter(|(_, attribute)| attribute.contains("allow(") && has_word(attribute, "allow"))
        .filter_map(|(line, attribute)| {
            let may_allow = source.is_test(line) || path == XTASK_HEAD;
            let what = objection(may_allow, attribute)?;
            Some(Finding::new(path, line, what))
        })
        .collect()
}

fn objection(may_allow: bool, attribute: &str) -> Option<&'static str> {
    if !may_allow {
        return Some("`allow` in the product: use `#[expect(…, reason = \"…\")]` on the smallest item");
    }
    let is_reasoned = has_word(attribute, "reason");
    (!is_reasoned).then_some("`allow` without a reason: add `reason = \"…\"`")
}

/// The attributes in `code` with the line they begin on, counted from 1.
fn attributes(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.match_indices('#').filter_map(|(at, _)| {
        let rest = &code[at..];
        let is_attribute = rest.starts_with("#[") || rest.starts_with("#![");
        let end = is_attribute.then(|| closing(rest)).flatten()?;
        Some((code[..at].matches('\n').count() + 1, &rest[..=end]))
    })
}

/// Where the bracket that opens first in `rest` closes.
fn closing(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 1 => return Some(at),
            b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<Finding> {
        loose_allow(path, &Source::read(path, text))
    }

    #[test]
    fn an_allow_in_the_product_is_found_even_with_a_reason() {
        let text = "//! A.\n#[allow(\n    dead_code,\n    reason = \"later\"\n)]\nfn a() {}";

        let found = found("crates/a/src/lib.rs", text);

        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 2);
        assert!(found[0].what.contains("expect"));
    }

    #[test]
    fn an_allow_for_the_whole_file_or_behind_a_condition_is_found() {
        for text in ["#![allow(dead_code)]", "#[cfg_attr(test, allow(dead_code))]"] {
            assert_eq!(found("crates/a/src/lib.rs", text).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_test_may_allow_with_a_reason_and_not_without() {
        let path = "crates/a/tests/it/main.rs";

        assert_eq!(found(path, "#![allow(clippy::panic, reason = \"tests may fail\")]"), []);
        assert_eq!(found(path, "#![allow(clippy::panic)]").len(), 1);
    }

    #[test]
    fn expect_is_the_right_word_in_the_product() {
        assert_eq!(found("crates/a/src/lib.rs", "#[expect(dead_code, reason = \"the door allows it\")]"), []);
    }
}
