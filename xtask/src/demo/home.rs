//! The home folder of the demo's person: new, private, and gone at the end however the demo ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context, Result};

/// A temporary folder that removes itself when dropped.
pub(super) struct Home {
    folder: PathBuf,
}

impl Home {
    /// Makes the folder; it must not have been there.
    pub(super) fn make() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("flickr-backup-demo-{}", process::id()));
        fs::create_dir(&folder).with_context(|| format!("could not make {}", folder.display()))?;
        Ok(Self { folder })
    }

    /// The folder itself.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of `name` in the folder.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a small text into the folder.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<()> {
        write_private(&self.path(name), text).with_context(|| format!("could not write {name}"))
    }

    /// Turns `~/x` into the path that it means for the demo's person.
    pub(super) fn spell_out(&self, argument: &str) -> String {
        match argument.strip_prefix("~/") {
            Some(rest) => self.path(rest).display().to_string(),
            None => argument.to_owned(),
        }
    }

    /// Turns paths in `line` back into what the person would type.
    pub(super) fn shorten(&self, line: &str) -> String {
        line.replace(&self.folder.display().to_string(), "~")
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("demo: could not remove {}: {error}", self.folder.display());
        }
    }
}

/// Keys are for their owner's eyes only.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    fs::write(path, text)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    #[test]
    fn the_home_is_private_to_the_demo_and_goes_away() {
        let home = Home::make().unwrap();
        home.write("apikeys", "a\nb\n").unwrap();
        let folder = home.folder().to_owned();

        let archive = home.spell_out("~/FlickrArchive");

        assert_eq!(home.shorten(&format!("made {archive}")), "made ~/FlickrArchive");
        assert_eq!(home.spell_out("--create"), "--create");
        drop(home);
        assert!(!folder.exists());
    }
}
