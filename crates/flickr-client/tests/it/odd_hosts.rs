//! Hosts that keep to another reading of HTTP than Flickr's image host does.

use std::time::{Duration, Instant};

use flickr_model::Media;

use crate::scripted::{Reply, Scripted};
use crate::world::read;

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\x01\0H\0H\0\0\xff\xd9";

#[tokio::test]
async fn a_picture_that_is_called_a_page_is_read_and_a_page_is_not() {
    let server = Scripted::raw(
        |asked| match asked.path.as_str() {
            "/page" => Reply::ok("<html>this photo is not available</html>").with("content-type: text/html"),
            path => Reply::ok(JPEG).with(&format!("content-type: {}", &path[1..])),
        },
        |_| {},
    )
    .await;

    for kind in ["text/plain", "text/html", "application/json", "image/jpeg"] {
        let download = server.client.open(&server.source(kind), Media::Photo).await.unwrap();
        assert_eq!(read(download).await.unwrap(), JPEG, "{kind}");
    }
    let error = server.client.open(&server.source("page"), Media::Photo).await.unwrap_err();
    assert!(error.wants_new_address(), "{error:?}");
}

#[tokio::test]
async fn a_host_that_knows_no_head_is_asked_for_the_body_at_once() {
    let server = Scripted::raw(
        |asked| match (asked.verb.as_str(), asked.path.as_str()) {
            ("HEAD", "/closed") => Reply::Close,
            ("HEAD", path) => Reply::status(path[1..].parse().unwrap()),
            (_, "/500") => Reply::status(500),
            _ => Reply::ok(JPEG),
        },
        |_| {},
    )
    .await;
    let start = Instant::now();

    for name in ["closed", "501", "503", "404", "405", "400"] {
        let promise = server.client.head(&server.source(name), Media::Photo).await.unwrap();
        assert_eq!(promise.length, Some(JPEG.len() as u64), "{name}");
    }
    for _ in 0..8 {
        let error = server.client.head(&server.source("500"), Media::Photo).await.unwrap_err();
        assert!(!error.ends_the_run(), "{error:?}");
    }

    assert_eq!((server.count("HEAD", "/500"), server.count("GET", "/500")), (8, 8), "one look each");
    let asked = server.asked.lock().unwrap().clone();
    assert!(asked.iter().all(|asked| asked.authorization.is_empty() && asked.body.is_empty()));
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_head_that_names_a_time_holds_everybody() {
    let server = Scripted::raw(
        |asked| match asked.verb.as_str() {
            "HEAD" => Reply::status(503).with("retry-after: 2"),
            _ => Reply::ok(JPEG),
        },
        |_| {},
    )
    .await;
    let start = Instant::now();

    let error = server.client.head(&server.source("a"), Media::Photo).await.unwrap_err();
    let download = server.client.open(&server.source("a"), Media::Photo).await;

    assert!(!error.ends_the_run() && download.is_ok());
    assert!(start.elapsed() >= Duration::from_secs(2));
    assert_eq!(server.count("GET", "/a"), 1);
}

/// Fetches 20 files, one of which never comes, and the bad one three times more, as its caller would.
async fn one_bad_file(bad: impl Fn() -> Reply + Send + Sync + 'static) {
    let server = Scripted::raw(
        move |asked| if asked.path == "/7" { bad() } else { Reply::ok(JPEG) },
        |settings| (settings.patience, settings.downloads_at_once) = (Duration::from_secs(300), 4),
    )
    .await;
    let start = Instant::now();
    let sources: Vec<_> = (0..20).map(|number| server.source(&number.to_string())).collect();

    let opened = sources.iter().map(|source| async {
        let download = server.client.open(source, Media::Photo).await?;
        read(download).await
    });
    let opened = futures_util::future::join_all(opened).await;
    for _ in 0..3 {
        assert!(server.client.open(&sources[7], Media::Photo).await.is_err());
    }

    for (number, body) in opened.iter().enumerate() {
        match body {
            Ok(body) => assert_eq!((number != 7, body.as_slice()), (true, JPEG)),
            Err(error) => assert!(number == 7 && !error.ends_the_run(), "{number}: {error:?}"),
        }
    }
    let tries = server.count("GET", "/7");
    assert!((6..=9).contains(&tries), "{tries}");
    assert!(start.elapsed() < Duration::from_secs(100), "{:?}", start.elapsed());
}

#[tokio::test]
async fn one_file_that_never_comes_holds_nobody_up() {
    tokio::join!(one_bad_file(|| Reply::status(500)), one_bad_file(|| Reply::Close));
}
