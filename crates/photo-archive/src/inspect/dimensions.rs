//! How many pixels wide and high a still picture is, from its header.

use std::io;

use super::body::{Body, Stop, or_none};
use super::jpeg;
use super::kind::Kind;

/// Returns width and height as stored (a camera's note of its rotation is not applied); `None` where this kind's
/// header is not read, or makes no sense.
pub(crate) fn find(body: &Body<'_>, kind: Kind) -> io::Result<Option<(u32, u32)>> {
    let found = match kind {
        Kind::Jpeg => jpeg::dimensions(&mut body.cursor(0)),
        Kind::Png => png(body),
        Kind::Gif => gif(body),
        Kind::Webp => webp(body),
        _ => return Ok(None),
    };
    Ok(or_none(found)?.filter(|(width, height)| *width > 0 && *height > 0))
}

fn png(body: &Body<'_>) -> Result<(u32, u32), Stop> {
    let mut cursor = body.cursor(12);
    if &cursor.take()? != b"IHDR" {
        return Err(Stop::Unexpected);
    }
    Ok((cursor.u32()?, cursor.u32()?))
}

/// The logical screen: what is shown, whatever the images in it measure.
fn gif(body: &Body<'_>) -> Result<(u32, u32), Stop> {
    let mut cursor = body.cursor(6);
    let (width, height) = (u16::from_le_bytes(cursor.take()?), u16::from_le_bytes(cursor.take()?));
    Ok((width.into(), height.into()))
}

/// WebP writes its size in one of three ways (RFC 9649).
fn webp(body: &Body<'_>) -> Result<(u32, u32), Stop> {
    let mut cursor = body.cursor(12);
    let name = cursor.take::<4>()?;
    cursor.skip(4)?;
    match &name {
        b"VP8X" => {
            cursor.skip(4)?;
            let [a, b, c] = cursor.take()?;
            let [d, e, f] = cursor.take()?;
            Ok((u32::from_le_bytes([a, b, c, 0]) + 1, u32::from_le_bytes([d, e, f, 0]) + 1))
        }
        b"VP8L" if cursor.byte()? == 0x2F => {
            let bits = u32::from_le_bytes(cursor.take()?);
            Ok(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
        }
        b"VP8 " => {
            cursor.skip(3)?;
            if cursor.take()? != [0x9D, 0x01, 0x2A] {
                return Err(Stop::Unexpected);
            }
            let (width, height) = (u16::from_le_bytes(cursor.take()?), u16::from_le_bytes(cursor.take()?));
            Ok((u32::from(width & 0x3FFF), u32::from(height & 0x3FFF)))
        }
        _ => Err(Stop::Unexpected),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use crate::inspect::body::Memory;
    use crate::inspect::samples;
    use proptest::prelude::*;

    fn dimensions(kind: Kind, bytes: &[u8]) -> Option<(u32, u32)> {
        find(&Body::new(&Memory(bytes), bytes.len() as u64), kind).unwrap()
    }

    #[test]
    fn each_header_tells_width_and_height() {
        assert_eq!(dimensions(Kind::Jpeg, &samples::jpeg(640, 480)), Some((640, 480)));
        assert_eq!(dimensions(Kind::Png, &samples::png(70_000, 3)), Some((70_000, 3)));
        assert_eq!(dimensions(Kind::Gif, &samples::gif(500, 375)), Some((500, 375)));
        assert_eq!(
            dimensions(Kind::Webp, &samples::webp(b"VP8X", b"\0\0\0\0\x7f\x02\0\xdf\x01\0")),
            Some((640, 480))
        );
        assert_eq!(dimensions(Kind::Webp, &samples::webp(b"VP8L", b"\x2f\x7f\xc2\x77\0")), Some((640, 480)));
        assert_eq!(
            dimensions(Kind::Webp, &samples::webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a\x80\x02\xe0\x01")),
            Some((640, 480))
        );
    }

    #[test]
    fn a_header_without_sense_tells_nothing() {
        assert_eq!(dimensions(Kind::Jpeg, b"\xff\xd8\xff\xd9"), None);
        assert_eq!(dimensions(Kind::Png, &samples::png(0, 3)), None);
        assert_eq!(dimensions(Kind::Mp4, &samples::mp4()), None);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_stumble(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for kind in Kind::ALL {
                dimensions(kind, &bytes);
            }
        }
    }
}
