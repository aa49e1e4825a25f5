//! Faults on the methods about details: for all of them, or for one photo or album alone.

use flickr_simulator::{Account, Kind, When, Where};
use serde_json::Value;

use crate::caller::{Caller, items, number};

fn refusal() -> Kind {
    Kind::Fail { code: 1, message: "Photo not found".into() }
}

#[tokio::test]
async fn one_method_may_refuse_one_photo_and_answer_for_the_others() {
    let caller = Caller::of(Account::rich(2, 20)).await;
    let ids = caller.flickr.ids();
    let (one, other) = (ids[3].to_string(), ids[4].to_string());
    let method = "flickr.photos.comments.getList";
    let on = Where::MethodOn { method: method.into(), id: one.clone() };
    caller.flickr.faults().play(on, refusal(), When::Always);

    assert_eq!(caller.json(method, &[("photo_id", &one)]).await["code"], 1);
    assert_eq!(caller.json(method, &[("photo_id", &other)]).await["stat"], "ok");
    assert_eq!(caller.json("flickr.photos.getInfo", &[("photo_id", &one)]).await["stat"], "ok");
}

#[tokio::test]
async fn pages_of_the_other_lists_lie_as_well() {
    let caller = Caller::of(Account::rich(2, 700)).await;
    let album = caller.flickr.oracle()["albums"][0]["id"].as_str().unwrap().to_owned();
    let asked = [("photoset_id", album.as_str()), ("user_id", "me")];
    let method = || Where::Method("flickr.photosets.getPhotos".into());
    let page =
        async || -> Value { caller.json("flickr.photosets.getPhotos", &asked).await["photoset"].take() };

    caller.flickr.faults().play(method(), Kind::ShortPage(7), When::Times(1));
    caller.flickr.faults().play(method(), Kind::TotalOff(3), When::Times(1));
    caller.flickr.faults().play(method(), Kind::EmptyPage, When::Times(1));

    assert_eq!(items(&page().await["photo"]).len(), 493);
    assert_eq!(number(&page().await["total"]), 623);
    let empty = page().await;
    assert_eq!((items(&empty["photo"]).len(), number(&empty["pages"])), (0, 0));
    assert_eq!(items(&page().await["photo"]).len(), 500);
}
