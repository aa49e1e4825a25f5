//! What was damaged is set aside and fetched again; what Flickr cannot give again is left and named.

use flickr_model::{Media, Promise};
use photo_archive::{
    Access, Archive, Changed, Edited, Entry, Mend, Purpose, State, Trouble, VerifyOptions, VerifyReport,
};
use serde_json::json;

use crate::world::{World, fetched, gif, id, listed, now, run, save};

const GIF: &str = "photos/1943/1943_2_Photo-2.gif";
const JSON: &str = "photos/1943/1943_2_Photo-2.json";

fn verify(world: &World) -> VerifyReport {
    world.open_for(Access::Read).verify(&VerifyOptions::default(), &mut |_| {}).unwrap()
}

fn mend(world: &World, edited: Edited) -> (Archive, Mend) {
    let report = verify(world);
    let mut archive = world.open();
    let mend = archive.mend(&report.findings, edited, now()).unwrap();
    (archive, mend)
}

fn finish(archive: &mut Archive) {
    archive.finish_run(&json!({"command": "repair"}), Changed::Something, now()).unwrap();
}

fn harm(world: &World, path: &str, bytes: &[u8]) {
    let path = world.dir().join(path);
    std::fs::remove_file(&path).unwrap_or_default();
    std::fs::write(path, bytes).unwrap();
}

fn found(report: &VerifyReport) -> Vec<(&str, Trouble)> {
    report.findings.iter().map(|finding| (finding.path.as_str(), finding.what)).collect()
}

fn world() -> World {
    let world = World::new();
    run(&mut world.open(), 4);
    world
}

#[test]
fn a_damaged_file_is_set_aside_and_fetched_into_its_place() {
    let world = world();
    let before = world.prints();
    harm(&world, GIF, b"GIF89a rotten");

    let (mut archive, mend) = mend(&world, Edited::Leave);

    assert_eq!(mend.ask.iter().copied().collect::<Vec<_>>(), [id(2)]);
    assert_eq!(archive.kept(id(2)).unwrap().unwrap().state, State::Missing, "a sync would fetch it too");
    let lost = &mend.lost[0];
    assert_eq!((lost.path.as_str(), archive.is_back(lost).unwrap()), (GIF, false));
    let aside = "set-aside/2026-11-23/photos/1943/1943_2_Photo-2.gif";
    assert_eq!(std::fs::read(world.dir().join(aside)).unwrap(), b"GIF89a rotten");

    let saved = save(&mut archive, 2, &gif(2), Purpose::Original, 1);
    archive.record(vec![fetched(saved, 2)], now()).unwrap();
    assert!(archive.is_back(lost).unwrap());
    finish(&mut archive);
    drop(archive);
    assert_eq!(found(&verify(&world)), []);
    let after = world.prints();
    for name in before.keys().filter(|name| name.starts_with("photos/")) {
        assert_eq!(before[name].0, after[name].0, "{name}");
    }
}

#[test]
fn a_damaged_sidecar_is_made_again_with_the_facts_of_the_listing_and_no_false_history() {
    for damage in [
        "{",
        "",
        "{\"format\": 1, \"id\": \"2\", \"media\": \"photo\", \"state\": \"kept\", \"title\": \"?\"}",
    ] {
        let world = world();
        let before = world.json(JSON);
        harm(&world, JSON, damage.as_bytes());

        let (mut archive, mend) = mend(&world, Edited::Leave);
        assert_eq!((mend.remade, mend.ask.len(), mend.left.len()), (1, 1, 0));
        assert_eq!(world.json(JSON)["files"], before["files"], "the catalog knows them");
        archive.record(vec![Entry { state: None, reason: None, ..listed(2) }], now()).unwrap();
        finish(&mut archive);
        drop(archive);

        assert_eq!(found(&verify(&world)), []);
        let after = world.json(JSON);
        for field in ["title", "tags", "dates", "place", "files", "state", "current", "history", "privacy"] {
            assert_eq!(after[field], before[field], "{field}");
        }
        assert!(after["flickr"]["listing"].is_object());
    }
}

