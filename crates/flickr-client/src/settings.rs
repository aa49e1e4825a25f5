//! What a client is made of: where Flickr is, whose keys, and how fast.

use std::fmt;
use std::time::Duration;

use oauth_signing::{ApiKeys, Token};
use url::Url;

use crate::addresses::{self, Allowed};
use crate::{FlickrError, Spent};

/// What a client is made of.
#[derive(Clone)]
pub struct ClientSettings {
    /// Where Flickr is.
    pub endpoint: Endpoint,
    /// The API key and its secret.
    pub keys: ApiKeys,
    /// The access token; absent for the sign-in.
    pub token: Option<Token>,
    /// How the program names itself: name, version and an address for complaints. Flickr's image host is
    /// known to be stricter with programs that hide.
    pub user_agent: String,
    /// How long nothing may succeed before a call is given up; five minutes are a good start.
    pub patience: Duration,
    /// Most API calls in any hour; `None` is no limit. Flickr allows 3600 for one key.
    pub calls_per_hour: Option<u32>,
    /// What this key has used of its allowance in earlier runs.
    pub spent: Spent,
    /// Most API calls under way at the same time.
    pub calls_at_once: usize,
    /// Most downloads under way at the same time.
    pub downloads_at_once: usize,
}

impl fmt::Debug for ClientSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSettings")
            .field("endpoint", &self.endpoint)
            .field("signed_in", &self.token.is_some())
            .field("user_agent", &self.user_agent)
            .field("patience", &self.patience)
            .field("calls_per_hour", &self.calls_per_hour)
            .field("calls_at_once", &self.calls_at_once)
            .field("downloads_at_once", &self.downloads_at_once)
            .finish_non_exhaustive()
    }
}

/// Where Flickr is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Endpoint {
    /// The real one: `www.flickr.com` and `api.flickr.com`, encrypted.
    #[default]
    Flickr,
    /// A stand-in on this computer, without encryption.
    Loopback(Url),
}

impl Endpoint {
    /// Reads the address of a stand-in, such as `http://127.0.0.1:4711`: plain http, and only on loopback.
    pub fn loopback(address: &str) -> Result<Self, FlickrError> {
        let settings = |reason: &str| FlickrError::Settings { reason: reason.to_owned() };
        let url = Url::parse(address.trim()).map_err(|_| settings("the endpoint is not an address"))?;
        if url.scheme() != "http" || !addresses::is_loopback(&url) {
            return Err(settings("the endpoint must be http:// on 127.0.0.1, localhost or [::1]"));
        }
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(settings("the endpoint must be a host and a port only"));
        }
        Ok(Self::Loopback(url))
    }

    /// The address of the REST interface. It is signed as it is sent, slash and all.
    pub(crate) fn rest(&self) -> String {
        match self {
            Self::Flickr => "https://api.flickr.com/services/rest/".to_owned(),
            Self::Loopback(url) => format!("{}services/rest/", url.as_str()),
        }
    }

    /// The address of a step of the sign-in.
    pub(crate) fn oauth(&self, step: &str) -> String {
        match self {
            Self::Flickr => format!("https://www.flickr.com/services/oauth/{step}"),
            Self::Loopback(url) => format!("{}services/oauth/{step}", url.as_str()),
        }
    }

    pub(crate) fn allowed(&self) -> Allowed {
        match self {
            Self::Flickr => Allowed::Flickr,
            Self::Loopback(_) => Allowed::FlickrAndLoopback,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_is_on_this_computer_only() {
        for good in ["http://127.0.0.1:4711", "http://localhost:1/", " http://[::1]:80 "] {
            assert!(Endpoint::loopback(good).is_ok(), "{good}");
        }
        for bad in [
            "https://127.0.0.1:4711",
            "http://10.0.0.1:80",
            "http://localhost.example.org",
            "http://127.0.0.1:80/services",
            "http://me@127.0.0.1:80",
            "127.0.0.1:80",
            "",
        ] {
            assert!(Endpoint::loopback(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn flickr_has_two_hosts_and_a_stand_in_one() {
        let here = Endpoint::loopback("http://127.0.0.1:4711").unwrap();

        assert_eq!(Endpoint::Flickr.rest(), "https://api.flickr.com/services/rest/");
        assert_eq!(Endpoint::Flickr.oauth("authorize"), "https://www.flickr.com/services/oauth/authorize");
        assert_eq!(here.rest(), "http://127.0.0.1:4711/services/rest/");
        assert_eq!(here.oauth("request_token"), "http://127.0.0.1:4711/services/oauth/request_token");
    }

    #[test]
    fn settings_show_no_secret() {
        let settings = ClientSettings {
            endpoint: Endpoint::Flickr,
            keys: ApiKeys::new("0123456789abcdef0123456789abcdef", "0123456789abcdef").unwrap(),
            token: Some(Token::new("72157600000000001-00aa11bb22cc33dd".to_owned(), "feedbeef".to_owned())),
            user_agent: "test".to_owned(),
            patience: Duration::from_secs(1),
            calls_per_hour: None,
            spent: Spent::default(),
            calls_at_once: 1,
            downloads_at_once: 1,
        };

        let shown = format!("{settings:?}");

        for secret in ["0123456789abcdef", "00aa11bb", "feedbeef"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
