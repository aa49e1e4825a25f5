//! What is told of the account beside its photos, against what the simulator's oracle says that there is to know.

use flickr_model::{Album, Collection, UserId};
use flickr_simulator::{Account, Edit};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::details::{all, rich_worlds, seconds, told_comments};
use crate::scripted::Scripted;
use crate::world::World;

async fn me(world: &World) -> UserId {
    world.client.who_am_i().await.unwrap().nsid
}

fn told_album(album: &Album) -> Value {
    json!({"id": album.id, "title": album.title, "description": album.description, "cover": album.cover,
        "created": seconds(album.created), "updated": seconds(album.updated), "views": album.views,
        "photos": album.photos_count, "videos": album.videos_count, "photo_ids": album.photos,
        "comments": told_comments(&album.comments)})
}

#[tokio::test]
async fn every_album_is_whole_and_in_order() {
    for world in rich_worlds(80).await {
        let (oracle, me) = (world.flickr.oracle(), me(&world).await);

        let mut albums = Vec::new();
        for row in all(world.client.albums(&me)).await {
            let photos = world.client.album_photos(&row.value.id, &me).await.unwrap();
            assert!(photos.complete);
            let comments = world.client.album_comments(&row.value.id).await.unwrap().value;
            albums.push(Album { photos: photos.photos, comments, ..row.value });
        }

        assert!(albums.len() > 3);
        for (album, truth) in albums.iter().zip(oracle["albums"].as_array().unwrap()) {
            let mut told = told_album(album);
            if album.photos.is_empty() {
                told["cover"] = Value::Null;
            }
            assert_eq!(told, *truth);
        }
        assert_eq!(albums.len(), oracle["albums"].as_array().unwrap().len());
        world.assert_clean();
    }
}

fn told_collections(collections: &[Collection]) -> Value {
    let told = collections.iter().map(|one| {
        json!({"id": one.id, "title": one.title, "description": one.description, "album_ids": one.albums,
            "collections": told_collections(&one.collections)})
    });
    told.collect()
}

#[tokio::test]
async fn collections_galleries_and_favourites_are_whole() {
    for world in rich_worlds(40).await {
        let (oracle, me) = (world.flickr.oracle(), me(&world).await);

        let collections = world.client.collections(&me).await.unwrap().value;
        assert_eq!(told_collections(&collections), oracle["collections"]);

        let galleries = all(world.client.galleries(&me)).await;
        assert_eq!(galleries.len(), oracle["galleries"].as_array().unwrap().len());
        for (row, truth) in galleries.iter().zip(oracle["galleries"].as_array().unwrap()) {
            let gallery = &row.value;
            let photos = all(world.client.gallery_photos(&gallery.id)).await;
            let photos: Value = photos
                .iter()
                .map(|row| &row.value)
                .map(|photo| {
                    let words = photo.comment.clone().unwrap_or_default();
                    json!({"id": photo.id, "owner": photo.owner, "title": photo.title, "words": words})
                })
                .collect();
            assert_eq!(photos, truth["photos"]);
            assert_eq!(json!(gallery.title), truth["title"]);
            assert_eq!(seconds(gallery.created), truth["created"]);
            assert_eq!(json!(gallery.comments_count), truth["comments_count"]);
        }

        let favorites = all(world.client.favorites_of_mine()).await;
        let told: Value = favorites
            .iter()
            .map(|row| &row.value)
            .map(|photo| {
                json!({"id": photo.id, "owner": photo.owner, "title": photo.title, "when": seconds(photo.when)})
            })
            .collect();
        assert_eq!(told, oracle["favorites"]);
        world.assert_clean();
    }
}

#[tokio::test]
async fn contacts_groups_tags_and_testimonials_are_whole() {
    for world in rich_worlds(60).await {
        let (oracle, me) = (world.flickr.oracle(), me(&world).await);

        let contacts = all(world.client.contacts()).await;
        let told: Value = contacts
            .iter()
            .map(|row| &row.value)
            .map(|one| json!({"person": one.person, "friend": one.is_friend, "family": one.is_family, "ignored": one.ignored}))
            .collect();
        assert_eq!(told, oracle["contacts"]);

        let mut groups = Vec::new();
        for row in all(world.client.groups()).await {
            let group = row.value;
            let photos = all(world.client.group_photos(&group.id, &me)).await;
            let ids: Vec<String> = photos.iter().map(|row| row.value.to_string()).collect();
            groups.push(json!({"id": group.id, "name": group.name, "admin": group.is_admin,
                "moderator": group.is_moderator, "members": group.members, "photo_ids": ids}));
        }
        assert_eq!(Value::Array(groups), oracle["groups"]);

        let tags = world.client.tags_raw().await.unwrap().value;
        let told: Value = tags.into_iter().map(|tag| (tag.text, json!(tag.raw))).collect();
        assert_eq!(told, oracle["tags"]);

        let testimonials = world.client.testimonials(&me).await.unwrap().value;
        let told: Value = testimonials
            .iter()
            .map(|one| {
                json!({"id": one.id, "by": one.from, "about": one.to, "text": one.text,
                    "created": seconds(one.when), "approved": seconds(one.approved)})
            })
            .collect();
        assert_eq!(told, oracle["testimonials"]);
        world.assert_clean();
    }
}

