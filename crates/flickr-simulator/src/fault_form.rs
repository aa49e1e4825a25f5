//! Faults written as a query, for the control desk.
//!
//! `on` is `any`, `method:NAME`, `method:NAME:ID` (of a photo, album, gallery or group), `page:N`, `request_token`, `authorize`, `access_token`, `image`, `photo:ID`, `videos`
//! or `play`. The turn is one of `times=N` (with `skip=N`), `every=N`, `share=0.1`; without one the fault always strikes.
//! `kind` names the fault; `status`, `seconds`, `share_sent`, `bytes`, `code`, `message`, `count`, `to` fill it in,
//! and `shape`, `count`, `window`, `tells` a limiter (`throttle`), `lie` a wrong part of a file (`range-lie`).

use std::time::Duration;

use crate::faults::{Fault, Kind, Leg, RetryAfter, When, Where};
use crate::limiter::{Limiter, Shape, Tells};
use crate::percent::value;
use crate::range::Lie;

/// Reads a fault, or says what is wrong with it.
pub(crate) fn read(fields: &[(String, String)]) -> Result<Fault, String> {
    let on = place(value(fields, "on").unwrap_or("any")).ok_or("unknown place in on=")?;
    let kind = kind(fields).ok_or("unknown or incomplete kind=")?;
    Ok(Fault { on, kind, when: turn(fields) })
}

fn place(text: &str) -> Option<Where> {
    if let Some((what, which)) = text.split_once(':') {
        return match what {
            "method" => Some(match which.split_once(':') {
                Some((method, id)) => Where::MethodOn { method: method.to_owned(), id: id.to_owned() },
                None => Where::Method(which.to_owned()),
            }),
            "page" => Some(Where::ListingPage(which.parse().ok()?)),
            "photo" => Some(Where::Photo(which.parse().ok()?)),
            _ => None,
        };
    }
    match text {
        "any" => Some(Where::AnyMethod),
        "request_token" => Some(Where::OAuth(Leg::RequestToken)),
        "authorize" => Some(Where::OAuth(Leg::Authorize)),
        "access_token" => Some(Where::OAuth(Leg::AccessToken)),
        "image" => Some(Where::AnyImage),
        "videos" => Some(Where::Videos),
        "play" => Some(Where::Play),
        _ => None,
    }
}

fn number<T: std::str::FromStr>(fields: &[(String, String)], name: &str) -> Option<T> {
    value(fields, name)?.parse().ok()
}

fn turn(fields: &[(String, String)]) -> When {
    if let Some(times) = number(fields, "times") {
        return match number(fields, "skip") {
            Some(skip) => When::After { skip, times },
            None => When::Times(times),
        };
    }
    if let Some(step) = number(fields, "every") {
        return When::Every(step);
    }
    number(fields, "share").map_or(When::Always, When::Share)
}

