//! The structure of a JPEG: segments, then scans, then its end mark.
//!
//! After ITU-T T.81: a marker is `FF` and a code; most are followed by the length of their segment; in the data of a
//! scan an `FF` is followed by `00` or by the code of a restart, so that another code there is a true marker.

use super::body::{Cursor, Stop};

const RESTARTS: std::ops::RangeInclusive<u8> = 0xD0..=0xD7;
const TEMPORARY: u8 = 0x01;
const START: u8 = 0xD8;
const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;

/// Returns where the picture ends: behind its end mark, which at least one scan must stand before.
///
/// A thumbnail inside a segment has an end mark too; it is passed over with its segment.
pub(crate) fn end(cursor: &mut Cursor<'_>) -> Result<u64, Stop> {
    let mut code = begin(cursor)?;
    let mut has_scan = false;
    loop {
        match code {
            END if has_scan => return Ok(cursor.at()),
            END | START => return Err(Stop::Unexpected),
            TEMPORARY => code = marker(cursor)?,
            code_of_restart if RESTARTS.contains(&code_of_restart) => code = marker(cursor)?,
            SCAN => {
                segment(cursor)?;
                has_scan = true;
                code = after_scan(cursor)?;
            }
            _ => {
                segment(cursor)?;
                code = marker(cursor)?;
            }
        }
    }
}

/// Returns width and height from the frame header, however long the segments before it are.
pub(crate) fn dimensions(cursor: &mut Cursor<'_>) -> Result<(u32, u32), Stop> {
    let mut code = begin(cursor)?;
    loop {
        match code {
            END | START | SCAN => return Err(Stop::Unexpected),
            TEMPORARY => {}
            // C4, C8 and CC are tables among the frame headers' codes.
            0xC0..=0xCF if !matches!(code, 0xC4 | 0xC8 | 0xCC) => {
                cursor.skip(3)?;
                let (height, width) = (cursor.u16()?, cursor.u16()?);
                return Ok((width.into(), height.into()));
            }
            code_of_restart if RESTARTS.contains(&code_of_restart) => {}
            _ => segment(cursor)?,
        }
        code = marker(cursor)?;
    }
}

/// Reads the start mark and returns the code after it.
fn begin(cursor: &mut Cursor<'_>) -> Result<u8, Stop> {
    if cursor.take()? != [0xFF, START] {
        return Err(Stop::Unexpected);
    }
    marker(cursor)
}

/// Reads a marker, which any number of `FF` may stand before.
fn marker(cursor: &mut Cursor<'_>) -> Result<u8, Stop> {
    if cursor.byte()? != 0xFF {
        return Err(Stop::Unexpected);
    }
    code(cursor)
}

/// Reads the code behind an `FF`.
fn code(cursor: &mut Cursor<'_>) -> Result<u8, Stop> {
    loop {
        match cursor.byte()? {
            0xFF => {}
            0 => return Err(Stop::Unexpected),
            code => return Ok(code),
        }
    }
}

fn segment(cursor: &mut Cursor<'_>) -> Result<(), Stop> {
    let length = cursor.u16()?.checked_sub(2).ok_or(Stop::Unexpected)?;
    cursor.skip(length.into())
}

/// Passes over the data of a scan and returns the code of the marker that ends it.
fn after_scan(cursor: &mut Cursor<'_>) -> Result<u8, Stop> {
    loop {
        cursor.skip_past(0xFF)?;
        let mut next = cursor.byte()?;
        while next == 0xFF {
            next = cursor.byte()?;
        }
        if next != 0 && !RESTARTS.contains(&next) {
            return Ok(next);
        }
    }
}
