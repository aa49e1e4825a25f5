//! flickr-sync with a real archive against a simulated Flickr that counts every call.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise, and is an owner of its own tasks"
)]

mod bodies;
mod lanes;
mod nights;
mod parts;
mod vanishing;
mod world;
