//! Bodies that come wrongly in every way: never a wrong byte under a final name, and the others come.

use std::time::Duration;

use flickr_simulator::{Account, Kind, Lie, Limiter, Mix, OriginalHeaders, Shape, Tells, When, Where};
use flickr_sync::{Depth, Options, SyncError};
use photo_archive::State;

use crate::world::World;

const PHOTOS: u64 = 6;

async fn world(headers: OriginalHeaders) -> World {
    let mut account = Account::plain(3, PHOTOS);
    account.mix = Mix { photo_bytes: 30_000..=60_000, ..Mix::plain() };
    account.behaviour.original_headers = headers;
    let mut world = World::new(account).await;
    world.options = Options { depth: Depth::Listing, ..Options::default() };
    world
}

/// Asserts that no file under a final name differs from its original, and returns how many there are.
fn originals_kept(world: &World) -> usize {
    let mut kept = 0;
    for id in world.flickr.ids() {
        let sidecar = world.sidecar(id);
        if let Some(path) = sidecar["current"].as_str() {
            let bytes = std::fs::read(world.archive().join(path)).unwrap();
            assert!(Some(bytes) == world.flickr.original(id), "{id}");
            kept += 1;
        }
    }
    let parts = world.prints().into_keys().filter(|path| path.extension().is_some_and(|end| end == "part"));
    assert_eq!(parts.count(), 0);
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_cut_all_the_time_arrive_piece_by_piece() {
    for headers in [OriginalHeaders::Digest, OriginalHeaders::EtagOnly, OriginalHeaders::LengthOnly] {
        let world = world(headers).await;
        world.flickr.faults().play(Where::AnyImage, Kind::CutAfter(12_000), When::Always);

        let report = world.run().await;

        assert!(report.is_complete(), "{headers:?}");
        assert_eq!(originals_kept(&world), 6, "{headers:?}");
        assert!(world.flickr.counts().images[&206] >= 12, "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_none_never_gets_into_a_file() {
    for kind in [
        Kind::IgnoreRange,
        Kind::WrongRange(-7),
        Kind::WrongRange(7),
        Kind::RangeLie(Lie::NotThere),
        Kind::RangeLie(Lie::OtherTotal(3)),
        Kind::RangeLie(Lie::OtherFile),
        Kind::RangeLie(Lie::OtherBytes),
        Kind::RangeLie(Lie::Multipart),
        Kind::RangeLie(Lie::NoPlace),
        Kind::RangeLie(Lie::Half),
        Kind::RangeLie(Lie::Longer(9)),
        Kind::RangeLie(Lie::WholeAsPart),
    ] {
        let world = world(OriginalHeaders::Digest).await;
        let bad = world.flickr.ids()[2];
        world.flickr.faults().play(Where::Photo(bad), Kind::Cut(0.5), When::Times(1));
        world.flickr.faults().play(Where::Photo(bad), kind.clone(), When::Times(1));

        let report = world.run().await;

        assert!(report.is_complete(), "{kind:?}");
        assert_eq!(originals_kept(&world), 6, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_always_wrong_with_one_file_is_that_file_s_failure() {
    let always = [
        Kind::Cut(0.5),
        Kind::RangeLie(Lie::OtherBytes),
        Kind::EndlessChunks,
        Kind::WrongBytes,
        Kind::WrongLength(-100),
        Kind::RedirectLoop,
        Kind::RedirectTo("http://10.1.2.3/a.jpg".into()),
        Kind::RedirectTo("/elsewhere/a.jpg".into()),
        Kind::PlaceholderWith200,
    ];
    futures_util::future::join_all(always.map(one_file_fails)).await;
}

async fn one_file_fails(kind: Kind) {
    let world = world(OriginalHeaders::Digest).await;
    let bad = world.flickr.ids()[2];
    if matches!(kind, Kind::RangeLie(_)) {
        world.flickr.faults().play(Where::Photo(bad), Kind::Cut(0.5), When::Every(2));
    }
    world.flickr.faults().play(Where::Photo(bad), kind.clone(), When::Always);

    let report = world.run().await;

    let is_kept = world.count(State::Kept);
    let arrives_all_the_same = matches!(kind, Kind::RangeLie(_) | Kind::Cut(_));
    assert!(
        is_kept == 6 && arrives_all_the_same || is_kept == 5 && !report.is_complete(),
        "{kind:?}: {is_kept}"
    );
    assert_eq!(originals_kept(&world) as u64, is_kept, "{kind:?}");
    assert!(world.flickr.counts().images_of(bad) <= 80, "{kind:?}: {}", world.flickr.counts().images_of(bad));
    assert_eq!(world.flickr.counts().foreign_requests, 0, "{kind:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thumbnail_that_vouches_for_itself_is_no_original_once_the_listing_s_dimensions_have_proven_right()
{
    let mut account = Account::plain(3, 40);
    account.mix = Mix { photo_bytes: 30_000..=60_000, ..Mix::plain() };
    let mut world = World::new(account).await;
    world.options = Options { depth: Depth::Listing, downloads: 1, limit: Some(30), ..Options::default() };
    world.run().await;
    assert_eq!(originals_kept(&world), 30);
    world.flickr.faults().play(Where::AnyImage, Kind::SmallPicture, When::Times(2));
    world.options.limit = None;

    let report = world.run().await;

    assert!(report.is_complete());
    assert_eq!(originals_kept(&world), 40);
    assert_eq!(world.flickr.counts().images[&200], 12, "{:?}", world.flickr.counts());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_whose_address_goes_stale_in_the_middle_goes_on_at_a_new_one() {
    let mut account = Account::plain(5, 3);
    account.mix = Mix { videos: 1.0, video_bytes: 300_000..=300_000, ..Mix::plain() };
    account.behaviour.stream_seconds = 1;
    let mut world = World::new(account).await;
    world.options = Options { depth: Depth::Listing, ..Options::default() };
    // A second and a half for a part, after which the address is stale.
    world.flickr.faults().play(Where::Videos, Kind::CutAfter(150_000), When::Times(3));
    world.flickr.faults().play(
        Where::Videos,
        Kind::Status { status: 403, retry_after: None },
        When::Times(3),
    );

    let report = world.run().await;

    assert!(report.is_complete());
    assert_eq!(originals_kept(&world), 3);
    let counts = world.flickr.counts();
    assert_eq!(counts.images[&403], 3);
    assert!(counts.images[&206] >= 2, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limiter_costs_at_most_a_fifth_more_requests_than_there_are_photos() {
    let bucket = limited(Shape::Bucket, 429, Tells::Nothing);
    let sliding = limited(Shape::Sliding, 503, Tells::Nothing);
    tokio::join!(bucket, sliding, limited(Shape::Ban, 429, Tells::TooLittle));
}

/// Fetches 100 photos through a limiter of 20 in two seconds.
async fn limited(shape: Shape, status: u16, tells: Tells) {
    let mut world = World::new(Account::plain(3, 100)).await;
    world.options = Options { depth: Depth::Listing, ..Options::default() };
    let limiter = Limiter { shape, count: 20, window: Duration::from_secs(2), status, tells };
    world.flickr.faults().play(Where::AnyImage, Kind::Throttle(limiter), When::Always);

    let report = world.run().await;

    let requests = world.flickr.counts().image_requests();
    assert!(report.is_complete(), "{shape:?} {tells:?}");
    assert!(requests <= 120, "{shape:?} {status} {tells:?}: {requests} requests for 100 photos");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_gives_nothing_is_not_asked_for_everything_that_waits_for_its_turn() {
    const MANY: u64 = 60;
    let mut world = World::impatient(Account::plain(5, MANY)).await;
    world.options = Options { depth: Depth::Listing, ..Options::default() };
    let silent = Kind::Status { status: 503, retry_after: None };
    world.flickr.faults().play(Where::AnyImage, silent, When::Always);

    let (report, broken) = world.try_run().await;

    assert!(matches!(broken, Some(SyncError::Download(_))), "{broken:?}");
    let named: u64 = report.failures.iter().map(|failure| failure.count).sum();
    assert!(named > 0 && named < MANY / 2, "{report:?}");
    assert_eq!(world.count(State::Missing), MANY, "none is lost, the next run takes them up");
}
