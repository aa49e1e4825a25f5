//! Stage 2, plan: decides what one listed photo needs, from what the archive holds of it.
//!
//! [`decide`] is a pure function over two small values; `planned` gathers them and acts on the decision.

use photo_archive::State;

/// What one listed photo needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Everything is kept and nothing changed.
    Nothing,
    /// What is written on it changed; its bytes are kept already.
    Facts,
    /// Its bytes have to come: it is new, failed before, or a better version may be had by now.
    Fetch,
    /// Its original is kept, but Flickr may hold other bytes by now: ask before fetching.
    Check,
}

/// What the listing says about one photo, as far as the decision needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// What it offers to fetch.
    pub offer: Offer,
    /// Whether Flickr's date of the last change differs from the one that is kept.
    pub touched: bool,
    /// Whether title, tags, place and the like differ from what is kept.
    pub facts_changed: bool,
    /// How the original's secret compares with the one that its kept bytes came under.
    pub secret: SecretChange,
}

/// What the listing offers to fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// The original's address.
    Original,
    /// Only a rendered size: a free account, or no right to download.
    Lesser,
    /// A video: only a further call tells.
    Video,
    /// No address at all.
    Nothing,
}

/// How the secret of the original compares with the one that the kept bytes came under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretChange {
    /// The same: the same bytes.
    Same,
    /// Another one: replaced, rotated, or only its privacy changed.
    Other,
    /// Not known, for instance after `rebuild`.
    Unknown,
}

/// What the archive holds of it, as far as the decision needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The state it is in.
    pub state: State,
    /// Whether an original is among its files.
    pub has_original: bool,
    /// Whether that original is a still although Flickr lists a video, or the other way round.
    pub is_other_media: bool,
}

/// How hard a run tries to better what could not be had before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Effort {
    /// Only where what Flickr says has changed.
    #[default]
    Usual,
    /// Everything that is not the original is asked for again.
    Everything,
}

