//! A body of the image host that is arriving: its bytes as they come, and the rest of it after a cut.
//!
//! What is wrong with the whole host is waited out here, for all downloads together; what is wrong with one
//! address or one body is the caller's to decide. One 404 concludes nothing: the caller asks Flickr anew.

use std::fmt;
use std::time::Duration;

use flickr_model::{Media, Promise};
use reqwest::Response;
use tokio::time::Instant;
use tokio_util::bytes::Bytes;

use crate::gate::Pass;
use crate::resume::{Mark, Rest};
use crate::{DownloadError, FlickrClient, Source, masking, media, promise, quirks};

/// A body slower than 1 kB a second over a minute is given up.
pub(crate) const SPEED_WINDOW: Duration = Duration::from_secs(60);
const SLOWEST: u64 = 60_000;
/// A body of which nothing comes for so long is given up.
pub(crate) const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// A body that is arriving. It keeps its place at the image host until it is dropped.
pub struct Download {
    /// What the headers and the listing promise of the body.
    pub promise: Promise,
    client: FlickrClient,
    source: Source,
    /// What names the file, so that more of it can be asked for.
    mark: Option<Mark>,
    /// The answer that the bytes come from, and the place at the host; nothing between two of them.
    body: Option<(Response, Pass)>,
    arrived: u64,
    /// The most bytes that may have arrived when this answer ends.
    most: u64,
    speed: Speed,
    /// What was looked at already.
    first: Option<Bytes>,
}

/// How a body that was cut goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoesOn {
    /// With the byte behind the last one that arrived.
    Here,
    /// From its first byte, with a new promise: what arrived until now is to be forgotten.
    Afresh,
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
    /// Takes the body of an answer from its first byte on.
    async fn begin(
        client: &FlickrClient,
        source: &Source,
        media: Media,
        (response, pass): (Response, Pass),
    ) -> Result<Self, DownloadError> {
        let promise = promise::of(response.headers(), source, media);
        let most = quirks::most_bytes(&promise);
        if promise.length.is_some_and(|length| length > most) {
            return Err(DownloadError::TooLong { most });
        }
        let is_suspect = media::is_said_to_be_text(response.headers());
        let mut download = Self {
            mark: Mark::of(response.headers(), promise.length),
            most: promise.length.unwrap_or(most),
            promise,
            client: client.clone(),
            source: source.clone(),
            body: Some((response, pass)),
            arrived: 0,
            speed: Speed::default(),
            first: None,
        };
        if is_suspect {
            download.first = download.chunk().await?;
            refuse_text(download.first.as_deref().unwrap_or_default())?;
        }
        Ok(download)
    }

    /// Returns the next bytes, or nothing when the body is whole as far as its length tells.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, DownloadError> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let began = Instant::now();
        let Some((response, _)) = &mut self.body else { return Err(self.cut(None)) };
        let most = self.speed.left().min(LONGEST_SILENCE);
        let Ok(chunk) = tokio::time::timeout(most, response.chunk()).await else {
            return Err(self.too_slow(most));
        };
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

    /// Whether the rest of the body can be asked for by itself.
    #[must_use]
    pub fn can_go_on(&self) -> bool {
        self.arrived > 0 && self.mark.as_ref().is_some_and(|mark| self.arrived < mark.total())
    }

    /// How many bytes have arrived, of all answers together.
    #[must_use]
    pub fn arrived(&self) -> u64 {
        self.arrived
    }

    /// Asks for the rest of a body that was cut, at its own address or at the one it has by now.
    ///
    /// The host decides how it goes on: a file that has changed comes from its first byte, which costs no further
    /// request. Where nothing names the file, it is asked for from its first byte. After an error the body is lost, unless it is [`DownloadError::NotThere`]: addresses of streams go
    /// stale after minutes, and another one may be tried.
    pub async fn go_on(&mut self, source: &Source) -> Result<GoesOn, DownloadError> {
        // The place at the host is given back first: who waits with one in hand keeps others out.
        self.body = None;
        let is_elsewhere = source.address != self.source.address;
        let holds = |mark: &Mark| self.can_go_on() && (mark.holds_elsewhere() || !is_elsewhere);
        let mark = self.mark.clone().filter(holds);
        let wishes = mark.as_ref().map(|mark| mark.request(self.arrived)).unwrap_or_default();
        let (response, pass) = self.client.ask_for(source, &wishes).await?;
        let (status, headers) = (response.status().as_u16(), response.headers());
        match mark.map_or(Rest::Whole, |mark| mark.judge(self.arrived, status, headers)) {
            Rest::UpTo(end) => {
                tracing::debug!(arrived = self.arrived, end, "a body goes on");
                self.body = Some((response, pass));
                (self.most, self.speed) = (end, Speed::default());
                Ok(GoesOn::Here)
            }
            Rest::Whole => {
                let media = self.promise.media;
                *self = Self::begin(&self.client.clone(), source, media, (response, pass)).await?;
                Ok(GoesOn::Afresh)
            }
            Rest::Unfit(reason) => Err(DownloadError::NoRest { reason }),
        }
    }

    fn cut(&self, source: Option<reqwest::Error>) -> DownloadError {
        DownloadError::Cut { arrived: self.arrived, promised: self.promise.length, source }
    }

    fn too_slow(&self, waited: Duration) -> DownloadError {
        if waited < LONGEST_SILENCE {
            DownloadError::TooSlow { arrived: self.speed.bytes }
        } else {
            DownloadError::Stalled { arrived: self.arrived }
        }
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
        let answer = self.ask_for(source, &reqwest::header::HeaderMap::new()).await?;
        Download::begin(self, source, media, answer).await
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
    fn a_trickle_is_given_up_and_a_slow_line_is_not() {
        let mut trickle = Speed::default();
        let ends = (0..10).find(|_| trickle.count(Duration::from_secs(20), 1).is_err());
        assert_eq!(ends, Some(2), "one byte every 20 seconds, for a minute");

        let mut slow = Speed::default();
        for _ in 0..1000 {
            assert!(slow.count(Duration::from_secs(20), 64_000).is_ok());
        }
        assert!(slow.left() > Duration::from_secs(30));
    }
}
