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
    method: &Method,
    address: &str,
) -> Result<Response, DownloadError> {
    let mut url = allowed.check(address)?;
    for _ in 0..=MOST_REDIRECTS {
        let sent = client.request(method.clone(), url.clone()).send().await;
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
        429 => Verdict::Later(wait),
        408 | 423 | 425 | 500.. if wait.is_some() => Verdict::Later(wait),
        408 | 423 | 425 | 500.. => Verdict::Trouble,
        _ => Verdict::NotThere,
    }
}

/// Why a body with status 200 is not even read: pages of text were seen in place of pictures for years.
fn unsuitable(headers: &HeaderMap) -> Option<String> {
    let kind = text(headers, &CONTENT_TYPE).unwrap_or_default().trim().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default();
    let is_page = kind.starts_with("text/")
        || matches!(
            kind,
            "application/json" | "application/xml" | "application/xhtml+xml" | "application/javascript"
        )
        || kind.contains("shockwave-flash");
    if is_page {
        return Some(format!("it is {}", kind.chars().take(40).collect::<String>()));
    }
    let coding = text(headers, &CONTENT_ENCODING).unwrap_or("identity").trim().to_ascii_lowercase();
    (!coding.is_empty() && coding != "identity")
        .then(|| "it is compressed, which was not asked for".to_owned())
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
    fn a_picture_is_read_and_a_page_is_not() {
        assert_eq!(verdict(200, &[("content-type", "image/jpeg")]), Verdict::Good);
        assert_eq!(verdict(200, &[]), Verdict::Good);
        assert_eq!(verdict(200, &[("content-type", "application/octet-stream")]), Verdict::Good);
        for page in
            ["text/html; charset=utf-8", "TEXT/plain", "application/json", "application/x-shockwave-flash"]
        {
            assert!(matches!(verdict(200, &[("content-type", page)]), Verdict::NotAFile(_)), "{page}");
        }
        assert!(matches!(verdict(200, &[("content-encoding", "gzip")]), Verdict::NotAFile(_)));
    }

    #[test]
    fn trouble_of_the_host_is_told_from_trouble_with_the_address() {
        assert_eq!(verdict(429, &[]), Verdict::Later(None));
        assert_eq!(verdict(429, &[("retry-after", "7")]), Verdict::Later(Some(Duration::from_secs(7))));
        assert_eq!(verdict(503, &[("retry-after", "7")]), Verdict::Later(Some(Duration::from_secs(7))));
        for status in [408, 423, 425, 500, 502, 503, 504, 507, 510] {
            assert_eq!(verdict(status, &[]), Verdict::Trouble, "{status}");
        }
        for status in [206, 400, 401, 403, 404, 405, 410, 416] {
            assert_eq!(verdict(status, &[]), Verdict::NotThere, "{status}");
        }
    }
}
