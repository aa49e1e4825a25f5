//! An archive of format 1 as version 0.1.0 made it, kept in the repository: every later version opens it, and against the
//! account that it was made of, it fetches nothing and changes no byte.
//!
//! When the simulator makes another account of this seed, or a new fact is kept, make a further golden archive beside
//! the first (`FLICKR_BACKUP_GOLDEN=DIR cargo test … golden` writes one) and leave the first to
//! `crates/photo-archive/tests/it/golden.rs`, which asks no simulator. Never make an old one again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use flickr_simulator::Account;

use crate::world::{World, files};

/// The account of the golden archive: a little of everything.
fn account() -> Account {
    let mut account = Account::rich(77, 8);
    let mix = &mut account.mix;
    (mix.videos, mix.videos_without_original, mix.videos_with_only_swf, mix.videos_pending) =
        (0.15, 0.0, 0.0, 0.0);
    let facts = &mut mix.facts;
    (facts.most_comments, facts.most_favorites, facts.hostile_texts) = (7, 7, 0.0);
    (facts.favorites, facts.contacts, facts.testimonials, facts.collection_depth) = (7, 5, 2, 4);
    (facts.albums, facts.groups, facts.galleries) = (4, 3, 2);
    account
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../photo-archive/tests/golden/format-1")
}

/// Copies plain files, with the rights and dates of a fresh checkout.
fn copied(from: &Path, to: &Path) {
    for path in files(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(path, target).unwrap();
    }
}

fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let read = |path: PathBuf| (path.strip_prefix(dir).unwrap().to_owned(), std::fs::read(&path).unwrap());
    files(dir).into_iter().map(read).collect()
}

#[test]
fn a_golden_archive_is_opened_and_nothing_in_it_changes() {
    let world = World::signed_in(account());
    if let Some(dir) = std::env::var_os("FLICKR_BACKUP_GOLDEN") {
        let run = world.sync(&["--create", "--details", "full", "--sidecars", "both"]);
        assert!(matches!(run.code, 0 | 3), "{run:?}");
        copied(&world.archive(), Path::new(&dir));
        return;
    }
    copied(&golden(), &world.archive());
    let before = contents(&world.archive());
    assert!(before.len() > 30, "{}", before.len());

    let rebuilt = world.run(&["rebuild", "archive"]);
    let verified = world.run(&["verify", "archive"]);
    let synced = world.sync(&["--details", "full", "--sidecars", "both", "--walk-all"]);
    let status = world.run(&["status", "archive"]);

    assert_eq!(
        (rebuilt.code, verified.code, synced.code, status.code),
        (0, 0, 0, 0),
        "{rebuilt:?} {verified:?} {synced:?} {status:?}"
    );
    assert_eq!(world.flickr.counts().image_bytes, 0, "{synced:?}");
    let after = contents(&world.archive());
    for (path, bytes) in &before {
        assert!(after.get(path) == Some(bytes), "{} is another", path.display());
    }
    let added: Vec<_> = after.keys().filter(|path| !before.contains_key(*path)).collect();
    assert!(added.len() == 1 && added[0].starts_with("runs"), "{added:?}");
}
