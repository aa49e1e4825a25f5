//! Every fault that strikes the API, at least once.

use std::time::Duration;

use flickr_simulator::{Account, Kind, Leg, RetryAfter, When, Where};
use reqwest::Method;

use crate::caller::{Caller, ids, number};

async fn struck(kind: Kind) -> Caller {
    let caller = Caller::of(Account::plain(9, 25)).await;
    caller.flickr.faults().play(Where::AnyMethod, kind, When::Times(1));
    caller
}

#[tokio::test]
async fn the_edge_answers_html_with_or_without_a_time_to_wait() {
    for (retry_after, expected) in [(None, None), (Some(RetryAfter::Seconds(7)), Some("7"))] {
        let caller = struck(Kind::Status { status: 429, retry_after }).await;
        let parameters = [("method", "flickr.test.login"), ("format", "json")];
        let answer = caller.signed(Method::GET, "/services/rest/", &parameters, &[]).send().await.unwrap();
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers().get("retry-after").map(|wait| wait.to_str().unwrap()), expected);
        assert_eq!(answer.text().await.unwrap().len(), 117);
    }
    let caller = struck(Kind::Status { status: 503, retry_after: Some(RetryAfter::Date(60)) }).await;
    assert_eq!(caller.call("flickr.test.login", &[]).await.0, 503);
    assert_eq!(caller.call("flickr.test.login", &[]).await.0, 200);
    assert_eq!(caller.flickr.faults().played(), 1);
}

#[tokio::test]
async fn bodies_may_be_html_cut_json_or_a_failure() {
    let html = struck(Kind::HtmlWith200).await.call("flickr.test.login", &[]).await;
    assert!(html.0 == 200 && html.1.starts_with("<!DOCTYPE html>"));
    assert!(struck(Kind::TrailingComma).await.call("flickr.test.login", &[]).await.1.ends_with("},"));
    let cut = struck(Kind::CutJson).await.call("flickr.test.login", &[]).await.1;
    assert!(serde_json::from_str::<serde_json::Value>(&cut).is_err());
    let message = "Sorry, the Flickr API service is not currently available.".to_owned();
    let failed =
        struck(Kind::Fail { code: 201, message: message.clone() }).await.json("flickr.test.login", &[]).await;
    assert_eq!((&failed["code"], &failed["message"]), (&201.into(), &message.into()));
    let problem = Kind::OAuthProblem { status: 401, problem: "token_rejected".into() };
    assert_eq!(struck(problem).await.call("flickr.test.login", &[]).await.1, "oauth_problem=token_rejected");
}

#[tokio::test]
async fn connections_may_be_torn_down_cut_or_stalled() {
    for kind in [Kind::Reset, Kind::LostAnswer, Kind::Cut(0.5), Kind::Stall(0.5), Kind::WrongLength(10)] {
        let caller = struck(kind.clone()).await;
        let parameters = [("method", "flickr.test.login"), ("format", "json")];
        let request =
            caller.signed(Method::GET, "/services/rest/", &parameters, &[]).timeout(Duration::from_secs(1));
        let broken = match request.send().await {
            Ok(answer) => answer.text().await.is_err(),
            Err(_) => true,
        };
        assert!(broken, "{kind:?}");
        assert_eq!(caller.call("flickr.test.login", &[]).await.0, 200, "{kind:?}");
    }
    let caller = struck(Kind::Delay(Duration::from_millis(300))).await;
    let began = std::time::Instant::now();
    assert_eq!(caller.call("flickr.test.login", &[]).await.0, 200);
    assert!(began.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn listings_lie_about_their_pages() {
    let page = |number: &'static str| [("per_page", "10"), ("page", number)];
    let caller = Caller::of(Account::plain(9, 25)).await;
    let first = ids(&caller.page(&page("1")).await);
    let second = ids(&caller.page(&page("2")).await);
    let lie = |kind| caller.flickr.faults().play(Where::ListingPage(2), kind, When::Times(1));

    lie(Kind::ShortPage(3));
    assert_eq!(ids(&caller.page(&page("2")).await), second[..7]);
    lie(Kind::RepeatPage);
    assert_eq!(ids(&caller.page(&page("2")).await), first);
    lie(Kind::TotalOff(-2));
    assert_eq!(number(&caller.page(&page("2")).await["photos"]["total"]), 23);
    lie(Kind::EmptyPage);
    let empty = caller.page(&page("2")).await;
    assert!(ids(&empty).is_empty() && number(&empty["photos"]["pages"]) == 0);
    assert_eq!(ids(&caller.page(&page("2")).await), second);
}

#[tokio::test]
async fn the_sign_in_can_be_refused_by_the_edge() {
    let caller = Caller::of(Account::plain(9, 1)).await;
    let busy = Kind::Status { status: 429, retry_after: None };
    caller.flickr.faults().play(Where::OAuth(Leg::RequestToken), busy, When::Always);

    let answer =
        caller.signed(Method::GET, "/services/oauth/request_token", &[], &[("oauth_callback", "oob")]);

    assert_eq!(answer.send().await.unwrap().status(), 429);
    caller.flickr.faults().clear();
    assert_eq!(caller.flickr.counts().faults_played, 1);
}