fn kind(fields: &[(String, String)]) -> Option<Kind> {
    let seconds = || number::<u64>(fields, "seconds");
    let bytes = || number::<i64>(fields, "bytes");
    let sent = || number::<f64>(fields, "share_sent").unwrap_or(0.5);
    let text = |name| value(fields, name).map(str::to_owned);
    let retry_after = seconds().map(RetryAfter::Seconds);
    let kind = match value(fields, "kind")? {
        "status" => Kind::Status { status: number(fields, "status")?, retry_after },
        "limit" => Kind::Limit {
            count: number(fields, "count")?,
            window: Duration::from_secs(number(fields, "window")?),
            retry_after,
        },
        "throttle" => Kind::Throttle(limiter(fields)?),
        "cut" => Kind::Cut(sent()),
        "cut-after" => Kind::CutAfter(bytes()?.unsigned_abs() as usize),
        "cut-without-length" => Kind::CutWithoutLength(sent()),
        "reset" => Kind::Reset,
        "lost-answer" => Kind::LostAnswer,
        "delay" => Kind::Delay(Duration::from_secs(seconds()?)),
        "slow" => Kind::Slow(bytes()?.unsigned_abs()),
        "stall" => Kind::Stall(sent()),
        "wrong-length" => Kind::WrongLength(bytes()?),
        "html" => Kind::HtmlWith200,
        "trailing-comma" => Kind::TrailingComma,
        "cut-json" => Kind::CutJson,
        "fail" => Kind::Fail { code: number(fields, "code")?, message: text("message").unwrap_or_default() },
        "oauth-problem" => {
            Kind::OAuthProblem { status: number(fields, "status")?, problem: text("message")? }
        }
        "short-page" => Kind::ShortPage(number(fields, "count")?),
        "repeat-page" => Kind::RepeatPage,
        "total-off" => Kind::TotalOff(number(fields, "count")?),
        "empty-page" => Kind::EmptyPage,
        "placeholder-redirect" => Kind::PlaceholderRedirect,
        "placeholder" => Kind::PlaceholderWith200,
        "small-picture" => Kind::SmallPicture,
        "zeros" => Kind::Zeros,
        "wrong-bytes" => Kind::WrongBytes,
        "extra-bytes" => Kind::ExtraBytes(bytes()?.unsigned_abs() as usize),
        "redirect" => Kind::RedirectTo(text("to")?),
        "redirect-loop" => Kind::RedirectLoop,
        "not-found" => Kind::NotFound,
        "ignore-range" => Kind::IgnoreRange,
        "wrong-range" => Kind::WrongRange(bytes()?),
        "range-lie" => Kind::RangeLie(lie(&text("lie")?, bytes().unwrap_or(100))?),
        "endless" => Kind::Endless,
        "endless-chunks" => Kind::EndlessChunks,
        "flood" => Kind::Flood(bytes()?.unsigned_abs() as usize),
        "header-flood" => Kind::HeaderFlood(number(fields, "count")?),
        _ => return None,
    };
    Some(kind)
}

fn limiter(fields: &[(String, String)]) -> Option<Limiter> {
    let shape = match value(fields, "shape").unwrap_or("bucket") {
        "fixed" => Shape::Fixed,
        "sliding" => Shape::Sliding,
        "bucket" => Shape::Bucket,
        "ban" => Shape::Ban,
        _ => return None,
    };
    let tells = match value(fields, "tells").unwrap_or("nothing") {
        "nothing" => Tells::Nothing,
        "seconds" => Tells::Seconds,
        "date" => Tells::Date,
        "too-little" => Tells::TooLittle,
        _ => return None,
    };
    let status = number(fields, "status").unwrap_or(429);
    let window = Duration::from_secs(number(fields, "window")?);
    Some(Limiter { shape, count: number(fields, "count")?, window, status, tells })
}

fn lie(word: &str, bytes: i64) -> Option<Lie> {
    Some(match word {
        "not-there" => Lie::NotThere,
        "other-total" => Lie::OtherTotal(bytes),
        "other-file" => Lie::OtherFile,
        "other-bytes" => Lie::OtherBytes,
        "multipart" => Lie::Multipart,
        "no-place" => Lie::NoPlace,
        "half" => Lie::Half,
        "longer" => Lie::Longer(bytes.unsigned_abs() as usize),
        "whole-as-part" => Lie::WholeAsPart,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::faults::{Kind, When, Where};
    use crate::percent::form;

    #[test]
    fn a_fault_is_read_from_its_query() {
        let fault = read(&form("on=photo:12&kind=status&status=429&seconds=3&skip=1&times=2"));

        let fault =
            fault.map(|fault| (fault.on, fault.when, matches!(fault.kind, Kind::Status { status: 429, .. })));
        assert_eq!(fault, Ok((Where::Photo(12), When::After { skip: 1, times: 2 }, true)));
        assert!(read(&form("on=image&kind=nothing")).is_err());
    }
}
