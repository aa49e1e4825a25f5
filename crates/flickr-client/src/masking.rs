//! Takes secrets out of words of Flickr's that are repeated to a person: an error page or a refusal may quote the
//! request that it is about.

use oauth_signing::{ApiKeys, ExposeSecret, Token};

/// What stands in the place of a secret.
const REMOVED: &str = "removed";

/// Refusals are short; a page of photos is not searched.
const LONGEST_REFUSAL: usize = 64 * 1024;

/// Shorter texts are words of their own, wherever they stand.
const SHORTEST_SECRET: usize = 8;

/// Whether a reply is an answer, whose words are kept as they are, and no refusal, which is only repeated.
pub(crate) fn is_answer(status: u16, body: &[u8]) -> bool {
    let has = |words: &[u8]| body.windows(words.len()).any(|window| window == words);
    let ends_well = || body.ends_with(b"\"stat\":\"ok\"}");
    (200..=299).contains(&status) && (ends_well() || has(b"\"stat\":\"ok\"") || has(b"oauth_token_secret="))
}

/// Returns a short reply without the key and the token, and the secrets of both, that it may quote.
pub(crate) fn without_credentials(body: Vec<u8>, keys: &ApiKeys, token: Option<&Token>) -> Vec<u8> {
    if body.len() > LONGEST_REFUSAL {
        return body;
    }
    // What is no text is quoted by nobody.
    let Ok(text) = std::str::from_utf8(&body) else { return body };
    let hidden = [Some(keys.secret()), token.map(Token::text), token.map(Token::secret)];
    let hidden = hidden.into_iter().flatten().map(|secret| secret.expose_secret());
    let quoted: Vec<&str> = std::iter::once(keys.key())
        .chain(hidden)
        .filter(|secret| secret.len() >= SHORTEST_SECRET && text.contains(secret))
        .collect();
    if quoted.is_empty() {
        return body;
    }
    quoted.iter().fold(text.to_owned(), |text, secret| text.replace(secret, REMOVED)).into_bytes()
}

/// Returns a text without anything that could be the secret of a photo: eight and more hexadecimal digits in a row.
pub(crate) fn without_digits(text: &str) -> String {
    const SHORTEST: usize = 8;
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(from.len());
        let (run, after) = from.split_at(end);
        clean.push_str(before);
        clean.push_str(if run.len() < SHORTEST { run } else { REMOVED });
        rest = after;
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_quotes_the_request_loses_its_secrets() {
        let keys = ApiKeys::new("9c4f21d07ab35e68f0d1427b6c8e93a5", "51de0a97c3b8f246").unwrap();
        let token = Token::new("72157720836323165-bc23b64d48bf2386", "feedbeeffeedbeef");
        let body = "key 9c4f21d07ab35e68f0d1427b6c8e93a5, token 72157720836323165-bc23b64d48bf2386";

        let clean = without_credentials(body.into(), &keys, Some(&token));

        assert_eq!(clean, b"key removed, token removed");
        for kept in [&b"{\"stat\":\"ok\"}"[..], b"\xff51de0a97c3b8f246"] {
            assert_eq!(without_credentials(kept.to_vec(), &keys, None), kept);
        }
    }

    #[test]
    fn an_answer_is_told_from_a_refusal() {
        assert!(is_answer(200, br#"{"photo":{"title":"9c4f21d07ab35e68f0d1427b6c8e93a5"},"stat":"ok"}"#));
        assert!(is_answer(200, b"oauth_token=1&oauth_token_secret=2"));
        assert!(!is_answer(200, br#"{"stat":"fail","code":96}"#));
        assert!(!is_answer(401, b"oauth_problem=token_rejected&oauth_token_secret=2"));
    }

    #[test]
    fn a_page_that_quotes_an_address_does_not_tell_the_photos_secret() {
        let page = "<p>/65535/52345_0a1b2c3d4e_o.jpg was not found on é</p>";

        assert_eq!(without_digits(page), "<p>/65535/52345_removed_o.jpg was not found on é</p>");
    }
}
