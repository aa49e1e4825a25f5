//! Bytes that say that they are a picture or a video: the first byte chooses what was promised of them.
#![no_main]

use flickr_model::{Media, Promise};
use photo_archive::invariants;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let [promised, bytes @ ..] = input else { return };
    let media = if promised & 1 == 0 { Media::Photo } else { Media::Video };
    let length = (promised & 2 != 0).then_some(bytes.len() as u64);
    let dimensions = (promised & 4 != 0).then_some((3, 2));
    if let Err(broken) = invariants::body(bytes, media, Promise { length, dimensions, ..Promise::default() })
    {
        panic!("{broken}");
    }
});
