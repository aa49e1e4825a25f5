//! Bodies that are cut and go on: only with the very continuation, else from the first byte.

use flickr_client::{Chosen, DownloadError, GoesOn, Source};
use flickr_model::Media;
use flickr_simulator::{Account, Kind, Lie, Mix, OriginalHeaders, When, Where};

use crate::scripted::{Reply, Scripted};
use crate::world::{World, read};

const BYTES: u64 = 40_000;

async fn world(headers: OriginalHeaders) -> (World, Source, Vec<u8>) {
    let mut account = Account::plain(9, 1);
    account.mix = Mix { photo_bytes: BYTES..=BYTES, ..Mix::plain() };
    account.behaviour.original_headers = headers;
    let world = World::new(account).await;
    let listed = world.walk().await.photos.remove(0);
    let Chosen::Original(source) = world.client.choose(&listed.sources).await.unwrap() else {
        panic!("no original")
    };
    let original = world.flickr.original(listed.photo.id.number()).unwrap();
    world.flickr.reset_counts();
    (world, source, original)
}

/// Reads a body to its end, by as many answers as it takes; returns its bytes and how it went on.
async fn whole(world: &World, source: &Source) -> Result<(Vec<u8>, Vec<GoesOn>), DownloadError> {
    let mut download = world.client.open(source, Media::Photo).await?;
    let (mut bytes, mut went) = (Vec::new(), Vec::new());
    loop {
        match download.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return Ok((bytes, went)),
            Err(error) if error.broke_off() && download.can_go_on() => {
                let goes_on = download.go_on(source).await?;
                if goes_on == GoesOn::Afresh {
                    bytes.clear();
                }
                went.push(goes_on);
            }
            Err(error) => return Err(error),
        }
    }
}

#[tokio::test]
async fn a_cut_body_goes_on_where_it_was_cut() {
    for headers in [OriginalHeaders::Digest, OriginalHeaders::EtagOnly, OriginalHeaders::LengthOnly] {
        let (world, source, original) = world(headers).await;
        world.flickr.faults().play(Where::AnyImage, Kind::CutAfter(9_000), When::Always);

        let (bytes, went) = whole(&world, &source).await.unwrap();

        assert!(bytes == original, "{headers:?}: {} bytes", bytes.len());
        assert_eq!(went, [GoesOn::Here; 4], "{headers:?}");
        world.assert_clean();
    }
}

#[tokio::test]
async fn a_body_without_length_is_not_gone_on_with() {
    let (world, source, _) = world(OriginalHeaders::Chunked).await;
    world.flickr.faults().play(Where::AnyImage, Kind::Cut(0.5), When::Times(1));

    let error = whole(&world, &source).await.unwrap_err();

    assert!(matches!(error, DownloadError::Cut { .. }), "{error:?}");
    assert_eq!(world.flickr.counts().image_requests(), 1);
}

#[tokio::test]
async fn a_host_that_gives_no_parts_gives_the_whole_in_the_same_answer() {
    let (world, source, original) = world(OriginalHeaders::Digest).await;
    world.flickr.faults().play(Where::AnyImage, Kind::Cut(0.5), When::Times(1));
    world.flickr.faults().play(Where::AnyImage, Kind::IgnoreRange, When::Always);

    let (bytes, went) = whole(&world, &source).await.unwrap();

    assert_eq!((bytes == original, went), (true, vec![GoesOn::Afresh]));
    assert_eq!(world.flickr.counts().image_requests(), 2);
}

#[tokio::test]
async fn what_is_not_the_continuation_is_never_appended() {
    for kind in [
        Kind::WrongRange(-1),
        Kind::WrongRange(1),
        Kind::WrongRange(-20_000),
        Kind::RangeLie(Lie::NotThere),
        Kind::RangeLie(Lie::OtherTotal(1)),
        Kind::RangeLie(Lie::OtherTotal(-1)),
        Kind::RangeLie(Lie::OtherFile),
        Kind::RangeLie(Lie::Multipart),
        Kind::RangeLie(Lie::NoPlace),
    ] {
        let (world, source, _) = world(OriginalHeaders::Digest).await;
        world.flickr.faults().play(Where::AnyImage, Kind::Cut(0.5), When::Times(1));
        world.flickr.faults().play(Where::AnyImage, kind.clone(), When::Always);

        let error = whole(&world, &source).await.unwrap_err();

        assert!(matches!(error, DownloadError::NoRest { .. }), "{kind:?}: {error:?}");
        assert!(!error.wants_new_address() && !error.ends_the_run(), "{kind:?}");
    }
}

