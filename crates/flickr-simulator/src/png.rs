//! Writes small, true PNGs of one colour: a palette, one run of pixels, and a chunk of filling.

use crate::chance::Filler;
use crate::checksum::{adler32_of_zeros, crc32};
use crate::shape::Dimensions;

/// Writes a PNG of the wanted size, where the picture itself is not larger already.
pub(crate) fn write(dimensions: Dimensions, number: u64, note: &str, bytes_wanted: u64) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::with_capacity(13);
    header.extend_from_slice(&dimensions.width.to_be_bytes());
    header.extend_from_slice(&dimensions.height.to_be_bytes());
    header.extend_from_slice(&[8, 3, 0, 0, 0]); // eight bits, palette
    chunk(&mut bytes, b"IHDR", &header);
    chunk(&mut bytes, b"PLTE", &number.to_be_bytes()[..3]);
    chunk(&mut bytes, b"tEXt", format!("Comment\0{note}").as_bytes());
    let pixels = one_colour(dimensions.height as usize * (dimensions.width as usize + 1));
    let room = (bytes_wanted as usize).saturating_sub(bytes.len() + pixels.len() + 12 + 12 + 12);
    let mut filling = Vec::with_capacity(room);
    Filler::new(number).append(&mut filling, room);
    chunk(&mut bytes, b"fiLr", &filling);
    chunk(&mut bytes, b"IDAT", &pixels);
    chunk(&mut bytes, b"IEND", b"");
    bytes
}

fn chunk(bytes: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    bytes.extend_from_slice(&(content.len() as u32).to_be_bytes());
    let start = bytes.len();
    bytes.extend_from_slice(name);
    bytes.extend_from_slice(content);
    let crc = crc32(&bytes[start..]);
    bytes.extend_from_slice(&crc.to_be_bytes());
}

/// A zlib stream of that many zero bytes: one zero, then runs that repeat it (RFC 1951, fixed codes).
fn one_colour(count: usize) -> Vec<u8> {
    let mut bits = Bits(vec![0x78, 0x01], 0, 0);
    bits.push(0b011, 3); // the last block, fixed codes
    let zero = |bits: &mut Bits| bits.push_code(0b0011_0000, 8);
    zero(&mut bits);
    for _ in 0..(count - 1) / 258 {
        bits.push_code(0b1100_0101, 8); // length 258
        bits.push_code(0, 5); // distance 1
    }
    for _ in 0..(count - 1) % 258 {
        zero(&mut bits);
    }
    bits.push_code(0, 7); // the end
    let mut stream = bits.finish();
    stream.extend_from_slice(&adler32_of_zeros(count).to_be_bytes());
    stream
}

/// Bits as they go into deflate: the lowest first, codes the other way round.
struct Bits(Vec<u8>, u32, usize);

impl Bits {
    fn push(&mut self, value: u32, count: usize) {
        for place in 0..count {
            self.1 |= ((value >> place) & 1) << self.2;
            self.2 += 1;
            if self.2 == 8 {
                self.0.push(self.1 as u8);
                (self.1, self.2) = (0, 0);
            }
        }
    }

    fn push_code(&mut self, code: u32, count: usize) {
        self.push(code.reverse_bits() >> (32 - count), count);
    }

    fn finish(mut self) -> Vec<u8> {
        while self.2 != 0 {
            self.push(0, 1);
        }
        self.0
    }
}
