//! The answer that `auth` waits for: a code or an address that the person types or pastes.

use oauth_signing::{Callback, NotACode, RequestToken, Verifier};
use tokio::sync::mpsc;

use crate::words;

/// The lines of standard input, read by a thread of their own so that nothing else waits for them.
pub(crate) struct Lines(mpsc::Receiver<String>);

impl Lines {
    /// Begins to read; the thread ends with the input or with the program.
    pub(crate) fn read() -> Self {
        let (sender, receiver) = mpsc::channel(4);
        std::thread::spawn(move || {
            for line in std::io::stdin().lines() {
                let Ok(line) = line else { return };
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        });
        Self(receiver)
    }

    /// Returns the code as soon as a line holds it; `None` when the input ends before that.
    pub(crate) async fn verifier(&mut self, pending: &RequestToken) -> Option<Result<Verifier, NotACode>> {
        while let Some(line) = self.0.recv().await {
            match read(&line, pending) {
                Line::Code(verifier) => return Some(Ok(verifier)),
                Line::Refused => return Some(Err(NotACode::Refused)),
                Line::Other(answer) => words::say(&answer),
            }
        }
        None
    }
}

/// What one line is.
enum Line {
    Code(Verifier),
    Refused,
    /// No code; these words answer it.
    Other(String),
}

fn read(line: &str, pending: &RequestToken) -> Line {
    if let Ok(callback) = Callback::parse(line) {
        return if callback.is_for(pending) {
            Line::Code(callback.verifier().clone())
        } else {
            Line::Other(
                "This address belongs to another sign-in; paste the one of the page opened last.".to_owned(),
            )
        };
    }
    match Verifier::parse(line) {
        Ok(verifier) => Line::Code(verifier),
        Err(NotACode::Refused) => Line::Refused,
        Err(reason) => Line::Other(capitalised(&reason.to_string())),
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

#[cfg(test)]
mod tests {
    use oauth_signing::{ExposeSecret, Token};

    use super::*;

    fn pending() -> RequestToken {
        RequestToken::new(Token::new("72157-0011", "secret"))
    }

    fn code(line: &str) -> Option<String> {
        match read(line, &pending()) {
            Line::Code(verifier) => Some(verifier.secret().expose_secret().to_owned()),
            Line::Refused | Line::Other(_) => None,
        }
    }

    #[test]
    fn the_scripts_yes_is_answered_with_what_is_still_awaited() {
        for line in ["y", "Y", "yes", ""] {
            assert!(
                matches!(read(line, &pending()), Line::Other(words) if words.contains("nine digits")),
                "{line}"
            );
        }
    }

    #[test]
    fn a_code_is_found_in_whatever_was_pasted() {
        for line in ["123-456-789", "Your code is 123-456-789, type it"] {
            assert_eq!(code(line).as_deref(), Some("123-456-789"), "{line}");
        }
        assert_eq!(code(" 123456789 ").as_deref(), Some("123456789"));
    }

    #[test]
    fn the_address_of_another_sign_in_is_not_taken() {
        let address =
            |token| format!("https://localhost:8080/?oauth_token={token}&oauth_verifier=3c934d75060f9aa6");

        assert_eq!(code(&address("72157-0011")).as_deref(), Some("3c934d75060f9aa6"));
        assert_eq!(code(&address("72157-9999")), None);
    }
}
