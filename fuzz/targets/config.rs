//! `config.toml`, and whatever text is shown on a terminal.
#![no_main]

use flickr_backup::invariants;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(broken) = invariants::config(text).and_then(|()| invariants::shown(text)) {
        panic!("{broken}");
    }
});
