//! Files for their owner's eyes only: read with suspicion, and replaced in one step.
//!
//! All writing of this crate is here. A file is written under another name in the same folder, brought to the
//! disk and renamed, so that there is the old file or the new one at every moment, and never half of one.
#![expect(clippy::disallowed_methods, reason = "this is the room that writes the person's own files")]

use std::fmt;
use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use crate::error::StoreError;

const OWNER_READS_AND_WRITES: u32 = 0o600;
const OWNER_ENTERS: u32 = 0o700;
/// No file of ours is longer; one that is must not fill the memory.
const LONGEST: u64 = 1 << 20;

/// A note for the person: others had rights on a file or folder, and they were taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// The file or folder.
    pub path: PathBuf,
    /// The rights it had, as in `chmod`.
    pub had: u32,
    /// The rights it has now.
    pub has: u32,
}

impl fmt::Display for Repaired {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, had, has) = (self.path.display(), self.had, self.has);
        write!(out, "Others had access to {path} (mode {had:03o}); it is now yours alone (mode {has:03o}).")
    }
}

/// Reads a file of secrets; `None` if there is none.
///
/// A file that another user could have put there is refused. Rights that others have on it are taken away.
pub(crate) fn read(path: &Path) -> Result<Option<(String, Option<Repaired>)>, StoreError> {
    let unreadable = |source: io::Error| StoreError::Unreadable { path: path.to_owned(), source };
    refuse_open_folder(path)?;
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let mut file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(descriptor) => File::from(descriptor),
        Err(rustix::io::Errno::NOENT) => return Ok(None),
        Err(rustix::io::Errno::LOOP) => return Err(StoreError::SymbolicLink { path: path.to_owned() }),
        Err(error) => return Err(unreadable(error.into())),
    };
    let found = file.metadata().map_err(unreadable)?;
    if !found.is_file() {
        return Err(StoreError::NotAFile { path: path.to_owned() });
    }
    let repaired = match judge(found.uid(), found.mode(), rustix::process::geteuid().as_raw()) {
        Verdict::Private => None,
        Verdict::Foreign => {
            return Err(StoreError::ForeignOwner { path: path.to_owned(), owner: found.uid() });
        }
        Verdict::Open => Some(take_rights_away(&file, path, found.mode(), OWNER_READS_AND_WRITES)?),
    };
    let mut bytes = Vec::new();
    (&mut file).take(LONGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LONGEST {
        return Err(StoreError::NotText { path: path.to_owned() });
    }
    let text = String::from_utf8(bytes).map_err(|_| StoreError::NotText { path: path.to_owned() })?;
    Ok(Some((text, repaired)))
}

/// Replaces a file in one step; it has mode 0600 whatever the umask is.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), StoreError> {
    replace_with(path, |file| file.write_all(text.as_bytes()))
}

