//! The two good replies of the sign-in, which Flickr sends as `text/plain` in the form of a query.
//!
//! Values are percent-encoded (an NSID comes as `199246608%40N02`), the full name may be empty or missing,
//! and a byte order mark or a line end may stand around the whole.

use std::fmt;

use percent_encoding::percent_decode_str;

use crate::credentials::{AccessToken, RequestToken, Token};
use crate::error::BadReply;
use crate::problem::read_problem;

/// What Flickr says at the end of a sign-in: the token, and whose it is.
#[derive(Clone)]
pub struct SignedIn {
    /// The token that signs all further calls.
    pub token: AccessToken,
    /// The account's id, such as `12345678@N00`; empty if Flickr did not say, and then to be asked for.
    pub nsid: String,
    /// The name the account goes by; empty if Flickr did not say.
    pub username: String,
    /// The person's real name; often empty.
    pub fullname: String,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SignedIn {{ nsid: {:?}, username: {:?}, token: [redacted] }}", self.nsid, self.username)
    }
}

/// Reads the reply of `/services/oauth/request_token`.
pub fn read_request_token(text: &str) -> Result<RequestToken, BadReply> {
    Ok(RequestToken::new(Fields::read("request token", text)?.token()?))
}

/// Reads the reply of `/services/oauth/access_token`.
pub fn read_access_token(text: &str) -> Result<SignedIn, BadReply> {
    let fields = Fields::read("access token", text)?;
    Ok(SignedIn {
        token: AccessToken::new(fields.token()?),
        nsid: fields.get("user_nsid").unwrap_or_default(),
        username: fields.get("username").unwrap_or_default(),
        fullname: fields.get("fullname").unwrap_or_default(),
    })
}

struct Fields {
    reply: &'static str,
    pairs: Vec<(String, String)>,
}

impl Fields {
    fn read(reply: &'static str, text: &str) -> Result<Fields, BadReply> {
        if let Some(source) = read_problem(text) {
            return Err(BadReply::Problem { reply, source });
        }
        Ok(Fields { reply, pairs: form_fields(text) })
    }

    fn token(&self) -> Result<Token, BadReply> {
        Ok(Token::new(self.required("oauth_token")?, self.required("oauth_token_secret")?))
    }

    fn required(&self, field: &'static str) -> Result<String, BadReply> {
        self.get(field)
            .filter(|value| !value.is_empty())
            .ok_or(BadReply::Missing { reply: self.reply, field })
    }

    fn get(&self, name: &str) -> Option<String> {
        self.pairs.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
    }
}

/// Drops what may stand around a reply: a byte order mark, blanks and line ends.
pub(crate) fn bare(text: &str) -> &str {
    text.trim().trim_start_matches('\u{feff}').trim()
}

/// Splits text in the form of a query; broken percent-encoding stays as it is.
pub(crate) fn form_fields(text: &str) -> Vec<(String, String)> {
    bare(text)
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use crate::problem::Problem;
    use secrecy::ExposeSecret;

    const ACCESS: &str = "fullname=Ada%20M%C3%BCller%26Co&oauth_token=72157600000000002-00aa11bb22cc33dd\
                          &oauth_token_secret=feedbeeffeedbeef&user_nsid=12345678%40N00&username=ada%2Bm";

    #[test]
    fn a_request_token_is_read() {
        let text = "\u{feff}oauth_callback_confirmed=true&oauth_token=72157600000000001-00aa11bb22cc33dd\
                    &oauth_token_secret=feedbeeffeedbeef\r\n";

        let token = read_request_token(text).unwrap();

        assert_eq!(token.token().text().expose_secret(), "72157600000000001-00aa11bb22cc33dd");
        assert_eq!(token.token().secret().expose_secret(), "feedbeeffeedbeef");
    }

    #[test]
    fn an_access_token_and_its_person_are_read() {
        let signed_in = read_access_token(ACCESS).unwrap();

        assert_eq!(signed_in.nsid, "12345678@N00");
        assert_eq!(signed_in.username, "ada+m");
        assert_eq!(signed_in.fullname, "Ada Müller&Co");
        assert_eq!(signed_in.token.token().secret().expose_secret(), "feedbeeffeedbeef");
    }

    #[test]
    fn a_full_name_may_be_empty_or_missing() {
        let rest = "oauth_token=a&oauth_token_secret=b&user_nsid=1%40N00&username=x";

        for text in [format!("fullname=&{rest}"), rest.to_owned(), format!("fullname&{rest}\n")] {
            assert_eq!(read_access_token(&text).unwrap().fullname, "", "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let missing = |field| BadReply::Missing { reply: "access token", field };
        let without = |name: &str| ACCESS.replace(name, "x");

        assert_eq!(read_access_token(&without("user_nsid")).unwrap().nsid, "");
        assert_eq!(
            read_access_token(&without("oauth_token_secret")).unwrap_err(),
            missing("oauth_token_secret")
        );
        assert_eq!(read_access_token("<html>Hold your clicks</html>").unwrap_err(), missing("oauth_token"));
        assert_eq!(read_access_token("").unwrap_err(), missing("oauth_token"));
        assert_eq!(
            read_request_token("oauth_token=&oauth_token_secret=b").unwrap_err(),
            BadReply::Missing { reply: "request token", field: "oauth_token" }
        );
    }

    #[test]
    fn a_problem_in_the_place_of_a_token_is_told_as_such() {
        let error = read_access_token("oauth_problem=token_rejected").unwrap_err();

        let BadReply::Problem { source, .. } = &error else { unreachable!("{error}") };
        assert_eq!(source.problem, Problem::TokenRejected);
        assert_eq!(error.to_string(), "Flickr refused the access token");
    }

    #[test]
    fn no_debug_text_holds_the_token() {
        let shown = format!("{:?}", read_access_token(ACCESS).unwrap());

        assert!(shown.contains("[redacted]") && shown.contains("12345678@N00"));
        assert!(!shown.contains("feedbeef") && !shown.contains("7215760"));
    }
}