/// Decides what one listed photo needs; `held` is `None` for one that the archive has never met.
#[must_use]
pub fn decide(seen: Seen, held: Option<Held>, effort: Effort) -> Action {
    let Some(held) = held else { return Action::Fetch };
    let otherwise =
        if seen.facts_changed || held.state == State::Gone { Action::Facts } else { Action::Nothing };
    if held.state == State::Accepted {
        return otherwise;
    }
    if held.is_other_media {
        return Action::Fetch;
    }
    // A file that is here and counts as missing was not looked at to the end: comparing it settles that.
    if held.has_original && held.state != State::Missing {
        let suspect = match seen.secret {
            SecretChange::Same => false,
            SecretChange::Other | SecretChange::Unknown => seen.touched,
        };
        // Rights that were lost later (no address any more) never touch a kept original.
        let can_ask = matches!(seen.offer, Offer::Original | Offer::Video);
        return if suspect && can_ask { Action::Check } else { otherwise };
    }
    let worth_fetching = match held.state {
        State::NotOriginal | State::Unavailable if effort == Effort::Everything => true,
        State::NotOriginal => seen.touched || seen.offer == Offer::Original,
        State::Unavailable => seen.touched || matches!(seen.offer, Offer::Original | Offer::Lesser),
        State::Kept | State::Missing | State::Gone | State::Accepted => true,
    };
    if worth_fetching { Action::Fetch } else { otherwise }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Seen =
        Seen { offer: Offer::Original, touched: false, facts_changed: false, secret: SecretChange::Same };

    fn kept(state: State) -> Option<Held> {
        Some(Held { state, has_original: state == State::Kept, is_other_media: false })
    }

    #[test]
    fn a_photo_that_was_never_met_is_fetched() {
        assert_eq!(decide(QUIET, None, Effort::Usual), Action::Fetch);
    }

    #[test]
    fn a_kept_photo_without_change_needs_nothing() {
        assert_eq!(decide(QUIET, kept(State::Kept), Effort::Usual), Action::Nothing);
    }

    #[test]
    fn a_photo_with_a_new_title_is_not_downloaded_again() {
        let seen = Seen { touched: true, facts_changed: true, ..QUIET };

        assert_eq!(decide(seen, kept(State::Kept), Effort::Usual), Action::Facts);
    }

    #[test]
    fn a_new_secret_is_checked_only_when_flickr_says_that_something_changed() {
        let other = Seen { secret: SecretChange::Other, ..QUIET };

        assert_eq!(decide(other, kept(State::Kept), Effort::Usual), Action::Nothing);
        assert_eq!(decide(Seen { touched: true, ..other }, kept(State::Kept), Effort::Usual), Action::Check);
    }

    #[test]
    fn after_a_rebuild_nothing_is_checked_that_flickr_did_not_touch() {
        let unknown = Seen { secret: SecretChange::Unknown, ..QUIET };

        assert_eq!(decide(unknown, kept(State::Kept), Effort::Usual), Action::Nothing);
        assert_eq!(
            decide(Seen { touched: true, ..unknown }, kept(State::Kept), Effort::Usual),
            Action::Check
        );
    }

    #[test]
    fn rights_that_were_lost_later_never_touch_a_kept_original() {
        let seen = Seen { offer: Offer::Lesser, touched: true, secret: SecretChange::Unknown, ..QUIET };

        assert_eq!(decide(seen, kept(State::Kept), Effort::Usual), Action::Nothing);
    }

    #[test]
    fn a_photo_that_failed_is_tried_again_in_each_run() {
        assert_eq!(decide(QUIET, kept(State::Missing), Effort::Usual), Action::Fetch);
    }

    #[test]
    fn a_photo_that_counts_as_missing_never_stays_so_for_its_file_alone() {
        let held = Held { state: State::Missing, has_original: true, is_other_media: false };

        assert_eq!(decide(QUIET, Some(held), Effort::Usual), Action::Fetch);
    }

    #[test]
    fn a_still_is_not_the_original_of_what_is_listed_as_a_video() {
        let held = Held { state: State::Kept, has_original: true, is_other_media: true };
        let accepted = Held { state: State::Accepted, ..held };

        assert_eq!(decide(Seen { offer: Offer::Video, ..QUIET }, Some(held), Effort::Usual), Action::Fetch);
        assert_eq!(decide(QUIET, Some(accepted), Effort::Usual), Action::Nothing);
    }

    #[test]
    fn a_lesser_size_is_tried_again_only_when_flickr_offers_more_or_touched_it() {
        let lesser = Seen { offer: Offer::Lesser, ..QUIET };
        let video = Seen { offer: Offer::Video, ..QUIET };

        assert_eq!(decide(lesser, kept(State::NotOriginal), Effort::Usual), Action::Nothing);
        assert_eq!(decide(video, kept(State::NotOriginal), Effort::Usual), Action::Nothing);
        assert_eq!(decide(QUIET, kept(State::NotOriginal), Effort::Usual), Action::Fetch);
        assert_eq!(
            decide(Seen { touched: true, ..video }, kept(State::NotOriginal), Effort::Usual),
            Action::Fetch
        );
    }

    #[test]
    fn what_cannot_be_had_is_not_asked_for_every_night() {
        let video = Seen { offer: Offer::Video, ..QUIET };

        assert_eq!(decide(video, kept(State::Unavailable), Effort::Usual), Action::Nothing);
        assert_eq!(
            decide(Seen { touched: true, ..video }, kept(State::Unavailable), Effort::Usual),
            Action::Fetch
        );
    }

    #[test]
    fn the_greater_effort_asks_again_for_what_could_not_be_had() {
        let video = Seen { offer: Offer::Video, ..QUIET };

        for state in [State::NotOriginal, State::Unavailable] {
            assert_eq!(decide(video, kept(state), Effort::Everything), Action::Fetch);
        }
        assert_eq!(decide(video, kept(State::Kept), Effort::Everything), Action::Nothing);
    }

    #[test]
    fn what_the_person_accepted_as_lost_is_left_alone() {
        assert_eq!(
            decide(Seen { touched: true, ..QUIET }, kept(State::Accepted), Effort::Usual),
            Action::Nothing
        );
    }

    #[test]
    fn a_photo_that_came_back_is_written_down_as_back() {
        let gone = Some(Held { state: State::Gone, has_original: true, is_other_media: false });

        assert_eq!(decide(QUIET, gone, Effort::Usual), Action::Facts);
    }
}
