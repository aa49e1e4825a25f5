//! A simulated account and a signed-in client for it.

use std::collections::BTreeSet;
use std::time::Duration;

use flickr_client::{
    ApiKeys, ClientSettings, Download, DownloadError, Endpoint, FlickrClient, FlickrError, Listed, Spent,
    Token, Walk, WalkOutcome,
};
use flickr_simulator::{Account, Simulator};

pub(crate) struct World {
    pub(crate) flickr: Simulator,
    pub(crate) client: FlickrClient,
}

/// What a walk brought.
pub(crate) struct Walked {
    pub(crate) photos: Vec<Listed>,
    pub(crate) outcome: WalkOutcome,
    /// Photos that were handed out more than once.
    pub(crate) repeats: usize,
    pub(crate) oddities: usize,
}

pub(crate) fn settings(flickr: &Simulator) -> ClientSettings {
    let (token, secret) = flickr.access_token();
    ClientSettings {
        endpoint: Endpoint::loopback(&flickr.endpoint()).unwrap(),
        keys: ApiKeys::new(flickr.api_key(), flickr.api_secret()).unwrap(),
        token: Some(Token::new(token, secret)),
        user_agent: "flickr-client-tests/1".to_owned(),
        patience: Duration::from_secs(20),
        calls_per_hour: None,
        spent: Spent::default(),
        calls_at_once: 4,
        downloads_at_once: 4,
    }
}

impl World {
    pub(crate) async fn new(account: Account) -> Self {
        Self::with(account, |_| {}).await
    }

    pub(crate) async fn with(account: Account, change: impl FnOnce(&mut ClientSettings)) -> Self {
        let flickr = Simulator::start(account).await.unwrap();
        let mut settings = settings(&flickr);
        change(&mut settings);
        let client = FlickrClient::new(settings).unwrap();
        Self { flickr, client }
    }

    pub(crate) async fn walk(&self) -> Walked {
        self.try_walk().await.unwrap()
    }

    pub(crate) async fn try_walk(&self) -> Result<Walked, FlickrError> {
        let mut walk = Walk::start(&self.client);
        let mut met = BTreeSet::new();
        let (mut photos, mut repeats, mut oddities) = (Vec::new(), 0, 0);
        while let Some(page) = walk.next_page().await? {
            let mut new = 0;
            for listed in page.photos {
                if met.insert(listed.photo.id) {
                    new += 1;
                    photos.push(listed);
                } else {
                    repeats += 1;
                }
            }
            oddities += page.oddities.len();
            walk.count_new(new);
        }
        Ok(Walked { photos, outcome: walk.outcome(), repeats, oddities })
    }

    /// Asserts that every call was signed rightly and that no credential went where none belongs.
    pub(crate) fn assert_clean(&self) {
        let counts = self.flickr.counts();
        assert_eq!(counts.signature_failures, 0);
        assert_eq!(counts.nonce_reuses, 0);
        assert_eq!(counts.credentials_in_addresses, 0);
        assert_eq!(counts.credentials_at_image_host, 0);
    }
}

/// Reads a body to its end.
pub(crate) async fn read(mut download: Download) -> Result<Vec<u8>, DownloadError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = download.chunk().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
