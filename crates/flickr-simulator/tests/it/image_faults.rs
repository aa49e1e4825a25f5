//! Every fault that strikes the image host, at least once.

use std::time::{Duration, Instant};

use flickr_simulator::{Account, Kind, Mix, OriginalHeaders, When, Where};
use reqwest::Response;

use crate::caller::Caller;

/// One photo of about 5,000 bytes whose next request is struck.
struct Struck {
    caller: Caller,
    address: String,
    bytes: Vec<u8>,
}

async fn struck(kind: Kind) -> Struck {
    let mix = Mix { photo_bytes: 5_000..=5_000, ..Mix::plain() };
    let caller = Caller::of(Account { mix, ..Account::plain(10, 2) }).await;
    let id = caller.flickr.ids()[0];
    let address = caller.original_address(id).await;
    let bytes = caller.flickr.original(id).unwrap();
    caller.flickr.faults().play(Where::Photo(id), kind, When::Times(1));
    Struck { caller, address, bytes }
}

impl Struck {
    async fn answer(&self) -> Response {
        self.caller.get(&self.address).await
    }

    async fn body(&self) -> reqwest::Result<Vec<u8>> {
        Ok(self.answer().await.bytes().await?.to_vec())
    }
}

#[tokio::test]
async fn a_cut_with_a_length_is_an_error_and_one_without_is_not_noticed() {
    let cut = struck(Kind::Cut(0.5)).await;
    assert!(cut.body().await.is_err());
    assert_eq!(cut.body().await.unwrap(), cut.bytes, "the next request is answered rightly");

    let unnoticed = struck(Kind::CutWithoutLength(0.5)).await;
    let answer = unnoticed.answer().await;
    assert_eq!((answer.content_length(), answer.headers().get("content-md5")), (None, None));
    assert_eq!(answer.bytes().await.unwrap(), unnoticed.bytes[..unnoticed.bytes.len() / 2]);

    let chunked = struck(Kind::Cut(0.5)).await;
    chunked.caller.flickr.behave(|behaviour| behaviour.original_headers = OriginalHeaders::Chunked);
    assert!(chunked.body().await.is_err());
}

#[tokio::test]
async fn wrong_bytes_come_in_every_disguise() {
    let zeros = struck(Kind::Zeros).await;
    assert_eq!(zeros.body().await.unwrap(), vec![0; zeros.bytes.len()]);
    let wrong = struck(Kind::WrongBytes).await;
    let answer = wrong.answer().await;
    assert!(answer.headers().contains_key("content-md5"));
    assert_ne!(answer.bytes().await.unwrap(), wrong.bytes);
    let longer = struck(Kind::ExtraBytes(40)).await;
    assert_eq!(longer.body().await.unwrap().len(), longer.bytes.len() + 40);
    let shorter = struck(Kind::WrongLength(-100)).await;
    assert_eq!(shorter.body().await.unwrap().len(), shorter.bytes.len() - 100);
    let html = struck(Kind::HtmlWith200).await.answer().await;
    assert!(
        html.status() == 200 && html.headers()["content-type"].to_str().unwrap().starts_with("text/html")
    );
    let grey = struck(Kind::PlaceholderWith200).await.body().await.unwrap();
    assert!(grey.starts_with(b"GIF89a"));
    let small = struck(Kind::SmallPicture).await;
    let answer = small.answer().await;
    assert!(answer.headers().contains_key("content-md5"));
    let bytes = answer.bytes().await.unwrap();
    assert!(bytes.starts_with(&[0xFF, 0xD8]) && bytes.len() < small.bytes.len());
}

#[tokio::test]
async fn redirects_lead_astray() {
    let location = async |kind| {
        let struck = struck(kind).await;
        let answer = struck.answer().await;
        assert_eq!(answer.status(), 302);
        (answer.headers()["location"].to_str().unwrap().to_owned(), struck)
    };

    let (grey, there) = location(Kind::PlaceholderRedirect).await;
    assert_eq!(there.caller.get(&grey).await.headers()["content-type"], "image/gif");
    assert_eq!(there.caller.flickr.counts().foreign_requests, 1);
    let (file, _) = location(Kind::RedirectTo("file:///etc/passwd".into())).await;
    assert_eq!(file, "file:///etc/passwd");
    let (itself, there) = location(Kind::RedirectLoop).await;
    assert_eq!(itself, there.address);
}

#[tokio::test]
async fn one_404_and_then_the_photo() {
    let struck = struck(Kind::NotFound).await;

    assert_eq!(struck.answer().await.status(), 404);
    assert_eq!(struck.body().await.unwrap(), struck.bytes);
}

#[tokio::test]
async fn slow_stalled_torn_and_endless_bodies() {
    let slow = struck(Kind::Slow(10_000)).await;
    let began = Instant::now();
    assert_eq!(slow.body().await.unwrap(), slow.bytes);
    assert!(began.elapsed() > Duration::from_millis(300));

    let stalled = struck(Kind::Stall(0.5)).await;
    let waiting = tokio::time::timeout(Duration::from_millis(500), stalled.body()).await;
    assert!(waiting.is_err());

    let torn = struck(Kind::Reset).await;
    assert!(torn.caller.client.get(&torn.address).send().await.is_err());
    assert_eq!(torn.caller.flickr.counts().images[&0], 1);

    let endless = struck(Kind::Endless).await;
    let mut answer = endless.answer().await;
    let mut seen = 0;
    while seen < 1_000_000 {
        seen += answer.chunk().await.unwrap().unwrap().len();
    }
    assert_eq!(answer.content_length(), None);

    let flooded = struck(Kind::HeaderFlood(50)).await.answer().await;
    assert!(flooded.headers().len() > 50);
}

#[tokio::test]
async fn a_resumed_download_may_be_answered_from_the_wrong_place() {
    let resumed = async |kind| {
        let struck = struck(kind).await;
        struck.caller.client.get(&struck.address).header("range", "bytes=100-").send().await.unwrap()
    };

    assert_eq!(resumed(Kind::IgnoreRange).await.status(), 200);
    let moved = resumed(Kind::WrongRange(-100)).await;
    assert!(
        moved.status() == 206 && moved.headers()["content-range"].to_str().unwrap().starts_with("bytes 0-")
    );
}

#[tokio::test]
async fn the_limiter_lets_so_many_through_in_a_while() {
    let window = Duration::from_millis(700);
    let caller = Caller::of(Account::plain(10, 2)).await;
    let address = caller.original_address(caller.flickr.ids()[0]).await;
    let limit = Kind::Limit { count: 3, window, retry_after: None };
    caller.flickr.faults().play(Where::AnyImage, limit, When::Always);
    let mut statuses = Vec::new();

    for _ in 0..5 {
        statuses.push(caller.get(&address).await.status().as_u16());
    }
    tokio::time::sleep(window).await;
    statuses.push(caller.get(&address).await.status().as_u16());

    assert_eq!(statuses, [200, 200, 200, 429, 429, 200]);
}
