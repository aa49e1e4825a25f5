//! Answers that are made to fill the memory: packed, endless, nested, or of a million values.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use flickr_client::{FlickrError, Trouble};

use crate::scripted::{Reply, Scripted};

fn packed(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

/// Asks for a listing that is answered with this, and gives what came of it.
async fn answered(reply: impl Fn() -> Reply + Send + Sync + 'static) -> FlickrError {
    let server =
        Scripted::raw(move |_| reply(), |settings| settings.patience = Duration::from_millis(200)).await;
    let begun = Instant::now();

    let answer = server.client.call::<serde_json::Value>("flickr.people.getPhotos", &[]).await;

    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    answer.map(|_| ()).unwrap_err()
}

#[tokio::test]
async fn an_answer_that_unpacks_without_end_is_not_unpacked_to_its_end() {
    let bomb = packed(&format!("{{\"stat\":\"ok\",\"a\":\"{}\"}}", " ".repeat(80 << 20)));
    assert!(bomb.len() < 1 << 20);

    let error = answered(move || Reply::ok(bomb.clone()).with("content-encoding: gzip")).await;

    assert!(matches!(error, FlickrError::TooLong { .. }), "{error:?}");
}

#[tokio::test]
async fn a_packed_answer_of_usual_size_is_read() {
    let server =
        Scripted::raw(|_| Reply::ok(packed(r#"{"stat":"ok","a":1}"#)).with("content-encoding: gzip"), |_| {})
            .await;

    let answer = server.client.call::<serde_json::Value>("flickr.test.echo", &[]).await.unwrap();

    assert_eq!(answer.value["a"], 1);
}

#[tokio::test]
async fn a_million_values_are_no_answer() {
    let wide = format!("{{\"stat\":\"ok\",\"photos\":{{\"photo\":[{}0]}}}}", "0,".repeat(1_100_000));

    let error = answered(move || Reply::ok(wide.clone())).await;

    assert!(matches!(error, FlickrError::Misshapen { .. }), "{error:?}");
    assert_eq!(error.trouble(), Trouble::Unreadable);
}

#[tokio::test]
async fn an_answer_nested_without_end_is_refused() {
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    let deep = format!("{{\"stat\":\"ok\",\"photos\":{open}{close}}}");

    let error = answered(move || Reply::ok(deep.clone())).await;

    assert!(matches!(error, FlickrError::Misshapen { .. }), "{error:?}");
}
