//! A simulated account, an archive for it, and one run after the other.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use flickr_client::{ApiKeys, ClientSettings, Endpoint, FlickrClient, Spent, Token, now};
use flickr_simulator::{Account, Simulator};
use flickr_sync::{Depth, Observer, Options, Report, Run, SyncError};
use jiff::Timestamp;
use photo_archive::{Access, Archive, Counted, Mark, State};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

pub(crate) struct World {
    home: tempfile::TempDir,
    pub(crate) flickr: Simulator,
    client: FlickrClient,
    pub(crate) options: Options,
}

impl World {
    /// An empty archive beside an account; runs ask for everything.
    pub(crate) async fn new(account: Account) -> Self {
        Self::with(account, None, Duration::from_secs(20)).await
    }

    /// The same, with so many calls an hour.
    pub(crate) async fn paced(account: Account, calls_per_hour: u32) -> Self {
        Self::with(account, Some(calls_per_hour), Duration::from_secs(20)).await
    }

    /// The same, where a silence of two seconds is too long.
    pub(crate) async fn impatient(account: Account) -> Self {
        Self::with(account, None, Duration::from_secs(2)).await
    }

    async fn with(account: Account, calls_per_hour: Option<u32>, patience: Duration) -> Self {
        let home = tempfile::tempdir().unwrap();
        let (nsid, username) = (account.nsid.parse().unwrap(), account.username.clone());
        let owner = photo_archive::Account { nsid, username, path_alias: None };
        Archive::create(&home.path().join("archive"), &owner, now(), [7; 16]).unwrap();
        let flickr = Simulator::start(account).await.unwrap();
        let (token, secret) = flickr.access_token();
        let client = FlickrClient::new(ClientSettings {
            endpoint: Endpoint::loopback(&flickr.endpoint()).unwrap(),
            keys: ApiKeys::new(flickr.api_key(), flickr.api_secret()).unwrap(),
            token: Some(Token::new(token, secret)),
            user_agent: "flickr-sync-tests/1".to_owned(),
            patience,
            calls_per_hour,
            spent: Spent::default(),
            calls_at_once: 4,
            downloads_at_once: 4,
        })
        .unwrap();
        let options = Options { depth: Depth::Full, ..Options::default() };
        Self { home, flickr, client, options }
    }

    /// The same, after a first run.
    pub(crate) async fn synced(account: Account) -> Self {
        let world = Self::new(account).await;
        world.run().await;
        world
    }

    /// One run that comes to its end, with the calls of it alone counted.
    pub(crate) async fn run(&self) -> Report {
        let (report, broken) = self.try_run().await;
        assert!(broken.is_none(), "{broken:?}");
        report
    }

    pub(crate) async fn try_run(&self) -> (Report, Option<SyncError>) {
        self.try_run_telling(Arc::new(|_| {})).await
    }

    /// A run that tells its events.
    pub(crate) async fn try_run_telling(&self, observer: Observer) -> (Report, Option<SyncError>) {
        self.flickr.reset_counts();
        let stop = CancellationToken::new();
        let run = Run { flickr: &self.client, options: &self.options, stop: &stop, observer: &observer };
        flickr_sync::sync(&run, &mut self.open()).await
    }

    pub(crate) fn open(&self) -> Archive {
        let state = self.home.path().join("state");
        Archive::open(&self.archive(), &state, Access::Write, [9; 32], &mut |_| {}).unwrap()
    }

    /// Makes the next run a whole walk, as after seven days.
    pub(crate) fn walk_again(&self) {
        self.open().set_mark(Mark::WholeWalk, Timestamp::UNIX_EPOCH).unwrap();
    }

    pub(crate) fn archive(&self) -> PathBuf {
        self.home.path().join("archive")
    }

    pub(crate) fn count(&self, state: State) -> u64 {
        self.open().census(Counted::All).unwrap().of(state).photos
    }

    /// The sidecar of a photo.
    pub(crate) fn sidecar(&self, id: u64) -> Value {
        let kept = self.open().kept(id.to_string().parse().unwrap()).unwrap().unwrap();
        let path = self.archive().join(format!("{}.json", kept.stem.as_str()));
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    /// What a backup program sees of the archive: inode, modification time and bytes of each file but reports of runs.
    pub(crate) fn prints(&self) -> BTreeMap<PathBuf, (u64, i64, i64, Vec<u8>)> {
        let mut prints = BTreeMap::new();
        look(&self.archive(), &mut prints);
        prints.retain(|path, _| !path.starts_with(self.archive().join("runs")));
        prints
    }
}

fn look(dir: &Path, prints: &mut BTreeMap<PathBuf, (u64, i64, i64, Vec<u8>)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let facts = entry.metadata().unwrap();
        if facts.is_dir() {
            look(&entry.path(), prints);
        } else {
            let bytes = std::fs::read(entry.path()).unwrap();
            prints.insert(entry.path(), (facts.ino(), facts.mtime(), facts.mtime_nsec(), bytes));
        }
    }
}

/// Lets the second go by in which a run began: a miss of the same second is no earlier one.
pub(crate) async fn a_second_later() {
    tokio::time::sleep(Duration::from_millis(1100)).await;
}
