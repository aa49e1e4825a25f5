//! Tells Flickr's three ways of saying no apart, before any JSON is parsed, and reads the answer.
//!
//! REST refuses with HTTP 200 and `stat: "fail"`, whatever the content type; OAuth with 400 or 401 and a form
//! (`oauth_problem=…`) even where JSON was asked for; the edge of the network with HTML and 429 or 5xx, and
//! now and then with 200. All three are recorded.

use std::borrow::Cow;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use oauth_signing::{OAuthProblem, Problem, read_problem};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::FlickrError;
use crate::lenient::Scalar;
use crate::quirks;

/// One reply as it came over the network.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Flickr's `Date`.
    pub(crate) date: Option<Timestamp>,
    /// This computer's time when it came.
    pub(crate) received: Timestamp,
    pub(crate) retry_after: Option<Duration>,
    /// Where a redirect leads.
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// What a call gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<T> {
    /// The answer.
    pub value: T,
    /// When Flickr gave it, by its own clock.
    pub date: Option<Timestamp>,
}

/// What every answer of the REST interface carries.
#[derive(Debug, Deserialize)]
struct Envelope {
    #[serde(default)]
    stat: Scalar,
    #[serde(default)]
    code: Scalar,
    #[serde(default)]
    message: Scalar,
}

/// Reads the reply to a call of the REST interface.
pub(crate) fn read<T: DeserializeOwned>(
    method: &'static str,
    reply: &Reply,
) -> Result<Answer<T>, FlickrError> {
    let text = text_of(method, reply)?;
    let json = json_in(method, &text, reply.status)?;
    if values(json) > MOST_VALUES {
        let reason = format!("it has more than {MOST_VALUES} values");
        return Err(FlickrError::Misshapen { method, reason });
    }
    let value = decode(method, json).or_else(|error| match without_lone_surrogates(json) {
        Cow::Owned(mended) if matches!(error, FlickrError::Unreadable { .. }) => decode(method, &mended),
        _ => Err(error),
    })?;
    Ok(Answer { value, date: reply.date })
}

/// The most values that are read, each of which takes a hundred bytes of memory and more; a page of 500 photos has 30,000,
/// and 20,000 comments on one photo have 240,000.
const MOST_VALUES: usize = 1_000_000;

/// How many values a JSON text has at most: each stands behind a comma or a bracket.
fn values(json: &str) -> usize {
    // In steps that a byte can count to, which the compiler turns into a few instructions for many bytes.
    let few =
        |step: &[u8]| step.iter().fold(0_u8, |sum, byte| sum + u8::from(matches!(byte, b',' | b'[' | b'{')));
    json.as_bytes().chunks(usize::from(u8::MAX)).map(|step| usize::from(few(step))).sum()
}

/// Returns the text of a reply that no outer layer refused; also for the steps of the sign-in.
pub(crate) fn text_of<'a>(method: &'static str, reply: &'a Reply) -> Result<Cow<'a, str>, FlickrError> {
    let text = match std::str::from_utf8(&reply.body) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(&reply.body),
    };
    if let Some(problem) = read_problem(&text) {
        return Err(oauth_error(method, problem, reply));
    }
    match reply.status {
        200..=299 => Ok(text),
        408 | 423 | 425 | 429 | 500.. => {
            Err(FlickrError::Busy { method, status: reply.status, wait: reply.retry_after })
        }
        400..=499 if text.trim_start().starts_with('{') => Ok(text),
        status => Err(FlickrError::Status { method, status }),
    }
}

fn oauth_error(method: &'static str, problem: OAuthProblem, reply: &Reply) -> FlickrError {
    match problem.problem {
        Problem::ConsumerKeyUnknown => FlickrError::KeyRefused { reason: problem.problem.to_string() },
        Problem::SignatureInvalid => FlickrError::SignatureRefused { method, hint: problem.detail },
        Problem::TokenRejected | Problem::VerifierInvalid | Problem::PermissionDenied => {
            FlickrError::NotSignedIn { method, reason: problem.problem.to_string() }
        }
        Problem::NonceUsed => FlickrError::SeenBefore { method },
        Problem::TimestampRefused => FlickrError::ClockOff { method, ahead: ahead(reply) },
        _ => FlickrError::OAuth { method, problem: problem.to_string() },
    }
}

