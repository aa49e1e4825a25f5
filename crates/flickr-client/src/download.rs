//! Opens the body of a photo or video and hands its bytes on as they come.
//!
//! What is wrong with the whole host is waited out here, for all downloads together; what is wrong with one
//! address or one body is the caller's to decide. One 404 concludes nothing: the caller asks Flickr anew.

use std::fmt;
use std::time::Duration;

use flickr_model::{Media, Promise};
use reqwest::Response;
use tokio::time::Instant;
use tokio_util::bytes::Bytes;

use crate::addresses::RefusedAddress;
use crate::gate::Pass;
use crate::{FlickrClient, Source, masking, media, promise};

/// Flickr takes photos up to 200 MB and videos up to 1 GB; more than this is no photo and no video.
const LARGEST_PHOTO: u64 = 1 << 28;
const LARGEST_VIDEO: u64 = 1 << 32;
/// A body slower than 1 kB a second over two minutes is given up.
const SPEED_WINDOW: Duration = Duration::from_secs(120);
const SLOWEST: u64 = 120_000;

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
        /// Bytes that came in the last two minutes.
        arrived: u64,
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
}

/// A body that is arriving. It keeps its place at the image host until it is dropped.
pub struct Download {
    /// What the headers and the listing promise of the body.
    pub promise: Promise,
    response: Response,
    arrived: u64,
    most: u64,
    speed: Speed,
    /// What was looked at already.
    first: Option<Bytes>,
    _pass: Pass,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("promise", &self.promise)
            .field("arrived", &self.arrived)
            .finish_non_exhaustive()
    }
}

impl Download {
    /// Returns the next bytes, or nothing when the body is whole as far as its length tells.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, DownloadError> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let began = Instant::now();
        let chunk = tokio::time::timeout(self.speed.left(), self.response.chunk()).await;
        let Ok(chunk) = chunk else { return Err(DownloadError::TooSlow { arrived: self.speed.bytes }) };
        let chunk = chunk.map_err(|source| self.cut(Some(source.without_url())))?;
        let Some(chunk) = chunk else {
            let is_short = self.promise.length.is_some_and(|length| self.arrived < length);
            return if is_short { Err(self.cut(None)) } else { Ok(None) };
        };
        let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        self.arrived = self.arrived.saturating_add(length);
        if self.arrived > self.most {
            return Err(DownloadError::TooLong { most: self.most });
        }
        self.speed.count(began.elapsed(), length)?;
        Ok(Some(chunk))
    }

    fn cut(&self, source: Option<reqwest::Error>) -> DownloadError {
        DownloadError::Cut { arrived: self.arrived, promised: self.promise.length, source }
    }
}

/// The speed of a body, by windows; time that the caller takes for itself is not counted.
#[derive(Debug, Default)]
struct Speed {
    waited: Duration,
    bytes: u64,
}

impl Speed {
    /// How long the window still runs.
    fn left(&self) -> Duration {
        SPEED_WINDOW.saturating_sub(self.waited)
    }

    fn count(&mut self, waited: Duration, bytes: u64) -> Result<(), DownloadError> {
        self.waited += waited;
        self.bytes += bytes;
        if self.bytes >= SLOWEST {
            *self = Self::default();
        }
        if self.waited < SPEED_WINDOW { Ok(()) } else { Err(DownloadError::TooSlow { arrived: self.bytes }) }
    }
}

impl FlickrClient {
    /// Opens the body behind a source, when the image host lets us in.
    ///
    /// 429, 5xx and broken connections are waited out, until nothing has come for anybody for as long as patience
    /// lasts. A file that fails while others come is given up after 6 tries or a minute, and asked once for each
    /// further time that it is opened.
    pub async fn open(&self, source: &Source, media: Media) -> Result<Download, DownloadError> {
        let (response, pass) = self.ask_for(source).await?;
        let promise = promise::of(response.headers(), source, media);
        let largest = if media == Media::Photo { LARGEST_PHOTO } else { LARGEST_VIDEO };
        let most = promise.length.unwrap_or(largest);
        if most > largest {
            return Err(DownloadError::TooLong { most: largest });
        }
        let is_suspect = media::is_said_to_be_text(response.headers());
        let speed = Speed::default();
        let mut download = Download { promise, response, arrived: 0, most, speed, first: None, _pass: pass };
        if is_suspect {
            download.first = download.chunk().await?;
            refuse_text(download.first.as_deref().unwrap_or_default())?;
        }
        Ok(download)
    }

    /// Asks for the headers of a source only, once: a host that knows no `HEAD`, answers it strangely or takes
    /// long is asked once as for the body, which is then not read. Nothing is waited for but what the host asks
    /// of everybody, and a failure says nothing of the host.
    pub async fn head(&self, source: &Source, media: Media) -> Result<Promise, DownloadError> {
        let headers = self.headers(source).await?;
        Ok(promise::of(&headers, source, media))
    }
}

/// Refuses a page that came instead of a picture, and logs the first 512 bytes of it.
fn refuse_text(beginning: &[u8]) -> Result<(), DownloadError> {
    if !media::looks_like_text(beginning) {
        return Ok(());
    }
    let beginning = &beginning[..beginning.len().min(512)];
    let beginning = masking::without_digits(&String::from_utf8_lossy(beginning)).escape_debug().to_string();
    tracing::debug!(beginning, "the image host sent a page instead of a file");
    Err(DownloadError::NotAFile { reason: "it is a page of text".to_owned() })
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

    #[test]
    fn a_trickle_is_given_up_and_a_slow_line_is_not() {
        let mut trickle = Speed::default();
        let ends = (0..10).find(|_| trickle.count(Duration::from_secs(20), 1).is_err());
        assert_eq!(ends, Some(5), "one byte every 20 seconds, for two minutes");

        let mut slow = Speed::default();
        for _ in 0..1000 {
            assert!(slow.count(Duration::from_secs(20), 64_000).is_ok());
        }
        assert!(slow.left() > Duration::from_secs(60));
    }
}
