//! The tokens that were handed out and the nonces that were used up.

use std::collections::{HashMap, HashSet};

use crate::chance::{Of, draw, hex};

const MOST_NONCES: usize = 200_000;

/// All tokens of one simulator.
#[derive(Debug)]
pub(crate) struct Tokens {
    seed: u64,
    issued: u64,
    pending: HashMap<String, Pending>,
    access: HashMap<String, String>,
    nonces: HashSet<String>,
    first_access: (String, String),
}

/// A request token on its way to an access token.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) secret: String,
    pub(crate) callback: String,
    pub(crate) verifier: Option<String>,
}

impl Tokens {
    /// Starts with one access token that is granted already.
    pub(crate) fn new(seed: u64) -> Self {
        let mut tokens = Self {
            seed,
            issued: 0,
            pending: HashMap::new(),
            access: HashMap::new(),
            nonces: HashSet::new(),
            first_access: Default::default(),
        };
        tokens.first_access = tokens.grant();
        tokens
    }

    /// The access token that was granted from the start.
    pub(crate) fn first_access(&self) -> (String, String) {
        self.first_access.clone()
    }

    /// Hands out a request token and its secret.
    pub(crate) fn request(&mut self, callback: &str) -> (String, String) {
        let (token, secret) = self.pair();
        let pending = Pending { secret: secret.clone(), callback: callback.to_owned(), verifier: None };
        self.pending.insert(token.clone(), pending);
        (token, secret)
    }

    /// Finds a request token that is still open.
    pub(crate) fn pending(&self, token: &str) -> Option<&Pending> {
        self.pending.get(token)
    }

    /// Says yes to a request token and gives its verifier: nine digits for `oob`, else 16 hex digits.
    pub(crate) fn approve(&mut self, token: &str) -> Option<(Pending, String)> {
        self.issued += 1;
        let drawn = draw(self.seed, self.issued, Of::Token);
        let pending = self.pending.get_mut(token)?;
        let verifier = match pending.callback.as_str() {
            "oob" => {
                format!("{:03}-{:03}-{:03}", drawn % 1_000, (drawn >> 16) % 1_000, (drawn >> 32) % 1_000)
            }
            _ => format!("{drawn:016x}"),
        };
        pending.verifier = Some(verifier.clone());
        Some((pending.clone(), verifier))
    }

    /// Says no to a request token, which is then worth nothing.
    pub(crate) fn deny(&mut self, token: &str) -> Option<Pending> {
        self.pending.remove(token)
    }

    /// Exchanges an approved request token, one time; the verifier may come with or without its dashes.
    pub(crate) fn exchange(&mut self, token: &str, verifier: &str) -> Option<(String, String)> {
        let bare = |text: &str| text.replace(['-', ' '], "");
        let approved = self.pending.get(token)?.verifier.as_deref()?;
        if bare(approved) != bare(verifier) {
            return None;
        }
        self.pending.remove(token);
        Some(self.grant())
    }

    /// Finds the secret of an access token that is still good.
    pub(crate) fn access_secret(&self, token: &str) -> Option<&str> {
        self.access.get(token).map(String::as_str)
    }

    /// Withdraws every access token, as the owner may on Flickr's settings page.
    pub(crate) fn revoke_all(&mut self) {
        self.access.clear();
    }

    /// Uses a nonce up; false if it was used before. Old ones are forgotten all at once when there are very many.
    pub(crate) fn use_nonce(&mut self, nonce: &str, timestamp: &str, token: &str) -> bool {
        if self.nonces.len() >= MOST_NONCES {
            self.nonces.clear();
        }
        self.nonces.insert(format!("{nonce} {timestamp} {token}"))
    }

    fn grant(&mut self) -> (String, String) {
        let (token, secret) = self.pair();
        self.access.insert(token.clone(), secret.clone());
        (token, secret)
    }

    /// A token of 17 digits, a dash and 16 hex digits, with a secret of 16 hex digits.
    fn pair(&mut self) -> (String, String) {
        self.issued += 2;
        let number = 72_157_000_000_000_000 + draw(self.seed, self.issued, Of::Token) % 999_999_999_999;
        let token = format!("{number}-{}", hex(self.seed, self.issued, Of::Token, 16));
        (token, hex(self.seed, self.issued + 1, Of::Token, 16))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may unwrap")]
mod tests {
    use super::Tokens;

    #[test]
    fn a_request_token_is_good_for_one_exchange_after_approval() {
        let mut tokens = Tokens::new(1);
        let (token, _) = tokens.request("oob");
        assert_eq!(tokens.exchange(&token, "000-000-000"), None);

        let (_, code) = tokens.approve(&token).unwrap();
        assert_eq!(code.len(), 11);
        let (access, secret) = tokens.exchange(&token, &code.replace('-', "")).unwrap();

        assert_eq!(tokens.access_secret(&access), Some(secret.as_str()));
        assert_eq!(tokens.exchange(&token, &code), None);
    }
}
