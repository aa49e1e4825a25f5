//! Tests of the public face of oauth-signing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise"
)]

mod oauthlib_vectors;
mod properties;
