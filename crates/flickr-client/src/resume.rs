//! Goes on with a body that was cut: which part is asked for, and whether what comes is its continuation.
//!
//! Bytes of two files must never meet in one. So a part is asked for only where the host has named the file: by an
//! `ETag` that is not weak, or by a date of change that was older than a minute when it was told (RFC 9110, sections
//! 8.8 and 13.1.5). And what comes is taken only when it begins at the very byte, is of a file as long as the first
//! one, and carries the same name. Everything else is begun anew.

use reqwest::header::{
    ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderName,
    HeaderValue, IF_RANGE, LAST_MODIFIED, RANGE,
};

use crate::api::text;
use crate::clock;

/// Seconds after which a date of change names a file: who changes it once more within the same second is not noticed.
const OLD_ENOUGH: i64 = 60;

/// What names a file at its host, so that more of the same one can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    name: HeaderName,
    value: HeaderValue,
    total: u64,
}

/// What the answer to a request for the rest of a body is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// The bytes from the one that was asked for up to this one, which is not among them.
    UpTo(u64),
    /// The whole file from its first byte: it has changed, or this host gives no parts.
    Whole,
    /// Something that cannot be appended, and why.
    Unfit(&'static str),
}

impl Mark {
    /// Reads what names the file of a first answer. Nothing when its length or a name that can be trusted is missing.
    pub(crate) fn of(headers: &HeaderMap, length: Option<u64>) -> Option<Self> {
        let total = length.filter(|length| *length > 0)?;
        let takes_none = |units: &str| units.trim().eq_ignore_ascii_case("none");
        if text(headers, &ACCEPT_RANGES).is_some_and(takes_none) {
            return None;
        }
        let named = |name: HeaderName| Some(Self { value: headers.get(&name)?.clone(), name, total });
        match text(headers, &ETAG) {
            Some(tag) => is_strong(tag).then(|| named(ETAG)).flatten(),
            None => is_old_enough(headers).then(|| named(LAST_MODIFIED)).flatten(),
        }
    }

    /// Whether it names the file at another address, too: a date names it only where it was told.
    pub(crate) fn holds_elsewhere(&self) -> bool {
        self.name == ETAG
    }

    /// The length of the whole file.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// The headers that ask for the rest of this file, and for all of it if it is another one by now.
    pub(crate) fn request(&self, from: u64) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(range) = HeaderValue::from_str(&format!("bytes={from}-")) {
            headers.insert(RANGE, range);
            headers.insert(IF_RANGE, self.value.clone());
        }
        headers
    }

    /// Judges what came for the rest from a byte on.
    pub(crate) fn judge(&self, from: u64, status: u16, headers: &HeaderMap) -> Rest {
        match status {
            200 => Rest::Whole,
            206 => self.part(from, headers).map_or_else(Rest::Unfit, Rest::UpTo),
            416 => Rest::Unfit("the host has nothing from there on"),
            _ => Rest::Unfit("the host did not answer for a part"),
        }
    }

    fn part(&self, from: u64, headers: &HeaderMap) -> Result<u64, &'static str> {
        let kind = text(headers, &CONTENT_TYPE).unwrap_or_default().trim().to_ascii_lowercase();
        if kind.starts_with("multipart/") {
            return Err("it came in several parts");
        }
        let coding = text(headers, &CONTENT_ENCODING).unwrap_or("identity").trim().to_ascii_lowercase();
        if !coding.is_empty() && coding != "identity" {
            return Err("it came compressed");
        }
        if headers.get(&self.name) != Some(&self.value) {
            return Err("it is not said to be of the same file");
        }
        if headers.get_all(CONTENT_RANGE).iter().count() > 1 {
            return Err("it says twice where it begins");
        }
        let range = text(headers, &CONTENT_RANGE).and_then(content_range);
        let (first, last, total) = range.ok_or("it does not say where it begins")?;
        match (first == from, total == self.total) {
            (false, _) => Err("it begins elsewhere"),
            (_, false) => Err("it is of a file of another length"),
            (true, true) => Ok(last + 1),
        }
    }
}

/// Whether an `ETag` changes with every byte of the file.
fn is_strong(tag: &str) -> bool {
    let inner = tag.trim().strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
    inner.is_some_and(|inner| !inner.is_empty() && !inner.contains('"'))
}

fn is_old_enough(headers: &HeaderMap) -> bool {
    let date = |name: &HeaderName| text(headers, name).and_then(clock::http_date);
    let age = date(&DATE).zip(date(&LAST_MODIFIED)).map(|(now, then)| now.duration_since(then).as_secs());
    age.is_some_and(|age| age >= OLD_ENOUGH)
}

