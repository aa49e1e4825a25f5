//! The small methods, the ways of calling them, and the ways of being refused.

use flickr_simulator::{Account, Mix};
use reqwest::Method;

use crate::caller::{Caller, number};

#[tokio::test]
async fn a_call_may_be_get_or_post_with_or_without_the_slash() {
    let caller = Caller::of(Account::plain(1, 3)).await;
    let odd = "blanks + pluses & ~*'()! é ☃ %2F";
    let parameters = [
        ("method", "flickr.test.echo"),
        ("format", "json"),
        ("nojsoncallback", "1"),
        ("odd", odd),
        ("empty", ""),
    ];

    for (verb, path) in [(Method::GET, "/services/rest"), (Method::POST, "/services/rest/")] {
        let answer = caller.signed(verb, path, &parameters, &[]).send().await.unwrap();
        let echoed: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!(echoed["odd"]["_content"], odd);
    }
    assert_eq!(caller.flickr.counts().signature_failures, 0);
}

#[tokio::test]
async fn refusals_come_with_status_200_and_a_code() {
    let caller = Caller::of(Account::plain(1, 3)).await;
    let code = async |query: String| {
        let address =
            format!("{}/services/rest/?format=json&nojsoncallback=1&{query}", caller.flickr.endpoint());
        let answer: serde_json::Value =
            serde_json::from_str(&caller.get(&address).await.text().await.unwrap()).unwrap();
        assert_eq!(answer["stat"], "fail");
        answer["code"].as_i64().unwrap()
    };
    let key = caller.flickr.api_key();

    assert_eq!(code("method=flickr.test.echo&api_key=short".into()).await, 100);
    assert_eq!(code(format!("method=flickr.nothing.here&api_key={key}")).await, 112);
    assert_eq!(code(format!("method=flickr.test.login&api_key={key}")).await, 99);
    assert_eq!(caller.json("flickr.photos.getInfo", &[("photo_id", "17")]).await["code"], 1);
    assert!(caller.flickr.counts().credentials_in_addresses > 0);
}

#[tokio::test]
async fn without_nojsoncallback_the_answer_is_wrapped() {
    let caller = Caller::of(Account::plain(1, 3)).await;
    let parameters = [("method", "flickr.test.login"), ("format", "json")];

    let answer = caller.signed(Method::GET, "/services/rest/", &parameters, &[]).send().await.unwrap();

    let text = answer.text().await.unwrap();
    assert!(text.starts_with("jsonFlickrApi({\"user\"") && text.ends_with("})"));
}

#[tokio::test]
async fn the_count_of_people_get_info_is_the_total_of_the_listing() {
    let caller = Caller::of(Account::mixed(5, 250)).await;

    let person = caller.json("flickr.people.getInfo", &[("user_id", "me")]).await;

    assert_eq!(number(&person["person"]["photos"]["count"]["_content"]), 250);
    assert_eq!(number(&caller.page(&[]).await["photos"]["total"]), 250);
}

#[tokio::test]
async fn get_info_tells_what_the_listing_told() {
    let caller = Caller::of(Account::mixed(5, 40)).await;

    for id in caller.flickr.ids() {
        let facts = caller.flickr.expected(id).unwrap();
        let info = caller.json("flickr.photos.getInfo", &[("photo_id", &id.to_string())]).await;
        assert_eq!(info["photo"]["title"]["_content"], facts.title);
        assert_eq!(number(&info["photo"]["dates"]["posted"]), facts.uploaded);
        assert_eq!(info["photo"]["dates"]["taken"], facts.taken);
        assert_eq!(info["photo"]["media"], if facts.is_video { "video" } else { "photo" });
        assert!(info["photo"]["permissions"].is_object());
    }
}

#[tokio::test]
async fn strangers_see_public_photos_only_and_no_originals() {
    let mix = Mix { private: 0.5, ..Mix::plain() };
    let caller = Caller::of(Account { mix, ..Account::mixed(5, 60) }).await;
    let nsid = "12037949754%40N01";
    let address = format!(
        "{}/services/rest/?method=flickr.people.getPhotos&format=json&nojsoncallback=1&user_id={nsid}&per_page=500\
         &extras=url_o,original_format&api_key={}",
        caller.flickr.endpoint(),
        caller.flickr.api_key()
    );

    let seen: serde_json::Value =
        serde_json::from_str(&caller.get(&address).await.text().await.unwrap()).unwrap();

    let photos = seen["photos"]["photo"].as_array().unwrap();
    assert!((25..=35).contains(&photos.len()), "{}", photos.len());
    assert!(photos.iter().all(|photo| photo["ispublic"] == 1 && photo.get("url_o").is_none()));
}

#[tokio::test]
async fn gzip_answers_are_true_gzip() {
    let caller = Caller::of(Account::plain(1, 300)).await;
    caller.flickr.behave(|behaviour| behaviour.gzip = true);

    let page = caller.page(&[("per_page", "300")]).await;

    assert_eq!(page["photos"]["photo"].as_array().unwrap().len(), 300);
}
