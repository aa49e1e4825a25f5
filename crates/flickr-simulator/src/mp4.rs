//! Writes small MP4 and QuickTime files: boxes whose sizes add up, with the dimensions in the track header.
//! There is nothing to see in them; a program that keeps bytes does not mind.

use crate::chance::Filler;
use crate::shape::Dimensions;

/// Which family a container belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    Mp4,
    QuickTime,
}

/// Writes a film of the wanted size.
pub(crate) fn write(
    container: Container,
    dimensions: Dimensions,
    number: u64,
    note: &str,
    bytes_wanted: u64,
) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(bytes_wanted as usize + 400);
    index(&mut bytes, container, dimensions);
    boxed(&mut bytes, b"free", note.as_bytes());
    let room = (bytes_wanted as usize).saturating_sub(bytes.len() + 8).max(16);
    let mut film = Vec::with_capacity(room);
    Filler::new(number).append(&mut film, room);
    boxed(&mut bytes, b"mdat", &film);
    bytes
}

/// Everything of a film of the wanted size that stands before its pictures.
pub(crate) fn up_to_the_film(container: Container, dimensions: Dimensions, bytes_wanted: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(400);
    index(&mut bytes, container, dimensions);
    let room = bytes_wanted.saturating_sub(bytes.len() as u64).max(16);
    bytes.extend_from_slice(&[0, 0, 0, 1]); // the length follows in eight bytes
    bytes.extend_from_slice(b"mdat");
    bytes.extend_from_slice(&room.to_be_bytes());
    bytes
}

fn index(bytes: &mut Vec<u8>, container: Container, dimensions: Dimensions) {
    let brands: &[u8] = match container {
        Container::Mp4 => b"isom\0\0\x02\0isommp41",
        Container::QuickTime => b"qt  \0\0\x02\0qt  ",
    };
    boxed(bytes, b"ftyp", brands);
    let mut moov = Vec::with_capacity(300);
    boxed(&mut moov, b"mvhd", &movie_header());
    let mut track = Vec::with_capacity(120);
    boxed(&mut track, b"tkhd", &track_header(dimensions));
    boxed(&mut moov, b"trak", &track);
    boxed(bytes, b"moov", &moov);
}

fn boxed(bytes: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    bytes.extend_from_slice(&(content.len() as u32 + 8).to_be_bytes());
    bytes.extend_from_slice(name);
    bytes.extend_from_slice(content);
}

const UNIT_MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

fn movie_header() -> Vec<u8> {
    let mut words = vec![0u32, 0, 0, 1_000, 12_000, 0x1_0000, 0x0100_0000, 0, 0];
    words.extend_from_slice(&UNIT_MATRIX);
    words.extend_from_slice(&[0, 0, 0, 0, 0, 0, 2]);
    big_endian(&words)
}

fn track_header(dimensions: Dimensions) -> Vec<u8> {
    let mut words = vec![7u32, 0, 0, 1, 0, 12_000, 0, 0, 0, 0];
    words.extend_from_slice(&UNIT_MATRIX);
    words.extend_from_slice(&[dimensions.width << 16, dimensions.height << 16]);
    big_endian(&words)
}

fn big_endian(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}
