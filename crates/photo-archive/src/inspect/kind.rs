//! What some bytes are, by their beginning: never by a name, an address or a header.

use std::io;

use flickr_model::Media;

use super::body::Body;

/// The kinds of files that the archive gives an extension of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the format that its extension names")]
pub enum Kind {
    Jpeg,
    Png,
    Gif,
    Webp,
    Tiff,
    Heic,
    Avif,
    Mp4,
    Mov,
    Avi,
    Mpg,
    Wmv,
    ThreeGp,
    M2ts,
    Ogv,
    Webm,
    /// No kind on the list; kept only as a video that its MD5 or length proves.
    Other,
}

/// What the beginning of a body shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Looks {
    Empty,
    /// HTML, XML, JSON or any other text: an error page, whatever the status and the headers said.
    Text,
    Zeros,
    Media(Kind),
    Unknown,
}

impl Kind {
    /// All kinds that have an extension of their own, and `Other`.
    pub(crate) const ALL: [Self; 17] = [
        Self::Jpeg,
        Self::Png,
        Self::Gif,
        Self::Mp4,
        Self::Mov,
        Self::Webp,
        Self::Tiff,
        Self::Heic,
        Self::Avif,
        Self::Avi,
        Self::Mpg,
        Self::Wmv,
        Self::ThreeGp,
        Self::M2ts,
        Self::Ogv,
        Self::Webm,
        Self::Other,
    ];

    /// Returns the extension, without its dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Tiff => "tif",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
            Self::Avi => "avi",
            Self::Mpg => "mpg",
            Self::Wmv => "wmv",
            Self::ThreeGp => "3gp",
            Self::M2ts => "m2ts",
            Self::Ogv => "ogv",
            Self::Webm => "webm",
            Self::Other => "bin",
        }
    }

    /// Says whether it is a still or a moving picture.
    #[must_use]
    pub fn media(self) -> Media {
        match self {
            Self::Jpeg | Self::Png | Self::Gif | Self::Webp | Self::Tiff | Self::Heic | Self::Avif => {
                Media::Photo
            }
            _ => Media::Video,
        }
    }
}

/// Bytes of the beginning that are looked at.
const BEGINNING: usize = 4096;

/// Says what a body is, by its first bytes; a body that begins with zeros is read on to its first other byte.
pub(crate) fn look(body: &Body<'_>) -> io::Result<Looks> {
    let beginning = body.read(0, BEGINNING)?;
    if beginning.is_empty() {
        return Ok(Looks::Empty);
    }
    if let Some(kind) = kind_of(&beginning) {
        return Ok(Looks::Media(kind));
    }
    if beginning.iter().all(|byte| *byte == 0) {
        let all = body.trailing_zeros(u64::MAX)? == body.len();
        return Ok(if all { Looks::Zeros } else { Looks::Unknown });
    }
    Ok(if is_text(&beginning) { Looks::Text } else { Looks::Unknown })
}

/// Returns the kind that the first bytes of a file are the beginning of.
pub(crate) fn kind_of(beginning: &[u8]) -> Option<Kind> {
    still(beginning)
        .or_else(|| boxed(beginning))
        .or_else(|| moving(beginning))
        .or_else(|| inferred(beginning))
}

fn still(b: &[u8]) -> Option<Kind> {
    match b {
        [0xFF, 0xD8, 0xFF, ..] => Some(Kind::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Kind::Png),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Kind::Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Kind::Webp),
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(Kind::Tiff),
        _ => None,
    }
}

/// ISO base media files, by their brand; QuickTime files of before 2001 begin with any of a few boxes instead.
fn boxed(b: &[u8]) -> Option<Kind> {
    let (size, name) = (u32::from_be_bytes(b.get(..4)?.try_into().ok()?), b.get(4..8)?);
    let plausible = size == 1 || size >= 8;
    match name {
        b"ftyp" => by_brand(b.get(8..12)?, b.get(16..48.min(b.len())).unwrap_or_default()),
        b"moov" | b"mdat" | b"wide" | b"skip" | b"free" | b"pnot" if plausible => Some(Kind::Mov),
        _ => None,
    }
}

/// The main brand decides; the general image brands leave it to the compatible ones.
fn by_brand(brand: &[u8], compatible: &[u8]) -> Option<Kind> {
    match brand {
        b"qt  " => Some(Kind::Mov),
        b"avif" | b"avis" => Some(Kind::Avif),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => Some(Kind::Heic),
        b"mif1" | b"msf1" if compatible.chunks(4).any(|brand| matches!(brand, b"avif" | b"avis")) => {
            Some(Kind::Avif)
        }
        b"mif1" | b"msf1" => Some(Kind::Heic),
        [b'3', b'g' | b'G', b'p' | b'P' | b'2' | b's' | b'r' | b'e' | b'g', _] => Some(Kind::ThreeGp),
        b"crx " | b"jp2 " | b"jpx " | b"M4A " | b"M4B " => None,
        _ => Some(Kind::Mp4),
    }
}

