//! The archive through its public face: what is written, what survives a kill, what is found again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and prepares and damages its own folders"
)]

mod account;
mod albums;
mod catalogs;
mod damage;
mod details;
mod drops;
mod golden;
mod hostile;
mod kills;
mod mends;
mod quiet;
mod records;
mod schema;
mod shares;
mod verifies;
mod world;
