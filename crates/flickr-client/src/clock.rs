//! The clock and the dice: the only room of the libraries that asks the system for the time or for chance.
#![expect(clippy::disallowed_methods, reason = "this room is the door to the system's clock")]

use jiff::{SignedDuration, Timestamp};

/// Returns the time of day by the system's clock.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Returns unpredictable bytes from the system's generator.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::Rng::fill(&mut rand::rng(), &mut bytes[..]);
    bytes
}

/// Returns 28 letters and digits that were never used before: the nonce of one signature.
///
/// OAuth leaves its form open, but common servers accept 20 to 30 alphanumeric characters only. Each character
/// holds at least five bits of chance, 140 in sum.
pub(crate) fn nonce() -> String {
    const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    random_bytes::<28>().iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % 36])).collect()
}

/// Reads the date of an HTTP header (`Fri, 07 Feb 2025 15:52:34 GMT`).
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

/// Reads `Retry-After`: seconds or an HTTP date, as the time to wait from `now`; at most a day.
pub(crate) fn retry_after(text: &str, now: Timestamp) -> Option<std::time::Duration> {
    const DAY: i64 = 86_400;
    let text = text.trim();
    let seconds = match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => {
            return Some(std::time::Duration::from_secs_f64(seconds.min(86_400.0)));
        }
        Ok(_) => return None,
        Err(_) => http_date(text)?.duration_since(now).max(SignedDuration::ZERO).as_secs(),
    };
    u64::try_from(seconds.min(DAY)).ok().map(std::time::Duration::from_secs)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn retry_after_comes_as_seconds_or_as_a_date() {
        let now = http_date("Fri, 07 Feb 2025 15:52:34 GMT").unwrap();

        assert_eq!(retry_after(" 7 ", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("0.5", now), Some(Duration::from_millis(500)));
        assert_eq!(retry_after("Fri, 07 Feb 2025 15:53:34 GMT", now), Some(Duration::from_secs(60)));
        assert_eq!(retry_after("Fri, 07 Feb 2020 15:53:34 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("99999999999", now), Some(Duration::from_secs(86_400)));
        assert_eq!(retry_after("-5", now), None);
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn no_two_nonces_are_alike() {
        let (one, two) = (nonce(), nonce());

        assert_ne!(one, two);
        assert_eq!(one.len(), 28);
        assert!(one.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()));
    }

    proptest! {
        #[test]
        fn no_header_makes_a_reader_panic(text in ".{0,40}") {
            let wait = retry_after(&text, Timestamp::UNIX_EPOCH);
            prop_assert!(wait.is_none_or(|wait| wait <= Duration::from_secs(86_400)));
        }
    }
}
