//! One temporary home, one simulated Flickr, one clean environment, and the built program.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use flickr_simulator::{Account, Simulator};
use serde_json::Value;
use tempfile::TempDir;

/// A person's machine with a Flickr beside it.
pub(crate) struct World {
    home: TempDir,
    pub(crate) flickr: Simulator,
}

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    /// A machine on which nobody has signed in yet.
    pub(crate) fn new(account: Account) -> Self {
        let flickr = Simulator::start_in_background(account).unwrap();
        let world = Self { home: tempfile::tempdir().unwrap(), flickr };
        let keys = format!("{}\n{}\n", world.flickr.api_key(), world.flickr.api_secret());
        std::fs::write(world.path("apikeys"), keys).unwrap();
        world
    }

    /// A machine that took over the token file of the original script.
    pub(crate) fn signed_in(account: Account) -> Self {
        let world = Self::new(account);
        let (token, secret) = world.flickr.access_token();
        std::fs::write(world.path("token"), format!("{token}\n{secret}\n")).unwrap();
        let run = world.run(&["auth", "--import", "token"]);
        assert_eq!(run.code, 0, "{run:?}");
        world.flickr.reset_counts();
        world
    }

    /// A machine with an archive that was synced once.
    pub(crate) fn synced(account: Account) -> (Self, Run) {
        let world = Self::signed_in(account);
        let run = world.sync(&["--create"]);
        (world, run)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn archive(&self) -> PathBuf {
        self.path("archive")
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flickr-backup"));
        command
            .args(words)
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("FLICKR_BACKUP_ENDPOINT", self.flickr.endpoint())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Run {
        Run::from(self.command(words).output().unwrap())
    }

    /// Runs `sync` on the archive, without an hourly limit.
    pub(crate) fn sync(&self, more: &[&str]) -> Run {
        self.run(&[&["sync", "archive", "--calls-per-hour", "0"], more].concat())
    }

    pub(crate) fn start(&self, words: &[&str]) -> Child {
        self.command(words).spawn().unwrap()
    }

    /// The sidecars of the archive by photo id.
    pub(crate) fn sidecars(&self) -> BTreeMap<u64, Value> {
        files(&self.archive().join("photos"))
            .into_iter()
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .map(|path| {
                let sidecar: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
                (sidecar["id"].as_str().unwrap().parse().unwrap(), sidecar)
            })
            .collect()
    }

    /// The bytes of the file that a sidecar calls current.
    pub(crate) fn current(&self, sidecar: &Value) -> Option<Vec<u8>> {
        Some(std::fs::read(self.archive().join(sidecar["current"].as_str()?)).unwrap())
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// All files below a folder, sorted.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path())
            } else {
                found.push(entry.path())
            }
        }
    }
    found.sort();
    found
}

/// Everything that a backup program sees of a tree: inode, modification time and bytes of each file.
pub(crate) fn fingerprint(dir: &Path) -> BTreeMap<PathBuf, (u64, i64, i64, Vec<u8>)> {
    files(dir)
        .into_iter()
        .map(|path| {
            let seen = std::fs::symlink_metadata(&path).unwrap();
            let bytes = std::fs::read(&path).unwrap();
            (path, (seen.ino(), seen.mtime(), seen.mtime_nsec(), bytes))
        })
        .collect()
}

/// The files of two trees that are not the same in both: what a test tells instead of all their bytes.
pub(crate) fn differing(one: &[(PathBuf, Vec<u8>)], other: &[(PathBuf, Vec<u8>)]) -> Vec<PathBuf> {
    let only = |these: &[(PathBuf, Vec<u8>)], those: &[(PathBuf, Vec<u8>)]| -> Vec<PathBuf> {
        these.iter().filter(|this| !those.contains(this)).map(|(path, _)| path.clone()).collect()
    };
    let mut paths = only(one, other);
    paths.extend(only(other, one));
    paths.sort();
    paths.dedup();
    paths
}

/// Says aloud that a test needs a tool that is not on this machine; in CI, which installs it, that is a failure.
pub(crate) fn skipped(tool: &str, error: &std::io::Error) {
    use std::io::Write;
    assert!(std::env::var_os("CI").is_none(), "there is no {tool}, which .ci/run installs: {error}");
    let words = format!("skipped: there is no {tool} ({error})\n");
    std::io::stderr().write_all(words.as_bytes()).unwrap();
}
