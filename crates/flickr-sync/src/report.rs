//! Stage 6, report: what a run did, in which state each photo is, and whether the states add up.

use std::collections::BTreeMap;

use flickr_client::{CallLog, Oddity};
use flickr_model::PhotoId;
use jiff::Timestamp;
use photo_archive::{Census, Regrouped, State};
use serde::Serialize;

use crate::list::Walked;
use crate::night::Shown;
use crate::planned::Planned;
use crate::record::Listed;
use crate::{Action, Outcome};

/// The word for photos on Flickr that the person wanted removed from the archive.
const DROPPED: &str = "dropped";

/// How many different reasons a report holds; further ones are counted together.
const REASONS: usize = 40;

/// What a run did, and how things stand after it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// When it began and ended.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// Whether it was to bring the whole account up to date; a part claims no completeness.
    pub whole: bool,
    /// How it came to its end.
    pub ending: Ending,
    /// Whether the whole account was listed; else only what changed was asked for, and the total compared.
    pub walked: bool,
    /// Photos in the account by Flickr's word; `None` when the listing did not come that far.
    pub flickr_total: Option<u64>,
    /// What the counter of the account says, where it was asked; it may be off by a few.
    pub account_total: Option<u64>,
    /// Different photos that the listing showed, or that the catalog knows to be listed.
    pub listed: u64,
    /// Whether Flickr's total is off: two whole walks showed the same photos, which are more or fewer.
    pub total_is_off: bool,
    /// Records of the listing that could not be read, with the reason; at most 40 are named.
    pub oddities: Vec<String>,
    /// How many records could not be read.
    pub oddities_count: u64,
    /// Photos and bytes in each state, of those that Flickr lists.
    pub states: BTreeMap<&'static str, Tally>,
    /// Photos that are kept here and were not in this run's listing, those that are gone left aside.
    pub not_listed: u64,
    /// Photos that are kept here and gone from Flickr.
    pub gone: u64,
    /// Photos that seem to be gone from Flickr, but are more than may be marked unasked.
    pub held_back: u64,
    /// Photos that another run has to take up again, whatever changed.
    #[serde(skip)]
    pub(crate) unsettled: u64,
    /// Photos that the listing said are to be fetched or checked.
    pub to_fetch: u64,
    /// Photos of which only the listing was told so far: what is to be asked of them takes a call each at least.
    pub details_owed: u64,
    /// What could not be had and leaves the backup complete; at most 40.
    pub notes: Vec<String>,
    /// What changed in this run.
    pub changes: Changes,
    /// Why photos failed, most frequent first.
    pub failures: Vec<Failure>,
    /// Calls made to Flickr's API, and how many are left this hour.
    pub calls: Calls,
}

/// How a run came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// It went through everything.
    Finished,
    /// A limit that the person set was reached.
    Limit,
    /// The person stopped it.
    Interrupted,
    /// Something made it impossible to go on.
    Broken,
}

/// A number of photos and their bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Photos and videos.
    pub count: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Tally {
    fn add(&mut self, bytes: u64) {
        self.count += 1;
        self.bytes += bytes;
    }
}

/// What changed in one run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Originals that came new.
    pub new: Tally,
    /// Originals that were replaced on Flickr; the former ones stay.
    pub replaced: Tally,
    /// The best there is, where the original cannot be had.
    pub not_original: Tally,
    /// Photos whose title, tags and the like changed.
    pub updated: u64,
    /// Photos whose bytes were compared and are the same.
    pub same: u64,
    /// Photos of which only details were asked for.
    pub details: u64,
    /// Photos that failed in this run.
    pub failed: u64,
    /// Photos that were marked as gone from Flickr.
    pub gone: u64,
    /// Sidecars written.
    pub sidecars: u64,
}

impl Changes {
    /// Whether nothing at all was written.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.new.count + self.replaced.count + self.not_original.count + self.sidecars == 0
    }
}

/// One reason for failures, with an example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The reason, in the words of the example.
    pub reason: String,
    /// How many photos failed for it.
    pub count: u64,
    /// One of them.
    pub example: String,
}

