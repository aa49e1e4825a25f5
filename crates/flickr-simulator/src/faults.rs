//! Faults on request: where they strike, what they do, and how often.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::chance::{Of, draw};
use crate::edits::Edit;
use crate::limiter::{Limiter, Seen};
use crate::range::Lie;

/// One fault. The first one that matches a request and whose turn it is strikes; the others keep their turn.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Which requests it strikes.
    pub on: Where,
    /// What it does.
    pub kind: Kind,
    /// How often it does it.
    pub when: When,
}

/// Which requests a fault strikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// Calls of one API method.
    Method(String),
    /// Calls of one API method about one thing: a photo, an album, a gallery or a group, by its id.
    MethodOn {
        /// The method.
        method: String,
        /// The id of the photo, album, gallery or group.
        id: String,
    },
    /// Calls of every API method.
    AnyMethod,
    /// Page `n` of `flickr.people.getPhotos`, in whatever window.
    ListingPage(u64),
    /// One leg of the sign-in.
    OAuth(Leg),
    /// Every request to the image host.
    AnyImage,
    /// Requests to the image host for one photo or video.
    Photo(u64),
    /// Requests to the image host for the stream of a video.
    Videos,
    /// Play addresses, which redirect to a stream.
    Play,
}

/// A leg of the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leg {
    /// The request token.
    RequestToken,
    /// The approval page.
    Authorize,
    /// The exchange for the access token.
    AccessToken,
}

/// How often a fault strikes, counted over the requests it matches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum When {
    /// The first `n`.
    Times(u64),
    /// `times` of them, after the first `skip`.
    After {
        /// How many are left alone.
        skip: u64,
        /// How many are struck then.
        times: u64,
    },
    /// Every `n`-th.
    Every(u64),
    /// All.
    Always,
    /// This share, drawn from the account's seed.
    Share(f64),
}

/// What a `Retry-After` header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// So many seconds.
    Seconds(u64),
    /// The date that is so many seconds away.
    Date(u64),
}

/// What a fault does.
#[derive(Clone, Debug)]
pub enum Kind {
    /// An error page from the edge with this status; 429 is HAProxy's page of 117 bytes.
    Status {
        /// The HTTP status.
        status: u16,
        /// What `Retry-After` says, if it is there.
        retry_after: Option<RetryAfter>,
    },
    /// More than `count` requests within `window` are answered 429.
    Limit {
        /// How many are let through.
        count: u64,
        /// In which time.
        window: Duration,
        /// What `Retry-After` says, if it is there.
        retry_after: Option<RetryAfter>,
    },
    /// Refuses what is more than a limiter of some shape lets through.
    Throttle(Limiter),
    /// Closes after this share of the body, with the true length declared.
    Cut(f64),
    /// Closes after so many bytes of every answer that has more, with the true length declared.
    CutAfter(usize),
    /// Closes after this share of the body, with neither length nor chunks: nothing shows that bytes are missing.
    CutWithoutLength(f64),
    /// Tears the connection down before a byte is answered; the request was not worked on.
    Reset,
    /// Works on the request, then tears the connection down instead of answering.
    LostAnswer,
    /// Waits before answering.
    Delay(Duration),
    /// Sends so many bytes each second.
    Slow(u64),
    /// Sends this share of the body and then nothing, without closing.
    Stall(f64),
    /// Declares a length that is off by so many bytes.
    WrongLength(i64),
    /// An HTML page with status 200.
    HtmlWith200,
    /// A comma behind the JSON, as recorded.
    TrailingComma,
    /// JSON that ends in its middle, under its true length.
    CutJson,
    /// `stat: fail` with status 200.
    Fail {
        /// The code, such as 105 or 201.
        code: i64,
        /// The message.
        message: String,
    },
    /// An OAuth problem as `text/plain`.
    OAuthProblem {
        /// The HTTP status.
        status: u16,
        /// The problem's name, such as `token_rejected`.
        problem: String,
    },
    /// So many photos fewer than promised on a page; later pages follow as usual.
    ShortPage(usize),
    /// The page before this one, once more.
    RepeatPage,
    /// A `total` that is off by so many.
    TotalOff(i64),
    /// An empty listing that says it is whole.
    EmptyPage,
    /// A redirect to the grey picture on the foreign host.
    PlaceholderRedirect,
    /// The grey picture itself, with status 200.
    PlaceholderWith200,
    /// A small JPEG in place of the picture, with status 200 and a digest of its own.
    SmallPicture,
    /// Zeros of the right length, with status 200 and no digest.
    Zeros,
    /// Other bytes of the right length under the true headers, digest included.
    WrongBytes,
    /// So many bytes behind the end mark, in the declared length.
    ExtraBytes(usize),
    /// A redirect to this address, which may have any scheme.
    RedirectTo(String),
    /// A redirect to itself.
    RedirectLoop,
    /// 404 with an empty body.
    NotFound,
    /// A range request is answered with the whole file and 200.
    IgnoreRange,
    /// A range request is answered from another place, so many bytes off.
    WrongRange(i64),
    /// A range request is answered wrongly in some other way.
    RangeLie(Lie),
    /// A body without end.
    Endless,
    /// A body without end, in chunks.
    EndlessChunks,
    /// So many bytes more than the declared length, on a connection that stays open: a whole answer to nobody.
    Flood(usize),
    /// So many header lines.
    HeaderFlood(usize),
    /// A right answer, after which the account changes at once.
    ThenEdit(Edit),
}

/// The faults of one simulator; they may be added and cleared while it runs.
#[derive(Debug)]
pub struct Faults {
    seed: u64,
    entries: Mutex<Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    fault: Fault,
    matched: u64,
    played: u64,
    window: Option<(Instant, u64)>,
    seen: Seen,
    /// How long who was refused just now is to stay away.
    refusal: Option<Duration>,
}

