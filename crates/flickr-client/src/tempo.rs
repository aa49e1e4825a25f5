//! The tempo of requests to one host, learned from its refusals.
//!
//! A limiter that lets 20 requests a minute through is met every few requests by whoever only pauses and goes on. So
//! each time that the host lets us in again, what came since the last time is held against the time it took: that
//! is what the host can bear. Where refusals were many, requests are spaced out to a little less; where all goes
//! well, they draw closer again, slowly at first. A host that refuses now and then only is not slowed down for.

use std::time::Duration;

use tokio::time::Instant;

/// One refusal for so many answers is borne; more are avoided.
const BORNE: u32 = 10;
/// Of late, one for so many is borne as well: a burst of refusals does not condemn what went well before.
const BORNE_OF_LATE: u32 = 6;
/// So many answers are of late.
const LATE: u32 = 200;
/// After so many widenings one after the other that kept no refusal away, requests are not spaced for so many answers.
/// Where it comes to that again, it takes one widening to know it, and lasts for four times as many.
const MOST_IN_VAIN: u32 = 3;
const MOST_IN_VAIN_AGAIN: u32 = 1;
const BORNE_FOR: u32 = 100;
const BORNE_FOR_AT_MOST: u32 = 6400;
/// The widest space between two requests to the image host, and between two calls: these are few, so that what came
/// says little of what the API can bear, and they keep below its hourly limit in any case.
pub(crate) const WIDEST: Duration = Duration::from_secs(15);
pub(crate) const WIDEST_OF_CALLS: Duration = Duration::from_secs(4);
/// Spaces below this are none.
const NARROWEST: Duration = Duration::from_millis(5);

/// When the next request may go, and what was seen since the host last let us in again.
#[derive(Debug)]
pub(crate) struct Tempo {
    widest: Duration,
    space: Duration,
    next: Option<Instant>,
    /// Since when, how many answers came, and how many refusals.
    since: Option<Instant>,
    came: u32,
    refused: u32,
    /// Answers and refusals of late.
    lately: (u32, u32),
    /// Answers since the last refusal.
    in_a_row: u32,
    /// How often in a row the space was widened and refusals came all the same.
    in_vain: u32,
    /// Answers for which refusals are borne, because spacing was in vain; and for how many they will be the next time.
    borne_for: u32,
    borne_next: u32,
}

impl Tempo {
    /// A tempo without any space, which never grows beyond `widest`.
    pub(crate) fn up_to(widest: Duration) -> Self {
        Self {
            widest,
            space: Duration::ZERO,
            next: None,
            since: None,
            came: 0,
            refused: 0,
            lately: (0, 0),
            in_a_row: 0,
            in_vain: 0,
            borne_for: 0,
            borne_next: 0,
        }
    }

    /// How long the next request has to wait for its turn.
    pub(crate) fn wait(&self, now: Instant) -> Duration {
        self.next.map_or(Duration::ZERO, |next| next.saturating_duration_since(now))
    }

    /// The space between two requests; zero until the host has refused some.
    pub(crate) fn space(&self) -> Duration {
        self.space
    }

    /// Notes a request that is sent now.
    pub(crate) fn sent(&mut self, now: Instant) {
        self.since.get_or_insert(now);
        self.next = Some(now + self.space);
    }

    /// Leaves out time in which nobody wanted anything: it tells nothing of what the host can bear.
    pub(crate) fn rested(&mut self, rest: Duration, now: Instant) {
        self.since = self.since.map(|since| (since + rest).min(now));
    }

