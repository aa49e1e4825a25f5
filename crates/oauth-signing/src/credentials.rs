//! The secrets of a sign-in: the pair of API keys, and the tokens that Flickr hands out.
//!
//! The shape of API keys is checked here, once, before anything is sent. The shape of tokens is Flickr's
//! affair and is not checked.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::error::{BadKeys, KeyPart};

/// The API key and its secret, as Flickr's "App Garden" shows them.
///
/// Flickr's pages call them "Key" (32 hexadecimal digits) and "Secret" (16).
#[derive(Clone)]
pub struct ApiKeys {
    key: SecretString,
    secret: SecretString,
}

impl ApiKeys {
    /// Takes two pieces of text as a pair of keys: blanks around them are dropped, then shapes are checked.
    pub fn new(key: &str, secret: &str) -> Result<ApiKeys, BadKeys> {
        let (key, secret) = (key.trim(), secret.trim());
        if has_shape(key, KeyPart::Secret) && has_shape(secret, KeyPart::Key) {
            return Err(BadKeys::Swapped);
        }
        check(key, KeyPart::Key)?;
        check(secret, KeyPart::Secret)?;
        Ok(ApiKeys { key: key.into(), secret: secret.into() })
    }

    /// Returns the key itself, which Flickr calls `oauth_consumer_key` on the wire.
    pub fn key(&self) -> &str {
        self.key.expose_secret()
    }

    /// Returns the secret that belongs to the key.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// Returns a short label that tells keys apart and is safe to show: the first four digits of the key.
    pub fn fingerprint(&self) -> String {
        let start: String = self.key().chars().take(4).collect();
        start + "…"
    }

    /// Says whether the other pair has the same key, whatever its secret is.
    pub fn is_same_key(&self, other: &ApiKeys) -> bool {
        self.key() == other.key()
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ApiKeys({} [redacted])", self.fingerprint())
    }
}

fn has_shape(text: &str, part: KeyPart) -> bool {
    check(text, part).is_ok()
}

fn check(text: &str, part: KeyPart) -> Result<(), BadKeys> {
    let found = text.chars().count();
    if found == 0 {
        return Err(BadKeys::Empty { part });
    }
    if found != part.digits() {
        return Err(BadKeys::Length { part, found });
    }
    match text.chars().position(|character| !character.is_ascii_hexdigit()) {
        Some(index) => Err(BadKeys::Character { part, position: index + 1 }),
        None => Ok(()),
    }
}

/// A token and its secret. Both are secret: whoever holds them acts as the person who signed in.
#[derive(Clone)]
pub struct Token {
    text: SecretString,
    secret: SecretString,
}

impl Token {
    /// Joins `oauth_token` and `oauth_token_secret`, both taken as they are.
    pub fn new(text: impl Into<SecretString>, secret: impl Into<SecretString>) -> Token {
        Token { text: text.into(), secret: secret.into() }
    }

    /// Returns the part that is sent with a request, `oauth_token`.
    pub fn text(&self) -> &SecretString {
        &self.text
    }

    /// Returns the part that only signs and is never sent, `oauth_token_secret`.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Token([redacted])")
    }
}

/// A token that waits for the person's approval; it can be exchanged only once.
#[derive(Debug, Clone)]
pub struct RequestToken(Token);

impl RequestToken {
    /// Takes a token as one that waits for approval.
    pub fn new(token: Token) -> RequestToken {
        RequestToken(token)
    }

    /// Returns the token and its secret.
    pub fn token(&self) -> &Token {
        &self.0
    }
}

/// A token that signs calls for the person, until it is revoked.
#[derive(Debug, Clone)]
pub struct AccessToken(Token);

impl AccessToken {
    /// Takes a token as one that the person has approved.
    pub fn new(token: Token) -> AccessToken {
        AccessToken(token)
    }

    /// Returns the token and its secret.
    pub fn token(&self) -> &Token {
        &self.0
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    const KEY: &str = "9c4f21d07ab35e68f0d1427b6c8e93a5";
    const SECRET: &str = "51de0a97c3b8f246";

    #[test]
    fn blanks_around_keys_are_dropped() {
        let keys = ApiKeys::new(&format!("\t {KEY}\r\n"), &format!(" {SECRET} \n")).unwrap();

        assert_eq!(keys.key(), KEY);
        assert_eq!(keys.secret().expose_secret(), SECRET);
        assert_eq!(keys.fingerprint(), "9c4f…");
    }

    #[test]
    fn an_error_says_which_part_is_wrong_and_how() {
        let cases = [
            (SECRET, KEY, BadKeys::Swapped),
            ("", SECRET, BadKeys::Empty { part: KeyPart::Key }),
            (KEY, " ", BadKeys::Empty { part: KeyPart::Secret }),
            (&KEY[1..], SECRET, BadKeys::Length { part: KeyPart::Key, found: 31 }),
            (KEY, KEY, BadKeys::Length { part: KeyPart::Secret, found: 32 }),
            (KEY, "51de0a97c3b8f24g", BadKeys::Character { part: KeyPart::Secret, position: 16 }),
            (
                "9c4f21d07ab35e68 0d1427b6c8e93a5",
                SECRET,
                BadKeys::Character { part: KeyPart::Key, position: 17 },
            ),
            ("é".repeat(32).leak(), SECRET, BadKeys::Character { part: KeyPart::Key, position: 1 }),
        ];

        for (key, secret, expected) in cases {
            assert_eq!(ApiKeys::new(key, secret).unwrap_err(), expected);
        }
    }

    #[test]
    fn no_message_repeats_a_secret() {
        let message = ApiKeys::new(KEY, "51de0a97c3b8f24g").unwrap_err().to_string();

        assert_eq!(message, "character 16 of the API secret is not one of 0-9 and a-f");
    }

    #[test]
    fn no_debug_text_holds_a_secret() {
        let keys = ApiKeys::new(KEY, SECRET).unwrap();
        let token = Token::new("72157600000000001-00aa11bb22cc33dd", "feedbeeffeedbeef");
        let shown = format!(
            "{keys:?} {keys:#?} {token:?} {:?} {:#?}",
            RequestToken::new(token.clone()),
            AccessToken::new(token.clone())
        );

        assert_eq!(shown.matches("[redacted]").count(), 5);
        for secret in [KEY, &KEY[4..12], SECRET, "72157600000000001", "00aa11bb22cc33dd", "feedbeef"] {
            assert!(!shown.contains(secret), "{secret} is in {shown}");
        }
    }

    #[test]
    fn pairs_are_the_same_key_by_the_key_alone() {
        let one = ApiKeys::new(KEY, SECRET).unwrap();
        let same = ApiKeys::new(KEY, "0000000000000000").unwrap();
        let other = ApiKeys::new(&KEY.replace('9', "8"), SECRET).unwrap();

        assert!(one.is_same_key(&same));
        assert!(!one.is_same_key(&other));
    }
}
