//! Ctrl-C and the polite signals: the first one stops the run in order, the second one at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::failure::Exit;
use crate::words;

/// Signals that are caught from the first moments of the program on; those that come before anybody asks are kept.
pub(crate) struct Caught {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Caught {
    /// Begins to catch them, in the runtime that is entered; nothing where the system does not let us.
    pub(crate) fn begin() -> Option<Self> {
        Some(Self {
            interrupt: signal(SignalKind::interrupt()).ok()?,
            terminate: signal(SignalKind::terminate()).ok()?,
            hang_up: signal(SignalKind::hangup()).ok()?,
        })
    }
}

/// What a closed terminal means to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HangUp {
    /// Nothing: it is no reason to stop a backup.
    Harmless,
    /// The end, as for any program.
    Ends,
}

/// Acts on signals for as long as it lives: at first each one ends the program at once, with the exit code of that signal;
/// after [`Signals::stop_in_order`] the first one only asks the run to stop.
pub(crate) struct Signals {
    stop: CancellationToken,
    heard: Arc<AtomicU8>,
    in_order: Arc<AtomicBool>,
    _listener: Option<AbortOnDropHandle<()>>,
}

impl Signals {
    /// Begins to act on what was caught.
    pub(crate) fn listen(caught: Option<Caught>, hang_up: HangUp, tasks: &TaskTracker) -> Self {
        let stop = CancellationToken::new();
        let (heard, in_order) = (Arc::new(AtomicU8::new(0)), Arc::new(AtomicBool::new(false)));
        let watcher =
            Watcher { stop: stop.clone(), heard: heard.clone(), in_order: in_order.clone(), hang_up };
        let listener = caught.map(|caught| AbortOnDropHandle::new(tasks.spawn(watcher.watch(caught))));
        Self { stop, heard, in_order, _listener: listener }
    }

    /// From now on the first signal is an order to stop, and the second one ends the program.
    pub(crate) fn stop_in_order(&self) {
        self.in_order.store(true, Ordering::Relaxed);
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
const HUNG_UP: u8 = 3;

/// What is done about signals.
struct Watcher {
    stop: CancellationToken,
    heard: Arc<AtomicU8>,
    in_order: Arc<AtomicBool>,
    hang_up: HangUp,
}

impl Watcher {
    async fn watch(self, mut caught: Caught) {
        let mut deadline = None::<Instant>;
        loop {
            let too_long = tokio::time::sleep_until(deadline.unwrap_or_else(Instant::now));
            let which = tokio::select! {
                () = too_long, if deadline.is_some() => {
                    words::say("It takes too long to stop in order; stopping now. What is done stays done.");
                    leave(self.heard.load(Ordering::Relaxed));
                }
                _ = caught.interrupt.recv() => INTERRUPTED,
                _ = caught.terminate.recv() => TERMINATED,
                _ = caught.hang_up.recv() => match self.hang_up {
                    HangUp::Harmless => continue,
                    HangUp::Ends => HUNG_UP,
                },
            };
            if self.stop.is_cancelled() || !self.in_order.load(Ordering::Relaxed) {
                leave(which);
            }
            self.heard.store(which, Ordering::Relaxed);
            words::say(
                "Stopping: finishing what can be finished within two seconds. Once more stops at once.",
            );
            self.stop.cancel();
            deadline = Some(Instant::now() + LONGEST_END);
        }
    }
}

#[expect(clippy::exit, reason = "the person asked twice; every moment is a safe one to die")]
fn leave(which: u8) -> ! {
    words::take_bars_away();
    let code = match which {
        TERMINATED => Exit::Terminated as i32,
        HUNG_UP => 129,
        _ => Exit::Interrupted as i32,
    };
    std::process::exit(code)
}
