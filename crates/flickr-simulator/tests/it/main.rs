//! The simulator over HTTP, asked by a client that signs for itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests may unwrap and read the clock"
)]

mod api_faults;
mod caller;
mod control_desk;
mod edits;
mod image_faults;
mod image_host;
mod listing;
mod media;
mod methods;
mod sign_in;
