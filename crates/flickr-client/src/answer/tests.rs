//! The dialects told apart, each with texts as they were recorded.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::Trouble;

const METHOD: &str = "flickr.test.login";

fn reply(status: u16, body: &str) -> Reply {
    Reply {
        status,
        date: crate::clock::http_date("Fri, 07 Feb 2025 15:52:34 GMT"),
        received: crate::clock::http_date("Fri, 07 Feb 2025 16:52:34 GMT").unwrap(),
        retry_after: None,
        location: None,
        body: body.as_bytes().to_vec(),
    }
}

fn outcome(status: u16, body: &str) -> Result<Value, FlickrError> {
    read::<Value>(METHOD, &reply(status, body)).map(|answer| answer.value)
}

fn error(status: u16, body: &str) -> FlickrError {
    outcome(status, body).unwrap_err()
}

#[test]
fn an_answer_may_be_wrapped_or_have_a_comma_behind_it() {
    for body in [
        r#"{"a":1,"stat":"ok"}"#,
        "\u{feff}\n {\"a\":1,\"stat\":\"ok\"}\n",
        r#"{"a":1,"stat":"ok"},"#,
        r#"jsonFlickrApi({"a":1,"stat":"ok"})"#,
        "jsonFlickrApi({\"a\":1,\"stat\":\"ok\"});\n",
        r#"{"a":1}"#,
    ] {
        assert_eq!(outcome(200, body).unwrap()["a"], 1, "{body}");
    }
}

