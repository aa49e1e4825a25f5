//! Bytes and details, each at its own pace: where calls are few, the bytes do not wait for them.

use std::sync::{Arc, Mutex};

use flickr_simulator::Account;
use flickr_sync::{Event, Outcome};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn bytes_do_not_wait_for_calls_and_details_follow_behind() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let world = World::paced(Account::rich(31, 70), 12_000).await;

    let (report, broken) = {
        let told = Arc::clone(&told);
        world.try_run_telling(Arc::new(move |event| told.lock().unwrap().push(event))).await
    };

    assert!(broken.is_none(), "{broken:?}");
    let told = told.lock().unwrap();
    let place = |is: fn(&Event) -> bool| told.iter().rposition(is).unwrap();
    let last_bytes = place(|event| matches!(event, Event::Settled { outcome: Outcome::New(_), .. }));
    let last_details = place(|event| matches!(event, Event::Settled { outcome: Outcome::Details, .. }));
    let owed = told.iter().filter(|event| matches!(event, Event::Owed { .. })).count() as u64;
    assert!(last_bytes < last_details && owed > 0 && owed < 70, "{last_bytes} {last_details} {owed}");
    assert_eq!(report.changes.details, owed);
    assert_eq!(world.open().without_details_count().unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_calls_are_at_hand_a_sidecar_is_written_with_its_details_at_once() {
    let world = World::new(Account::rich(32, 40)).await;

    let report = world.run().await;

    assert_eq!(report.changes.details, 0, "{report:?}");
    assert_eq!(world.open().without_details_count().unwrap(), 0);
}
