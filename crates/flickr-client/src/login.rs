//! The sign-in: request token, the page where the person says yes, and the exchange for an access token.
//!
//! Flickr speaks OAuth 1.0a with an address (`oauth_callback`) in every request for a token: without one it
//! refuses with `parameter_absent`. For a program without a web site it is `oob`, and Flickr shows a code.

use std::fmt;
use std::time::Duration;

use jiff::SignedDuration;
use oauth_signing::{
    BadReply, ExposeSecret, OAuthExtra, RequestToken, SignedIn, Token, Verifier, read_access_token,
    read_request_token,
};
use url::Url;

use crate::api::Request;
use crate::retry::{Attempts, Failure};
use crate::{FlickrClient, FlickrError, Trouble, answer};

const REQUEST_TOKEN: &str = "the request token";
const ACCESS_TOKEN: &str = "the access token";

/// Somebody sits before the screen and waits: nobody does so for five minutes.
const LONGEST_PATIENCE: Duration = Duration::from_secs(45);

/// Where Flickr sends the person after the approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Callback {
    /// Nowhere: Flickr shows a code of nine digits.
    OutOfBand,
    /// To this address, with the code in it. Flickr changes `http` into `https` since December 2019.
    Address(Url),
}

impl Callback {
    fn text(&self) -> &str {
        match self {
            Self::OutOfBand => "oob",
            Self::Address(url) => url.as_str(),
        }
    }
}

/// Why a sign-in did not succeed. Each is a sentence part; the program says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoginError {
    /// The API key is unknown to Flickr, or was switched off.
    #[error("Flickr does not know the API key, or has switched it off")]
    WrongKey,
    /// The signature was wrong: the key is known, so that the secret is not the one that belongs to it.
    #[error("Flickr found the signature wrong: the API secret does not belong to the API key")]
    WrongSecret,
    /// The code is wrong, was used before or is too old, or the approval was refused.
    #[error("Flickr does not accept the code: it is wrong, was used already, or is too old")]
    CodeRefused,
    /// This computer's clock is too far from Flickr's.
    #[error("Flickr did not accept the time of the request{}", crate::error::off(*ahead))]
    ClockOff {
        /// How far this computer's clock is ahead of Flickr's; negative when it is behind.
        ahead: Option<SignedDuration>,
    },
    /// Flickr could not be reached.
    #[error("could not reach Flickr")]
    NoNetwork {
        /// What was asked, and what the network said.
        source: FlickrError,
    },
    /// Flickr is too busy, or out of order.
    #[error("Flickr is too busy for a sign-in")]
    Busy {
        /// What it said.
        source: FlickrError,
    },
    /// The answer to the last step was lost. Flickr may have used the code up, so that it is of no use any more.
    #[error("the answer to the last step of the sign-in was lost on the way; the code may be used up")]
    LostAnswer {
        /// What happened to it.
        source: FlickrError,
    },
    /// Flickr's answer was not the one that was expected.
    #[error("Flickr's answer to the sign-in could not be read")]
    Unreadable {
        /// What is missing.
        source: BadReply,
    },
    /// Anything else.
    #[error("the sign-in failed")]
    Other {
        /// What happened.
        source: FlickrError,
    },
}

impl LoginError {
    /// Whether another try may go well without anything being changed.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::NoNetwork { .. } | Self::Busy { .. } | Self::LostAnswer { .. })
    }

    fn of(error: FlickrError) -> Self {
        match error {
            FlickrError::KeyRefused { .. } => Self::WrongKey,
            FlickrError::SignatureRefused { .. } => Self::WrongSecret,
            FlickrError::NotSignedIn { .. } => Self::CodeRefused,
            FlickrError::ClockOff { ahead, .. } => Self::ClockOff { ahead },
            FlickrError::Unreachable { .. } => Self::NoNetwork { source: error },
            error if error.trouble() == Trouble::Temporary => Self::Busy { source: error },
            error => Self::Other { source: error },
        }
    }
}

/// A sign-in that waits for the person to approve it on Flickr's page.
pub struct PendingLogin<'a> {
    client: &'a FlickrClient,
    token: RequestToken,
    page: Url,
}

impl fmt::Debug for PendingLogin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingLogin").finish_non_exhaustive()
    }
}

impl<'a> PendingLogin<'a> {
    /// Asks Flickr for a request token.
    pub async fn start(client: &'a FlickrClient, callback: &Callback) -> Result<Self, LoginError> {
        let extra = OAuthExtra::Callback(callback.text());
        let text = patiently(client, extra).await.map_err(LoginError::of)?;
        let token = read_request_token(&text).map_err(|source| LoginError::Unreadable { source })?;
        let page = page(client, &token).map_err(|source| LoginError::Other { source })?;
        Ok(Self { client, token, page })
    }

