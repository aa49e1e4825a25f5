//! flickr-client against a simulated Flickr that checks every signature and lies on request.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and is an owner of its own tasks"
)]

mod account;
mod bombs;
mod calls;
mod choosing;
mod details;
mod downloads;
mod listing;
mod odd_hosts;
mod odd_listings;
mod odd_sign_ins;
mod resuming;
mod scripted;
mod sign_in;
mod walks;
mod world;
