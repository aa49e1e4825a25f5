//! `list`: every photo of the archive in a line, by table, JSON and CSV, offline, and only those that are asked for.

use std::io::Read;

use flickr_simulator::Account;
use serde_json::Value;

use crate::world::World;

#[test]
fn each_photo_is_listed_once_in_each_form_and_filters_hold() {
    let mut account = Account::plain(71, 40);
    account.mix.videos = 0.05;
    let (world, run) = World::synced(account);
    assert_eq!(run.code, 0, "{run:?}");
    let list = |flags: &[&str]| {
        let run = world.run(&[&["list", "archive"], flags].concat());
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{flags:?}");
        run.out.lines().map(str::to_owned).collect::<Vec<_>>()
    };

    let json: Vec<Value> = list(&["--json"]).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (rows, csv) = (list(&[]), list(&["--csv"]));

    assert_eq!((rows.len(), csv.len(), json.len()), (40, 41, 40));
    for (line, (row, fields)) in json.iter().zip(rows.iter().zip(&csv[1..])) {
        let (id, path) = (line["id"].as_str().unwrap(), line["path"].as_str().unwrap());
        assert!(
            row.contains(id) && row.contains(path) && fields.starts_with(&format!("{id},kept,")),
            "{row}"
        );
        let file = std::fs::metadata(world.archive().join(path)).unwrap();
        assert!(line["bytes"].as_u64().unwrap() >= file.len(), "{line}");
    }
    assert_eq!(list(&["--media", "video"]).len(), 2);
    assert_eq!((list(&["--state", "missing"]).len(), list(&["--state", "kept"]).len()), (0, 40));
    assert_eq!((list(&["--since", "2099-01-01"]).len(), list(&["--since", "1999-01-01"]).len()), (0, 40));
    assert_eq!(world.run(&["list", "archive", "--since", "soon"]).code, 2);
    assert_eq!(world.run(&["list", "archive", "--state", "lost"]).code, 2);
}

#[test]
fn who_reads_only_the_beginning_ends_it() {
    let (world, _) = World::synced(Account::plain(72, 60));

    let mut child = world.start(&["list", "archive", "--json"]);
    let mut first = [0];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();

    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(0), ""));
}
