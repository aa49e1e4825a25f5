//! Names of files, from titles, labels and ids: the first eight bytes are the photo's number.
#![no_main]

use photo_archive::invariants;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((number, text)) = input.split_first_chunk() else { return };
    let text = String::from_utf8_lossy(text);
    if let Err(broken) = invariants::names(&text, u64::from_be_bytes(*number)) {
        panic!("{broken}");
    }
});
