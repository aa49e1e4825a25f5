//! When a run may be called complete, and how failures are counted together.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use super::*;

fn report(total: u64, states: &[(State, u64)]) -> Report {
    let mut report = Report::begin(Timestamp::UNIX_EPOCH, true);
    report.ending = Ending::Finished;
    report.flickr_total = Some(total);
    report.listed = total;
    for (state, count) in states {
        report.states.insert(state.word(), Tally { count: *count, bytes: 0 });
    }
    report
}

#[test]
fn a_run_is_complete_only_when_the_states_add_up_to_flickrs_total() {
    assert!(report(5, &[(State::Kept, 4), (State::NotOriginal, 1)]).is_complete());
    assert!(!report(5, &[(State::Kept, 4)]).is_complete());
    assert!(!report(5, &[(State::Kept, 4), (State::Missing, 1)]).is_complete());
    assert!(!report(5, &[(State::Kept, 6)]).is_complete());
}

#[test]
fn a_listing_that_showed_less_than_flickrs_total_is_not_complete() {
    let mut short = report(5, &[(State::Kept, 5)]);
    short.listed = 4;

    assert!(!short.is_complete());
}

#[test]
fn a_total_that_is_off_is_no_reason_to_call_a_whole_account_incomplete() {
    let mut off = report(7, &[(State::Kept, 5)]);
    (off.listed, off.total_is_off) = (5, true);

    assert!(off.is_complete());
    off.listed = 6;
    assert!(!off.is_complete());
}

#[test]
fn a_part_of_the_account_is_never_called_complete() {
    let mut part = report(5, &[(State::Kept, 5)]);
    part.whole = false;

    assert!(!part.is_complete());
}

#[test]
fn reasons_that_differ_only_in_numbers_are_counted_together() {
    let mut report = report(2, &[]);

    for (id, length) in [(1, 512), (2, 40_960)] {
        let why = format!("the body ended after {length} bytes");
        report.add(PhotoId::from_number(id).unwrap(), &Outcome::Failed(why));
    }

    assert_eq!(report.failures.len(), 1);
    assert_eq!((report.failures[0].count, report.failures[0].example.as_str()), (2, "1"));
}
