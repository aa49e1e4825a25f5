//! Sign-ins at hosts that read OAuth more strictly, or the person's code differently.

use flickr_client::{Callback, PendingLogin, Verifier};

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
