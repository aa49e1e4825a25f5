//! What the API tells of one photo is what the oracle says of it, for every photo of an account that has everything.

use flickr_simulator::Account;
use serde_json::{Value, json};

use crate::caller::{Caller, decimal, items, number};

async fn rich() -> (Caller, Value) {
    let caller = Caller::of(Account::rich(21, 90)).await;
    let oracle = caller.flickr.oracle();
    (caller, oracle)
}

fn photos(oracle: &Value) -> impl Iterator<Item = (&String, &Value)> {
    oracle["photos"].as_object().unwrap().iter()
}

#[tokio::test]
async fn get_info_tells_every_fact() {
    let (caller, oracle) = rich().await;

    for (id, facts) in photos(&oracle) {
        let info = caller.json("flickr.photos.getInfo", &[("photo_id", id)]).await["photo"].take();

        assert_eq!(info["title"]["_content"], facts["title"]);
        assert_eq!(info["description"]["_content"], facts["description"]);
        assert_eq!(number(&info["dates"]["lastupdate"]), facts["updated"].as_i64().unwrap());
        assert_eq!(info["dates"]["taken"], facts["taken"]["text"]);
        assert_eq!(number(&info["license"]), facts["licence"]["number"].as_i64().unwrap());
        assert_eq!(number(&info["rotation"]), facts["rotation"].as_i64().unwrap());
        assert_eq!(number(&info["content_type"]), facts["content"].as_i64().unwrap());
        assert_eq!(number(&info["views"]), facts["views"].as_i64().unwrap());
        assert_eq!(number(&info["comments"]["_content"]) as usize, items(&facts["comments"]).len());
        assert_eq!(info["people"]["haspeople"] == 1, !items(&facts["people"]).is_empty());
        let words = ["nobody", "friends and family", "contacts", "everybody"];
        let allowed = |key: &str| words[number(&info["permissions"][key]) as usize];
        assert_eq!(allowed("permcomment"), facts["permissions"]["comment"]);
        assert_eq!(allowed("permaddmeta"), facts["permissions"]["add_meta"]);
        assert_eq!(info["usage"]["canprint"] == 1, facts["usage"]["print"] == true);
        assert_eq!(info["media"], facts["media"]);
        if facts["media"] == "video" {
            assert_eq!(number(&info["video"]["duration"]), facts["video"]["seconds"].as_i64().unwrap());
        }
        assert!(info["urls"]["url"][0]["_content"].as_str().unwrap().ends_with(&format!("/{id}/")));
        check_tags(&info, facts);
        check_notes(&info, facts);
        check_place(&info, facts);
    }
}

fn check_tags(info: &Value, facts: &Value) {
    let told: Vec<Value> = items(&info["tags"]["tag"])
        .iter()
        .map(|tag| {
            let machine = number(&tag["machine_tag"]) == 1;
            json!({ "raw": tag["raw"], "text": tag["_content"], "author": tag["author"], "machine": machine })
        })
        .collect();
    assert_eq!(Value::Array(told), facts["tags"]);
}

fn check_notes(info: &Value, facts: &Value) {
    for (told, fact) in items(&info["notes"]["note"]).iter().zip(items(&facts["notes"])) {
        assert_eq!((&told["_content"], &told["author"]), (&fact["text"], &fact["author"]));
        assert_eq!(number(&told["x"]), fact["area"]["x"].as_i64().unwrap());
        assert_eq!(number(&told["h"]), fact["area"]["h"].as_i64().unwrap());
    }
    assert_eq!(items(&info["notes"]["note"]).len(), items(&facts["notes"]).len());
}

fn check_place(info: &Value, facts: &Value) {
    let place = &facts["place"];
    assert_eq!(info.get("location").is_some(), !place.is_null());
    if place.is_null() {
        return;
    }
    assert_eq!(decimal(&info["location"]["latitude"]), place["latitude"].as_f64().unwrap());
    assert_eq!(decimal(&info["location"]["longitude"]), place["longitude"].as_f64().unwrap());
    assert_eq!(number(&info["location"]["accuracy"]), place["accuracy"].as_i64().unwrap());
    for name in ["neighbourhood", "locality", "county", "region", "country"] {
        assert_eq!(info["location"][name]["_content"], place[name], "{name}");
    }
    let is_public = items(&place["viewers"]).contains(&"public".into());
    assert_eq!(info["geoperms"]["ispublic"] == 1, is_public);
}

