//! The bytes: read with fresh eyes, they are what they say they are, and no two are equal.

use std::collections::HashSet;

use flickr_simulator::{Account, Mix, Simulator};

/// Reads the dimensions of a JPEG by walking its segments, and checks that its scan is well formed.
fn jpeg_dimensions(bytes: &[u8]) -> (u32, u32) {
    assert_eq!(bytes[..2], [0xFF, 0xD8]);
    let word = |at: usize| u32::from(bytes[at]) << 8 | u32::from(bytes[at + 1]);
    let (mut at, mut found) = (2, None);
    loop {
        assert_eq!(bytes[at], 0xFF);
        let marker = bytes[at + 1];
        if marker == 0xC0 {
            found = Some((word(at + 7), word(at + 5)));
        }
        at += 2 + word(at + 2) as usize;
        if marker == 0xDA {
            break;
        }
    }
    while bytes[at] != 0xFF || bytes[at + 1] == 0 {
        at += 1;
    }
    assert_eq!((bytes[at + 1], at + 2), (0xD9, bytes.len()), "the scan ends with the end mark");
    found.unwrap()
}

fn png_dimensions(bytes: &[u8]) -> (u32, u32) {
    let long = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!(bytes[..8], *b"\x89PNG\r\n\x1a\n");
    let mut at = 8;
    loop {
        let (length, name) = (long(at) as usize, &bytes[at + 4..at + 8]);
        let crc = bytes[at + 4..at + 8 + length].iter().fold(!0u32, |crc, byte| {
            (0..8).fold(
                crc ^ u32::from(*byte),
                |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 },
            )
        });
        assert_eq!(!crc, long(at + 8 + length));
        at += 12 + length;
        if name == b"IEND" {
            break;
        }
    }
    assert_eq!(at, bytes.len());
    (long(16), long(20))
}

fn gif_dimensions(bytes: &[u8]) -> (u32, u32) {
    assert_eq!((&bytes[..6], bytes.last()), (b"GIF89a".as_slice(), Some(&0x3B)));
    let word = |at: usize| u32::from(bytes[at]) | u32::from(bytes[at + 1]) << 8;
    (word(6), word(8))
}

/// Walks the boxes of a film, which must add up to the file, and reads the dimensions of its track.
fn film_dimensions(bytes: &[u8]) -> (u32, u32) {
    let long = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let mut at = 0;
    let mut names = Vec::new();
    while at < bytes.len() {
        names.push(&bytes[at + 4..at + 8]);
        at += long(at) as usize;
    }
    assert_eq!(at, bytes.len());
    assert_eq!(names, [b"ftyp", b"moov", b"free", b"mdat"]);
    let track = bytes.windows(4).position(|four| four == b"tkhd").unwrap();
    (long(track + 4 + 76) >> 16, long(track + 4 + 80) >> 16)
}

#[tokio::test]
async fn every_original_has_the_listed_dimensions_and_its_own_bytes() {
    let mix = Mix { trailing_bytes: 0.0, png: 0.1, gif: 0.1, videos: 0.1, ..Mix::default() };
    let flickr = Simulator::start(Account { mix, ..Account::mixed(21, 300) }).await.unwrap();
    let mut seen = HashSet::new();
    let mut kinds = HashSet::new();

    for id in flickr.ids() {
        let facts = flickr.expected(id).unwrap();
        let bytes = flickr.best(id).unwrap();
        let found = match facts.extension {
            "jpg" => jpeg_dimensions(&bytes),
            "png" => png_dimensions(&bytes),
            "gif" => gif_dimensions(&bytes),
            _ => film_dimensions(&bytes),
        };
        assert_eq!(found, (facts.width, facts.height), "{id} {}", facts.extension);
        kinds.insert(facts.extension);
        assert!(seen.insert(bytes));
    }
    assert_eq!(kinds.len(), 5);
}

#[tokio::test]
async fn sizes_in_bytes_stay_in_their_range() {
    let mix = Mix { photo_bytes: 5_000..=6_000, ..Mix::plain() };
    let flickr = Simulator::start(Account { mix, ..Account::plain(4, 60) }).await.unwrap();

    for id in flickr.ids() {
        let length = flickr.original(id).unwrap().len();
        assert!((4_990..=6_000).contains(&length), "{length}");
    }
}

#[tokio::test]
async fn originals_may_have_trailing_bytes_and_swapped_dimensions() {
    let mix = Mix { trailing_bytes: 1.0, swapped_dimensions: 1.0, ..Mix::plain() };
    let flickr = Simulator::start(Account { mix, ..Account::plain(4, 20) }).await.unwrap();

    for id in flickr.ids() {
        let bytes = flickr.original(id).unwrap();
        let facts = flickr.expected(id).unwrap();
        let frame = bytes.windows(4).position(|four| four == [0xFF, 0xC0, 0, 11]).unwrap();
        let height = u32::from(bytes[frame + 5]) << 8 | u32::from(bytes[frame + 6]);
        assert_eq!(height, facts.width);
        assert_ne!(bytes[bytes.len() - 2..], [0xFF, 0xD9]);
    }
}
