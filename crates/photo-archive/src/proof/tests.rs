//! Each proof with each kind of body, whole, cut, swapped and zeroed.

use super::*;
use crate::inspect::body::Memory;
use crate::inspect::samples;
use md5::{Digest, Md5};
use proptest::prelude::*;

fn verdict(promise: &Promise, bytes: &[u8]) -> Result<Kind, Refused> {
    let md5 = promise.digest().map(|_| Md5::digest(bytes).into());
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
fn a_photo_of_an_unknown_kind_is_believed_for_its_md5_alone() {
    let bytes = &[7, 0, 9, 200, 13];
    let [structure, length, md5] = promised(&photo(), bytes);

    assert_eq!(verdict(&structure, bytes), Err(Refused::UnknownKind));
    assert_eq!(verdict(&length, bytes), Err(Refused::UnknownKind));
    assert_eq!(verdict(&md5, bytes), Ok(Kind::Other));
}

#[test]
fn a_small_gif_stands_in_for_no_large_one_unless_its_md5_was_given() {
    let gif = Promise { format: Some("gif".to_owned()), dimensions: Some((500, 375)), ..photo() };
    let [structure, length, md5] = promised(&gif, &samples::gif(64, 48));

    for promise in [structure, length] {
        assert_eq!(verdict(&promise, &samples::gif(64, 48)), Err(Refused::Placeholder("gif")));
    }
    assert_eq!(verdict(&md5, &samples::gif(64, 48)), Ok(Kind::Gif));
    assert_eq!(verdict(&gif, &samples::gif(375, 500)), Ok(Kind::Gif));
}

#[test]
fn a_much_smaller_picture_is_a_placeholder_although_it_has_headers_of_its_own() {
    for (format, kind, small) in [
        ("jpg", "jpg", samples::jpeg(31, 24)),
        ("png", "png", samples::png(31, 24)),
        ("jpg", "png", samples::png(31, 24)),
    ] {
        let listed = Promise { format: Some(format.to_owned()), dimensions_are_trusted: true, ..photo() };
        for promise in promised(&listed, &small) {
            assert_eq!(verdict(&promise, &small), Err(Refused::Placeholder(kind)), "{format}");
        }
    }
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
fn an_etag_proves_what_it_is_the_md5_of_and_casts_doubt_on_the_rest() {
    let jpeg = samples::jpeg(64, 48);
    let length = Some(jpeg.len() as u64);
    let came = Md5::digest(&jpeg).into();
    let its_md5 = Promise { etag: Some(came), length, ..photo() };
    let something_else = Promise { etag: Some([7; 16]), length, ..photo() };
    let overruled = Promise { md5: Some(came), etag: Some([7; 16]), ..photo() };

    assert_eq!(verdict(&its_md5, &jpeg), Ok(Kind::Jpeg));
    assert_eq!(verdict(&something_else, &jpeg), Err(Refused::ETag { came }));
    assert_eq!(verdict(&overruled, &jpeg), Ok(Kind::Jpeg));
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
fn a_likely_length_excuses_an_end_that_is_not_the_last_byte_and_nothing_else() {
    let likely = |bytes: &[u8]| Promise { likely_length: Some(bytes.len() as u64), ..photo() };
    let trailer = [samples::jpeg(64, 48), b"motion photo trailer".to_vec()].concat();
    let tiff = [&b"II*\0\x08\0\0\0"[..], &[1; 50]].concat();
    let whole = samples::jpeg(64, 48);
    let cut = &whole[..whole.len() - 2];
    let other = samples::jpeg(1024, 48);

    assert_eq!(verdict(&likely(&trailer), &trailer), Ok(Kind::Jpeg));
    assert_eq!(verdict(&Promise { dimensions: None, ..likely(&tiff) }, &tiff), Ok(Kind::Tiff));
    assert_eq!(verdict(&likely(b"another length"), &whole), Ok(Kind::Jpeg), "a guess condemns nothing");
    assert_eq!(verdict(&likely(cut), cut), Err(Refused::NoEnd("jpg")));
    assert!(matches!(verdict(&likely(&other), &other), Err(Refused::Dimensions { .. })));
    assert_eq!(verdict(&likely(&[7, 0, 9, 200]), &[7, 0, 9, 200]), Err(Refused::UnknownKind));
}

#[test]
fn dimensions_count_either_way_up_and_without_another_proof_unless_they_are_trusted() {
    let other = samples::jpeg(1024, 48);
    let [structure, length, md5] = promised(&photo(), &other);

    assert_eq!(verdict(&photo(), &samples::jpeg(48, 64)), Ok(Kind::Jpeg));
    assert!(matches!(verdict(&structure, &other), Err(Refused::Dimensions { .. })));
    assert_eq!(verdict(&length, &other), Ok(Kind::Jpeg));
    let trusted = |promise: &Promise| Promise { dimensions_are_trusted: true, ..promise.clone() };
    assert!(
        matches!(verdict(&trusted(&length), &other), Err(Refused::Dimensions { .. })),
        "any picture has a length"
    );
    assert_eq!(verdict(&trusted(&length), &samples::jpeg(64, 48)), verdict(&length, &samples::jpeg(64, 48)));
    assert_eq!(verdict(&trusted(&md5), &other), Ok(Kind::Jpeg));
    assert_eq!(verdict(&Promise { dimensions: None, ..structure }, &other), Ok(Kind::Jpeg));
}

#[test]
fn the_right_length_with_zeros_instead_of_the_rest_is_refused() {
    let mut cut = samples::jpeg(64, 48);
    cut.truncate(cut.len() - 2);
    cut.resize(cut.len() + 600, 0);
    let mut half_video = samples::boxes(&[(b"ftyp", b"isomisom"), (b"moov", b"x"), (b"mdat", &[8; 9000])]);
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
fn a_body_that_is_cut_is_refused_although_its_length_was_promised_so() {
    for kind in [Kind::Jpeg, Kind::Png, Kind::Gif, Kind::Mp4] {
        for (_, bytes) in samples::with_an_end().into_iter().filter(|(known, _)| *known == kind) {
            let cut = &bytes[..bytes.len() - 2];
            let promise = Promise { media: kind.media(), ..Promise::default() };
            let [_, length, md5] = promised(&promise, cut);

            assert_eq!(verdict(&length, cut), Err(Refused::NoEnd(kind.extension())), "{kind:?}");
            assert_eq!(verdict(&md5, cut), Ok(kind), "{kind:?}: the owner's file is what its MD5 says");
        }
    }
}

#[test]
fn a_movie_with_a_remnant_behind_it_is_not_cut() {
    for remnant in [&b"\0\0"[..], b"\0\x0f\0\0free", b"\0\x0f\0\0fre"] {
        let bytes = [&samples::mp4()[..], remnant].concat();
        let [structure, length, _] = promised(&video(), &bytes);

        assert_eq!(verdict(&length, &bytes), Ok(Kind::Mp4));
        assert!(verdict(&structure, &bytes).is_err());
    }
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
            assert!(verdict(&promise, &bytes[..cut]).is_err(), "{kind:?} cut at {cut} of {}", bytes.len());
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
