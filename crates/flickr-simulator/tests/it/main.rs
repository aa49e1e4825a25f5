//! The simulator over HTTP, asked by a client that signs for itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests may unwrap and read the clock"
)]

mod account_facts;
mod album_facts;
mod api_faults;
mod caller;
mod control_desk;
mod edits;
mod fact_edits;
mod fact_faults;
mod image_faults;
mod image_host;
mod listing;
mod media;
mod methods;
mod oracle;
mod photo_facts;
mod sign_in;
