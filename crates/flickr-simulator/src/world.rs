//! Everything the hosts share: the account, its edits, the tokens, the faults, the counts; and the way a request takes
//! through them: which subject it is, whether a fault strikes, who answers, what is counted.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use crate::account::{Account, Behaviour};
use crate::chance::{Of, hex};
use crate::counts::Counts;
use crate::damage::{Scene, afterwards, instead};
use crate::edits::{About, Edit, Edits};
use crate::faults::{Faults, Kind, Leg, Subject};
use crate::order::{Order, Sight};
use crate::percent::value;
use crate::photo::{Photo, id, index_of};
use crate::request::Request;
use crate::response::{Ending, Response};
use crate::tokens::Tokens;
use crate::{album_edits, clock, control, gate, gzip, image_host, oauth, rest, streams};

/// One of the three hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    Api,
    Images,
    /// Where placeholders lie; no client should ever come here.
    Foreign,
}

/// The addresses of the three hosts, without a slash at the end.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    pub(crate) api: String,
    pub(crate) images: String,
    pub(crate) foreign: String,
}

/// How slowly one answer goes out by the pace of its host.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Slowness {
    pub(crate) delay: Option<Duration>,
    pub(crate) bytes_per_second: Option<u64>,
}

/// All state of one simulator.
pub(crate) struct World {
    pub(crate) account: Account,
    pub(crate) addresses: Addresses,
    pub(crate) api_key: String,
    pub(crate) api_secret: String,
    pub(crate) faults: Faults,
    behaviour: RwLock<Behaviour>,
    edits: RwLock<Edits>,
    tokens: Mutex<Tokens>,
    counts: Mutex<Counts>,
    orders: Mutex<HashMap<Sight, (u64, Order)>>,
    under_way: [AtomicU64; 3],
}

impl World {
    /// Makes the world of an account.
    pub(crate) fn new(account: Account, addresses: Addresses) -> Self {
        let seed = account.seed;
        Self {
            api_key: hex(seed, 1, Of::Key, 16) + &hex(seed, 2, Of::Key, 16),
            api_secret: hex(seed, 3, Of::Key, 16),
            faults: Faults::new(seed),
            behaviour: RwLock::new(account.behaviour),
            edits: RwLock::default(),
            tokens: Mutex::new(Tokens::new(seed)),
            counts: Mutex::default(),
            orders: Mutex::default(),
            under_way: Default::default(),
            account,
            addresses,
        }
    }

    /// Answers a request.
    pub(crate) fn answer(&self, host: Host, request: &Request) -> Response {
        if host == Host::Api && request.path.starts_with("/_simulator/") {
            return control::answer(self, request);
        }
        let subject = subject(host, request);
        self.count_request(host, request, &subject);
        let fault = self.faults.strike(&subject);
        let answer = match fault {
            Some(kind) => self.struck(host, request, &subject, &kind),
            None => self.rightly(host, request, &subject, None),
        };
        let answer = self.dressed(host, request, answer);
        self.count_answer(host, request, &answer);
        answer
    }

    fn struck(&self, host: Host, request: &Request, subject: &Subject, kind: &Kind) -> Response {
        self.count(|counts| counts.faults_played += 1);
        let here = match host {
            Host::Images => &self.addresses.images,
            Host::Api | Host::Foreign => &self.addresses.api,
        };
        let scene = Scene {
            address: &format!("{here}{}", request.path),
            placeholder: &format!("{}/photo_unavailable.gif", self.addresses.foreign),
            now: self.now(),
        };
        if let Some(wrong) = instead(kind, &scene) {
            return wrong;
        }
        let mut answer = afterwards(kind, self.rightly(host, request, subject, Some(kind)).gathered());
        if let Some(edit) = answer.then.take() {
            self.edit(edit);
        }
        answer
    }

