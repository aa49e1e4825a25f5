//! Writes small, true GIFs of one colour, with comments as filling.

use crate::chance::Filler;
use crate::shape::Dimensions;

const CLEAR: u32 = 4;
const END: u32 = 5;

/// Writes a GIF of about the wanted size, where the picture itself is not larger already.
pub(crate) fn write(dimensions: Dimensions, number: u64, note: &str, bytes_wanted: u64) -> Vec<u8> {
    let width = (dimensions.width as u16).to_le_bytes();
    let height = (dimensions.height as u16).to_le_bytes();
    let mut bytes = b"GIF89a".to_vec();
    bytes.extend_from_slice(&[width[0], width[1], height[0], height[1], 0x91, 0, 0]);
    let mut colours = [0u8; 12];
    colours[..3].copy_from_slice(&number.to_be_bytes()[..3]);
    bytes.extend_from_slice(&colours);
    comment(&mut bytes, note.as_bytes());
    let pixels = one_colour(dimensions.width as usize * dimensions.height as usize);
    let room = (bytes_wanted as usize).saturating_sub(bytes.len() + pixels.len() + pixels.len() / 255 + 20);
    let mut filling = Vec::with_capacity(room);
    Filler::new(number).append(&mut filling, room - room / 256);
    comment(&mut bytes, &filling);
    bytes.extend_from_slice(&[0x2C, 0, 0, 0, 0, width[0], width[1], height[0], height[1], 0, 2]);
    blocks(&mut bytes, &pixels);
    bytes.push(0x3B);
    bytes
}

/// The grey picture that says "photo unavailable" at Flickr, in the simulator's own words.
pub(crate) fn placeholder() -> Vec<u8> {
    write(Dimensions { width: 500, height: 374 }, u64::MAX / 2, "This photo is currently unavailable", 0)
}

fn comment(bytes: &mut Vec<u8>, text: &[u8]) {
    bytes.extend_from_slice(&[0x21, 0xFE]);
    blocks(bytes, text);
}

fn blocks(bytes: &mut Vec<u8>, content: &[u8]) {
    for block in content.chunks(255) {
        bytes.push(block.len() as u8);
        bytes.extend_from_slice(block);
    }
    bytes.push(0);
}

/// LZW of one run of pixels: every code stands for one pixel more than the code before it.
fn one_colour(mut pixels: usize) -> Vec<u8> {
    let mut bits = Bits { bytes: Vec::new(), pending: 0, count: 0 };
    while pixels > 0 {
        bits.push(CLEAR, 3);
        let (mut width, mut next, mut run) = (3, END + 1, 1);
        while pixels > 0 && next < 4_096 {
            let length = run.min(pixels);
            bits.push(if length == 1 { 0 } else { END + length as u32 - 1 }, width);
            pixels -= length;
            if run > 1 {
                next += 1;
            }
            if next == 1 << width && width < 12 {
                width += 1;
            }
            run += 1;
        }
        let left_open = width;
        if pixels > 0 {
            bits.push(CLEAR, left_open);
        } else {
            bits.push(END, left_open);
        }
    }
    bits.finish()
}

/// Bits as they go into a GIF: the lowest first.
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: usize,
}

impl Bits {
    fn push(&mut self, value: u32, width: usize) {
        self.pending |= value << self.count;
        self.count += width;
        while self.count >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bytes.push(self.pending as u8);
        }
        self.bytes
    }
}
