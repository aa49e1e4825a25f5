//! The sign-in against the simulator's three legs.

use flickr_client::{Callback, ClientSettings, FlickrClient, LoginError, PendingLogin, Verifier};
use flickr_simulator::{Account, Approval, Kind, Leg, Simulator, When, Where};
use oauth_signing::ExposeSecret;

use crate::world::{self, World};

async fn before_sign_in(change: impl FnOnce(&mut ClientSettings)) -> (Simulator, FlickrClient) {
    let flickr = Simulator::start(Account::plain(1, 3)).await.unwrap();
    let mut settings = world::settings(&flickr);
    settings.token = None;
    change(&mut settings);
    (flickr, FlickrClient::new(settings).unwrap())
}

fn code(flickr: &Simulator, pending: &PendingLogin<'_>) -> Verifier {
    let Approval::Code(code) = flickr.approve(pending.approval_page().as_str()) else { panic!("no code") };
    Verifier::parse(&code).unwrap()
}

#[tokio::test]
async fn a_code_signs_in() {
    let (flickr, client) = before_sign_in(|_| {}).await;

    let pending = PendingLogin::start(&client, &Callback::OutOfBand).await.unwrap();
    let page = pending.approval_page();
    let code = code(&flickr, &pending);
    let signed_in = pending.finish(code).await.unwrap();

    assert!(page.as_str().contains("perms=read"), "{page}");
    assert_eq!(signed_in.nsid, "12037949754@N01");
    let mut settings = world::settings(&flickr);
    settings.token = Some(signed_in.token.token().clone());
    let signed_in_client = FlickrClient::new(settings).unwrap();
    assert!(signed_in_client.who_am_i().await.is_ok());
    assert_eq!(flickr.counts().signature_failures, 0);
    assert_eq!(flickr.counts().credentials_in_addresses, 0);
}

#[tokio::test]
async fn a_callback_brings_the_pending_token_back() {
    let (flickr, client) = before_sign_in(|_| {}).await;
    let address = "http://127.0.0.1:4711/flickr".parse().unwrap();

    let pending = PendingLogin::start(&client, &Callback::Address(address)).await.unwrap();
    let Approval::Callback(visited) = flickr.approve(pending.approval_page().as_str()) else {
        panic!("no callback")
    };
    let callback = oauth_signing::Callback::parse(&visited).unwrap();

    assert!(callback.is_for(pending.token()));
    assert!(pending.finish(callback.verifier().clone()).await.is_ok());
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_secret_are_told_apart() {
    let wrong = "0123456789abcdef0123456789abcdef";
    let with_keys = |key: &str, secret: &str| flickr_client::ApiKeys::new(key, secret).unwrap();

    let (_flickr, client) = before_sign_in(|settings| {
        settings.keys = with_keys(wrong, settings.keys.secret().expose_secret());
    })
    .await;
    let error = PendingLogin::start(&client, &Callback::OutOfBand).await.unwrap_err();
    assert!(matches!(error, LoginError::WrongKey), "{error:?}");

    let (_flickr, client) = before_sign_in(|settings| {
        settings.keys = with_keys(settings.keys.key(), &wrong[..16]);
    })
    .await;
    let error = PendingLogin::start(&client, &Callback::OutOfBand).await.unwrap_err();
    assert!(matches!(error, LoginError::WrongSecret), "{error:?}");
}

#[tokio::test]
async fn a_wrong_or_used_code_is_refused() {
    let (flickr, client) = before_sign_in(|_| {}).await;

    let pending = PendingLogin::start(&client, &Callback::OutOfBand).await.unwrap();
    code(&flickr, &pending);
    let error = pending.finish(Verifier::parse("111-222-333").unwrap()).await.unwrap_err();

    assert!(matches!(error, LoginError::CodeRefused), "{error:?}");
}

#[tokio::test]
async fn a_clock_off_by_a_day_is_told() {
    let (flickr, client) = before_sign_in(|_| {}).await;
    flickr.behave(|behaviour| {
        behaviour.strict_timestamps = true;
        behaviour.clock_skew = -86_400;
    });

    let error = PendingLogin::start(&client, &Callback::OutOfBand).await.unwrap_err();

    let LoginError::ClockOff { ahead: Some(ahead) } = error else { panic!("{error:?}") };
    assert!((86_300..86_500).contains(&ahead.as_secs()), "{ahead}");
}

#[tokio::test]
async fn no_network_is_told_as_such() {
    let (flickr, client) =
        before_sign_in(|settings| settings.patience = std::time::Duration::from_secs(1)).await;
    drop(flickr);

    let error = PendingLogin::start(&client, &Callback::OutOfBand).await.unwrap_err();

    assert!(matches!(error, LoginError::NoNetwork { .. }) && error.is_temporary(), "{error:?}");
}

#[tokio::test]
async fn a_request_token_is_asked_for_again_after_trouble() {
    let (flickr, client) = before_sign_in(|_| {}).await;
    let busy = Kind::Status { status: 429, retry_after: None };
    flickr.faults().play(Where::OAuth(Leg::RequestToken), busy, When::Times(2));

    assert!(PendingLogin::start(&client, &Callback::OutOfBand).await.is_ok());
    assert_eq!(flickr.counts().calls_of("oauth.request_token"), 3);
}

#[tokio::test]
async fn an_exchange_that_never_reached_flickr_is_made_once_more() {
    let (flickr, client) = before_sign_in(|_| {}).await;
    let pending = PendingLogin::start(&client, &Callback::OutOfBand).await.unwrap();
    let code = code(&flickr, &pending);
    flickr.faults().play(Where::OAuth(Leg::AccessToken), Kind::Reset, When::Times(1));

    assert!(pending.finish(code).await.is_ok());
}

#[tokio::test]
async fn a_lost_answer_to_the_exchange_is_told_as_such() {
    let (flickr, client) = before_sign_in(|_| {}).await;
    let pending = PendingLogin::start(&client, &Callback::OutOfBand).await.unwrap();
    let code = code(&flickr, &pending);
    flickr.faults().play(Where::OAuth(Leg::AccessToken), Kind::LostAnswer, When::Times(1));

    let error = pending.finish(code).await.unwrap_err();

    assert!(matches!(error, LoginError::LostAnswer { .. }), "{error:?}");
    assert_eq!(flickr.counts().calls_of("oauth.access_token"), 2, "asked once more, not for ever");
}

#[tokio::test]
async fn nothing_that_is_shown_holds_a_secret() {
    let world = World::new(Account::plain(1, 1)).await;
    let pending = PendingLogin::start(&world.client, &Callback::OutOfBand).await.unwrap();
    let (token, secret) = world.flickr.access_token();

    let shown = format!("{:?} {pending:?} {:?}", world.client, world::settings(&world.flickr));

    let request_token = pending.token().token().text().expose_secret();
    for hidden in [world.flickr.api_key(), world.flickr.api_secret(), &token, &secret, request_token] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}
