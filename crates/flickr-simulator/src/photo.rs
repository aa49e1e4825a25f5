//! One photo's facts, computed from the account's seed, its number and what was edited since.
//!
//! Number 0 is the oldest upload. Upload dates never fall as numbers rise, so that a listing finds its place in a
//! million photos by bisection; ids are near to that order but not in it, as at Flickr.

use crate::account::{Account, Bodies, Mix};
use crate::bulk;
use crate::chance::{Of, draw, hex, place};
use crate::clock::wall_clock;
use crate::overlay::Overlay;
use crate::rights::{self, Rights};
use crate::shape::{Dimensions, dimensions};
use crate::tags::{self, Tag};
use crate::titles;
use crate::whereabouts::{self, Place};

const FIRST_ID: u64 = 5_000_000_000;
const FIRST_UPLOAD: i64 = 1_109_635_200; // 2005-03-01
const YEARS_OF_UPLOADS: i64 = 607_564_800; // until 2024-06-01
const PILE_UP_SECOND: i64 = 1_100_000_000;
const GARBAGE_SECOND: i64 = 2013;

/// What kind of item it is, and for a video what Flickr still offers of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Jpeg,
    Png,
    Gif,
    Video(Streams),
}

/// What Flickr offers of a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Streams {
    WithOriginal,
    DerivedOnly,
    OnlySwf,
    Pending,
}

/// Who may see an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody.
    Public,
    /// The owner's friends.
    Friends,
    /// The owner's family.
    Family,
    /// Friends and family.
    FriendsAndFamily,
    /// The owner alone.
    Private,
}

/// A photo's or video's facts.
#[derive(Clone, Debug)]
pub(crate) struct Photo {
    pub(crate) index: u64,
    pub(crate) id: u64,
    pub(crate) kind: Kind,
    pub(crate) secret: String,
    pub(crate) original_secret: String,
    pub(crate) server: u64,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<Tag>,
    pub(crate) visibility: Visibility,
    pub(crate) safety_level: i64,
    pub(crate) licence: i64,
    pub(crate) rights: Rights,
    /// By how many degrees Flickr turns what it shows; the original stays as it is.
    pub(crate) rotation: i64,
    /// 0 a photo, 1 a screenshot, 2 something else, 3 a virtual photo.
    pub(crate) content: i64,
    /// How long a video is, in seconds.
    pub(crate) seconds: u64,
    pub(crate) uploaded: i64,
    pub(crate) updated: i64,
    pub(crate) taken: Taken,
    pub(crate) dimensions: Dimensions,
    pub(crate) bytes_wanted: u64,
    pub(crate) bodies: Bodies,
    pub(crate) trailer: usize,
    pub(crate) swapped: bool,
    pub(crate) location: Option<Place>,
    pub(crate) views: i64,
    pub(crate) bytes_version: u64,
    pub(crate) seed: u64,
}

/// When a photo was taken, as Flickr says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) text: String,
    /// 0 exact, 4 month, 6 year, 8 about.
    pub(crate) granularity: i64,
    pub(crate) unknown: bool,
}

impl Photo {
    /// Computes a photo's facts.
    pub(crate) fn new(account: &Account, index: u64, overlay: &Overlay) -> Self {
        let seed = account.seed;
        let mix = &account.mix;
        let drawn = |of| draw(seed, index, of);
        let kind = kind(seed, index, mix);
        let uploaded = overlay.uploaded.unwrap_or_else(|| uploaded(account, index));
        let bytes_wanted = bytes_wanted(seed, index, kind, mix, overlay.bytes_version);
        let (secret, original_secret) = secrets(seed, index, overlay.secret_version);
        Self {
            index,
            id: id(seed, index),
            kind,
            secret,
            original_secret,
            server: 65_535 - drawn(Of::Server) % 3 * 17_000,
            title: overlay.title.clone().unwrap_or_else(|| title(seed, index, mix)),
            description: description(seed, index, overlay),
            tags: tags::of_photo(account, index, overlay),
            visibility: overlay.visibility.unwrap_or_else(|| visibility(seed, index, mix)),
            safety_level: safety_level(seed, index, mix),
            licence: rights::licence(account, index, overlay),
            rights: rights::of_photo(account, index),
            rotation: (rotation(seed, index, mix) + overlay.turned) % 360,
            content: content(seed, index, mix),
            seconds: 3 + drawn(Of::Duration) % 170,
            uploaded,
            updated: overlay.updated.unwrap_or_else(|| updated(account, index)),
            taken: taken(account, index, uploaded),
            dimensions: match (mix.bodies, kind) {
                (Bodies::Bulk, Kind::Jpeg | Kind::Video(_)) => bulk::dimensions(drawn(Of::Shape)),
                _ => dimensions(drawn(Of::Shape), bytes_wanted),
            },
            bytes_wanted,
            bodies: mix.bodies,
            trailer: trailer(seed, index, mix),
            swapped: place(seed, index, Of::Swapped) < mix.swapped_dimensions,
            location: whereabouts::of_photo(account, index, overlay),
            views: (drawn(Of::Views) % 5_000) as i64 + overlay.looked_at,
            bytes_version: overlay.bytes_version,
            seed,
        }
    }

