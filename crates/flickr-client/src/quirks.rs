//! What this crate believes of Flickr without Flickr's word for it: guesses and undocumented names.
//!
//! They stand in one place so that the first run against the real service can correct them here.

use flickr_model::{Media, Promise};
use reqwest::header::HeaderName;

/// The extras asked for with every listing: everything that saves a call later.
///
/// Up to `url_o` they are documented; from `count_comments` on they are seen in recorded answers or asked for
/// by other programs. Flickr ignores names it does not know. The small sizes are left out: an archive has no
/// use for them, and a page of 500 records is long enough.
pub(crate) const EXTRAS: &str = "description,license,date_upload,date_taken,owner_name,original_format,\
last_update,geo,tags,machine_tags,o_dims,views,media,path_alias,url_o,url_l,url_c,url_z,url_m,\
count_comments,count_faves,count_views,safety_level,content_type,visibility,rotation,can_download,\
publiceditability,url_h,url_k,url_3k,url_4k,url_f,url_5k,url_6k";

/// Photos on a page of a listing: Flickr's most.
pub(crate) const PAGE: u64 = 500;

/// Photos on a page of the second look, so that the borders between pages lie elsewhere.
pub(crate) const SECOND_PAGE: u64 = 250;

/// Name of an extra behind `url_`, and the label that `photos.getSizes` gives the same size, largest first.
///
/// `f` (4K 2:1) is documented but was never recorded; 5K and 6K are asked for by another program.
pub(crate) const SIZES: [(&str, &str); 13] = [
    ("6k", "X-Large 6K"),
    ("5k", "X-Large 5K"),
    ("f", "X-Large 4K 2:1"),
    ("4k", "X-Large 4K"),
    ("3k", "X-Large 3K"),
    ("k", "Large 2048"),
    ("h", "Large 1600"),
    ("l", "Large"),
    ("c", "Medium 800"),
    ("z", "Medium 640"),
    ("m", "Medium"),
    ("n", "Small 320"),
    ("s", "Small"),
];

/// The type of the stream that is the file the owner uploaded.
pub(crate) const ORIGINAL_STREAM: &str = "orig";

/// The label that `photos.getSizes` gives the uploaded video; shown to its signed-in owner only.
pub(crate) const ORIGINAL_VIDEO: &str = "Video Original";

/// Re-encoded videos, best first: types of `video.getStreamInfo` and labels of `photos.getSizes`, then those
/// of 2009 to 2016. "Video Player" is a Flash program and never a video.
pub(crate) const STREAMS: [&str; 14] = [
    "1080p",
    "HD MP4",
    "720p",
    "appletv",
    "Site MP4",
    "480p",
    "360p",
    "700",
    "Mobile MP4",
    "300",
    "100",
    "iphone_wifi",
    "288p",
    "240p",
];

/// Whether only a video has a size of this name; `photos.getSizes` may leave its `media` out.
pub(crate) fn is_video_label(label: &str) -> bool {
    let moving = ["Video Player", ORIGINAL_VIDEO];
    STREAMS.iter().chain(&moving).any(|known| label.eq_ignore_ascii_case(known))
}

/// Whether a refusal is Flickr being out of order for a while, by its code and words.
///
/// 105 is documented; 201 and 0 were recorded with the same words; 10 of a search says the same. The words
/// decide for 0 and 10, which mean something else elsewhere.
pub(crate) fn is_out_of_order(code: i64, message: &str) -> bool {
    let says_so = message.to_ascii_lowercase().contains("not currently available");
    match code {
        105 | 201 => true,
        0 | 10 | 106 => says_so,
        _ => false,
    }
}

/// Whether code 99 ("insufficient permissions") means that the token grants nothing.
///
/// Flickr uses it with free text, also for what a reading program never asks ("Insufficient permission to
/// comment" was recorded); only a lack of the right to read is a matter of signing in.
pub(crate) fn wants_a_sign_in(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["none granted", "not logged in", "requires read"].iter().any(|words| message.contains(words))
}

