//! Which file stands for a video, and what happens when its best name is of no use.

use std::time::Duration;

use flickr_client::{Chosen, Listed, Trouble};
use flickr_simulator::{Account, Edit, Kind, Mix, When, Where};

use crate::world::{World, read};

async fn videos(change: impl FnOnce(&mut Mix)) -> (World, Vec<Listed>) {
    let mut mix = Mix { videos: 1.0, ..Mix::plain() };
    change(&mut mix);
    let world = World::new(Account { mix, ..Account::plain(8, 3) }).await;
    let photos = world.walk().await.photos;
    world.flickr.reset_counts();
    (world, photos)
}

#[tokio::test]
async fn the_original_of_a_video_is_its_stream_orig_and_costs_one_call() {
    let (world, videos) = videos(|_| {}).await;

    for listed in &videos {
        let chosen = world.client.choose(&listed.sources).await.unwrap();
        let Chosen::Original(source) = chosen else { panic!("{chosen:?}") };
        let download = world.client.open(&source, listed.photo.media).await.unwrap();
        let bytes = read(download).await.unwrap();
        assert_eq!(Some(bytes), world.flickr.original(listed.photo.id.number()));
    }

    assert_eq!(world.flickr.counts().api_calls(), 3);
    world.assert_clean();
}

#[tokio::test]
async fn without_an_original_the_best_stream_is_not_original() {
    let (world, videos) = videos(|mix| mix.videos_without_original = 1.0).await;

    let chosen = world.client.choose(&videos[0].sources).await.unwrap();

    let Chosen::NotOriginal(source) = chosen else { panic!("{chosen:?}") };
    let bytes = read(world.client.open(&source, videos[0].photo.media).await.unwrap()).await.unwrap();
    assert_eq!(Some(bytes), world.flickr.best(videos[0].photo.id.number()));
}

#[tokio::test]
async fn a_flash_player_is_no_video_and_neither_is_the_poster() {
    let (world, videos) = videos(|mix| mix.videos_with_only_swf = 1.0).await;

    let chosen = world.client.choose(&videos[0].sources).await.unwrap();

    assert!(matches!(chosen, Chosen::Nothing { .. }), "{chosen:?}");
    assert!(videos[0].sources.poster.is_some() && videos[0].sources.original.is_none());
}

#[tokio::test]
async fn a_video_that_flickr_still_works_on_costs_no_call() {
    let (world, videos) = videos(|mix| mix.videos_pending = 1.0).await;

    let chosen = world.client.choose(&videos[0].sources).await.unwrap();

    assert!(matches!(chosen, Chosen::Nothing { reason } if reason.contains("still working")));
    assert_eq!(world.flickr.counts().api_calls(), 0);
}

#[tokio::test]
async fn when_the_streams_are_refused_the_sizes_are_asked() {
    let (world, videos) = videos(|_| {}).await;
    world.flickr.behave(|behaviour| behaviour.play_orig_works = true);
    let refused = Kind::Fail { code: 1, message: "Photo not found".into() };
    world.flickr.faults().play(Where::Method("flickr.video.getStreamInfo".into()), refused, When::Always);

    let chosen = world.client.choose(&videos[0].sources).await.unwrap();

    let Chosen::Original(source) = chosen else { panic!("{chosen:?}") };
    assert_eq!(source.label, "Video Original");
    let bytes = read(world.client.open(&source, videos[0].photo.media).await.unwrap()).await.unwrap();
    assert_eq!(Some(bytes), world.flickr.original(videos[0].photo.id.number()));
}

#[tokio::test]
async fn an_original_by_name_only_has_a_second_best() {
    let (world, videos) = videos(|_| {}).await;
    world.flickr.behave(|behaviour| behaviour.play_orig_works = false);
    let refused = Kind::Fail { code: 1, message: "Photo not found".into() };
    world.flickr.faults().play(Where::Method("flickr.video.getStreamInfo".into()), refused, When::Always);
    let chosen = world.client.choose(&videos[0].sources).await.unwrap();
    let Chosen::Original(source) = chosen else { panic!("{chosen:?}") };

    let error = world.client.open(&source, videos[0].photo.media).await.unwrap_err();
    let second = world.client.second_best(&videos[0].sources).await.unwrap();

    assert!(error.wants_new_address(), "{error}");
    let Chosen::NotOriginal(source) = second else { panic!("{second:?}") };
    assert!(read(world.client.open(&source, videos[0].photo.media).await.unwrap()).await.is_ok());
}

#[tokio::test]
async fn a_replaced_photo_is_found_at_its_new_address() {
    let world = World::new(Account::plain(8, 3)).await;
    let photos = world.walk().await.photos;
    let listed = &photos[0];
    let id = listed.photo.id.number();
    world.flickr.edit(Edit::Replace { id });
    let Chosen::Original(old) = world.client.choose(&listed.sources).await.unwrap() else {
        panic!("no original")
    };

    let error = world.client.open(&old, listed.photo.media).await.unwrap_err();
    let anew = world.client.ask_anew(&listed.sources).await.unwrap();

    assert!(error.wants_new_address());
    let Chosen::Original(new) = anew else { panic!("{anew:?}") };
    let bytes = read(world.client.open(&new, listed.photo.media).await.unwrap()).await.unwrap();
    assert_eq!(Some(bytes), world.flickr.original(id));
}

#[tokio::test]
async fn a_photo_that_is_gone_offers_nothing_with_flickrs_words() {
    let world = World::new(Account::plain(8, 3)).await;
    let photos = world.walk().await.photos;
    world.flickr.edit(Edit::Delete { id: photos[0].photo.id.number() });

    let anew = world.client.ask_anew(&photos[0].sources).await.unwrap();

    assert!(matches!(&anew, Chosen::Nothing { reason } if reason.contains("(code 1)")), "{anew:?}");
}

#[tokio::test]
async fn streams_that_never_come_are_made_up_for_by_the_sizes() {
    let account = Account { mix: Mix { videos: 1.0, ..Mix::plain() }, ..Account::plain(8, 1) };
    let world = World::with(account, |settings| settings.patience = Duration::from_secs(300)).await;
    let videos = world.walk().await.photos;
    world.flickr.behave(|behaviour| behaviour.play_orig_works = true);
    let broken = Kind::Status { status: 500, retry_after: None };
    world.flickr.faults().play(
        Where::Method("flickr.video.getStreamInfo".into()),
        broken.clone(),
        When::Always,
    );

    let chosen = world.client.choose(&videos[0].sources).await.unwrap();
    world.flickr.faults().play(Where::Method("flickr.photos.getSizes".into()), broken, When::Always);
    let error = world.client.ask_anew(&videos[0].sources).await.unwrap_err();

    assert!(matches!(chosen, Chosen::Original(source) if source.label == "Video Original"));
    assert!(error.trouble() == Trouble::Temporary && !error.ends_the_run(), "{error:?}");
}
