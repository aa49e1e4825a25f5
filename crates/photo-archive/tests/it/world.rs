//! One temporary archive with its state folder, and a small account to put into it.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use flickr_model::{Media, Photo, PhotoId, Promise};
use jiff::Timestamp;
use photo_archive::{
    Access, Account, Archive, ArchiveError, Changed, Entry, ErrorKind, Purpose, RebuildProgress,
    RebuildReport, Saved, State, Want, WantChange,
};
use serde_json::{Value, json};

/// A temporary home with an archive in it.
pub(crate) struct World {
    home: tempfile::TempDir,
}

/// Bytes, modification time in nanoseconds, inode: what a backup program looks at.
pub(crate) type Print = (Vec<u8>, i64, u64);

impl World {
    pub(crate) fn new() -> Self {
        let world = Self { home: tempfile::tempdir().unwrap() };
        Archive::create(&world.dir(), &account(), now(), [7; 16]).unwrap();
        world
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.home.path().join("archive")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.home.path().join("state")
    }

    pub(crate) fn open(&self) -> Archive {
        self.open_for(Access::Write)
    }

    pub(crate) fn open_for(&self, access: Access) -> Archive {
        patiently(|| Archive::open(&self.dir(), &self.state(), access, [9; 32], &mut |_: RebuildProgress| {}))
    }

    pub(crate) fn rebuild(&self) -> RebuildReport {
        patiently(|| Archive::rebuild(&self.dir(), &self.state(), [5; 32], &mut |_| {}))
    }

    /// The catalog's file, wherever it lies in the state folder.
    pub(crate) fn catalog(&self) -> PathBuf {
        let archives = self.state().join("archives");
        let one = std::fs::read_dir(archives).unwrap().next().unwrap().unwrap();
        one.path().join("catalog.sqlite3")
    }

    /// Every file of the archive with what would tell a change.
    pub(crate) fn prints(&self) -> BTreeMap<String, Print> {
        let mut prints = BTreeMap::new();
        walk(&self.dir(), &self.dir(), &mut prints);
        prints
    }

    pub(crate) fn json(&self, path: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.dir().join(path)).unwrap()).unwrap()
    }
}

/// Tries again while the archive's lock is held: a tool that another test starts has a copy of every open file for the
/// moment before it runs, and with it of a lock that this test has let go.
pub(crate) fn patiently<T>(deed: impl Fn() -> Result<T, ArchiveError>) -> T {
    for _ in 0..200 {
        match deed() {
            Err(error) if error.kind() == ErrorKind::Busy => {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            done => return done.unwrap(),
        }
    }
    deed().unwrap()
}

fn walk(top: &Path, dir: &Path, prints: &mut BTreeMap<String, Print>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(top, &path, prints);
        } else {
            let facts = path.metadata().unwrap();
            let time = facts.mtime() * 1_000_000_000 + facts.mtime_nsec();
            let name = path.strip_prefix(top).unwrap().to_string_lossy().into_owned();
            prints.insert(name, (std::fs::read(&path).unwrap(), time, facts.ino()));
        }
    }
}

pub(crate) fn account() -> Account {
    Account { nsid: "12345678@N00".parse().unwrap(), username: "me".to_owned(), path_alias: None }
}

pub(crate) fn now() -> Timestamp {
    "2026-11-23T03:00:12Z".parse().unwrap()
}

pub(crate) fn id(number: u64) -> PhotoId {
    PhotoId::from_number(number).unwrap()
}

/// A photo of July 2011, or of 1943 for an even number.
pub(crate) fn photo(number: u64) -> Photo {
    let taken = if number.is_multiple_of(2) {
        json!({"text": "1943-01-01 00:00:00", "precision": "year"})
    } else {
        json!({"text": "2011-07-04 15:30:12", "precision": "second"})
    };
    let photo = json!({
        "id": number.to_string(), "media": "photo", "title": format!("Photo {number}"),
        "tags": [{"text": "sea"}], "dates": {"taken": taken, "updated": "2020-01-01T00:00:00Z"},
        "place": {"latitude": 48.858093, "longitude": -2.2945, "accuracy": 16},
        "privacy": "private", "counts": {"views": number},
    });
    serde_json::from_value(photo).unwrap()
}

/// Flickr's answer about it, with secrets in it.
pub(crate) fn listing(number: u64) -> Box<str> {
    let raw = json!({"id": number.to_string(), "secret": "0a1b2c3d4e", "views": number.to_string(),
        "url_o": "https://live.staticflickr.com/1/2_0a1b2c3d4e_o.jpg"});
    raw.to_string().into()
}

/// What the listing of a photo that was never met brings.
pub(crate) fn listed(number: u64) -> Entry {
    Entry {
        photo: Some(photo(number)),
        listing: Some(listing(number)),
        state: Some(State::Missing),
        reason: Some("not fetched yet".to_owned()),
        want: WantChange::Set(Want { order: number, note: "where to fetch it".to_owned() }),
        ..Entry::new(id(number))
    }
}

/// The smallest GIF, different for each salt.
pub(crate) fn gif(salt: u8) -> Vec<u8> {
    let mut bytes = b"GIF89a\x01\x00\x01\x00\x80\x00\x00".to_vec();
    bytes.extend([salt, 0, 0, 255, 255, 255]);
    bytes.extend(b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b");
    bytes
}

/// Lets bytes arrive for a photo that is recorded and saves them.
pub(crate) fn save(
    archive: &mut Archive,
    number: u64,
    bytes: &[u8],
    purpose: Purpose,
    version: u32,
) -> Saved {
    let stem = archive.kept(id(number)).unwrap().unwrap().stem;
    let length = Some(bytes.len() as u64);
    let promise = Promise { media: Media::Photo, length, ..Promise::default() };
    let mut incoming = archive.store().incoming(id(number), &stem, promise).unwrap();
    incoming.write(bytes).unwrap();
    let written = incoming.finish(purpose, version, Some(0)).unwrap().unwrap();
    archive.save(vec![written]).unwrap().remove(0)
}

/// What the second pass writes down of a fetched original.
pub(crate) fn fetched(saved: Saved, number: u64) -> Entry {
    Entry {
        state: Some(State::Kept),
        saved: vec![saved],
        updated: photo(number).dates.updated,
        want: WantChange::Done,
        ..Entry::new(id(number))
    }
}

/// A whole run over photos 1 to `count`: listed, fetched, finished.
pub(crate) fn run(archive: &mut Archive, count: u64) {
    archive.record((1..=count).map(listed).collect(), now()).unwrap();
    for wanted in archive.wanted(None, 1000).unwrap() {
        let number = wanted.id.number();
        let saved = save(archive, number, &gif(number as u8), Purpose::Original, 1);
        archive.record(vec![fetched(saved, number)], now()).unwrap();
    }
    archive.finish_run(&json!({"new": count}), Changed::Something, now()).unwrap();
}

/// Says aloud that a test needs a tool that is not on this machine; in CI, which installs it, that is a failure.
pub(crate) fn skipped(tool: &str, error: &std::io::Error) {
    use std::io::Write;
    assert!(std::env::var_os("CI").is_none(), "there is no {tool}, which .ci/run installs: {error}");
    let words = format!("skipped: there is no {tool} ({error})\n");
    std::io::stderr().write_all(words.as_bytes()).unwrap();
}
