//! What a person does to the account while somebody walks through it.

use flickr_simulator::{Account, Edit, Kind, Visibility, When, Where};

use crate::caller::{Caller, ids, number};

#[tokio::test]
async fn edits_show_in_the_next_answer() {
    let caller = Caller::of(Account::plain(8, 20)).await;
    let all = caller.flickr.ids();
    caller.flickr.edit(Edit::Retitle { id: all[1], title: "New title".into() });
    caller.flickr.edit(Edit::SetVisibility { id: all[1], visibility: Visibility::Private });
    caller.flickr.edit(Edit::Redate { id: all[0], uploaded: 4_000_000_000 });
    caller.flickr.edit(Edit::Delete { id: all[2] });
    let added = caller.flickr.edit(Edit::Add { uploaded: None }).unwrap();

    let page = caller.page(&[]).await;

    let listed = ids(&page);
    assert_eq!((listed.len(), number(&page["photos"]["total"])), (20, 20));
    assert_eq!(listed[..2], [all[0], added]);
    assert!(!listed.contains(&all[2]));
    let retitled =
        page["photos"]["photo"].as_array().unwrap().iter().find(|photo| photo["title"] == "New title");
    assert_eq!(retitled.unwrap()["ispublic"], 0);
    assert_eq!(caller.json("flickr.photos.getInfo", &[("photo_id", &all[2].to_string())]).await["code"], 1);
    let bytes = caller.get(&caller.original_address(added).await).await.bytes().await.unwrap().to_vec();
    assert_eq!(Some(bytes), caller.flickr.original(added));
    assert_eq!(caller.flickr.edit(Edit::Touch { id: 1 }), None);
}

#[tokio::test]
async fn a_new_secret_leaves_the_bytes() {
    let caller = Caller::of(Account::plain(8, 20)).await;
    let id = caller.flickr.ids()[4];
    let (address, bytes) = (caller.original_address(id).await, caller.flickr.original(id));

    caller.flickr.edit(Edit::NewSecret { id });

    assert_ne!(caller.original_address(id).await, address);
    assert_eq!(caller.flickr.original(id), bytes);
}

#[tokio::test]
async fn a_photo_that_comes_between_two_pages_shifts_the_second() {
    let caller = Caller::of(Account::plain(8, 30)).await;
    let add = Kind::ThenEdit(Edit::Add { uploaded: None });
    caller.flickr.faults().play(Where::ListingPage(1), add, When::Times(1));

    let first = ids(&caller.page(&[("per_page", "10")]).await);
    let second = ids(&caller.page(&[("per_page", "10"), ("page", "2")]).await);

    assert_eq!(first.last(), second.first());
}
