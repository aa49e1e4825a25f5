//! Makes any text a part of a file name that every system can hold.
//!
//! Safe means: Linux, macOS, Windows, exFAT and SMB take it, a shell and an address need little quoting, a terminal
//! shows it as it is, and it holds no dot, so that everything after a file's first dot is ours.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest slug, in bytes of UTF-8.
pub(crate) const MAX_BYTES: usize = 60;

/// Turns a title into at most 60 bytes of a file name; empty when nothing of it can be kept.
///
/// The result is in normal form C, has no `.`, no separator, no control or invisible character, no dash at either
/// end, is no reserved device name, and is its own slug.
pub(crate) fn slug(title: &str) -> String {
    // A title of ten megabytes needs no more than its beginning; 60 bytes come from the first few hundred characters.
    let beginning: String = title.chars().take(600).nfc().take(600).collect();
    let mapped: String = beginning.chars().filter_map(safe).nfc().filter_map(safe).collect();
    let normal: String = mapped.nfc().collect();
    let mut slug = unreserved(trimmed(&single_dashes(&normal)));
    slug.truncate(slug.floor_char_boundary(MAX_BYTES));
    trimmed(&slug).to_owned()
}

/// Says whether a slug may hold this character.
pub(crate) fn is_safe(c: char) -> bool {
    safe(c) == Some(c)
}

/// Maps one character: kept, turned into a dash, or left out.
fn safe(c: char) -> Option<char> {
    match c {
        c if c.is_whitespace() => Some('-'),
        c if c.is_control() || is_invisible(c) || is_no_character(c) => None,
        '"' | '\'' | '`' => None,
        '/' | '\\' | ':' | '*' | '?' | '<' | '>' | '|' | '.' | '$' | '&' | ';' | '#' | '%' => Some('-'),
        c => Some(c),
    }
}

/// Characters that show nothing themselves: directions of writing, joiners, tags, variants.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffd}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Private-use characters and code points that are none: each system shows something else, some refuse them.
fn is_no_character(c: char) -> bool {
    let code = u32::from(c);
    (0xE000..=0xF8FF).contains(&code)
        || code >= 0xF_0000
        || (0xFDD0..=0xFDEF).contains(&code)
        || code & 0xFFFE == 0xFFFE
}

fn single_dashes(text: &str) -> String {
    let mut single = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '-' || !single.ends_with('-') {
            single.push(c);
        }
    }
    single
}

/// Cuts what must not stand at an end; a mark without its letter would cling to whatever stands before the slug.
fn trimmed(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| matches!(c, '-' | '~') || is_combining_mark(c));
    text.trim_end_matches('-')
}

/// Windows gives these names to devices, whatever folder and whatever case.
fn unreserved(text: &str) -> String {
    const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];
    let upper = text.to_uppercase();
    let numbered = ["COM", "LPT"].iter().any(|port| {
        let number = upper.strip_prefix(port);
        number.is_some_and(|n| n.chars().count() == 1 && n.chars().all(|c| c.is_numeric()))
    });
    if numbered || DEVICES.contains(&upper.as_str()) { format!("{text}_") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_ordinary_title_stays_readable() {
        assert_eq!(slug("Fourth of July"), "Fourth-of-July");
        assert_eq!(slug("Köln, Dom (Südseite)"), "Köln,-Dom-(Südseite)");
        assert_eq!(slug("IMG_1234.JPG"), "IMG_1234-JPG");
        assert_eq!(slug("写真 2011"), "写真-2011");
    }

    #[test]
    fn a_title_of_nothing_gives_no_slug() {
        for empty in ["", " ", "...", "-- . --", "\u{202e}\u{200b}", "\0", "///", "\u{301}\u{302}"] {
            assert_eq!(slug(empty), "", "{empty:?}");
        }
    }

    #[test]
    fn hostile_titles_are_made_harmless() {
        assert_eq!(slug("../../.ssh/authorized_keys"), "ssh-authorized_keys");
        assert_eq!(slug("/etc/x"), "etc-x");
        assert_eq!(slug("-rf ~"), "rf-~");
        assert_eq!(slug("~root"), "root");
        assert_eq!(slug("\u{1b}[2J\u{7}a\u{9b}b\r\nc"), "[2Jab-c");
        assert_eq!(slug("gpj\u{202e}.exe"), "gpj-exe");
        assert_eq!(slug("a:b*c?d\"e<f>g|h\\i"), "a-b-c-de-f-g-h-i");
    }

    #[test]
    fn names_of_devices_get_a_suffix() {
        for device in ["CON", "con", "Aux", "NUL", "COM1", "lpt9", "COM¹"] {
            assert_eq!(slug(device), format!("{device}_"));
        }
        assert_eq!(slug("CONCERT"), "CONCERT");
        assert_eq!(slug("COM10"), "COM10");
    }

    #[test]
    fn normalisation_twins_become_one() {
        assert_eq!(slug("e\u{301}te\u{301}"), slug("été"));
        assert_eq!(slug("e\u{200b}\u{301}"), "é");
    }

    #[test]
    fn an_endless_title_is_cut_at_a_character() {
        assert_eq!(slug(&"ü".repeat(5_000_000)), "ü".repeat(30));
        assert_eq!(slug(&format!("{}x", "\u{301}".repeat(500))), "x");
        assert_eq!(slug(&format!("{} y", "x".repeat(59))), "x".repeat(59));
    }

    proptest! {
        #[test]
        fn whatever_comes_the_slug_is_safe(title in any::<String>()) {
            let slug = slug(&title);

            prop_assert!(slug.len() <= MAX_BYTES);
            prop_assert!(!slug.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|', '.', ' ']), "{:?}", slug);
            prop_assert!(!slug.chars().any(|c| c.is_control() || is_invisible(c)), "{:?}", slug);
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-'));
            prop_assert!(unicode_normalization::is_nfc(&slug), "{:?}", slug);
            prop_assert_eq!(super::slug(&slug), slug);
        }
    }
}
