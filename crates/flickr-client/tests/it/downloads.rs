//! Bodies from the image host: proven, cut, slow, refused, and held back for everybody.

use std::time::{Duration, Instant};

use flickr_client::{Chosen, DownloadError, Listed, Source};
use flickr_model::Media;
use flickr_simulator::{Account, Kind, OldSecret, OriginalHeaders, RetryAfter, When, Where};

use crate::world::{World, read};

async fn world(photos: u64) -> (World, Vec<(Listed, Source)>) {
    let world = World::new(Account::plain(9, photos)).await;
    let mut found = Vec::new();
    for listed in world.walk().await.photos {
        let Chosen::Original(source) = world.client.choose(&listed.sources).await.unwrap() else {
            panic!("no original")
        };
        found.push((listed, source));
    }
    world.flickr.reset_counts();
    (world, found)
}

async fn fetch(world: &World, source: &Source) -> Result<Vec<u8>, DownloadError> {
    read(world.client.open(source, Media::Photo).await?).await
}

#[tokio::test]
async fn an_original_arrives_byte_for_byte_with_its_promise() {
    for (headers, has_md5, has_length) in [
        (OriginalHeaders::Digest, true, true),
        (OriginalHeaders::EtagOnly, true, true),
        (OriginalHeaders::LengthOnly, false, true),
        (OriginalHeaders::Chunked, false, false),
    ] {
        let (world, photos) = world(1).await;
        world.flickr.behave(|behaviour| behaviour.original_headers = headers);
        let (listed, source) = &photos[0];

        let download = world.client.open(source, Media::Photo).await.unwrap();
        let promise = download.promise.clone();
        let bytes = read(download).await.unwrap();

        assert_eq!(promise.digest().is_some(), has_md5, "{headers:?}");
        assert_eq!(promise.length, has_length.then_some(bytes.len() as u64), "{headers:?}");
        assert_eq!(promise.dimensions, source.dimensions());
        assert_eq!(Some(bytes), world.flickr.original(listed.photo.id.number()));
        world.assert_clean();
    }
}

#[tokio::test]
async fn headers_alone_promise_the_same() {
    let (world, photos) = world(1).await;
    let (_, source) = &photos[0];

    let head = world.client.head(source, Media::Photo).await.unwrap();
    let opened = world.client.open(source, Media::Photo).await.unwrap();

    assert_eq!(head, opened.promise);
    assert!(head.length.is_some());
}

#[tokio::test]
async fn what_is_wrong_with_one_address_is_asked_once_and_wants_a_new_one() {
    for kind in [
        Kind::NotFound,
        Kind::Status { status: 410, retry_after: None },
        Kind::Status { status: 403, retry_after: None },
        Kind::HtmlWith200,
        Kind::PlaceholderRedirect,
        Kind::RedirectTo("http://10.1.2.3/a.jpg".into()),
        Kind::RedirectTo("https://example.org/a.jpg".into()),
        Kind::RedirectTo("file:///etc/passwd".into()),
        Kind::RedirectTo("http://live.staticflickr.com/1.jpg".into()),
    ] {
        let (world, photos) = world(1).await;
        world.flickr.faults().play(Where::AnyImage, kind.clone(), When::Always);

        let error = world.client.open(&photos[0].1, Media::Photo).await.unwrap_err();

        assert!(error.wants_new_address() && !error.ends_the_run(), "{kind:?}: {error:?}");
        assert_eq!(world.flickr.counts().image_requests(), 1, "{kind:?}");
        assert_eq!(world.flickr.counts().foreign_requests, 0, "{kind:?}");
    }
}

#[tokio::test]
async fn a_loop_of_redirects_ends() {
    let (world, photos) = world(1).await;
    world.flickr.faults().play(Where::AnyImage, Kind::RedirectLoop, When::Always);

    let error = world.client.open(&photos[0].1, Media::Photo).await.unwrap_err();

    assert!(error.wants_new_address());
    assert!(world.flickr.counts().image_requests() <= 6);
}

#[tokio::test]
async fn an_old_address_that_leads_to_the_placeholder_is_refused() {
    let (world, photos) = world(1).await;
    world.flickr.behave(|behaviour| behaviour.old_secret = OldSecret::Placeholder);
    world.flickr.edit(flickr_simulator::Edit::NewSecret { id: photos[0].0.photo.id.number() });

    let error = world.client.open(&photos[0].1, Media::Photo).await.unwrap_err();

    assert!(error.wants_new_address(), "{error:?}");
    assert_eq!(world.flickr.counts().foreign_requests, 0);
}

#[tokio::test]
async fn a_body_that_is_cut_or_resets_is_an_error_of_that_body() {
    for kind in [Kind::Cut(0.5), Kind::WrongLength(50)] {
        let (world, photos) = world(1).await;
        world.flickr.faults().play(Where::AnyImage, kind.clone(), When::Times(1));

        let error = fetch(&world, &photos[0].1).await.unwrap_err();

        assert!(matches!(error, DownloadError::Cut { .. }), "{kind:?}: {error:?}");
        assert!(!error.wants_new_address() && !error.ends_the_run());
        assert!(fetch(&world, &photos[0].1).await.is_ok());
    }
}

