//! Where a file ends by its own word.

use std::io;

use super::body::{Body, Stop, or_none};
use super::containers::{self, Need};
use super::jpeg;
use super::kind::Kind;

/// What a file says of its own end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// A mark ends it; the number of bytes up to and with the mark.
    Mark(u64),
    /// Sizes at its beginning add up to so many bytes; what lies between is not looked at.
    Sizes(u64),
    /// This kind has an end that can be found, but the bytes are over before it: the file is cut.
    CutOff,
    /// This kind has an end that can be found, but not here: the file is odd, or broken.
    NotFound,
    /// This kind has no end that can be found.
    Unknowable,
}

/// Looks for the end of a body of a known kind.
pub(crate) fn find(body: &Body<'_>, kind: Kind) -> io::Result<Ending> {
    let (found, ending): (Result<u64, Stop>, fn(u64) -> Ending) = match kind {
        Kind::Jpeg => (jpeg::end(&mut body.cursor(0)), Ending::Mark),
        Kind::Png => (png_end(body), Ending::Mark),
        Kind::Gif => (gif_end(body), Ending::Mark),
        Kind::Mpg => (mpeg_end(body), Ending::Mark),
        Kind::Webp | Kind::Avi => (containers::riff_end(body), Ending::Sizes),
        Kind::Mp4 | Kind::Mov | Kind::ThreeGp => (containers::boxes_end(body, Need::Movie), Ending::Sizes),
        Kind::Heic | Kind::Avif => (containers::boxes_end(body, Need::Still), Ending::Sizes),
        Kind::Wmv => (containers::asf_end(body), Ending::Sizes),
        Kind::Tiff | Kind::M2ts | Kind::Ogv | Kind::Webm | Kind::Other => return Ok(Ending::Unknowable),
    };
    if matches!(found, Err(Stop::RanOut)) && has_strict_end(kind) {
        return Ok(Ending::CutOff);
    }
    Ok(or_none(found)?.filter(|end| *end <= body.len()).map_or(Ending::NotFound, ending))
}

/// Whether programs write the end of this kind with care; sizes in AVI and WMV are often a little off.
fn has_strict_end(kind: Kind) -> bool {
    use Kind::{Avif, Gif, Heic, Jpeg, Mov, Mp4, Png, ThreeGp};
    matches!(kind, Jpeg | Png | Gif | Mp4 | Mov | ThreeGp | Heic | Avif)
}

/// PNG: chunks of length, name, data and check sum; `IEND` is the last, image data stands before it.
fn png_end(body: &Body<'_>) -> Result<u64, Stop> {
    let mut cursor = body.cursor(8);
    let mut has_data = false;
    loop {
        let (length, name) = (cursor.u32()?, cursor.take::<4>()?);
        if !name.iter().all(u8::is_ascii_alphabetic) {
            return Err(Stop::Unexpected);
        }
        cursor.skip(u64::from(length) + 4)?;
        has_data |= &name == b"IDAT";
        if &name == b"IEND" {
            return if has_data { Ok(cursor.at()) } else { Err(Stop::Unexpected) };
        }
    }
}

/// GIF: blocks that are chains of short pieces; `3B` ends it, an image stands before it.
fn gif_end(body: &Body<'_>) -> Result<u64, Stop> {
    let mut cursor = body.cursor(10);
    let colours = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let flags = cursor.byte()?;
    cursor.skip(2 + colours(flags))?;
    let mut has_image = false;
    loop {
        match cursor.byte()? {
            0x3B if has_image => return Ok(cursor.at()),
            0x21 => cursor.skip(1)?,
            0x2C => {
                has_image = true;
                cursor.skip(8)?;
                let flags = cursor.byte()?;
                cursor.skip(colours(flags) + 1)?;
            }
            _ => return Err(Stop::Unexpected),
        }
        loop {
            match cursor.byte()? {
                0 => break,
                length => cursor.skip(length.into())?,
            }
        }
    }
}

/// MPEG: the program end code (or the end code of a bare video sequence), with nothing but zeros behind it.
fn mpeg_end(body: &Body<'_>) -> Result<u64, Stop> {
    let end = body.len() - body.trailing_zeros(body.len())?;
    match body.read(end.saturating_sub(4), 4)?[..] {
        [0, 0, 1, 0xB9 | 0xB7] => Ok(end),
        _ => Err(Stop::Unexpected),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use crate::inspect::body::Memory;
    use crate::inspect::{kind, samples};
    use proptest::prelude::*;

    fn ending(bytes: &[u8]) -> Option<Ending> {
        let memory = Memory(bytes);
        let body = Body::new(&memory, bytes.len() as u64);
        kind::kind_of(&bytes[..bytes.len().min(4096)]).map(|kind| find(&body, kind).unwrap())
    }

    fn is_whole(bytes: &[u8]) -> bool {
        let len = bytes.len() as u64;
        matches!(ending(bytes), Some(Ending::Mark(end) | Ending::Sizes(end)) if end == len)
    }

    #[test]
    fn each_whole_sample_ends_where_it_says() {
        for (kind, bytes) in samples::with_an_end() {
            assert!(is_whole(&bytes), "{kind:?}: {:?}", ending(&bytes));
        }
    }

    #[test]
    fn no_sample_cut_at_any_length_is_whole() {
        for (kind, bytes) in samples::with_an_end() {
            for cut in 0..bytes.len() {
                assert!(!is_whole(&bytes[..cut]), "{kind:?} cut at {cut} of {}", bytes.len());
            }
        }
    }

    #[test]
    fn bytes_behind_the_end_mark_are_not_part_of_it() {
        for (bytes, len) in [samples::jpeg(64, 48), samples::png(8, 8), samples::gif(9, 9)].map(|b| {
            let len = b.len() as u64;
            ([b, b"maker's trailer".to_vec()].concat(), len)
        }) {
            assert_eq!(ending(&bytes), Some(Ending::Mark(len)));
        }
    }

    #[test]
    fn a_picture_whose_rest_is_zeros_has_no_end() {
        for mut bytes in [samples::jpeg(64, 48), samples::png(8, 8), samples::gif(9, 9)] {
            let half = bytes.len() - 10;
            bytes[half..].fill(0);
            assert!(matches!(ending(&bytes), Some(Ending::CutOff | Ending::NotFound)));
        }
    }

    #[test]
    fn fragments_without_a_closing_index_are_not_proven() {
        let fragments =
            samples::boxes(&[(b"ftyp", b"isomisom"), (b"moov", b"x"), (b"moof", b"x"), (b"mdat", b"x")]);

        assert_eq!(ending(&fragments), Some(Ending::NotFound));
        assert!(is_whole(&[fragments, samples::boxes(&[(b"mfra", b"x")])].concat()));
    }

    proptest! {
        #[test]
        fn no_damage_makes_it_stumble(which in 0..16_usize, edits in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..9)) {
            let samples = samples::with_an_end();
            let mut bytes = samples[which % samples.len()].1.clone();
            for (place, byte) in edits {
                let place = usize::from(place) % bytes.len();
                bytes[place] = byte;
            }
            let len = bytes.len() as u64;
            if let Some(Ending::Mark(end) | Ending::Sizes(end)) = ending(&bytes) {
                prop_assert!(end <= len);
            }
        }
    }
}
