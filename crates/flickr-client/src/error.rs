//! Why a call to Flickr gave no answer, and what that means for the one who asked.

use std::time::Duration;

use jiff::SignedDuration;
use oauth_signing::SigningError;

/// Why a call to Flickr did not give an answer. No variant holds a key, a token or an address.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FlickrError {
    /// No connection, or one that broke.
    #[error("could not reach Flickr for {method}")]
    Unreachable {
        /// The API method, or the step of the sign-in.
        method: &'static str,
        /// What the network said, without the address.
        source: reqwest::Error,
    },
    /// The edge of Flickr answered instead of Flickr: 429, 5xx and the like.
    #[error("Flickr is too busy for {method} (HTTP status {status})")]
    Busy {
        /// The API method, or the step of the sign-in.
        method: &'static str,
        /// The HTTP status.
        status: u16,
        /// When to come back, where Flickr said so.
        wait: Option<Duration>,
    },
    /// Nothing has succeeded for as long as patience lasts, or Flickr wants nobody to come back before. It reads
    /// like the last failure, which it holds.
    #[error(transparent)]
    Silent {
        /// What happened last.
        source: Box<FlickrError>,
    },
    /// Flickr says of itself that it does not work at the moment (codes 105, 201 and 0).
    #[error("Flickr is out of order for {method}: {message} (code {code})")]
    OutOfOrder {
        /// The API method.
        method: &'static str,
        /// Flickr's number for it.
        code: i64,
        /// Flickr's words.
        message: String,
    },
    /// The request was seen before; it is signed anew and sent again.
    #[error("Flickr says it has seen this request for {method} before")]
    SeenBefore {
        /// The API method, or the step of the sign-in.
        method: &'static str,
    },
    /// Flickr understood and said no.
    #[error("Flickr refused {method}: {message} (code {code})")]
    Refused {
        /// The API method.
        method: &'static str,
        /// Flickr's number for it; 1 to 20 mean something else for each method.
        code: i64,
        /// Flickr's words.
        message: String,
    },
    /// The token is no longer accepted: the person took the permission back, or never gave it.
    #[error("Flickr does not accept the sign-in for {method}: {reason}")]
    NotSignedIn {
        /// The API method.
        method: &'static str,
        /// Flickr's words.
        reason: String,
    },
    /// The API key is unknown to Flickr, or was switched off.
    #[error("Flickr does not accept the API key: {reason}")]
    KeyRefused {
        /// Flickr's words.
        reason: String,
    },
    /// The signature is wrong: most likely the API secret or the token's secret is.
    #[error("Flickr found the signature of {method} wrong{}", hint.as_deref().map(|hint| format!(" (it signed: {hint})")).unwrap_or_default())]
    SignatureRefused {
        /// The API method, or the step of the sign-in.
        method: &'static str,
        /// What Flickr signed itself, secrets taken out.
        hint: Option<String>,
    },
    /// This computer's clock is too far from Flickr's.
    #[error("Flickr did not accept the time of {method}{}", off(*ahead))]
    ClockOff {
        /// The API method, or the step of the sign-in.
        method: &'static str,
        /// How far this computer's clock is ahead of Flickr's; negative when it is behind.
        ahead: Option<SignedDuration>,
    },
    /// Some other refusal of the OAuth layer.
    #[error("Flickr refused the request for {method}: {problem}")]
    OAuth {
        /// The API method, or the step of the sign-in.
        method: &'static str,
        /// Flickr's words.
        problem: String,
    },
    /// A status that no layer of Flickr is known to give.
    #[error("Flickr answered {method} with HTTP status {status}")]
    Status {
        /// The API method, or the step of the sign-in.
        method: &'static str,
        /// The HTTP status.
        status: u16,
    },
    /// Not an answer in any of Flickr's dialects: HTML with status 200, or JSON that was cut.
    #[error("{method} gave a reply that is not an answer: {reason}")]
    Unreadable {
        /// The API method.
        method: &'static str,
        /// What it is instead.
        reason: String,
    },
    /// A whole answer, but not of the documented form.
    #[error("{method} gave an answer that is not in the documented form: {reason}")]
    Misshapen {
        /// The API method.
        method: &'static str,
        /// Where it differs.
        reason: String,
    },
    /// An answer that does not end.
    #[error("{method} gave an answer of more than {limit} bytes")]
    TooLong {
        /// The API method.
        method: &'static str,
        /// The most that is read.
        limit: usize,
    },
    /// The request could not be signed.
    #[error("could not sign the request for {method}")]
    Signing {
        /// The API method, or the step of the sign-in.
        method: &'static str,
        /// Why.
        source: SigningError,
    },
    /// The settings cannot work.
    #[error("{reason}")]
    Settings {
        /// What is wrong with them.
        reason: String,
    },
    /// The network client could not be made: as a rule no CA certificates are installed.
    #[error("could not prepare encrypted connections; install ca-certificates or set SSL_CERT_FILE")]
    Client {
        /// What the network library said.
        source: reqwest::Error,
    },
}

