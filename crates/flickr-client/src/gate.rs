//! The gate before one of Flickr's hosts: how many are let in at once, and when everybody waits.
//!
//! The image host and the API have a gate each. The image host's limiter is the stricter one, and counts by visitor:
//! reports from 2023 to 2026 speak of 429 after 20 or 30 originals. So one 429 pauses everybody and halves the number
//! let in; after the pause one goes ahead alone; each round of successes lets one more in. Who is let in waits for the
//! `tempo`, too.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::one_photo::{Standing, Troubles};
use crate::tempo::{Tempo, WIDEST, WIDEST_OF_CALLS};
use crate::waiting::{WaitingFor, Waits};

/// The shortest pause after a 429 that names none; each further one in a row is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The same before a host that refuses at random: it helps to be there again.
const SHORT_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// So many different files that failed in other ways since anything went well, and everybody waits too.
const FAILURES_IN_A_ROW: usize = 4;

/// The gate; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    state: Arc<Mutex<State>>,
    changed: Arc<Notify>,
    patience: Duration,
    waits: Waits,
    /// What who waits here is said to wait for.
    why: WaitingFor,
}

#[derive(Debug)]
struct State {
    most: usize,
    /// The longest pause that is made without being asked for.
    longest: Duration,
    /// How many are let in now.
    let_in: usize,
    inside: usize,
    /// Since when nobody is inside.
    empty_since: Option<Instant>,
    /// Those inside that have no answer yet.
    asking: usize,
    successes: usize,
    /// Pauses since the last success.
    step: u32,
    paused_at: Option<Instant>,
    paused_until: Option<Instant>,
    /// The last pause that was made without being asked for, and the one that the next row of them begins with.
    own_pause: Duration,
    first_pause: Duration,
    tempo: Tempo,
    troubles: Troubles,
}

/// What became of a request, as far as the gate is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// An answer, be it a 404: the host works and let us in.
    Answer,
    /// 429, or any answer that says when to come back.
    Later(Option<Duration>),
    /// The host or the network is in trouble.
    Trouble,
    /// A failure that is no limiter's, and each one's own affair.
    Failure,
    /// Nothing that says anything of the host, such as a refused `HEAD`.
    Nothing,
}

/// What to do with somebody at the gate.
#[derive(Debug, PartialEq, Eq)]
enum Decision {
    Enter,
    /// Until somebody leaves or has an answer.
    Queue,
    Wait(Duration),
}

impl State {
    fn decide(&self, now: Instant) -> Decision {
        let pause = self.paused_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        if !pause.is_zero() {
            return Decision::Wait(pause);
        }
        let alone = self.step > 0 && self.asking > 0;
        if self.inside >= self.let_in || alone {
            return Decision::Queue;
        }
        match self.tempo.wait(now) {
            Duration::ZERO => Decision::Enter,
            turn => Decision::Wait(turn),
        }
    }

    /// Lets one in. Who finds nobody inside and need not wait shows that nobody wanted to come in before.
    fn enters(&mut self, has_waited: bool, now: Instant) {
        let free = [self.empty_since, self.paused_until, self.tempo.next()].into_iter().flatten().max();
        if let (false, 0, Some(free)) = (has_waited, self.inside, free) {
            self.tempo.rested(now.saturating_duration_since(free), now);
        }
        self.inside += 1;
        self.asking += 1;
        self.tempo.sent(now);
    }

    /// Takes in what became of a request for a file, and says how it stands with the file after a failure.
    fn heard(&mut self, heard: Heard, file: Option<u64>, entered: Instant, now: Instant) -> Option<Standing> {
        let standing = match (heard, file) {
            (Heard::Later(_) | Heard::Trouble, Some(file)) => Some(self.troubles.failed(file, entered, now)),
            _ => None,
        };
        match heard {
            Heard::Answer => self.went_well(file, now),
            Heard::Later(None) if standing.is_some_and(|standing| standing.is_its_own()) => {}
            Heard::Later(wait) => {
                self.tempo.refused();
                self.throttled(wait, entered, now);
            }
            Heard::Trouble => {
                let is_the_host =
                    |standing: Standing| !standing.others_come && standing.failing >= FAILURES_IN_A_ROW;
                if standing.is_some_and(is_the_host) {
                    self.throttled(None, entered, now);
                }
            }
            Heard::Failure => self.tempo.came_late(),
            Heard::Nothing => {}
        }
        standing
    }

