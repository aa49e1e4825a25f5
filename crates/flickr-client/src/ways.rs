//! How each interface wants to be asked: by which verb, and with a slash at its end or without.
//!
//! Flickr takes GET at the addresses it documents. Whoever stands in for it, or before it, may not: a refused verb
//! and a redirect to the same address but for the slash are followed once, signed anew, and remembered.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::Method;
use url::Url;

use crate::answer::Reply;

/// How one interface is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) verb: Method,
    /// The address without a query.
    pub(crate) url: String,
}

/// The ways that were learnt, by the address that was asked first.
#[derive(Debug, Default)]
pub(crate) struct Ways(Mutex<BTreeMap<String, Way>>);

impl Ways {
    pub(crate) fn to(&self, url: &str) -> Way {
        let known = self.known().get(url).cloned();
        known.unwrap_or_else(|| Way { verb: Method::GET, url: url.to_owned() })
    }

    pub(crate) fn learn(&self, url: &str, way: Way) {
        tracing::debug!(verb = %way.verb, "the interface wants to be asked in another way");
        self.known().insert(url.to_owned(), way);
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, Way>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Way {
    /// The other way that a reply asks for.
    pub(crate) fn instead(&self, reply: &Reply) -> Option<Self> {
        match reply.status {
            405 | 501 if self.verb == Method::GET => Some(Self { verb: Method::POST, url: self.url.clone() }),
            301 | 302 | 307 | 308 => {
                let url = same_but_for_the_slash(&self.url, reply.location.as_deref()?)?;
                Some(Self { verb: self.verb.clone(), url })
            }
            _ => None,
        }
    }
}

/// Where a redirect leads, if that differs by a slash at the end only: the keys go to no other place.
fn same_but_for_the_slash(from: &str, location: &str) -> Option<String> {
    let from = Url::parse(from).ok()?;
    let mut to = from.join(location).ok()?;
    to.set_query(None);
    to.set_fragment(None);
    let bare = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
    (to != from && bare(&to) == bare(&from)).then(|| to.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_followed_to_the_same_address_only() {
        let from = "https://api.flickr.com/services/rest/";
        let to = |location| same_but_for_the_slash(from, location);

        let bare = Some("https://api.flickr.com/services/rest".to_owned());
        assert_eq!(to("/services/rest?method=x"), bare);
        assert_eq!(to("https://api.flickr.com/services/rest"), bare);
        for other in [
            "https://api.flickr.com/services/rest/?method=x",
            "http://api.flickr.com/services/rest",
            "https://api.flickr.com:444/services/rest",
            "https://me@api.flickr.com/services/rest",
            "https://example.org/services/rest",
            "/login",
            "",
        ] {
            assert_eq!(to(other), None, "{other}");
        }
        let slashed = same_but_for_the_slash("https://api.flickr.com/services/rest", "/services/rest/");
        assert_eq!(slashed.as_deref(), Some(from));
    }
}
