//! A disk of its own for a stage, that can be filled, taken away, become read-only, or lose its power.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::ground::{self, Ground, Mount};

/// What lies on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    /// A file system in memory.
    Tmpfs,
    /// The usual one, with what it does by itself when it is cut off.
    Ext4,
    /// The same, where contents may reach the disk later than names.
    Ext4Writeback,
}

/// A file system mounted over a folder; gone when this is dropped.
pub(super) struct Disk {
    system: System,
    image: PathBuf,
    over: PathBuf,
    mount: Option<Mount>,
}

const BYTES: u64 = 48 << 20;

impl Disk {
    /// Makes an empty disk and mounts it over `over`.
    pub(super) fn over(ground: &Ground, system: System, over: &Path) -> Result<Self> {
        fs::create_dir_all(over)?;
        let image = ground.work().join("disk.img");
        if system != System::Tmpfs {
            fs::remove_file(&image).ok();
            File::create(&image)?.set_len(BYTES)?;
            // No space is kept back for root, and the tables are written at once: every trial meets the same disk.
            let words = ["-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0"];
            ground::run(Command::new("mkfs.ext4").args(words).arg(&image))?;
        }
        let mut disk = Self { system, image, over: over.to_owned(), mount: None };
        disk.mount()?;
        Ok(disk)
    }

    fn mount(&mut self) -> Result<()> {
        let image = self.image.display().to_string();
        let size = format!("size={BYTES},nr_inodes=4000,mode=0700");
        let words: Vec<&str> = match self.system {
            System::Tmpfs => vec!["-t", "tmpfs", "-o", &size, "none"],
            System::Ext4 => vec!["-t", "ext4", "-o", "loop,errors=remount-ro", &image],
            System::Ext4Writeback => {
                vec!["-t", "ext4", "-o", "loop,errors=remount-ro,data=writeback,commit=1", &image]
            }
        };
        self.mount = Some(Mount::new(&words, &self.over)?);
        Ok(())
    }

    /// Takes the disk out and puts it in again, as after a power cut.
    pub(super) fn again(&mut self) -> Result<()> {
        ground::run(Command::new("umount").arg(&self.over))?;
        // Already unmounted; what is dropped here has nothing left to do.
        if let Some(mount) = self.mount.take() {
            mount.forget();
        }
        if self.system != System::Tmpfs {
            // As every start of a machine does; it ends with 1 when it mended something.
            let check =
                Command::new("e2fsck").arg("-p").arg(&self.image).output().context("could not run e2fsck")?;
            ensure!(
                matches!(check.status.code(), Some(0 | 1)),
                "e2fsck: {}",
                String::from_utf8_lossy(&check.stdout)
            );
        }
        self.mount()
    }

    /// Writes everything down that lies in memory only.
    pub(super) fn flush(&self) -> Result<()> {
        ground::run(Command::new("sync").arg("-f").arg(&self.over))
    }

    /// Cuts the power: from now on nothing reaches the disk, and what had not reached it is lost.
    pub(super) fn cut(&self) -> Result<()> {
        // EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH, as perl says it: an ioctl needs `unsafe` in Rust.
        let script = r#"sysopen(D, $ARGV[0], 0) or die "$!"; $how = pack("L", 2); ioctl(D, 0x8004587d, $how) or die "$!""#;
        ground::run(Command::new("perl").arg("-e").arg(script).arg(&self.over))
    }

    /// Makes the file system find an error in itself: it becomes read-only at once.
    pub(super) fn turn_read_only(&self) -> Result<()> {
        let device = self.over.metadata()?.dev();
        let (major, minor) = ((device >> 8) & 0xfff, (device & 0xff) | ((device >> 12) & 0xfff00));
        let name = fs::canonicalize(format!("/sys/dev/block/{major}:{minor}"))?;
        let name = name.file_name().context("the disk has no name")?.to_owned();
        let trigger = Path::new("/sys/fs/ext4").join(name).join("trigger_fs_error");
        fs::write(&trigger, "torture").with_context(|| format!("could not write {}", trigger.display()))
    }

    /// Leaves so many bytes free, and so many files to be made; [`Disk::make_room`] takes it back.
    pub(super) fn fill(&self, free_bytes: Option<u64>, free_files: Option<u64>) -> Result<()> {
        let ballast = self.over.join("ballast");
        fs::create_dir_all(&ballast)?;
        let (bytes, files) = self.free()?;
        if let Some(left) = free_bytes {
            let block = File::create(ballast.join("block"))?;
            drop(block);
            let size = (bytes.saturating_sub(left) / 4096 * 4096).to_string();
            ground::run(Command::new("fallocate").args(["-l", &size]).arg(ballast.join("block")))?;
        }
        if let Some(left) = free_files {
            let (_, files) = if free_bytes.is_some() { self.free()? } else { (bytes, files) };
            for number in left..files {
                File::create(ballast.join(number.to_string()))?;
            }
        }
        Ok(())
    }

    /// Gives back what [`Disk::fill`] took.
    pub(super) fn make_room(&self) -> Result<()> {
        fs::remove_dir_all(self.over.join("ballast"))?;
        Ok(())
    }

    /// How many bytes are free, and how many files can be made.
    fn free(&self) -> Result<(u64, u64)> {
        let output = Command::new("df").args(["-B1", "--output=avail,iavail"]).arg(&self.over).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut numbers = text.lines().nth(1).unwrap_or_default().split_whitespace().map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(bytes)), Some(Ok(files))) => Ok((bytes, files)),
            _ => anyhow::bail!("df said {text:?}"),
        }
    }
}