pub(crate) fn off(ahead: Option<SignedDuration>) -> String {
    match ahead {
        Some(ahead) if ahead.is_negative() => {
            format!("; this computer's clock is {} seconds behind Flickr's", ahead.abs().as_secs())
        }
        Some(ahead) => format!("; this computer's clock is {} seconds ahead of Flickr's", ahead.as_secs()),
        None => String::new(),
    }
}

/// What an error means for the one who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The person has to sign in again.
    SignInAgain,
    /// The API key or its secret is wrong, or was switched off.
    KeyRefused,
    /// The clock has to be set.
    ClockOff,
    /// The network or Flickr; another run may go well.
    Temporary,
    /// Flickr said no to this one call.
    Refused {
        /// Flickr's number for it.
        code: i64,
    },
    /// Flickr's answer to this one call could not be read.
    Unreadable,
    /// Something on this computer.
    Local,
}

/// How often a failed call is worth another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// As long as there is patience.
    Patiently,
    /// Three more times: it may have been a hiccup.
    AFewTimes,
    /// Not at all.
    Never,
}

impl FlickrError {
    /// Says what this means for the one who asked.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Unreachable { .. }
            | Self::Busy { .. }
            | Self::OutOfOrder { .. }
            | Self::Silent { .. }
            | Self::SeenBefore { .. } => Trouble::Temporary,
            Self::Refused { code, .. } => Trouble::Refused { code: *code },
            Self::NotSignedIn { .. } => Trouble::SignInAgain,
            Self::KeyRefused { .. } | Self::SignatureRefused { .. } => Trouble::KeyRefused,
            Self::ClockOff { .. } => Trouble::ClockOff,
            Self::OAuth { .. } => Trouble::SignInAgain,
            Self::Status { .. } | Self::Unreadable { .. } | Self::Misshapen { .. } | Self::TooLong { .. } => {
                Trouble::Unreadable
            }
            Self::Signing { .. } | Self::Settings { .. } | Self::Client { .. } => Trouble::Local,
        }
    }

    /// Whether no other call would go better now; else it is the failure of this one call, and of its photo.
    #[must_use]
    pub fn ends_the_run(&self) -> bool {
        match self.trouble() {
            Trouble::SignInAgain | Trouble::KeyRefused | Trouble::ClockOff | Trouble::Local => true,
            Trouble::Temporary => matches!(self, Self::Silent { .. }),
            Trouble::Refused { .. } | Trouble::Unreadable => false,
        }
    }

    /// Whether it is the answer of a limiter, which everybody gets.
    pub(crate) fn is_limit(&self) -> bool {
        matches!(self, Self::Busy { status: 429, .. } | Self::Busy { wait: Some(_), .. })
    }

    pub(crate) fn again(&self) -> Again {
        match self {
            Self::Unreachable { source, .. } if source.is_builder() => Again::Never,
            Self::Unreachable { .. }
            | Self::Busy { .. }
            | Self::OutOfOrder { .. }
            | Self::SeenBefore { .. }
            | Self::Unreadable { .. } => Again::Patiently,
            Self::Status { .. } | Self::Misshapen { .. } | Self::TooLong { .. } => Again::AFewTimes,
            _ => Again::Never,
        }
    }

    /// Whether Flickr was heard at all; not so without a network.
    pub(crate) fn is_offline(&self) -> bool {
        matches!(self, Self::Unreachable { source, .. } if source.is_connect())
    }

    pub(crate) fn wait(&self) -> Option<Duration> {
        match self {
            Self::Busy { wait, .. } => *wait,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_ends_the_run_only_when_everything_was_silent() {
        let busy = || FlickrError::Busy { method: "flickr.test.login", status: 503, wait: None };
        let silent = FlickrError::Silent { source: Box::new(busy()) };
        let refused = FlickrError::Refused { method: "flickr.test.login", code: 1, message: String::new() };

        assert!(!busy().ends_the_run() && !refused.ends_the_run());
        assert!(silent.ends_the_run() && silent.trouble() == Trouble::Temporary);
        assert_eq!(silent.to_string(), busy().to_string());
        assert!(FlickrError::KeyRefused { reason: String::new() }.ends_the_run());
    }

    #[test]
    fn the_clocks_difference_is_told_in_seconds() {
        let day = SignedDuration::from_hours(26);
        let told = |ahead| FlickrError::ClockOff { method: "flickr.test.login", ahead }.to_string();

        assert!(told(Some(day)).ends_with("is 93600 seconds ahead of Flickr's"));
        assert!(told(Some(-day)).ends_with("is 93600 seconds behind Flickr's"));
        assert_eq!(told(None), "Flickr did not accept the time of flickr.test.login");
    }
}