/// Calls to Flickr's API.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// Made in this run, retries included.
    pub made: u64,
    /// Left of the hourly allowance; `None` without one.
    pub left_this_hour: Option<u32>,
}

impl Report {
    /// Begins an empty report.
    #[must_use]
    pub(crate) fn begin(started: Timestamp, whole: bool) -> Self {
        Self {
            started,
            ended: started,
            whole,
            ending: Ending::Broken,
            walked: false,
            flickr_total: None,
            account_total: None,
            listed: 0,
            total_is_off: false,
            oddities: Vec::new(),
            oddities_count: 0,
            states: BTreeMap::new(),
            not_listed: 0,
            gone: 0,
            held_back: 0,
            unsettled: 0,
            to_fetch: 0,
            details_owed: 0,
            notes: Vec::new(),
            changes: Changes::default(),
            failures: Vec::new(),
            calls: Calls::default(),
        }
    }

    /// Adds records that could not be read.
    pub(crate) fn odd(&mut self, oddities: &[Oddity]) {
        for oddity in oddities {
            self.oddities_count += 1;
            if self.oddities.len() < REASONS {
                self.oddities.push(format!("{}: {}", oddity.what, oddity.reason));
            }
        }
    }

    /// Adds what was decided about a page.
    pub(crate) fn planned(&mut self, page: &[Planned]) {
        let wants =
            |planned: &&Planned| planned.asks || matches!(planned.action, Action::Fetch | Action::Check);
        self.to_fetch += page.iter().filter(wants).count() as u64;
        let dropped = page.iter().filter(|planned| planned.is_dropped).count() as u64;
        if dropped > 0 {
            self.states.entry(DROPPED).or_default().count += dropped;
        }
    }

    /// Adds what recording a page of the listing came to.
    pub(crate) fn recorded(&mut self, page: &Listed) {
        self.changes.sidecars += page.sidecars;
        self.changes.updated += page.updated;
        for (id, trouble) in &page.troubles {
            self.add(*id, &Outcome::Failed(trouble.clone()));
        }
    }

    /// Adds sidecars that were written for another reason than a listing or a download.
    pub(crate) fn sidecars(&mut self, written: u64) {
        self.changes.sidecars += written;
    }

    /// Adds sidecars that were written because of albums and groups, and tells those that could not be.
    pub(crate) fn regrouped(&mut self, regrouped: &Regrouped) {
        self.sidecars(regrouped.written);
        for (id, why) in &regrouped.troubles {
            self.not_had(format!("the albums and groups of {id}"), why.clone());
        }
    }

    /// Notes that something that is no photo could not be had.
    pub(crate) fn not_had(&mut self, name: String, why: String) {
        self.changes.failed += 1;
        self.failures.push(Failure { reason: why, count: 1, example: name });
    }

    /// Notes something that could not be had and that the backup is complete without.
    pub(crate) fn note(&mut self, words: String) {
        if self.notes.len() < REASONS {
            self.notes.push(words);
        }
    }

    /// Adds how one photo ended.
    pub(crate) fn add(&mut self, id: PhotoId, outcome: &Outcome) {
        match outcome {
            Outcome::New(bytes) => self.changes.new.add(*bytes),
            Outcome::Replaced(bytes) => self.changes.replaced.add(*bytes),
            Outcome::NotOriginal(bytes, why) => {
                self.changes.not_original.add(*bytes);
                self.fail(id, why);
            }
            Outcome::Same => self.changes.same += 1,
            Outcome::Details => self.changes.details += 1,
            Outcome::Unavailable(why) | Outcome::Failed(why) => {
                self.changes.failed += 1;
                self.fail(id, why);
            }
            Outcome::Interrupted => {}
        }
    }

    fn fail(&mut self, id: PhotoId, why: &str) {
        let alike = same_but_for_numbers(why);
        let known = self.failures.iter().position(|failure| same_but_for_numbers(&failure.reason) == alike);
        match known {
            Some(at) => self.failures[at].count += 1,
            None if self.failures.len() < REASONS => {
                self.failures.push(Failure { reason: why.to_owned(), count: 1, example: id.to_string() });
            }
            None => {
                if let Some(last) = self.failures.last_mut() {
                    "other reasons".clone_into(&mut last.reason);
                    last.count += 1;
                }
            }
        }
    }

