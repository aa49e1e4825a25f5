//! Edits of everything beside the photos themselves: each shows in the answers, and in `lastupdate` where it should.

use flickr_simulator::{Account, Bumps, Edit, Visibility};
use serde_json::{Value, json};

use crate::caller::{Caller, items, number};

async fn world() -> (Caller, Vec<u64>) {
    let caller = Caller::of(Account::rich(8, 60)).await;
    let ids = caller.flickr.ids();
    (caller, ids)
}

fn facts(caller: &Caller, id: u64) -> Value {
    caller.flickr.oracle()["photos"][id.to_string()].take()
}

/// The ids that changed since a second, as Flickr tells them.
async fn changed(caller: &Caller, since: i64) -> Vec<u64> {
    let since = since.to_string();
    let asked = [("min_date", since.as_str()), ("per_page", "500")];
    let photos = caller.all("flickr.photos.recentlyUpdated", &asked, "photos", "photo").await;
    photos.iter().map(|photo| photo["id"].as_str().unwrap().parse().unwrap()).collect()
}

/// A second after every change that the seed made.
const LATER: i64 = 1_750_000_000;

#[tokio::test]
async fn recently_updated_tells_those_edits_that_bump_and_no_others() {
    let (caller, ids) = world().await;
    assert!(changed(&caller, LATER).await.is_empty());
    let flickr = &caller.flickr;

    flickr.edit(Edit::Comment { id: ids[0], by: 9, text: "New".into() });
    flickr.edit(Edit::Tag { id: ids[1], raw: "Brand New".into() });
    flickr.edit(Edit::Favorite { id: ids[2], by: 4_001 });
    flickr.edit(Edit::Look { id: ids[3], times: 40 });
    flickr.edit(Edit::Rotate { id: ids[4], degrees: 90 });
    flickr.edit(Edit::SetLicence { id: ids[5], licence: 16 });
    flickr.edit(Edit::Move { id: ids[6], place: Some((-33.5, 151.25)) });
    flickr.edit(Edit::Redescribe { id: ids[7], description: "<i>Other</i> words".into() });
    let album = flickr.edit(Edit::CreateAlbum { title: "New".into(), photos: vec![ids[8]] }).unwrap();

    let mut seen = changed(&caller, LATER).await;
    seen.sort_unstable();
    let mut wanted = vec![ids[0], ids[1], ids[4], ids[5], ids[6], ids[7]];
    wanted.sort_unstable();
    assert_eq!(seen, wanted);

    flickr.behave(|behaviour| {
        behaviour.bumps = Bumps { favorite: true, album: true, ..Bumps::default() };
    });
    flickr.edit(Edit::Favorite { id: ids[9], by: 4_001 });
    flickr.edit(Edit::AddToAlbum { album, photo: ids[10] });
    let seen = changed(&caller, LATER).await;
    assert!(seen.contains(&ids[9]) && seen.contains(&ids[10]));
}

#[tokio::test]
async fn comments_and_favourites_come_and_go() {
    let (caller, ids) = world().await;
    let id = ids[30];
    let before = facts(&caller, id);
    let (comments, favorites) = (items(&before["comments"]).len(), items(&before["favorites"]).len());

    caller.flickr.edit(Edit::Comment { id, by: 12, text: "One more".into() });
    caller.flickr.edit(Edit::Favorite { id, by: 4_002 });
    assert_eq!(caller.flickr.edit(Edit::Favorite { id, by: 4_002 }), None);

    let asked = [("photo_id", id.to_string())];
    let asked = [("photo_id", asked[0].1.as_str())];
    let told = caller.json("flickr.photos.comments.getList", &asked).await;
    let told = items(&told["comments"]["comment"]);
    assert_eq!((told.len(), &told[comments]["_content"]), (comments + 1, &json!("One more")));
    let added = told[comments]["id"].as_str().unwrap().to_owned();
    let first = told[0]["id"].as_str().unwrap().to_owned();
    for comment in [added, first.clone()] {
        assert_eq!(caller.flickr.edit(Edit::RemoveComment { id, comment }), Some(id));
    }
    assert_eq!(caller.flickr.edit(Edit::RemoveComment { id, comment: first }), None);
    caller.flickr.edit(Edit::Unfavorite { id, by: 4_002 });
    let after = facts(&caller, id);
    assert_eq!(items(&after["comments"]).len(), comments - 1);
    assert_eq!(items(&after["favorites"]).len(), favorites);
    let info = caller.json("flickr.photos.getInfo", &asked).await;
    assert_eq!(number(&info["photo"]["comments"]["_content"]) as usize, comments - 1);
}

