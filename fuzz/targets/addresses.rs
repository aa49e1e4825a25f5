//! Addresses of pictures and of redirects: nothing but Flickr's own hosts is ever asked.
#![no_main]

use flickr_client::invariants;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(broken) = invariants::address(text) {
        panic!("{broken}");
    }
});
