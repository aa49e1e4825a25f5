//! Reading the callback: what the address says to which Flickr sent the browser.
//!
//! Approved, it carries `oauth_token` and `oauth_verifier`. What Flickr sends when the person refuses is not
//! on record, so the three known dialects are read: `denied=TOKEN`, and `oauth_problem=…` or `error=…`
//! beside `oauth_token`. Everything counts only with the pending token, and a parameter given twice counts
//! as not given. (An address that the person pastes is read more kindly, in `code`.)

use oauth_signing::{ExposeSecret, RequestToken, Verifier};
use url::form_urlencoded;

/// What a callback brought to the sign-in that waits.
pub(super) enum Brought {
    /// The person approved.
    Verifier(Verifier),
    /// The person refused.
    Denied,
    /// It belongs to another sign-in: an older one, or somebody else's.
    OtherSignIn,
    /// It is no callback, or the half of one.
    Incomplete,
}

/// Reads the query of a callback address.
pub(super) fn read(query: &str, pending: &RequestToken) -> Brought {
    let parameters: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let value_of = |name: &str| {
        let mut values = parameters.iter().filter(|(key, _)| key == name).map(|(_, value)| value.trim());
        let value = values.next().filter(|value| !value.is_empty());
        if values.next().is_some() { None } else { value }
    };
    let is_refusal = ["denied", "oauth_problem", "error"].into_iter().any(|name| value_of(name).is_some());
    let verifier = value_of("oauth_verifier").and_then(to_verifier);
    let Some(token) = value_of("oauth_token").or_else(|| value_of("denied")) else {
        return Brought::Incomplete;
    };

    if !is_refusal && verifier.is_none() {
        return Brought::Incomplete;
    }
    if token != pending.token().text().expose_secret() {
        return Brought::OtherSignIn;
    }
    match verifier {
        Some(verifier) if !is_refusal => Brought::Verifier(verifier),
        _ => Brought::Denied,
    }
}

/// With its name before it, a verifier may have any plain shape; Flickr's have 16 hex digits so far.
fn to_verifier(value: &str) -> Option<Verifier> {
    Verifier::parse(&format!("oauth_verifier={value}")).ok()
}

#[cfg(test)]
mod tests {
    use oauth_signing::Token;

    use super::*;

    const PENDING: &str = "72157720836323165-bc23b64d48bf2386";

    /// Reads a query and puts what it brought into one word.
    fn brought(query: &str) -> String {
        match read(query, &RequestToken::new(Token::new(PENDING, "b1b2"))) {
            Brought::Verifier(verifier) => verifier.secret().expose_secret().to_owned(),
            Brought::Denied => "denied".to_owned(),
            Brought::OtherSignIn => "other".to_owned(),
            Brought::Incomplete => "incomplete".to_owned(),
        }
    }

    #[test]
    fn an_approval_counts_only_with_the_pending_token() {
        let approved = "3c934d75060f9aa6";

        assert_eq!(brought(&format!("oauth_token={PENDING}&oauth_verifier=3c934d75060f9aa6")), approved);
        assert_eq!(
            brought(&format!("x=1&oauth_verifier=%203c934d75060f9aa6&oauth_token={PENDING}")),
            approved
        );
        assert_eq!(
            brought(&format!("oauth_token={PENDING}&oauth_verifier=of-another.shape")),
            "of-another.shape"
        );
        assert_eq!(brought("oauth_token=72157720836323165-0&oauth_verifier=3c934d75060f9aa6"), "other");
        assert_eq!(brought(&format!("oauth_token={PENDING}0&oauth_verifier=3c934d75060f9aa6")), "other");
    }

    #[test]
    fn half_a_callback_brings_nothing() {
        for query in ["", "oauth_verifier=3c9", "oauth_token=&oauth_verifier=3c9", "error=access_denied"] {
            assert_eq!(brought(query), "incomplete", "{query}");
        }
        for rest in ["", "&oauth_verifier=", "&oauth_verifier=a&oauth_verifier=b", "&oauth_verifier=%3Cb%3E"]
        {
            assert_eq!(brought(&format!("oauth_token={PENDING}{rest}")), "incomplete", "{rest}");
        }
        assert_eq!(
            brought(&format!("oauth_token={PENDING}&oauth_token=other&oauth_verifier=a")),
            "incomplete"
        );
    }

    #[test]
    fn a_refusal_counts_only_with_the_pending_token() {
        assert_eq!(brought(&format!("denied={PENDING}")), "denied");
        assert_eq!(brought(&format!("oauth_problem=user_refused&oauth_token={PENDING}")), "denied");
        assert_eq!(brought(&format!("error=access_denied&oauth_token={PENDING}&oauth_verifier=a")), "denied");
        assert_eq!(brought("denied=72157720836323165-0"), "other");
        assert_eq!(brought("oauth_problem=user_refused&oauth_token=72157720836323165-0"), "other");
    }
}
