//! Starts the threads on which everything runs.

use std::panic;

use anyhow::Context;
use tokio::runtime::{Builder, Runtime};

use crate::failure::Exit;
use crate::words;

/// More of them would not be faster at waiting for Flickr, and each keeps a stock of free memory of its own.
const MOST: usize = 4;

/// Starts them.
///
/// Where the system gives no thread, tokio panics, and then waits for ever for those that it has: the program is ended
/// before that.
pub(crate) fn start() -> anyhow::Result<Runtime> {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(|_no_thread| refuse()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = Builder::new_multi_thread().worker_threads(cores.min(MOST)).enable_all().build();
    panic::set_hook(usual);
    runtime.context("the program's threads could not be started")
}

#[expect(clippy::exit, reason = "nothing was begun, and unwinding does not come to an end")]
fn refuse() {
    words::say("flickr-backup: the system gives the program no thread: memory or processes are used up");
    words::say("Next: free some, or raise the limit (ulimit -v, ulimit -u), then run it again");
    std::process::exit(Exit::Unexpected as i32)
}
