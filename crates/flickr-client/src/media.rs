//! Asks the image host for one address and follows its redirects, never with a credential.
//!
//! The address is itself the permission, so nothing is signed and no cookie is kept. Redirects are followed by
//! hand, because each step has to be an address that may be asked.

use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Client, Method, Response};
use url::Url;

use crate::addresses::{Allowed, MOST_REDIRECTS, RefusedAddress};
use crate::api::{retry_after, text};
use crate::{DownloadError, Endpoint, FlickrError, api};

/// Makes the HTTP client for the image host.
///
/// HTTP/1 only: HTTP/2 puts all downloads on one connection, which was half as fast. No gzip: it would hide the
/// length, and pictures do not get smaller.
pub(crate) fn client(user_agent: &str, endpoint: &Endpoint) -> Result<Client, FlickrError> {
    api::built(api::builder(user_agent, endpoint).no_gzip().http1_only())
}

/// Asks for an address that Flickr gave and follows redirects to the answer behind them.
pub(crate) async fn ask(
    client: &Client,
    allowed: Allowed,
    (method, wishes): (&Method, &HeaderMap),
    address: &str,
) -> Result<Response, DownloadError> {
    let mut url = allowed.check(address)?;
    for _ in 0..=MOST_REDIRECTS {
        let sent = client.request(method.clone(), url.clone()).headers(wishes.clone()).send().await;
        let response = sent.map_err(|source| DownloadError::Unreachable { source: source.without_url() })?;
        match target(&response, allowed, &url)? {
            Some(next) => url = next,
            None => return Ok(response),
        }
    }
    Err(RefusedAddress::TooManyRedirects.into())
}

/// Where a redirect leads; nothing when the answer is none.
fn target(response: &Response, allowed: Allowed, from: &Url) -> Result<Option<Url>, DownloadError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location =
        response.headers().get(LOCATION).and_then(|location| std::str::from_utf8(location.as_bytes()).ok());
    let next = location.map(|location| allowed.follow(from, location));
    Ok(Some(next.unwrap_or(Err(RefusedAddress::NotAnAddress))?))
}

/// What an answer of the image host is good for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The body is worth reading.
    Good,
    /// Everybody should come back later.
    Later(Option<Duration>),
    /// The host is in trouble.
    Trouble,
    /// This address is no good any more.
    NotThere,
    /// Something else than a picture or a video.
    NotAFile(String),
}

/// Judges an answer by its status and headers.
pub(crate) fn judge(status: u16, headers: &HeaderMap) -> Verdict {
    let wait = retry_after(headers);
    match status {
        200 => unsuitable(headers).map_or(Verdict::Good, Verdict::NotAFile),
        // Some limiters say 503 for 429.
        429 | 503 => Verdict::Later(wait),
        408 | 423 | 425 | 500.. if wait.is_some() => Verdict::Later(wait),
        408 | 423 | 425 | 500.. => Verdict::Trouble,
        _ => Verdict::NotThere,
    }
}

/// Why a body with status 200 is not even read.
///
/// Its `Content-Type` is no reason: whether a body is a page or a picture is told by its bytes, which the one who
/// keeps them proves.
fn unsuitable(headers: &HeaderMap) -> Option<String> {
    let coding = text(headers, &CONTENT_ENCODING).unwrap_or("identity").trim().to_ascii_lowercase();
    (!coding.is_empty() && coding != "identity")
        .then(|| "it is compressed, which was not asked for".to_owned())
}

/// Whether a body is said to be a page, a message or a script; only then is its beginning looked at.
pub(crate) fn is_said_to_be_text(headers: &HeaderMap) -> bool {
    let kind = text(headers, &CONTENT_TYPE).unwrap_or_default().trim().to_ascii_lowercase();
    kind.starts_with("text/") || ["json", "xml", "javascript"].iter().any(|word| kind.contains(word))
}

/// Whether a body begins like text, which no picture and no video does: pages were seen in place of pictures for
/// years. Too little to tell is not text; the proof of the whole body decides then.
pub(crate) fn looks_like_text(beginning: &[u8]) -> bool {
    let beginning = &beginning[..beginning.len().min(512)];
    beginning.len() >= 16
        && beginning.iter().all(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn verdict(status: u16, headers: &[(&'static str, &str)]) -> Verdict {
        let headers = headers
            .iter()
            .map(|(name, value)| (reqwest::header::HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        judge(status, &headers)
    }

    #[test]
    fn the_content_type_decides_nothing_and_compression_does() {
        assert_eq!(verdict(200, &[]), Verdict::Good);
        for kind in ["image/jpeg", "application/octet-stream", "text/plain", "TEXT/html", "application/json"]
        {
            assert_eq!(verdict(200, &[("content-type", kind)]), Verdict::Good, "{kind}");
        }
        assert!(matches!(verdict(200, &[("content-encoding", "gzip")]), Verdict::NotAFile(_)));
    }

    #[test]
    fn a_picture_never_begins_like_text() {
        assert!(looks_like_text(b"<!DOCTYPE html>\r\n<html>\t\xfcber</html>"));
        assert!(looks_like_text(br#"{"stat":"fail","code":1}"#));
        assert!(!looks_like_text(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\x01\0H\0H"));
        assert!(!looks_like_text(b"\0\0\0 ftypisom\0\0\x02\0isomiso2"));
        assert!(!looks_like_text(b"GIF8"), "too little to tell");
    }

    #[test]
    fn trouble_of_the_host_is_told_from_trouble_with_the_address() {
        assert_eq!(verdict(429, &[]), Verdict::Later(None));
        assert_eq!(verdict(429, &[("retry-after", "7")]), Verdict::Later(Some(Duration::from_secs(7))));
        assert_eq!(verdict(503, &[("retry-after", "7")]), Verdict::Later(Some(Duration::from_secs(7))));
        assert_eq!(verdict(503, &[]), Verdict::Later(None));
        for status in [408, 423, 425, 500, 502, 504, 507, 510] {
            assert_eq!(verdict(status, &[]), Verdict::Trouble, "{status}");
        }
        for status in [206, 400, 401, 403, 404, 405, 410, 416] {
            assert_eq!(verdict(status, &[]), Verdict::NotThere, "{status}");
        }
    }
}