fn moving(b: &[u8]) -> Option<Kind> {
    match b {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => Some(Kind::Avi),
        [0, 0, 1, 0xBA | 0xB3, ..] => Some(Kind::Mpg),
        [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9, 0, 0xAA, 0, 0x62, 0xCE, 0x6C, ..] => {
            Some(Kind::Wmv)
        }
        _ if is_transport_stream(b, 192, 4) || is_transport_stream(b, 188, 0) => Some(Kind::M2ts),
        _ => None,
    }
}

/// Packets of one length, each with the sync byte at the same place (four of them: chance does not do that).
fn is_transport_stream(b: &[u8], packet: usize, place: usize) -> bool {
    (0..4).all(|number| b.get(number * packet + place) == Some(&0x47))
}

/// Ogg by the name of its first stream (a video one, or a table of all streams); Matroska by its document type, which
/// the crate `infer` reads.
fn inferred(b: &[u8]) -> Option<Kind> {
    let first_stream = b.get(28..).filter(|_| b.starts_with(b"OggS"));
    if first_stream.is_some_and(|s| s.starts_with(b"\x80theora") || s.starts_with(b"fishead")) {
        return Some(Kind::Ogv);
    }
    (infer::get(b)?.mime_type() == "video/webm").then_some(Kind::Webm)
}

/// Text has no control characters but those of lines, and is UTF-8 (which ASCII is) or says that it is UTF-16.
fn is_text(b: &[u8]) -> bool {
    if b.starts_with(&[0xFF, 0xFE]) || b.starts_with(&[0xFE, 0xFF]) {
        return true;
    }
    let valid = match std::str::from_utf8(b) {
        Ok(_) => b.len(),
        Err(error) => error.valid_up_to(),
    };
    let is_mark_up = b.trim_ascii_start().starts_with(b"<");
    let is_whole = valid + 4 > b.len();
    let is_printable = !b.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127));
    is_printable && (is_whole || is_mark_up)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use crate::inspect::body::Memory;
    use proptest::prelude::*;

    fn looks(bytes: &[u8]) -> Looks {
        look(&Body::new(&Memory(bytes), bytes.len() as u64)).unwrap()
    }

    #[test]
    fn each_kind_is_known_by_its_beginning() {
        let ogg: Vec<u8> = [&b"OggS\0\x02"[..], &[0; 22], b"\x80theora", &[0; 40]].concat();
        let webm = [&b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"[..], &[0; 300]].concat();
        let mut packets = vec![0; 192 * 4];
        (0..4).for_each(|n| packets[n * 192 + 4] = 0x47);
        for (bytes, kind) in [
            (&b"\xff\xd8\xff\xe0"[..], Kind::Jpeg),
            (b"\x89PNG\r\n\x1a\n", Kind::Png),
            (b"GIF89a", Kind::Gif),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Kind::Webp),
            (b"II*\0\x08\0\0\0", Kind::Tiff),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Kind::Heic),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", Kind::Avif),
            (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", Kind::Mp4),
            (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", Kind::Mov),
            (b"\0\0\x10\0moov\0\0\0\x6cmvhd", Kind::Mov),
            (b"\0\0\0\x08wide\0\0\x10\0mdat", Kind::Mov),
            (b"\0\0\0\x18ftyp3gp4\0\0\0\0isom3gp4", Kind::ThreeGp),
            (b"RIFF\x24\0\0\0AVI LIST", Kind::Avi),
            (b"\0\0\x01\xba\x44", Kind::Mpg),
            (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", Kind::Wmv),
            (&packets, Kind::M2ts),
            (&ogg, Kind::Ogv),
            (&webm, Kind::Webm),
        ] {
            assert_eq!(looks(bytes), Looks::Media(kind), "{kind:?}");
        }
    }

    #[test]
    fn pages_and_texts_are_no_pictures() {
        for text in [
            "<html><body><h1>429 Too Many Requests</h1>",
            "\u{feff}\n <!DOCTYPE html>",
            "{\"stat\":\"fail\"}",
            "Not found",
            "Überlastet",
        ] {
            assert_eq!(looks(text.as_bytes()), Looks::Text, "{text}");
        }
        assert_eq!(looks(b"<html>\xe9 in latin 1</html>"), Looks::Text);
    }

    #[test]
    fn zeros_and_noise_are_told_apart() {
        let mut late = vec![0; 10_000];
        late[9_000] = 1;

        assert_eq!(looks(b""), Looks::Empty);
        assert_eq!(looks(&[0; 70_000]), Looks::Zeros);
        assert_eq!(looks(&late), Looks::Unknown);
        assert_eq!(looks(&[1, 2, 3, 0, 255]), Looks::Unknown);
        assert_eq!(looks(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\0"), Looks::Unknown);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_stumble(bytes in proptest::collection::vec(any::<u8>(), 0..700)) {
            looks(&bytes);
        }
    }
}
