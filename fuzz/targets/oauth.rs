//! Replies of the OAuth endpoints, and what a person pastes in place of the code.
#![no_main]

use oauth_signing::{
    Callback, ExposeSecret, RequestToken, Token, Verifier, read_access_token, read_problem,
    read_request_token,
};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let problem = read_problem(text);
    let request = read_request_token(text);
    let access = read_access_token(text);
    let is_about_oauth = text.contains("oauth_");
    assert!(is_about_oauth || (problem.is_none() && request.is_err() && access.is_err()));
    if let Ok(signed_in) = &access {
        // Only what the reply itself says twice may show.
        let told = [&signed_in.nsid, &signed_in.username];
        let secret = signed_in.token.token().secret().expose_secret();
        let is_repeated = secret.len() < 8 || told.iter().any(|name| name.contains(secret));
        assert!(is_repeated || !format!("{signed_in:?}").contains(secret));
    }
    if let Ok(verifier) = Verifier::parse(text) {
        let code = verifier.secret().expose_secret();
        assert!(!code.is_empty() && !code.contains(char::is_whitespace), "{code:?} is no code");
        assert!(format!("{verifier:?}").contains("redacted"));
        verifier.other_form();
    }
    if let Ok(callback) = Callback::parse(text) {
        let other = RequestToken::new(Token::new("72157720836323165-0123456789abcdef", "s"));
        assert!(!callback.is_for(&other) || text.contains("72157720836323165"));
    }
});