/// Whether an address is the picture that Flickr shows instead of one that it does not have.
///
/// Old and replaced addresses were redirected to `…/photo_unavailable.gif` or `photo_unavailable_l.png`.
pub(crate) fn is_placeholder(path: &str) -> bool {
    path.contains("photo_unavailable") || path.contains("video_unavailable")
}

/// The header that gave the length of every body that was recorded, also of those that came without a
/// `Content-Length`. Nobody documents it: it helps a body and condemns none.
pub(crate) static LENGTH_HINT: HeaderName = HeaderName::from_static("x-ttdb-l");

/// The most bytes that any photo or video of this promise has.
///
/// Flickr takes photos up to 200 MB and videos up to 1 GB; older limits are not known, so a length that is told is
/// believed up to more than that. Where none is told, the pixels of a still bound it: eight bytes for each, which is
/// a PNG of 16 bits that cannot be packed, and 32 MB for whatever else lies in the file.
pub(crate) fn most_bytes(promise: &Promise) -> u64 {
    const PHOTO: u64 = 1 << 28;
    const VIDEO: u64 = 1 << 33;
    let is_one_picture = matches!(promise.format.as_deref(), Some("jpg" | "jpeg" | "png"));
    match (promise.media, promise.length, promise.dimensions) {
        (Media::Video, _, _) => VIDEO,
        (Media::Photo, None, Some((width, height))) if is_one_picture => {
            let pixels = u64::from(width) * u64::from(height);
            PHOTO.min(pixels.saturating_mul(8).saturating_add(1 << 25))
        }
        (Media::Photo, _, _) => PHOTO,
    }
}

/// Whether the listing says that Flickr has not made a video of the upload, and what to say of it.
pub(crate) fn why_no_video(media_status: Option<&str>) -> Option<&'static str> {
    match media_status?.to_ascii_lowercase().as_str() {
        "pending" | "processing" => Some("Flickr is still working on this video"),
        "failed" | "error" => Some("Flickr could not make a video of what was uploaded"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_decide_where_the_code_is_used_twice() {
        let words = "Sorry, the Flickr API service is not currently available.";

        assert!(is_out_of_order(105, ""));
        assert!(is_out_of_order(201, words));
        assert!(is_out_of_order(0, words));
        assert!(is_out_of_order(10, words));
        assert!(!is_out_of_order(0, "No photos"));
        assert!(!is_out_of_order(1, words));
    }

    #[test]
    fn every_large_size_is_asked_for_and_no_tiny_one() {
        for (extra, _) in SIZES.iter().take(11) {
            assert!(EXTRAS.split(',').any(|name| name == format!("url_{extra}")), "{extra}");
        }
        for tiny in ["url_sq", "url_t", "url_q", "url_s", "url_n"] {
            assert!(!EXTRAS.split(',').any(|name| name == tiny), "{tiny}");
        }
        assert!(
            EXTRAS
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b",_".contains(&byte))
        );
    }

    #[test]
    fn a_body_without_a_length_is_bounded_by_its_pixels() {
        let small =
            Promise { dimensions: Some((1000, 1000)), format: Some("jpg".to_owned()), ..Promise::default() };

        assert_eq!(most_bytes(&small), 8_000_000 + (1 << 25));
        assert_eq!(most_bytes(&Promise { length: Some(1), ..small.clone() }), 1 << 28);
        assert_eq!(most_bytes(&Promise { format: Some("gif".to_owned()), ..small.clone() }), 1 << 28);
        assert_eq!(most_bytes(&Promise { dimensions: Some((u32::MAX, u32::MAX)), ..small }), 1 << 28);
    }

    #[test]
    fn a_video_that_is_ready_or_says_nothing_is_tried() {
        assert_eq!(why_no_video(None), None);
        assert_eq!(why_no_video(Some("ready")), None);
        assert!(why_no_video(Some("pending")).is_some());
        assert!(why_no_video(Some("failed")).is_some());
    }
}
