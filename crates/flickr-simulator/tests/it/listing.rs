//! Listings: every photo exactly once, in windows and pages, however the account is made.

use std::collections::HashSet;

use flickr_simulator::{Account, Edit, Mix, PastTheEnd, Simulator};

use crate::caller::{Caller, ids, number};

fn piled_up() -> Account {
    let mix = Mix { garbage_upload_dates: 2, pile_up: 1_234, ..Mix::default() };
    Account { mix, ..Account::mixed(11, 12_345) }
}

/// Walks all pages of a window.
async fn walk(caller: &Caller, window: &[(&str, &str)]) -> Vec<u64> {
    let mut seen = Vec::new();
    let mut page = 1;
    loop {
        let asked = page.to_string();
        let parameters = [window, &[("per_page", "500"), ("page", &asked)]].concat();
        let answer = caller.page(&parameters).await;
        seen.extend(ids(&answer));
        if page >= number(&answer["photos"]["pages"]) {
            assert_eq!(seen.len() as i64, number(&answer["photos"]["total"]));
            return seen;
        }
        page += 1;
    }
}

#[tokio::test]
async fn every_photo_is_on_exactly_one_page_newest_first() {
    let caller = Caller::of(piled_up()).await;

    let seen = walk(&caller, &[]).await;

    let mut expected = caller.flickr.ids();
    expected.reverse();
    assert_eq!(seen, expected);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 12_345);
    assert_eq!(caller.flickr.counts().calls_of("flickr.people.getPhotos"), 25);
}

#[tokio::test]
async fn windows_that_touch_hold_every_photo_once() {
    let caller = Caller::of(piled_up()).await;
    let bounds = ["0", "2013", "1100000000", "1300000000", "1450000000", "4000000000"];
    let mut seen = Vec::new();

    for pair in bounds.windows(2) {
        let from = (pair[0].parse::<i64>().unwrap() + i64::from(pair[0] != "0")).to_string();
        seen.extend(walk(&caller, &[("min_upload_date", &from), ("max_upload_date", pair[1])]).await);
    }

    assert_eq!(seen.len(), 12_345);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 12_345);
}

#[tokio::test]
async fn a_pile_up_of_one_second_has_pages_of_its_own() {
    let caller = Caller::of(piled_up()).await;
    let second = [("min_upload_date", "1100000000"), ("max_upload_date", "1100000000")];

    assert_eq!(walk(&caller, &second).await.len(), 1_234);

    caller.flickr.behave(|behaviour| behaviour.window_is_inclusive = false);
    assert_eq!(walk(&caller, &second).await.len(), 0);
}

#[tokio::test]
async fn the_end_the_page_past_it_and_the_empty_account() {
    let caller = Caller::of(Account::plain(2, 130)).await;
    let second = ids(&caller.page(&[("page", "2")]).await);
    assert_eq!(second.len(), 30);
    assert_eq!(ids(&caller.page(&[("page", "7")]).await), second);
    caller.flickr.behave(|behaviour| behaviour.past_the_end = PastTheEnd::Empty);
    assert!(ids(&caller.page(&[("page", "7")]).await).is_empty());

    let empty = Caller::of(Account::plain(2, 0)).await.page(&[]).await;
    assert_eq!((number(&empty["photos"]["pages"]), number(&empty["photos"]["total"])), (0, 0));
    assert!(ids(&empty).is_empty());
}

#[tokio::test]
async fn safe_search_hides_restricted_photos_unless_it_is_off() {
    let mix = Mix { restricted: 0.2, ..Mix::plain() };
    let caller = Caller::of(Account { mix, ..Account::plain(2, 100) }).await;
    let total = async |level: &str| {
        let parameters = [("user_id", "me"), ("safe_search", level)];
        number(&caller.json("flickr.people.getPhotos", &parameters).await["photos"]["total"])
    };

    assert_eq!(total("3").await, 100);
    assert!((85..=95).contains(&total("2").await));
    assert!((75..=85).contains(&total("1").await));
}

#[tokio::test]
async fn keys_follow_the_extras_and_types_drift_only_when_asked() {
    let caller = Caller::of(Account::plain(2, 500)).await;
    let types = async || {
        let parameters = [("user_id", "me"), ("extras", "date_upload,nonsense"), ("per_page", "500")];
        let page = caller.json("flickr.people.getPhotos", &parameters).await;
        let photos = page["photos"]["photo"].as_array().unwrap().clone();
        assert!(photos.iter().all(|photo| photo.get("url_o").is_none() && photo.get("nonsense").is_none()));
        photos.iter().filter(|photo| photo["dateupload"].is_string()).count()
    };

    assert!((100..400).contains(&types().await));
    caller.flickr.behave(|behaviour| behaviour.type_drift = false);
    assert_eq!(types().await, 500);
}

#[tokio::test]
async fn recently_updated_lists_the_changed_first_and_no_deleted_ones() {
    let caller = Caller::of(Account::plain(2, 50)).await;
    let all = caller.flickr.ids();
    caller.flickr.edit(Edit::Touch { id: all[3] });
    caller.flickr.edit(Edit::Delete { id: all[10] });

    let page = caller.json("flickr.photos.recentlyUpdated", &[("min_date", "1")]).await;
    let listed = ids(&page);
    assert_eq!((listed.len(), listed[0]), (49, all[3]));

    let latest = caller.json("flickr.photos.recentlyUpdated", &[("min_date", "1735689600")]).await;
    assert_eq!(ids(&latest), [all[3]]);
}

#[tokio::test]
async fn two_simulators_with_one_seed_are_equal_and_a_million_photos_start_at_once() {
    let one = Simulator::start(Account::mixed(3, 1_000_000)).await.unwrap();
    let other = Simulator::start(Account::mixed(3, 1_000_000)).await.unwrap();
    let ids = one.ids();

    assert_eq!(ids.len(), 1_000_000);
    for id in [ids[0], ids[1], ids[500_000], ids[999_999]] {
        assert_eq!(one.expected(id), other.expected(id));
        assert_eq!(one.original(id), other.original(id));
    }
}
