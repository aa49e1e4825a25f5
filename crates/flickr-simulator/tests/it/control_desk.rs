//! The control desk, for programs that run the simulator as a process.

use flickr_simulator::Account;
use reqwest::Method;

use crate::caller::Caller;

async fn ask(caller: &Caller, path: &str) -> (u16, String) {
    let answer =
        caller.client.post(format!("{}/_simulator/{path}", caller.flickr.endpoint())).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn the_desk_approves_counts_and_resets() {
    let mut caller = Caller::of(Account::plain(12, 4)).await;
    caller.token = Default::default();
    let oauth = [("oauth_callback", "oob")];
    let answer =
        caller.signed(Method::POST, "/services/oauth/request_token", &[], &oauth).send().await.unwrap();
    let body = answer.text().await.unwrap();
    let token = body.split('&').find_map(|pair| pair.strip_prefix("oauth_token=")).unwrap();

    let (status, code) = ask(&caller, &format!("approve?oauth_token={token}")).await;

    assert_eq!((status, code.len(), code.matches('-').count()), (200, 11, 2));
    assert_eq!(ask(&caller, "approve?oauth_token=unknown").await.0, 404);
    assert!(ask(&caller, "counts").await.1.contains("\"oauth.request_token\":1"));
    assert_eq!(ask(&caller, "reset").await.0, 200);
    assert!(!ask(&caller, "counts").await.1.contains("request_token"));
}

#[tokio::test]
async fn the_desk_gives_ids_and_originals_and_takes_faults_and_edits() {
    let caller = Caller::of(Account::plain(12, 4)).await;
    let ids: Vec<u64> = ask(&caller, "ids").await.1.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(ids, caller.flickr.ids());
    let address = format!("{}/_simulator/original?id={}", caller.flickr.endpoint(), ids[0]);
    assert_eq!(
        Some(caller.get(&address).await.bytes().await.unwrap().to_vec()),
        caller.flickr.original(ids[0])
    );

    assert_eq!(ask(&caller, "fault?on=method:flickr.test.login&kind=status&status=502&times=1").await.0, 200);
    assert_eq!(caller.call("flickr.test.login", &[]).await.0, 502);
    assert_eq!(ask(&caller, "fault?on=nowhere&kind=status").await.0, 400);

    assert_eq!(ask(&caller, &format!("edit?kind=retitle&id={}&title=A%20new+one", ids[1])).await.0, 200);
    assert_eq!(caller.flickr.expected(ids[1]).unwrap().title, "A new one");
    assert!(ask(&caller, &format!("expected?id={}", ids[1])).await.1.contains("\"A new one\""));
    assert_eq!(ask(&caller, "edit?kind=add").await.0, 200);
    assert_eq!(caller.flickr.ids().len(), 5);
    assert_eq!(ask(&caller, "revoke").await.0, 200);
    assert_eq!(caller.call("flickr.test.login", &[]).await.0, 401);
}