#[tokio::test]
async fn an_endless_body_ends_here() {
    let (world, photos) = world(1).await;
    world.flickr.faults().play(Where::AnyImage, Kind::Endless, When::Always);
    let mut download = world.client.open(&photos[0].1, Media::Photo).await.unwrap();
    let (mut arrived, start) = (0_u64, Instant::now());

    let error = loop {
        match download.chunk().await {
            Ok(Some(chunk)) => arrived += chunk.len() as u64,
            Ok(None) => panic!("an endless body has ended"),
            Err(error) => break Some(error),
        }
        if start.elapsed() > Duration::from_secs(20) {
            break None;
        }
    };

    assert!(matches!(error, None | Some(DownloadError::TooLong { .. })), "{error:?} after {arrived}");
}

#[tokio::test]
async fn trouble_of_the_host_is_waited_out() {
    let kinds = [Kind::Status { status: 503, retry_after: None }, Kind::Reset, Kind::LostAnswer];
    futures_util::future::join_all(kinds.map(waits_out)).await;
}

async fn waits_out(kind: Kind) {
    let (world, photos) = world(1).await;
    world.flickr.faults().play(Where::AnyImage, kind.clone(), When::Times(3));

    let bytes = fetch(&world, &photos[0].1).await.unwrap();

    assert_eq!(Some(bytes), world.flickr.original(photos[0].0.photo.id.number()), "{kind:?}");
}

#[tokio::test]
async fn a_host_that_is_gone_ends_the_run_when_patience_is_over() {
    let world =
        World::with(Account::plain(9, 1), |settings| settings.patience = Duration::from_secs(1)).await;
    let photos = world.walk().await.photos;
    let Chosen::Original(source) = world.client.choose(&photos[0].sources).await.unwrap() else {
        panic!("no original")
    };
    world.flickr.faults().play(
        Where::AnyImage,
        Kind::Status { status: 429, retry_after: None },
        When::Always,
    );

    let error = world.client.open(&source, Media::Photo).await.unwrap_err();

    assert!(error.ends_the_run(), "{error:?}");
}

#[tokio::test]
async fn a_pause_longer_than_patience_ends_the_run() {
    let (world, photos) = world(1).await;
    let long = Kind::Status { status: 503, retry_after: Some(RetryAfter::Seconds(3600)) };
    world.flickr.faults().play(Where::AnyImage, long, When::Always);

    let error = world.client.open(&photos[0].1, Media::Photo).await.unwrap_err();

    assert!(matches!(error, DownloadError::ComeBackLater { .. }) && error.ends_the_run(), "{error:?}");
    assert_eq!(world.flickr.counts().image_requests(), 1);
}

#[tokio::test]
async fn nobody_asks_within_a_retry_after() {
    for retry_after in [RetryAfter::Seconds(2), RetryAfter::Date(3)] {
        let (world, photos) = world(6).await;
        let throttled = Kind::Status { status: 429, retry_after: Some(retry_after) };
        world.flickr.faults().play(Where::AnyImage, throttled, When::Times(1));
        let start = Instant::now();
        fetch(&world, &photos[0].1).await.unwrap();

        assert!(start.elapsed() >= Duration::from_millis(1900), "{:?}", start.elapsed());
        let all = photos.iter().map(|(_, source)| fetch(&world, source));
        assert!(futures_util::future::join_all(all).await.iter().all(Result::is_ok));
        assert_eq!(world.flickr.counts().image_requests(), 8, "one refused, one again, six");
    }
}

#[tokio::test]
async fn a_strict_limiter_costs_few_requests_more_than_there_are_photos() {
    let (world, photos) = world(60).await;
    let limit = Kind::Limit { count: 20, window: Duration::from_millis(1500), retry_after: None };
    world.flickr.faults().play(Where::AnyImage, limit, When::Always);

    let all = photos.iter().map(|(_, source)| fetch(&world, source));
    let bodies = futures_util::future::join_all(all).await;

    assert!(bodies.iter().all(Result::is_ok));
    let requests = world.flickr.counts().image_requests();
    assert!(requests <= 72, "{requests} requests for 60 photos");
    world.assert_clean();
}

#[tokio::test]
async fn no_more_downloads_are_under_way_than_were_asked_for() {
    let (world, photos) = world(20).await;
    world.flickr.faults().play(Where::AnyImage, Kind::Delay(Duration::from_millis(30)), When::Always);

    let all = photos.iter().map(|(_, source)| fetch(&world, source));
    futures_util::future::join_all(all).await;

    assert!(world.flickr.counts().most_parallel_images <= 4);
}

#[tokio::test]
async fn an_address_outside_of_flickr_is_never_asked() {
    let (world, _) = world(1).await;
    let foreign = r#"{"address":"https://example.org/7_a_o.jpg","label":"Original"}"#;
    let source: Source = serde_json::from_str(foreign).unwrap();

    let error = world.client.open(&source, Media::Photo).await.unwrap_err();

    assert!(matches!(error, DownloadError::Address(_)) && error.wants_new_address());
    assert!(!format!("{error} {error:?} {source:?}").contains("7_a_o"));
}
