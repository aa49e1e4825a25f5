//! Writes small, true baseline JPEGs: grey pictures of any dimensions that a decoder opens, padded to a wanted size.

use crate::chance::{Filler, scramble};
use crate::shape::Dimensions;

/// Writes a JPEG. The note stands in a comment and makes equal pictures differ; the size is reached where the
/// picture itself is not larger already.
pub(crate) fn write(dimensions: Dimensions, number: u64, note: &str, bytes_wanted: u64) -> Vec<u8> {
    let picture = picture(dimensions, number);
    let mut bytes = vec![0xFF, 0xD8];
    segment(&mut bytes, 0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    segment(&mut bytes, 0xFE, note.as_bytes());
    let tables = tables(dimensions);
    let room = (bytes_wanted as usize).saturating_sub(bytes.len() + tables.len() + picture.len() + 2);
    pad(&mut bytes, number, room);
    bytes.extend_from_slice(&tables);
    bytes.extend_from_slice(&picture);
    bytes.extend_from_slice(&[0xFF, 0xD9]);
    bytes
}

/// Everything of a JPEG that stands before its picture.
pub(crate) fn up_to_the_scan(dimensions: Dimensions) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8];
    segment(&mut bytes, 0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    bytes.extend_from_slice(&tables(dimensions));
    bytes
}

fn segment(bytes: &mut Vec<u8>, marker: u8, content: &[u8]) {
    bytes.extend_from_slice(&[0xFF, marker]);
    bytes.extend_from_slice(&((content.len() + 2) as u16).to_be_bytes());
    bytes.extend_from_slice(content);
}

/// Fills with comments; each costs four bytes besides its content.
fn pad(bytes: &mut Vec<u8>, number: u64, mut room: usize) {
    let mut filler = Filler::new(number);
    while room >= 4 {
        let content = (room - 4).min(65_000);
        bytes.extend_from_slice(&[0xFF, 0xFE]);
        bytes.extend_from_slice(&((content + 2) as u16).to_be_bytes());
        filler.append(bytes, content);
        room -= content + 4;
    }
}

/// The quantisation table, the frame, the two Huffman tables and the start of the scan.
fn tables(dimensions: Dimensions) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(200);
    let mut quantisation = [8u8; 65];
    quantisation[0] = 0;
    segment(&mut bytes, 0xDB, &quantisation);
    let [high_height, low_height] = (dimensions.height as u16).to_be_bytes();
    let [high_width, low_width] = (dimensions.width as u16).to_be_bytes();
    segment(&mut bytes, 0xC0, &[8, high_height, low_height, high_width, low_width, 1, 1, 0x11, 0]);
    // DC: "0" says no change of brightness, "10" a change that follows in six bits. AC: "0" ends the block.
    segment(&mut bytes, 0xC4, &[0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6]);
    segment(&mut bytes, 0xC4, &[0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    segment(&mut bytes, 0xDA, &[1, 1, 0, 0, 63, 0]);
    bytes
}

/// The entropy-coded picture: in each row of blocks a stretch that is lighter or darker, wandering from row to row.
fn picture(dimensions: Dimensions, number: u64) -> Vec<u8> {
    let columns = dimensions.width.div_ceil(8) as usize;
    let rows = dimensions.height.div_ceil(8) as usize;
    let mut bits = Bits::with_capacity(columns * rows / 4 + rows * 4);
    let mut state = number;
    let mut from = state as usize % columns;
    for _ in 0..rows {
        state = scramble(state);
        let change = 32 + (number >> 8) as u32 % 32;
        from = (from + columns + state as usize % 5 - 2) % columns;
        let length = 1 + (number >> 20) as usize % columns;
        let until = (from + length).min(columns - 1);
        let ups_and_downs = if number & 1 == 0 { [change, change ^ 63] } else { [change ^ 63, change] };
        row(&mut bits, columns, from, until, ups_and_downs);
    }
    bits.finish()
}

fn row(bits: &mut Bits, columns: usize, from: usize, until: usize, [begin, end]: [u32; 2]) {
    if from >= until {
        bits.zeros(columns * 2);
        return;
    }
    bits.zeros(from * 2);
    bits.changed_block(begin);
    bits.zeros((until - from - 1) * 2);
    bits.changed_block(end);
    bits.zeros((columns - until - 1) * 2);
}

/// Bits as they go into a JPEG: the highest first, and a zero byte after each byte of ones.
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: usize,
}

impl Bits {
    fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), pending: 0, count: 0 }
    }

    /// One block whose brightness changes, and nothing else in it.
    fn changed_block(&mut self, change: u32) {
        self.push(0b10, 2);
        self.push(change, 6);
        self.push(0, 1);
    }

    fn push(&mut self, value: u32, count: usize) {
        for place in (0..count).rev() {
            self.pending = (self.pending << 1) | ((value >> place) & 1);
            self.count += 1;
            if self.count == 8 {
                self.flush();
            }
        }
    }

    fn zeros(&mut self, mut count: usize) {
        while count > 0 && self.count != 0 {
            self.push(0, 1);
            count -= 1;
        }
        self.bytes.resize(self.bytes.len() + count / 8, 0);
        self.push(0, count % 8);
    }

    fn flush(&mut self) {
        let byte = self.pending as u8;
        self.bytes.push(byte);
        if byte == 0xFF {
            self.bytes.push(0);
        }
        self.pending = 0;
        self.count = 0;
    }

    fn finish(mut self) -> Vec<u8> {
        while self.count != 0 {
            self.push(1, 1);
        }
        self.bytes
    }
}
