//! The checks tried with random answers, a few hundred cases each; `cargo xtask fuzz` looks for longer.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

/// Words that Flickr's answers are made of, so that random ones reach the readers behind the envelope.
const NAMES: [&str; 48] = [
    "photos",
    "photo",
    "photoset",
    "photosets",
    "person",
    "user",
    "sizes",
    "size",
    "streams",
    "stream",
    "comments",
    "comment",
    "tags",
    "tag",
    "notes",
    "note",
    "people",
    "galleries",
    "gallery",
    "groups",
    "group",
    "collections",
    "collection",
    "set",
    "id",
    "nsid",
    "owner",
    "title",
    "description",
    "_content",
    "total",
    "pages",
    "page",
    "perpage",
    "per_page",
    "secret",
    "url_o",
    "width",
    "height",
    "x",
    "y",
    "w",
    "h",
    "datecreate",
    "dateupload",
    "latitude",
    "license",
    "rotation",
];

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| serde_json::Number::from_f64(number).map_or(Value::Null, Value::from)),
        any::<i64>().prop_map(|number| number.to_string().into()),
        any::<String>().prop_map(Value::from),
        "[0-9]{1,19}(@N0[0-9])?".prop_map(Value::from),
        Just(json!("../../1")),
        Just(json!("1e308")),
        Just(json!("https://live.staticflickr.com/1/7_0a1b2c_o.jpg")),
    ]
}

fn answers() -> impl Strategy<Value = Value> {
    let name =
        prop_oneof![8 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned), 1 => any::<String>()];
    scalar().prop_recursive(6, 60, 5, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((name.clone(), inner), 0..6)
                .prop_map(|fields| fields.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

fn checked(result: Result<(), Broken>) -> Result<(), TestCaseError> {
    result.map_err(TestCaseError::fail)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_answer_to_any_method_is_read_or_refused(inner in answers(), wrapped in prop::sample::select(&NAMES[..])) {
        let body = json!({"stat": "ok", wrapped: inner}).to_string();
        for method in METHODS {
            checked(answer(method, 200, body.as_bytes()))?;
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        body in vec(any::<u8>(), 0..200), status in any::<u16>(), method in prop::sample::select(&METHODS[..])
    ) {
        checked(answer(method, status, &body))?;
        checked(answer(method, status, &[b"{\"stat\":\"ok\",\"photos\":", &body[..]].concat()))?;
    }

    #[test]
    fn any_headers_are_judged(
        status in any::<u16>(),
        lines in vec((prop::sample::select(&HEADERS[..]), prop_oneof![vec(any::<u8>(), 0..40), "[0-9 ,:GMTa-z=/\"*-]{0,40}".prop_map(String::into_bytes)]), 0..6)
    ) {
        let lines: Vec<(&str, &[u8])> = lines.iter().map(|(name, value)| (*name, value.as_slice())).collect();
        checked(headers(status, &lines))?;
    }

    #[test]
    fn no_address_leads_away_from_flickr(
        host in "(live\\.|a@|[a-z.]{0,6})?(staticflickr|flickr)(\\.com|\\.com\\.|\\.com:443|\\.com:1)?([a-z.@/\\\\?#]{0,9})",
        scheme in prop::sample::select(&["https://", "http://", "//", "", "https:", "HTTPS:\\\\", "file://", " https://\t"][..]),
        tail in ".{0,12}"
    ) {
        checked(address(&format!("{scheme}{host}{tail}")))?;
    }

    #[test]
    fn no_time_in_a_header_makes_anybody_wait_for_ever(text in "[0-9.eE+-]{0,20}|.{0,30}", now in any::<i64>()) {
        checked(times(&text, now))?;
    }
}

const HEADERS: [&str; 8] = [
    "content-length",
    "content-range",
    "content-type",
    "content-encoding",
    "content-md5",
    "etag",
    "retry-after",
    "date",
];

#[test]
fn bombs_of_json_are_refused_or_read_in_no_time() {
    let begun = std::time::Instant::now();
    let deep = format!("{{\"stat\":\"ok\",\"photos\":{}", "[".repeat(300_000));
    let objects = format!("{{\"stat\":\"ok\",\"photos\":{}", "{\"a\":".repeat(200_000));
    let wide = format!("{{\"stat\":\"ok\",\"photos\":{{\"photo\":[{}1]}}}}", "1,".repeat(300_000));
    let twice =
        r#"{"stat":"ok","stat":"fail","photos":{"photo":[{"id":"7","id":"../8"}],"photo":[]}}"#.to_owned();
    let numbers =
        r#"{"stat":"ok","photos":{"total":1e999,"photo":[{"id":7,"latitude":NaN,"views":-0.0}]}}"#.to_owned();
    let half =
        r#"{"stat":"ok","photos":{"photo":[{"id":"7","title":"\ud83d \udc00 \uD83D\uDC18"}]}}"#.to_owned();
    let long =
        format!("{{\"stat\":\"ok\",\"photos\":{{\"photo\":[{{\"id\":\"{}\"}}]}}}}", "9".repeat(1_000_000));
    for bomb in [deep, objects, wide, twice, numbers, half, long] {
        for method in ["flickr.people.getPhotos", "flickr.photos.getInfo"] {
            answer(method, 200, bomb.as_bytes()).unwrap();
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn the_checks_can_fail() {
    assert!(holds(false, || "broken".to_owned()).is_err());
    assert!(is_nsid("../1@N00").is_err());
    assert!(comes_back(&f64::NAN).is_err());
}