#[tokio::test]
async fn comments_favourites_and_people_are_told_in_full() {
    let (caller, oracle) = rich().await;
    let (mut most_comments, mut most_favorites, mut boxed) = (0, 0, 0);

    for (id, facts) in photos(&oracle) {
        let asked = [("photo_id", id.as_str()), ("per_page", "500")];
        let answer = caller.json("flickr.photos.comments.getList", &asked[..1]).await;
        let told: Vec<Value> = items(&answer["comments"]["comment"])
            .iter()
            .map(|one| {
                json!({ "id": one["id"], "author": one["author"], "when": number(&one["datecreate"]),
                    "text": one["_content"] })
            })
            .collect();
        most_comments = most_comments.max(told.len());
        assert_eq!(Value::Array(told), facts["comments"]);

        let people = caller.all("flickr.photos.getFavorites", &asked, "photo", "person").await;
        let told: Vec<Value> = people
            .iter()
            .map(|one| json!({ "person": one["nsid"], "when": number(&one["favedate"]) }))
            .collect();
        most_favorites = most_favorites.max(told.len());
        assert_eq!(Value::Array(told), facts["favorites"]);

        let answer = caller.json("flickr.photos.people.getList", &asked[..1]).await;
        let told = items(&answer["people"]["person"]);
        for (one, fact) in told.iter().zip(items(&facts["people"])) {
            assert_eq!((&one["nsid"], &one["added_by"]), (&fact["person"], &fact["added_by"]));
            assert_eq!(one.get("x").is_some(), !fact["area"].is_null());
            boxed += u64::from(one.get("x").is_some());
        }
        assert_eq!(told.len(), items(&facts["people"]).len());
    }

    assert_eq!((most_comments, most_favorites), (1_300, 137));
    assert!(boxed > 0);
}

#[tokio::test]
async fn a_page_of_favourites_has_at_most_fifty() {
    let (caller, oracle) = rich().await;
    let (id, _) = photos(&oracle).find(|(_, facts)| items(&facts["favorites"]).len() == 137).unwrap();

    let answer = caller.json("flickr.photos.getFavorites", &[("photo_id", id), ("per_page", "500")]).await;

    assert_eq!(items(&answer["photo"]["person"]).len(), 50);
    assert_eq!((number(&answer["photo"]["pages"]), number(&answer["photo"]["total"])), (3, 137));
}

#[tokio::test]
async fn the_listing_agrees_with_the_single_photos() {
    let (caller, oracle) = rich().await;
    let extras = "count_comments,count_faves,tags,machine_tags,geo,license,rotation,content_type,last_update";

    let asked = [("user_id", "me"), ("safe_search", "3"), ("per_page", "500"), ("extras", extras)];
    let page = caller.json("flickr.people.getPhotos", &asked).await;

    let listed = items(&page["photos"]["photo"]);
    assert_eq!(listed.len(), 90);
    for told in listed {
        let facts = &oracle["photos"][told["id"].as_str().unwrap()];
        assert_eq!(number(&told["count_comments"]) as usize, items(&facts["comments"]).len());
        assert_eq!(number(&told["count_faves"]) as usize, items(&facts["favorites"]).len());
        assert_eq!(number(&told["rotation"]), facts["rotation"].as_i64().unwrap());
        assert_eq!(number(&told["accuracy"]), facts["place"]["accuracy"].as_i64().unwrap_or(0));
        let tags = |machine_only: bool| {
            let wanted = items(&facts["tags"]).iter().filter(|tag| !machine_only || tag["machine"] == true);
            let texts: Vec<&str> =
                wanted.map(|tag| tag["text"].as_str().unwrap()).filter(|text| !text.is_empty()).collect();
            texts.join(" ")
        };
        assert_eq!(told["tags"], tags(false));
        assert_eq!(told["machine_tags"], tags(true));
    }
}

#[tokio::test]
async fn exif_is_shown_or_refused() {
    let (caller, oracle) = rich().await;
    let mut refused = 0;

    for (id, facts) in photos(&oracle) {
        let answer = caller.json("flickr.photos.getExif", &[("photo_id", id)]).await;
        if facts["exif"].is_null() {
            assert_eq!((&answer["code"], &answer["message"]), (&json!(2), &json!("Permission denied")));
            refused += 1;
            continue;
        }
        let lines = items(&answer["photo"]["exif"]);
        assert_eq!(lines.len(), items(&facts["exif"]).len());
        for (line, fact) in lines.iter().zip(items(&facts["exif"])) {
            assert_eq!(line["tag"], fact["tag"]);
            assert_eq!(line["clean"]["_content"], fact["clean"]);
        }
    }

    assert!((5..=14).contains(&refused), "{refused}");
}

#[tokio::test]
async fn contexts_and_galleries_of_others_name_where_a_photo_is() {
    let (caller, oracle) = rich().await;
    let mut found = 0;

    for (id, facts) in photos(&oracle) {
        let contexts = caller.json("flickr.photos.getAllContexts", &[("photo_id", id)]).await;
        let ids =
            |key: &str| -> Value { items(&contexts[key]).iter().map(|one| one["id"].clone()).collect() };
        assert_eq!(ids("set"), facts["albums"]);
        assert_eq!(ids("pool"), facts["groups"]);
        assert_eq!(contexts.get("set").is_none(), items(&facts["albums"]).is_empty());

        let others = caller.json("flickr.galleries.getListForPhoto", &[("photo_id", id)]).await;
        let told: Value =
            items(&others["galleries"]["gallery"]).iter().map(|one| one["gallery_id"].clone()).collect();
        let known: Value = items(&facts["in_galleries"]).iter().map(|one| one["id"].clone()).collect();
        assert_eq!(told, known);
        found += items(&told).len();
    }

    assert!(found > 0);
}
