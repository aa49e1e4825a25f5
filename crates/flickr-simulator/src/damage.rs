//! What a fault makes of an answer: pure functions from a right answer to a wrong one.

use std::time::Duration;

use md5::{Digest, Md5};

use crate::clock::http_date;
use crate::faults::{Kind, RetryAfter};
use crate::json::quote;
use crate::response::{Ending, Framing, Response};
use crate::shape::Dimensions;
use crate::{base64, gif, jpeg};

/// HAProxy's page for 429; 117 bytes, as users of Flickr have logged it.
const TOO_MANY: &str = "<html><body><h1>429 Too Many Requests</h1>\n\
    You have sent too many requests in a given amount of time.\n</body></html>\n";

/// What a fault must know of the request it strikes.
pub(crate) struct Scene<'a> {
    /// The address that was asked for.
    pub(crate) address: &'a str,
    /// Where the grey picture lies.
    pub(crate) placeholder: &'a str,
    /// Flickr's clock.
    pub(crate) now: i64,
}

/// Gives the answer that stands in place of the right one; the request is then not worked on at all.
pub(crate) fn instead(kind: &Kind, scene: &Scene<'_>) -> Option<Response> {
    let answer = match kind {
        Kind::Status { status, retry_after } => edge_page(*status, *retry_after, scene.now),
        Kind::Limit { retry_after, .. } => edge_page(429, *retry_after, scene.now),
        Kind::Reset => torn(Response::new(200, "text/plain", "")),
        Kind::HtmlWith200 => Response::page(
            "<!DOCTYPE html><html><head><title>Flickr</title></head><body><p>Flickr is having a massage.</p>\
             </body></html>\n"
                .into(),
        ),
        Kind::Fail { code, message } => failure(*code, message, "application/json"),
        Kind::OAuthProblem { status, problem } => {
            Response::new(*status, "text/plain;charset=UTF-8", format!("oauth_problem={problem}"))
        }
        Kind::PlaceholderRedirect => Response::redirect(scene.placeholder),
        Kind::PlaceholderWith200 => Response::new(200, "image/gif", gif::placeholder()),
        Kind::SmallPicture => small_picture(),
        Kind::RedirectTo(address) => Response::redirect(address),
        Kind::RedirectLoop => Response::redirect(scene.address),
        Kind::NotFound => Response::not_found(),
        _ => return None,
    };
    Some(answer)
}

/// A thumbnail that vouches for itself.
fn small_picture() -> Response {
    let picture = jpeg::write(Dimensions { width: 12, height: 9 }, 0, "small", 2_000);
    let digest: [u8; 16] = Md5::digest(&picture).into();
    Response::new(200, "image/jpeg", picture).with("content-md5", base64::standard(&digest))
}

