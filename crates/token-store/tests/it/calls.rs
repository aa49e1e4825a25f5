//! The count of calls on disk: for each key, and for several runs at once.

use std::os::unix::fs::PermissionsExt;

use oauth_signing::ApiKeys;
use token_store::{CallCount, add_calls, call_count_file, load_calls};

use crate::{KEY, SECRET, folder, keys};

#[test]
fn a_count_comes_back_for_its_key_only() {
    let folder = folder();
    let state = folder.path().join("state");
    let other = ApiKeys::new(&KEY.replace('9', "8"), SECRET).unwrap();

    let sum = add_calls(&state, &keys(), &[(28_000_000, 3), (28_000_001, 4)], 1_700_000_000_123).unwrap();

    let expected = CallCount {
        theoretical_arrival_ms: 1_700_000_000_123,
        minutes: vec![(28_000_000, 3), (28_000_001, 4)],
    };
    assert_eq!(sum, expected);
    assert_eq!(load_calls(&state, &keys()), expected);
    assert_eq!(load_calls(&state, &other), CallCount::default());
    let mode = std::fs::metadata(call_count_file(&state, &keys())).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn neither_name_nor_content_tells_the_key() {
    let folder = folder();
    add_calls(folder.path(), &keys(), &[(1, 1)], 0).unwrap();
    let path = call_count_file(folder.path(), &keys());

    let shown = format!("{} {}", path.display(), std::fs::read_to_string(&path).unwrap());

    assert!(!shown.contains(&KEY[..8]) && !shown.contains(SECRET));
    let name = path.file_name().unwrap().to_str().unwrap();
    assert_eq!(name.len(), "calls-0123456789abcdef.toml".len());
}

#[test]
fn a_damaged_count_is_an_empty_one() {
    let folder = folder();

    for damage in ["", "minutes = [[1,", "minutes = \"many\"", "minutes = [[1, -5]]", "[[["] {
        std::fs::write(call_count_file(folder.path(), &keys()), damage).unwrap();
        assert_eq!(load_calls(folder.path(), &keys()), CallCount::default(), "{damage}");
    }
    assert_eq!(add_calls(folder.path(), &keys(), &[(1, 2)], 5).unwrap().minutes, [(1, 2)]);
}

#[test]
fn runs_at_the_same_time_lose_no_call() {
    let folder = folder();

    std::thread::scope(|scope| {
        for run in 0..4 {
            let state = folder.path();
            scope.spawn(move || {
                for step in 0..10 {
                    add_calls(state, &keys(), &[(1000 + step, 1)], run * 100 + step).unwrap();
                }
            });
        }
    });

    let sum = load_calls(folder.path(), &keys());
    assert_eq!(sum.minutes, (1000..1010).map(|minute| (minute, 4)).collect::<Vec<_>>());
    assert_eq!(sum.theoretical_arrival_ms, 309);
}
