//! Decides whether a body is what was promised: by MD5, else by length, else by its own structure, with which a likely
//! length may help.
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
    /// Other bytes than the image host's `ETag` was made of, if it is an MD5 at all.
    #[error("the bytes do not have the MD5 that the image host's ETag seems to be")]
    ETag {
        /// MD5 of the bytes that came: the same twice says that the `ETag` is no MD5.
        came: [u8; 16],
    },
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
        if let Looks::Media(kind) = looks {
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
    /// Looked for unless the MD5 decides.
    ending: Ending,
    /// Zero bytes at the end, counted no further than it matters.
    zero_tail: u64,
}

/// What speaks for a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    Md5,
    Length,
    /// A length that is only likely: it excuses an end that cannot be found or is not the last byte, nothing else.
    LikelyLength,
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
        // A photo of a kind that is not known here is believed only where its MD5 proves it.
        Looks::Unknown if promise.media == Media::Photo && !has_promised_md5(promise, seen) => {
            return Err(Refused::UnknownKind);
        }
        Looks::Unknown => {}
        Looks::Media(kind) => is_expected(promise, seen, kind)?,
    }
    match (promise.md5, promise.etag, promise.length) {
        (Some(md5), _, _) | (None, Some(md5), _) if seen.md5 == Some(md5) => Ok(Claim::Md5),
        (Some(_), _, _) => Err(Refused::Md5),
        (None, _, Some(promised)) if promised != seen.len => {
            Err(Refused::Length { came: seen.len, promised })
        }
        (None, Some(_), _) => Err(Refused::ETag { came: seen.md5.unwrap_or_default() }),
        (None, None, Some(_)) => Ok(Claim::Length),
        (None, None, None) if promise.likely_length == Some(seen.len) => Ok(Claim::LikelyLength),
        (None, None, None) => Ok(Claim::Structure),
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
        Kind::Gif => is_listed_jpg || is_listed_png || (is_much_smaller && !has_promised_md5(promise, seen)),
        Kind::Png if is_listed_jpg && is_much_smaller => true,
        _ => (is_much_smaller && promise.dimensions_are_trusted) || seen.md5 == Some(UNAVAILABLE),
    };
    if is_placeholder { Err(Refused::Placeholder(kind.extension())) } else { Ok(()) }
}

/// Whether the body has the MD5 that the image host gave. Who serves something else in place of a picture does not
/// give the picture's MD5 with it.
fn has_promised_md5(promise: &Promise, seen: &Seen) -> bool {
    promise.md5.is_some() && promise.md5 == seen.md5
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
        Claim::Length => {
            tail_is_plausible(seen)?;
            // What was cut before it reached the image host has a length, too.
            if seen.ending == Ending::CutOff {
                return Err(Refused::NoEnd(kind.extension()));
            }
            // And so has every other picture; a kind whose size is not read has nothing to be told by.
            if seen.dimensions.is_some() && promise.dimensions_are_trusted {
                has_listed_dimensions(promise, seen, kind)?;
            }
            Ok(proven)
        }
        _ if kind == Kind::Other => Err(Refused::UnknownKind),
        Claim::LikelyLength | Claim::Structure => {
            match ends_at_its_end(seen, kind) {
                Err(Refused::BytesAfterEnd(_) | Refused::Unprovable(_)) if claim == Claim::LikelyLength => {}
                ends => ends?,
            }
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
        Ending::CutOff | Ending::NotFound | Ending::Unknowable => LEAST_ZERO_TAIL,
    };
    if seen.zero_tail >= most { Err(Refused::ZeroTail) } else { Ok(()) }
}

fn ends_at_its_end(seen: &Seen, kind: Kind) -> Result<(), Refused> {
    match seen.ending {
        Ending::Mark(end) | Ending::Sizes(end) if end == seen.len => Ok(()),
        Ending::Mark(end) | Ending::Sizes(end) => Err(Refused::BytesAfterEnd(seen.len.saturating_sub(end))),
        Ending::CutOff | Ending::NotFound => Err(Refused::NoEnd(kind.extension())),
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
mod tests;