#[tokio::test]
async fn the_profile_and_the_settings_are_told() {
    for world in rich_worlds(20).await {
        let (oracle, me) = (world.flickr.oracle(), me(&world).await);

        let profile = world.client.profile(&me).await.unwrap().value;

        let told = json!({"nsid": profile.id, "username": profile.username, "realname": profile.realname,
            "path_alias": profile.path_alias, "location": profile.location, "description": profile.description,
            "occupation": profile.occupation, "hometown": profile.hometown, "website": profile.elsewhere.get("website"),
            "first_name": profile.first_name, "last_name": profile.last_name, "city": profile.city,
            "country": profile.country, "joined": seconds(profile.joined),
            "timezone": profile.timezone.as_ref().and_then(|zone| zone.label.clone()),
            "first_taken": profile.first_taken, "first_uploaded": seconds(profile.first_uploaded),
            "pro": profile.is_pro, "photos": profile.photos});
        assert_eq!(told, oracle["profile"]);
        assert!(
            profile.icon.is_some() && world.client.avatar(&profile).is_empty(),
            "a stand-in has no avatars"
        );
        let preferences = world.client.preferences().await.unwrap();
        for name in ["content_type", "hidden", "privacy", "safety_level"] {
            let told = preferences.raw[name].to_string().replace('"', "");
            assert_eq!(told, oracle["preferences"][name].to_string(), "{name}");
        }
        let shown = preferences.value;
        assert!(shown.content_type.is_some() && shown.privacy.is_some() && shown.safety.is_some());
        assert!(world.client.upload_status().await.unwrap().value.photo_bytes.is_some());
        world.assert_clean();
    }
}

#[tokio::test]
async fn an_edited_photo_is_the_first_that_recently_changed() {
    let world = World::new(Account::plain(4, 30)).await;
    let id = world.flickr.ids()[7];
    let start = world.client.recently_updated(Timestamp::UNIX_EPOCH, 1).await.unwrap();
    assert_eq!((start.value.total, start.value.pages), (30, 1));
    world.flickr.edit(Edit::Retitle { id, title: "Anew".to_owned() });

    let after = world.client.recently_updated(start.value.latest().unwrap(), 1).await.unwrap();

    let first = &after.value.photos.first().unwrap().photo;
    assert_eq!((first.id.number(), first.title.as_str()), (id, "Anew"));
    assert!(after.date.is_some() && after.value.photos.len() < 30);
}

#[tokio::test]
async fn an_album_that_does_not_add_up_is_asked_for_once_more() {
    let page = |ids: &[u64]| {
        let photos: Vec<Value> = ids.iter().map(|id| json!({"id": id.to_string()})).collect();
        json!({"photoset": {"pages": 1, "perpage": 500, "total": "3", "photo": photos}, "stat": "ok"})
            .to_string()
    };
    let answers = std::sync::Mutex::new(vec![page(&[9, 7, 8]), page(&[9, 9, 7])]);
    let flickr = Scripted::start(move |_| answers.lock().unwrap().pop().unwrap()).await;

    let photos = flickr.client.album_photos(&"5".parse().unwrap(), &"1@N00".parse().unwrap()).await.unwrap();

    assert!(photos.complete);
    assert_eq!(photos.photos.iter().map(|id| id.number()).collect::<Vec<_>>(), [9, 7, 8]);
    let calls = flickr.calls.lock().unwrap();
    assert_eq!(calls.len(), 2);
    assert!(
        calls
            .iter()
            .all(|call| call["media"] == "all" && call["user_id"] == "1@N00" && call["per_page"] == "500")
    );
}

#[tokio::test]
async fn a_short_page_is_not_the_end_and_a_false_number_of_pages_is() {
    let flickr = Scripted::start(|arguments| {
        let page: u64 = arguments["page"].parse().unwrap();
        let people =
            if page == 2 || page > 3 { Vec::new() } else { vec![json!({"nsid": format!("{page}@N00")})] };
        json!({"contacts": {"pages": 1_000_000, "total": "2", "contact": people}, "stat": "ok"}).to_string()
    })
    .await;

    let rows = all(flickr.client.contacts()).await;

    assert_eq!(rows.len(), 2);
    assert_eq!(flickr.calls.lock().unwrap().len(), 6, "three empty pages in a row end it");
}

#[tokio::test]
async fn an_answer_nested_without_end_is_given_up_quickly() {
    let flickr = Scripted::start(|_| {
        let deep = r#"{"collection":["#.repeat(200) + &"]}".repeat(200);
        format!(r#"{{"collections":{deep},"stat":"ok"}}"#)
    })
    .await;

    let error = flickr.client.collections(&"1@N00".parse().unwrap()).await.unwrap_err();

    assert!(error.to_string().contains("nested too deeply"), "{error}");
}
