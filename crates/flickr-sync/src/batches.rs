//! Gathers finished items of a stream into batches, so that one synchronisation of the disk serves many.

use std::time::Duration;

use futures_util::{Stream, StreamExt};

/// How many items one batch holds at most: with 50 a folder and the catalog are synced at a third of the
/// cost of one by one, and a killed run loses at most these from the catalog (they are adopted later).
pub(crate) const AT_MOST: usize = 50;

/// How long the first item of a batch waits for company.
const PATIENCE: Duration = Duration::from_millis(700);

/// One batch: what was gathered, and the error that ended the gathering, if one did.
///
/// The items gathered before an error are whole and must be recorded all the same.
pub(crate) struct Batch<T, E> {
    pub(crate) items: Vec<T>,
    pub(crate) ended: Option<Result<(), E>>,
}

/// Returns the next batch; `ended` tells that it is the last one, and why. A `None` in the stream closes a batch:
/// what comes behind it may wait for what is in it.
pub(crate) async fn next<T, E>(
    stream: &mut (impl Stream<Item = Result<Option<T>, E>> + Unpin),
) -> Batch<T, E> {
    let mut items = Vec::new();
    let mut deadline = None;
    while items.len() < AT_MOST {
        let item = match deadline {
            None => stream.next().await,
            Some(at) => match tokio::time::timeout_at(at, stream.next()).await {
                Ok(item) => item,
                Err(_) => return Batch { items, ended: None },
            },
        };
        match item {
            Some(Ok(Some(item))) => items.push(item),
            Some(Ok(None)) => return Batch { items, ended: None },
            Some(Err(error)) => return Batch { items, ended: Some(Err(error)) },
            None => return Batch { items, ended: Some(Ok(())) },
        }
        deadline.get_or_insert_with(|| tokio::time::Instant::now() + PATIENCE);
    }
    Batch { items, ended: None }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_full_batch_does_not_wait() {
        let mut numbers = stream::iter((0..120).map(Some).map(Ok::<_, ()>));

        let first = next(&mut numbers).await;

        assert_eq!((first.items.len(), first.ended), (AT_MOST, None));
    }

    #[tokio::test(start_paused = true)]
    async fn a_lonely_item_is_not_kept_waiting_for_ever() {
        let mut slow = Box::pin(stream::iter([Ok::<_, ()>(Some(1))]).chain(stream::pending()));

        let batch = next(&mut slow).await;

        assert_eq!((batch.items, batch.ended), (vec![1], None));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_gathered_before_an_error_is_handed_on_with_it() {
        let mut broken = stream::iter([Ok(Some(1)), Ok(Some(2)), Err("cut")]);

        let batch = next(&mut broken).await;

        assert_eq!((batch.items, batch.ended), (vec![1, 2], Some(Err("cut"))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_closes_a_batch_without_waiting() {
        let pending = stream::pending();
        let mut numbers = Box::pin(stream::iter([Ok::<_, ()>(Some(1)), Ok(None)]).chain(pending));
        let start = tokio::time::Instant::now();

        let batch = next(&mut numbers).await;

        assert_eq!((batch.items, start.elapsed()), (vec![1], Duration::ZERO));
    }
}
