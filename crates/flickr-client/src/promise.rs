//! What the image host's headers promise of a body.

use flickr_model::{Media, Promise};
use reqwest::header::{CONTENT_LENGTH, ETAG, HeaderMap, HeaderName};

use crate::api::text;
use crate::{Source, quirks};

static CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");

/// Reads the promise of a body that answers for `source`.
///
/// Stored files carry `Content-MD5` and an `ETag` that is the MD5, and a length (recorded in 2025 and computed
/// to be so); sizes that are rendered on request carry an `ETag` that is not, and no length.
pub(crate) fn of(headers: &HeaderMap, source: &Source, media: Media) -> Promise {
    let length = text(headers, &CONTENT_LENGTH).and_then(number);
    Promise {
        media,
        md5: text(headers, &CONTENT_MD5).and_then(md5),
        etag: text(headers, &ETAG).and_then(strong_hex),
        likely_length: text(headers, &quirks::LENGTH_HINT).and_then(number).filter(|_| length.is_none()),
        length,
        // What Flickr says of a video's size is that of the window it is shown in.
        dimensions_are_trusted: false,
        dimensions: source.dimensions().filter(|_| media == Media::Photo),
        format: source.format.clone(),
    }
}

/// Reads a number of bytes; digits only.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Reads the Base64 that `Content-MD5` is, or the hexadecimal digits that some write instead.
fn md5(text: &str) -> Option<[u8; 16]> {
    let text = text.trim();
    if text.len() == 32 { hex(text) } else { base64(text) }
}

/// Reads an `ETag` of exactly 32 hexadecimal digits; a weak one, or one with anything behind it, is no MD5.
fn strong_hex(tag: &str) -> Option<[u8; 16]> {
    hex(tag.trim().strip_prefix('"')?.strip_suffix('"')?)
}

fn hex(text: &str) -> Option<[u8; 16]> {
    if text.len() != 32 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 16];
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).ok()?;
        *byte = u8::from_str_radix(digits, 16).ok().filter(|_| !digits.contains('+'))?;
    }
    Some(bytes)
}

/// Decodes Base64 of exactly 16 bytes: 22 digits, the last of which has four bits to spare, and two `=`.
fn base64(text: &str) -> Option<[u8; 16]> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let text = text.strip_suffix("==").unwrap_or(text);
    if text.len() != 22 {
        return None;
    }
    let mut number: u128 = 0;
    for (place, byte) in text.bytes().enumerate() {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        let digit = u128::try_from(digit).ok()?;
        number = if place < 21 { (number << 6) | digit } else { (number << 2) | (digit >> 4) };
    }
    Some(number.to_be_bytes())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MD5: [u8; 16] =
        [0x09, 0x82, 0xeb, 0xd7, 0x81, 0x9d, 0x77, 0x15, 0xd8, 0x92, 0x26, 0x77, 0xc8, 0xa8, 0xc6, 0x40];

    fn promise(headers: &[(&'static str, &str)]) -> Promise {
        let source =
            Source::new("https://live.staticflickr.com/1/7_a_o.png", "Original").sized(Some(2), Some(3));
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        of(&headers, &source, Media::Photo)
    }

    #[test]
    fn a_stored_file_promises_its_md5_and_length() {
        let promise = promise(&[
            ("content-md5", "CYLr14GddxXYkiZ3yKjGQA=="),
            ("etag", "\"ffffffffffffffffffffffffffffffff\""),
            ("content-length", "264272"),
        ]);

        assert_eq!((promise.md5, promise.length), (Some(MD5), Some(264_272)));
        assert_eq!((promise.dimensions, promise.format.as_deref()), (Some((2, 3)), Some("png")));
    }

    #[test]
    fn an_etag_of_32_digits_is_an_md5_and_no_other_is() {
        let tag = |tag: &str| promise(&[("etag", tag)]).etag;

        assert_eq!(tag("\"0982ebd7819d7715d8922677c8a8c640\""), Some(MD5));
        assert_eq!(tag("\"0982EBD7819D7715D8922677C8A8C640\""), Some(MD5));
        for other in [
            "\"0982ebd7819d7715d8922677c8a8c640.1\"",
            "W/\"0982ebd7819d7715d8922677c8a8c640\"",
            "0982ebd7819d7715d8922677c8a8c640",
            "\"0982ebd7819d7715d8922677c8a8c6\"",
            "\"+982ebd7819d7715d8922677c8a8c640\"",
            "\"zz82ebd7819d7715d8922677c8a8c640\"",
        ] {
            assert_eq!(tag(other), None, "{other}");
        }
    }

    #[test]
    fn a_content_md5_in_hexadecimal_is_understood_too() {
        assert_eq!(promise(&[("content-md5", "0982ebd7819d7715d8922677c8a8c640")]).md5, Some(MD5));
        assert_eq!(promise(&[("content-md5", "CYLr14GddxXYkiZ3yKjGQA")]).md5, Some(MD5));
        assert_eq!(promise(&[("content-md5", "short==")]).md5, None);
    }

    #[test]
    fn a_rendered_size_promises_nothing() {
        let promise = promise(&[("etag", "\"02797490637ae0354f5d7bbf34b4d43a.1\"")]);

        assert_eq!((promise.md5, promise.length), (None, None));
    }

    #[test]
    fn an_undocumented_length_is_likely_where_no_other_is_told() {
        let alone = promise(&[("x-ttdb-l", "126058")]);
        let beside = promise(&[("x-ttdb-l", "126058"), ("content-length", "7")]);
        let nonsense = promise(&[("x-ttdb-l", "+7"), ("content-length", "")]);

        assert_eq!((alone.length, alone.likely_length), (None, Some(126_058)));
        assert_eq!((beside.length, beside.likely_length), (Some(7), None));
        assert_eq!((nonsense.length, nonsense.likely_length), (None, None));
    }

    proptest! {
        #[test]
        fn no_header_makes_a_reader_panic(text in any::<String>()) {
            prop_assert!(md5(&text).is_none() || [32, 24, 22].contains(&text.trim().len()));
            prop_assert!(strong_hex(&text).is_none() || text.trim().len() == 34);
        }
    }
}
