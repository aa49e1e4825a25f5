//! Answers for a part of a file: `Range` with `If-Range`, rightly or as a fault wants it.

use crate::faults::Kind;
use crate::request::Request;
use crate::response::{Framing, Response};

/// How a range request is answered wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// 416, as if the file were shorter.
    NotThere,
    /// Another length of the whole, so many bytes off.
    OtherTotal(i64),
    /// The part of another file under another `ETag`, with 206: `If-Range` is not heard.
    OtherFile,
    /// The part of another file under the right headers.
    OtherBytes,
    /// The part wrapped up as one of several.
    Multipart,
    /// 206 without a `Content-Range`.
    NoPlace,
    /// The first half of the part, rightly named as such.
    Half,
    /// More bytes than the part was named to have, so many of them.
    Longer(usize),
    /// 206 with the whole file, named as the part.
    WholeAsPart,
}

/// Cuts a whole answer down to the part that was asked for. A file without a length is never cut.
pub(crate) fn cut(request: &Request, whole: Response, fault: Option<&Kind>) -> Response {
    let length = whole.length() as usize;
    let asked = request.header("range").and_then(|range| read(range, length));
    let Some((first, last)) = asked else { return whole };
    let lie = if let Some(Kind::RangeLie(lie)) = fault { Some(*lie) } else { None };
    let hears_condition = !matches!(lie, Some(Lie::OtherFile | Lie::OtherBytes));
    let is_changed = request
        .header("if-range")
        .is_some_and(|tag| whole.header("etag") != Some(tag) && whole.header("last-modified") != Some(tag));
    if whole.delivery.framing != Framing::Length
        || (is_changed && hears_condition)
        || matches!(fault, Some(Kind::IgnoreRange))
    {
        return whole;
    }
    if first >= length || lie == Some(Lie::NotThere) {
        let total = format!("bytes */{length}");
        return Response::new(416, "text/html", "").with("content-range", total);
    }
    let first = match fault {
        Some(Kind::WrongRange(off)) => (first as u64).saturating_add_signed(*off).min(last as u64) as usize,
        _ => first,
    };
    // Whoever lies changes bytes, and needs them in memory.
    let mut part = if lie.is_some() { whole.gathered() } else { whole };
    part.status = 206;
    lied(part, first, last, lie)
}

/// The part as it goes out, with a lie or without one.
fn lied(mut part: Response, first: usize, last: usize, lie: Option<Lie>) -> Response {
    let length = part.length();
    let last = if lie == Some(Lie::Half) { first + (last - first) / 2 } else { last };
    let total = match lie {
        Some(Lie::OtherTotal(off)) => length.saturating_add_signed(off),
        _ => length,
    };
    if lie != Some(Lie::WholeAsPart) {
        match part.bulk.take() {
            Some(bulk) => part.bulk = Some(bulk.stretch(first as u64, last as u64 + 1)),
            None => part.body = part.body[first..=last].to_vec(),
        }
    }
    match lie {
        Some(Lie::OtherFile) => {
            part.without(&["etag", "content-md5", "last-modified"]);
            part = part.with("etag", "\"ffffffffffffffffffffffffffffffff\"");
            part.body.iter_mut().for_each(|byte| *byte = !*byte);
        }
        Some(Lie::OtherBytes) => part.body.iter_mut().for_each(|byte| *byte = !*byte),
        Some(Lie::Longer(more)) => part.body.resize(part.body.len() + more, 0x2E),
        Some(Lie::Multipart) => {
            part.without(&["content-type"]);
            return part.with("content-type", "multipart/byteranges; boundary=seam");
        }
        Some(Lie::NoPlace) => return part,
        _ => {}
    }
    part.with("content-range", format!("bytes {first}-{last}/{total}"))
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
