//! A person's machine before a disturbed run: signed in, with an archive or without, and a Flickr beside it.
//!
//! It is set up once and put back before each trial, so that a thousand trials begin alike and end in one known archive.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::ground::{Ground, clear, copy_over};
use super::proof;
use super::run::{self, Run, Running};
use super::tree::Tree;
use crate::simulator::Simulator;

/// What the disturbed run is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scene {
    /// Make a new archive of everything.
    First,
    /// Bring an archive up to date: photos were added, replaced and renamed.
    Update,
    /// Make the catalog again.
    Rebuild,
}

/// How much there is to back up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Account {
    /// A few photos, and no more.
    Small,
    /// Photos with albums, groups, comments and people.
    Rich,
}

/// The folders that belong to a machine, by what they hold.
const FOLDERS: [&str; 3] = ["archive", "state", "config"];

/// How a machine was set up.
pub(super) struct Stage {
    home: PathBuf,
    saved: PathBuf,
    program: PathBuf,
    pub(super) flickr: Simulator,
    pub(super) scene: Scene,
    flags: Vec<&'static str>,
    /// The archive that an undisturbed run leaves.
    pub(super) undisturbed: Tree,
    /// The same where the catalog had to be made again: then the account itself is looked at sooner than after seven days.
    pub(super) renewed: Tree,
    /// How long that run took.
    pub(super) took: Duration,
}

impl Stage {
    /// Sets a machine up, and runs once undisturbed.
    pub(super) fn set(
        ground: &Ground,
        scene: Scene,
        account: Account,
        flags: &[&'static str],
    ) -> Result<Self> {
        // This seed gives of each photo the original: a whole archive ends with 0.
        let words: &[&str] = match account {
            Account::Small => &["--photos", "5", "--seed", "19"],
            Account::Rich => &["--photos", "6", "--seed", "19", "--rich"],
        };
        let mut stage = Self {
            home: ground.work().join("home"),
            saved: ground.work().join("saved"),
            program: ground.tools.program.clone(),
            flickr: Simulator::start(&ground.tools.serve, words)?,
            scene,
            flags: flags.to_vec(),
            undisturbed: Tree::default(),
            renewed: Tree::default(),
            took: Duration::ZERO,
        };
        for folder in [&stage.home, &stage.saved] {
            clear(folder)?;
            fs::create_dir_all(folder)?;
        }
        stage.sign_in()?;
        stage.prepare()?;
        stage.rehearse()?;
        Ok(stage)
    }

    fn sign_in(&self) -> Result<()> {
        let (token, secret) = self.flickr.access();
        for (name, text) in
            [("apikeys", [self.flickr.key(), self.flickr.secret()]), ("token", [token, secret])]
        {
            let path = self.home.join(name);
            fs::write(&path, format!("{}\n", text.join("\n")))?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        }
        let run = self.run(&["auth", "--import", "token"])?;
        ensure!(run.code == Some(0), "the sign-in ended with {}: {}", run.ending(), run.last_words());
        Ok(())
    }

    /// Makes what is there before the disturbed run, and saves it.
    fn prepare(&self) -> Result<()> {
        if self.scene != Scene::First {
            let run = self.sync(&["--create"])?;
            ensure!(run.code == Some(0), "the first sync ended with {}: {}", run.ending(), run.last_words());
        }
        if self.scene == Scene::Rebuild {
            clear(&self.path("state"))?;
        }
        for folder in FOLDERS {
            copy_over(&self.path(folder), &self.saved.join(folder))?;
        }
        if self.scene == Scene::Update {
            self.edit()?;
        }
        Ok(())
    }

    /// Changes the account: three photos replaced, three renamed, one of them both, one new, one with a new secret.
    fn edit(&self) -> Result<()> {
        let ids = self.flickr.ask("GET", "/_simulator/ids")?;
        let ids: Vec<&str> = ids.lines().collect();
        let edit = |words: String| self.flickr.ask("POST", &format!("/_simulator/edit?{words}")).map(drop);
        for id in ids.iter().step_by(2) {
            edit(format!("kind=replace&id={id}"))?;
        }
        for id in ids.iter().skip(1).step_by(2) {
            edit(format!("kind=retitle&id={id}&title=Another"))?;
        }
        if let [first, second, .., last] = ids.as_slice() {
            edit(format!("kind=retitle&id={first}&title=A%20new%20name"))?;
            edit(format!("kind=replace&id={second}"))?;
            edit(format!("kind=new-secret&id={last}"))?;
        }
        edit("kind=add".to_owned())
    }

    /// Runs undisturbed, and keeps what that left.
    fn rehearse(&mut self) -> Result<()> {
        self.put_back()?;
        let begun = Instant::now();
        let run = self.run(&self.words())?;
        self.took = begun.elapsed();
        ensure!(run.code == Some(0), "the undisturbed run ended with {}: {}", run.ending(), run.last_words());
        let run = self.recover()?;
        ensure!(run.code == Some(0), "the run after it ended with {}: {}", run.ending(), run.last_words());
        self.undisturbed = self.archive()?;
        clear(&self.path("state"))?;
        let run = self.recover()?;
        ensure!(
            run.code == Some(0),
            "the run without a catalog ended with {}: {}",
            run.ending(),
            run.last_words()
        );
        self.renewed = self.archive()?;
        let findings = proof::complete(&self.renewed, &self.digests(&self.renewed)?, &self.like());
        ensure!(findings.is_empty(), "the undisturbed archive is not sound: {}", findings[0]);
        Ok(())
    }

    /// What a good archive is like.
    pub(super) fn like(&self) -> [&Tree; 2] {
        [&self.undisturbed, &self.renewed]
    }

    /// Puts the machine back to where it was before the disturbed run; gives the archive as it is then.
    pub(super) fn put_back(&self) -> Result<Tree> {
        for folder in FOLDERS {
            copy_over(&self.saved.join(folder), &self.path(folder))?;
        }
        self.archive()
    }

    /// The place of a name in the person's home.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.home.join(name)
    }

