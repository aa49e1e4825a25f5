//! The checks tried with random input, a few hundred cases each; `cargo xtask fuzz` looks for longer.

use flickr_model::{Media, Promise};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::inspect::samples;

/// Text as it is hostile: any characters, with those that have a meaning somewhere more often.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        "[./\\\\:~ -]{1,12}",
        "(\\.\\./){1,9}etc",
        "-?[0-9]{1,6}-[0-9]{0,3}-[0-9]{0,3}( [0-9:]{0,9})?",
        Just("\u{202e}\u{1b}[2J\r\n\0".to_owned()),
        Just("CON".to_owned()),
        Just("]]></rdf:li><x a=\"&#0;&lt;".to_owned()),
        Just("\u{fffe}\u{301}\u{200d}\u{e0041}".to_owned()),
    ];
    vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// Any JSON of a few levels, with names that mean something now and then.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| serde_json::Number::from_f64(number).map_or(Value::Null, Value::from)),
        hostile().prop_map(Value::from),
        Just(json!("2026-11-23T03:00:12Z")),
        Just(json!("https://live.staticflickr.com/1/7_0a1b2c_o.jpg")),
    ];
    let name = prop_oneof!["[a-z_]{1,9}", Just("secret".to_owned()), Just("url_o".to_owned()), hostile()];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((name.clone(), inner), 0..4)
                .prop_map(|fields| fields.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// A sidecar in which some fields are right and others are anything.
fn any_sidecar() -> impl Strategy<Value = Value> {
    let field = prop_oneof![
        (Just("title"), hostile().prop_map(Value::from)),
        (Just("place"), any::<(f64, f64)>().prop_map(place)),
        (
            Just("dates"),
            any_json().prop_map(|more| json!({"uploaded": "2011-07-05T00:00:00Z", "more": more}))
        ),
        (
            Just("tags"),
            vec(hostile(), 0..3).prop_map(|tags| tags.iter().map(|tag| json!({"text": tag})).collect())
        ),
        (
            Just("notes"),
            (hostile(), any_json()).prop_map(|(text, more)| json!([{"text": text, "more": more}]))
        ),
        (Just("rotation"), any::<u16>().prop_map(Value::from)),
        ("[a-z]{3,12}", any_json()).prop_map(|(name, value)| (name.leak() as &str, value)),
    ];
    vec(field, 0..7).prop_map(|fields| {
        let file = json!({"version": 1, "path": "photos/2011/07/7.jpg", "bytes": 3, "sha256": "0".repeat(64),
            "kind": "original", "width": 3, "height": 2, "downloaded": "2026-11-23T03:00:12Z"});
        let mut sidecar = json!({"format": 1, "id": "7", "media": "photo", "state": "kept", "files": [file]});
        for (name, value) in fields {
            sidecar[name] = value;
        }
        sidecar
    })
}

fn place((latitude, longitude): (f64, f64)) -> Value {
    json!({"latitude": latitude, "longitude": longitude, "accuracy": 16})
}

fn checked(result: Result<(), Broken>) -> Result<(), TestCaseError> {
    result.map_err(TestCaseError::fail)
}

proptest! {
    #[test]
    fn any_text_gives_safe_names(text in hostile(), id in any::<u64>()) {
        checked(names(&text, id))?;
    }

    #[test]
    fn any_sidecar_that_is_read_comes_back_whole_and_as_xmp(value in any_sidecar()) {
        checked(sidecar(value.to_string().as_bytes()))?;
    }

    #[test]
    fn any_paper_that_is_read_comes_back_whole(facts in any_json()) {
        let value = json!({"format": 1, "title": facts.clone(), "more": facts});
        checked(paper(value.to_string().as_bytes()))?;
    }

    #[test]
    fn no_answer_keeps_a_secret(answer in any_json()) {
        checked(scrubbed(json!({"photo": answer, "secret": "0a1b"}).to_string().as_bytes()))?;
    }

    #[test]
    fn any_words_and_numbers_make_well_formed_xmp(
        title in hostile(), words in hostile(), tag in hostile(), numbers in any::<[f64; 6]>()
    ) {
        checked(xmp(&title, &words, &tag, numbers))?;
    }

    #[test]
    fn a_damaged_picture_is_accepted_only_by_its_length(
        which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
        cut in any::<prop::sample::Index>(), is_video in any::<bool>(), with_length in any::<bool>()
    ) {
        let all = samples::with_an_end();
        let mut bytes = all[which.index(all.len())].1.clone();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(cut.index(bytes.len() + 1));
        let length = with_length.then_some(bytes.len() as u64);
        let media = if is_video { Media::Video } else { Media::Photo };
        checked(body(&bytes, media, Promise { length, ..Promise::default() }))?;
    }
}

#[test]
fn the_checks_can_fail() {
    assert!(has_secret(&json!({"a": [{"originalsecret": "0a1b2c"}]})));
    assert!(!has_secret(&json!({"a": [{"originalsecret": "removed", "secret": ""}]})));
    assert!(holds(false, || "broken".to_owned()).is_err());
}
