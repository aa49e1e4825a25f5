//! Parts of the work alone, and the rarer answers.

use flickr_simulator::{Account, Edit, Kind, When, Where};
use flickr_sync::{Effort, Only};
use photo_archive::{Answers, State};
use serde_json::Value;

use crate::world::World;

const EXIF: &str = "flickr.photos.getExif";

#[tokio::test(flavor = "multi_thread")]
async fn each_part_does_its_own_work_and_no_other() {
    let mut world = World::new(Account::rich(41, 30)).await;

    world.options.only = Some(Only::Albums);
    let albums = world.run().await;
    let counts = world.flickr.counts();
    assert!(!albums.whole && !albums.is_complete(), "{albums:?}");
    assert_eq!((counts.calls_of("flickr.people.getPhotos"), counts.image_requests()), (0, 0));
    assert!(
        world.archive().join("albums").is_dir() && !world.archive().join("account/contacts.json").exists()
    );

    world.options.only = Some(Only::Account);
    world.run().await;
    assert!(world.archive().join("account/contacts.json").exists());

    world.options.only = Some(Only::Details);
    world.run().await;
    assert_eq!((world.flickr.counts().image_requests(), world.count(State::Kept)), (0, 0));
    assert_eq!(world.open().without_details_count().unwrap(), 0);

    world.options.only = Some(Only::Photos);
    world.run().await;
    let counts = world.flickr.counts();
    assert_eq!((world.count(State::Missing), counts.calls_of("flickr.photos.getInfo")), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_a_part_left_alone_are_fetched_by_the_next_whole_run() {
    let mut world = World::synced(Account::plain(42, 8)).await;
    let id = world.flickr.ids()[3];
    world.flickr.edit(Edit::Replace { id });
    world.options.only = Some(Only::Details);
    world.run().await;
    assert_eq!(world.flickr.counts().image_requests(), 0);

    world.options.only = None;
    let report = world.run().await;

    assert_eq!(report.changes.replaced.count, 1, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn exif_is_asked_for_once_also_when_it_is_wanted_later() {
    let mut world = World::synced(Account::plain(43, 8)).await;
    let hidden = world.flickr.ids()[2];
    let about = Where::MethodOn { method: EXIF.to_owned(), id: hidden.to_string() };
    let denied = Kind::Fail { code: 2, message: "Permission denied".to_owned() };
    world.flickr.faults().play(about, denied, When::Always);
    world.options.more = Answers { exif: true, ..Answers::default() };

    let report = world.run().await;

    assert!(report.is_complete(), "{report:?}");
    assert_eq!(world.flickr.counts().calls_of(EXIF), 8);
    assert!(world.sidecar(hidden)["refused"][EXIF].is_string());
    let shown = world.flickr.ids()[1];
    assert!(world.sidecar(shown)["exif"].is_array(), "{}", world.sidecar(shown));
    assert!(!world.run().await.walked);
    world.options.effort = Effort::Everything;
    world.run().await;
    assert_eq!(world.flickr.counts().calls_of(EXIF), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_still_of_a_video_lies_beside_it_and_is_fetched_once() {
    let mut account = Account::mixed(44, 40);
    account.mix.videos = 0.4;
    let world = World::synced(account).await;
    let stills = names(&world).iter().filter(|name| name.contains(".poster.")).count();

    assert!(stills > 5, "{stills}");
    let before = world.prints();
    world.walk_again();
    world.run().await;
    assert_eq!(world.prints(), before);
}

fn names(world: &World) -> Vec<String> {
    world.prints().into_keys().map(|path| path.to_string_lossy().into_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_album_that_comes_a_night_late_is_no_change_of_its_photos() {
    let world = World::impatient(Account::rich(45, 20)).await;
    let late = Where::Method("flickr.photosets.getPhotos".to_owned());
    let silent = Kind::Status { status: 503, retry_after: None };
    world.flickr.faults().play(late, silent, When::After { skip: 1, times: 1000 });
    let ids = world.flickr.ids();
    let all = |field: &str| ids.iter().map(|id| world.sidecar(*id)[field].clone()).collect::<Vec<_>>();

    let first = world.run().await;
    let told_early = all("albums").iter().any(Value::is_array);
    world.flickr.faults().clear();
    world.walk_again();
    let second = world.run().await;

    assert!(!first.failures.is_empty() && second.failures.is_empty(), "{first:?} {second:?}");
    assert!(!told_early, "of a part of the albums nothing is told");
    assert!(all("albums").iter().any(|albums| albums.as_array().is_some_and(|albums| albums.len() > 1)));
    assert!(all("history").iter().all(Value::is_null), "{:?}", all("history"));
}
