//! Files that are made of boxes with sizes: whole when the sizes add up and the boxes that matter are there.
//!
//! ISO base media (ISO/IEC 14496-12, and QuickTime before it), RIFF (AVI, WebP) and Microsoft's ASF.

use super::body::{Body, Cursor, Stop};

/// More boxes than this at the top of a file are no picture and no video, but an attempt to keep us busy.
const MOST_BOXES: u32 = 1_000_000;

/// Returns the end of an ISO base media or QuickTime file: all boxes add up and both halves are there.
///
/// One that could go on unseen is not proven by its boxes: a last box "to the end of the file", fragments without
/// their closing index, a second box of media data behind the index.
pub(crate) fn boxes_end(body: &Body<'_>, need: Need) -> Result<u64, Stop> {
    let mut cursor = body.cursor(0);
    let mut seen = Boxes::default();
    for _ in 0..MOST_BOXES {
        if cursor.left() == 0 {
            return if seen.is_whole(need) { Ok(cursor.at()) } else { Err(Stop::Unexpected) };
        }
        let short = cursor.u32().map_err(|stop| seen.after_whole(need, stop))?;
        let name = cursor.take::<4>().map_err(|stop| seen.after_whole(need, stop))?;
        if !name.iter().all(|byte| matches!(byte, 0x20..=0x7E | 0xA9)) {
            return Err(Stop::Unexpected);
        }
        let payload = match short {
            1 => u64::from_be_bytes(cursor.take()?).checked_sub(16),
            size => u64::from(size).checked_sub(8),
        };
        cursor.skip(payload.ok_or(Stop::Unexpected)?).map_err(|stop| seen.after_whole(need, stop))?;
        seen.note(&name);
    }
    Err(Stop::Unexpected)
}

/// Which boxes a file cannot be whole without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// A video: `moov` and media data.
    Movie,
    /// A still: `meta` and media data.
    Still,
}

#[derive(Default)]
struct Boxes {
    index: bool,
    meta: bool,
    data: u32,
    /// Boxes of media data that came behind the index.
    data_after_index: u32,
    fragments: bool,
    closed: bool,
}

impl Boxes {
    fn note(&mut self, name: &[u8; 4]) {
        self.closed = name == b"mfra";
        match name {
            b"moov" => self.index = true,
            b"meta" => self.meta = true,
            b"moof" => self.fragments = true,
            b"mdat" => {
                self.data += 1;
                self.data_after_index += u32::from(self.index || self.meta);
            }
            _ => {}
        }
    }

    /// What runs out behind a whole movie is a remnant of something else, and no cut.
    fn after_whole(&self, need: Need, stop: Stop) -> Stop {
        match stop {
            Stop::RanOut if self.is_whole(need) => Stop::Unexpected,
            stop => stop,
        }
    }

    fn is_whole(&self, need: Need) -> bool {
        let index = match need {
            Need::Movie => self.index,
            Need::Still => self.meta || self.index,
        };
        let nothing_can_follow =
            if self.fragments { self.closed } else { self.data_after_index == 0 || self.data == 1 };
        index && self.data > 0 && nothing_can_follow
    }
}

/// Returns the end of an AVI or WebP file: each RIFF block (AVI may have several) is filled by its chunks.
pub(crate) fn riff_end(body: &Body<'_>) -> Result<u64, Stop> {
    let mut cursor = body.cursor(0);
    let mut has_picture = false;
    for _ in 0..MOST_BOXES {
        has_picture |= riff_block(&mut cursor)?;
        if body.read(cursor.at(), 4)? != b"RIFF" {
            return if has_picture { Ok(cursor.at()) } else { Err(Stop::Unexpected) };
        }
    }
    Err(Stop::Unexpected)
}

/// Passes over one block; says whether a chunk with pictures was in it.
fn riff_block(cursor: &mut Cursor<'_>) -> Result<bool, Stop> {
    if &cursor.take()? != b"RIFF" {
        return Err(Stop::Unexpected);
    }
    let size = u64::from(u32::from_le_bytes(cursor.take()?));
    let end = cursor.at() + size;
    cursor.skip(4)?;
    let mut has_picture = false;
    for _ in 0..MOST_BOXES {
        if cursor.at() >= end {
            return Ok(has_picture);
        }
        let (name, size) = (cursor.take::<4>()?, u64::from(u32::from_le_bytes(cursor.take()?)));
        let list = if &name == b"LIST" { cursor.take::<4>()? } else { [0; 4] };
        let payload = if &name == b"LIST" { size.checked_sub(4).ok_or(Stop::Unexpected)? } else { size };
        // A chunk of odd size is filled up by one byte, which some writers leave out at the very end.
        let filler = if size % 2 == 1 && cursor.left() != payload { 1 } else { 0 };
        cursor.skip(payload + filler)?;
        if cursor.at() > end + 1 {
            return Err(Stop::Unexpected);
        }
        has_picture |= matches!(&name, b"VP8 " | b"VP8L" | b"ANMF") || &list == b"movi";
    }
    Err(Stop::Unexpected)
}

/// Returns the length that an ASF file (WMV) has by its own header.
pub(crate) fn asf_end(body: &Body<'_>) -> Result<u64, Stop> {
    const FILE_PROPERTIES: [u8; 16] =
        [0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11, 0x8E, 0xE4, 0, 0xC0, 0x0C, 0x20, 0x53, 0x65];
    let mut cursor = body.cursor(24);
    let objects = u32::from_le_bytes(cursor.take()?).min(10_000);
    cursor.skip(2)?;
    for _ in 0..objects {
        let (id, size) = (cursor.take::<16>()?, u64::from_le_bytes(cursor.take()?));
        if id == FILE_PROPERTIES {
            cursor.skip(16)?;
            return Ok(u64::from_le_bytes(cursor.take()?));
        }
        cursor.skip(size.checked_sub(24).ok_or(Stop::Unexpected)?)?;
    }
    Err(Stop::Unexpected)
}