    /// When the next request may go at the earliest, by the space to the one before.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.next
    }

    /// Notes a refusal.
    pub(crate) fn refused(&mut self) {
        self.refused += 1;
        self.lately.1 += 1;
        self.in_a_row = 0;
    }

    /// Notes an answer to a request that was sent before the host refused others.
    pub(crate) fn came_late(&mut self) {
        self.count_answer();
    }

    /// Notes an answer; the first one after refusals tells what the host can bear.
    pub(crate) fn came(&mut self, now: Instant) {
        self.count_answer();
        self.in_a_row += 1;
        self.borne_for = self.borne_for.saturating_sub(1);
        if self.refused > 0 {
            self.learn(now);
            (self.since, self.came, self.refused) = (Some(now), 0, 0);
        } else {
            // A five-hundredth less after the first answer, a fiftieth after the tenth, a tenth at most.
            let less = self.in_a_row.min(50);
            let closer = self.space * (500 - less) / 500;
            self.space = if closer < NARROWEST { Duration::ZERO } else { closer };
        }
    }

    /// Whether spacing out does not help: the host refuses at random, as one in trouble does, and not by a measure.
    pub(crate) fn is_in_vain(&self) -> bool {
        self.borne_for > 0
    }

    fn count_answer(&mut self) {
        self.came += 1;
        self.lately.0 += 1;
        if self.lately.0 >= LATE {
            self.lately = (self.lately.0 / 2, self.lately.1 / 2);
        }
    }

    /// Whether refusals are few enough.
    fn is_borne(&self) -> bool {
        let (came, refused) = self.lately;
        self.refused * BORNE <= self.came || refused * BORNE_OF_LATE <= came
    }

    fn learn(&mut self, now: Instant) {
        if self.is_borne() || self.is_in_vain() {
            self.in_vain = 0;
            return;
        }
        // Refusals that were met without any space between requests say nothing of spacing.
        self.in_vain += u32::from(!self.space.is_zero() && self.came < BORNE);
        let most = if self.borne_next == 0 { MOST_IN_VAIN } else { MOST_IN_VAIN_AGAIN };
        if self.in_vain > most {
            self.borne_for = self.borne_next.clamp(BORNE_FOR, BORNE_FOR_AT_MOST);
            self.borne_next = self.borne_for * 4;
            (self.space, self.in_vain) = (Duration::ZERO, 0);
            return;
        }
        let took = self.since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
        let bearable = took / self.came.max(1);
        self.space = (bearable.max(self.space) * 11 / 10).min(self.widest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A tempo that saw so many answers at once, then refusals, and was let in again after a while.
    async fn after(came: u32, refused: u32, pause: Duration) -> Tempo {
        let mut tempo = Tempo::up_to(WIDEST);
        tempo.sent(Instant::now());
        (0..came).for_each(|_| tempo.came(Instant::now()));
        (0..refused).for_each(|_| tempo.refused());
        tokio::time::advance(pause).await;
        tempo.came(Instant::now());
        tempo
    }

    #[tokio::test(start_paused = true)]
    async fn requests_are_spaced_by_what_the_host_let_through() {
        let tempo = after(19, 6, SECOND * 60).await;

        assert_eq!(tempo.space(), Duration::from_millis(3300));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_now_and_then_slows_nothing_down() {
        assert_eq!(after(19, 2, SECOND * 60).await.space(), Duration::ZERO);
        assert_eq!(after(0, 0, SECOND).await.space(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_refuses_at_random_is_not_met_by_ever_wider_spaces() {
        let mut tempo = Tempo::up_to(WIDEST);
        for _ in 0..30 {
            for _ in 0..2 {
                tokio::time::advance(tempo.wait(Instant::now())).await;
                tempo.sent(Instant::now());
                tempo.came(Instant::now());
            }
            tempo.sent(Instant::now());
            tempo.refused();
            tokio::time::advance(SECOND).await;
        }

        assert!(tempo.is_in_vain());
        assert_eq!(tempo.space(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_which_nobody_asked_is_not_the_hosts() {
        let mut tempo = Tempo::up_to(WIDEST);
        tempo.sent(Instant::now());
        tempo.came(Instant::now());
        tokio::time::advance(SECOND * 60).await;
        tempo.rested(SECOND * 60, Instant::now());
        tempo.sent(Instant::now());
        tempo.refused();
        tokio::time::advance(SECOND).await;

        tempo.came(Instant::now());

        assert_eq!(tempo.space(), Duration::from_millis(550));
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_pause_after_few_answers_does_not_stop_everything() {
        let mut tempo = after(1, 1, SECOND * 300).await;
        assert_eq!(tempo.space(), WIDEST);

        for _ in 0..60 {
            tempo.sent(Instant::now());
            tokio::time::advance(tempo.wait(Instant::now())).await;
            tempo.came(Instant::now());
        }

        assert!(tempo.space() < SECOND, "{:?}", tempo.space());
    }
}
