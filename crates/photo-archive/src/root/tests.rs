//! Attacks on the open root: links, FIFOs and folders where files belong, names that are taken.

use super::*;
use crate::error::ErrorKind;
use std::os::unix::fs::symlink;

struct World {
    inside: tempfile::TempDir,
    outside: tempfile::TempDir,
    root: Root,
}

fn world() -> World {
    let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(outside.path().join("precious"), "precious").unwrap();
    let root = Root::open(inside.path()).unwrap();
    World { inside, outside, root }
}

impl World {
    fn path(&self, key: &str) -> PathBuf {
        self.inside.path().join(key)
    }

    fn write(&self, key: &str, text: &str) {
        std::fs::write(self.path(key), text).unwrap();
    }

    fn text(&self, key: &str) -> String {
        std::fs::read_to_string(self.path(key)).unwrap()
    }

    fn outside_is_untouched(&self) -> bool {
        let names: Vec<_> = std::fs::read_dir(self.outside.path()).unwrap().collect();
        names.len() == 1 && std::fs::read(self.outside.path().join("precious")).unwrap() == b"precious"
    }
}

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

#[test]
fn a_folder_that_is_a_link_is_entered_by_no_deed() {
    let world = world();
    symlink(world.outside.path(), world.path("photos")).unwrap();
    world.write("a", "a");
    let (root, inside) = (&world.root, key("photos/precious"));

    let refusals = [
        root.make_folder(&key("photos/2011")).err(),
        root.create_part(&inside).err(),
        root.create_new(&key("photos/new")).err(),
        root.read_file(&inside).err(),
        root.open_or_make(&inside).err(),
        root.rename_new(&key("a"), &key("photos/new")).err(),
        root.rename_new(&inside, &key("b")).err(),
        root.replace(&key("a"), &inside).err(),
        root.remove(&inside).err(),
        root.entries(&key("photos")).err(),
        root.facts(&inside).err(),
        root.facts_of(&key("photos"), &["precious"]).err(),
        root.sync_folder(&key("photos")).err(),
    ];

    for (number, refusal) in refusals.into_iter().enumerate() {
        let refusal = refusal.unwrap_or_else(|| panic!("deed {number} went through"));
        assert_eq!(refusal.kind(), ErrorKind::OneFile, "deed {number}: {refusal}");
    }
    assert!(world.outside_is_untouched());
}

#[test]
fn a_link_deep_inside_is_not_followed_either() {
    let world = world();
    world.root.make_folder(&key("photos/2011")).unwrap();
    symlink("../..", world.path("photos/2011/07")).unwrap();

    assert!(world.root.make_folder(&key("photos/2011/07/x")).is_err());
    assert!(world.root.create_part(&key("photos/2011/07/photos/x.part")).is_err());
}

#[test]
fn nothing_but_a_regular_file_is_read_and_nothing_blocks() {
    let world = world();
    symlink(world.outside.path().join("precious"), world.path("link")).unwrap();
    std::fs::create_dir(world.path("folder")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(world.path("fifo")).status().unwrap();
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(world.path("socket")).unwrap();

    for (name, words) in
        [("link", "a symbolic link"), ("folder", "a folder"), ("fifo", "a FIFO"), ("socket", "a socket")]
    {
        let read = world.root.read(&key(name), 100).unwrap_err();
        assert!(read.to_string().contains(words), "{read}");
        assert!(world.root.open_or_make(&key(name)).is_err(), "{name}");
        world.write("new", "new");
        assert!(world.root.replace(&key("new"), &key(name)).is_err(), "{name}");
        assert_eq!(world.root.rename_new(&key("new"), &key(name)).unwrap(), Placed::NameTaken, "{name}");
    }
    assert!(world.outside_is_untouched());
}

#[test]
fn a_leftover_part_is_made_anew_and_a_link_of_that_name_is_only_removed() {
    let world = world();
    world.write("a.part", "from yesterday");
    symlink(world.outside.path().join("precious"), world.path("b.part")).unwrap();

    assert_eq!(world.root.create_part(&key("a.part")).unwrap().metadata().unwrap().len(), 0);
    world.root.create_part(&key("b.part")).unwrap();

    assert!(world.path("b.part").is_file() && !world.path("b.part").is_symlink());
    assert!(world.outside_is_untouched());
    assert_eq!(world.root.facts(&key("a.part")).unwrap().unwrap().mode, 0o600);
}

#[test]
fn a_folder_with_the_name_of_a_part_is_an_error_and_stays() {
    let world = world();
    std::fs::create_dir(world.path("a.part")).unwrap();

    let refused = world.root.create_part(&key("a.part")).unwrap_err();

    assert!(refused.to_string().contains("a folder"), "{refused}");
    assert!(world.path("a.part").is_dir());
}

#[test]
fn a_new_name_never_overwrites_by_either_way() {
    let world = world();
    world.write("a", "new");
    world.write("b", "old");

    assert_eq!(world.root.rename_new(&key("a"), &key("b")).unwrap(), Placed::NameTaken);
    assert_eq!(world.root.look_then_rename(&key("a"), &key("b")).unwrap(), Placed::NameTaken);
    assert_eq!(world.text("b"), "old");
    assert_eq!(world.root.look_then_rename(&key("a"), &key("c")).unwrap(), Placed::Done);
    assert_eq!(world.root.rename_new(&key("c"), &key("d")).unwrap(), Placed::Done);
    assert_eq!(world.text("d"), "new");
}

#[test]
fn a_folder_is_listed_by_name_and_one_that_is_not_there_is_empty() {
    let world = world();
    world.root.make_folder(&key("photos/2011/07")).unwrap();
    world.write("photos/b", "bb");
    world.write("photos/a", "a");
    symlink("a", world.path("photos/c")).unwrap();

    let entries = world.root.entries(&key("photos")).unwrap();

    let seen: Vec<_> = entries.iter().map(|e| (e.name.as_str(), e.facts.kind)).collect();
    let link = EntryKind::Other("a symbolic link");
    let expected = [("2011", EntryKind::Folder), ("a", EntryKind::File), ("b", EntryKind::File), ("c", link)];
    assert_eq!(seen, expected);
    assert_eq!(entries[2].facts.len, 2);
    assert_eq!(world.root.entries(&Key::top()).unwrap().len(), 1);
    assert!(world.root.entries(&key("albums")).unwrap().is_empty());
}

#[test]
fn a_file_over_the_limit_is_damage_and_one_that_is_not_there_is_none() {
    let world = world();
    world.write("a", "12345");

    assert_eq!(world.root.read(&key("a"), 5).unwrap().unwrap(), b"12345");
    assert_eq!(world.root.read(&key("a"), 4).unwrap_err().kind(), ErrorKind::Damaged);
    assert!(world.root.read(&key("b"), 5).unwrap().is_none());
    assert!(world.root.read(&key("photos/b"), 5).unwrap().is_none());
}

#[test]
fn the_root_may_be_given_through_a_link_but_must_be_a_folder() {
    let world = world();
    let link = world.outside.path().join("link");
    symlink(world.inside.path(), &link).unwrap();

    assert_eq!(Root::open(&link).unwrap().path(), world.inside.path().canonicalize().unwrap());
    for bad in ["precious", "nothing"] {
        let refused = Root::open(&world.outside.path().join(bad)).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotAnArchive, "{bad}");
    }
}

#[test]
fn a_root_is_made_closed_to_others() {
    use std::os::unix::fs::MetadataExt;
    let world = world();
    let path = world.path("deep/archive");

    Root::create(&path).unwrap();

    assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o700);
    assert!(world.root.space().unwrap().free_bytes > 0);
}
