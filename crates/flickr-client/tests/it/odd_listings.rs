//! Listings that no simulator gives: unreadable records, fewer photos on a page than asked for, no dates.

use std::collections::BTreeSet;

use flickr_client::{FlickrClient, Walk, WalkOutcome};
use serde_json::{Value, json};

use crate::scripted::{Arguments, Scripted};

/// Walks and returns the ids met, the oddities told, and the outcome.
async fn walk(client: &FlickrClient) -> (BTreeSet<u64>, Vec<String>, WalkOutcome) {
    let mut walk = Walk::start(client);
    let (mut met, mut odd) = (BTreeSet::new(), Vec::new());
    while let Some(page) = walk.next_page().await.unwrap() {
        let before = met.len();
        met.extend(page.photos.iter().map(|listed| listed.photo.id.number()));
        walk.count_new((met.len() - before) as u64);
        odd.extend(page.oddities.into_iter().map(|oddity| oddity.what));
    }
    (met, odd, walk.outcome())
}

/// Cuts the page that was asked for out of all records, as Flickr does, but never with more than `most`.
fn page(records: &[Value], arguments: &Arguments, most: usize) -> String {
    let number = |name: &str| arguments[name].parse::<usize>().unwrap();
    let per_page = number("per_page").min(most);
    let max = arguments.get("max_upload_date").and_then(|max| max.parse::<i64>().ok());
    let date = |record: &Value| record["dateupload"].as_i64();
    let within = |record: &&Value| max.is_none_or(|max| date(record).is_none_or(|date| date <= max));
    let all: Vec<&Value> = records.iter().filter(within).collect();
    let here: Vec<&Value> =
        all.iter().skip((number("page") - 1) * per_page).take(per_page).copied().collect();
    let photos = json!({"page": number("page"), "pages": all.len().div_ceil(per_page), "perpage": per_page,
        "total": all.len().to_string(), "photo": here});
    json!({"photos": photos, "stat": "ok"}).to_string()
}

fn records(count: i64) -> Vec<Value> {
    (1..=count).map(|id| json!({"id": id.to_string(), "dateupload": 2_000_000_000 - id})).collect()
}

#[tokio::test]
async fn an_unreadable_record_is_told_once_and_ends_nothing() {
    let mut all = records(700);
    all[3]["id"] = json!("1/../../x");
    all[600] = json!("not a photo");
    let flickr = Scripted::start(move |arguments| page(&all, arguments, 500)).await;

    let (met, odd, outcome) = walk(&flickr.client).await;

    assert_eq!((met.len(), odd.len(), outcome.unreadable), (698, 2, 2));
    assert_eq!((outcome.total, outcome.distinct, outcome.complete()), (700, 698, false));
    assert_eq!(flickr.calls.lock().unwrap().len(), 2, "what cannot be read is not looked for again");
}

#[tokio::test]
async fn a_listing_that_gives_250_where_500_are_asked_for_is_walked_to_its_end() {
    let all = records(1100);
    let flickr = Scripted::start(move |arguments| page(&all, arguments, 250)).await;

    let (met, _, outcome) = walk(&flickr.client).await;

    assert_eq!(met.len(), 1100);
    assert!(outcome.complete());
    assert_eq!(flickr.calls.lock().unwrap().len(), 5);
}

#[tokio::test]
async fn a_listing_without_any_date_is_walked_to_its_end() {
    let all: Vec<Value> = (1..=1200).map(|id| json!({"id": id, "dateupload": "soon"})).collect();
    let flickr = Scripted::start(move |arguments| page(&all, arguments, 500)).await;

    let (met, _, outcome) = walk(&flickr.client).await;

    assert_eq!(met.len(), 1200);
    assert!(outcome.complete());
    assert_eq!(flickr.calls.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_listing_in_no_order_is_met_whole_by_the_second_look() {
    let mut all = records(1200);
    all.reverse();
    let flickr = Scripted::start(move |arguments| page(&all, arguments, 500)).await;

    let (met, _, outcome) = walk(&flickr.client).await;

    assert_eq!((met.len(), outcome.complete()), (1200, true));
}

#[tokio::test]
async fn dates_beyond_the_end_of_a_32_bit_clock_hide_no_photo() {
    for ahead in [i64::from(i32::MAX), i64::from(i32::MAX) + 1, 4_102_444_800, 999_999_999_999_999] {
        let mut all = records(1200);
        for (at, record) in all.iter_mut().take(24).enumerate() {
            record["dateupload"] = json!(ahead - at as i64);
        }
        let flickr = Scripted::start(move |arguments| page(&all, arguments, 500)).await;

        let (met, _, outcome) = walk(&flickr.client).await;

        assert_eq!((met.len(), outcome.complete()), (1200, true), "{ahead}");
    }
}

#[tokio::test]
async fn what_is_asked_for_is_everything_the_person_can_see() {
    let flickr = Scripted::start(|arguments| page(&records(1200), arguments, 500)).await;

    walk(&flickr.client).await;

    let calls = flickr.calls.lock().unwrap();
    for call in calls.iter() {
        assert_eq!((call["user_id"].as_str(), call["safe_search"].as_str()), ("me", "3"));
        assert_eq!((call["format"].as_str(), call["nojsoncallback"].as_str()), ("json", "1"));
        assert!(call["extras"].contains("url_o") && call["extras"].contains("count_faves"));
        assert!(call.keys().all(|name| !name.starts_with("oauth_") && name != "api_key"));
    }
    let first = calls.iter().find(|call| call["page"] == "1").unwrap();
    assert_eq!(first.get("max_upload_date"), None, "owners may date photos ahead, as far as they like");
    for call in calls.iter().filter(|call| call["page"] != "1") {
        assert_eq!(call["max_upload_date"], "2000000000", "the newest date and a second");
    }
}
