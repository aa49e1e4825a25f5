//! The account a test asks for: who it belongs to, what lies in it, and how its Flickr behaves.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::facts::{Bumps, Facts};

/// A Flickr account made from a seed. Nothing of it is held in memory: photo number `i` is computed when it is asked for.
#[derive(Clone, Debug)]
pub struct Account {
    /// Two accounts with the same seed and the same knobs are equal to the byte.
    pub seed: u64,
    /// How many photos and videos it holds at the start.
    pub photos: u64,
    /// The owner's id on Flickr, such as `12037949754@N01`.
    pub nsid: String,
    /// The owner's screen name.
    pub username: String,
    /// The owner's real name; it may be empty, as it is for many.
    pub fullname: String,
    /// The owner's chosen name in addresses, if one was chosen.
    pub path_alias: Option<String>,
    /// What lies in the account.
    pub mix: Mix,
    /// How Flickr behaves; may be changed while the simulator runs.
    pub behaviour: Behaviour,
}

/// What an account holds. A share of 0.05 of 200 photos is ten photos, give or take one.
#[derive(Clone, Debug)]
pub struct Mix {
    /// Share of photos that only the owner, friends or family may see.
    pub private: f64,
    /// Share of items that are videos.
    pub videos: f64,
    /// Share of the videos for which only smaller streams are offered.
    pub videos_without_original: f64,
    /// Share of the videos that offer nothing but the old `swf` player.
    pub videos_with_only_swf: f64,
    /// Share of the videos that Flickr is still working on.
    pub videos_pending: f64,
    /// Share of items whose original is a PNG.
    pub png: f64,
    /// Share of items whose original is a GIF.
    pub gif: f64,
    /// Share of titles that try to break file names, terminals or pages.
    pub hostile_titles: f64,
    /// Share of taken dates such as `0000-00-00 00:00:00` or known to the month, the year, or "about".
    pub odd_dates: f64,
    /// Share of items that only a viewer with safe search off sees.
    pub restricted: f64,
    /// Share of photos with coordinates.
    pub located: f64,
    /// Share of originals with bytes after their end mark, as motion photos have.
    pub trailing_bytes: f64,
    /// Share of originals whose file has width and height the other way round than Flickr says.
    pub swapped_dimensions: f64,
    /// How many photos carry the upload date `2013` (a second in 1970, seen in a recording); they are the oldest.
    pub garbage_upload_dates: u64,
    /// How many photos share one single second of upload; they come next.
    pub pile_up: u64,
    /// Size of an original photo in bytes.
    pub photo_bytes: RangeInclusive<u64>,
    /// Size of a video's original in bytes.
    pub video_bytes: RangeInclusive<u64>,
    /// What the bytes of originals are made of.
    pub bodies: Bodies,
    /// Comments, albums, galleries, groups and all else.
    pub facts: Facts,
}

/// How the simulated Flickr behaves where the real one varies, is unknown, or has changed over the years.
#[derive(Clone, Copy, Debug)]
pub struct Behaviour {
    /// JSON numbers that are texts here and numbers there, `null` for an empty text, errors as `text/plain`.
    pub type_drift: bool,
    /// No originals and nothing above 1024 pixels, as for free accounts since May 2025.
    pub free_account: bool,
    /// What the image host says about an original besides its bytes.
    pub original_headers: OriginalHeaders,
    /// What an address with a secret of yesterday gives.
    pub old_secret: OldSecret,
    /// Whether `max_upload_date` counts its own second in (true at Flickr).
    pub window_is_inclusive: bool,
    /// What a page past the last one holds.
    pub past_the_end: PastTheEnd,
    /// Whether a timestamp more than five minutes off is refused.
    pub strict_timestamps: bool,
    /// How far Flickr's clock runs ahead, in seconds; both `Date` and the timestamp check follow it.
    pub clock_skew: i64,
    /// Whether the browser is sent to `https` where the callback said `http`, as Flickr does since 2019.
    pub callback_to_https: bool,
    /// How long a stream address is good, in seconds (180 at Flickr).
    pub stream_seconds: i64,
    /// Whether `/play/orig/` works without a web sign-in; at Flickr it has answered 404 since 2016.
    pub play_orig_works: bool,
    /// Whether API answers are packed with gzip for callers that accept it.
    pub gzip: bool,
    /// Which edits change `lastupdate`.
    pub bumps: Bumps,
    /// Whether the listing's `tags` hold the machine tags too, as a recording shows.
    pub machine_tags_among_tags: bool,
    /// Whether the listing tells the undocumented extras `rotation` and `content_type`.
    pub more_extras: bool,
    /// Whether an account without collections has no `collections` in its answer at all.
    pub no_collections_key: bool,
    /// How slow the hosts are.
    pub pace: Pace,
}

