//! The oracle itself: whole, steady, and true about bytes and people.

use flickr_simulator::{Account, Edit};
use md5::{Digest, Md5};
use serde_json::Value;

use crate::caller::{Caller, items};

#[tokio::test]
async fn two_accounts_of_one_seed_have_one_oracle() {
    let one = Caller::of(Account::rich(40, 70)).await;
    let other = Caller::of(Account::rich(40, 70)).await;

    assert_eq!(one.flickr.oracle()["albums"], other.flickr.oracle()["albums"]);
    assert_eq!(one.flickr.oracle()["photos"], other.flickr.oracle()["photos"]);
}

#[tokio::test]
async fn an_account_of_nothing_but_photos_has_nothing_else() {
    let caller = Caller::of(Account::plain(40, 12)).await;

    let oracle = caller.flickr.oracle();

    assert_eq!(oracle["photos"].as_object().unwrap().len(), 12);
    for list in ["albums", "collections", "galleries", "favorites", "contacts", "groups", "testimonials"] {
        assert!(items(&oracle[list]).is_empty(), "{list}");
    }
    assert!(oracle["photos"].as_object().unwrap().values().all(|photo| items(&photo["comments"]).is_empty()));
}

#[tokio::test]
async fn everything_odd_is_in_a_rich_account() {
    let caller = Caller::of(Account::rich(40, 400)).await;
    let oracle = caller.flickr.oracle();
    let all: Vec<&Value> = oracle["photos"].as_object().unwrap().values().collect();
    let texts: Vec<&str> = all
        .iter()
        .flat_map(|photo| items(&photo["comments"]))
        .map(|comment| comment["text"].as_str().unwrap())
        .collect();
    let any = |found: &dyn Fn(&Value) -> bool| all.iter().any(|photo| found(photo));

    assert!(texts.iter().any(|text| text.chars().count() == 20_000));
    assert!(texts.iter().any(|text| text.contains('\u{0}')));
    assert!(any(&|photo| items(&photo["comments"]).len() == 1_300));
    assert!(any(&|photo| items(&photo["tags"]).iter().any(|tag| tag["text"] == "" && tag["raw"] == "***")));
    assert!(any(&|photo| items(&photo["notes"])
        .iter()
        .any(|note| note["text"].as_str().unwrap().contains("<a"))));
    assert!(any(&|photo| photo["place"]["accuracy"] == 0));
    assert!(any(&|photo| photo["rotation"] == 90));
    assert!(any(&|photo| items(&photo["people"]).iter().any(|shown| shown["area"].is_null())));
    assert!(any(&|photo| items(&photo["people"]).iter().any(|shown| !shown["area"].is_null())));
    assert!(oracle["people"].as_object().unwrap().values().any(|person| person["deleted"] == true));
}

#[tokio::test]
async fn boxes_lie_on_their_canvas() {
    let caller = Caller::of(Account::rich(41, 300)).await;
    let oracle = caller.flickr.oracle();

    for photo in oracle["photos"].as_object().unwrap().values() {
        for mark in items(&photo["notes"]).iter().chain(items(&photo["people"])) {
            let side = |key: &str| mark["area"][key].as_u64();
            let Some(x) = side("x") else { continue };
            assert!(x + side("w").unwrap() <= side("canvas_width").unwrap());
            assert!(side("y").unwrap() + side("h").unwrap() <= side("canvas_height").unwrap());
            assert!(side("canvas_width").unwrap().max(side("canvas_height").unwrap()) <= 500);
        }
    }
}

#[tokio::test]
async fn the_digest_of_a_file_follows_a_replacement() {
    let caller = Caller::of(Account::rich(40, 30)).await;
    let id = caller.flickr.ids()[2];
    let digest = || caller.flickr.oracle()["photos"][id.to_string()]["file_md5"].take();
    let before = digest();

    caller.flickr.edit(Edit::Replace { id });

    let bytes = caller.flickr.best(id).unwrap();
    let hexadecimal: String = Md5::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest(), hexadecimal);
    assert_ne!(digest(), before);
}

#[tokio::test]
async fn the_desk_gives_the_oracle_and_takes_the_new_edits() {
    let caller = Caller::of(Account::rich(40, 20)).await;
    let id = caller.flickr.ids()[6];
    let desk = format!("{}/_simulator", caller.flickr.endpoint());
    let edit = format!("{desk}/edit?kind=comment&id={id}&by=3&text=from+the+desk");
    assert_eq!(caller.get(&edit).await.status(), 200);

    let told: Value =
        serde_json::from_str(&caller.get(&format!("{desk}/oracle")).await.text().await.unwrap()).unwrap();

    assert_eq!(told, caller.flickr.oracle());
    let comments = items(&told["photos"][id.to_string()]["comments"]);
    assert_eq!(comments.last().unwrap()["text"], "from the desk");
    let made = caller.get(&format!("{desk}/edit?kind=create-album&title=T&photos={id}")).await;
    let made = made.text().await.unwrap();
    assert_eq!(caller.flickr.oracle()["albums"][0]["id"], made.as_str());
}