    /// The person's home.
    pub(super) fn home(&self) -> &Path {
        &self.home
    }

    /// The archive as it lies there now.
    pub(super) fn archive(&self) -> Result<Tree> {
        Tree::read(&self.path("archive"))
    }

    /// The digests of an archive that was just read.
    pub(super) fn digests(&self, archive: &Tree) -> Result<std::collections::BTreeMap<String, String>> {
        archive.digests(&self.path("archive"))
    }

    /// The words of the run that is to be disturbed.
    pub(super) fn words(&self) -> Vec<&str> {
        match self.scene {
            Scene::Rebuild => vec!["rebuild", "archive"],
            _ => self.sync_words(),
        }
    }

    fn sync_words(&self) -> Vec<&str> {
        let create = if self.scene == Scene::First { &["--create"][..] } else { &[] };
        [&["sync", "archive", "--calls-per-hour", "0"], self.flags.as_slice(), create].concat()
    }

    /// Runs the program in a clean environment, behind other words where there are some, such as those of `strace`.
    pub(super) fn command(&self, before: &[String], words: &[&str]) -> Command {
        let program = self.program.display().to_string();
        let all: Vec<&str> = before
            .iter()
            .map(String::as_str)
            .chain([program.as_str()])
            .chain(words.iter().copied())
            .collect();
        let mut command = Command::new(all[0]);
        command.args(&all[1..]).current_dir(&self.home).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", &self.home).env("TMPDIR", self.home.join("..")).env("NO_PROXY", "127.0.0.1");
        command.env("XDG_CONFIG_HOME", self.path("config")).env("XDG_STATE_HOME", self.path("state"));
        command.env("FLICKR_BACKUP_ENDPOINT", self.flickr.endpoint());
        command
    }

    /// Starts a command that [`Stage::command`] made.
    pub(super) fn start(&self, command: Command) -> Result<Running<'_>> {
        run::start(command, &self.saved)
    }

    /// Runs the program undisturbed.
    pub(super) fn run(&self, words: &[&str]) -> Result<Run> {
        self.start(self.command(&[], words))?.finish().context("could not run the program")
    }

    fn sync(&self, more: &[&str]) -> Result<Run> {
        let mut words = vec!["sync", "archive", "--calls-per-hour", "0"];
        words.extend(self.flags.iter().copied().chain(more.iter().copied()));
        self.run(&words)
    }

    /// The run after a disturbed one.
    pub(super) fn recover(&self) -> Result<Run> {
        self.run(&self.sync_words())
    }

    /// What may stand in no archive, catalog, log or output.
    pub(super) fn secrets(&self) -> Vec<String> {
        let (token, secret) = self.flickr.access();
        [self.flickr.secret(), token, secret].map(str::to_owned).into()
    }
}
