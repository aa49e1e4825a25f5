//! The whole way of a file: arriving, proven, saved; and what may stand in its way.

use super::*;
use crate::error::ErrorKind;
use crate::inspect::samples;
use crate::proof::Refused;
use crate::store::Store;
use flickr_model::{Media, PhotoId, Promise};
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::PathBuf;
use std::sync::Arc;

struct World {
    folder: tempfile::TempDir,
    store: Store,
}

fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(Arc::new(Root::open(folder.path()).unwrap()));
    World { folder, store }
}

fn stem() -> Stem {
    Stem::parse("photos/2011/07/2011-07-04_153012_7_Dancing").unwrap()
}

fn id() -> PhotoId {
    PhotoId::from_number(7).unwrap()
}

const NAME: &str = "photos/2011/07/2011-07-04_153012_7_Dancing";

impl World {
    fn write(&self, bytes: &[u8], purpose: Purpose) -> Result<Written, Refused> {
        let promise = Promise { length: Some(bytes.len() as u64), ..Promise::default() };
        let mut incoming = self.store.incoming(id(), &stem(), promise).unwrap();
        bytes.chunks(7).for_each(|chunk| incoming.write(chunk).unwrap());
        incoming.finish(purpose, 1, Some(1_309_793_412)).unwrap()
    }

    fn save(&self, batch: Vec<Written>) -> Vec<Saved> {
        save(self.store.root(), batch).unwrap()
    }

    fn path(&self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("{NAME}{ending}"))
    }

    fn names(&self) -> Vec<String> {
        let entries = self.store.root().entries(&stem().folder()).unwrap();
        entries.into_iter().map(|e| e.name.replace("2011-07-04_153012_7_Dancing", "")).collect()
    }
}

#[test]
fn a_proven_file_is_saved_under_its_name_read_only_and_dated() {
    let world = world();
    let bytes = samples::jpeg(64, 48);

    let saved = world.save(vec![world.write(&bytes, Purpose::Original).unwrap()]);

    let [saved] = &saved[..] else { unreachable!("one file was saved") };
    let facts = world.path(".jpg").metadata().unwrap();
    assert_eq!(saved.path(), format!("{NAME}.jpg"));
    assert_eq!((saved.version(), saved.bytes(), saved.dimensions()), (1, bytes.len() as u64, Some((64, 48))));
    assert_eq!((facts.mode() & 0o7777, facts.mtime()), (0o444, 1_309_793_412));
    assert_eq!(std::fs::read(world.path(".jpg")).unwrap(), bytes);
    assert_eq!(world.names(), [".jpg"]);
}

#[test]
fn checksums_are_those_of_the_bytes_and_md5_only_where_one_was_promised() {
    use md5::Digest;
    let world = world();
    let bytes = samples::jpeg(64, 48);
    let md5: [u8; 16] = md5::Md5::digest(&bytes).into();
    let promise = Promise { md5: Some(md5), ..Promise::default() };

    let mut incoming = world.store.incoming(id(), &stem(), promise).unwrap();
    incoming.write(&bytes).unwrap();
    let with_md5 = incoming.finish(Purpose::Original, 1, None).unwrap().unwrap();
    let without = world.write(&bytes, Purpose::Poster).unwrap();
    let saved = world.save(vec![with_md5, without]);

    assert_eq!(saved[0].sha256()[..], sha2::Sha256::digest(&bytes)[..]);
    assert_eq!((saved[0].md5(), saved[1].md5()), (Some(md5), None));
}

#[test]
fn what_is_dropped_or_refused_leaves_nothing() {
    let world = world();
    let mut incoming = world.store.incoming(id(), &stem(), Promise::default()).unwrap();
    incoming.write(b"half").unwrap();
    assert_eq!(world.names(), [".part"]);
    drop(incoming);
    let written = world.write(&samples::jpeg(64, 48), Purpose::Original).unwrap();
    let refused = world.write(b"<html>", Purpose::Original).unwrap_err();
    drop(written);

    assert_eq!(refused, Refused::Text);
    assert!(world.names().is_empty());
}

#[test]
fn several_files_of_one_photo_arrive_together() {
    let world = world();
    let (photo, poster) = (samples::jpeg(64, 48), samples::jpeg(32, 24));

    let original = world.write(&photo, Purpose::Original).unwrap();
    let still = world.write(&poster, Purpose::Poster).unwrap();
    let smaller = Purpose::NotOriginal { label: "Large 1600".to_owned(), width: Some(1600) };
    let smaller = world.write(&poster, smaller).unwrap();
    let saved = world.save(vec![original, still, smaller]);

    assert_eq!(world.names(), [".jpg", ".not-original-1600.jpg", ".poster.jpg"]);
    assert_eq!(std::fs::read(world.path(".jpg")).unwrap(), photo);
    assert_eq!(saved[1].purpose(), &Purpose::Poster);
}

#[test]
fn a_leftover_of_a_killed_run_is_no_hindrance() {
    let world = world();
    world.store.root().make_folder(&stem().folder()).unwrap();
    std::fs::write(world.path(".part"), "half a photo").unwrap();

    world.save(vec![world.write(&samples::png(64, 48), Purpose::Original).unwrap()]);

    assert_eq!(world.names(), [".png"]);
}

#[test]
fn the_same_bytes_under_the_name_are_adopted_untouched() {
    let world = world();
    let bytes = samples::jpeg(64, 48);
    world.save(vec![world.write(&bytes, Purpose::Original).unwrap()]);
    let before = world.path(".jpg").metadata().unwrap();

    let again = world.save(vec![world.write(&bytes, Purpose::Original).unwrap()]);

    let after = world.path(".jpg").metadata().unwrap();
    assert_eq!(again[0].path(), format!("{NAME}.jpg"));
    assert_eq!((before.ino(), before.ctime_nsec()), (after.ino(), after.ctime_nsec()));
    assert_eq!(world.names(), [".jpg"]);
}