    fn went_well(&mut self, file: Option<u64>, now: Instant) {
        self.troubles.went_well(file, now);
        if self.paused_until.is_some_and(|until| until > now) {
            self.tempo.came_late();
            return;
        }
        self.tempo.came(now);
        if self.step > 0 {
            self.first_pause = (self.own_pause / 2).max(FIRST_PAUSE);
        }
        self.step = 0;
        self.successes += 1;
        if self.successes >= self.let_in {
            self.successes = 0;
            self.let_in = (self.let_in + 1).min(self.most);
        }
    }

    /// Pauses everybody. Answers to requests sent before the last pause began belong to that pause.
    fn throttled(&mut self, wait: Option<Duration>, entered: Instant, now: Instant) {
        let is_news = self.paused_at.is_none_or(|paused| entered >= paused);
        if is_news {
            self.step += 1;
            self.let_in = (self.let_in / 2).max(1);
            self.successes = 0;
            self.paused_at = Some(now);
        } else if wait.is_none() {
            return;
        }
        let usual = if self.tempo.is_in_vain() { SHORT_PAUSE } else { self.first_pause };
        let first = usual.max(self.tempo.space());
        let own = self.longest.min(first * 2_u32.pow(self.step.saturating_sub(1).min(6)));
        self.own_pause = own;
        // "Come back in no time" is not taken by its word, and who came back when told to and was refused waits longer.
        let until = now
            + match wait {
                Some(told) if self.step > 1 => told.max(own),
                Some(told) => told.max(FIRST_PAUSE),
                None => own,
            };
        self.paused_until = Some(self.paused_until.map_or(until, |old| old.max(until)));
    }
}

impl Gate {
    pub(crate) fn new(at_once: usize, patience: Duration, (waits, why): (Waits, WaitingFor)) -> Self {
        let most = at_once.clamp(1, 64);
        let widest = if why == WaitingFor::Busy { WIDEST_OF_CALLS } else { WIDEST };
        let state = State {
            most,
            longest: LONGEST_PAUSE.min(patience / 4).max(FIRST_PAUSE),
            let_in: most,
            inside: 0,
            empty_since: None,
            asking: 0,
            successes: 0,
            step: 0,
            paused_at: None,
            paused_until: None,
            own_pause: Duration::ZERO,
            first_pause: FIRST_PAUSE,
            tempo: Tempo::up_to(widest),
            troubles: Troubles::default(),
        };
        Self { state: Arc::new(Mutex::new(state)), changed: Arc::default(), patience, waits, why }
    }

    /// Waits for a place, for a file or for no file in particular. The error is a pause longer than patience.
    pub(crate) async fn enter(&self, file: Option<u64>) -> Result<Pass, Duration> {
        let mut has_waited = false;
        loop {
            let changed = self.changed.notified();
            let decision = {
                let (mut state, now) = (self.state(), Instant::now());
                let decision = state.decide(now);
                if decision == Decision::Enter {
                    state.enters(has_waited, now);
                }
                decision
            };
            match decision {
                Decision::Enter => {
                    return Ok(Pass { gate: self.clone(), file, entered: Instant::now(), is_asking: true });
                }
                Decision::Queue => changed.await,
                Decision::Wait(pause) if pause > self.patience => return Err(pause),
                Decision::Wait(pause) => self.waits.sleep(pause, self.why).await,
            }
            has_waited = true;
        }
    }

    /// Whether nobody was told to wait.
    pub(crate) fn is_open(&self) -> bool {
        let (state, now) = (self.state(), Instant::now());
        state.paused_until.is_none_or(|until| until <= now) && state.tempo.wait(now).is_zero()
    }

    /// How long everybody still has to wait.
    pub(crate) fn pause_left(&self) -> Duration {
        let until = self.state().paused_until;
        until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place inside; given back when dropped.
#[derive(Debug)]
pub(crate) struct Pass {
    gate: Gate,
    file: Option<u64>,
    entered: Instant,
    is_asking: bool,
}

impl Pass {
    /// Tells the gate what became of the request; after a failure it says how it stands with the file.
    pub(crate) fn heard(&mut self, heard: Heard) -> Option<Standing> {
        let mut state = self.gate.state();
        if std::mem::take(&mut self.is_asking) {
            state.asking -= 1;
        }
        let standing = state.heard(heard, self.file, self.entered, Instant::now());
        drop(state);
        self.gate.changed.notify_waiters();
        standing
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.inside -= 1;
        if state.inside == 0 {
            state.empty_since = Some(Instant::now());
        }
        if self.is_asking {
            state.asking -= 1;
        }
        drop(state);
        self.gate.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
