//! The code that proves the person's approval, read from whatever the person pastes.
//!
//! Flickr shows nine digits as `123-456-789` after an out-of-band approval, and adds 16 hexadecimal digits
//! as `oauth_verifier` to the callback's address. People paste the line around the code, the whole address
//! or a piece of XML instead, so that all of these are read.

use std::fmt;

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};

use crate::credentials::RequestToken;
use crate::error::NotACode;

/// The code that turns an approved request token into an access token; it works once.
#[derive(Clone)]
pub struct Verifier(SecretString);

impl Verifier {
    /// Finds the code in what the person entered.
    ///
    /// Nine digits keep the form in which they were typed, `123-456-789` or `123456789`; parted in any other way
    /// they become `123-456-789`, the form that Flickr shows.
    pub fn parse(text: &str) -> Result<Verifier, NotACode> {
        let text = text.trim_matches(is_blank);
        if is_no_answer(text) {
            return Err(NotACode::Nothing);
        }
        if is_refusal(text) {
            return Err(NotACode::Refused);
        }
        if let Some(value) = labelled(text, "oauth_verifier") {
            return from_label(&value);
        }
        from_words(text)
    }

    /// Returns the same nine digits with dashes where there were none, and without where there were some; nothing
    /// for a code that is not nine digits.
    pub fn other_form(&self) -> Option<Verifier> {
        let code = self.0.expose_secret();
        let plain = without_dashes(code);
        if !is_digits(&plain, 9) {
            return None;
        }
        let other = if code.contains('-') { plain } else { dashed(&plain) };
        Some(Verifier(other.into()))
    }

    /// Returns the code as it is sent.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Verifier([redacted])")
    }
}

/// What a callback's address brings back: the token it is about, and the code.
#[derive(Debug, Clone)]
pub struct Callback {
    token: SecretString,
    verifier: Verifier,
}

impl Callback {
    /// Reads an address, or only its query, that holds both `oauth_token` and `oauth_verifier`.
    pub fn parse(address: &str) -> Result<Callback, NotACode> {
        let verifier = Verifier::parse(address)?;
        let (Some(token), Some(_)) = (labelled(address, "oauth_token"), labelled(address, "oauth_verifier"))
        else {
            return Err(NotACode::NoCode);
        };
        Ok(Callback { token: token.into(), verifier })
    }

    /// Says whether this callback answers for the token that waits for approval.
    pub fn is_for(&self, pending: &RequestToken) -> bool {
        self.token.expose_secret() == pending.token().text().expose_secret()
    }

    /// Returns the code.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}')
}