    fn rightly(&self, host: Host, request: &Request, subject: &Subject, lie: Option<&Kind>) -> Response {
        match (host, subject) {
            (Host::Api, Subject::OAuth(Leg::RequestToken)) => oauth::request_token(self, request),
            (Host::Api, Subject::OAuth(Leg::Authorize)) => oauth::authorize(self, request),
            (Host::Api, Subject::OAuth(Leg::AccessToken)) => oauth::access_token(self, request),
            (Host::Api, Subject::Method { .. }) => rest::answer(self, request, lie),
            (Host::Api, Subject::Play) => streams::play(self, request),
            (Host::Api, _) => Response::not_found(),
            (Host::Images, _) => image_host::answer(self, request, lie),
            (Host::Foreign, _) => image_host::foreign(request),
        }
    }

    /// Adds what every answer of a host carries.
    fn dressed(&self, host: Host, request: &Request, answer: Response) -> Response {
        let mut answer = answer.with("date", clock::http_date(self.now()));
        let honest = answer.delivery.ending == Ending::KeepAlive && answer.delivery.stop_after.is_none();
        if host == Host::Api && self.behaviour().gzip && honest && request.accepts_gzip() {
            answer.body = gzip::pack(&answer.body);
            answer = answer.with("content-encoding", "gzip").with("vary", "Accept-Encoding");
        }
        answer
    }

    /// Flickr's clock, which may run ahead of everybody else's.
    pub(crate) fn now(&self) -> i64 {
        clock::now() + self.behaviour().clock_skew
    }