    /// Its dimensions as Flickr shows it: turned, unlike the original.
    pub(crate) fn shown(&self) -> Dimensions {
        let Dimensions { width, height } = self.dimensions;
        match self.rotation {
            90 | 270 => Dimensions { width: height, height: width },
            _ => self.dimensions,
        }
    }

    /// Whether it is a video.
    pub(crate) fn is_video(&self) -> bool {
        matches!(self.kind, Kind::Video(_))
    }

    /// The ending of its original in addresses; a video's is that of its poster.
    pub(crate) fn extension(&self) -> &'static str {
        match self.kind {
            Kind::Png => "png",
            Kind::Gif => "gif",
            Kind::Jpeg | Kind::Video(_) => "jpg",
        }
    }

    /// The secret of one of the large sizes, which each have their own.
    pub(crate) fn large_secret(&self, of: Of) -> String {
        hex(self.seed ^ u64::from_str_radix(&self.secret, 16).unwrap_or(0), self.index, of, 10)
    }

    /// A number that is this photo's own, for filling its bytes.
    pub(crate) fn picture_number(&self) -> u64 {
        draw(self.seed ^ self.bytes_version.wrapping_mul(0x517C_C1B7), self.index, Of::Picture)
    }
}

/// Gives the id of a photo.
pub(crate) fn id(seed: u64, index: u64) -> u64 {
    FIRST_ID + (index ^ 5) * 7 + draw(seed, index, Of::Id) % 7
}

/// Finds the photo of an id; the caller knows how many there are.
pub(crate) fn index_of(seed: u64, wanted: u64) -> Option<u64> {
    let index = (wanted.checked_sub(FIRST_ID)? / 7) ^ 5;
    (id(seed, index) == wanted).then_some(index)
}

/// Gives the secret and the original's secret, which change with every replacement.
pub(crate) fn secrets(seed: u64, index: u64, version: u64) -> (String, String) {
    let salted = seed ^ version.wrapping_mul(0x0DDB_A11C_0FFE_E015);
    (hex(salted, index, Of::Secret, 10), hex(salted, index, Of::OriginalSecret, 10))
}

/// Gives the second of upload of a photo that nobody re-dated; it never falls as the number rises.
pub(crate) fn uploaded(account: &Account, index: u64) -> i64 {
    let garbage = account.mix.garbage_upload_dates;
    if index < garbage {
        return GARBAGE_SECOND;
    }
    if index < garbage + account.mix.pile_up {
        return PILE_UP_SECOND;
    }
    evenly(account, index)
}

/// Gives the second of the last change of a photo that nobody edited; it never falls as the number rises.
pub(crate) fn updated(account: &Account, index: u64) -> i64 {
    evenly(account, index) + 9
}

fn evenly(account: &Account, index: u64) -> i64 {
    let step = (YEARS_OF_UPLOADS / account.photos.max(1) as i64).max(1);
    let twin_of = if index % 16 == 1 { index - 1 } else { index };
    let within = draw(account.seed, twin_of, Of::Upload) % step as u64;
    FIRST_UPLOAD + twin_of as i64 * step + within as i64
}

fn kind(seed: u64, index: u64, mix: &Mix) -> Kind {
    let at = place(seed, index, Of::Kind);
    if at < mix.videos {
        return Kind::Video(streams(at / mix.videos, mix));
    }
    if at < mix.videos + mix.png {
        return Kind::Png;
    }
    if at < mix.videos + mix.png + mix.gif { Kind::Gif } else { Kind::Jpeg }
}