/// The original script asked "Have you authorized me? (y/n)" before it took the code.
fn is_no_answer(text: &str) -> bool {
    text.is_empty() || ["y", "yes", "ok"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Flickr's own words for a refusal are not recorded; these are the ones OAuth servers commonly use.
fn is_refusal(text: &str) -> bool {
    labelled(text, "denied").is_some()
        || labelled(text, "oauth_problem")
            .is_some_and(|problem| matches!(problem.as_str(), "user_refused" | "permission_denied"))
}

/// Returns the value that stands behind a whole name and `=`, `>` or `:`, as in a query, in XML or in JSON.
fn labelled(text: &str, name: &str) -> Option<String> {
    let is_name_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    for (start, _) in text.match_indices(name) {
        let rest = text[start + name.len()..].trim_start_matches(['"', '\'']).trim_start();
        if text[..start].ends_with(is_name_part) || !rest.starts_with(['=', '>', ':']) {
            continue;
        }
        let value = rest[1..].trim_start().trim_start_matches(['"', '\'']);
        let end = value.find(['&', '#', '<', '"', '\'', ',', '}', ';']).unwrap_or(value.len());
        let value = value[..end].trim_matches(is_blank);
        return Some(percent_decode_str(value).decode_utf8_lossy().into_owned());
    }
    None
}

fn from_label(value: &str) -> Result<Verifier, NotACode> {
    if let Ok(code) = from_words(value) {
        return Ok(code);
    }
    // Flickr may change its verifiers: what is named as one is passed on, if it is a single plain word.
    let word = value.split(is_blank).next().unwrap_or_default();
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | '~');
    if word.is_empty() || word.len() > 100 || !word.chars().all(is_plain) {
        return Err(NotACode::NoCode);
    }
    Ok(Verifier(word.into()))
}

fn from_words(text: &str) -> Result<Verifier, NotACode> {
    let words: Vec<String> = text
        .split(|character: char| !(character.is_alphanumeric() || is_dash(character)))
        .map(|word| word.chars().map(|character| if is_dash(character) { '-' } else { character }).collect())
        .map(|word: String| word.trim_matches('-').to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    let mut found: Vec<String> = words.iter().filter_map(|word| code_of_word(word)).collect();
    found.extend(
        words
            .windows(3)
            .filter(|three| three.iter().all(|word| is_digits(word, 3)))
            .map(|three| three.join("-")),
    );
    found.sort_by_key(|code| without_dashes(code));
    found.dedup_by_key(|code| without_dashes(code));
    match found.len() {
        0 => Err(NotACode::NoCode),
        1 => Ok(Verifier(found.swap_remove(0).into())),
        _ => Err(NotACode::Several),
    }
}

fn code_of_word(word: &str) -> Option<String> {
    let plain = without_dashes(word);
    if is_digits(&plain, 9) {
        return Some(if word.contains('-') { dashed(&plain) } else { plain });
    }
    let is_hexadecimal = word.len() == 16 && word.chars().all(|character| character.is_ascii_hexdigit());
    is_hexadecimal.then(|| word.to_owned())
}

fn without_dashes(code: &str) -> String {
    code.chars().filter(|character| *character != '-').collect()
}

fn dashed(nine: &str) -> String {
    format!("{}-{}-{}", &nine[..3], &nine[3..6], &nine[6..])
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The dashes that word processors and mobile keyboards put in the place of `-`.
fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}')
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use crate::credentials::Token;

    fn read(text: &str) -> Result<String, NotACode> {
        Verifier::parse(text).map(|code| code.secret().expose_secret().to_owned())
    }

    #[test]
    fn nine_digits_are_found_in_every_form() {
        let forms = [
            "123-456-789",
            "  123-456-789\r\n",
            "\u{feff}123 456 789\n",
            "123–456–789",
            "12345-6789",
            "Your code is: 123-456-789.",
            "<span class=\"code\">123-456-789</span>",
            "https://example.org/cb?oauth_token=72157600000000001-00aa11bb22cc33dd&oauth_verifier=123-456-789",
            "code 123-456-789 (yes, 123456789)",
        ];

        for form in forms {
            assert_eq!(read(form).as_deref(), Ok("123-456-789"), "{form}");
        }
        for form in ["123456789", " 123456789\n", "oauth_verifier=123456789", "the code is 123456789!"] {
            assert_eq!(read(form).as_deref(), Ok("123456789"), "{form}");
        }
    }

    #[test]
    fn nine_digits_have_another_form_and_no_other_code_has() {
        let other = |text: &str| {
            let other = Verifier::parse(text).unwrap().other_form();
            other.map(|code| code.secret().expose_secret().to_owned())
        };

        assert_eq!(other("123-456-789").as_deref(), Some("123456789"));
        assert_eq!(other("123456789").as_deref(), Some("123-456-789"));
        assert_eq!(other("3c934d75060f9aa6"), None);
    }

    #[test]
    fn the_verifier_of_a_callback_is_found_in_every_form() {
        let forms = [
            "3c934d75060f9aa6",
            "https://localhost:6414/?oauth_token=72157600000000001-00aa11bb22cc33dd&oauth_verifier=3c934d75060f9aa6",
            "https://localhost/?oauth_verifier=3c934d75060f9aa6&oauth_token=72157600000000001-00aa11bb22cc33dd#x",
            "GET /?oauth_verifier=3c934d75060f9aa6 HTTP/1.1",
            "<oauth_verifier>3c934d75060f9aa6</oauth_verifier>",
            "{\"oauth_verifier\": \"3c934d75060f9aa6\"}",
            "oauth_verifier=3c934d75060f9aa6\n",
        ];

        for form in forms {
            assert_eq!(read(form).as_deref(), Ok("3c934d75060f9aa6"), "{form}");
        }
    }

    #[test]
    fn an_answer_without_a_code_is_told_from_a_wrong_one() {
        for text in ["", "  \n", "y", "Y\n", " yes ", "\u{feff}"] {
            assert_eq!(read(text), Err(NotACode::Nothing), "{text:?}");
        }
        let wrong = [
            "n",
            "no",
            "123-456-78",
            "1234567890",
            "https://www.flickr.com/services/oauth/authorize?oauth_token=72157600000000001-00aa11bb22cc33dd&perms=read",
            "https://localhost/?oauth_token=72157600000000001-00aa11bb22cc33dd&oauth_verifier=",
            "https://localhost/?not_oauth_verifier=!",
            "oauth_verifier=<script>",
        ];
        for text in wrong {
            assert_eq!(read(text), Err(NotACode::NoCode), "{text:?}");
        }
        assert_eq!(read("123-456-789 or 987-654-321"), Err(NotACode::Several));
        assert_eq!(
            read("https://localhost/?denied=72157600000000001-00aa11bb22cc33dd"),
            Err(NotACode::Refused)
        );
        assert_eq!(read("/?oauth_problem=user_refused"), Err(NotACode::Refused));
    }

    #[test]
    fn a_callback_answers_only_for_its_own_token() {
        let callback = Callback::parse("/?oauth_token=72157%2Dab&oauth_verifier=3c934d75060f9aa6").unwrap();

        assert!(callback.is_for(&RequestToken::new(Token::new("72157-ab", "s"))));
        assert!(!callback.is_for(&RequestToken::new(Token::new("72157-ac", "s"))));
        assert_eq!(callback.verifier().secret().expose_secret(), "3c934d75060f9aa6");
        assert_eq!(Callback::parse("/?oauth_verifier=3c934d75060f9aa6").unwrap_err(), NotACode::NoCode);
        assert_eq!(Callback::parse("/?oauth_token=3c934d75060f9aa6").unwrap_err(), NotACode::NoCode);
        assert_eq!(Callback::parse("/favicon.ico").unwrap_err(), NotACode::NoCode);
    }

    #[test]
    fn no_debug_text_holds_the_code() {
        let callback = Callback::parse("/?oauth_token=72157-ab&oauth_verifier=3c934d75060f9aa6").unwrap();
        let shown = format!("{callback:?} {callback:#?} {:?}", callback.verifier());

        assert_eq!(shown.matches("[redacted]").count(), 3);
        assert!(!shown.contains("3c934d75060f9aa6") && !shown.contains("72157"));
    }
}
