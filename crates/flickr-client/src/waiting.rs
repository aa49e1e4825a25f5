//! What this client is waiting for, told to whoever shows it to the person.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::clock;

/// Why nothing is asked at the moment, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// When the first of those who wait goes on, by this computer's clock.
    pub until: Timestamp,
    /// Why.
    pub why: WaitingFor,
}

/// Why a call or a download waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitingFor {
    /// The hourly allowance of the key is used up.
    AllowanceUsed,
    /// Flickr is too busy, or said when to come back.
    Busy,
    /// The image host asks for patience.
    ImageHostBusy,
}

/// Shorter waits are not worth a word.
const WORTH_A_WORD: Duration = Duration::from_secs(2);

/// All that wait at the moment.
#[derive(Debug, Clone)]
pub(crate) struct Waits {
    list: Arc<Mutex<List>>,
    told: watch::Sender<Option<Waiting>>,
}

#[derive(Debug, Default)]
struct List {
    next: u64,
    waiting: BTreeMap<u64, Waiting>,
}

impl Waits {
    pub(crate) fn new() -> Self {
        Self { list: Arc::default(), told: watch::Sender::new(None) }
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Option<Waiting>> {
        self.told.subscribe()
    }

    /// Sleeps, and tells so when it is long; the word is taken back when the sleeper is dropped, too.
    pub(crate) async fn sleep(&self, length: Duration, why: WaitingFor) {
        let _word = (length > WORTH_A_WORD).then(|| self.announce(length, why));
        tokio::time::sleep(length).await;
    }

    fn announce(&self, length: Duration, why: WaitingFor) -> Word<'_> {
        let length = SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX);
        let until = clock::now().checked_add(length).unwrap_or(Timestamp::MAX);
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.next += 1;
        let ticket = list.next;
        list.waiting.insert(ticket, Waiting { until, why });
        self.tell(&list);
        Word { waits: self, ticket }
    }

    fn tell(&self, list: &List) {
        self.told.send_replace(list.waiting.values().min_by_key(|waiting| waiting.until).copied());
    }
}

/// Takes the word back when dropped.
struct Word<'a> {
    waits: &'a Waits,
    ticket: u64,
}

impl Drop for Word<'_> {
    fn drop(&mut self) {
        let mut list = self.waits.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.waiting.remove(&self.ticket);
        self.waits.tell(&list);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_long_wait_is_told_and_taken_back() {
        let waits = Waits::new();
        let told = waits.subscribe();

        let mut sleep = Box::pin(waits.sleep(Duration::from_secs(60), WaitingFor::AllowanceUsed));
        assert!(futures_util::poll!(&mut sleep).is_pending());
        assert_eq!(told.borrow().unwrap().why, WaitingFor::AllowanceUsed);

        drop(sleep);
        assert_eq!(*told.borrow(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_short_wait_is_not_told() {
        let waits = Waits::new();

        let mut sleep = Box::pin(waits.sleep(Duration::from_secs(1), WaitingFor::Busy));

        assert!(futures_util::poll!(&mut sleep).is_pending());
        assert_eq!(*waits.subscribe().borrow(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn of_several_the_one_that_ends_first_is_told() {
        let waits = Waits::new();

        let _long = waits.announce(Duration::from_secs(600), WaitingFor::AllowanceUsed);
        let short = waits.announce(Duration::from_secs(60), WaitingFor::ImageHostBusy);

        assert_eq!(waits.subscribe().borrow().unwrap().why, WaitingFor::ImageHostBusy);
        drop(short);
        assert_eq!(waits.subscribe().borrow().unwrap().why, WaitingFor::AllowanceUsed);
    }
}