fn streams(at: f64, mix: &Mix) -> Streams {
    let derived = mix.videos_without_original;
    let swf = derived + mix.videos_with_only_swf;
    if at < derived {
        Streams::DerivedOnly
    } else if at < swf {
        Streams::OnlySwf
    } else if at < swf + mix.videos_pending {
        Streams::Pending
    } else {
        Streams::WithOriginal
    }
}

fn bytes_wanted(seed: u64, index: u64, kind: Kind, mix: &Mix, version: u64) -> u64 {
    let range = if matches!(kind, Kind::Video(_)) { &mix.video_bytes } else { &mix.photo_bytes };
    let width = range.end().saturating_sub(*range.start()) + 1;
    range.start() + draw(seed ^ (version << 32), index, Of::Bytes) % width
}

fn title(seed: u64, index: u64, mix: &Mix) -> String {
    if place(seed, index, Of::Hostile) < mix.hostile_titles {
        return titles::hostile((index as f64 * mix.hostile_titles) as u64);
    }
    titles::ordinary(draw(seed, index, Of::Title))
}

fn visibility(seed: u64, index: u64, mix: &Mix) -> Visibility {
    let at = place(seed, index, Of::Privacy);
    if at >= mix.private {
        return Visibility::Public;
    }
    match (at / mix.private * 4.0) as u64 {
        0 => Visibility::Friends,
        1 => Visibility::Family,
        2 => Visibility::FriendsAndFamily,
        _ => Visibility::Private,
    }
}

fn safety_level(seed: u64, index: u64, mix: &Mix) -> i64 {
    let at = place(seed, index, Of::Safety);
    if at >= mix.restricted { 0 } else { 1 + i64::from(at * 2.0 < mix.restricted) }
}

fn trailer(seed: u64, index: u64, mix: &Mix) -> usize {
    if place(seed, index, Of::Trailer) >= mix.trailing_bytes {
        return 0;
    }
    (draw(seed, index, Of::Trailer) % 900) as usize + 16
}

fn description(seed: u64, index: u64, overlay: &Overlay) -> String {
    overlay.description.clone().unwrap_or_else(|| titles::description(draw(seed, index, Of::Description)))
}

fn rotation(seed: u64, index: u64, mix: &Mix) -> i64 {
    if place(seed, index, Of::Rotation) >= mix.facts.rotated {
        return 0;
    }
    90 + (draw(seed, index, Of::Rotation) % 3) as i64 * 90
}

fn content(seed: u64, index: u64, mix: &Mix) -> i64 {
    if place(seed, index, Of::Content) >= mix.facts.other_contents {
        return 0;
    }
    1 + (draw(seed, index, Of::Content) % 3) as i64
}

fn taken(account: &Account, index: u64, uploaded: i64) -> Taken {
    let known = |text: &str, granularity| Taken { text: text.to_owned(), granularity, unknown: false };
    let drawn = draw(account.seed, index, Of::Taken);
    if place(account.seed, index, Of::OddDate) < account.mix.odd_dates {
        return match (index as f64 * account.mix.odd_dates) as u64 % 6 {
            0 => known("0000-00-00 00:00:00", 0),
            1 => known("2011-05-01 00:00:00", 4),
            2 => known("1998-01-01 00:00:00", 6),
            3 => known("1932-01-01 00:00:00", 8),
            4 => known("0000-01-01 00:00:00", 6),
            _ => Taken { unknown: true, ..known(&wall_clock(uploaded - 25_200), 0) },
        };
    }
    let before = (drawn % 2_000_000) as i64 + 600;
    known(&wall_clock(uploaded.max(FIRST_UPLOAD) - before), 0)
}

#[cfg(test)]
mod tests {
    use super::{id, index_of, updated, uploaded};
    use crate::account::{Account, Mix};

    #[test]
    fn ids_lead_back_to_their_photo_and_upload_dates_never_fall() {
        let mix = Mix { garbage_upload_dates: 3, pile_up: 700, ..Mix::default() };
        let account = Account { mix, ..Account::mixed(9, 20_000) };

        for index in 0..20_000 {
            assert_eq!(index_of(9, id(9, index)), Some(index));
            assert!(index == 0 || uploaded(&account, index - 1) <= uploaded(&account, index));
            assert!(index == 0 || updated(&account, index - 1) <= updated(&account, index));
        }
        assert_eq!(uploaded(&account, 2), 2013);
    }
}