/// Reads `bytes 5-9/10`: first and last byte of the part and the length of the whole, which must fit each other.
fn content_range(text: &str) -> Option<(u64, u64, u64)> {
    let (unit, range) = text.trim().split_once(' ')?;
    let (places, total) = range.trim().split_once('/')?;
    let (first, last) = places.split_once('-')?;
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse::<u64>().ok()).flatten()
    };
    let (first, last, total) = (number(first)?, number(last)?, number(total)?);
    (unit.eq_ignore_ascii_case("bytes") && first <= last && last < total).then_some((first, last, total))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        list.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn mark(list: &[(&'static str, &str)]) -> Option<Mark> {
        Mark::of(&headers(list), Some(100))
    }

    const OF_THE_FILE: (&str, &str) = ("etag", "\"a\"");

    fn rest(status: u16, list: &[(&'static str, &str)]) -> Rest {
        mark(&[OF_THE_FILE]).unwrap().judge(40, status, &headers(list))
    }

    #[test]
    fn a_file_is_named_by_a_strong_tag_or_by_a_date_that_was_old() {
        let date = ("date", "Fri, 07 Feb 2025 15:52:34 GMT");

        assert!(mark(&[OF_THE_FILE]).is_some_and(|mark| mark.holds_elsewhere()));
        let old = mark(&[date, ("last-modified", "Fri, 07 Feb 2025 15:51:34 GMT")]);
        assert!(old.is_some_and(|mark| !mark.holds_elsewhere()));
        for unnamed in [
            vec![],
            vec![("etag", "W/\"a\"")],
            vec![("etag", "a")],
            vec![("etag", "\"\"")],
            vec![("last-modified", "Fri, 07 Feb 2025 15:51:34 GMT")],
            vec![date, ("last-modified", "Fri, 07 Feb 2025 15:51:35 GMT")],
            vec![date, ("last-modified", "Fri, 07 Feb 2025 15:51:34 GMT"), ("etag", "W/\"a\"")],
            vec![OF_THE_FILE, ("accept-ranges", "none")],
        ] {
            assert_eq!(mark(&unnamed), None, "{unnamed:?}");
        }
        assert_eq!(Mark::of(&headers(&[OF_THE_FILE]), None), None, "without a length nothing can be resumed");
    }

    #[test]
    fn the_rest_is_asked_for_on_the_condition_that_the_file_is_the_same() {
        let asked = mark(&[OF_THE_FILE]).unwrap().request(40);

        assert_eq!(text(&asked, &RANGE), Some("bytes=40-"));
        assert_eq!(text(&asked, &IF_RANGE), Some("\"a\""));
    }

    #[test]
    fn only_the_very_continuation_is_appended() {
        let range = ("content-range", "bytes 40-99/100");

        assert_eq!(rest(206, &[OF_THE_FILE, range]), Rest::UpTo(100));
        assert_eq!(rest(206, &[OF_THE_FILE, ("content-range", "bytes 40-59/100")]), Rest::UpTo(60));
        assert_eq!(rest(200, &[]), Rest::Whole);
        for unfit in [
            vec![OF_THE_FILE],
            vec![range],
            vec![("etag", "\"b\""), range],
            vec![OF_THE_FILE, ("content-range", "bytes 0-99/100")],
            vec![OF_THE_FILE, ("content-range", "bytes 39-99/100")],
            vec![OF_THE_FILE, ("content-range", "bytes 41-99/100")],
            vec![OF_THE_FILE, ("content-range", "bytes 40-99/101")],
            vec![OF_THE_FILE, ("content-range", "bytes 40-99/*")],
            vec![OF_THE_FILE, ("content-range", "bytes 40-100/100")],
            vec![OF_THE_FILE, ("content-range", "bytes 40-39/100")],
            vec![OF_THE_FILE, ("content-range", "lines 40-99/100")],
            vec![OF_THE_FILE, ("content-range", "bytes +40-99/100")],
            vec![OF_THE_FILE, range, ("content-encoding", "gzip")],
            vec![OF_THE_FILE, range, ("content-type", "multipart/byteranges; boundary=x")],
        ] {
            assert!(matches!(rest(206, &unfit), Rest::Unfit(_)), "{unfit:?}");
        }
        assert!(matches!(rest(416, &[OF_THE_FILE, ("content-range", "bytes */100")]), Rest::Unfit(_)));
    }

    #[test]
    fn a_part_that_says_two_things_is_not_appended() {
        let mut two = headers(&[OF_THE_FILE, ("content-range", "bytes 40-99/100")]);
        two.append(CONTENT_RANGE, HeaderValue::from_static("bytes 0-99/100"));

        assert!(matches!(mark(&[OF_THE_FILE]).unwrap().judge(40, 206, &two), Rest::Unfit(_)));
    }

    proptest! {
        #[test]
        fn no_header_makes_the_reader_panic(text in ".{0,60}") {
            let read = content_range(&text);
            prop_assert!(read.is_none_or(|(first, last, total)| first <= last && last < total));
        }

        #[test]
        fn every_part_is_read_as_it_was_written(first in 0..u64::MAX / 2, more in 0..9_999_u64, rest in 1..9_999_u64) {
            let (last, total) = (first + more, first + more + rest);
            let written = format!("bytes {first}-{last}/{total}");
            prop_assert_eq!(content_range(&written), Some((first, last, total)));
        }
    }
}
