//! The three legs, their refusals, and what a person does between them.

use flickr_simulator::{Account, Approval, Kind, Leg, When, Where};
use reqwest::Method;

use crate::caller::Caller;

const REQUEST: &str = "/services/oauth/request_token";
const ACCESS: &str = "/services/oauth/access_token";

async fn text(caller: &Caller, path: &str, oauth: &[(&str, &str)]) -> (u16, String) {
    let answer = caller.signed(Method::GET, path, &[], oauth).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn field(body: &str, name: &str) -> String {
    let start = format!("{name}=");
    body.split('&').find_map(|pair| pair.strip_prefix(&start)).unwrap().to_owned()
}

/// Goes through the first leg and takes the request token as the caller's.
async fn with_request_token(account: Account, callback: &str) -> Caller {
    let mut caller = Caller::of(account).await;
    caller.token = Default::default();
    let (status, body) = text(&caller, REQUEST, &[("oauth_callback", callback)]).await;
    assert_eq!((status, field(&body, "oauth_callback_confirmed").as_str()), (200, "true"));
    caller.token = (field(&body, "oauth_token"), field(&body, "oauth_token_secret"));
    caller
}

#[tokio::test]
async fn a_code_is_exchanged_once_and_the_access_token_works() {
    let mut caller = with_request_token(Account::plain(1, 3), "oob").await;
    let page = format!(
        "{}/services/oauth/authorize?oauth_token={}&perms=read",
        caller.flickr.endpoint(),
        caller.token.0
    );
    assert!(caller.get(&page).await.text().await.unwrap().contains("OK, I'll authorize it"));
    let Approval::Code(code) = caller.flickr.approve(&page) else { panic!("a code was expected") };

    let (status, body) = text(&caller, ACCESS, &[("oauth_verifier", &code)]).await;

    assert_eq!(status, 200);
    assert!(body.contains("user_nsid=12037949754%40N01") && body.starts_with("fullname=Robin%20Example&"));
    let again = text(&caller, ACCESS, &[("oauth_verifier", &code)]).await;
    assert_eq!(again, (401, "oauth_problem=token_rejected".into()));
    caller.token = (field(&body, "oauth_token"), field(&body, "oauth_token_secret"));
    assert_eq!(caller.json("flickr.test.login", &[]).await["stat"], "ok");
    assert_eq!(caller.flickr.counts().calls_of("oauth.access_token"), 2);
}

#[tokio::test]
async fn a_callback_gets_token_and_verifier_and_is_sent_to_https() {
    let caller = with_request_token(Account::plain(1, 3), "http://127.0.0.1:8484/back").await;

    let Approval::Callback(address) = caller.flickr.approve(&caller.token.0) else {
        panic!("a callback was expected")
    };

    let start = format!("https://127.0.0.1:8484/back?oauth_token={}&oauth_verifier=", caller.token.0);
    let verifier = address.strip_prefix(&start).unwrap();
    assert_eq!(text(&caller, ACCESS, &[("oauth_verifier", verifier)]).await.0, 200);
}

#[tokio::test]
async fn the_page_itself_approves_and_refuses() {
    let caller = with_request_token(Account::plain(1, 3), "http://127.0.0.1:8484/back").await;
    caller.flickr.behave(|behaviour| behaviour.callback_to_https = false);
    let page = format!("{}/services/oauth/authorize", caller.flickr.endpoint());
    let press = |answer: &str| {
        let form = format!("oauth_token={}&answer={answer}", caller.token.0);
        let kind = "application/x-www-form-urlencoded";
        caller.client.post(&page).header("content-type", kind).body(form).send()
    };

    let yes = press("yes").await.unwrap();
    let no = press("no").await.unwrap();

    assert!(
        yes.headers()["location"].to_str().unwrap().starts_with("http://127.0.0.1:8484/back?oauth_token=")
    );
    assert!(no.headers()["location"].to_str().unwrap().contains("oauth_problem=user_refused"));
    assert_eq!(text(&caller, ACCESS, &[("oauth_verifier", "1")]).await.1, "oauth_problem=token_rejected");
}

#[tokio::test]
async fn a_wrong_signature_is_shown_the_base_string_with_its_raw_ampersands() {
    let mut caller = Caller::of(Account::plain(1, 3)).await;
    caller.token = Default::default();
    caller.secret = "0123456789abcdef".into();

    let (status, body) = text(&caller, REQUEST, &[("oauth_callback", "oob")]).await;

    assert_eq!(status, 401);
    let echo =
        body.strip_prefix("oauth_problem=signature_invalid&debug_sbs=GET&http%3A%2F%2F127.0.0.1%3A").unwrap();
    assert!(
        echo.contains("%2Fservices%2Foauth%2Frequest_token&oauth_callback%3Doob%26oauth_consumer_key%3D")
    );
    assert_eq!(caller.flickr.counts().signature_failures, 1);
}

#[tokio::test]
async fn absent_parameters_unknown_keys_and_unknown_tokens_have_their_own_refusals() {
    let mut caller = Caller::of(Account::plain(1, 3)).await;
    let (token, secret) = std::mem::take(&mut caller.token);
    let absent = "oauth_problem=parameter_absent&oauth_parameters_absent=";
    assert_eq!(text(&caller, REQUEST, &[]).await, (400, format!("{absent}oauth_callback")));
    assert_eq!(caller.call("flickr.test.login", &[]).await, (400, format!("{absent}oauth_token")));

    caller.token = ("72157000000000000-0000000000000000".into(), secret.clone());
    assert_eq!(caller.call("flickr.test.login", &[]).await, (401, "oauth_problem=token_rejected".into()));

    caller.token = (token, secret);
    caller.key = "0".repeat(32);
    let unknown = text(&caller, REQUEST, &[("oauth_callback", "oob")]).await;
    assert_eq!(unknown, (401, "oauth_problem=consumer_key_unknown".into()));
}

#[tokio::test]
async fn a_request_token_is_no_access_token_and_a_revoked_one_is_none_either() {
    let mut caller = with_request_token(Account::plain(1, 3), "oob").await;
    assert_eq!(caller.call("flickr.test.login", &[]).await, (401, "oauth_problem=verifier_invalid".into()));

    caller.token = caller.flickr.access_token();
    caller.flickr.revoke_tokens();
    assert_eq!(caller.call("flickr.test.login", &[]).await, (401, "oauth_problem=token_rejected".into()));
}

#[tokio::test]
async fn a_nonce_is_good_once_and_a_timestamp_for_five_minutes() {
    let mut caller = Caller::of(Account::plain(1, 3)).await;
    caller.nonce = Some("once".into());
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() as i64;
    caller.timestamp = Some(now - 200);
    assert_eq!(caller.call("flickr.test.login", &[]).await.0, 200);
    assert_eq!(caller.call("flickr.test.login", &[]).await, (401, "oauth_problem=nonce_used".into()));

    caller.nonce = None;
    caller.timestamp = Some(now - 400);
    assert_eq!(caller.call("flickr.test.login", &[]).await, (401, "oauth_problem=timestamp_refused".into()));
    caller.flickr.behave(|behaviour| behaviour.strict_timestamps = false);
    assert_eq!(caller.call("flickr.test.login", &[]).await.0, 200);

    let counts = caller.flickr.counts();
    assert_eq!((counts.nonce_reuses, counts.timestamp_refusals), (1, 1));
}

#[tokio::test]
async fn a_clock_that_is_a_day_off_shows_in_the_date_and_refuses_timestamps() {
    let caller = Caller::of(Account::plain(1, 3)).await;
    caller.flickr.behave(|behaviour| behaviour.clock_skew = 86_400);

    let parameters = [("method", "flickr.test.login"), ("format", "json")];
    let answer = caller.signed(Method::GET, "/services/rest", &parameters, &[]).send().await.unwrap();

    assert!(answer.headers()["date"].to_str().unwrap().ends_with(" GMT"));
    assert_eq!(answer.text().await.unwrap(), "oauth_problem=timestamp_refused");
}

#[tokio::test]
async fn a_lost_answer_to_the_last_leg_leaves_the_token_used() {
    let caller = with_request_token(Account::plain(1, 3), "oob").await;
    let Approval::Code(code) = caller.flickr.approve(&caller.token.0) else { panic!("a code was expected") };
    caller.flickr.faults().play(Where::OAuth(Leg::AccessToken), Kind::LostAnswer, When::Times(1));

    let lost = caller.signed(Method::POST, ACCESS, &[], &[("oauth_verifier", &code)]).send().await;

    assert!(lost.is_err());
    assert_eq!(text(&caller, ACCESS, &[("oauth_verifier", &code)]).await.1, "oauth_problem=token_rejected");
}
