//! The one call: its signature, the dialects of refusal, and what is tried again.

use std::time::{Duration, Instant};

use flickr_client::{FlickrError, Trouble, WaitingFor};
use flickr_simulator::{Account, Kind, RetryAfter, When, Where};
use serde_json::Value;

use crate::world::World;

const LOGIN: &str = "flickr.test.login";

fn status(status: u16, retry_after: Option<RetryAfter>) -> Kind {
    Kind::Status { status, retry_after }
}

#[tokio::test]
async fn who_am_i_is_one_signed_call() {
    let world = World::new(Account::plain(1, 3)).await;

    let person = world.client.who_am_i().await.unwrap();

    assert_eq!(person.nsid.as_str(), "12037949754@N01");
    assert_eq!(person.username, "harbour light");
    assert_eq!(world.flickr.counts().calls_of(LOGIN), 1);
    assert_eq!(world.client.calls().made, 1);
    world.assert_clean();
}

#[tokio::test]
async fn the_account_tells_how_many_photos_it_holds() {
    let world = World::new(Account::plain(1, 37)).await;
    let person = world.client.who_am_i().await.unwrap();

    let facts = world.client.account(&person.nsid).await.unwrap();

    assert_eq!(facts.photos, Some(37));
    assert_eq!(facts.person.nsid, person.nsid);
}

#[tokio::test]
async fn arguments_of_any_text_are_signed_as_they_are_sent() {
    let world = World::new(Account::plain(1, 1)).await;
    let hostile = "a b+c&d=e%20~*'()! \u{fc} \u{1f600} []{}\"<>#?/\\";

    let parameters = [("x", hostile), ("empty", ""), ("twice", "b"), ("twice", "a")];
    world.client.call::<Value>(LOGIN, &parameters).await.unwrap();

    world.assert_clean();
}

#[tokio::test]
async fn temporary_trouble_of_every_dialect_is_waited_out() {
    let unavailable = |code| Kind::Fail {
        code,
        message: "Sorry, the Flickr API service is not currently available.".into(),
    };
    let nonce = Kind::OAuthProblem { status: 401, problem: "nonce_used".into() };
    let kinds = [
        status(429, None),
        status(502, None),
        Kind::HtmlWith200,
        Kind::CutJson,
        Kind::Reset,
        Kind::LostAnswer,
        Kind::Cut(0.5),
        unavailable(105),
        unavailable(201),
        unavailable(0),
        nonce,
    ];
    futures_util::future::join_all(kinds.map(waits_out)).await;
}

async fn waits_out(kind: Kind) {
    let world = World::new(Account::plain(1, 1)).await;
    world.flickr.faults().play(Where::AnyMethod, kind.clone(), When::Times(2));

    let person = world.client.who_am_i().await;

    assert!(person.is_ok(), "{kind:?}: {person:?}");
    assert_eq!(world.client.calls().made, 3, "{kind:?}");
    world.assert_clean();
}

#[tokio::test]
async fn a_comma_behind_the_answer_is_not_even_tried_again() {
    let world = World::new(Account::plain(1, 1)).await;
    world.flickr.faults().play(Where::AnyMethod, Kind::TrailingComma, When::Always);

    world.client.who_am_i().await.unwrap();

    assert_eq!(world.client.calls().made, 1);
}

#[tokio::test]
async fn a_refusal_is_final_and_says_so_in_one_call() {
    for (kind, trouble) in [
        (Kind::Fail { code: 1, message: "Photo not found".into() }, Trouble::Refused { code: 1 }),
        (Kind::Fail { code: 98, message: "Invalid auth token".into() }, Trouble::SignInAgain),
        (Kind::Fail { code: 100, message: "Invalid API Key (Key has expired)".into() }, Trouble::KeyRefused),
        (Kind::OAuthProblem { status: 401, problem: "token_rejected".into() }, Trouble::SignInAgain),
        (Kind::OAuthProblem { status: 401, problem: "consumer_key_unknown".into() }, Trouble::KeyRefused),
        (Kind::OAuthProblem { status: 401, problem: "signature_invalid".into() }, Trouble::KeyRefused),
    ] {
        let world = World::new(Account::plain(1, 1)).await;
        world.flickr.faults().play(Where::AnyMethod, kind.clone(), When::Always);

        let error = world.client.who_am_i().await.unwrap_err();

        assert_eq!(error.trouble(), trouble, "{kind:?}");
        assert_eq!(world.client.calls().made, 1, "{kind:?}");
    }
}

