//! Answers of the API: the first byte chooses the method, the second the HTTP status, the rest is the body.
#![no_main]

use flickr_client::invariants::{self, METHODS};

const STATUSES: [u16; 6] = [200, 200, 200, 400, 429, 502];

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let [method, status, body @ ..] = input else { return };
    let method = METHODS[usize::from(*method) % METHODS.len()];
    let status = STATUSES[usize::from(*status) % STATUSES.len()];
    if let Err(broken) = invariants::answer(method, status, body) {
        panic!("{method}: {broken}");
    }
});
