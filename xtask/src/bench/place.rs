//! Where a bench works: a folder beside what cargo builds, with a home for each case and archives that are kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::measure::{Used, measured};
use super::simulator::Simulator;

/// The folder of all cases, and the built programs.
pub(super) struct Workshop {
    pub(super) folder: PathBuf,
    pub(super) program: PathBuf,
    pub(super) serve: PathBuf,
    pub(super) lister: PathBuf,
}

/// The home of one case: a person who is signed in.
pub(super) struct Home {
    folder: PathBuf,
    program: PathBuf,
    endpoint: String,
    stays: bool,
}

impl Workshop {
    /// How many bytes are free on the disk.
    pub(super) fn free(&self) -> Result<u64> {
        let output = Command::new("df").args(["-B1", "--output=avail"]).arg(&self.folder).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().nth(1).and_then(|line| line.trim().parse().ok()).context("df does not tell what is free")
    }

    /// Starts a simulator.
    pub(super) fn simulator(&self, words: &str) -> Result<Simulator> {
        Simulator::start(&self.serve, words)
    }

    /// Makes the home of a case anew, with somebody signed in to the simulator; it goes away with the value.
    pub(super) fn home(&self, name: &str, simulator: &Simulator) -> Result<Home> {
        let folder = self.folder.join(name);
        clear(&folder)?;
        self.sign_in(folder, simulator, false)
    }

    /// The same for a home that later cases and runs find again.
    pub(super) fn lasting_home(&self, name: &str, simulator: &Simulator) -> Result<Home> {
        self.sign_in(self.folder.join(name), simulator, true)
    }

    fn sign_in(&self, folder: PathBuf, simulator: &Simulator, stays: bool) -> Result<Home> {
        fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
        let endpoint = simulator.endpoint().to_owned();
        let home = Home { folder, program: self.program.clone(), endpoint, stays };
        fs::write(home.path("apikeys"), simulator.keys().join("\n"))?;
        fs::write(home.path("token"), simulator.access().join("\n"))?;
        let (token, keys) = (home.path("token"), home.path("apikeys"));
        let words =
            ["auth".as_ref(), "--import".as_ref(), token.as_os_str(), "--apikeys".as_ref(), keys.as_os_str()];
        measured(home.command().args(words))?.ended_with(0).context("could not sign in")?;
        Ok(home)
    }
}

impl Home {
    /// A path inside.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Where the archive lies.
    pub(super) fn archive(&self) -> PathBuf {
        self.path("archive")
    }

    /// Runs the program, and demands that it ends as it should.
    pub(super) fn run(&self, words: &str) -> Result<Used> {
        let (command, flags) = words.split_once(' ').unwrap_or((words, ""));
        let mut program = self.command();
        program.arg(command).arg(self.archive()).args(flags.split_whitespace());
        measured(&mut program)?.ended_with(0).with_context(|| format!("flickr-backup {words}"))
    }

    /// A sync as fast as it goes: the hourly allowance is Flickr's matter, not the program's.
    pub(super) fn sync(&self, flags: &str) -> Result<Used> {
        self.run(&format!("sync --calls-per-hour 0 {flags}"))
    }

    /// The program in a clean environment of this home.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.folder)
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("FLICKR_BACKUP_ENDPOINT", &self.endpoint)
            .env("NO_PROXY", "127.0.0.1")
            .current_dir(&self.folder);
        command
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if !self.stays
            && let Err(error) = clear(&self.folder)
        {
            eprintln!("bench: could not remove {}: {error:#}", self.folder.display());
        }
    }
}

/// Puts a folder of the bench out of the way, if it is there. It is removed at the end: ext4 goes round inodes that were
/// freed in the last minutes one by one, which would be counted as the next case's.
pub(super) fn clear(folder: &Path) -> Result<()> {
    let bench =
        folder.parent().filter(|parent| parent.ends_with("bench")).context("not a folder of the bench")?;
    if !folder.exists() {
        return Ok(());
    }
    let trash = bench.join(TRASH);
    fs::create_dir_all(&trash)?;
    let free = (0..).map(|number| trash.join(format!("{number}"))).find(|place| !place.exists());
    let place = free.context("no free name")?;
    fs::rename(folder, place).with_context(|| format!("could not move {}", folder.display()))
}

/// Removes what was put out of the way.
pub(super) fn empty_trash(workshop: &Workshop) -> Result<()> {
    match fs::remove_dir_all(workshop.folder.join(TRASH)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).context("could not clean up")
        }
        _ => Ok(()),
    }
}

const TRASH: &str = "trash";
