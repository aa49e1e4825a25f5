//! Does a deed on many things, with a few threads that take a share each.

use std::panic::resume_unwind;
use std::thread::{Builder, scope};

/// Gives what came of each thing, in their order. This thread takes the first share of so many things, further threads
/// one each; where the system gives no more threads, this one has to do.
pub(crate) fn in_shares<T: Sync, R: Send>(
    things: &[T],
    share: usize,
    deed: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let all_of = |things: &[T]| things.iter().map(&deed).collect::<Vec<R>>();
    let all_of = &all_of;
    let (mine, others) = things.split_at(share.min(things.len()));
    scope(|scope| {
        let begun: Vec<_> = others
            .chunks(share.max(1))
            .map(|share| (share, Builder::new().spawn_scoped(scope, move || all_of(share))))
            .collect();
        let mut done = all_of(mine);
        for (share, thread) in begun {
            done.extend(match thread {
                Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                Err(_no_thread) => all_of(share),
            });
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_is_done_once_and_in_order_whatever_the_share() {
        let things: Vec<u32> = (0..10).collect();
        let doubled: Vec<u32> = things.iter().map(|thing| thing * 2).collect();
        for share in [0, 1, 3, 9, 10, 11] {
            assert_eq!(in_shares(&things, share, |thing| thing * 2), doubled, "{share}");
        }
        assert!(in_shares(&[], 3, |thing: &u32| *thing).is_empty());
    }
}