#[tokio::test]
async fn a_revoked_token_means_to_sign_in_again() {
    let world = World::new(Account::plain(1, 1)).await;
    world.flickr.revoke_tokens();

    let error = world.client.who_am_i().await.unwrap_err();

    assert_eq!(error.trouble(), Trouble::SignInAgain);
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_by_how_much() {
    let world = World::new(Account::plain(1, 1)).await;
    world.flickr.behave(|behaviour| {
        behaviour.strict_timestamps = true;
        behaviour.clock_skew = 26 * 3600;
    });

    let error = world.client.who_am_i().await.unwrap_err();

    let FlickrError::ClockOff { ahead: Some(ahead), .. } = error else { panic!("{error:?}") };
    assert!((-26 * 3600 - 60..=-26 * 3600 + 60).contains(&ahead.as_secs()), "{ahead}");
}

#[tokio::test]
async fn a_call_is_given_up_when_nothing_succeeds_for_as_long_as_patience_lasts() {
    let world =
        World::with(Account::plain(1, 1), |settings| settings.patience = Duration::from_secs(2)).await;
    world.flickr.faults().play(Where::AnyMethod, status(503, None), When::Always);
    let start = Instant::now();

    let error = world.client.who_am_i().await.unwrap_err();

    assert_eq!(error.trouble(), Trouble::Temporary);
    assert!(error.ends_the_run());
    assert!((2..6).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn retry_after_holds_all_calls_at_once() {
    for retry_after in [RetryAfter::Seconds(2), RetryAfter::Date(3)] {
        let world = World::new(Account::plain(1, 1)).await;
        world.flickr.faults().play(Where::AnyMethod, status(429, Some(retry_after)), When::Times(1));
        let start = Instant::now();
        let first = world.client.clone();
        let first = async move { first.who_am_i().await };
        let second = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            world.client.who_am_i().await
        };

        let (first, second) = tokio::join!(first, second);

        assert!(first.is_ok() && second.is_ok());
        assert!(start.elapsed() >= Duration::from_millis(1900), "{:?}", start.elapsed());
        assert_eq!(world.client.calls().made, 3, "nobody asked meanwhile");
    }
}

#[tokio::test]
async fn a_pause_longer_than_patience_ends_the_call_at_once() {
    let world = World::new(Account::plain(1, 1)).await;
    world.flickr.faults().play(Where::AnyMethod, status(429, Some(RetryAfter::Seconds(3600))), When::Always);
    let start = Instant::now();

    let error = world.client.who_am_i().await.unwrap_err();
    let second = world.client.who_am_i().await.unwrap_err();

    assert_eq!((error.trouble(), second.trouble()), (Trouble::Temporary, Trouble::Temporary));
    assert!(error.ends_the_run() && second.ends_the_run());
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(world.client.calls().made, 1);
}

#[tokio::test]
async fn parallel_calls_get_through_where_every_third_fails() {
    let world = World::new(Account::plain(1, 1)).await;
    world.flickr.faults().play(Where::AnyMethod, status(503, None), When::Every(3));
    world.flickr.faults().play(Where::AnyMethod, status(429, None), When::Every(7));

    let calls = (0..30).map(|_| world.client.who_am_i());
    let answers = futures_util::future::join_all(calls).await;

    assert!(answers.iter().all(Result::is_ok));
    assert!(world.flickr.counts().most_parallel_calls <= 4);
    world.assert_clean();
}

#[tokio::test]
async fn waiting_for_the_allowance_is_told() {
    let world = World::with(Account::plain(1, 1), |settings| settings.calls_per_hour = Some(60)).await;
    let mut waiting = world.client.waiting();
    for _ in 0..30 {
        world.client.who_am_i().await.unwrap();
    }

    let client = world.client.clone();
    let stuck = tokio::spawn(async move { client.who_am_i().await });
    waiting.changed().await.unwrap();

    assert_eq!(waiting.borrow().unwrap().why, WaitingFor::AllowanceUsed);
    assert_eq!(world.client.calls().left_this_hour, Some(30));
    stuck.abort();
}

#[tokio::test]
async fn a_method_that_does_not_exist_is_refused() {
    let world = World::new(Account::plain(1, 1)).await;

    let error = world.client.call::<Value>("flickr.no.such", &[]).await.unwrap_err();

    assert_eq!(error.trouble(), Trouble::Refused { code: 112 });
}

#[tokio::test]
async fn an_answer_carries_flickrs_own_time() {
    let world = World::new(Account::plain(1, 1)).await;

    let answer = world.client.call::<Value>(LOGIN, &[]).await.unwrap();

    let off = answer.date.unwrap().duration_since(flickr_client::now()).abs();
    assert!(off.as_secs() < 60, "{off}");
}

#[tokio::test]
async fn a_key_that_is_off_is_not_asked_with_again() {
    let world = World::new(Account::plain(1, 1)).await;
    let off = Kind::Fail { code: 100, message: "Invalid API Key (Key has expired)".into() };
    world.flickr.faults().play(Where::AnyMethod, off, When::Times(1));

    for _ in 0..3 {
        let error = world.client.who_am_i().await.unwrap_err();
        assert!(
            matches!(&error, FlickrError::KeyRefused { reason } if reason.contains("expired")),
            "{error:?}"
        );
    }

    assert_eq!((world.flickr.counts().api_calls(), world.client.calls().made), (1, 1));
}