    /// How Flickr behaves at the moment.
    pub(crate) fn behaviour(&self) -> Behaviour {
        *self.behaviour.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes how Flickr behaves.
    pub(crate) fn behave(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.behaviour.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// How slowly this request is answered; the control desk always at once.
    pub(crate) fn slowness(&self, host: Host, request: &Request) -> Slowness {
        let pace = self.behaviour().pace;
        let delay = |time: Duration| (!time.is_zero()).then_some(time);
        match host {
            Host::Api if request.path.starts_with("/_simulator/") => Slowness::default(),
            Host::Api => Slowness { delay: delay(pace.call), bytes_per_second: None },
            Host::Images => Slowness { delay: delay(pace.image), bytes_per_second: pace.bytes_per_second },
            Host::Foreign => Slowness::default(),
        }
    }

    /// The tokens, held for as long as the guard lives.
    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts something.
    pub(crate) fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What was counted so far.
    pub(crate) fn counts(&self) -> Counts {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at the edits.
    pub(crate) fn with_edits<T>(&self, look: impl FnOnce(&Edits) -> T) -> T {
        look(&self.edits.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the account; gives the id of the photo, album or gallery that was changed or made, and nothing if there
    /// is none such or nothing would change.
    pub(crate) fn edit(&self, edit: Edit) -> Option<u64> {
        let now = self.now();
        let account = &self.account;
        let mut edits = self.edits.write().unwrap_or_else(PoisonError::into_inner);
        edits.bumps = self.behaviour().bumps;
        let count = account.photos + edits.added;
        let index = match edit.about() {
            About::NewPhoto => count,
            About::Photo(wanted) => index_of(account.seed, wanted).filter(|index| *index < count)?,
            About::NewAlbum => return album_edits::create(account, &mut edits, edit, now),
            About::Album(wanted) => return album_edits::change(account, &mut edits, wanted, edit, now),
            About::Favorites => return Some(album_edits::like(account, &mut edits, now)),
            About::Gallery(wanted) => return album_edits::gallery(account, &mut edits, wanted, edit, now),
        };
        if !edits.would_change(account, index, &edit) {
            return None;
        }
        edits.apply(index, edit, now);
        Some(id(account.seed, index))
    }

    /// Finds a photo that is not deleted, by its id.
    pub(crate) fn photo(&self, wanted: u64) -> Option<Photo> {
        let index = index_of(self.account.seed, wanted)?;
        self.with_edits(|edits| {
            let is_there = index < self.account.photos + edits.added && !edits.of(index).deleted;
            is_there.then(|| Photo::new(&self.account, index, edits.of(index)))
        })
    }

    /// Finds the order of photos for a caller; it is kept until the account changes.
    pub(crate) fn order(&self, sight: Sight) -> Order {
        self.with_edits(|edits| {
            let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
            match orders.get(&sight) {
                Some((generation, order)) if *generation == edits.generation => order.clone(),
                _ => {
                    let order = Order::new(&self.account, edits, sight);
                    orders.insert(sight, (edits.generation, order.clone()));
                    order
                }
            }
        })
    }

    /// Notes that a request is under way until the guard is dropped.
    pub(crate) fn begin(self: &Arc<Self>, host: Host) -> UnderWay {
        let now = self.under_way[host as usize].fetch_add(1, Ordering::SeqCst) + 1;
        self.count(|counts| match host {
            Host::Api => counts.most_parallel_calls = counts.most_parallel_calls.max(now),
            Host::Images => counts.most_parallel_images = counts.most_parallel_images.max(now),
            Host::Foreign => counts.foreign_requests += 1,
        });
        UnderWay { world: Arc::clone(self), host }
    }

    fn count_request(&self, host: Host, request: &Request, subject: &Subject) {
        let leg = if let Subject::OAuth(leg) = subject { Some(*leg) } else { None };
        let in_address = gate::credential_in_address(self, request, leg);
        let carried = in_address || request.header("authorization").or(request.header("cookie")).is_some();
        self.count(|counts| {
            if let Some(name) = counted_name(subject) {
                *counts.calls.entry(name).or_default() += 1;
            }
            if let Subject::Image { photo: Some(id), .. } = subject {
                counts.saw_photo(*id);
            }
            counts.credentials_in_addresses += u64::from(host == Host::Api && in_address);
            counts.credentials_at_image_host += u64::from(host != Host::Api && carried);
        });
    }

    fn count_answer(&self, host: Host, request: &Request, answer: &Response) {
        let bytes = if request.method == "HEAD" { 0 } else { answer.length() };
        let torn = answer.delivery.ending == Ending::Reset;
        self.count(|counts| match host {
            Host::Api => counts.api_bytes += bytes,
            Host::Images => {
                counts.image_bytes += bytes;
                *counts.images.entry(if torn { 0 } else { answer.status }).or_default() += 1;
            }
            Host::Foreign => {}
        });
    }

    /// Forgets all counts.
    pub(crate) fn reset_counts(&self) {
        self.count(|counts| *counts = Counts::default());
    }
}

/// A request that is under way.
pub(crate) struct UnderWay {
    world: Arc<World>,
    host: Host,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.world.under_way[self.host as usize].fetch_sub(1, Ordering::SeqCst);
    }
}

fn subject(host: Host, request: &Request) -> Subject {
    if host != Host::Api {
        return image_host::subject(&request.path);
    }
    match request.path.trim_end_matches('/') {
        "/services/oauth/request_token" => Subject::OAuth(Leg::RequestToken),
        "/services/oauth/authorize" => Subject::OAuth(Leg::Authorize),
        "/services/oauth/access_token" => Subject::OAuth(Leg::AccessToken),
        "/services/rest" => {
            let parameters = gate::parameters(request);
            let page = value(&parameters, "page").and_then(|page| page.parse().ok()).unwrap_or(1);
            let name = value(&parameters, "method").unwrap_or("none").to_owned();
            let subjects = ["photo_id", "photoset_id", "gallery_id", "group_id"];
            let about = subjects.iter().find_map(|key| value(&parameters, key)).map(str::to_owned);
            Subject::Method { name, page, about }
        }
        path if path.contains("/play/") => Subject::Play,
        _ => Subject::Other,
    }
}

fn counted_name(subject: &Subject) -> Option<String> {
    let name = match subject {
        Subject::Method { name, .. } => name,
        Subject::OAuth(Leg::RequestToken) => "oauth.request_token",
        Subject::OAuth(Leg::Authorize) => "oauth.authorize",
        Subject::OAuth(Leg::AccessToken) => "oauth.access_token",
        Subject::Play => "play",
        Subject::Image { .. } | Subject::Other => return None,
    };
    Some(name.to_owned())
}
