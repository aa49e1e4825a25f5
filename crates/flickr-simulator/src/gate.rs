//! The gate before every signed request: are all parameters there, who calls, is the signature right, is it fresh?

use crate::faults::Leg;
use crate::percent::{decode, form, value};
use crate::request::Request;
use crate::response::Response;
use crate::signature::{base_string, sign};
use crate::world::World;

const WINDOW: i64 = 300;

/// What a signed request asks for; each needs other parameters and another token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    RequestToken,
    AccessToken,
    Rest,
}

/// All parameters of a request, from the header, the query and the form, in this order.
pub(crate) fn parameters(request: &Request) -> Vec<(String, String)> {
    let mut all = header_parameters(request.header("authorization").unwrap_or_default());
    all.extend(request.query_pairs());
    all.extend(request.form_pairs());
    all
}

fn header_parameters(header: &str) -> Vec<(String, String)> {
    let Some(list) =
        header.get(..6).filter(|scheme| scheme.eq_ignore_ascii_case("oauth ")).map(|_| &header[6..])
    else {
        return Vec::new();
    };
    list.split(',')
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, quoted)| (decode(name), decode(quoted.trim_matches('"'))))
        .collect()
}

/// Lets a signed request pass, or gives Flickr's refusal.
pub(crate) fn check(
    world: &World,
    request: &Request,
    parameters: &[(String, String)],
    purpose: Purpose,
) -> Result<(), Box<Response>> {
    let of = |name: &str| value(parameters, name).unwrap_or_default();
    require(parameters, purpose)?;
    if of("oauth_consumer_key") != world.api_key {
        return Err(refused("consumer_key_unknown"));
    }
    if of("oauth_signature_method") != "HMAC-SHA1" {
        return Err(Box::new(problem(400, "signature_method_rejected")));
    }
    let token_secret = token_secret(world, of("oauth_token"), purpose)?;
    let base = base_string(&request.method, &address(request), &as_php_sees(parameters));
    if sign(&base, &world.api_secret, &token_secret) != of("oauth_signature") {
        world.count(|counts| counts.signature_failures += 1);
        let body = format!("oauth_problem=signature_invalid&debug_sbs={base}");
        return Err(Box::new(Response::new(401, "text/plain;charset=UTF-8", body)));
    }
    fresh(world, of("oauth_timestamp"), of("oauth_nonce"), of("oauth_token"))
}

fn require(parameters: &[(String, String)], purpose: Purpose) -> Result<(), Box<Response>> {
    let special: &[&str] = match purpose {
        Purpose::RequestToken => &["oauth_callback"],
        Purpose::AccessToken => &["oauth_token", "oauth_verifier"],
        Purpose::Rest => &["oauth_token"],
    };
    let always =
        ["oauth_consumer_key", "oauth_nonce", "oauth_signature", "oauth_signature_method", "oauth_timestamp"];
    let is_absent = |name: &&&str| value(parameters, name).is_none_or(str::is_empty);
    let absent: Vec<&str> = special.iter().chain(&always).filter(is_absent).copied().collect();
    if absent.is_empty() {
        return Ok(());
    }
    let list = absent.join("%26");
    let body = format!("oauth_problem=parameter_absent&oauth_parameters_absent={list}");
    Err(Box::new(Response::new(400, "text/plain;charset=UTF-8", body)))
}

fn token_secret(world: &World, token: &str, purpose: Purpose) -> Result<String, Box<Response>> {
    let tokens = world.tokens();
    let pending = tokens.pending(token).map(|pending| pending.secret.clone());
    match purpose {
        Purpose::RequestToken => Ok(String::new()),
        Purpose::AccessToken => pending.ok_or_else(|| refused("token_rejected")),
        Purpose::Rest if pending.is_some() => Err(refused("verifier_invalid")),
        Purpose::Rest => {
            tokens.access_secret(token).map(str::to_owned).ok_or_else(|| refused("token_rejected"))
        }
    }
}

/// The address that is signed: exactly the one that was asked for, slash or not.
fn address(request: &Request) -> String {
    format!("http://{}{}", request.header("host").unwrap_or_default().to_ascii_lowercase(), request.path)
}

/// A name in PHP's list form appears twice at Flickr's side, which breaks the signature (recorded in 2013).
fn as_php_sees(parameters: &[(String, String)]) -> Vec<(String, String)> {
    let mut seen = parameters.to_vec();
    let flattened = parameters.iter().filter_map(|(name, value)| {
        let (flat, _) = name.split_once('[')?;
        Some((flat.to_owned(), value.clone()))
    });
    seen.extend(flattened);
    seen
}

fn fresh(world: &World, timestamp: &str, nonce: &str, token: &str) -> Result<(), Box<Response>> {
    let behaviour = world.behaviour();
    let off = timestamp.parse::<i64>().map(|said| (said - world.now()).abs());
    if behaviour.strict_timestamps && !matches!(off, Ok(..=WINDOW)) {
        world.count(|counts| counts.timestamp_refusals += 1);
        return Err(refused("timestamp_refused"));
    }
    if !world.tokens().use_nonce(nonce, timestamp, token) {
        world.count(|counts| counts.nonce_reuses += 1);
        return Err(refused("nonce_used"));
    }
    Ok(())
}

fn refused(name: &str) -> Box<Response> {
    Box::new(problem(401, name))
}

/// An OAuth problem as Flickr writes it.
pub(crate) fn problem(status: u16, name: &str) -> Response {
    Response::new(status, "text/plain;charset=UTF-8", format!("oauth_problem={name}"))
}

/// Whether a request carries a key, a token, a secret or a signature in its address.
pub(crate) fn credential_in_address(world: &World, request: &Request, leg: Option<Leg>) -> bool {
    if leg == Some(Leg::Authorize) {
        return false;
    }
    let first = world.tokens().first_access();
    let secrets = [&world.api_key, &world.api_secret, &first.0, &first.1];
    let is_secret = |text: &str| secrets.iter().any(|secret| text.contains(secret.as_str()));
    form(&request.query).iter().any(|(name, value)| name.starts_with("oauth_") || is_secret(value))
        || is_secret(&request.path)
}

#[cfg(test)]
mod tests {
    use super::header_parameters;

    #[test]
    fn an_authorization_header_is_taken_apart_and_decoded() {
        let found = header_parameters("OAuth realm=\"\", oauth_nonce=\"a%2Bb\",oauth_token=\"t\"");

        assert_eq!(found[1], ("oauth_nonce".into(), "a+b".into()));
        assert_eq!(found.len(), 3);
        assert!(header_parameters("Basic abc").is_empty());
    }
}
