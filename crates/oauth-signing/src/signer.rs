//! Signs one request with HMAC-SHA1 and writes its `Authorization` header.
//!
//! The arithmetic is `oauth1-request`'s. This room stands before it because version 0.6.1 signs silently
//! wrong when names need percent-encoding, when repeated names come in the order of their raw values, or
//! when the address holds a query. Here values are encoded and sorted first, and the rest is refused.
//! Parameters travel in the query or the form body, the protocol's own ones in the header only.

use std::num::NonZeroU64;

use oauth1_request::serializer::{Serializer, SerializerExt};
use oauth1_request::{Builder, Credentials, HMAC_SHA1, HmacSha1, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

use crate::credentials::{ApiKeys, Token};
use crate::error::SigningError;
use crate::verifier::Verifier;

/// Everything but letters, digits and `-._~` is encoded (RFC 5849 section 3.6).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request as far as its signature is concerned.
#[derive(Debug, Clone, Copy)]
pub struct SigningRequest<'a> {
    /// The HTTP verb.
    pub method: &'a str,
    /// The address that is asked, without `?` and `#`. Flickr compares the path byte for byte.
    pub url: &'a str,
    /// The parameters of the query or the form body, as plain text, in any order, repeats allowed.
    pub parameters: &'a [(&'a str, &'a str)],
    /// What the two steps of the sign-in add.
    pub oauth: OAuthExtra<'a>,
}

/// The parameter that only a step of the sign-in carries.
#[derive(Debug, Clone, Copy)]
pub enum OAuthExtra<'a> {
    /// Any request but the two of the sign-in.
    None,
    /// For the request token: where Flickr sends the person afterwards, or `oob` for a code to be typed.
    /// Flickr refuses the request without it.
    Callback(&'a str),
    /// For the access token: the code that the person got.
    Verifier(&'a Verifier),
}

/// What makes one attempt to send a request unlike all others; a repeated request is signed anew.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// Random text that was not used with this timestamp before.
    pub nonce: &'a str,
    /// Seconds since 1970.
    pub timestamp: u64,
}

/// Signs a request and returns the value of its `Authorization` header.
///
/// The header holds the key and the token in clear, so that it is a secret itself. `token` is absent for
/// the request token, the pending request token for the exchange, and the access token for all calls.
pub fn authorization_header(
    keys: &ApiKeys,
    token: Option<&Token>,
    request: &SigningRequest<'_>,
    attempt: &Attempt<'_>,
) -> Result<SecretString, SigningError> {
    let consumer = Credentials::new(keys.key(), keys.secret().expose_secret());
    let token =
        token.map(|token| Credentials::new(token.text().expose_secret(), token.secret().expose_secret()));
    let address = base_address(request.url)?;
    request.parameters.iter().try_for_each(|(name, _)| check_name(name))?;
    let mut builder = builder(consumer, attempt)?;
    builder.token(token);
    add_extra(&mut builder, request.oauth);

    let header = builder.authorize(
        &request.method.to_ascii_uppercase(),
        address,
        &Parameters::sorted(request.parameters),
    );
    Ok(header.into())
}

/// Signs a request and returns the signature alone, in Base64 and not percent-encoded.
pub fn signature(
    keys: &ApiKeys,
    token: Option<&Token>,
    request: &SigningRequest<'_>,
    attempt: &Attempt<'_>,
) -> Result<String, SigningError> {
    let header = authorization_header(keys, token, request, attempt)?;
    Ok(signature_of(header.expose_secret()))
}

fn signature_of(header: &str) -> String {
    let encoded = header.rsplit_once("oauth_signature=\"").map_or("", |(_, rest)| rest.trim_end_matches('"'));
    percent_decode_str(encoded).decode_utf8_lossy().into_owned()
}

fn builder<'a>(
    consumer: Credentials<&'a str>,
    attempt: &Attempt<'a>,
) -> Result<Builder<'a, HmacSha1, &'a str>, SigningError> {
    let timestamp = NonZeroU64::new(attempt.timestamp).ok_or(SigningError::NoTimestamp)?;
    if attempt.nonce.is_empty() {
        return Err(SigningError::NoNonce);
    }
    let mut builder = Builder::new(consumer, HMAC_SHA1);
    builder.nonce(attempt.nonce).timestamp(timestamp).version(true);
    Ok(builder)
}

fn add_extra<'a>(builder: &mut Builder<'a, HmacSha1, &'a str>, extra: OAuthExtra<'a>) {
    match extra {
        OAuthExtra::None => {}
        OAuthExtra::Callback(address) => {
            builder.callback(address);
        }
        OAuthExtra::Verifier(code) => {
            builder.verifier(code.secret().expose_secret());
        }
    }
}

/// Returns the address as it is signed: scheme and host in small letters, no default port (RFC 5849
/// section 3.4.1.2). HTTP libraries change an address in the same way before they send it.
fn base_address(url: &str) -> Result<String, SigningError> {
    if let Some(mark) = url.chars().find(|character| matches!(character, '?' | '#')) {
        return Err(SigningError::AddressWithMore { mark });
    }
    let (scheme, rest) = url.split_once("://").ok_or(SigningError::NotAnAddress)?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => return Err(SigningError::NotAnAddress),
    };
    let (host, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    if host.is_empty() || host.contains('@') || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(SigningError::NotAnAddress);
    }
    let host = host.to_ascii_lowercase();
    let host = host.strip_suffix(default_port).unwrap_or(&host);
    Ok(format!("{scheme}://{host}{path}"))
}

