//! What the listing says of photos and videos, against what the simulator knows of them.

use std::collections::BTreeMap;

use flickr_client::Chosen;
use flickr_model::Media;
use flickr_simulator::{Account, Mix};

use crate::world::World;

#[tokio::test]
async fn every_photo_is_listed_with_its_facts() {
    for type_drift in [false, true] {
        let world = World::new(Account::mixed(5, 120)).await;
        world.flickr.behave(|behaviour| behaviour.type_drift = type_drift);

        let walked = world.walk().await;

        let listed: BTreeMap<u64, _> =
            walked.photos.iter().map(|listed| (listed.photo.id.number(), listed)).collect();
        assert_eq!(listed.len(), world.flickr.ids().len());
        for id in world.flickr.ids() {
            let (photo, expected) = (&listed[&id].photo, world.flickr.expected(id).unwrap());
            assert_eq!(photo.title, expected.title, "{id}");
            assert_eq!(photo.description, expected.description, "{id}");
            assert_eq!(photo.media == Media::Video, expected.is_video, "{id}");
            assert_eq!(
                photo.dates.taken.as_ref().map(|taken| taken.text.as_str()),
                Some(expected.taken.as_str())
            );
            assert_eq!(photo.dates.uploaded.map(|at| at.as_second()), Some(expected.uploaded), "{id}");
            let original = listed[&id].sources.original.as_ref().and_then(|source| source.dimensions());
            assert!(expected.is_video || original == Some((expected.width, expected.height)), "{id}");
        }
        world.assert_clean();
    }
}

#[tokio::test]
async fn the_original_of_a_photo_costs_no_call() {
    let world = World::new(Account::plain(5, 10)).await;
    let walked = world.walk().await;

    for listed in &walked.photos {
        let chosen = world.client.choose(&listed.sources).await.unwrap();
        assert!(matches!(chosen, Chosen::Original(_)));
    }

    assert_eq!(world.flickr.counts().api_calls(), 1);
}

#[tokio::test]
async fn a_free_account_offers_no_original_and_says_what_it_offers() {
    let world = World::new(Account::plain(5, 5)).await;
    world.flickr.behave(|behaviour| behaviour.free_account = true);
    let walked = world.walk().await;

    for listed in &walked.photos {
        let chosen = world.client.choose(&listed.sources).await.unwrap();
        let Chosen::NotOriginal(source) = chosen else { panic!("{chosen:?}") };
        assert!(source.width.is_some_and(|width| width <= 1024), "{source:?}");
    }
}

#[tokio::test]
async fn no_secret_of_a_listing_is_shown() {
    let mix = Mix { videos: 0.5, ..Mix::plain() };
    let world = World::new(Account { mix, ..Account::plain(5, 20) }).await;
    let walked = world.walk().await;

    for listed in &walked.photos {
        let shown = format!("{listed:?}");
        let fields = listed.raw.fields();
        let secret = fields["secret"].as_str().unwrap();
        assert!(!shown.contains(secret), "{shown}");
        assert!(listed.sources.original_secret().is_none_or(|secret| !shown.contains(secret)), "{shown}");
    }
}
