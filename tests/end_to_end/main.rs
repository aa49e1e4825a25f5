//! The real program against a pretended Flickr, as a person or cron would run it. These tests show that things
//! are wired up; the cases belong to the crates.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise, makes its own files and waits for a program"
)]

mod archive_lists;
mod archive_photos;
mod auth;
mod by_chance;
mod calls;
mod decisions;
mod faults;
mod golden;
mod hostile_words;
mod kills;
mod list;
mod looks;
mod moving;
mod oracle;
mod recovery;
mod repair;
mod secrets;
mod stops;
mod sync;
mod tls;
mod told_by_flickr;
mod words;
mod world;
