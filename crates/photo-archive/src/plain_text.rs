//! Makes plain text of a description that may hold HTML, for programs that show it as it is.
//!
//! Flickr lets people write a few tags, and shortens the text of a long link while its address stays whole
//! (recorded answers): there the address stands for the text.

/// Returns the words without the tags; what only looks like a tag, such as `<3`, stays.
pub(crate) fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut link: Option<(usize, String)> = None;
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        rest = if let Some((tag, after)) = tag(from) {
            follow(tag, &mut text, &mut link);
            after
        } else if let Some((c, after)) = entity(from) {
            text.push(c);
            after
        } else {
            let mut chars = from.chars();
            text.extend(chars.next());
            chars.as_str()
        };
    }
    text.push_str(rest);
    text
}

/// What a tag does to the text: it breaks the line, or ends a link whose text was shortened.
fn follow(tag: &str, text: &mut String, link: &mut Option<(usize, String)>) {
    let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
    match (name.to_ascii_lowercase().as_str(), tag.starts_with('/')) {
        ("br", _) | ("p" | "div", true) => text.push('\n'),
        ("a", false) => *link = href(tag).map(|href| (text.len(), href)),
        ("a", true) => {
            if let Some((at, href)) = link.take()
                && text.get(at..).is_some_and(|shown| shown.ends_with("...") || shown.ends_with('…'))
            {
                text.truncate(at);
                text.push_str(&href);
            }
        }
        _ => {}
    }
}

/// Splits off a whole tag without its brackets.
fn tag(from: &str) -> Option<(&str, &str)> {
    let inside = from.strip_prefix('<')?;
    let begins = inside.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic());
    let (tag, after) = inside.split_once('>')?;
    (begins && !tag.contains('<')).then_some((tag, after))
}

fn href(tag: &str) -> Option<String> {
    let (_, value) = tag.split_once("href=")?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (address, _) = value.get(1..)?.split_once(quote)?;
    (!address.is_empty()).then(|| if address.contains('&') { plain(address) } else { address.to_owned() })
}

/// Splits off a character that is written as an entity.
fn entity(from: &str) -> Option<(char, &str)> {
    let (name, after) = from.strip_prefix('&')?.split_once(';')?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let number = name.strip_prefix('#').filter(|_| name.len() <= 9)?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((c, after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tags_go_and_words_stay() {
        assert_eq!(plain("<b>Bold</b> and <i>not</i><br />next"), "Bold and not\nnext");
        assert_eq!(plain("I <3 you, 1 < 2 & 3 > 2"), "I <3 you, 1 < 2 & 3 > 2");
        assert_eq!(plain("Tom &amp; Jerry &#39;&#x1F600;&unknown; &"), "Tom & Jerry '😀&unknown; &");
        assert_eq!(plain("open <b"), "open <b");
    }

    #[test]
    fn a_link_whose_text_was_shortened_shows_its_address() {
        let shortened =
            r#"<a href="https://a.example/anta?x=1&amp;y=2" rel="nofollow">a.example/anta...</a>."#;

        assert_eq!(plain(shortened), "https://a.example/anta?x=1&y=2.");
        assert_eq!(plain(r#"<a href="https://a.example">my page</a>"#), "my page");
    }

    proptest! {
        #[test]
        fn nothing_stops_it(html in "[<>&;#ax0\"=/ é]*") {
            prop_assert!(plain(&html).len() <= html.len() + 1);
        }
    }
}
