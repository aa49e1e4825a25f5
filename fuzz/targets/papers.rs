//! Papers of the archive (albums, account), and Flickr's answers on their way into it.
#![no_main]

use photo_archive::invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = invariants::paper(bytes).and_then(|()| invariants::scrubbed(bytes)) {
        panic!("{broken}");
    }
});