/// How far this computer's clock is ahead of the one of the reply.
fn ahead(reply: &Reply) -> Option<SignedDuration> {
    reply.date.map(|date| reply.received.duration_since(date))
}

/// Returns the JSON object in a text, without the function call or the comma that Flickr may put round it.
fn json_in<'a>(method: &'static str, text: &'a str, status: u16) -> Result<&'a str, FlickrError> {
    let blank = |character: char| character.is_whitespace() || character == '\u{feff}' || character == '\0';
    let text = text.trim_matches(blank);
    let bare = text.strip_prefix("jsonFlickrApi(").unwrap_or(text);
    let bare = bare.trim_end_matches(|character| blank(character) || matches!(character, ',' | ';' | ')'));
    if bare.starts_with('{') {
        return Ok(bare);
    }
    let reason = match bare.chars().next() {
        None => "it is empty",
        Some('<') => "it is a page of HTML or XML",
        Some(_) => "it is not JSON",
    };
    match status {
        200..=299 => Err(FlickrError::Unreadable { method, reason: reason.to_owned() }),
        _ => Err(FlickrError::Status { method, status }),
    }
}

fn decode<T: DeserializeOwned>(method: &'static str, json: &str) -> Result<T, FlickrError> {
    if says_ok_at_its_end(json) {
        return serde_json::from_str(json).map_err(|error| unreadable(method, &error));
    }
    let envelope: Envelope = serde_json::from_str(json).map_err(|error| unreadable(method, &error))?;
    let is_ok = match envelope.stat.text() {
        Some(stat) => stat == "ok",
        None => envelope.code.text().is_none() || envelope.message.text().is_none(),
    };
    if !is_ok {
        let code = envelope.code.integer().unwrap_or(0);
        return Err(failed(method, code, envelope.message.text().unwrap_or_default()));
    }
    serde_json::from_str(json).map_err(|error| unreadable(method, &error))
}

/// Whether the last thing that an answer says is that all is well, where Flickr says it: then it is read once and not
/// twice. In a text that turns out to be JSON, what stands before the last brace is a field of the whole answer.
fn says_ok_at_its_end(json: &str) -> bool {
    json.ends_with(r#","stat":"ok"}"#)
}

/// Turns `stat: "fail"` into what it means.
fn failed(method: &'static str, code: i64, message: &str) -> FlickrError {
    let message = one_line(message);
    if quirks::is_out_of_order(code, &message) {
        return FlickrError::OutOfOrder { method, code, message };
    }
    match code {
        98 => FlickrError::NotSignedIn { method, reason: message },
        99 if quirks::wants_a_sign_in(&message) => FlickrError::NotSignedIn { method, reason: message },
        100 => FlickrError::KeyRefused { reason: message },
        96 => FlickrError::SignatureRefused { method, hint: None },
        _ => FlickrError::Refused { method, code, message },
    }
}

/// Words of Flickr's as they may be repeated: one line, and no endless one.
fn one_line(message: &str) -> String {
    message.chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Names the kind and the place of the fault only: the words of the parser repeat pieces of the answer.
fn unreadable(method: &'static str, error: &serde_json::Error) -> FlickrError {
    let place = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Eof => {
            FlickrError::Unreadable { method, reason: format!("the JSON ends too early, at {place}") }
        }
        // Asked again, it would be as deep.
        serde_json::error::Category::Syntax if error.to_string().starts_with("recursion limit") => {
            FlickrError::Misshapen { method, reason: format!("it is nested too deeply, at {place}") }
        }
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
            FlickrError::Unreadable { method, reason: format!("the JSON is broken at {place}") }
        }
        serde_json::error::Category::Data => FlickrError::Misshapen { method, reason: place },
    }
}

/// Replaces halves of UTF-16 pairs that stand alone (`\ud83d` of a title cut in the middle): one of them would
/// make a whole page of photos unreadable.
pub(crate) fn without_lone_surrogates(json: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut copied = 0;
    let mut at = 0;
    let bytes = json.as_bytes();
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        let here = unit(json, at);
        match here {
            Some(0xD800..=0xDBFF) if matches!(unit(json, at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                mended.push_str(&json[copied..at]);
                mended.push_str("\\ufffd");
                at += 6;
                copied = at;
            }
            Some(_) => at += 6,
            None => at += 2,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    mended.push_str(&json[copied..]);
    Cow::Owned(mended)
}

/// The UTF-16 unit of the escape `\uXXXX` that begins at a byte.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests;
