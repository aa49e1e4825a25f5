//! The bad reply of OAuth: `oauth_problem=…`, sent as text with status 400 or 401 whatever format was asked.
//!
//! A refused signature comes with `debug_sbs`, the base string as the server computed it. Its own `&` are
//! not encoded, so that it is everything behind `debug_sbs=`. It holds the key, the nonce and the token:
//! they are taken out here, before anything can show them.

use std::fmt;

use crate::replies::{bare, decoded, form_fields};

/// What is wrong, in the words of OAuth's problem reporting.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The API key is unknown, expired or disabled (recorded for request tokens).
    ConsumerKeyUnknown,
    /// The signature does not match (recorded for all endpoints).
    SignatureInvalid,
    /// The token is unknown, used, expired or revoked, or the verifier is wrong (recorded).
    TokenRejected,
    /// A parameter is missing; the detail names it (recorded).
    ParameterAbsent,
    /// The verifier is wrong, or a request token was used as an access token (reported).
    VerifierInvalid,
    /// The nonce was seen before: the request arrived twice. Signing it anew cures it.
    NonceUsed,
    /// The timestamp is too far from the server's clock.
    TimestampRefused,
    /// The person or the account does not permit it.
    PermissionDenied,
    /// A word that is not in this list.
    Other(String),
}

impl Problem {
    fn from_word(word: &str) -> Problem {
        match word {
            "consumer_key_unknown" | "consumer_key_rejected" | "consumer_key_refused" => {
                Problem::ConsumerKeyUnknown
            }
            "signature_invalid" => Problem::SignatureInvalid,
            "token_rejected" | "token_used" | "token_expired" | "token_revoked" => Problem::TokenRejected,
            "parameter_absent" => Problem::ParameterAbsent,
            "verifier_invalid" => Problem::VerifierInvalid,
            "nonce_used" => Problem::NonceUsed,
            "timestamp_refused" => Problem::TimestampRefused,
            "permission_denied" | "user_refused" => Problem::PermissionDenied,
            other => Problem::Other(shortened(other)),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Problem::ConsumerKeyUnknown => "the API key is unknown to Flickr, or was disabled",
            Problem::SignatureInvalid => "the signature was not accepted",
            Problem::TokenRejected => "the token or the code was not accepted",
            Problem::ParameterAbsent => "a parameter is missing",
            Problem::VerifierInvalid => "the code was not accepted",
            Problem::NonceUsed => "the request was seen before",
            Problem::TimestampRefused => "the time of the request was not accepted",
            Problem::PermissionDenied => "the permission was refused",
            Problem::Other(word) => word,
        })
    }
}

/// An `oauth_problem` with what Flickr says about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct OAuthProblem {
    /// What is wrong.
    pub problem: Problem,
    /// The base string the server signed, or the missing parameters; without key, nonce, token and code.
    pub detail: Option<String>,
}

impl fmt::Display for OAuthProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.problem)?;
        self.detail.as_ref().map_or(Ok(()), |detail| write!(out, " ({detail})"))
    }
}

/// Reads the body of an answer as an OAuth problem; `None` if it is something else.
pub fn read_problem(text: &str) -> Option<OAuthProblem> {
    let text = bare(text);
    if text.starts_with(['<', '{', '[']) {
        return None; // most answers, and some are a megabyte long
    }
    let (fields, base_string) = split_base_string(text);
    let fields = form_fields(fields);
    let field = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let problem = Problem::from_word(field("oauth_problem")?.trim());
    let words = ["oauth_parameters_absent", "oauth_parameters_rejected", "oauth_problem_advice"];
    let detail = match base_string {
        Some(base_string) => Some(without_secrets(base_string)),
        None => words.iter().find_map(|name| field(name)).map(shortened),
    };
    Some(OAuthProblem { problem, detail })
}

/// Parts the fields from the base string, which is everything behind `debug_sbs=`.
fn split_base_string(text: &str) -> (&str, Option<&str>) {
    const LABEL: &str = "debug_sbs=";
    if let Some(base_string) = text.strip_prefix(LABEL) {
        // The order has always been the other one; nothing could be told apart behind it.
        return ("", Some(base_string));
    }
    match text.find("&debug_sbs=") {
        Some(start) => (&text[..start], Some(&text[start + 1 + LABEL.len()..])),
        None => (text, None),
    }
}

/// Names of parameters in a base string whose values say nothing to a reader, or too much.
fn is_secret(name: &str) -> bool {
    const HARMLESS: [&str; 4] =
        ["oauth_callback", "oauth_signature_method", "oauth_timestamp", "oauth_version"];
    const SECRET: [&str; 7] = ["oauth", "key", "token", "secret", "nonce", "verifier", "sig"];
    let name = name.to_ascii_lowercase();
    !HARMLESS.contains(&name.as_str()) && SECRET.iter().any(|word| name.contains(word))
}

