//! Large bodies at no cost: a start that many share, a block that repeats, and an end that only one body has.
//!
//! No body is ever in memory as a whole, however long it is, and its MD5 costs one block: what comes before the end is
//! the same for all of a shape, so its digest is kept at every block's border. The pictures have true headers and marks;
//! what lies in their scan is noise.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use md5::{Digest, Md5};

use crate::chance::Filler;
use crate::mp4;
use crate::shape::Dimensions;

const BLOCK: usize = 64 * 1024;
/// Borders between which digests are kept; a multiple of MD5's own block.
const STEP: u64 = 4 * 1024;
/// Digests are kept at each border up to here, and farther out only where one was asked for.
const NEAR: u64 = 8 << 20;

/// Noise without `FF`, so that it ends no scan of a JPEG.
static NOISE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut noise = Vec::with_capacity(BLOCK + 8);
    Filler::new(0xB10C).append(&mut noise, BLOCK);
    noise.iter_mut().filter(|byte| **byte == 0xFF).for_each(|byte| *byte = 0x7F);
    noise
});

/// The shapes of pictures; few, so that few digests are kept.
const SHAPES: [Dimensions; 4] = [
    Dimensions { width: 4000, height: 3000 },
    Dimensions { width: 3000, height: 4000 },
    Dimensions { width: 6000, height: 4000 },
    Dimensions { width: 2048, height: 1365 },
];

/// The start that bodies share, with the digests of it and the noise behind it.
#[derive(Debug)]
struct Start {
    bytes: Vec<u8>,
    digests: Mutex<BTreeMap<u64, Md5>>,
}

/// A body, or a stretch of one.
#[derive(Clone, Debug)]
pub(crate) struct Bulk {
    start: Arc<Start>,
    noise: u64,
    end: Vec<u8>,
    from: u64,
    until: u64,
}

static PICTURES: LazyLock<[Arc<Start>; 4]> =
    LazyLock::new(|| SHAPES.map(|shape| Start::new(crate::jpeg::up_to_the_scan(shape))));

/// Starts of films by their length, which stands in them.
static FILMS: Mutex<BTreeMap<u64, Arc<Start>>> = Mutex::new(BTreeMap::new());
const MOST_FILMS: usize = 64;

/// Chooses the shape of a picture.
pub(crate) fn dimensions(drawn: u64) -> Dimensions {
    SHAPES[drawn as usize % SHAPES.len()]
}

/// A JPEG of that size; the note makes it unlike any other.
pub(crate) fn picture(dimensions: Dimensions, note: &str, bytes_wanted: u64) -> Bulk {
    let place = SHAPES.iter().position(|shape| *shape == dimensions).unwrap_or(0);
    let end = [b" ", note.as_bytes(), b" \xFF\xD9"].concat();
    Bulk::new(Arc::clone(&PICTURES[place]), end, bytes_wanted)
}

/// A film of that size, which may be beyond four gigabytes.
pub(crate) fn film(container: mp4::Container, shape: Dimensions, note: &str, bytes_wanted: u64) -> Bulk {
    let mut films = FILMS.lock().unwrap_or_else(PoisonError::into_inner);
    if films.len() >= MOST_FILMS {
        films.clear();
    }
    let key = bytes_wanted
        ^ (u64::from(container == mp4::Container::QuickTime) << 63)
        ^ (u64::from(shape.width) << 48);
    let start =
        films.entry(key).or_insert_with(|| Start::new(mp4::up_to_the_film(container, shape, bytes_wanted)));
    Bulk::new(Arc::clone(start), note.as_bytes().to_vec(), bytes_wanted)
}

impl Start {
    fn new(bytes: Vec<u8>) -> Arc<Self> {
        Arc::new(Self { bytes, digests: Mutex::default() })
    }

