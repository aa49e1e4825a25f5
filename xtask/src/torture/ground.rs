//! The folder in which a torture goes on, mounts in it, and what is kept of a trial that found something.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::apart::Apart;
use super::machine::{self, Need};

/// A folder of its own; most of it lies in memory where this process may mount, so that a thousand runs wear no disk.
/// Where it may, that memory is formatted as people's disks are: a program does not write to both in the same way.
pub(super) struct Ground {
    folder: PathBuf,
    /// In the order in which they are taken away.
    mounts: Vec<Mount>,
    /// Programs that are tortured and that help.
    pub(super) tools: Tools,
}

/// The built programs.
pub(super) struct Tools {
    pub(super) program: PathBuf,
    pub(super) serve: PathBuf,
}

impl Tools {
    /// Copies them, so that what is built in the meantime is not suddenly what is tortured.
    fn copied(&self, folder: &Path) -> Result<Self> {
        let copied = |program: &Path, name: &str| -> Result<PathBuf> {
            let copy = folder.join(name);
            fs::copy(program, &copy).with_context(|| format!("could not copy {}", program.display()))?;
            Ok(copy)
        };
        Ok(Self { program: copied(&self.program, "flickr-backup")?, serve: copied(&self.serve, "serve")? })
    }
}

impl Ground {
    /// Makes the folder.
    pub(super) fn make(tools: Tools, apart: Apart) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("flickr-backup-torture-{}", process::id()));
        fs::create_dir(&folder).with_context(|| format!("could not make {}", folder.display()))?;
        let work = folder.join("work");
        fs::create_dir(&work)?;
        let mut mounts = Vec::new();
        if machine::lacks(&[Need::Loop], apart).is_none() {
            let memory = folder.join("memory");
            fs::create_dir(&memory)?;
            mounts.push(Mount::new(IN_MEMORY, &memory)?);
            mounts.insert(0, formatted(&memory.join("disk.img"), &work)?);
        } else if apart != Apart::No {
            mounts.push(Mount::new(IN_MEMORY, &work)?);
        }
        let tools = tools.copied(&work)?;
        Ok(Self { folder, mounts, tools })
    }

    /// Where the runs take place.
    pub(super) fn work(&self) -> PathBuf {
        self.folder.join("work")
    }

    /// Where what was found is kept after the torture; made when something is.
    pub(super) fn kept(&self) -> PathBuf {
        self.folder.join("kept")
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        self.mounts.drain(..).for_each(drop);
        if self.kept().exists() {
            println!("torture: what was found lies in {}", self.kept().display());
            // The rest of it is only in the way of who looks there; a rest that stays is no harm.
            fs::remove_dir_all(self.work()).ok();
        } else if let Err(error) = fs::remove_dir_all(&self.folder) {
            println!("torture: could not remove {}: {error}", self.folder.display());
        }
    }
}

/// How `mount` makes a disk in memory.
const IN_MEMORY: &[&str] = &["-t", "tmpfs", "-o", "size=1g,mode=0700", "none"];

/// Makes an ext4 in a file of 900 MiB, which takes what is written into it, and mounts it.
fn formatted(image: &Path, over: &Path) -> Result<Mount> {
    fs::File::create(image)?.set_len(900 << 20)?;
    run(Command::new("mkfs.ext4").args(["-q", "-F", "-m", "0"]).arg(image))?;
    Mount::new(&["-t", "ext4", "-o", "loop", &image.display().to_string()], over)
}

/// Something mounted, until it is dropped.
pub(super) struct Mount(String);

impl Mount {
    /// Mounts over a folder; `words` are what `mount` is told before it.
    pub(super) fn new(words: &[&str], over: &Path) -> Result<Self> {
        mount(words, over)?;
        Ok(Self(over.display().to_string()))
    }

    /// Takes it away from under who uses it.
    pub(super) fn vanish(self) -> Result<()> {
        run(Command::new("umount").arg("--lazy").arg(&self.0))?;
        self.forget();
        Ok(())
    }

    /// It was unmounted in another way.
    pub(super) fn forget(mut self) {
        self.0.clear();
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        if self.0.is_empty() {
            return;
        }
        // It may have vanished already; a lazy one goes when its last user does.
        let quietly = Command::new("umount").arg("--lazy").arg(&self.0).stderr(Stdio::null()).status();
        quietly.ok();
    }
}

fn mount(words: &[&str], over: &Path) -> Result<()> {
    run(Command::new("mount").args(words).arg(over))
}

/// Runs a small tool; fails with its words.
pub(super) fn run(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("could not start {:?}", command.get_program()))?;
    if !output.status.success() {
        bail!("{command:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// Copies a folder with all times and modes into one that may be there; what that held is gone.
pub(super) fn copy_over(from: &Path, to: &Path) -> Result<()> {
    clear(to)?;
    if from.exists() {
        fs::create_dir_all(to)?;
        run(Command::new("cp").arg("-a").arg("--").arg(from.join(".")).arg(to))?;
    }
    Ok(())
}

/// Empties a folder and removes it; what is mounted there stays, empty.
pub(super) fn clear(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let removed = match entry.file_type()?.is_dir() {
            true => fs::remove_dir_all(entry.path()),
            false => fs::remove_file(entry.path()),
        };
        removed.with_context(|| format!("could not remove {}", entry.path().display()))?;
    }
    let is_busy = fs::remove_dir(folder).is_err();
    ensure!(!is_busy || fs::read_dir(folder)?.next().is_none(), "{} cannot be emptied", folder.display());
    Ok(())
}