#[test]
fn other_bytes_under_the_name_stay_and_the_new_file_takes_the_next_version() {
    let world = world();
    world.save(vec![world.write(&samples::jpeg(64, 48), Purpose::Original).unwrap()]);
    std::fs::write(world.path(".v2.jpg"), "a person's own file").unwrap();

    let other = world.save(vec![world.write(&samples::jpeg(48, 64), Purpose::Original).unwrap()]);

    assert_eq!((other[0].version(), other[0].path()), (3, format!("{NAME}.v3.jpg").as_str()));
    assert_eq!(std::fs::read(world.path(".jpg")).unwrap(), samples::jpeg(64, 48));
    assert_eq!(std::fs::read_to_string(world.path(".v2.jpg")).unwrap(), "a person's own file");
}

#[test]
fn a_link_under_the_final_name_is_an_error_of_that_file_only() {
    let world = world();
    let outside = tempfile::NamedTempFile::new().unwrap();
    world.store.root().make_folder(&stem().folder()).unwrap();
    symlink(outside.path(), world.path(".jpg")).unwrap();
    let bytes = samples::jpeg(64, 48);

    let mut incoming = world.store.incoming(id(), &stem(), Promise::default()).unwrap();
    incoming.write(&bytes).unwrap();
    let refused = incoming.finish(Purpose::Original, 1, None).unwrap_err();

    assert!(!refused.ends_the_run(), "{refused}");
    assert_eq!(world.names(), [".jpg"]);
    assert!(std::fs::read(outside.path()).unwrap().is_empty());
}

#[test]
fn a_folder_that_is_a_link_takes_no_file() {
    let world = world();
    let outside = tempfile::tempdir().unwrap();
    symlink(outside.path(), world.folder.path().join("photos")).unwrap();

    let refused = world.store.incoming(id(), &stem(), Promise::default()).unwrap_err();

    assert_eq!(refused.kind(), ErrorKind::OneFile);
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn a_complete_file_in_no_catalog_is_found_and_adopted_by_its_bytes() {
    let world = world();
    let bytes = samples::mp4();
    let promise = Promise { media: Media::Video, length: Some(bytes.len() as u64), ..Promise::default() };
    assert_eq!(world.store.find_complete(&stem(), &Purpose::Original, 1).unwrap(), None);
    world.store.root().make_folder(&stem().folder()).unwrap();
    std::fs::write(world.path(".mp4"), &bytes).unwrap();

    let found = world.store.find_complete(&stem(), &Purpose::Original, 1).unwrap().unwrap();
    let wrong = Promise { length: Some(1), ..promise.clone() };
    let refused = world.store.adopt(found.clone(), &wrong, Purpose::Original, 1).unwrap();
    let written = world.store.adopt(found, &promise, Purpose::Original, 1).unwrap().unwrap();
    let saved = world.save(vec![written]);

    assert!(matches!(refused, Err(Refused::Length { .. })));
    assert_eq!((saved[0].path(), saved[0].bytes()), (format!("{NAME}.mp4").as_str(), bytes.len() as u64));
    assert_eq!(world.store.find_complete(&stem(), &Purpose::Poster, 1).unwrap(), None);
    assert_eq!(world.store.find_complete(&stem(), &Purpose::Original, 2).unwrap(), None);
    assert_eq!(world.names(), [".mp4"]);
}

#[test]
fn an_adopted_file_that_is_not_what_it_should_be_stays_as_it_is() {
    let world = world();
    world.store.root().make_folder(&stem().folder()).unwrap();
    let cut = &samples::jpeg(64, 48)[..60];
    std::fs::write(world.path(".jpg"), cut).unwrap();

    let found = world.store.find_complete(&stem(), &Purpose::Original, 1).unwrap().unwrap();
    let refused = world.store.adopt(found, &Promise::default(), Purpose::Original, 1).unwrap();

    assert!(refused.is_err());
    assert_eq!(std::fs::read(world.path(".jpg")).unwrap(), cut);
}

#[test]
fn a_date_no_file_system_can_hold_is_no_error() {
    let world = world();

    for mtime in [i64::MIN, -62_135_596_800, 253_402_300_799, i64::MAX] {
        let mut incoming = world.store.incoming(id(), &stem(), Promise::default()).unwrap();
        incoming.write(&samples::jpeg(64, 48)).unwrap();
        assert!(incoming.finish(Purpose::Original, 1, Some(mtime)).unwrap().is_ok(), "{mtime}");
    }
}

#[test]
fn a_body_that_begins_again_leaves_no_byte_of_the_first_one() {
    let world = world();
    let (first, second) = (samples::jpeg(640, 480), samples::jpeg(64, 48));
    let promise = |bytes: &[u8]| Promise { length: Some(bytes.len() as u64), ..Promise::default() };
    let mut incoming = world.store.incoming(id(), &stem(), promise(&first)).unwrap();
    incoming.write(&first).unwrap();

    incoming.begin_again(promise(&second)).unwrap();
    incoming.write(&second).unwrap();
    let written = incoming.finish(Purpose::Original, 1, None).unwrap().unwrap();

    assert_eq!(written.sha256()[..], <sha2::Sha256 as sha2::Digest>::digest(&second)[..]);
    world.save(vec![written]);
    assert_eq!(std::fs::read(world.path(".jpg")).unwrap(), second);
}