#[tokio::test]
async fn facts_of_the_owner_change() {
    let (caller, ids) = world().await;
    let id = ids[7];
    let secret = caller.original_address(id).await;
    let bytes = caller.flickr.original(id);
    let turned = facts(&caller, id)["rotation"].as_i64().unwrap();
    let flickr = &caller.flickr;

    flickr.edit(Edit::Tag { id, raw: "Old Town".into() });
    flickr.edit(Edit::Tag { id, raw: "gone soon".into() });
    flickr.edit(Edit::Untag { id, raw: "gone soon".into() });
    flickr.edit(Edit::Note { id, text: "here".into() });
    flickr.edit(Edit::Move { id, place: Some((-12.25, -77.5)) });
    flickr.edit(Edit::SetLicence { id, licence: 9 });
    flickr.edit(Edit::SetLicence { id, licence: 10 });
    flickr.edit(Edit::Rotate { id, degrees: 270 });
    flickr.edit(Edit::SetVisibility { id, visibility: Visibility::Family });
    flickr.edit(Edit::Look { id, times: 3 });

    let after = facts(&caller, id);
    let raws: Vec<&Value> = items(&after["tags"]).iter().map(|tag| &tag["raw"]).collect();
    assert!(raws.contains(&&json!("Old Town")) && !raws.contains(&&json!("gone soon")));
    assert_eq!(items(&after["notes"]).last().unwrap()["text"], "here");
    assert_eq!(
        (after["place"]["latitude"].as_f64(), after["privacy"].as_str()),
        (Some(-12.25), Some("family"))
    );
    assert_eq!(after["rotation"].as_i64().unwrap(), (turned + 270) % 360);
    let text = id.to_string();
    let history = caller.json("flickr.photos.licenses.getLicenseHistory", &[("photo_id", &text)]).await;
    assert_eq!(items(&history["license_history"]).len(), 2);
    assert_eq!(history["license_history"][1]["new_license"], "Public Domain Mark");
    assert_ne!(caller.original_address(id).await, secret);
    assert_eq!(flickr.original(id), bytes);
}

#[tokio::test]
async fn albums_are_made_changed_and_deleted() {
    let (caller, ids) = world().await;
    let flickr = &caller.flickr;
    let first = flickr.oracle()["albums"][0]["id"].as_str().unwrap().parse::<u64>().unwrap();

    let album = flickr
        .edit(Edit::CreateAlbum { title: "Made now".into(), photos: vec![ids[1], ids[2], ids[3]] })
        .unwrap();
    flickr.edit(Edit::AddToAlbum { album, photo: ids[4] });
    assert_eq!(flickr.edit(Edit::AddToAlbum { album, photo: ids[4] }), None);
    flickr.edit(Edit::RemoveFromAlbum { album, photo: ids[2] });
    flickr.edit(Edit::ReorderAlbum { album, photos: vec![ids[4], ids[3]] });
    flickr.edit(Edit::RenameAlbum { album, title: "Named again".into() });
    flickr.edit(Edit::CommentAlbum { album, by: 5, text: "Lovely".into() });
    flickr.edit(Edit::DeleteAlbum { album: first });
    flickr.edit(Edit::Delete { id: ids[1] });

    let albums = caller.all("flickr.photosets.getList", &[], "photosets", "photoset").await;
    assert_eq!((albums.len(), &albums[0]["title"]["_content"]), (12, &json!("Named again")));
    assert!(albums.iter().all(|one| one["id"].as_str() != Some(&first.to_string())));
    assert!(number(&albums[0]["date_update"]) > LATER);
    let text = album.to_string();
    let asked = [("photoset_id", text.as_str()), ("user_id", "me")];
    let photos = caller.all("flickr.photosets.getPhotos", &asked, "photoset", "photo").await;
    let listed: Vec<&Value> = photos.iter().map(|photo| &photo["id"]).collect();
    assert_eq!(listed, [&json!(ids[4].to_string()), &json!(ids[3].to_string())]);
    let comments = caller.json("flickr.photosets.comments.getList", &asked[..1]).await;
    assert_eq!(comments["comments"]["comment"][0]["_content"], "Lovely");
    let gone = first.to_string();
    let gone = caller.json("flickr.photosets.getPhotos", &[("photoset_id", &gone), ("user_id", "me")]).await;
    assert_eq!(gone["code"], 1);
}

