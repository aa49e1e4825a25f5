//! A run killed at one call of the system after another: each time the next run makes the archive of an
//! undisturbed one. `strace` does the killing; without it the sweep is skipped, with a word on stderr, and fails in CI.

use std::collections::BTreeMap;
use std::process::{Command, Output, Stdio};

use flickr_simulator::{Account, Edit};
use serde_json::Value;

use crate::world::{World, files, skipped};

/// The calls that put something on the disk for good, and how far apart the killed ones are.
const CALLS: [(&str, usize); 6] = [
    ("renameat2", 1),
    ("renameat", 2),
    ("fsync", 2),
    ("syncfs", 1),
    ("pwrite64", 15),
    ("unlink,unlinkat", 1),
];

/// More calls of one kind no run of this size makes.
const ENOUGH: usize = 200;

/// An archive whose account has changed since its last run: a photo replaced, one renamed, one added.
fn behind() -> World {
    let (world, run) = World::synced(Account::plain(5, 4));
    assert_eq!(run.code, 0, "{run:?}");
    let ids: Vec<u64> = world.sidecars().into_keys().collect();
    world.flickr.edit(Edit::Replace { id: ids[0] });
    world.flickr.edit(Edit::Retitle { id: ids[1], title: "Another".to_owned() });
    world.flickr.edit(Edit::Add { uploaded: Some(1_500_000_000) });
    world.flickr.reset_counts();
    world
}

/// Runs `sync` under `strace`, which kills it at the n-th of some calls; `None` where there is no working `strace`.
fn killed_at(world: &World, calls: &str, n: usize) -> Option<Output> {
    let sync = world.command(&["sync", "archive", "--calls-per-hour", "0"]);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e"]).arg(format!("trace={calls}"));
    strace.arg("-e").arg(format!("inject={calls}:signal=KILL:when={n}"));
    strace.arg(sync.get_program()).args(sync.get_args()).env_clear();
    strace.envs(sync.get_envs().filter_map(|(name, value)| Some((name, value?))));
    strace.current_dir(sync.get_current_dir()?).stdin(Stdio::null());
    let output = strace.output().ok()?;
    let cannot_trace = String::from_utf8_lossy(&output.stderr).contains("strace: ");
    (!cannot_trace).then_some(output)
}

/// Every photo's bytes and date, and every sidecar without moments and addresses.
fn photos(world: &World) -> BTreeMap<String, (Vec<u8>, i64)> {
    use std::os::unix::fs::MetadataExt;
    let top = world.archive();
    let kept =
        files(&top.join("photos")).into_iter().filter(|path| !path.to_string_lossy().contains("SHA256SUMS"));
    kept.map(|path| {
        let (mut bytes, mut date) = (std::fs::read(&path).unwrap(), path.metadata().unwrap().mtime());
        let ending = path.extension().unwrap_or_default();
        if ending == "json" {
            bytes = timeless(serde_json::from_slice(&bytes).unwrap()).to_string().into_bytes();
        }
        if ending == "json" || ending == "xmp" {
            date = 0;
        }
        (path.strip_prefix(&top).unwrap().to_string_lossy().into_owned(), (bytes, date))
    })
    .collect()
}

fn timeless(value: Value) -> Value {
    // Addresses hold the simulator's port.
    const MOMENTS: [&str; 7] = ["downloaded", "since", "asked", "seen", "updated", "flickr", "url"];
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| !MOMENTS.contains(&name.as_str()))
            .map(|(name, value)| (name, timeless(value)))
            .collect(),
        Value::Array(values) => values.into_iter().map(timeless).collect(),
        other => other,
    }
}

fn is_image(name: &str) -> bool {
    !name.ends_with(".json") && !name.ends_with(".xmp")
}

/// The names of the files that are not the same in both.
fn differing<T: PartialEq>(one: &BTreeMap<String, T>, other: &BTreeMap<String, T>) -> Vec<String> {
    let names = one.keys().chain(other.keys()).filter(|name| one.get(*name) != other.get(*name));
    names.cloned().collect()
}

#[test]
fn killed_at_any_call_the_next_run_makes_the_archive_of_an_undisturbed_one() {
    let undisturbed = behind();
    assert_eq!(undisturbed.sync(&[]).code, 0);
    let expected = photos(&undisturbed);
    let mut kills = 0;
    for (calls, step) in CALLS {
        for n in (1..ENOUGH).step_by(step) {
            let world = behind();
            let Some(output) = killed_at(&world, calls, n) else {
                return skipped("strace that may trace here", &std::io::ErrorKind::NotFound.into());
            };
            if output.status.success() {
                break;
            }
            kills += 1;
            let here = photos(&world);
            let lacking = expected.iter().filter(|(name, _)| is_image(name) && !here.contains_key(*name));
            let lacking: usize = lacking.map(|(_, (bytes, _))| bytes.len()).sum();
            world.flickr.reset_counts();

            let again = world.sync(&[]);

            assert_eq!(again.code, 0, "{calls} {n}: {again:?}");
            assert_eq!(differing(&photos(&world), &expected), [""; 0], "{calls} {n}");
            assert_eq!(
                world.flickr.counts().image_bytes,
                lacking as u64,
                "{calls} {n}: no good file comes again"
            );
            let verified = world.run(&["verify", "archive"]);
            assert_eq!(verified.code, 0, "{calls} {n}: {verified:?}");
            let parts =
                files(&world.archive()).into_iter().filter(|path| path.extension() == Some("part".as_ref()));
            assert_eq!(parts.count(), 0, "{calls} {n}");
        }
    }
    assert!(kills >= 20, "the sweep killed {kills} runs only");
}
