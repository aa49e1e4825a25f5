//! The three legs of the sign-in, and what a person does on the approval page.

use crate::gate::{Purpose, check, parameters, problem};
use crate::percent::{encode, form, value};
use crate::request::Request;
use crate::response::Response;
use crate::world::World;

/// What came of a visit to the approval page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approval {
    /// The nine digits that the page shows, as `123-456-789`.
    Code(String),
    /// The address that the browser is sent to, with `oauth_token` and `oauth_verifier`.
    Callback(String),
    /// Flickr does not know the token: it is used, refused or wrong.
    Unknown,
}

/// The first leg: a request token.
pub(crate) fn request_token(world: &World, request: &Request) -> Response {
    let parameters = parameters(request);
    if let Err(refusal) = check(world, request, &parameters, Purpose::RequestToken) {
        return *refusal;
    }
    let callback = value(&parameters, "oauth_callback").unwrap_or_default();
    let (token, secret) = world.tokens().request(callback);
    text(format!("oauth_callback_confirmed=true&oauth_token={token}&oauth_token_secret={secret}"))
}

/// The third leg: the access token, in exchange for an approved request token.
pub(crate) fn access_token(world: &World, request: &Request) -> Response {
    let parameters = parameters(request);
    if let Err(refusal) = check(world, request, &parameters, Purpose::AccessToken) {
        return *refusal;
    }
    let of = |name| value(&parameters, name).unwrap_or_default();
    let exchanged = world.tokens().exchange(of("oauth_token"), of("oauth_verifier"));
    let Some((token, secret)) = exchanged else {
        return problem(401, "token_rejected");
    };
    let account = &world.account;
    text(format!(
        "fullname={}&oauth_token={token}&oauth_token_secret={secret}&user_nsid={}&username={}",
        encode(&account.fullname),
        encode(&account.nsid),
        encode(&account.username)
    ))
}

fn text(body: String) -> Response {
    Response::new(200, "text/plain;charset=UTF-8", body)
}

/// The second leg: the page itself (GET), and the press of one of its buttons (POST).
pub(crate) fn authorize(world: &World, request: &Request) -> Response {
    let mut fields = form(&request.query);
    fields.extend(request.form_pairs());
    let token = value(&fields, "oauth_token").unwrap_or_default();
    if request.method != "POST" {
        return match world.tokens().pending(token) {
            Some(_) => approval_page(token, value(&fields, "perms").unwrap_or("read")),
            None => unknown_token(),
        };
    }
    let denied = value(&fields, "answer") == Some("no");
    if denied {
        return match deny(world, token) {
            Some(address) => Response::redirect(&address),
            None => Response::page("<!DOCTYPE html><p>You have refused access.</p>".into()),
        };
    }
    match approve(world, token) {
        Approval::Code(code) => Response::page(format!(
            "<!DOCTYPE html><title>Flickr</title><p>Type this code into the application: \
             <strong id=\"code\">{code}</strong></p>"
        )),
        Approval::Callback(address) => Response::redirect(&address),
        Approval::Unknown => unknown_token(),
    }
}

fn approval_page(token: &str, perms: &str) -> Response {
    let perms = if ["read", "write", "delete"].contains(&perms) { perms } else { "read" };
    Response::page(format!(
        "<!DOCTYPE html><title>Flickr: authorise</title><p>An application wants to link to your Flickr account \
         ({perms}).</p><form method=\"post\" action=\"/services/oauth/authorize\">\
         <input type=\"hidden\" name=\"oauth_token\" value=\"{token}\">\
         <button name=\"answer\" value=\"yes\">OK, I'll authorize it</button>\
         <button name=\"answer\" value=\"no\">No thanks</button></form>"
    ))
}

fn unknown_token() -> Response {
    Response::page("<!DOCTYPE html><p>Oops! Flickr doesn't recognise the oauth_token.</p>".into())
}

/// Says yes for a token.
pub(crate) fn approve(world: &World, token: &str) -> Approval {
    let approved = world.tokens().approve(token);
    let Some((pending, verifier)) = approved else {
        return Approval::Unknown;
    };
    if pending.callback == "oob" {
        return Approval::Code(verifier);
    }
    let query = format!("oauth_token={token}&oauth_verifier={verifier}");
    Approval::Callback(back_to(world, &pending.callback, &query))
}

/// Says no for a token; gives the address the browser is sent to, if there is one.
pub(crate) fn deny(world: &World, token: &str) -> Option<String> {
    let pending = world.tokens().deny(token)?;
    let query = format!("oauth_problem=user_refused&oauth_token={token}");
    (pending.callback != "oob").then(|| back_to(world, &pending.callback, &query))
}

fn back_to(world: &World, callback: &str, query: &str) -> String {
    let joint = if callback.contains('?') { '&' } else { '?' };
    match callback.strip_prefix("http://") {
        Some(rest) if world.behaviour().callback_to_https => format!("https://{rest}{joint}{query}"),
        _ => format!("{callback}{joint}{query}"),
    }
}
