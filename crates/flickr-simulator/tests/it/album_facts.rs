//! Albums, collections and galleries: every one of them, in order, as the oracle knows them.

use flickr_simulator::{Account, Facts, Mix};
use serde_json::{Value, json};

use crate::caller::{Caller, items, number, texts};

async fn rich(photos: u64) -> (Caller, Value) {
    let caller = Caller::of(Account::rich(5, photos)).await;
    let oracle = caller.flickr.oracle();
    (caller, oracle)
}

#[tokio::test]
async fn every_album_is_listed_with_its_photos_in_order() {
    let (caller, oracle) = rich(700).await;

    let albums = caller.all("flickr.photosets.getList", &[], "photosets", "photoset").await;

    assert_eq!(albums.len(), 12);
    for (told, fact) in albums.iter().zip(items(&oracle["albums"])) {
        let id = told["id"].as_str().unwrap();
        assert_eq!((id, &told["title"]["_content"]), (fact["id"].as_str().unwrap(), &fact["title"]));
        assert_eq!(number(&told["date_update"]), fact["updated"].as_i64().unwrap());
        assert_eq!(number(&told["photos"]), fact["photos"].as_i64().unwrap());
        assert_eq!(number(&told["videos"]), fact["videos"].as_i64().unwrap());
        assert_eq!(number(&told["count_comments"]) as usize, items(&fact["comments"]).len());
        let asked = [("photoset_id", id), ("user_id", "me")];
        let photos = caller.all("flickr.photosets.getPhotos", &asked, "photoset", "photo").await;
        assert_eq!(json!(texts(&Value::Array(photos.clone()), "id")), fact["photo_ids"]);
        assert!(photos.iter().all(|photo| photo.get("owner").is_none()));
        let primary: Vec<&Value> = photos.iter().filter(|photo| number(&photo["isprimary"]) == 1).collect();
        assert_eq!(primary.first().map_or(&Value::Null, |photo| &photo["id"]), &fact["cover"]);
    }
    let lengths: Vec<usize> =
        items(&oracle["albums"]).iter().map(|album| items(&album["photo_ids"]).len()).collect();
    assert_eq!(lengths[..2], [620, 0]);
    let strange = &oracle["albums"][2]["photo_ids"][1];
    assert!(oracle["photos"].get(strange.as_str().unwrap()).is_none());
}

#[tokio::test]
async fn a_page_of_an_album_has_at_most_five_hundred_and_the_owner_must_be_named() {
    let (caller, oracle) = rich(700).await;
    let id = oracle["albums"][0]["id"].as_str().unwrap();

    let page = caller.json("flickr.photosets.getPhotos", &[("photoset_id", id), ("user_id", "me")]).await;
    let unnamed = caller.json("flickr.photosets.getPhotos", &[("photoset_id", id)]).await;

    assert_eq!(items(&page["photoset"]["photo"]).len(), 500);
    assert_eq!((number(&page["photoset"]["pages"]), number(&page["photoset"]["total"])), (2, 620));
    assert_eq!((&unnamed["code"], &unnamed["message"]), (&json!(1), &json!("Photoset not found")));
}

#[tokio::test]
async fn albums_have_comments_and_information() {
    let (caller, oracle) = rich(80).await;
    let mut seen = 0;

    for fact in items(&oracle["albums"]) {
        let asked = [("photoset_id", fact["id"].as_str().unwrap()), ("user_id", "me")];
        let answer = caller.json("flickr.photosets.comments.getList", &asked[..1]).await;
        let told = items(&answer["comments"]["comment"]);
        assert_eq!(json!(texts(&json!(told), "id")), json!(texts(&fact["comments"], "id")));
        assert_eq!(json!(texts(&json!(told), "_content")), json!(texts(&fact["comments"], "text")));
        seen += told.len();
        let info = caller.json("flickr.photosets.getInfo", &asked).await;
        assert_eq!(info["photoset"]["description"]["_content"], fact["description"]);
    }

    assert!(seen > 3);
}

/// Reads a tree in the oracle's words.
fn tree(collections: &Value) -> Value {
    let told = items(collections).iter().map(|one| {
        json!({
            "id": one["id"],
            "title": one["title"],
            "description": one["description"],
            "album_ids": texts(&one["set"], "id"),
            "collections": tree(&one["collection"]),
        })
    });
    told.collect()
}

fn depth(collections: &Value) -> usize {
    items(collections).iter().map(|one| 1 + depth(&one["collections"])).max().unwrap_or(0)
}

#[tokio::test]
async fn collections_are_a_deep_tree_with_an_empty_one_in_it() {
    let (caller, oracle) = rich(80).await;

    let answer = caller.json("flickr.collections.getTree", &[]).await;

    assert_eq!(tree(&answer["collections"]["collection"]), oracle["collections"]);
    assert_eq!(depth(&oracle["collections"]), 30);
    assert!(answer["collections"]["collection"][1].get("set").is_none());
}

#[tokio::test]
async fn without_collections_the_answer_is_empty_or_has_no_key() {
    let caller = Caller::of(Account::plain(5, 10)).await;
    assert_eq!(caller.json("flickr.collections.getTree", &[]).await["collections"], json!({}));

    caller.flickr.behave(|behaviour| behaviour.no_collections_key = true);

    assert!(caller.json("flickr.collections.getTree", &[]).await.get("collections").is_none());
}

#[tokio::test]
async fn galleries_hold_the_photos_of_others_with_the_owners_words() {
    let (caller, oracle) = rich(80).await;

    let galleries =
        caller.all("flickr.galleries.getList", &[("user_id", "me")], "galleries", "gallery").await;

    assert_eq!(galleries.len(), items(&oracle["galleries"]).len());
    for (told, fact) in galleries.iter().zip(items(&oracle["galleries"])) {
        let bare = told["gallery_id"].as_str().unwrap();
        assert_eq!((bare, &told["title"]["_content"]), (fact["id"].as_str().unwrap(), &fact["title"]));
        assert!(told["id"].as_str().unwrap().ends_with(&format!("-{bare}")));
        let photos =
            caller.all("flickr.galleries.getPhotos", &[("gallery_id", bare)], "photos", "photo").await;
        let told: Value = photos
            .iter()
            .map(|one| {
                let words = one["comment"]["_content"].as_str().unwrap_or_default();
                json!({ "id": one["id"], "owner": one["owner"], "title": one["title"], "words": words })
            })
            .collect();
        assert_eq!(told, fact["photos"]);
    }
}

#[tokio::test]
async fn an_account_of_no_albums_has_an_empty_list() {
    let mix = Mix { facts: Facts::none(), ..Mix::plain() };
    let caller = Caller::of(Account { mix, ..Account::plain(5, 10) }).await;

    let answer = caller.json("flickr.photosets.getList", &[]).await;

    assert_eq!(number(&answer["photosets"]["total"]), 0);
    assert!(items(&answer["photosets"]["photoset"]).is_empty());
}