/// Rewrites a base string so that no key, nonce, token or code is left in it.
///
/// It is `VERB&address&name%3Dvalue%26name%3Dvalue…`; should the server encode it once more some day, it is
/// decoded first.
fn without_secrets(base_string: &str) -> String {
    let raw = if base_string.contains('&') { base_string.to_owned() } else { decoded(base_string) };
    let kept: Vec<String> = raw
        .split('&')
        .map(|part| part.split("%26").map(pair_without_secret).collect::<Vec<_>>().join("%26"))
        .collect();
    kept.join("&").chars().filter(|character| !character.is_control()).collect()
}

fn pair_without_secret(pair: &str) -> String {
    for equals in ["%3D", "%3d", "="] {
        if let Some((name, _)) = pair.split_once(equals) {
            return if is_secret(name) { format!("{name}{equals}[redacted]") } else { pair.to_owned() };
        }
    }
    pair.to_owned()
}

fn shortened(text: &str) -> String {
    decoded(text).chars().filter(|character| !character.is_control()).take(200).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    const REFUSED: &str = "oauth_problem=signature_invalid&debug_sbs=POST&https%3A%2F%2Fapi.flickr.com%2Fservices%2Frest%2F\
        &api_key%3D0a1b2c3d%26method%3Dflickr.test.login%26oauth_consumer_key%3D0a1b2c3d%26oauth_nonce%3DMRkOY7Lf\
        %26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1701773163%26oauth_token%3D7215-feed\
        %26oauth_verifier%3D123-456-789%26oauth_version%3D1.0%26secret%3D99ab%26text%3Da%2520b\n";

    #[test]
    fn every_recorded_problem_is_read() {
        let cases = [
            ("consumer_key_unknown", Problem::ConsumerKeyUnknown),
            ("token_rejected", Problem::TokenRejected),
            ("verifier_invalid", Problem::VerifierInvalid),
            ("nonce_used", Problem::NonceUsed),
            ("timestamp_refused", Problem::TimestampRefused),
            ("something_new", Problem::Other("something_new".to_owned())),
        ];

        for (word, problem) in cases {
            let text = format!("\u{feff}oauth_problem={word}\r\n");
            assert_eq!(read_problem(&text), Some(OAuthProblem { problem, detail: None }));
        }
    }

    #[test]
    fn missing_parameters_are_named() {
        let text = "oauth_problem=parameter_absent&oauth_parameters_absent=oauth_token%26oauth_nonce";

        let problem = read_problem(text).unwrap();

        assert_eq!(problem.problem, Problem::ParameterAbsent);
        assert_eq!(problem.to_string(), "a parameter is missing (oauth_token&oauth_nonce)");
    }

    #[test]
    fn the_base_string_is_everything_behind_its_label_without_secrets() {
        let problem = read_problem(REFUSED).unwrap();

        assert_eq!(problem.problem, Problem::SignatureInvalid);
        assert_eq!(
            problem.detail.as_deref().unwrap(),
            "POST&https%3A%2F%2Fapi.flickr.com%2Fservices%2Frest%2F&api_key%3D[redacted]%26method%3Dflickr.test.login\
             %26oauth_consumer_key%3D[redacted]%26oauth_nonce%3D[redacted]%26oauth_signature_method%3DHMAC-SHA1\
             %26oauth_timestamp%3D1701773163%26oauth_token%3D[redacted]%26oauth_verifier%3D[redacted]\
             %26oauth_version%3D1.0%26secret%3D[redacted]%26text%3Da%2520b"
        );
    }

    #[test]
    fn nothing_of_a_problem_shows_a_secret_in_any_encoding() {
        let encoded_again = REFUSED.replace("debug_sbs=POST&", "debug_sbs=POST%26").replace("%3A", "%253A");
        let (label, base_string) = REFUSED.split_once("debug_sbs=").unwrap();
        let encoded_whole =
            format!("{label}debug_sbs={}", base_string.replace('%', "%25").replace('&', "%26"));
        let plain = format!("{label}debug_sbs={}", decoded(base_string));

        for text in [REFUSED, &encoded_again, &encoded_whole, &plain] {
            let problem = read_problem(text).unwrap();
            let shown = format!("{problem} {problem:?}");
            assert!(shown.contains("[redacted]"));
            for secret in ["0a1b2c3d", "MRkOY7Lf", "7215-feed", "123-456-789", "99ab"] {
                assert!(!shown.contains(secret), "{secret} in {shown}");
            }
        }
    }

    #[test]
    fn other_bodies_are_no_problem() {
        let bodies = [
            "",
            "<html><a href=\"?x=1&oauth_problem=token_rejected\">",
            "{\"stat\":\"ok\",\"a\":\"&oauth_problem=x\"}",
            "oauth_token=a&oauth_token_secret=b",
            "problem=oauth_problem",
        ];

        for body in bodies {
            assert_eq!(read_problem(body), None, "{body}");
        }
    }
}
