//! What hangs about the account: favourites, contacts, groups, tags, testimonials, preferences, profile.

use flickr_simulator::Account;
use serde_json::{Value, json};

use crate::caller::{Caller, items, number, texts};

async fn rich() -> (Caller, Value) {
    let caller = Caller::of(Account::rich(33, 120)).await;
    let oracle = caller.flickr.oracle();
    (caller, oracle)
}

#[tokio::test]
async fn favourites_of_others_photos_are_paged_and_some_have_vanished() {
    let (caller, oracle) = rich().await;

    let liked = caller.all("flickr.favorites.getList", &[("per_page", "500")], "photos", "photo").await;

    let told: Value = liked
        .iter()
        .map(|one| {
            json!({ "id": one["id"], "owner": one["owner"], "title": one["title"],
                "when": number(&one["date_faved"]) })
        })
        .collect();
    assert_eq!(told, oracle["favorites"]);
    let first = caller.json("flickr.favorites.getList", &[("per_page", "500")]).await;
    assert_eq!((number(&first["photos"]["total"]), liked.len()), (730, 705));
}

#[tokio::test]
async fn contacts_are_told_with_what_they_are_to_the_owner() {
    let (caller, oracle) = rich().await;

    let contacts = caller.all("flickr.contacts.getList", &[], "contacts", "contact").await;

    let told: Value = contacts
        .iter()
        .map(|one| {
            json!({ "person": one["nsid"], "friend": number(&one["friend"]) == 1,
                "family": number(&one["family"]) == 1, "ignored": number(&one["ignored"]) == 1 })
        })
        .collect();
    assert_eq!(told, oracle["contacts"]);
    for one in &contacts {
        let person = &oracle["people"][one["nsid"].as_str().unwrap()];
        assert_eq!((&one["username"], &one["realname"]), (&person["username"], &person["realname"]));
    }
}

#[tokio::test]
async fn groups_have_names_escaped_twice_and_pools_with_the_owners_photos() {
    let (caller, oracle) = rich().await;
    let groups = caller.json("flickr.people.getGroups", &[("user_id", "me")]).await;
    let pools = caller.all("flickr.groups.pools.getGroups", &[], "groups", "group").await;

    let groups = items(&groups["groups"]["group"]);
    assert_eq!((groups.len(), pools.len()), (8, 8));
    assert_eq!(groups[0]["name"], "Darren&amp;#039;s darkroom 0");
    assert_eq!(oracle["groups"][0]["name"], "Darren's darkroom 0");
    for (group, fact) in groups.iter().zip(items(&oracle["groups"])) {
        assert_eq!(group["nsid"], fact["id"]);
        assert_eq!(group["is_admin"] == 1, fact["admin"] == true);
        let asked = [("group_id", group["nsid"].as_str().unwrap()), ("user_id", "me")];
        let mine = caller.all("flickr.groups.pools.getPhotos", &asked, "photos", "photo").await;
        assert_eq!(json!(texts(&Value::Array(mine.clone()), "id")), fact["photo_ids"]);
        let all = caller.all("flickr.groups.pools.getPhotos", &asked[..1], "photos", "photo").await;
        assert_eq!(all.len(), mine.len() + 4);
    }
}

#[tokio::test]
async fn tags_are_told_with_every_spelling() {
    let (caller, oracle) = rich().await;

    let answer = caller.json("flickr.tags.getListUserRaw", &[]).await;

    let told: serde_json::Map<String, Value> = items(&answer["who"]["tags"]["tag"])
        .iter()
        .map(|tag| (tag["clean"].as_str().unwrap().to_owned(), json!(texts(&tag["raw"], "_content"))))
        .collect();
    assert_eq!(Value::Object(told), oracle["tags"]);
}

#[tokio::test]
async fn testimonials_are_told_from_both_sides_and_pending_ones_by_themselves() {
    let (caller, oracle) = rich().await;
    let mut told = Vec::new();
    for side in ["About", "By"] {
        let method = format!("flickr.testimonials.getAllTestimonials{side}");
        told.extend(caller.all(&method, &[], "testimonials", "testimonial").await);
        let method = format!("flickr.testimonials.getPendingTestimonials{side}");
        let pending = caller.all(&method, &[], "testimonials", "testimonial").await;
        assert!(!pending.is_empty() && pending.iter().all(|one| number(&one["approved"]) == 0));
    }

    let told: Value = told
        .iter()
        .map(|one| {
            let approved = Some(number(&one["date_approved"])).filter(|when| *when > 0);
            json!({ "id": one["id"], "by": one["by_user"]["nsid"], "about": one["about_user"]["nsid"],
                "text": one["body"], "created": number(&one["date_create"]), "approved": approved })
        })
        .collect();
    assert_eq!(told, oracle["testimonials"]);
}

#[tokio::test]
async fn preferences_profile_and_limits_are_told() {
    let (caller, oracle) = rich().await;
    let rows = [
        ("getContentType", "content_type", "content_type"),
        ("getGeoPerms", "geoperms", "geo_viewers"),
        ("getHidden", "hidden", "hidden"),
        ("getPrivacy", "privacy", "privacy"),
        ("getSafetyLevel", "safety_level", "safety_level"),
    ];
    for (method, key, word) in rows {
        let answer = caller.json(&format!("flickr.prefs.{method}"), &[]).await;
        assert_eq!(json!(number(&answer["person"][key])), oracle["preferences"][word]);
    }

    let profile = caller.json("flickr.profile.getProfile", &[("user_id", "12037949754@N01")]).await;
    let person = caller.json("flickr.people.getInfo", &[("user_id", "me")]).await;
    let limits = caller.json("flickr.people.getUploadStatus", &[]).await;

    assert_eq!(profile["profile"]["hometown"], oracle["profile"]["hometown"]);
    assert_eq!(json!(number(&profile["profile"]["join_date"])), oracle["profile"]["joined"]);
    assert_eq!(person["person"]["description"]["_content"], oracle["profile"]["description"]);
    assert_eq!(person["person"]["timezone"]["label"], oracle["profile"]["timezone"]);
    assert_eq!(limits["user"]["upload_count"], oracle["profile"]["photos"]);
}

#[tokio::test]
async fn licences_are_a_table_of_seventeen() {
    let (caller, _) = rich().await;

    let answer = caller.json("flickr.photos.licenses.getInfo", &[]).await;

    let numbers: Vec<i64> =
        items(&answer["licenses"]["license"]).iter().map(|one| number(&one["id"])).collect();
    assert_eq!(numbers.len(), 17);
    assert_eq!(numbers[..4], [0, 4, 6, 3]);
}

#[tokio::test]
async fn strangers_may_not_ask_for_what_is_the_owners() {
    let (caller, _) = rich().await;
    for method in ["flickr.contacts.getList", "flickr.prefs.getPrivacy", "flickr.people.getUploadStatus"] {
        let address = format!(
            "{}/services/rest/?method={method}&format=json&nojsoncallback=1&api_key={}",
            caller.flickr.endpoint(),
            caller.flickr.api_key()
        );
        let answer: Value = serde_json::from_str(&caller.get(&address).await.text().await.unwrap()).unwrap();
        assert_eq!(answer["code"], 99);
    }
}