#[tokio::test]
async fn galleries_change() {
    let (caller, _) = world().await;
    let gallery = caller.flickr.oracle()["galleries"][0]["id"].as_str().unwrap().parse::<u64>().unwrap();
    let second = caller.flickr.oracle()["galleries"][0]["photos"][1].take();

    caller.flickr.edit(Edit::RenameGallery { gallery, title: "Other".into() });
    caller.flickr.edit(Edit::AddToGallery { gallery, comment: "why".into() });
    caller.flickr.edit(Edit::RemoveFromGallery { gallery });

    let after = caller.flickr.oracle()["galleries"][0].take();
    assert_eq!((&after["title"], items(&after["photos"]).len()), (&json!("Other"), 50));
    assert_eq!((&after["photos"][0], &after["photos"][49]["words"]), (&second, &json!("why")));
    let text = gallery.to_string();
    let photos = caller.all("flickr.galleries.getPhotos", &[("gallery_id", &text)], "photos", "photo").await;
    assert_eq!(photos[49]["comment"]["_content"], "why");
}

#[tokio::test]
async fn notes_and_people_come_and_go_and_a_deleted_photo_may_come_back() {
    let (caller, ids) = world().await;
    let id = ids[11];
    let flickr = &caller.flickr;
    let before = facts(&caller, id);

    flickr.edit(Edit::Note { id, text: "short".into() });
    flickr.edit(Edit::ShowPerson { id, person: 4_003 });
    let between = facts(&caller, id);
    let note = items(&between["notes"]).last().unwrap()["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(items(&between["people"]).len(), items(&before["people"]).len() + 1);
    flickr.edit(Edit::RemoveNote { id, note });
    flickr.edit(Edit::HidePerson { id, person: 4_003 });
    flickr.edit(Edit::Delete { id });
    assert!(facts(&caller, id).is_null());
    assert_eq!(flickr.edit(Edit::Restore { id }), Some(id));

    let after = facts(&caller, id);
    assert_eq!((&after["notes"], &after["people"]), (&before["notes"], &before["people"]));
    assert_eq!(flickr.edit(Edit::Restore { id }), None);
}

#[tokio::test]
async fn the_owner_likes_more_photos_of_others() {
    let (caller, _) = world().await;

    let id = caller.flickr.edit(Edit::LikeOthers).unwrap();

    let liked = caller.all("flickr.favorites.getList", &[], "photos", "photo").await;
    assert_eq!((liked.len(), &liked[0]["id"]), (706, &json!(id.to_string())));
    assert_eq!(caller.flickr.oracle()["favorites"][0]["id"], id.to_string());
}

#[tokio::test]
async fn edits_by_chance_are_possible_and_the_answers_follow_them() {
    let (caller, _) = world().await;
    let mut done = Vec::new();

    for number in 0..400 {
        done.extend(caller.flickr.edit_by_chance(number));
    }

    let oracle = caller.flickr.oracle();
    assert_eq!(done.len(), 400);
    let listed = crate::caller::ids(&caller.page(&[("per_page", "500")]).await);
    assert_eq!(listed.len(), oracle["photos"].as_object().unwrap().len());
    for id in listed {
        let facts = &oracle["photos"][id.to_string()];
        let info = caller.json("flickr.photos.getInfo", &[("photo_id", &id.to_string())]).await;
        assert_eq!(info["photo"]["title"]["_content"], facts["title"]);
        assert_eq!(number(&info["photo"]["comments"]["_content"]) as usize, items(&facts["comments"]).len());
        assert_eq!(items(&info["photo"]["tags"]["tag"]).len(), items(&facts["tags"]).len());
    }
    let albums = caller.all("flickr.photosets.getList", &[], "photosets", "photoset").await;
    assert_eq!(albums.len(), items(&oracle["albums"]).len());
}
