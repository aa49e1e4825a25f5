//! Sends one signed request to Flickr and takes in its reply; knows nothing of what it means.
//!
//! The signature travels in the `Authorization` header: no key, token or signature is ever part of an address.
//! The query is written with the same percent-encoding that is signed (RFC 3986, never `+`), so that the
//! address signed is byte for byte the one requested.

use std::fmt::Write;
use std::time::Duration;

use oauth_signing::{
    ApiKeys, Attempt, ExposeSecret, OAuthExtra, SigningRequest, Token, authorization_header,
};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, Method, Response};

use crate::answer::Reply;
use crate::ways::Way;
use crate::{Endpoint, FlickrError, clock};

/// The longest answer that is read: a page of 500 photos takes about 2 MiB.
const LONGEST_ANSWER: usize = 64 * 1024 * 1024;

/// One request to one of Flickr's interfaces.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    /// What errors call it.
    pub(crate) method: &'static str,
    /// The address without a query.
    pub(crate) url: &'a str,
    pub(crate) parameters: &'a [(&'a str, &'a str)],
    pub(crate) oauth: OAuthExtra<'a>,
}

/// Makes the HTTP client for the API. One call may take four minutes: an abused key is answered at a crawl.
pub(crate) fn client(user_agent: &str, endpoint: &Endpoint) -> Result<Client, FlickrError> {
    built(builder(user_agent, endpoint).timeout(Duration::from_secs(240)))
}

/// What both HTTP clients have in common: they follow nothing and repeat nothing by themselves, because each
/// request has to be signed anew and each address checked.
pub(crate) fn builder(user_agent: &str, endpoint: &Endpoint) -> ClientBuilder {
    let builder = Client::builder()
        .user_agent(user_agent)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(Duration::from_secs(20))
        .read_timeout(Duration::from_secs(60));
    match endpoint {
        Endpoint::Flickr => builder,
        // A proxy of the environment would be asked for 127.0.0.1 too.
        Endpoint::Loopback(_) => builder.no_proxy(),
    }
}

pub(crate) fn built(builder: ClientBuilder) -> Result<Client, FlickrError> {
    builder.build().map_err(|source| FlickrError::Client { source: source.without_url() })
}

/// Signs a request for this one attempt and this way of asking, sends it and reads the whole reply.
pub(crate) async fn send(
    client: &Client,
    keys: &ApiKeys,
    token: Option<&Token>,
    request: &Request<'_>,
    way: &Way,
) -> Result<Reply, FlickrError> {
    let method = request.method;
    let lost = |source: reqwest::Error| FlickrError::Unreachable { method, source: source.without_url() };
    let header = authorization(keys, token, request, way)?;
    let sending = if way.verb == Method::GET {
        client.get(address(&way.url, request.parameters))
    } else {
        let form = client.request(way.verb.clone(), &way.url).body(query(request.parameters));
        form.header(CONTENT_TYPE, "application/x-www-form-urlencoded")
    };
    let sent = sending.header(AUTHORIZATION, header).send().await;
    let mut response = sent.map_err(lost)?;
    let mut reply = Reply {
        status: response.status().as_u16(),
        date: text(response.headers(), &DATE).and_then(clock::http_date),
        received: clock::now(),
        retry_after: retry_after(response.headers()),
        location: text(response.headers(), &LOCATION).map(str::to_owned),
        body: Vec::with_capacity(room(response.content_length())),
    };
    log(method, &response);
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if reply.body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(FlickrError::TooLong { method, limit: LONGEST_ANSWER });
        }
        reply.body.extend_from_slice(&chunk);
    }
    Ok(reply)
}

/// Room for an answer of a declared length, so that a page of the listing is not moved as it grows.
fn room(declared: Option<u64>) -> usize {
    const MOST: u64 = 4 << 20;
    declared.filter(|length| *length <= MOST).and_then(|length| length.try_into().ok()).unwrap_or(0)
}

fn authorization(
    keys: &ApiKeys,
    token: Option<&Token>,
    request: &Request<'_>,
    way: &Way,
) -> Result<HeaderValue, FlickrError> {
    let method = request.method;
    let signing = SigningRequest {
        method: way.verb.as_str(),
        url: &way.url,
        parameters: request.parameters,
        oauth: request.oauth,
    };
    let timestamp = u64::try_from(clock::now().as_second()).unwrap_or(0);
    let nonce = clock::nonce();
    let header = authorization_header(keys, token, &signing, &Attempt { nonce: &nonce, timestamp })
        .map_err(|source| FlickrError::Signing { method, source })?;
    let mut header = HeaderValue::from_str(header.expose_secret()).map_err(|_| FlickrError::Settings {
        reason: "the keys or the token cannot stand in a header".to_owned(),
    })?;
    header.set_sensitive(true);
    Ok(header)
}

fn address(url: &str, parameters: &[(&str, &str)]) -> String {
    if parameters.is_empty() { url.to_owned() } else { format!("{url}?{}", query(parameters)) }
}

/// Writes parameters as they stand in a query and in a form.
fn query(parameters: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (number, (name, value)) in parameters.iter().enumerate() {
        if number > 0 {
            query.push('&');
        }
        encode(&mut query, name);
        query.push('=');
        encode(&mut query, value);
    }
    query
}

/// Percent-encodes everything but letters, digits and `-._~` (RFC 3986, section 2.3).
fn encode(address: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            write!(address, "%{byte:02X}").unwrap_or_default();
        }
    }
}

/// Reads `Retry-After` as a time from now; a date counts from the reply's own, whatever this clock says.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let sent = text(headers, &DATE).and_then(clock::http_date);
    text(headers, &RETRY_AFTER).and_then(|text| clock::retry_after(text, sent.unwrap_or_else(clock::now)))
}

pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &reqwest::header::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Flickr's own number of the request is what its support asks for.
fn log(method: &'static str, response: &Response) {
    let number = response.headers().get("x-flickr-api-request").and_then(|value| value.to_str().ok());
    tracing::debug!(method, status = response.status().as_u16(), number, "Flickr answered");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(parameters: &[(&str, &str)]) -> String {
        address("https://api.flickr.com/services/rest/", parameters)
    }

    #[test]
    fn a_blank_is_never_a_plus() {
        let address = written(&[("method", "flickr.test.echo"), ("text", "a b+c~*'()!é/"), ("empty", "")]);

        assert_eq!(
            address,
            "https://api.flickr.com/services/rest/?method=flickr.test.echo&text=a%20b%2Bc~%2A%27%28%29%21%C3%A9%2F&empty="
        );
    }

    proptest! {
        #[test]
        fn the_http_library_sends_the_address_as_it_was_written(name in "[a-z_]{1,9}", value in any::<String>()) {
            let address = written(&[(&name, &value)]);
            let sent = url::Url::parse(&address).map(String::from);
            prop_assert_eq!(sent, Ok(address));
        }
    }
}