/// What the bytes of originals are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bodies {
    /// Pictures that a decoder opens, drawn one by one.
    Drawn,
    /// JPEG, and films, of any length at almost no cost, for measuring: noise between true headers and marks.
    Bulk,
}

/// How slow the hosts are, for everybody alike; nothing at all by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// How long a call takes before its answer.
    pub call: Duration,
    /// How long a request to the image host takes before its answer.
    pub image: Duration,
    /// Bytes a second that one connection to the image host carries.
    pub bytes_per_second: Option<u64>,
}

/// What the image host says about an original besides its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OriginalHeaders {
    /// Length, `Content-MD5` and an `ETag` that is the MD5: a stored file.
    Digest,
    /// Length and an `ETag` that is the MD5.
    EtagOnly,
    /// The length alone.
    LengthOnly,
    /// Chunked, an `ETag` that is no MD5, and `x-ttdb-l`: a rendered size.
    Chunked,
}

/// What an address with a secret of yesterday gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldSecret {
    /// 404 with an empty body.
    NotFound,
    /// A redirect to a grey "photo unavailable" picture on another host.
    Placeholder,
}

/// What a page past the last one holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PastTheEnd {
    /// The last page once more.
    LastPageAgain,
    /// Nothing.
    Empty,
}

impl Account {
    /// An account of ordinary public JPEGs only, for tests that want no surprises.
    pub fn plain(seed: u64, photos: u64) -> Self {
        Self { seed, photos, mix: Mix::plain(), ..Self::default() }
    }

    /// An account with a little of everything that real accounts hold.
    pub fn mixed(seed: u64, photos: u64) -> Self {
        Self { seed, photos, ..Self::default() }
    }

    /// An account with everything that Flickr knows about anything, odd and hostile things among it.
    pub fn rich(seed: u64, photos: u64) -> Self {
        let mix = Mix { facts: Facts::all(), ..Mix::default() };
        let behaviour =
            Behaviour { machine_tags_among_tags: true, more_extras: true, ..Behaviour::default() };
        Self { seed, photos, mix, behaviour, ..Self::default() }
    }

    /// The name of the owner as it stands in addresses.
    pub(crate) fn name_in_addresses(&self) -> &str {
        self.path_alias.as_deref().unwrap_or(&self.nsid)
    }
}

impl Default for Account {
    fn default() -> Self {
        Self {
            seed: 1,
            photos: 100,
            nsid: "12037949754@N01".into(),
            username: "harbour light".into(),
            fullname: "Robin Example".into(),
            path_alias: Some("harbour-light".into()),
            mix: Mix::default(),
            behaviour: Behaviour::default(),
        }
    }
}

impl Mix {
    /// Ordinary public JPEGs only.
    pub fn plain() -> Self {
        Self {
            private: 0.0,
            videos: 0.0,
            videos_without_original: 0.0,
            videos_with_only_swf: 0.0,
            videos_pending: 0.0,
            png: 0.0,
            gif: 0.0,
            hostile_titles: 0.0,
            odd_dates: 0.0,
            restricted: 0.0,
            located: 0.0,
            trailing_bytes: 0.0,
            swapped_dimensions: 0.0,
            garbage_upload_dates: 0,
            pile_up: 0,
            photo_bytes: 2_000..=12_000,
            video_bytes: 8_000..=40_000,
            bodies: Bodies::Drawn,
            facts: Facts::none(),
        }
    }
}

impl Default for Mix {
    fn default() -> Self {
        Self {
            private: 0.2,
            videos: 0.06,
            videos_without_original: 0.2,
            png: 0.04,
            gif: 0.03,
            hostile_titles: 0.1,
            odd_dates: 0.08,
            restricted: 0.03,
            located: 0.4,
            trailing_bytes: 0.02,
            garbage_upload_dates: 1,
            facts: Facts::some(),
            ..Self::plain()
        }
    }
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            type_drift: true,
            free_account: false,
            original_headers: OriginalHeaders::Digest,
            old_secret: OldSecret::NotFound,
            window_is_inclusive: true,
            past_the_end: PastTheEnd::LastPageAgain,
            strict_timestamps: true,
            clock_skew: 0,
            callback_to_https: true,
            stream_seconds: 180,
            play_orig_works: true,
            gzip: false,
            bumps: Bumps::default(),
            machine_tags_among_tags: false,
            more_extras: false,
            no_collections_key: false,
            pace: Pace::default(),
        }
    }
}
