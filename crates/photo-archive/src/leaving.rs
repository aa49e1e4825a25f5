//! A photo that is gone from Flickr, or was accepted as one that cannot be had, says so in its sidecar, and one
//! that is back leaves that in its history: a pure decision.

use jiff::Timestamp;
use serde_json::json;

use crate::history::Formers;
use crate::sidecar::Sidecar;
use crate::state::State;

/// Brings `gone` and `accepted` in line with the state, which is settled already.
pub(crate) fn mark(
    next: &mut Sidecar,
    missed: Option<Timestamp>,
    reason: Option<&str>,
    now: Timestamp,
    formers: &mut Formers,
) {
    match (next.state, &next.gone) {
        (State::Gone, None) => {
            next.gone = Some(json!({"missed": missed.unwrap_or(now), "confirmed": now}));
        }
        (State::Gone, Some(_)) | (_, None) => {}
        (_, Some(was)) => {
            formers.note("gone", was);
            next.gone = None;
        }
    }
    match (next.state, &next.accepted) {
        (State::Accepted, None) => {
            next.accepted = Some(json!({"when": now, "reason": reason.unwrap_or("")}));
        }
        (State::Accepted | State::Gone, Some(_)) | (_, None) => {}
        (_, Some(was)) => {
            formers.note("accepted", was);
            next.accepted = None;
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use flickr_model::Media;

    use super::*;
    use crate::history::Past;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn marked(state: State, sidecar: &Sidecar) -> Sidecar {
        let mut next = Sidecar { state, ..sidecar.clone() };
        let now = at("2026-02-01T00:00:00Z");
        let mut formers = Formers::new(Past::Kept(now));
        mark(&mut next, Some(at("2026-01-01T00:00:00Z")), Some("because"), now, &mut formers);
        formers.write(&mut next);
        next
    }

    #[test]
    fn a_photo_that_is_gone_says_since_when_and_one_that_is_back_remembers_it() {
        let here = Sidecar::blank("7".parse().unwrap(), Media::Photo);

        let gone = marked(State::Gone, &here);
        let back = marked(State::Kept, &gone);

        let said = json!({"missed": "2026-01-01T00:00:00Z", "confirmed": "2026-02-01T00:00:00Z"});
        assert_eq!(gone.gone.as_ref(), Some(&said));
        assert_eq!(marked(State::Gone, &gone), gone);
        assert_eq!((back.gone, back.history.first().unwrap().was.clone()), (None, said));
    }

    #[test]
    fn an_accepted_photo_says_why() {
        let accepted = marked(State::Accepted, &Sidecar::blank("7".parse().unwrap(), Media::Photo));

        assert_eq!(accepted.accepted.as_ref().unwrap()["reason"], "because");
        assert_eq!(marked(State::Kept, &accepted).history.len(), 1);
    }
}