#[test]
fn what_flickr_no_longer_has_is_left_where_it_is_and_named() {
    let world = world();
    let mut archive = world.open();
    archive.record(vec![Entry { state: Some(State::Gone), ..Entry::new(id(2)) }], now()).unwrap();
    finish(&mut archive);
    drop(archive);
    harm(&world, GIF, b"GIF89a rotten");

    let (archive, mend) = mend(&world, Edited::Leave);

    assert_eq!((mend.left.len(), mend.lost.len(), mend.ask.len()), (1, 0, 0));
    assert!(mend.left[0].detail.contains("Flickr no longer has the photo"), "{mend:?}");
    assert_eq!(archive.kept(id(2)).unwrap().unwrap().state, State::Gone);
    assert_eq!(std::fs::read(world.dir().join(GIF)).unwrap(), b"GIF89a rotten");
}

#[test]
fn a_file_that_turns_out_to_be_gone_from_flickr_is_put_back() {
    let world = world();
    harm(&world, GIF, b"GIF89a rotten");
    let (mut archive, mend) = mend(&world, Edited::Leave);

    archive.put_back(&mend.lost[0]).unwrap();
    finish(&mut archive);

    assert_eq!(archive.kept(id(2)).unwrap().unwrap().state, State::Kept);
    drop(archive);
    assert_eq!(found(&verify(&world)), [(GIF, Trouble::Damaged)]);
}

#[test]
fn other_bytes_on_flickr_become_a_new_version_and_the_old_one_stays_recorded() {
    let world = world();
    harm(&world, GIF, b"GIF89a rotten");
    let (mut archive, mend) = mend(&world, Edited::Leave);

    let stem = archive.kept(id(2)).unwrap().unwrap().stem;
    let bytes = gif(77);
    let promise = Promise { media: Media::Photo, length: Some(bytes.len() as u64), ..Promise::default() };
    let mut incoming = archive.store().incoming(id(2), &stem, promise).unwrap();
    incoming.write(&bytes).unwrap();
    let mut written = incoming.finish(Purpose::Original, 1, Some(0)).unwrap().unwrap();
    archive.settle_version(id(2), &mut written, now()).unwrap();
    let saved = archive.save(vec![written]).unwrap().remove(0);
    assert!(saved.path().ends_with("_Photo-2.v2.gif"), "{}", saved.path());
    archive.record(vec![fetched(saved, 2)], now()).unwrap();

    assert!(!archive.is_back(&mend.lost[0]).unwrap());
    assert_eq!(archive.kept(id(2)).unwrap().unwrap().state, State::Kept);
    let files = world.json(JSON)["files"].as_array().unwrap().len();
    assert_eq!(files, 2, "what is lost is still told of");
}

#[test]
fn an_edited_file_is_replaced_only_on_request() {
    let mut edited = gif(2);
    edited.splice(19..19, *b"\x21\xfe\x05hello\x00");
    let world = world();
    harm(&world, GIF, &edited);

    let (archive, left) = mend(&world, Edited::Leave);
    drop(archive);
    assert_eq!((left.left.len(), left.lost.len()), (1, 0));
    assert_eq!(std::fs::read(world.dir().join(GIF)).unwrap(), edited);

    let (_, replaced) = mend(&world, Edited::Replace);
    assert_eq!((replaced.left.len(), replaced.lost.len()), (0, 1));
}

#[test]
fn names_halves_and_lists_are_mended_without_flickr() {
    let world = world();
    let spelled = world.dir().join(GIF.replace("Photo", "PHOTO"));
    std::fs::rename(world.dir().join(GIF), &spelled).unwrap();
    harm(&world, "photos/1943/1943_2_Photo-2.part", b"half");
    harm(&world, "photos/1943/SHA256SUMS", b"nonsense\n");
    harm(&world, "INVENTORY.txt", b"nonsense\n");

    let (mut archive, mend) = mend(&world, Edited::Leave);
    finish(&mut archive);
    drop(archive);

    assert_eq!((mend.renamed, mend.removed, mend.ask.len(), mend.left.len()), (1, 1, 0, 0));
    assert_eq!(found(&verify(&world)), []);
}

#[test]
fn a_link_in_the_place_of_a_photo_is_set_aside_like_any_file() {
    let world = world();
    std::fs::remove_file(world.dir().join(GIF)).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", world.dir().join(GIF)).unwrap();

    let (_, mend) = mend(&world, Edited::Leave);

    assert_eq!(mend.lost.len(), 1);
    assert!(world.dir().join(GIF).symlink_metadata().is_err());
    assert!(world.dir().join(mend.lost[0].aside.as_ref().unwrap()).is_symlink());
}
