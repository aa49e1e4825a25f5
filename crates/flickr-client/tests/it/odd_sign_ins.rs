//! Sign-ins at hosts that read OAuth more strictly, or the person's code differently.

use flickr_client::{Callback, PendingLogin, Verifier};
use serde_json::Value;

use crate::scripted::{Asked, Reply, Scripted};

const GRANTED: &str = "oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=true";

/// The value of one protocol parameter of a request.
fn oauth(asked: &Asked, name: &str) -> String {
    let start = format!("{name}=\"");
    let rest = asked.authorization.split(&start).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_refused_code_is_tried_once_in_its_other_form() {
    for (typed, wanted) in [("123-456-789", "123456789"), ("123456789", "123-456-789")] {
        let server = Scripted::raw(
            move |asked| match asked.path.ends_with("access_token") {
                true if oauth(asked, "oauth_verifier") != wanted => Reply::Http {
                    status: 401,
                    headers: String::new(),
                    body: b"oauth_problem=verifier_invalid".to_vec(),
                },
                _ => Reply::ok(GRANTED),
            },
            |settings| settings.token = None,
        )
        .await;

        let pending = PendingLogin::start(&server.client, &Callback::OutOfBand).await.unwrap();
        let signed_in = pending.finish(Verifier::parse(typed).unwrap()).await.unwrap();

        assert_eq!(signed_in.nsid, "", "whose it is was not said");
        assert_eq!(server.count("GET", "/services/oauth/access_token"), 2);
        let asked = server.asked.lock().unwrap().clone();
        assert_eq!(oauth(&asked[1], "oauth_verifier"), typed, "as it was typed first");
        assert!(asked.iter().all(|asked| oauth(asked, "oauth_nonce").len() == 28));
    }
}

#[tokio::test]
async fn an_interface_that_wants_post_is_asked_so_from_then_on() {
    let server = Scripted::raw(
        |asked| match (asked.verb.as_str(), asked.path.as_str()) {
            ("GET", "/services/rest/") => Reply::status(501),
            ("GET", _) => Reply::status(405),
            (_, "/services/rest/") => Reply::ok(r#"{"stat":"ok"}"#),
            _ => Reply::ok(GRANTED),
        },
        |settings| settings.token = None,
    )
    .await;

    let pending = PendingLogin::start(&server.client, &Callback::OutOfBand).await.unwrap();
    pending.finish(Verifier::parse("123-456-789").unwrap()).await.unwrap();
    for _ in 0..3 {
        server.client.call::<Value>("flickr.test.echo", &[("text", "a b+c")]).await.unwrap();
    }

    for path in ["/services/oauth/request_token", "/services/oauth/access_token"] {
        assert_eq!((server.count("GET", path), server.count("POST", path)), (1, 1), "{path}");
    }
    assert_eq!((server.count("GET", "/services/rest/"), server.count("POST", "/services/rest/")), (1, 3));
    let asked = server.asked.lock().unwrap().clone();
    let last = asked.last().unwrap();
    assert_eq!(last.body, "method=flickr.test.echo&format=json&nojsoncallback=1&text=a%20b%2Bc");
    assert!(last.arguments.is_empty() && !oauth(last, "oauth_signature").is_empty());
}

#[tokio::test]
async fn a_redirect_that_takes_the_slash_away_is_followed_once_and_no_other_is() {
    let server = Scripted::raw(
        |asked| match asked.path.as_str() {
            "/services/rest/" => Reply::status(301).with("location: /services/rest?method=x"),
            "/services/rest" => Reply::ok(r#"{"stat":"ok"}"#),
            _ => Reply::status(301).with("location: http://127.0.0.1:9/services/oauth/request_token"),
        },
        |_| {},
    )
    .await;

    for _ in 0..3 {
        server.client.call::<Value>("flickr.test.echo", &[]).await.unwrap();
    }
    let refused = PendingLogin::start(&server.client, &Callback::OutOfBand).await;

    assert!(refused.is_err());
    assert_eq!((server.count("GET", "/services/rest/"), server.count("GET", "/services/rest")), (1, 3));
}
