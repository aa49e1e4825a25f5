//! A photo that the person wants out of the archive leaves a tombstone and does not come back.

use photo_archive::{Changed, Sidecars, VerifyOptions};
use serde_json::json;

use crate::world::{World, id, listed, now, run};

#[test]
fn a_dropped_photo_leaves_its_id_and_the_date_and_nothing_else() {
    let world = World::new();
    let mut archive = world.open();
    archive.set_sidecars(Sidecars::Both);
    run(&mut archive, 3);

    let removed = archive.drop_photo(id(2), now()).unwrap();
    archive.finish_run(&json!({}), Changed::Something, now()).unwrap();

    assert_eq!(removed.len(), 3, "{removed:?}");
    assert!(world.prints().keys().all(|path| !path.contains("1943")), "{:?}", world.prints().keys());
    assert_eq!(world.json("account/dropped.json")["dropped"], json!([{"id": "2", "when": now()}]));
    assert!(archive.verify(&VerifyOptions::default(), &mut |_| {}).unwrap().findings.is_empty());
    assert!(archive.drop_photo(id(2), now()).unwrap().is_empty());
}

#[test]
fn it_does_not_come_back_even_when_the_catalog_is_made_again() {
    let world = World::new();
    let mut archive = world.open();
    run(&mut archive, 3);
    archive.drop_photo(id(1), now()).unwrap();
    archive.finish_run(&json!({}), Changed::Something, now()).unwrap();
    drop(archive);

    std::fs::remove_dir_all(world.state()).unwrap();
    let mut archive = world.open();
    let recorded = archive.record(vec![listed(1)], now()).unwrap();

    assert!(archive.is_dropped(id(1)).unwrap() && archive.dropped_count().unwrap() == 1);
    assert!(recorded[0].trouble.as_ref().unwrap().contains("dropped") && !recorded[0].sidecar_written);
    assert_eq!(archive.kept(id(1)).unwrap(), None);
    assert_eq!(archive.wanted_count().unwrap(), 0);
}