#[test]
fn a_refusal_with_status_200_is_a_refusal() {
    let refused = error(200, r#"{"stat":"fail", "code":1, "message":"Photoset not found"}"#);

    assert_eq!(refused.trouble(), Trouble::Refused { code: 1 });
    assert_eq!(refused.to_string(), "Flickr refused flickr.test.login: Photoset not found (code 1)");
    assert_eq!(refused.again(), crate::error::Again::Never);
}

#[test]
fn flickr_being_out_of_order_is_temporary() {
    for body in [
        r#"{"stat":"fail","message":"Sorry, the Flickr API service is not currently available.","code":201},"#,
        r#"{"stat":"fail","message":"Sorry, the Flickr API service is not currently available.","code":"0"}"#,
        r#"{"stat":"fail","code":105,"message":"Service currently unavailable"}"#,
    ] {
        assert_eq!(error(200, body).trouble(), Trouble::Temporary, "{body}");
    }
}

#[test]
fn the_oauth_layer_is_heard_whatever_was_asked_for() {
    let problem = |status, word: &str| error(status, &format!("oauth_problem={word}"));

    assert_eq!(problem(401, "token_rejected").trouble(), Trouble::SignInAgain);
    assert_eq!(problem(401, "verifier_invalid").trouble(), Trouble::SignInAgain);
    assert_eq!(problem(401, "consumer_key_unknown").trouble(), Trouble::KeyRefused);
    assert_eq!(problem(401, "nonce_used").trouble(), Trouble::Temporary);
    assert_eq!(problem(401, "nonce_used").again(), crate::error::Again::Patiently);
    assert_eq!(problem(200, "token_rejected").trouble(), Trouble::SignInAgain);
    assert_eq!(
        error(400, "oauth_problem=parameter_absent&oauth_parameters_absent=oauth_token").trouble(),
        Trouble::SignInAgain
    );
}

#[test]
fn a_refused_time_says_how_far_the_clock_is_off() {
    let FlickrError::ClockOff { ahead, .. } = error(401, "oauth_problem=timestamp_refused") else {
        unreachable!("the clock is off")
    };

    assert_eq!(ahead, Some(SignedDuration::from_hours(1)));
}

#[test]
fn a_wrong_signature_shows_what_flickr_signed_without_secrets() {
    let body = "oauth_problem=signature_invalid&debug_sbs=GET&https%3A%2F%2Fapi.flickr.com%2Fservices%2Frest%2F\
        &method%3Dflickr.test.login%26oauth_consumer_key%3D0123456789abcdef0123456789abcdef%26oauth_nonce%3Dn\
        %26oauth_token%3D72157600000000001-00aa11bb22cc33dd";

    let refused = error(401, body);

    assert_eq!(refused.trouble(), Trouble::KeyRefused);
    let told = format!("{refused} {refused:?}");
    assert!(!told.contains("0123456789abcdef") && !told.contains("00aa11bb22cc33dd"), "{told}");
}

#[test]
fn the_edge_is_busy_whatever_it_says() {
    let page = "<html><body><h1>429 Too Many Requests</h1>\nYou have sent too many requests in a given amount of time.\n</body></html>\n";

    for status in [429, 500, 502, 503, 504] {
        assert_eq!(error(status, page).trouble(), Trouble::Temporary);
        assert_eq!(error(status, "").trouble(), Trouble::Temporary);
    }
    for (status, body) in [(403, page), (404, ""), (302, "")] {
        assert!(matches!(error(status, body), FlickrError::Status { .. }), "{status}");
    }
}

#[test]
fn html_or_half_an_answer_with_status_200_is_tried_again() {
    for body in
        ["<html>502 Bad Gateway</html>", "", "Hold your clicks", r#"{"user":{"id":"1@N0"#, r#"{"a":}"#]
    {
        let unreadable = error(200, body);

        assert!(matches!(unreadable, FlickrError::Unreadable { .. }), "{body}: {unreadable}");
        assert_eq!(unreadable.again(), crate::error::Again::Patiently);
    }
}

#[test]
fn codes_of_the_key_and_of_the_sign_in_end_the_run() {
    let code = |code: u16, message: &str| {
        error(200, &format!(r#"{{"stat":"fail","code":{code},"message":"{message}"}}"#)).trouble()
    };

    assert_eq!(code(100, "Invalid API Key (Key has expired)"), Trouble::KeyRefused);
    assert_eq!(code(98, "Invalid auth token"), Trouble::SignInAgain);
    assert_eq!(
        code(99, "Insufficient permissions. Method requires read privileges; none granted."),
        Trouble::SignInAgain
    );
    assert_eq!(code(99, "Insufficient permission to comment"), Trouble::Refused { code: 99 });
}

#[test]
fn an_answer_of_another_form_names_the_place_and_no_content() {
    #[derive(Debug, Deserialize)]
    struct User {
        #[expect(dead_code, reason = "only its absence matters")]
        user: std::collections::BTreeMap<String, u8>,
    }

    let wrong =
        read::<User>(METHOD, &reply(200, r#"{"user":{"secret":"5ec12e7"},"stat":"ok"}"#)).unwrap_err();

    assert!(matches!(wrong, FlickrError::Misshapen { .. }));
    assert!(!format!("{wrong} {wrong:?}").contains("5ec12e7"));
}

#[test]
fn half_a_pair_in_a_title_does_not_lose_the_page() {
    let title =
        |json: &str| outcome(200, &format!(r#"{{"title":"{json}","stat":"ok"}}"#)).unwrap()["title"].clone();

    assert_eq!(title(r"cut \ud83d"), "cut \u{fffd}");
    assert_eq!(title(r"cut \ude00 \ud83d\ude00 \\ud83d"), "cut \u{fffd} \u{1f600} \\ud83d");
    assert_eq!(title(r"\ud83d\ud83d\ude00"), "\u{fffd}\u{1f600}");
}

proptest! {
    #[test]
    fn no_reply_makes_the_reader_panic(status in 100_u16..600, body in proptest::collection::vec(any::<u8>(), 0..80)) {
        let reply = Reply { body, ..reply(status, "") };
        let told = read::<Value>(METHOD, &reply).map_err(|error| error.to_string());
        prop_assert!(told.is_err() || (200..500).contains(&status));
    }

    #[test]
    fn mending_leaves_whole_json_as_it_is(text in any::<String>()) {
        let json = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(without_lone_surrogates(&json), Cow::Borrowed(json.as_str()));
    }
}
