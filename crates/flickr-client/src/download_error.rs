//! Why a body did not arrive, and what that means for the one who asked for it.

use std::time::Duration;

use crate::addresses::RefusedAddress;
use crate::download::{LONGEST_SILENCE, SPEED_WINDOW};

/// Why a body did not arrive.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// The address, or one it leads to, may not be asked.
    #[error("the address of the file was not asked")]
    Address(#[from] RefusedAddress),
    /// The address is no good any more: 404, 410, 403 and the like.
    #[error("the image host answered with HTTP status {status}")]
    NotThere {
        /// The HTTP status.
        status: u16,
    },
    /// Something else than a picture or a video came, with HTTP status 200.
    #[error("what the image host sent is not the file: {reason}")]
    NotAFile {
        /// What it is.
        reason: String,
    },
    /// No connection to the image host, or one that broke before the body.
    #[error("could not reach the image host")]
    Unreachable {
        /// What the network said, without the address.
        source: reqwest::Error,
    },
    /// The image host went on answering this address with an error while others went well.
    #[error("the image host is in trouble (HTTP status {status})")]
    Trouble {
        /// The HTTP status.
        status: u16,
    },
    /// Nothing at all came from the image host for as long as patience lasts.
    #[error("the image host gave nothing to anybody for {}", minutes(*patience))]
    Silent {
        /// How long was waited.
        patience: Duration,
        /// What happened last.
        #[source]
        last: Option<Box<DownloadError>>,
    },
    /// The image host wants nobody to come back before a time that is further off than patience lasts.
    #[error("the image host asks to come back in {}", minutes(*wait))]
    ComeBackLater {
        /// How long it asks for.
        wait: Duration,
    },
    /// The body ended before its length, or the connection broke within it.
    #[error("the file was cut off after {arrived} bytes{}", promised.map(|length| format!(" of {length}")).unwrap_or_default())]
    Cut {
        /// Bytes that came.
        arrived: u64,
        /// Bytes that were promised.
        promised: Option<u64>,
        /// What the network said, without the address.
        source: Option<reqwest::Error>,
    },
    /// The body trickled.
    #[error("the file came too slowly: {arrived} bytes in {} seconds", SPEED_WINDOW.as_secs())]
    TooSlow {
        /// Bytes that came in the last minute.
        arrived: u64,
    },
    /// The connection is there, and nothing comes over it.
    #[error("the file stood still after {arrived} bytes: nothing more came in {} seconds", LONGEST_SILENCE.as_secs())]
    Stalled {
        /// Bytes that came before.
        arrived: u64,
    },
    /// The rest of a body that was cut cannot be had: it has to be begun anew.
    #[error("the rest of the file cannot be had: {reason}")]
    NoRest {
        /// Why.
        reason: &'static str,
    },
    /// More bytes than were promised, or than any photo or video has.
    #[error("the file does not end after {most} bytes")]
    TooLong {
        /// The most that was to come.
        most: u64,
    },
}

fn minutes(length: Duration) -> String {
    match length.as_secs() {
        seconds @ 0..=119 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds / 60),
    }
}

impl DownloadError {
    /// Whether the address is to be blamed, so that Flickr should be asked for a new one.
    #[must_use]
    pub fn wants_new_address(&self) -> bool {
        matches!(
            self,
            Self::Address(_) | Self::NotThere { .. } | Self::NotAFile { .. } | Self::TooLong { .. }
        )
    }

    /// Whether no other download would go better now.
    #[must_use]
    pub fn ends_the_run(&self) -> bool {
        matches!(self, Self::Silent { .. } | Self::ComeBackLater { .. })
    }

    /// Whether the body came, but at a crawl.
    #[must_use]
    pub fn is_crawl(&self) -> bool {
        matches!(self, Self::TooSlow { .. })
    }

    /// Whether the body broke off after it had begun, so that the rest of it may be asked for.
    #[must_use]
    pub fn broke_off(&self) -> bool {
        matches!(self, Self::Cut { .. } | Self::Stalled { .. } | Self::TooSlow { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_address_wants_a_new_one() {
        let is_new = |error: DownloadError| error.wants_new_address();

        assert!(is_new(DownloadError::NotThere { status: 404 }));
        assert!(is_new(DownloadError::NotAFile { reason: String::new() }));
        assert!(is_new(RefusedAddress::ForeignHost.into()));
        assert!(!is_new(DownloadError::Cut { arrived: 1, promised: Some(2), source: None }));
        assert!(!is_new(DownloadError::Trouble { status: 503 }));
        let silent = DownloadError::Silent { patience: Duration::from_secs(300), last: None };
        assert!(silent.ends_the_run());
        assert_eq!(silent.to_string(), "the image host gave nothing to anybody for 5 minutes");
    }
}