/// What a request is, as far as faults care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Method { name: String, page: u64, about: Option<String> },
    OAuth(Leg),
    Image { photo: Option<u64>, is_stream: bool },
    Play,
    Other,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, entries: Mutex::new(Vec::new()) }
    }

    /// Adds a fault behind those that are there.
    pub fn add(&self, fault: Fault) {
        self.held().push(Entry {
            fault,
            matched: 0,
            played: 0,
            window: None,
            seen: Seen::default(),
            refusal: None,
        });
    }

    /// Adds a fault by its three parts.
    pub fn play(&self, on: Where, kind: Kind, when: When) {
        self.add(Fault { on, kind, when });
    }

    /// Takes all faults away.
    pub fn clear(&self) {
        self.held().clear();
    }

    /// How many faults have struck since they were added.
    pub fn played(&self) -> u64 {
        self.held().iter().map(|entry| entry.played).sum()
    }

    /// Finds what strikes this request, if anything does.
    pub(crate) fn strike(&self, subject: &Subject) -> Option<Kind> {
        let seed = self.seed;
        let mut entries = self.held();
        let struck = entries.iter_mut().find_map(|entry| {
            (entry.fault.on.matches(subject) && entry.is_due(seed)).then_some(&mut *entry)
        })?;
        struck.played += 1;
        Some(struck.kind())
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// Counts the request in and says whether it is struck.
    fn is_due(&mut self, seed: u64) -> bool {
        let nth = self.matched;
        self.matched += 1;
        let in_turn = match self.fault.when {
            When::Times(times) => nth < times,
            When::After { skip, times } => nth >= skip && nth - skip < times,
            When::Every(step) => (nth + 1).is_multiple_of(step.max(1)),
            When::Always => true,
            When::Share(share) => (draw(seed, nth, Of::Fault) >> 11) as f64 / ((1u64 << 53) as f64) < share,
        };
        match self.fault.kind {
            Kind::Limit { count, window, .. } => in_turn && self.is_over(count, window),
            Kind::Throttle(limiter) => {
                self.refusal = limiter.count(&mut self.seen, Instant::now()).filter(|_| in_turn);
                self.refusal.is_some()
            }
            _ => in_turn,
        }
    }

    /// What the fault does to the request that it strikes now.
    fn kind(&self) -> Kind {
        match (&self.fault.kind, self.refusal) {
            (Kind::Throttle(limiter), Some(wait)) => {
                Kind::Status { status: limiter.status, retry_after: limiter.retry_after(wait) }
            }
            (kind, _) => kind.clone(),
        }
    }

    fn is_over(&mut self, count: u64, window: Duration) -> bool {
        let now = Instant::now();
        let (began, seen) = match self.window {
            Some((began, seen)) if now.duration_since(began) < window => (began, seen + 1),
            _ => (now, 1),
        };
        self.window = Some((began, seen));
        seen > count
    }
}

impl Where {
    fn matches(&self, subject: &Subject) -> bool {
        match (self, subject) {
            (Self::Method(wanted), Subject::Method { name, .. }) => wanted == name,
            (Self::MethodOn { method, id }, Subject::Method { name, about, .. }) => {
                method == name && Some(id) == about.as_ref()
            }
            (Self::AnyMethod, Subject::Method { .. }) => true,
            (Self::ListingPage(wanted), Subject::Method { name, page, .. }) => {
                name == "flickr.people.getPhotos" && wanted == page
            }
            (Self::OAuth(wanted), Subject::OAuth(leg)) => wanted == leg,
            (Self::AnyImage, Subject::Image { .. }) => true,
            (Self::Photo(wanted), Subject::Image { photo, .. }) => Some(*wanted) == *photo,
            (Self::Videos, Subject::Image { is_stream, .. }) => *is_stream,
            (Self::Play, Subject::Play) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Faults, Kind, Subject, When, Where};

    fn struck(when: When) -> Vec<usize> {
        let faults = Faults::new(4);
        faults.play(Where::AnyImage, Kind::NotFound, when);
        let image = Subject::Image { photo: None, is_stream: false };
        (0..12).filter(|_| faults.strike(&image).is_some()).collect()
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_was_asked_to() {
        assert_eq!(struck(When::Times(2)), [0, 1]);
        assert_eq!(struck(When::After { skip: 3, times: 2 }), [3, 4]);
        assert_eq!(struck(When::Every(5)), [4, 9]);
        assert_eq!(struck(When::Always).len(), 12);
        assert!((1..12).contains(&struck(When::Share(0.5)).len()));
    }

    #[test]
    fn a_fault_on_one_photo_leaves_the_others_alone() {
        let faults = Faults::new(4);
        let on = Where::MethodOn { method: "flickr.photos.getExif".into(), id: "12".into() };
        faults.play(on, Kind::Fail { code: 2, message: "Permission denied".into() }, When::Always);
        let about = |id: &str| Subject::Method {
            name: "flickr.photos.getExif".into(),
            page: 1,
            about: Some(id.into()),
        };

        assert!(faults.strike(&about("13")).is_none());
        assert!(faults.strike(&about("12")).is_some());
    }

    #[test]
    fn a_fault_on_a_page_leaves_the_other_pages_alone() {
        let faults = Faults::new(4);
        faults.play(Where::ListingPage(2), Kind::RepeatPage, When::Always);
        let page = |page| Subject::Method { name: "flickr.people.getPhotos".into(), page, about: None };

        assert!(faults.strike(&page(1)).is_none());
        assert!(faults.strike(&page(2)).is_some());
        assert_eq!(faults.played(), 1);
    }
}