fn replace_with(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), StoreError> {
    let failed =
        |deed| move |source: io::Error| StoreError::Unwritable { path: path.to_owned(), deed, source };
    let folder = folder_of(path);
    let prefix = temporary_prefix(path);
    remove_leftovers(folder, &prefix);
    let private = Permissions::from_mode(OWNER_READS_AND_WRITES);
    let mut new = tempfile::Builder::new()
        .prefix(&prefix)
        .permissions(private.clone())
        .tempfile_in(folder)
        .map_err(failed("write beside"))?;
    new.as_file().set_permissions(private).map_err(failed("protect"))?;
    write(new.as_file_mut()).map_err(failed("write"))?;
    new.as_file().sync_all().map_err(failed("bring to the disk"))?;
    new.persist(path).map_err(|error| failed("replace")(error.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("bring to the disk the folder of"))
}

/// Makes the folder of a file for its owner alone, or takes the rights of others on it away.
pub(crate) fn prepare_folder(path: &Path) -> Result<Option<Repaired>, StoreError> {
    refuse_open_folder(path)?;
    let folder = folder_of(path);
    make_folder(folder)?;
    let unreadable = |source: io::Error| StoreError::Unreadable { path: folder.to_owned(), source };
    let opened = File::open(folder).map_err(unreadable)?;
    let found = opened.metadata().map_err(unreadable)?;
    match judge(found.uid(), found.mode(), rustix::process::geteuid().as_raw()) {
        Verdict::Open => take_rights_away(&opened, folder, found.mode(), OWNER_ENTERS).map(Some),
        Verdict::Private | Verdict::Foreign => Ok(None),
    }
}

/// Makes a folder, and those above it, for their owner alone; nothing happens to those that exist.
pub(crate) fn make_folder(folder: &Path) -> Result<(), StoreError> {
    DirBuilder::new()
        .recursive(true)
        .mode(OWNER_ENTERS)
        .create(folder)
        .map_err(|source| StoreError::Unwritable { path: folder.to_owned(), deed: "make the folder", source })
}

/// Keeps other runs away from a file until the answer is dropped; waits for them.
///
/// `None` where the file system knows no locks: then the last writer wins, as without this function.
pub(crate) fn lock(path: &Path) -> Result<Option<File>, StoreError> {
    let lock_path = path.with_extension("lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(OWNER_READS_AND_WRITES);
    let file = options
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
        .open(&lock_path)
        .map_err(|source| StoreError::Unwritable { path: lock_path, deed: "open", source })?;
    Ok(file.lock().is_ok().then_some(file))
}

/// What the owner and the mode of a file say about it.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Private,
    Open,
    Foreign,
}

fn judge(owner: u32, mode: u32, me: u32) -> Verdict {
    if owner != me {
        Verdict::Foreign
    } else if mode & 0o077 != 0 {
        Verdict::Open
    } else {
        Verdict::Private
    }
}

fn take_rights_away(file: &File, path: &Path, mode: u32, has: u32) -> Result<Repaired, StoreError> {
    file.set_permissions(Permissions::from_mode(has)).map_err(|source| StoreError::Unwritable {
        path: path.to_owned(),
        deed: "take the rights of others away from",
        source,
    })?;
    Ok(Repaired { path: path.to_owned(), had: mode & 0o777, has })
}

/// A folder that everybody may write into is refused, the sticky ones such as `/tmp` as well.
fn refuse_open_folder(path: &Path) -> Result<(), StoreError> {
    let folder = folder_of(path);
    match std::fs::metadata(folder) {
        Ok(found) if found.mode() & 0o002 != 0 => Err(StoreError::OpenFolder { path: folder.to_owned() }),
        _ => Ok(()),
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn temporary_prefix(path: &Path) -> String {
    format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy())
}

/// Removes what a killed run left half written: it may hold secrets. Called under the lock of the file.
fn remove_leftovers(folder: &Path, prefix: &str) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(prefix)
            && std::fs::remove_file(entry.path()).is_err()
        {
            // It stays as it is: it stands in nobody's way, and the next run tries again.
            continue;
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn owner_and_mode_decide() {
        assert_eq!(judge(1000, 0o100_600, 1000), Verdict::Private);
        assert_eq!(judge(1000, 0o100_400, 1000), Verdict::Private);
        assert_eq!(judge(1000, 0o100_640, 1000), Verdict::Open);
        assert_eq!(judge(1000, 0o100_604, 1000), Verdict::Open);
        assert_eq!(judge(1001, 0o100_600, 1000), Verdict::Foreign);
        assert_eq!(judge(1000, 0o100_600, 0), Verdict::Foreign);
    }

    #[test]
    fn a_disk_that_fills_up_half_way_keeps_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token.toml");
        replace(&path, "old").unwrap();

        let result = replace_with(&path, |file| {
            file.write_all(b"ne")?;
            Err(io::ErrorKind::StorageFull.into())
        });

        assert!(matches!(result, Err(StoreError::Unwritable { deed: "write", .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half written is left");
    }

    #[test]
    fn what_a_killed_run_left_half_written_goes_with_the_next_write() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token.toml");
        std::fs::write(folder.path().join(".token.toml.a1B2c3"), "hal").unwrap();
        std::fs::write(folder.path().join("other"), "stays").unwrap();

        replace(&path, "new").unwrap();

        let mut names: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["other", "token.toml"]);
    }
}
