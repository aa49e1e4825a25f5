//! Who may read the token file, and where it may stand.

use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;

use rustix::fs::Mode;
use token_store::{StoreError, TokenFile};

use crate::{account, folder};

const ADA: &str = "12345678@N00";

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A folder with a token file of one account in it.
fn signed_in() -> (tempfile::TempDir, TokenFile) {
    let folder = folder();
    let mut tokens = TokenFile::open(folder.path()).unwrap();
    tokens.save(&account(ADA)).unwrap();
    (folder, tokens)
}

#[test]
fn file_and_folder_are_private_whatever_the_umask_is() {
    let folder = folder();
    let config = folder.path().join("deep/flickr-backup");

    for mask in [Mode::empty(), Mode::from_raw_mode(0o022)] {
        let before = rustix::process::umask(mask);
        let saved = TokenFile::open(&config).and_then(|mut tokens| tokens.save(&account(ADA)));
        rustix::process::umask(before);
        saved.unwrap();

        assert_eq!(mode(&config.join("token.toml")), 0o600);
        assert_eq!(mode(&config), 0o700);
        assert_eq!(mode(config.parent().unwrap()), 0o700);
    }
}

#[test]
fn a_file_that_others_may_read_is_repaired_with_a_word() {
    for open in [0o644, 0o640, 0o604, 0o660] {
        let (folder, tokens) = signed_in();
        set_mode(tokens.path(), open);

        let tokens = TokenFile::open(folder.path()).unwrap();

        assert_eq!(mode(tokens.path()), 0o600);
        assert!(tokens.only().is_some());
        let expected = format!(
            "Others had access to {} (mode {open:o}); it is now yours alone (mode 600).",
            tokens.path().display()
        );
        assert_eq!(tokens.repaired().iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
        assert!(TokenFile::open(folder.path()).unwrap().repaired().is_empty());
    }
}

#[test]
fn a_folder_that_others_may_enter_is_repaired_when_a_token_comes_in() {
    let folder = folder();
    set_mode(folder.path(), 0o755);
    let mut tokens = TokenFile::open(folder.path()).unwrap();

    tokens.save(&account(ADA)).unwrap();

    assert_eq!(mode(folder.path()), 0o700);
    assert_eq!((tokens.repaired()[0].had, tokens.repaired()[0].has), (0o755, 0o700));
}

#[test]
fn a_folder_that_everybody_may_write_into_is_refused() {
    let (folder, mut tokens) = signed_in();

    for open in [0o777, 0o1777, 0o702] {
        set_mode(folder.path(), open);

        assert!(matches!(TokenFile::open(folder.path()), Err(StoreError::OpenFolder { .. })));
        assert!(matches!(tokens.save(&account(ADA)), Err(StoreError::OpenFolder { .. })));
        assert!(matches!(tokens.forget(ADA), Err(StoreError::OpenFolder { .. })));
    }
    set_mode(folder.path(), 0o700);
}

#[test]
fn a_symbolic_link_is_refused_and_not_replaced() {
    let (folder, tokens) = signed_in();
    let elsewhere = folder.path().join("elsewhere.toml");
    std::fs::rename(tokens.path(), &elsewhere).unwrap();
    symlink(&elsewhere, tokens.path()).unwrap();
    let before = std::fs::read_to_string(&elsewhere).unwrap();
    let mut tokens = tokens;

    assert!(matches!(TokenFile::open(folder.path()), Err(StoreError::SymbolicLink { .. })));
    assert!(matches!(tokens.save(&account(ADA)), Err(StoreError::SymbolicLink { .. })));

    assert!(tokens.path().is_symlink());
    assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), before);
}

#[test]
fn a_folder_or_a_pipe_in_the_place_of_the_file_is_refused_at_once() {
    let one = folder();
    std::fs::create_dir(one.path().join("token.toml")).unwrap();
    assert!(matches!(TokenFile::open(one.path()), Err(StoreError::NotAFile { .. })));

    let other = folder();
    let pipe = other.path().join("token.toml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(matches!(TokenFile::open(other.path()), Err(StoreError::NotAFile { .. })));
}

#[test]
fn a_pipe_in_the_place_of_the_lock_and_a_huge_file_are_refused_at_once() {
    let (folder, mut tokens) = signed_in();
    let lock = tokens.path().with_extension("lock");
    std::fs::remove_file(&lock).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&lock).status().unwrap().success());

    assert!(tokens.forget("12345678@N00").is_err());

    std::fs::File::options().write(true).open(tokens.path()).unwrap().set_len(1 << 40).unwrap();
    assert!(TokenFile::open(folder.path()).is_err());
}

#[test]
fn a_file_of_another_user_is_refused() {
    let (folder, tokens) = signed_in();
    let other = rustix::process::geteuid().as_raw() + 1;
    // Only root can give a file away; for everybody else the pure decision is tested beside the code.
    let is_given_away = chown(tokens.path(), Some(other), None).is_ok();

    let result = TokenFile::open(folder.path());

    let is_refused = matches!(result, Err(StoreError::ForeignOwner { owner, .. }) if owner == other);
    assert_eq!(is_refused, is_given_away);
}

#[test]
fn nothing_but_the_file_and_its_lock_is_left_in_the_folder() {
    let (folder, mut tokens) = signed_in();
    tokens.save(&account(ADA)).unwrap();

    let mut names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();

    assert_eq!(names, ["token.lock", "token.toml"]);
    assert_eq!(mode(&folder.path().join("token.lock")) & 0o077, 0);
}
