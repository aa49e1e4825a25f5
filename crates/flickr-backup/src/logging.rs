//! What `-v` shows: what the crates say of themselves, on standard error, never a secret.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Our own crates; what others log is not held to our rule about secrets and is left out.
const OURS: [&str; 5] = ["flickr_backup", "flickr_client", "flickr_sync", "photo_archive", "token_store"];

/// Begins to show what is said at the level asked for: 0 warnings, 1 information, 2 and more everything.
pub(crate) fn start(verbose: u8, colours: bool) {
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        _ => LevelFilter::TRACE,
    };
    let targets = Targets::new().with_targets(OURS.map(|target| (target, level)));
    let lines =
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours).with_target(false);
    let _already_started = tracing_subscriber::registry().with(targets).with(lines).try_init().is_err();
}