#[tokio::test]
async fn a_part_that_is_shorter_than_wanted_is_followed_by_the_next_one() {
    let (world, source, original) = world(OriginalHeaders::Digest).await;
    world.flickr.faults().play(Where::AnyImage, Kind::Cut(0.5), When::Times(1));
    world.flickr.faults().play(Where::AnyImage, Kind::RangeLie(Lie::Half), When::Times(2));

    let (bytes, went) = whole(&world, &source).await.unwrap();

    assert_eq!((bytes == original, went), (true, vec![GoesOn::Here; 3]));
}

#[tokio::test]
async fn a_part_that_is_longer_than_it_says_is_refused() {
    for lie in [Lie::Longer(1), Lie::WholeAsPart] {
        let (world, source, _) = world(OriginalHeaders::Digest).await;
        world.flickr.faults().play(Where::AnyImage, Kind::Cut(0.5), When::Times(1));
        world.flickr.faults().play(Where::AnyImage, Kind::RangeLie(lie), When::Always);

        let error = whole(&world, &source).await.unwrap_err();

        assert!(matches!(error, DownloadError::TooLong { .. }), "{lie:?}: {error:?}");
    }
}

#[tokio::test]
async fn the_rest_waits_for_the_host_like_everything_else() {
    let (world, source, original) = world(OriginalHeaders::Digest).await;
    world.flickr.faults().play(Where::AnyImage, Kind::Cut(0.5), When::Times(1));
    let later = Kind::Status { status: 429, retry_after: Some(flickr_simulator::RetryAfter::Seconds(1)) };
    world.flickr.faults().play(Where::AnyImage, later, When::Times(1));
    let start = std::time::Instant::now();

    let (bytes, went) = whole(&world, &source).await.unwrap();

    assert_eq!((bytes == original, went), (true, vec![GoesOn::Here]));
    assert!(start.elapsed() >= std::time::Duration::from_secs(1));
    assert_eq!(world.flickr.counts().image_requests(), 3);
}

#[tokio::test]
async fn a_part_that_nobody_asked_for_is_no_file() {
    let server = Scripted::raw(
        |_| Reply::status(206).with("content-range: bytes 0-0/100").with("etag: \"a\""),
        |_| {},
    )
    .await;

    let error = server.client.open(&server.source("a"), Media::Photo).await.unwrap_err();

    assert!(matches!(error, DownloadError::NotThere { status: 206 }), "{error:?}");
}

#[tokio::test]
async fn bytes_behind_the_length_never_answer_the_next_request() {
    let (world, source, original) = world(OriginalHeaders::Digest).await;
    world.flickr.faults().play(Where::AnyImage, Kind::Flood(50_000), When::Always);

    for _ in 0..6 {
        let download = world.client.open(&source, Media::Photo).await.unwrap();
        assert!(read(download).await.unwrap() == original);
    }
}

#[tokio::test]
async fn an_endless_body_in_chunks_ends_at_what_so_many_pixels_can_have() {
    let (world, source, _) = world(OriginalHeaders::Digest).await;
    world.flickr.faults().play(Where::AnyImage, Kind::EndlessChunks, When::Always);
    let mut download = world.client.open(&source, Media::Photo).await.unwrap();
    let mut arrived = 0;

    let error = loop {
        match download.chunk().await {
            Ok(chunk) => arrived += chunk.unwrap().len(),
            Err(error) => break error,
        }
    };

    assert!(matches!(error, DownloadError::TooLong { .. }), "{error:?} after {arrived}");
    let (width, height) = source.dimensions().unwrap();
    assert!(arrived <= (width * height * 8) as usize + (1 << 25));
}
