//! The signatures that Python's oauthlib gives to 400 requests; `tests/vectors/make.py` made them.

use oauth_signing::{
    ApiKeys, Attempt, ExposeSecret, OAuthExtra, SigningRequest, Token, Verifier, authorization_header,
    signature,
};
use serde_json::Value;

const VECTORS: &str = include_str!("../vectors/vectors.jsonl");

fn vectors() -> Vec<Value> {
    VECTORS.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text<'a>(vector: &'a Value, field: &str) -> Option<&'a str> {
    vector[field].as_str()
}

fn parameters(vector: &Value) -> Vec<(&str, &str)> {
    let pairs = vector["parameters"].as_array().unwrap();
    pairs.iter().map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap())).collect()
}

/// Signs one vector and gives the signature with the header it stands in.
fn signed(vector: &Value) -> (String, String) {
    let keys = ApiKeys::new(text(vector, "key").unwrap(), text(vector, "secret").unwrap()).unwrap();
    let token = text(vector, "token").map(|token| Token::new(token, text(vector, "token_secret").unwrap()));
    let verifier = text(vector, "verifier").map(|code| Verifier::parse(code).unwrap());
    let oauth = match (text(vector, "callback"), &verifier) {
        (Some(callback), _) => OAuthExtra::Callback(callback),
        (None, Some(verifier)) => OAuthExtra::Verifier(verifier),
        (None, None) => OAuthExtra::None,
    };
    let parameters = parameters(vector);
    let request = SigningRequest {
        method: text(vector, "method").unwrap(),
        url: text(vector, "url").unwrap(),
        parameters: &parameters,
        oauth,
    };
    let timestamp = vector["timestamp"].as_u64().unwrap();
    let attempt = Attempt { nonce: text(vector, "nonce").unwrap(), timestamp };
    let header = authorization_header(&keys, token.as_ref(), &request, &attempt).unwrap();
    (signature(&keys, token.as_ref(), &request, &attempt).unwrap(), header.expose_secret().to_owned())
}

#[test]
fn at_least_three_hundred_requests_are_signed_as_oauthlib_signs_them() {
    let vectors = vectors();
    assert!(vectors.len() >= 300, "only {} vectors", vectors.len());

    for (index, vector) in vectors.iter().enumerate() {
        let (signature, header) = signed(vector);
        let expected = text(vector, "signature").unwrap();

        assert_eq!(signature, expected, "line {} of vectors.jsonl: {vector}", index + 1);
        let in_header = expected.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        assert!(header.ends_with(&format!("oauth_signature=\"{in_header}\"")), "{header}");
    }
}

#[test]
fn the_vectors_cover_what_is_hard_to_sign() {
    let vectors = vectors();
    let count = |claim: &dyn Fn(&Value) -> bool| vectors.iter().filter(|vector| claim(vector)).count();
    let with_value = |claim: &dyn Fn(&str) -> bool| {
        count(&|vector| parameters(vector).iter().any(|(_, value)| claim(value)))
    };
    let has_repeats = |vector: &Value| {
        let mut names: Vec<_> = parameters(vector).into_iter().map(|(name, _)| name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        names.len() < all
    };

    for character in [' ', '+', '%', '~', '!', '*', '\'', '(', ')'] {
        assert!(with_value(&|value| value.contains(character)) >= 20, "{character:?}");
    }
    assert!(with_value(&|value| !value.is_ascii()) >= 50);
    assert!(with_value(&str::is_empty) >= 50);
    assert!(count(&has_repeats) >= 50);
    for field in ["token", "callback", "verifier"] {
        assert!(count(&|vector| vector[field].is_string()) >= 50, "{field}");
        assert!(count(&|vector| vector[field].is_null()) >= 50, "no {field}");
    }
    for verb in ["GET", "POST"] {
        assert!(count(&|vector| vector["method"] == verb) >= 100, "{verb}");
    }
}
