//! OAuth 1.0a as Flickr speaks it: credentials, signatures and the replies of the sign-in, as plain values.
//!
//! Nothing here opens a connection, reads a file or looks at a clock. The nonce and the time of a request
//! are arguments, so that the same arguments always give the same signature.
//!
//! Secrets are [`SecretString`]s: they have no readable `Debug` and no `Display`, and the one way to their
//! text is `expose_secret()`.
//!
//! ```
//! use oauth_signing::{ApiKeys, Attempt, OAuthExtra, SigningRequest, authorization_header};
//! use oauth_signing::ExposeSecret;
//!
//! let keys = ApiKeys::new("0123456789abcdef0123456789abcdef", "0123456789abcdef")?;
//! let request = SigningRequest {
//!     method: "GET",
//!     url: "https://www.flickr.com/services/oauth/request_token",
//!     parameters: &[],
//!     oauth: OAuthExtra::Callback("oob"),
//! };
//! let attempt = Attempt { nonce: "d41d8cd98f00", timestamp: 1_700_000_000 };
//!
//! let header = authorization_header(&keys, None, &request, &attempt)?;
//!
//! assert!(header.expose_secret().starts_with("OAuth oauth_callback=\"oob\","));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod credentials;
mod error;
mod problem;
mod replies;
mod signer;
mod verifier;

pub use credentials::{AccessToken, ApiKeys, RequestToken, Token};
pub use error::{BadKeys, BadReply, KeyPart, NotACode, SigningError};
pub use problem::{OAuthProblem, Problem, read_problem};
pub use replies::{SignedIn, read_access_token, read_request_token};
pub use signer::{Attempt, OAuthExtra, SigningRequest, authorization_header, signature};
pub use verifier::{Callback, Verifier};

pub use secrecy::{ExposeSecret, SecretString};
