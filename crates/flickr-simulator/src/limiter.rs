//! Limiters of several shapes: how requests are counted, and what who is refused is told.
//!
//! How Flickr's image host counts is not known; reports say that it refuses after 20 or 30 originals, for how long
//! nobody says. All shapes count the requests that they refuse, too.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::faults::RetryAfter;

/// A limiter: `count` requests in a `window`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limiter {
    /// How it counts.
    pub shape: Shape,
    /// How many requests are let through.
    pub count: u64,
    /// In which time.
    pub window: Duration,
    /// The status of a refusal: 429, or 503 as some edges have it.
    pub status: u16,
    /// What a refusal says of when to come back.
    pub tells: Tells,
}

/// How a limiter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// So many in a window that begins with its first request.
    Fixed,
    /// So many in any window.
    Sliding,
    /// One each so often, and `count` after a rest.
    Bucket,
    /// As a bucket; but whoever is refused stays so for a window, and each request in it begins the window anew.
    Ban,
}

/// What a refusal says of when to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// No `Retry-After`.
    Nothing,
    /// The right time, in whole seconds.
    Seconds,
    /// The right time, as a date.
    Date,
    /// A second, whatever it is.
    TooLittle,
}

/// What a limiter has seen so far.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    times: VecDeque<Instant>,
    spent: f64,
    last: Option<Instant>,
    banned_until: Option<Instant>,
}

impl Limiter {
    /// Counts a request, and says how long to stay away when it is refused.
    pub(crate) fn count(&self, seen: &mut Seen, now: Instant) -> Option<Duration> {
        match self.shape {
            Shape::Fixed => self.fixed(seen, now),
            Shape::Sliding => self.sliding(seen, now),
            Shape::Bucket | Shape::Ban => self.bucket(seen, now),
        }
    }

    /// What stands in a refusal's `Retry-After`.
    pub(crate) fn retry_after(&self, wait: Duration) -> Option<RetryAfter> {
        let seconds = wait.as_secs_f64().ceil() as u64;
        match self.tells {
            Tells::Nothing => None,
            Tells::Seconds => Some(RetryAfter::Seconds(seconds)),
            // The second of `Date` may be nearly over.
            Tells::Date => Some(RetryAfter::Date(seconds + 1)),
            Tells::TooLittle => Some(RetryAfter::Seconds(1)),
        }
    }

    fn fixed(&self, seen: &mut Seen, now: Instant) -> Option<Duration> {
        let began = seen.times.front().copied().filter(|began| now - *began < self.window);
        if began.is_none() {
            seen.times.clear();
        }
        seen.times.push_back(now);
        let left = self.window - (now - began.unwrap_or(now));
        (seen.times.len() as u64 > self.count).then_some(left)
    }

    fn sliding(&self, seen: &mut Seen, now: Instant) -> Option<Duration> {
        seen.times.retain(|time| now - *time < self.window);
        seen.times.push_back(now);
        let over = (seen.times.len() as u64).saturating_sub(self.count) as usize;
        let in_the_way = seen.times.get(over).filter(|_| over > 0);
        in_the_way.map(|time| self.window.saturating_sub(now - *time))
    }

    fn bucket(&self, seen: &mut Seen, now: Instant) -> Option<Duration> {
        let each = self.window.as_secs_f64() / self.count.max(1) as f64;
        let rest = seen.last.map_or(Duration::ZERO, |last| now - last);
        seen.spent = (seen.spent - rest.as_secs_f64() / each).max(0.0);
        seen.last = Some(now);
        let is_banned = seen.banned_until.is_some_and(|until| now < until);
        if !is_banned && seen.spent + 1.0 <= self.count as f64 {
            seen.spent += 1.0;
            return None;
        }
        if self.shape == Shape::Ban {
            seen.banned_until = Some(now + self.window);
            return Some(self.window);
        }
        Some(Duration::from_secs_f64((seen.spent + 1.0 - self.count as f64) * each))
    }
}

#[cfg(test)]
mod tests {
    use super::{Limiter, Seen, Shape, Tells};
    use std::time::{Duration, Instant};

    /// Which of the requests at these seconds are let through by a limiter of 2 in 10 seconds.
    fn let_through(shape: Shape, seconds: &[u64]) -> Vec<u64> {
        let window = Duration::from_secs(10);
        let limiter = Limiter { shape, count: 2, window, status: 429, tells: Tells::Nothing };
        let (mut seen, start) = (Seen::default(), Instant::now());
        let mut through =
            |second: u64| limiter.count(&mut seen, start + Duration::from_secs(second)).is_none();
        seconds.iter().copied().filter(|second| through(*second)).collect()
    }

    #[test]
    fn each_shape_counts_in_its_way() {
        assert_eq!(let_through(Shape::Fixed, &[0, 9, 9, 10, 11, 12]), [0, 9, 10, 11]);
        assert_eq!(let_through(Shape::Sliding, &[0, 9, 10, 11, 20, 22]), [0, 9, 10, 20, 22]);
        assert_eq!(let_through(Shape::Bucket, &[0, 1, 2, 5, 6, 10]), [0, 1, 5, 10]);
        assert_eq!(let_through(Shape::Ban, &[0, 1, 2, 11, 20, 30]), [0, 1, 30]);
    }

    #[test]
    fn what_is_told_is_when_the_next_one_is_let_through() {
        for shape in [Shape::Fixed, Shape::Sliding, Shape::Bucket, Shape::Ban] {
            let window = Duration::from_secs(10);
            let limiter = Limiter { shape, count: 3, window, status: 429, tells: Tells::Nothing };
            let (mut seen, start) = (Seen::default(), Instant::now());
            let mut ask = |at: Duration| limiter.count(&mut seen, start + at);
            assert!((0..3).all(|second| ask(Duration::from_secs(second)).is_none()), "{shape:?}");

            let wait = ask(Duration::from_secs(3));

            let later = wait.map(|wait| Duration::from_secs(3) + wait + Duration::from_millis(1));
            assert!(later.is_some_and(|later| ask(later).is_none()), "{shape:?}");
        }
    }
}
