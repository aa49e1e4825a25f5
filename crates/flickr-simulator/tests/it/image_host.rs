//! The image host: headers, ranges, secrets, streams and their tickets.

use flickr_simulator::{Account, Edit, Mix, OldSecret, OriginalHeaders, Simulator};
use serde_json::Value;

use crate::caller::{Caller, ids, number};

fn only_videos(mix: Mix) -> Account {
    let mix = Mix { videos: 1.0, ..mix };
    Account { mix, ..Account::plain(6, 12) }
}

async fn streams(caller: &Caller, id: u64) -> Vec<Value> {
    let info = caller.json("flickr.photos.getInfo", &[("photo_id", &id.to_string())]).await;
    let secret = info["photo"]["secret"].as_str().unwrap();
    let parameters = [("photo_id", id.to_string()), ("secret", secret.to_owned())];
    let parameters = parameters.each_ref().map(|(name, value)| (*name, value.as_str()));
    let streams = caller.json("flickr.video.getStreamInfo", &parameters).await;
    streams["streams"]["stream"].as_array().unwrap().clone()
}

fn original_stream(streams: &[Value]) -> Option<String> {
    let original = streams.iter().find(|stream| stream["type"] == "orig")?;
    Some(original["_content"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn an_original_comes_with_what_is_known_of_it() {
    let caller = Caller::of(Account::plain(6, 3)).await;
    let id = caller.flickr.ids()[0];
    let address = caller.original_address(id).await;

    let stored = caller.get(&address).await;
    assert_eq!(stored.headers()["accept-ranges"], "bytes");
    assert_eq!(stored.headers()["content-md5"].len(), 24);
    assert_eq!(stored.headers()["etag"].len(), 34);
    let length = stored.content_length().unwrap();
    let bytes = stored.bytes().await.unwrap();
    assert_eq!((bytes.len() as u64, Some(bytes.to_vec())), (length, caller.flickr.original(id)));

    caller.flickr.behave(|behaviour| behaviour.original_headers = OriginalHeaders::Chunked);
    let rendered = caller.get(&address).await;
    assert_eq!(rendered.content_length(), None);
    assert!(rendered.headers()["etag"].to_str().unwrap().ends_with(".1\""));
    assert_eq!(rendered.headers()["x-ttdb-l"].to_str().unwrap(), length.to_string());
    assert_eq!(rendered.bytes().await.unwrap(), bytes);
}

#[tokio::test]
async fn a_part_is_given_while_the_file_is_the_same() {
    let caller = Caller::of(Account::plain(6, 3)).await;
    let id = caller.flickr.ids()[1];
    let address = caller.original_address(id).await;
    let whole = caller.flickr.original(id).unwrap();
    let tag = caller.get(&address).await.headers()["etag"].clone();
    let from_500 =
        |tag: &str| caller.client.get(&address).header("range", "bytes=500-").header("if-range", tag).send();

    let part = from_500(tag.to_str().unwrap()).await.unwrap();
    assert_eq!(part.status(), 206);
    let range = format!("bytes 500-{}/{}", whole.len() - 1, whole.len());
    assert_eq!(part.headers()["content-range"].to_str().unwrap(), range);
    assert_eq!(part.bytes().await.unwrap(), whole[500..]);

    assert_eq!(from_500("\"other\"").await.unwrap().status(), 200);
    let head = caller.client.head(&address).send().await.unwrap();
    assert_eq!(head.headers()["content-length"].to_str().unwrap(), whole.len().to_string());
}

#[tokio::test]
async fn guessed_paths_and_credentials_are_noticed() {
    let caller = Caller::of(Account::plain(6, 3)).await;
    let nothing = caller.get(&format!("{}/65535/doesnotexist.jpg", caller.flickr.media_host())).await;
    assert_eq!(
        (nothing.status().as_u16(), nothing.headers()["content-length"].to_str().unwrap()),
        (404, "0")
    );
    assert_eq!(caller.flickr.counts().credentials_at_image_host, 0);

    let address = caller.original_address(caller.flickr.ids()[0]).await;
    let wrong = address.replace("_o.jpg", "0_o.jpg");
    assert_eq!(caller.get(&wrong).await.status(), 404);
    let signed = caller.client.get(&address).header("authorization", "OAuth x=\"y\"").send().await.unwrap();
    assert_eq!(signed.status(), 200);
    let counts = caller.flickr.counts();
    assert_eq!((counts.credentials_at_image_host, counts.images[&404], counts.images[&200]), (1, 2, 1));
    assert_eq!(counts.images_of(caller.flickr.ids()[0]), 2);
}

#[tokio::test]
async fn a_replaced_photo_has_other_secrets_and_the_old_address_is_dead() {
    let caller = Caller::of(Account::plain(6, 3)).await;
    let id = caller.flickr.ids()[2];
    let (old_address, old_bytes) = (caller.original_address(id).await, caller.flickr.original(id));

    caller.flickr.edit(Edit::Replace { id });

    assert_eq!(caller.get(&old_address).await.status(), 404);
    caller.flickr.behave(|behaviour| behaviour.old_secret = OldSecret::Placeholder);
    let elsewhere = caller.get(&old_address).await;
    assert_eq!(elsewhere.status(), 302);
    let placeholder = format!("{}/photo_unavailable.gif", caller.flickr.foreign_host());
    assert_eq!(elsewhere.headers()["location"].to_str().unwrap(), placeholder);
    let new_address = caller.original_address(id).await;
    let new_bytes = caller.get(&new_address).await.bytes().await.unwrap().to_vec();
    assert_ne!(Some(&new_bytes), old_bytes.as_ref());
    assert_eq!(Some(new_bytes), caller.flickr.original(id));
}

#[tokio::test]
async fn the_listed_original_of_a_video_is_its_poster_and_the_stream_is_the_film() {
    let caller = Caller::of(only_videos(Mix::plain())).await;
    let page = caller.page(&[]).await;
    let poster = page["photos"]["photo"][0]["url_o"].as_str().unwrap();
    assert_eq!(caller.get(poster).await.bytes().await.unwrap()[..2], [0xFF, 0xD8]);

    for id in ids(&page) {
        let address = original_stream(&streams(&caller, id).await).unwrap();
        let film = caller.get(&address).await.bytes().await.unwrap().to_vec();
        assert_eq!(Some(film), caller.flickr.original(id));
    }
}

#[tokio::test]
async fn a_play_address_leads_to_a_stream_whose_ticket_goes_stale() {
    let caller = Caller::of(only_videos(Mix::plain())).await;
    let id = caller.flickr.ids()[0];
    let sizes = caller.json("flickr.photos.getSizes", &[("photo_id", &id.to_string())]).await;
    let sizes = sizes["sizes"]["size"].as_array().unwrap();
    let original = sizes.iter().find(|size| size["label"] == "Video Original").unwrap();
    assert!(number(&original["width"]) > 0);
    let play = original["source"].as_str().unwrap();

    let ticket = caller.get(play).await.headers()["location"].to_str().unwrap().to_owned();
    assert!(ticket.starts_with(&format!("{}/video/{id}/", caller.flickr.media_host())));
    assert_eq!(
        caller.get(&ticket).await.bytes().await.unwrap().to_vec(),
        caller.flickr.original(id).unwrap()
    );

    assert_eq!(caller.get(ticket.split('?').next().unwrap()).await.status(), 403);
    caller.flickr.behave(|behaviour| behaviour.stream_seconds = -1);
    let stale = caller.get(play).await.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(caller.get(&stale).await.status(), 403);
    caller.flickr.behave(|behaviour| behaviour.play_orig_works = false);
    assert_eq!(caller.get(play).await.status(), 404);
}

#[tokio::test]
async fn videos_without_an_original_offer_smaller_streams_or_nothing() {
    let derived = Caller::of(only_videos(Mix { videos_without_original: 1.0, ..Mix::plain() })).await;
    let id = derived.flickr.ids()[0];
    let offered = streams(&derived, id).await;
    assert_eq!(original_stream(&offered), None);
    assert!(offered.iter().any(|stream| stream["type"] == "1080p"));
    assert_eq!(derived.flickr.original(id), None);
    assert!(derived.flickr.best(id).is_some());

    let old = Caller::of(only_videos(Mix { videos_with_only_swf: 1.0, ..Mix::plain() })).await;
    let id = old.flickr.ids()[0];
    assert!(streams(&old, id).await.is_empty());
    assert_eq!(old.flickr.best(id), None);
}

#[tokio::test]
async fn a_free_account_gives_nothing_above_1024_pixels() {
    let mix = Mix { photo_bytes: 60_000..=90_000, ..Mix::plain() };
    let caller = Caller::of(Account { mix, ..Account::plain(6, 20) }).await;
    let id = caller.flickr.ids()[0];
    let original = caller.original_address(id).await;
    caller.flickr.behave(|behaviour| behaviour.free_account = true);

    let parameters = [("user_id", "me"), ("extras", "url_o,url_k,url_h,url_l,original_format,o_dims")];
    let page = caller.json("flickr.people.getPhotos", &parameters).await;
    for photo in page["photos"]["photo"].as_array().unwrap() {
        for absent in ["url_o", "url_k", "url_h", "originalsecret", "o_width"] {
            assert!(photo.get(absent).is_none(), "{absent}");
        }
        let id = photo["id"].as_str().unwrap().parse().unwrap();
        let largest = caller.get(photo["url_l"].as_str().unwrap()).await.bytes().await.unwrap().to_vec();
        assert_eq!(Some(largest), caller.flickr.best(id));
    }
    assert_eq!(caller.get(&original).await.status(), 404);
    assert_eq!(caller.flickr.original(id), None);
}

#[test]
fn a_simulator_on_its_own_threads_needs_no_runtime_and_can_be_dropped_anywhere() {
    let flickr = Simulator::start_in_background(Account::plain(1, 1)).unwrap();
    assert!(flickr.endpoint().starts_with("http://127.0.0.1:"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async move { drop(flickr) });
}