    /// The page where the person says yes to reading, and to nothing else.
    #[must_use]
    pub fn approval_page(&self) -> Url {
        self.page.clone()
    }

    /// The pending request token, to be compared with the one that a callback brings.
    #[must_use]
    pub fn token(&self) -> &RequestToken {
        &self.token
    }

    /// Exchanges the approved request token for an access token. Takes `self`: it works only once.
    ///
    /// When the network breaks, the answer may have been lost after the code was used up. It is asked once more,
    /// and if Flickr then refuses the code, that is what happened. Nine digits that are refused are tried once in
    /// their other form, with dashes or without.
    pub async fn finish(self, code: Verifier) -> Result<SignedIn, LoginError> {
        let text = match self.exchange(&code).await {
            Ok(text) => text,
            Err(lost @ FlickrError::Unreachable { .. }) => {
                tracing::debug!(error = %lost, "the answer was lost; asking once more");
                self.exchange(&code).await.map_err(|second| after_a_loss(lost, second))?
            }
            Err(refused @ FlickrError::NotSignedIn { .. }) => {
                let other = code.other_form().ok_or(LoginError::of(refused))?;
                tracing::debug!("the code was refused; trying its other form");
                self.exchange(&other).await.map_err(|second| match second {
                    lost @ FlickrError::Unreachable { .. } => LoginError::LostAnswer { source: lost },
                    second => LoginError::of(second),
                })?
            }
            Err(error) => return Err(LoginError::of(error)),
        };
        read_access_token(&text).map_err(|source| LoginError::Unreadable { source })
    }

    async fn exchange(&self, code: &Verifier) -> Result<String, FlickrError> {
        let token = self.token.token();
        step(self.client, ACCESS_TOKEN, "access_token", OAuthExtra::Verifier(code), Some(token)).await
    }
}

/// What the second failure of the exchange means, after the first answer was lost.
fn after_a_loss(first: FlickrError, second: FlickrError) -> LoginError {
    match second {
        FlickrError::NotSignedIn { .. } => LoginError::LostAnswer { source: first },
        FlickrError::Unreachable { ref source, .. } if source.is_connect() && first.is_offline() => {
            LoginError::NoNetwork { source: second }
        }
        FlickrError::Unreachable { .. } => LoginError::LostAnswer { source: second },
        second => LoginError::of(second),
    }
}

/// Asks for a request token, which may be repeated without harm.
async fn patiently(client: &FlickrClient, extra: OAuthExtra<'_>) -> Result<String, FlickrError> {
    let mut attempts = Attempts::begin();
    loop {
        let error = match step(client, REQUEST_TOKEN, "request_token", extra, None).await {
            Ok(text) => return Ok(text),
            Err(error) => error,
        };
        let failure = Failure { again: error.again(), wait: error.wait(), offline: error.is_offline() };
        let patience = client.patience().min(LONGEST_PATIENCE);
        let wait = attempts.after(failure, None, patience).ok_or(error)?;
        tokio::time::sleep(wait).await;
    }
}

async fn step(
    client: &FlickrClient,
    method: &'static str,
    path: &str,
    oauth: OAuthExtra<'_>,
    token: Option<&Token>,
) -> Result<String, FlickrError> {
    let url = client.endpoint().oauth(path);
    let request = Request { method, url: &url, parameters: &[], oauth };
    let reply = client.send(&request, token).await?;
    answer::text_of(method, &reply).map(std::borrow::Cow::into_owned)
}

fn page(client: &FlickrClient, token: &RequestToken) -> Result<Url, FlickrError> {
    let address = client.endpoint().oauth("authorize");
    let token = token.token().text().expose_secret();
    Url::parse_with_params(&address, [("oauth_token", token), ("perms", "read")])
        .map_err(|_| FlickrError::Settings { reason: "the endpoint is not an address".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_of_the_sign_in_has_its_own_name() {
        let method = REQUEST_TOKEN;
        let reason = String::new;

        assert!(matches!(LoginError::of(FlickrError::KeyRefused { reason: reason() }), LoginError::WrongKey));
        assert!(matches!(
            LoginError::of(FlickrError::SignatureRefused { method, hint: None }),
            LoginError::WrongSecret
        ));
        assert!(matches!(
            LoginError::of(FlickrError::NotSignedIn { method, reason: reason() }),
            LoginError::CodeRefused
        ));
        assert!(LoginError::of(FlickrError::Busy { method, status: 429, wait: None }).is_temporary());
    }

    #[test]
    fn a_code_refused_after_a_lost_answer_is_a_lost_answer() {
        let method = ACCESS_TOKEN;
        let lost = FlickrError::Busy { method, status: 502, wait: None };
        let refused = FlickrError::NotSignedIn { method, reason: String::new() };

        assert!(matches!(after_a_loss(lost, refused), LoginError::LostAnswer { .. }));
    }
}
