//! The XMP writer: six numbers of eight bytes, then title, description and tag, each on lines of its own parted by 0x1e.
#![no_main]

use photo_archive::invariants;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((numbers, words)) = input.split_at_checked(48) else { return };
    let mut six = [0.0; 6];
    for (number, bytes) in six.iter_mut().zip(numbers.chunks_exact(8)) {
        *number = bytes.try_into().map_or(0.0, f64::from_be_bytes);
    }
    let words = String::from_utf8_lossy(words);
    let mut parts = words.splitn(3, '\u{1e}');
    let mut next = || parts.next().unwrap_or_default();
    if let Err(broken) = invariants::xmp(next(), next(), next(), six) {
        panic!("{broken}");
    }
});
