//! Decides whether a body is what was promised: by MD5, else by length, else by its own structure.
//!
//! Whatever the proof, an error page, a placeholder and a still in a video's place are never accepted: an image
//! host serves them with status 200, the right headers and the right length.

use std::io;

use flickr_model::{Media, Promise};

use crate::inspect::body::Body;
use crate::inspect::dimensions;
use crate::inspect::end_mark::{self, Ending};
use crate::inspect::kind::{self, Kind, Looks};

/// Why a body was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Not one byte came.
    #[error("the body was empty")]
    Empty,
    /// HTML, JSON or another text.
    #[error("a page of text came instead of a picture")]
    Text,
    /// Nothing but zero bytes.
    #[error("nothing but zero bytes came")]
    Zeros,
    /// Bytes of no known kind, where a photo was expected or nothing proves them.
    #[error("bytes of no known kind came")]
    UnknownKind,
    /// A still (the poster of a video, perhaps) where a video was expected.
    #[error("a still picture ({0}) came instead of the video")]
    StillForVideo(&'static str),
    /// A video where a photo was expected.
    #[error("a video ({0}) came instead of the photo")]
    VideoForStill(&'static str),
    /// A placeholder that says the picture cannot be had.
    #[error("a placeholder ({0}) came instead of the picture")]
    Placeholder(&'static str),
    /// Other bytes than the image host's MD5 was made of.
    #[error("the bytes do not have the MD5 that the image host gave")]
    Md5,
    /// More or fewer bytes than the image host promised.
    #[error("{came} bytes came of {promised} promised")]
    Length {
        /// Bytes that came.
        came: u64,
        /// Bytes that were promised.
        promised: u64,
    },
    /// The end of the file is missing.
    #[error("the {0} file is cut short: its end is missing")]
    NoEnd(&'static str),
    /// Bytes follow the end mark, and nothing proves them.
    #[error("{0} bytes follow the end mark, and neither length nor MD5 proves them")]
    BytesAfterEnd(u64),
    /// Another picture size than the listing gives, and nothing else proves the bytes.
    #[error("the picture is {}, not {} pixels as listed", pixels(*found), pixels(Some(*listed)))]
    Dimensions {
        /// Width and height that were found, if any.
        found: Option<(u32, u32)>,
        /// Width and height in the listing.
        listed: (u32, u32),
    },
    /// A kind whose end cannot be found, without length or MD5.
    #[error("a {0} file cannot be proven whole without its length or MD5")]
    Unprovable(&'static str),
    /// The right length, but the rest of the file is zeros.
    #[error("the file ends in zero bytes, without an end mark before them")]
    ZeroTail,
}

/// A body that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Proven {
    pub(crate) kind: Kind,
    pub(crate) dimensions: Option<(u32, u32)>,
}

/// Looks at a body and decides. The MD5 is that of the whole body, where it was computed.
pub(crate) fn judge(
    body: &Body<'_>,
    promise: &Promise,
    md5: Option<[u8; 16]>,
) -> io::Result<Result<Proven, Refused>> {
    let looks = kind::look(body)?;
    let mut seen =
        Seen { len: body.len(), md5, looks, dimensions: None, ending: Ending::Unknowable, zero_tail: 0 };
    if let Looks::Media(kind) = looks {
        seen.dimensions = dimensions::find(body, kind)?;
    }
    let claim = match claim(promise, &seen) {
        Ok(claim) => claim,
        Err(refused) => return Ok(Err(refused)),
    };
    if claim != Claim::Md5 {
        let tail = LEAST_ZERO_TAIL.max(body.len() / 16);
        seen.zero_tail = body.trailing_zeros(tail)?;
        if let Looks::Media(kind) = looks
            && (claim == Claim::Structure || seen.zero_tail >= LEAST_ZERO_TAIL)
        {
            seen.ending = end_mark::find(body, kind)?;
        }
    }
    Ok(decide(promise, claim, &seen))
}

/// What was seen of a body.
#[derive(Debug, Clone, Copy)]
struct Seen {
    len: u64,
    md5: Option<[u8; 16]>,
    looks: Looks,
    dimensions: Option<(u32, u32)>,
    /// Only looked for where it decides something.
    ending: Ending,
    /// Zero bytes at the end, counted no further than it matters.
    zero_tail: u64,
}

/// What speaks for a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    Md5,
    Length,
    Structure,
}

/// So many zero bytes at the end are suspicious.
const LEAST_ZERO_TAIL: u64 = 512;

/// MD5 of the picture that Flickr served for "temporarily unavailable" (known to `JDownloader` since 2016).
const UNAVAILABLE: [u8; 16] =
    [0xe6, 0x0b, 0x98, 0x76, 0x5d, 0x26, 0xe3, 0x4b, 0xfb, 0xb7, 0x97, 0xc1, 0xa5, 0xf3, 0x78, 0xf2];

/// Refuses what no proof can save, then says which proof the body stands by.
fn claim(promise: &Promise, seen: &Seen) -> Result<Claim, Refused> {
    match seen.looks {
        Looks::Empty => return Err(Refused::Empty),
        Looks::Text => return Err(Refused::Text),
        Looks::Zeros => return Err(Refused::Zeros),
        Looks::Unknown if promise.media == Media::Photo => return Err(Refused::UnknownKind),
        Looks::Unknown => {}
        Looks::Media(kind) => is_expected(promise, seen, kind)?,
    }
    match (promise.md5, promise.length) {
        (Some(md5), _) if seen.md5 == Some(md5) => Ok(Claim::Md5),
        (Some(_), _) => Err(Refused::Md5),
        (None, Some(promised)) if promised == seen.len => Ok(Claim::Length),
        (None, Some(promised)) => Err(Refused::Length { came: seen.len, promised }),
        (None, None) => Ok(Claim::Structure),
    }
}

fn is_expected(promise: &Promise, seen: &Seen, kind: Kind) -> Result<(), Refused> {
    match (promise.media, kind.media()) {
        (Media::Video, Media::Photo) => return Err(Refused::StillForVideo(kind.extension())),
        (Media::Photo, Media::Video) => return Err(Refused::VideoForStill(kind.extension())),
        _ => {}
    }
    let is_listed_jpg = matches!(promise.format.as_deref(), Some("jpg" | "jpeg"));
    let is_listed_png = promise.format.as_deref() == Some("png");
    let is_much_smaller = is_much_smaller(seen.dimensions, promise.dimensions);
    let is_placeholder = match kind {
        Kind::Gif => is_listed_jpg || is_listed_png || is_much_smaller,
        Kind::Png => is_listed_jpg && is_much_smaller,
        _ => seen.md5 == Some(UNAVAILABLE),
    };
    if is_placeholder { Err(Refused::Placeholder(kind.extension())) } else { Ok(()) }
}

/// Under a quarter of the listed pixels.
fn is_much_smaller(found: Option<(u32, u32)>, listed: Option<(u32, u32)>) -> bool {
    let area = |(width, height)| u64::from(width) * u64::from(height);
    found.zip(listed).is_some_and(|(found, listed)| area(found) < area(listed) / 4)
}

/// Decides by what speaks for the body.
fn decide(promise: &Promise, claim: Claim, seen: &Seen) -> Result<Proven, Refused> {
    let (kind, proven) = match seen.looks {
        Looks::Media(kind) => (kind, Proven { kind, dimensions: seen.dimensions }),
        _ => (Kind::Other, Proven { kind: Kind::Other, dimensions: None }),
    };
    match claim {
        Claim::Md5 => Ok(proven),
        Claim::Length => tail_is_plausible(seen).map(|()| proven),
        Claim::Structure if kind == Kind::Other => Err(Refused::UnknownKind),
        Claim::Structure => {
            ends_at_its_end(seen, kind)?;
            tail_is_plausible(seen)?;
            has_listed_dimensions(promise, seen, kind)?;
            Ok(proven)
        }
    }
}

/// A mark before the zeros ends the file; sizes that add up say nothing of the bytes between, unless the zeros are few.
fn tail_is_plausible(seen: &Seen) -> Result<(), Refused> {
    let most = match seen.ending {
        Ending::Mark(_) => return Ok(()),
        Ending::Sizes(_) => LEAST_ZERO_TAIL.max(seen.len / 16),
        Ending::NotFound | Ending::Unknowable => LEAST_ZERO_TAIL,
    };
    if seen.zero_tail >= most { Err(Refused::ZeroTail) } else { Ok(()) }
}

fn ends_at_its_end(seen: &Seen, kind: Kind) -> Result<(), Refused> {
    match seen.ending {
        Ending::Mark(end) | Ending::Sizes(end) if end == seen.len => Ok(()),
        Ending::Mark(end) | Ending::Sizes(end) => Err(Refused::BytesAfterEnd(seen.len.saturating_sub(end))),
        Ending::NotFound => Err(Refused::NoEnd(kind.extension())),
        Ending::Unknowable => Err(Refused::Unprovable(kind.extension())),
    }
}

/// Either way up. Of a video the listing gives the size of its still, which says nothing of the video.
fn has_listed_dimensions(promise: &Promise, seen: &Seen, kind: Kind) -> Result<(), Refused> {
    let Some(listed) = promise.dimensions.filter(|_| kind.media() == Media::Photo) else { return Ok(()) };
    let (width, height) = listed;
    match seen.dimensions {
        Some(found) if found == listed || found == (height, width) => Ok(()),
        found => Err(Refused::Dimensions { found, listed }),
    }
}

fn pixels(dimensions: Option<(u32, u32)>) -> String {
    dimensions.map_or_else(|| "of unknown size".to_owned(), |(width, height)| format!("{width} x {height}"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use crate::inspect::body::Memory;
    use crate::inspect::samples;
    use md5::{Digest, Md5};
    use proptest::prelude::*;

    fn verdict(promise: &Promise, bytes: &[u8]) -> Result<Kind, Refused> {
        let md5 = promise.md5.map(|_| Md5::digest(bytes).into());
        let memory = Memory(bytes);
        judge(&Body::new(&memory, bytes.len() as u64), promise, md5).unwrap().map(|proven| proven.kind)
    }

    fn photo() -> Promise {
        Promise { dimensions: Some((64, 48)), format: Some("jpg".to_owned()), ..Promise::default() }
    }

    fn video() -> Promise {
        Promise { media: Media::Video, dimensions: Some((640, 360)), ..Promise::default() }
    }

    /// The three proofs, each as if the host had promised these very bytes.
    fn promised(promise: &Promise, bytes: &[u8]) -> [Promise; 3] {
        let length = Some(bytes.len() as u64);
        let md5 = Some(Md5::digest(bytes).into());
        [promise.clone(), Promise { length, ..promise.clone() }, Promise { length, md5, ..promise.clone() }]
    }

    #[test]
    fn a_whole_body_is_accepted_by_each_proof() {
        for promise in promised(&photo(), &samples::jpeg(64, 48)) {
            assert_eq!(verdict(&promise, &samples::jpeg(64, 48)), Ok(Kind::Jpeg));
        }
        for promise in promised(&video(), &samples::mp4()) {
            assert_eq!(verdict(&promise, &samples::mp4()), Ok(Kind::Mp4));
        }
    }

    #[test]
    fn what_is_no_picture_is_refused_whatever_proves_it() {
        let page = b"<html><body>This photo is no longer available</body></html>";
        for (bytes, refused) in [
            (&b""[..], Refused::Empty),
            (page, Refused::Text),
            (&[0; 9000], Refused::Zeros),
            (&[7, 0, 9, 200, 13], Refused::UnknownKind),
            (&samples::mp4(), Refused::VideoForStill("mp4")),
            (&samples::gif(64, 48), Refused::Placeholder("gif")),
        ] {
            for promise in promised(&photo(), bytes) {
                assert_eq!(verdict(&promise, bytes), Err(refused.clone()));
            }
        }
        for bytes in [&samples::jpeg(640, 360)[..], &samples::gif(640, 360), page, &[0; 9000]] {
            for promise in promised(&video(), bytes) {
                assert!(verdict(&promise, bytes).is_err());
            }
        }
    }

    #[test]
    fn a_small_gif_stands_in_for_no_large_one() {
        let gif = Promise { format: Some("gif".to_owned()), dimensions: Some((500, 375)), ..photo() };

        for promise in promised(&gif, &samples::gif(64, 48)) {
            assert_eq!(verdict(&promise, &samples::gif(64, 48)), Err(Refused::Placeholder("gif")));
        }
        assert_eq!(verdict(&gif, &samples::gif(375, 500)), Ok(Kind::Gif));
    }

    #[test]
    fn a_promise_that_is_not_kept_is_never_made_up_for_by_less() {
        let jpeg = samples::jpeg(64, 48);
        let [_, length, md5] = promised(&photo(), &jpeg);
        let mut flipped = jpeg.clone();
        flipped[40] ^= 1;

        assert_eq!(verdict(&md5, &flipped), Err(Refused::Md5));
        let longer = Promise { length: length.length.map(|length| length + 1), ..photo() };
        let came = jpeg.len() as u64;
        assert_eq!(verdict(&longer, &jpeg), Err(Refused::Length { came, promised: came + 1 }));
    }

    #[test]
    fn bytes_after_the_end_need_length_or_md5() {
        let bytes = [samples::jpeg(64, 48), b"motion photo trailer".to_vec()].concat();
        let [structure, length, md5] = promised(&photo(), &bytes);

        assert_eq!(verdict(&structure, &bytes), Err(Refused::BytesAfterEnd(20)));
        assert_eq!(verdict(&length, &bytes), Ok(Kind::Jpeg));
        assert_eq!(verdict(&md5, &bytes), Ok(Kind::Jpeg));
    }

    #[test]
    fn dimensions_count_either_way_up_and_only_without_another_proof() {
        let other = samples::jpeg(1024, 48);
        let [structure, length, _] = promised(&photo(), &other);

        assert_eq!(verdict(&photo(), &samples::jpeg(48, 64)), Ok(Kind::Jpeg));
        assert!(matches!(verdict(&structure, &other), Err(Refused::Dimensions { .. })));
        assert_eq!(verdict(&length, &other), Ok(Kind::Jpeg));
        assert_eq!(verdict(&Promise { dimensions: None, ..structure }, &other), Ok(Kind::Jpeg));
    }

    #[test]
    fn the_right_length_with_zeros_instead_of_the_rest_is_refused() {
        let mut cut = samples::jpeg(64, 48);
        cut.truncate(cut.len() - 2);
        cut.resize(cut.len() + 600, 0);
        let mut half_video =
            samples::boxes(&[(b"ftyp", b"isomisom"), (b"moov", b"x"), (b"mdat", &[8; 9000])]);
        half_video[5000..].fill(0);
        let padded = [samples::jpeg(64, 48), vec![0; 600]].concat();
        let quiet = samples::boxes(&[
            (b"ftyp", b"isomisom"),
            (b"moov", b"x"),
            (b"mdat", &[&[8; 20_000][..], &[0; 600]].concat()),
        ]);

        assert_eq!(verdict(&promised(&photo(), &cut)[1], &cut), Err(Refused::ZeroTail));
        assert_eq!(verdict(&promised(&video(), &half_video)[1], &half_video), Err(Refused::ZeroTail));
        assert_eq!(verdict(&promised(&photo(), &padded)[1], &padded), Ok(Kind::Jpeg));
        assert_eq!(verdict(&promised(&video(), &quiet)[1], &quiet), Ok(Kind::Mp4));
    }

    #[test]
    fn a_video_of_no_known_kind_is_kept_only_when_it_is_proven() {
        let bytes = b"\x0e\x01flv or worse\0\x01\x02";
        let [structure, length, md5] = promised(&video(), bytes);

        assert_eq!(verdict(&structure, bytes), Err(Refused::UnknownKind));
        assert_eq!(verdict(&length, bytes), Ok(Kind::Other));
        assert_eq!(verdict(&md5, bytes), Ok(Kind::Other));
    }

    #[test]
    fn a_kind_without_a_findable_end_needs_length_or_md5() {
        let tiff = [&b"II*\0\x08\0\0\0"[..], &[1; 50]].concat();
        let [structure, length, _] = promised(&Promise { dimensions: None, ..photo() }, &tiff);

        assert_eq!(verdict(&structure, &tiff), Err(Refused::Unprovable("tif")));
        assert_eq!(verdict(&length, &tiff), Ok(Kind::Tiff));
    }

    #[test]
    fn a_body_cut_at_any_length_is_never_proven_by_its_structure() {
        for (kind, bytes) in samples::with_an_end() {
            let promise = Promise { media: kind.media(), ..Promise::default() };
            for cut in 0..bytes.len() {
                assert!(
                    verdict(&promise, &bytes[..cut]).is_err(),
                    "{kind:?} cut at {cut} of {}",
                    bytes.len()
                );
            }
            assert_eq!(verdict(&promise, &bytes), Ok(kind));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in proptest::collection::vec(any::<u8>(), 0..900), is_video in any::<bool>()) {
            let promise = if is_video { video() } else { photo() };
            for promise in promised(&promise, &bytes) {
                verdict(&promise, &bytes).ok();
            }
        }
    }
}
