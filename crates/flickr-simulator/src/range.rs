//! Answers for a part of a file: `Range` with `If-Range`, rightly or as a fault wants it.

use crate::faults::Kind;
use crate::request::Request;
use crate::response::{Framing, Response};

/// Cuts a whole answer down to the part that was asked for. A file without a length is never cut.
pub(crate) fn cut(request: &Request, whole: Response, fault: Option<&Kind>) -> Response {
    let length = whole.length() as usize;
    let asked = request.header("range").and_then(|range| read(range, length));
    let Some((first, last)) = asked else { return whole };
    let is_changed = request
        .header("if-range")
        .is_some_and(|tag| whole.header("etag") != Some(tag) && whole.header("last-modified") != Some(tag));
    if whole.delivery.framing != Framing::Length || is_changed || matches!(fault, Some(Kind::IgnoreRange)) {
        return whole;
    }
    if first >= length {
        let total = format!("bytes */{length}");
        return Response::new(416, "text/html", "").with("content-range", total);
    }
    let first = match fault {
        Some(Kind::WrongRange(off)) => (first as u64).saturating_add_signed(*off).min(last as u64) as usize,
        _ => first,
    };
    let mut part = whole.with("content-range", format!("bytes {first}-{last}/{length}"));
    part.status = 206;
    match part.bulk.take() {
        Some(bulk) => part.bulk = Some(bulk.stretch(first as u64, last as u64 + 1)),
        None => part.body = part.body[first..=last].to_vec(),
    }
    part
}

/// Reads `bytes=5-`, `bytes=5-9` or `bytes=-5`; the last place is brought inside the file.
fn read(range: &str, length: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let end = length.checked_sub(1)?;
    if first.is_empty() {
        return Some((length.saturating_sub(last.parse().ok()?), end));
    }
    let first = first.parse().ok()?;
    let last = if last.is_empty() { end } else { last.parse::<usize>().ok()?.min(end) };
    (first <= last || first >= length).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn ranges_are_read_in_their_three_forms() {
        assert_eq!(read("bytes=5-", 10), Some((5, 9)));
        assert_eq!(read("bytes=5-7", 10), Some((5, 7)));
        assert_eq!(read("bytes=5-70", 10), Some((5, 9)));
        assert_eq!(read("bytes=-3", 10), Some((7, 9)));
        assert_eq!(read("bytes=12-", 10), Some((12, 9)));
        assert_eq!(read("bytes=7-5", 10), None);
        assert_eq!(read("lines=1-", 10), None);
    }
}
