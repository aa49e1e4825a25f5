//! `photos.getExif`: what Flickr shows of a file's EXIF, unless the owner hides it.

use crate::account::Account;
use crate::chance::{Of, draw, place};
use crate::photo::Photo;
use crate::rest::{Call, Refusal};
use crate::sizes::visible_photo;

/// One line of EXIF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) space: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) label: &'static str,
    pub(crate) raw: String,
    /// Whether the raw value is a bare number in JSON, which happens.
    is_number: bool,
    pub(crate) clean: Option<String>,
}

/// The EXIF of a photo; nothing where it is hidden.
pub(crate) fn of_photo(account: &Account, photo: &Photo) -> Option<Vec<Line>> {
    if place(account.seed, photo.index, Of::Exif) < account.mix.facts.exif_hidden {
        return None;
    }
    if photo.is_video() {
        return Some(Vec::new());
    }
    let drawn = draw(account.seed, photo.index, Of::Exif);
    let line = |space, tag, label, raw: &str| Line {
        space,
        tag,
        label,
        raw: raw.to_owned(),
        is_number: false,
        clean: None,
    };
    let number = |tag, label, raw: &str| Line { is_number: true, ..line("ExifIFD", tag, label, raw) };
    let lens = 24 + drawn % 80;
    Some(vec![
        line("IFD0", "Make", "Make", camera(account, photo).0),
        line("IFD0", "Model", "Model", camera(account, photo).1),
        Line { clean: Some("240 dpi".into()), ..line("IFD0", "XResolution", "X-Resolution", "240") },
        line("IFD0", "Artist", "Artist", ""),
        line("IFD0", "Copyright", "Copyright", "© Zoë <zoe@example.com> & \u{1}"),
        Line {
            clean: Some("0.01 sec (1/100)".into()),
            ..line("ExifIFD", "ExposureTime", "Exposure", "1/100")
        },
        Line { clean: Some("f/13.0".into()), ..number("FNumber", "Aperture", "13.0") },
        number("ISO", "ISO Speed", "100"),
        Line {
            clean: Some(format!("{lens} mm")),
            ..line("ExifIFD", "FocalLength", "Focal Length", &format!("{lens}.0 mm"))
        },
        line("GPS", "GPSLatitudeRef", "GPS Latitude Ref", "South"),
    ])
}

/// The maker and the model of the camera.
pub(crate) fn camera(account: &Account, photo: &Photo) -> (&'static str, &'static str) {
    const CAMERAS: [(&str, &str); 3] =
        [("SONY", "NEX-6"), ("NIKON CORPORATION", "NIKON D90"), ("Canon", "Canon EOS 5D Mark II")];
    CAMERAS[(draw(account.seed, photo.index, Of::Exif) >> 20) as usize % CAMERAS.len()]
}

/// Answers `flickr.photos.getExif`.
pub(crate) fn get_exif(call: &Call<'_>) -> Result<String, Refusal> {
    let photo = visible_photo(call)?;
    let account = &call.world.account;
    let Some(lines) = of_photo(account, &photo) else {
        return Err(Refusal(2, "Permission denied".into()));
    };
    let mut json = call.object();
    json.open("photo");
    json.string("id", &photo.id.to_string());
    json.string("secret", &photo.secret);
    json.string("server", &photo.server.to_string());
    json.int("farm", (photo.server / 1_000 + 1) as i64);
    json.string("camera", if lines.is_empty() { "" } else { camera(account, &photo).1 });
    json.list("exif");
    for line in lines {
        json.open_item();
        json.string("tagspace", line.space);
        json.loose_int("tagspaceid", 0);
        json.string("tag", line.tag);
        json.string("label", line.label);
        json.open("raw");
        match line.is_number {
            true => json.text_decimal("_content", &line.raw),
            false => json.string("_content", &line.raw),
        }
        json.close();
        if let Some(clean) = &line.clean {
            json.content("clean", clean);
        }
        json.close();
    }
    json.close_list();
    json.close();
    Ok(json.finish_ok())
}