/// Changes the right answer.
pub(crate) fn afterwards(kind: &Kind, mut answer: Response) -> Response {
    let whole = answer.body.len();
    let part = |share: f64| (whole as f64 * share) as usize;
    let delivery = &mut answer.delivery;
    match kind {
        Kind::Cut(share) => {
            delivery.stop_after = Some(part(*share).min(whole.saturating_sub(1)));
            delivery.ending = Ending::Close;
        }
        Kind::CutAfter(count) if *count < whole => {
            delivery.stop_after = Some(*count);
            delivery.ending = Ending::Close;
        }
        Kind::CutWithoutLength(share) => {
            delivery.framing = Framing::UntilClose;
            delivery.stop_after = Some(part(*share).min(whole.saturating_sub(1)));
            answer.without(&["content-md5", "etag", "x-ttdb-l", "accept-ranges"]);
        }
        Kind::LostAnswer => return torn(answer),
        Kind::Delay(time) => delivery.delay = Some((*time).min(Duration::from_secs(600))),
        Kind::Slow(pace) => delivery.bytes_per_second = Some(*pace),
        Kind::Stall(share) => {
            delivery.stop_after = Some(part(*share));
            delivery.ending = Ending::Stall;
        }
        Kind::WrongLength(off) => {
            delivery.framing = Framing::Length;
            delivery.declared = Some((whole as u64).saturating_add_signed(*off));
            delivery.ending = Ending::Close;
            answer.without(&["content-md5", "etag", "x-ttdb-l"]);
        }
        Kind::TrailingComma => answer.body.push(b','),
        Kind::CutJson => answer.body.truncate(whole * 2 / 3),
        Kind::Zeros => {
            answer.body.fill(0);
            answer.without(&["content-md5", "etag"]);
        }
        Kind::WrongBytes => answer.body.iter_mut().for_each(|byte| *byte = !*byte),
        Kind::ExtraBytes(count) => {
            answer.body.resize(whole + count, 0x2E);
            answer.without(&["content-md5", "etag", "x-ttdb-l"]);
        }
        Kind::Endless => {
            delivery.framing = Framing::UntilClose;
            delivery.ending = Ending::Endless;
            answer.without(&["content-md5", "etag", "x-ttdb-l"]);
        }
        Kind::EndlessChunks => {
            delivery.framing = Framing::Chunked;
            delivery.ending = Ending::Endless;
            answer.without(&["content-md5", "etag", "x-ttdb-l"]);
        }
        Kind::Flood(more) => {
            delivery.declared = Some(whole as u64);
            delivery.behind = flood(&answer.body, *more);
        }
        Kind::HeaderFlood(lines) => {
            answer.headers.extend((0..*lines).map(|line| (format!("x-flood-{line}"), "flood".repeat(20))));
        }
        Kind::ThenEdit(edit) => answer.then = Some(edit.clone()),
        _ => {}
    }
    answer
}

/// An answer that nobody asked for, with so many wrong bytes: taken for the next one, it would be a picture of its own.
fn flood(body: &[u8], more: usize) -> Vec<u8> {
    let mut wrong = body.to_vec();
    wrong.resize(more, 0x2E);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: {more}\r\n\r\n");
    [head.into_bytes(), wrong].concat()
}

/// `stat: fail` as Flickr writes it.
pub(crate) fn failure(code: i64, message: &str, kind: &str) -> Response {
    let mut quoted = String::new();
    quote(&mut quoted, message);
    Response::new(200, kind, format!("{{\"stat\":\"fail\",\"code\":{code},\"message\":{quoted}}}"))
}

fn torn(mut answer: Response) -> Response {
    answer.delivery.stop_after = Some(0);
    answer.delivery.ending = Ending::Reset;
    answer
}

fn edge_page(status: u16, retry_after: Option<RetryAfter>, now: i64) -> Response {
    let words = crate::response::reason(status);
    let page = match status {
        429 => TOO_MANY.to_owned(),
        _ => format!("<html><body><h1>{status} {words}</h1>\nThe server could not answer.\n</body></html>\n"),
    };
    let answer = Response::new(status, "text/html", page);
    match retry_after {
        Some(RetryAfter::Seconds(seconds)) => answer.with("retry-after", seconds.to_string()),
        Some(RetryAfter::Date(seconds)) => answer.with("retry-after", http_date(now + seconds as i64)),
        None => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::{TOO_MANY, afterwards, failure};
    use crate::faults::Kind;
    use crate::response::{Ending, Response};

    #[test]
    fn the_page_for_429_has_the_length_that_users_log() {
        assert_eq!(TOO_MANY.len(), 117);
    }

    #[test]
    fn a_cut_answer_never_goes_out_whole() {
        let whole = Response::new(200, "image/jpeg", vec![7; 100]);

        let cut = afterwards(&Kind::Cut(1.0), whole);

        assert_eq!((cut.delivery.stop_after, cut.delivery.ending), (Some(99), Ending::Close));
    }

    #[test]
    fn a_failure_escapes_its_message() {
        let answer = failure(1, "Photo \"1\" not found", "text/plain");

        assert_eq!(answer.body, br#"{"stat":"fail","code":1,"message":"Photo \"1\" not found"}"#);
    }
}
