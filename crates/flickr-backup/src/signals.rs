//! Ctrl-C and the polite signals: the first one stops the run in order, the second one at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::failure::Exit;
use crate::words;

/// Listens to signals for as long as it lives.
pub(crate) struct Signals {
    stop: CancellationToken,
    heard: Arc<AtomicU8>,
    _listener: Option<AbortOnDropHandle<()>>,
}

impl Signals {
    /// Begins to listen. SIGHUP is heard and ignored: a closed terminal is no reason to stop a backup.
    pub(crate) fn listen(tasks: &tokio_util::task::TaskTracker) -> Self {
        let stop = CancellationToken::new();
        let heard = Arc::new(AtomicU8::new(0));
        let listener =
            watch(stop.clone(), heard.clone()).map(|watch| AbortOnDropHandle::new(tasks.spawn(watch)));
        Self { stop, heard, _listener: listener }
    }

    /// Cancelled when the run is to stop.
    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// The exit code of a run that a signal stopped.
    pub(crate) fn exit(&self) -> Exit {
        if self.heard.load(Ordering::Relaxed) == TERMINATED { Exit::Terminated } else { Exit::Interrupted }
    }
}

/// How long the run may take to come to its end in order. A disk that syncs for longer is left to itself: every moment
/// is a safe one to die.
const LONGEST_END: Duration = Duration::from_secs(10);

const INTERRUPTED: u8 = 1;
const TERMINATED: u8 = 2;

fn watch(stop: CancellationToken, heard: Arc<AtomicU8>) -> Option<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal(SignalKind::interrupt()).ok()?;
    let mut terminate = signal(SignalKind::terminate()).ok()?;
    let mut hang_up = signal(SignalKind::hangup()).ok()?;
    Some(async move {
        let mut deadline = None::<Instant>;
        loop {
            let too_long = tokio::time::sleep_until(deadline.unwrap_or_else(Instant::now));
            let which = tokio::select! {
                () = too_long, if deadline.is_some() => {
                    words::say("It takes too long to stop in order; stopping now. What is done stays done.");
                    leave(heard.load(Ordering::Relaxed));
                }
                _ = interrupt.recv() => INTERRUPTED,
                _ = terminate.recv() => TERMINATED,
                _ = hang_up.recv() => continue,
            };
            if stop.is_cancelled() {
                leave(which);
            }
            heard.store(which, Ordering::Relaxed);
            words::say(
                "Stopping: finishing what can be finished within two seconds. Once more stops at once.",
            );
            stop.cancel();
            deadline = Some(Instant::now() + LONGEST_END);
        }
    })
}

#[expect(clippy::exit, reason = "the person asked twice; every moment is a safe one to die")]
fn leave(which: u8) -> ! {
    words::take_bars_away();
    let exit = if which == TERMINATED { Exit::Terminated } else { Exit::Interrupted };
    std::process::exit(exit as i32)
}
