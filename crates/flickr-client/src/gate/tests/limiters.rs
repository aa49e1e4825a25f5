//! The gate before limiters of several shapes, on a paused clock: how many requests a hundred photos cost.

use std::collections::VecDeque;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);
const AT_ONCE: usize = 4;

/// How a limiter of 20 requests a minute counts; it counts those that it refuses, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// 20 in a minute that begins with the first of them.
    Fixed,
    /// 20 in any minute.
    Sliding,
    /// One each three seconds, and 20 after a rest.
    Bucket,
    /// As a bucket, but a refused one empties it for a minute, from its own moment on.
    Ban,
    /// One of so many is refused by chance, however slowly they come.
    OneOf(u32),
    /// Nobody is refused but one file, which always is.
    OneFile,
}

/// The file that [`Shape::OneFile`] refuses.
const REFUSED: u64 = 30;

/// What its refusals say of when to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    Nothing,
    Truth,
    /// A second, whatever it is.
    TooLittle,
}

struct Limiter {
    shape: Shape,
    seen: VecDeque<Instant>,
    tokens: f64,
    last: Instant,
    banned_until: Option<Instant>,
    requests: u32,
}

impl Limiter {
    fn new(shape: Shape) -> Self {
        let last = Instant::now();
        Self { shape, seen: VecDeque::new(), tokens: 20.0, last, banned_until: None, requests: 0 }
    }

    /// Counts a request, and says how long to stay away when it is refused.
    fn ask(&mut self, file: u64) -> Result<(), Duration> {
        let now = Instant::now();
        self.requests += 1;
        match self.shape {
            Shape::Fixed => {
                let began = self.seen.front().copied().filter(|began| now - *began < MINUTE);
                if began.is_none() {
                    self.seen.clear();
                }
                self.seen.push_back(now);
                let left = MINUTE - (now - began.unwrap_or(now));
                if self.seen.len() <= 20 { Ok(()) } else { Err(left) }
            }
            Shape::Sliding => {
                self.seen.retain(|seen| now - *seen < MINUTE);
                self.seen.push_back(now);
                let place = self.seen.len().saturating_sub(20);
                if place == 0 { Ok(()) } else { Err(MINUTE - (now - self.seen[place])) }
            }
            Shape::Bucket | Shape::Ban => self.bucket(now),
            Shape::OneOf(many) if (self.requests.wrapping_mul(0x9E37_79B1) >> 8).is_multiple_of(many) => {
                Err(Duration::ZERO)
            }
            Shape::OneOf(_) => Ok(()),
            Shape::OneFile if file == REFUSED => Err(Duration::ZERO),
            Shape::OneFile => Ok(()),
        }
    }

    fn bucket(&mut self, now: Instant) -> Result<(), Duration> {
        self.tokens = (self.tokens + (now - self.last).as_secs_f64() / 3.0).min(20.0);
        self.last = now;
        let banned = self.banned_until.is_some_and(|until| now < until);
        if self.tokens >= 1.0 && !banned {
            self.tokens -= 1.0;
            return Ok(());
        }
        if self.shape == Shape::Ban {
            self.banned_until = Some(now + MINUTE);
            return Err(MINUTE);
        }
        Err(Duration::from_secs(3))
    }
}

/// Fetches photos through the gate, four at a time, as `asking.rs` does; returns requests and time.
async fn fetch(photos: u32, shape: Shape, tells: Tells) -> (u32, Duration) {
    let gate = gate(AT_ONCE);
    let (start, limiter) = (Instant::now(), Arc::new(Mutex::new(Limiter::new(shape))));
    let left = Arc::new(Mutex::new(photos));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let (gate, limiter, left) = (gate.clone(), Arc::clone(&limiter), Arc::clone(&left));
        tasks.spawn(async move {
            loop {
                let file = {
                    let mut left = left.lock().unwrap();
                    if *left == 0 {
                        return;
                    }
                    *left -= 1;
                    u64::from(*left)
                };
                one_photo(&gate, &limiter, file, tells).await;
            }
        });
    }
    tasks.join_all().await;
    let requests = limiter.lock().unwrap().requests;
    (requests, start.elapsed())
}

async fn one_photo(gate: &Gate, limiter: &Mutex<Limiter>, file: u64, tells: Tells) {
    loop {
        let mut pass = gate.enter(Some(file)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(40)).await;
        let asked = limiter.lock().unwrap().ask(file);
        tokio::time::sleep(Duration::from_millis(60)).await;
        let Err(wait) = asked else {
            pass.heard(Heard::Answer);
            // The body.
            tokio::time::sleep(Duration::from_millis(150)).await;
            return;
        };
        let told = match tells {
            Tells::Nothing => None,
            Tells::Truth => Some(wait),
            Tells::TooLittle => Some(Duration::from_secs(1)),
        };
        let standing = pass.heard(Heard::Later(told)).unwrap();
        if standing.is_given_up(true) {
            assert_eq!((file, limiter.lock().unwrap().shape), (REFUSED, Shape::OneFile), "{standing:?}");
            return;
        }
        drop(pass);
        tokio::time::sleep(gate.pause_left() + Duration::from_millis(50)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_limiter_of_20_a_minute_costs_at_most_a_fifth_more_requests_than_photos() {
    for shape in [Shape::Fixed, Shape::Sliding, Shape::Bucket, Shape::Ban] {
        for tells in [Tells::Nothing, Tells::Truth, Tells::TooLittle] {
            let (requests, took) = fetch(100, shape, tells).await;

            let report = format!("{shape:?}, Retry-After {tells:?}: {requests} requests in {took:?}");
            assert!(requests <= 120, "{report}");
            assert!(took < MINUTE * 10, "{report}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_photo_alone_is_not_given_up_before_the_window_ends() {
    for shape in [Shape::Fixed, Shape::Sliding, Shape::Bucket, Shape::Ban] {
        let (requests, took) = fetch(21, shape, Tells::Nothing).await;

        assert!(requests <= 30 && took < MINUTE * 3, "{shape:?}: {requests} in {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_always_refused_holds_the_others_up_for_seconds_only() {
    let (requests, took) = fetch(100, Shape::OneFile, Tells::Nothing).await;

    assert!(requests <= 110 && took < Duration::from_secs(40), "{requests} requests in {took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_last_file_that_is_always_refused_is_given_up_when_no_limiter_lasts_so_long() {
    let gate = gate(AT_ONCE);
    let limiter = Mutex::new(Limiter::new(Shape::OneFile));
    let start = Instant::now();

    one_photo(&gate, &limiter, 1, Tells::Nothing).await;
    one_photo(&gate, &limiter, REFUSED, Tells::Nothing).await;

    assert!(limiter.lock().unwrap().requests <= 11 && start.elapsed() < MINUTE * 4);
}

#[tokio::test(start_paused = true)]
async fn who_refuses_one_of_so_many_is_no_limiter_and_slows_nothing_down_for_long() {
    for many in [3, 7, 10, 25] {
        let (requests, took) = fetch(300, Shape::OneOf(many), Tells::Nothing).await;

        let unavoidable = 300 + 300 / (many - 1);
        assert!(
            requests <= unavoidable * 11 / 10 && took < MINUTE * 4,
            "{many}: {requests} requests in {took:?}"
        );
    }
}
