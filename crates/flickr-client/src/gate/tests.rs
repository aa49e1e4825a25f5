//! The gate on a paused clock.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use futures_util::FutureExt;

use super::*;
use crate::tempo::WIDEST;

fn gate(most: usize) -> Gate {
    Gate::new(most, Duration::from_secs(300), (Waits::new(), WaitingFor::ImageHostBusy))
}

/// Whether somebody could enter at once.
fn is_open(gate: &Gate) -> bool {
    gate.enter(Some(1)).now_or_never().is_some_and(|pass| pass.is_ok())
}

async fn one(gate: &Gate, heard: Heard) {
    gate.enter(Some(1)).await.unwrap().heard(heard);
}

#[tokio::test(start_paused = true)]
async fn no_more_than_the_number_asked_for_are_inside() {
    let gate = gate(2);

    let (first, _second) = (gate.enter(Some(1)).await.unwrap(), gate.enter(Some(1)).await.unwrap());

    assert!(!is_open(&gate));
    drop(first);
    assert!(is_open(&gate));
}

#[tokio::test(start_paused = true)]
async fn nobody_goes_inside_a_retry_after() {
    let gate = gate(4);
    let start = Instant::now();

    one(&gate, Heard::Later(Some(Duration::from_secs(90)))).await;

    assert!(!is_open(&gate));
    let _pass = gate.enter(Some(1)).await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(90));
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_of_nothing_is_still_a_pause() {
    let gate = gate(1);

    one(&gate, Heard::Later(Some(Duration::ZERO))).await;

    assert!(!is_open(&gate));
}

#[tokio::test(start_paused = true)]
async fn pauses_without_a_word_grow_until_something_goes_well_and_the_next_ones_begin_with_half() {
    let gate = gate(1);
    let mut pauses = Vec::new();

    for _ in 0..8 {
        let start = Instant::now();
        one(&gate, Heard::Later(None)).await;
        pauses.push(start.elapsed().as_secs());
    }
    one(&gate, Heard::Answer).await;
    one(&gate, Heard::Later(None)).await;

    assert_eq!(pauses, [0, 1, 2, 4, 8, 16, 32, 60]);
    assert_eq!(gate.pause_left(), Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn who_came_back_when_told_to_and_is_refused_waits_longer_each_time() {
    let gate = gate(1);
    let mut pauses = Vec::new();

    for _ in 0..4 {
        one(&gate, Heard::Later(Some(Duration::from_secs(1)))).await;
        pauses.push(gate.pause_left().as_secs());
    }

    assert_eq!(pauses, [1, 2, 4, 8]);
}

#[tokio::test(start_paused = true)]
async fn after_a_pause_one_goes_ahead_and_the_others_follow_its_success() {
    let gate = gate(4);
    one(&gate, Heard::Later(None)).await;

    let mut first = gate.enter(Some(1)).await.unwrap();
    assert!(!is_open(&gate), "one at a time until it is known to go well");
    first.heard(Heard::Answer);

    assert!(is_open(&gate));
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_429_is_one_pause_and_halves_once() {
    let gate = gate(4);
    let mut burst = Vec::new();
    for _ in 0..4 {
        burst.push(gate.enter(Some(1)).await.unwrap());
    }
    tokio::time::advance(Duration::from_millis(5)).await;

    for pass in &mut burst {
        pass.heard(Heard::Later(None));
    }
    drop(burst);

    let state = gate.state();
    assert_eq!((state.step, state.let_in), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn successes_let_one_more_in_each_round() {
    let gate = gate(4);
    one(&gate, Heard::Later(None)).await;
    assert_eq!(gate.state().let_in, 2);

    for _ in 0..2 {
        one(&gate, Heard::Answer).await;
    }
    assert_eq!(gate.state().let_in, 3);
    for _ in 0..30 {
        one(&gate, Heard::Answer).await;
    }

    assert_eq!(gate.state().let_in, 4, "never more than was asked for");
}

#[tokio::test(start_paused = true)]
async fn one_file_that_fails_is_its_own_affair_and_four_are_everybodys() {
    let gate = gate(2);

    for file in [1, 1, 1, 1, 1, 1, 2, 3] {
        gate.enter(Some(file)).await.unwrap().heard(Heard::Trouble);
        assert!(is_open(&gate));
    }
    gate.enter(Some(4)).await.unwrap().heard(Heard::Trouble);

    assert!(!is_open(&gate));
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_always_refused_does_not_stop_the_others_for_ever() {
    let gate = gate(2);
    for _ in 0..3 {
        gate.enter(Some(9)).await.unwrap().heard(Heard::Later(None));
        tokio::time::sleep(gate.pause_left()).await;
        one(&gate, Heard::Answer).await;
        tokio::time::advance(WIDEST).await;
    }

    let standing = gate.enter(Some(9)).await.unwrap().heard(Heard::Later(None));

    assert!(standing.is_some_and(|standing| standing.is_its_own()));
    tokio::time::advance(WIDEST).await;
    assert!(is_open(&gate));
    tokio::time::advance(WIDEST).await;
    gate.enter(Some(9)).await.unwrap().heard(Heard::Later(Some(Duration::from_secs(5))));
    assert!(!is_open(&gate), "a time that is named is kept by all");
}

#[tokio::test(start_paused = true)]
async fn a_refused_look_at_the_headers_counts_for_nothing() {
    let gate = gate(1);

    for _ in 0..9 {
        assert_eq!(gate.enter(None).await.unwrap().heard(Heard::Nothing), None);
    }

    assert!(is_open(&gate));
}

#[tokio::test(start_paused = true)]
async fn a_pause_beyond_patience_is_an_error() {
    let gate = gate(1);

    one(&gate, Heard::Later(Some(Duration::from_secs(3600)))).await;

    assert!(gate.enter(Some(1)).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn everybody_gets_through_in_the_end() {
    let gate = gate(3);
    let mut tasks = tokio::task::JoinSet::new();

    for number in 0..50_u32 {
        let gate = gate.clone();
        tasks.spawn(async move {
            let mut pass = gate.enter(Some(1)).await.unwrap();
            tokio::time::sleep(Duration::from_millis(u64::from(number % 7))).await;
            pass.heard(if number % 5 == 0 { Heard::Later(None) } else { Heard::Answer });
            tokio::time::sleep(Duration::from_millis(3)).await;
        });
    }

    let finished = tasks.join_all().await.len();
    assert_eq!(finished, 50);
    let state = gate.state();
    assert_eq!((state.inside, state.asking), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn an_own_pause_never_outlasts_patience() {
    let impatient = Gate::new(1, Duration::from_secs(8), (Waits::new(), WaitingFor::Busy));

    for _ in 0..12 {
        one(&impatient, Heard::Later(None)).await;
    }

    assert!(impatient.enter(Some(1)).await.is_ok(), "only the host itself may ask for more than patience");
}

mod limiters;
