//! The pages that the listener shows in the browser: plain, whole in themselves, and nothing of the request
//! in them.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
};
use hyper::{Response, StatusCode};

/// What a visitor is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// The verifier has arrived; it is not exchanged yet, so nothing more is promised.
    Received,
    /// The person refused on Flickr's page.
    Denied,
    /// The callback carries another request token.
    OtherSignIn,
    /// The callback carries no verifier, or no token.
    Incomplete,
    /// A second answer that differs from the first.
    AlreadyAnswered,
    /// The callback's path, but not a GET.
    OnlyGet,
    /// Any other path, such as `/favicon.ico`.
    NotFound,
    /// The request names another computer.
    ForeignHost,
}

impl Page {
    /// Makes the answer. The address of the callback holds a secret, so it goes into no cache and no
    /// `Referer`.
    pub(super) fn into_response(self) -> Response<Full<Bytes>> {
        let (status, heading, text) = self.words();
        let mut response = Response::new(Full::from(html(heading, text)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        let nothing_from_elsewhere =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(nothing_from_elsewhere));
        if self == Page::OnlyGet {
            headers.insert(ALLOW, HeaderValue::from_static("GET"));
        }
        response
    }

    fn words(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Page::Received => (
                StatusCode::OK,
                "Flickr’s answer has arrived",
                "flickr-backup now finishes the sign-in by itself. You can close this page and go back to \
                 the terminal, which says when you are signed in.",
            ),
            Page::Denied => (
                StatusCode::OK,
                "You did not give access",
                "Flickr says that the access was refused, so flickr-backup is not signed in. You can \
                 close this page and go back to the terminal.",
            ),
            Page::OtherSignIn => (
                StatusCode::FORBIDDEN,
                "This belongs to another sign-in",
                "This page comes from another or an earlier try, and is not the answer that flickr-backup \
                 waits for. Please open the address that the terminal shows now.",
            ),
            Page::Incomplete => (
                StatusCode::BAD_REQUEST,
                "This is not a whole answer",
                "The address does not hold all that Flickr sends after an approval. flickr-backup still \
                 waits: please open the address that the terminal shows, and approve there.",
            ),
            Page::AlreadyAnswered => (
                StatusCode::CONFLICT,
                "The answer is already here",
                "flickr-backup has already received an answer for this sign-in. You can close this page \
                 and go back to the terminal.",
            ),
            Page::OnlyGet => (
                StatusCode::METHOD_NOT_ALLOWED,
                "This cannot be done here",
                "flickr-backup waits for the page that Flickr opens after an approval, and for nothing else.",
            ),
            Page::NotFound => (
                StatusCode::NOT_FOUND,
                "There is nothing here",
                "flickr-backup waits for the page that Flickr opens after an approval, and for nothing else.",
            ),
            Page::ForeignHost => (
                StatusCode::MISDIRECTED_REQUEST,
                "This is not for this computer",
                "The request names another computer. flickr-backup answers only to localhost.",
            ),
        }
    }
}

fn html(heading: &str, text: &str) -> String {
    // The empty icon keeps the browser from asking for /favicon.ico.
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{heading} – flickr-backup</title>\n\
         <style>body {{ font: 1.1rem/1.5 sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1rem; \
         color-scheme: light dark; }}</style>\n</head>\n<body>\n\
         <h1>{heading}</h1>\n<p>{text}</p>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_page_runs_anything_or_loads_anything_from_elsewhere() {
        for page in [Page::Received, Page::Denied, Page::OtherSignIn, Page::Incomplete, Page::NotFound] {
            let (_, heading, text) = page.words();
            let html = html(heading, text);

            assert!(html.contains(&format!("<h1>{heading}</h1>")), "{page:?} shows no heading");
            for forbidden in ["<script", "http:", "https:", "src=", "url("] {
                assert!(!html.contains(forbidden), "{page:?} holds {forbidden}");
            }
        }
    }

    #[test]
    fn the_received_page_does_not_claim_a_finished_sign_in() {
        let (status, _, text) = Page::Received.words();

        assert_eq!(status, StatusCode::OK);
        assert!(text.contains("close this page and go back to the terminal"));
        assert!(!text.contains("You are signed in"));
    }
}
