//! The simulator's clock: the one room that reads the time, and the forms in which HTTP and Flickr write it.
#![expect(clippy::disallowed_methods, reason = "the simulator is a server of its own; its clock lives here")]

use jiff::Timestamp;

/// Returns the current time in whole seconds since 1970 (UTC).
pub(crate) fn now() -> i64 {
    Timestamp::now().as_second()
}

/// Writes a time as HTTP does in `Date`, `Last-Modified` and `Retry-After`.
pub(crate) fn http_date(second: i64) -> String {
    written(second, "%a, %d %b %Y %H:%M:%S GMT")
}

/// Writes a time as Flickr writes a taken date, without a zone.
pub(crate) fn wall_clock(second: i64) -> String {
    written(second, "%Y-%m-%d %H:%M:%S")
}

fn written(second: i64, form: &str) -> String {
    let moment = Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::{http_date, wall_clock};

    #[test]
    fn a_second_is_written_in_both_forms() {
        assert_eq!(http_date(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(wall_clock(784_111_777), "1994-11-06 08:49:37");
    }
}