fn check_name(name: &str) -> Result<(), SigningError> {
    if encoded(name) != name {
        return Err(SigningError::NameNeedsEncoding { name: name.to_owned() });
    }
    if name.starts_with("oauth_") {
        return Err(SigningError::NameIsReserved { name: name.to_owned() });
    }
    Ok(())
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Parameters in the one order that `oauth1-request` signs right: by encoded name, then by encoded value.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn sorted(plain: &[(&str, &str)]) -> Parameters {
        let mut pairs: Vec<_> = plain.iter().map(|(name, value)| (encoded(name), encoded(value))).collect();
        pairs.sort();
        Parameters(pairs)
    }
}

impl Request for Parameters {
    fn serialize<S: Serializer>(&self, mut serializer: S) -> S::Output {
        let before = self.0.partition_point(|(name, _)| name.as_str() < "oauth_");
        for (name, value) in &self.0[..before] {
            serializer.serialize_parameter_encoded(&encoded(name), value);
        }
        serializer.serialize_oauth_parameters();
        for (name, value) in &self.0[before..] {
            // The crate writes names into the base string as they are, where they stand encoded twice.
            serializer.serialize_parameter_encoded(&encoded(name), value);
        }
        serializer.end()
    }
}

#[cfg(test)]
mod published;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    const ATTEMPT: Attempt<'_> = Attempt { nonce: "n0nce", timestamp: 1_700_000_000 };

    fn keys() -> ApiKeys {
        ApiKeys::new("9c4f21d07ab35e68f0d1427b6c8e93a5", "51de0a97c3b8f246").unwrap()
    }

    fn refusal(url: &str, parameters: &[(&str, &str)], attempt: &Attempt<'_>) -> SigningError {
        let request = SigningRequest { method: "GET", url, parameters, oauth: OAuthExtra::None };
        authorization_header(&keys(), None, &request, attempt).unwrap_err()
    }

    #[test]
    fn what_the_crate_would_sign_wrong_is_refused() {
        let url = "https://api.flickr.com/services/rest/";

        for name in ["photo_ids[photo_ids]", "a b", "naïve", "a%20"] {
            let expected = SigningError::NameNeedsEncoding { name: name.to_owned() };
            assert_eq!(refusal(url, &[(name, "1")], &ATTEMPT), expected);
        }
        let expected = SigningError::NameIsReserved { name: "oauth_token".to_owned() };
        assert_eq!(refusal(url, &[("oauth_token", "1")], &ATTEMPT), expected);
        let with_query = SigningError::AddressWithMore { mark: '?' };
        assert_eq!(refusal("https://api.flickr.com/services/rest/?a=1", &[], &ATTEMPT), with_query);
        let with_fragment = SigningError::AddressWithMore { mark: '#' };
        assert_eq!(refusal("https://api.flickr.com/services/rest/#a", &[], &ATTEMPT), with_fragment);
        assert_eq!(refusal(url, &[], &Attempt { nonce: "", ..ATTEMPT }), SigningError::NoNonce);
        assert_eq!(refusal(url, &[], &Attempt { timestamp: 0, ..ATTEMPT }), SigningError::NoTimestamp);
        for address in
            ["api.flickr.com/services", "ftp://a/b", "https://", "https://me@a/b", "https://a/é", ""]
        {
            assert_eq!(refusal(address, &[], &ATTEMPT), SigningError::NotAnAddress, "{address}");
        }
    }

    #[test]
    fn the_signed_address_is_the_normal_form_and_keeps_its_slash() {
        let cases = [
            ("HTTP://EXAMPLE.COM:80/r%20v/X", "http://example.com/r%20v/X"),
            ("https://www.example.net:8080/", "https://www.example.net:8080/"),
            ("https://api.flickr.com:443/services/rest", "https://api.flickr.com/services/rest"),
            ("http://127.0.0.1:4080", "http://127.0.0.1:4080/"),
        ];

        for (given, expected) in cases {
            assert_eq!(base_address(given).unwrap(), expected);
        }
    }

    #[test]
    fn the_header_holds_the_protocol_parameters_only() {
        let request = SigningRequest {
            method: "get",
            url: "https://api.flickr.com/services/rest/",
            parameters: &[("method", "flickr.test.login"), ("text", "not in the header")],
            oauth: OAuthExtra::None,
        };
        let token = Token::new("72157600000000001-00aa11bb22cc33dd", "feedbeeffeedbeef");

        let header = authorization_header(&keys(), Some(&token), &request, &ATTEMPT).unwrap();

        let names: Vec<_> = header
            .expose_secret()
            .strip_prefix("OAuth ")
            .unwrap()
            .split(',')
            .map(|pair| pair.split_once('=').unwrap().0)
            .collect();
        let expected = "oauth_consumer_key oauth_nonce oauth_signature_method oauth_timestamp oauth_token \
                        oauth_version oauth_signature";
        assert_eq!(names.join(" "), expected);
        assert!(header.expose_secret().contains("oauth_version=\"1.0\""));
        assert!(!header.expose_secret().contains("feedbeef"), "the secret of the token is never sent");
        assert!(!format!("{header:?}").contains("7215760"));
    }
}
