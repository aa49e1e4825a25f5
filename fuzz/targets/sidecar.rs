//! The JSON beside a photo, as a disk, a person or another program may have left it.
#![no_main]

use photo_archive::invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(broken) = invariants::sidecar(bytes) {
        panic!("{broken}");
    }
});
