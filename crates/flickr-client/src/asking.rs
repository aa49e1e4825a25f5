//! Asks the image host for one file, as often as is right, and tells its gate what came of it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use reqwest::header::{HeaderMap, RANGE};
use reqwest::{Method, Response};

use crate::gate::{Heard, Pass};
use crate::media::{self, Verdict};
use crate::one_photo::Standing;
use crate::retry::OFFLINE_PATIENCE;
use crate::waiting::WaitingFor;
use crate::{DownloadError, FlickrClient, Source};

/// Headers alone save a download; they are not worth a long wait.
const LONGEST_LOOK: Duration = Duration::from_secs(20);
/// Who was refused lets the others go first after a pause.
const AFTER_THE_OTHERS: Duration = Duration::from_millis(50);

impl FlickrClient {
    /// Asks for a file until it is there, it is given up, or the host is silent for as long as patience lasts.
    ///
    /// `wishes` are headers that ask for a part; whether what comes is that part is not judged here.
    pub(crate) async fn ask_for(
        &self,
        source: &Source,
        wishes: &HeaderMap,
    ) -> Result<(Response, Pass), DownloadError> {
        let file = Some(number_of(source));
        for tries in 1_u32.. {
            let mut pass = self.enter(file).await?;
            let (heard, error) = match self.ask_once(&Method::GET, source, wishes).await {
                Ok(response) => {
                    pass.heard(Heard::Answer);
                    return Ok((response, pass));
                }
                Err(outcome) => outcome,
            };
            let standing = pass.heard(heard);
            drop(pass);
            tracing::debug!(%error, tries, ?standing, "the image host gave no file");
            let Some(standing) = standing else { return Err(error) };
            let patience = self.patience_with(&standing, &error);
            if tries > 1 && standing.silent_for >= patience {
                return Err(DownloadError::Silent { patience: self.patience(), last: Some(Box::new(error)) });
            }
            if standing.is_given_up(matches!(heard, Heard::Later(_))) {
                return Err(error);
            }
            self.wait_for_the_next_try(heard, &standing, patience).await;
        }
        Err(DownloadError::Silent { patience: self.patience(), last: None })
    }

    /// Asks for the headers of a file, once with `HEAD` and once with `GET`.
    pub(crate) async fn headers(&self, source: &Source) -> Result<HeaderMap, DownloadError> {
        match self.look(&Method::HEAD, source).await {
            Ok(headers) => Ok(headers),
            Err((Heard::Later(_), error) | (_, error @ DownloadError::Address(_))) => Err(error),
            Err(_) => self.look(&Method::GET, source).await.map_err(|(_, error)| error),
        }
    }

    /// One look at the headers; only a wish to come later is told to everybody.
    async fn look(&self, method: &Method, source: &Source) -> Result<HeaderMap, (Heard, DownloadError)> {
        let mut pass = self.enter(None).await.map_err(|error| (Heard::Later(None), error))?;
        let asked =
            tokio::time::timeout(LONGEST_LOOK, self.ask_once(method, source, &HeaderMap::new())).await;
        let asked = asked.unwrap_or(Err((Heard::Nothing, DownloadError::TooSlow { arrived: 0 })));
        let asked = asked.map_err(|(heard, error)| match error {
            // Some say so of the verb, and mean nobody.
            DownloadError::Trouble { status: 503 } if heard == Heard::Later(None) => (Heard::Nothing, error),
            error => (heard, error),
        });
        match &asked {
            Ok(_) => pass.heard(Heard::Answer),
            Err((later @ Heard::Later(_), _)) => pass.heard(*later),
            Err(_) => pass.heard(Heard::Nothing),
        };
        asked.map(|response| response.headers().clone())
    }

    async fn enter(&self, file: Option<u64>) -> Result<Pass, DownloadError> {
        self.gate().enter(file).await.map_err(|wait| DownloadError::ComeBackLater { wait })
    }

    /// One request; the error comes with what it tells of the host.
    async fn ask_once(
        &self,
        method: &Method,
        source: &Source,
        wishes: &HeaderMap,
    ) -> Result<Response, (Heard, DownloadError)> {
        let asked = media::ask(self.media(), self.allowed(), (method, wishes), source.address.expose()).await;
        let response = asked.map_err(|error| match error {
            DownloadError::Unreachable { .. } => (Heard::Trouble, error),
            error => (Heard::Answer, error),
        })?;
        let status = response.status().as_u16();
        let is_for_a_part = matches!(status, 206 | 416) && wishes.contains_key(RANGE);
        match media::judge(status, response.headers()) {
            _ if is_for_a_part => Ok(response),
            Verdict::Good => Ok(response),
            Verdict::Later(wait) => Err((Heard::Later(wait), DownloadError::Trouble { status })),
            Verdict::Trouble => Err((Heard::Trouble, DownloadError::Trouble { status })),
            Verdict::NotThere => Err((Heard::Answer, DownloadError::NotThere { status })),
            Verdict::NotAFile(reason) => Err((Heard::Answer, DownloadError::NotAFile { reason })),
        }
    }

    /// Where there was never a network, nobody waits long for one.
    fn patience_with(&self, standing: &Standing, error: &DownloadError) -> Duration {
        let is_offline = matches!(error, DownloadError::Unreachable { source } if source.is_connect());
        let never = is_offline && !standing.ever_heard;
        if never { self.patience().min(OFFLINE_PATIENCE) } else { self.patience() }
    }

    async fn wait_for_the_next_try(&self, heard: Heard, standing: &Standing, patience: Duration) {
        let pause = self.gate().pause_left();
        let everybodys = matches!(heard, Heard::Later(_)) && !pause.is_zero();
        if !everybodys {
            // The last try comes at the very end of patience, not before it.
            let left = patience.saturating_sub(standing.silent_for).max(AFTER_THE_OTHERS);
            self.waits().sleep(standing.delay().min(left), WaitingFor::ImageHostBusy).await;
        } else if pause <= self.patience() {
            self.waits().sleep(pause + AFTER_THE_OTHERS, WaitingFor::ImageHostBusy).await;
        }
    }
}

/// A number that stands for the address of a file, which itself is kept nowhere.
fn number_of(source: &Source) -> u64 {
    let mut hasher = DefaultHasher::new();
    source.address.expose().hash(&mut hasher);
    hasher.finish()
}