    /// Takes over what the walk, the catalog and the client say at the end.
    pub(crate) fn close(
        &mut self,
        ended: Timestamp,
        shown: Option<Shown>,
        (met, all): (&Census, &Census),
        dropped: u64,
        calls: &CallLog,
    ) {
        self.ended = ended;
        // After a short night the catalog stands for the listing, because the totals agree.
        if matches!(shown, Some(Shown::Changes)) {
            self.states.remove(DROPPED);
            if dropped > 0 {
                self.states.insert(DROPPED, Tally { count: dropped, bytes: 0 });
            }
        }
        let is_short = matches!(shown, Some(Shown::Changes));
        let listed = if is_short { all } else { met };
        for state in State::ALL.into_iter().filter(|state| !is_short || *state != State::Gone) {
            let tally = listed.of(state);
            if tally.photos > 0 {
                self.states.insert(state.word(), Tally { count: tally.photos, bytes: tally.bytes });
            }
        }
        let in_states: u64 = self.states.values().map(|tally| tally.count).sum();
        let dropped = self.states.get(DROPPED).map_or(0, |tally| tally.count);
        self.gone = all.of(State::Gone).photos;
        self.not_listed = all.total().photos.saturating_sub(in_states - dropped).saturating_sub(self.gone);
        match shown {
            Some(Shown::Everything(Walked { outcome, is_whole })) => {
                self.walked = true;
                (self.flickr_total, self.listed) = (Some(outcome.total), outcome.distinct);
                // What is known to be there and was not shown speaks against the listing, not against the total.
                self.total_is_off = is_whole && self.not_listed == 0 && outcome.total != outcome.distinct;
            }
            Some(Shown::Changes) => (self.flickr_total, self.listed) = (Some(in_states), in_states),
            None => {}
        }
        if let (Some(account), Some(total)) = (self.account_total, self.flickr_total)
            && self.walked
            && account != self.listed
        {
            self.note(format!(
                "the account's own counter says {account}, its listing {total}; the listing counts"
            ));
        }
        self.calls = Calls { made: calls.made, left_this_hour: calls.left_this_hour };
        self.failures.sort_by_key(|failure| std::cmp::Reverse(failure.count));
    }

    /// Photos in one state.
    #[must_use]
    pub fn count(&self, state: State) -> u64 {
        self.states.get(state.word()).map_or(0, |tally| tally.count)
    }

    /// Whether each photo of Flickr's total is in exactly one named state. Of a total that is off, each that was listed.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        let in_states: u64 = self.states.values().map(|tally| tally.count).sum();
        let is_matched = |total| self.listed == total || self.total_is_off;
        self.flickr_total.is_some_and(is_matched) && in_states == self.listed
    }

    /// Photos on Flickr that are not here, whatever the reason, accepted ones left aside.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.count(State::Missing) + self.count(State::Unavailable)
    }

    /// Whether the run proved that everything Flickr lists is kept here, originals or the best there is.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.whole
            && self.ending == Ending::Finished
            && self.adds_up()
            && self.missing() == 0
            && self.oddities_count == 0
            && self.changes.failed == 0
            && self.held_back == 0
            // A listing that shows nothing of what was there is more likely a fault than an account that was emptied.
            && (self.listed > 0 || self.not_listed == 0)
    }

    /// Whether nothing is left that the next run would have to look at again.
    pub(crate) fn went_through(&self) -> bool {
        self.whole && self.ending == Ending::Finished && self.unsettled == 0
    }
}

/// Reasons that differ only in numbers (ids, lengths) are one reason.
fn same_but_for_numbers(reason: &str) -> String {
    let mut alike = String::with_capacity(reason.len());
    for character in reason.chars() {
        if !character.is_ascii_digit() {
            alike.push(character);
        } else if !alike.ends_with('#') {
            alike.push('#');
        }
    }
    alike
}

#[cfg(test)]
mod tests;