    /// The digest of the start and so much noise.
    fn digest(&self, noise: u64) -> Md5 {
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        let border = noise - noise % STEP;
        let before = digests.range(..=border).next_back();
        let (mut at, mut digest) = match before {
            Some((at, digest)) => (*at, digest.clone()),
            None => (0, Md5::new_with_prefix(&self.bytes)),
        };
        while at < border {
            let piece = noise_at(at);
            let length = (border - at).min(if at < NEAR { STEP } else { BLOCK as u64 });
            let length = length.min(piece.len() as u64);
            digest.update(&piece[..length as usize]);
            at += length;
            if at <= NEAR || at == border {
                digests.insert(at, digest.clone());
            }
        }
        let mut left = noise - border;
        while left > 0 {
            let piece = noise_at(noise - left);
            let length = left.min(piece.len() as u64);
            digest.update(&piece[..length as usize]);
            left -= length;
        }
        digest
    }
}

fn noise_at(at: u64) -> &'static [u8] {
    &NOISE[(at % BLOCK as u64) as usize..]
}

impl Bulk {
    fn new(start: Arc<Start>, end: Vec<u8>, bytes_wanted: u64) -> Self {
        let fixed = (start.bytes.len() + end.len()) as u64;
        let noise = bytes_wanted.saturating_sub(fixed);
        Self { start, noise, end, from: 0, until: fixed + noise }
    }

    /// How many bytes it has.
    pub(crate) fn len(&self) -> u64 {
        self.until - self.from
    }

    /// The stretch of it from the first place up to, but not with, the last.
    pub(crate) fn stretch(mut self, first: u64, behind: u64) -> Self {
        self.until = (self.from + behind).min(self.until);
        self.from = (self.from + first).min(self.until);
        self
    }

    /// The bytes at a place, as far as they lie together in memory; none behind the end.
    pub(crate) fn piece(&self, place: u64) -> &[u8] {
        let at = self.from + place;
        let start = self.start.bytes.len() as u64;
        let piece = if at < start {
            &self.start.bytes[at as usize..]
        } else if at < start + self.noise {
            let piece = noise_at(at - start);
            &piece[..(start + self.noise - at).min(piece.len() as u64) as usize]
        } else {
            self.end.get((at - start - self.noise) as usize..).unwrap_or_default()
        };
        let left = self.until.saturating_sub(at);
        &piece[..left.min(piece.len() as u64) as usize]
    }

    /// The MD5 of the whole body.
    pub(crate) fn md5(&self) -> [u8; 16] {
        let mut digest = self.start.digest(self.noise);
        digest.update(&self.end);
        digest.finalize().into()
    }

    /// All its bytes in memory, for those who must change them.
    pub(crate) fn gather(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < self.len() {
            bytes.extend_from_slice(self.piece(bytes.len() as u64));
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::{SHAPES, film, picture};
    use crate::mp4::Container;
    use md5::{Digest, Md5};

    #[test]
    fn a_picture_has_the_wanted_length_its_own_bytes_and_the_digest_of_them() {
        let one = picture(SHAPES[0], "one", 200_003);
        let other = picture(SHAPES[0], "two", 200_003);
        let bytes = one.gather();

        assert_eq!((bytes.len(), one.len()), (200_003, 200_003));
        assert_eq!(one.md5(), <[u8; 16]>::from(Md5::digest(&bytes)));
        assert!(bytes.starts_with(b"\xFF\xD8\xFF") && bytes.ends_with(b"\xFF\xD9"));
        assert_ne!(bytes, other.gather());
    }

    #[test]
    fn digests_far_out_and_in_any_order_are_right() {
        for length in [9_000_000, 20_000, 12_345_678, 9_000_001, 70_000] {
            let film = film(Container::Mp4, SHAPES[2], "film", length);

            assert_eq!(film.md5(), <[u8; 16]>::from(Md5::digest(film.gather())), "{length}");
        }
    }

    #[test]
    fn a_stretch_is_a_part_of_the_whole() {
        let whole = picture(SHAPES[3], "whole", 150_000);
        let bytes = whole.gather();

        for (first, behind) in [(0, 10), (100, 70_000), (65_000, 150_000), (149_990, 150_000)] {
            let stretch = whole.clone().stretch(first as u64, behind as u64);
            assert_eq!(stretch.gather(), bytes[first..behind], "{first}..{behind}");
        }
    }
}
