//! The client and its one `call`: every method of Flickr's REST interface goes through it.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use oauth_signing::{ApiKeys, OAuthExtra, Token};
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use crate::addresses::Allowed;
use crate::answer::{self, Answer, Reply};
use crate::api::{self, Request};
use crate::error::Again;
use crate::gate::{Gate, Heard, Pass};
use crate::pace::{CallLog, Pace};
use crate::retry::{Attempts, Failure, LastSuccess};
use crate::waiting::{Waiting, WaitingFor, Waits};
use crate::ways::Ways;
use crate::{ClientSettings, Endpoint, FlickrError, masking, media, retry};

/// The door to Flickr. Cheap to clone; all clones share one pace, and the gates before Flickr's two
/// hosts.
#[derive(Clone)]
pub struct FlickrClient {
    inner: Arc<Inner>,
}

struct Inner {
    endpoint: Endpoint,
    keys: ApiKeys,
    token: Option<Token>,
    api: reqwest::Client,
    media: reqwest::Client,
    patience: Duration,
    pace: Pace,
    /// The gate before the API.
    calls: Gate,
    calls_at_once: usize,
    last_success: LastSuccess,
    /// Why Flickr does not accept the key; nothing is asked with it any more.
    key_is_off: OnceLock<String>,
    /// The gate before the image host.
    gate: Gate,
    waits: Waits,
    ways: Ways,
}

/// Whom the failure of a call concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Nothing goes on without its answer.
    TheRun,
    /// One photo among many.
    OnePhoto,
}

impl fmt::Debug for FlickrClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlickrClient").field("endpoint", &self.inner.endpoint).finish_non_exhaustive()
    }
}

impl FlickrClient {
    /// Makes a client; nothing is sent yet. To be called within a tokio runtime.
    pub fn new(settings: ClientSettings) -> Result<Self, FlickrError> {
        let calls_at_once = settings.calls_at_once.clamp(1, 64);
        let waits = Waits::new();
        let inner = Inner {
            api: api::client(&settings.user_agent, &settings.endpoint)?,
            media: media::client(&settings.user_agent, &settings.endpoint)?,
            endpoint: settings.endpoint,
            keys: settings.keys,
            token: settings.token,
            patience: settings.patience,
            pace: Pace::new(settings.calls_per_hour, &settings.spent),
            calls: Gate::new(calls_at_once, settings.patience, (waits.clone(), WaitingFor::Busy)),
            calls_at_once,
            last_success: LastSuccess::default(),
            key_is_off: OnceLock::new(),
            gate: Gate::new(
                settings.downloads_at_once,
                settings.patience,
                (waits.clone(), WaitingFor::ImageHostBusy),
            ),
            waits,
            ways: Ways::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Calls one method, such as `flickr.test.login`, and reads its answer.
    ///
    /// `parameters` are the method's own arguments as plain text; the signature and the wish for JSON are
    /// added here. A failed attempt is signed anew and made again for as long as there is patience. Only
    /// methods that read are called: a GET may be repeated.
    pub async fn call<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &[(&str, &str)],
    ) -> Result<Answer<T>, FlickrError> {
        self.call_for(Whose::TheRun, method, parameters).await
    }

    /// Calls one method for one photo or list: a failure that others do not share is given up within a minute.
    pub(crate) async fn call_for_one<T: DeserializeOwned>(
        &self,
        method: &'static str,
        parameters: &[(&str, &str)],
    ) -> Result<Answer<T>, FlickrError> {
        self.call_for(Whose::OnePhoto, method, parameters).await
    }

    async fn call_for<T: DeserializeOwned>(
        &self,
        whose: Whose,
        method: &'static str,
        parameters: &[(&str, &str)],
    ) -> Result<Answer<T>, FlickrError> {
        let url = self.inner.endpoint.rest();
        let mut all = vec![("method", method), ("format", "json"), ("nojsoncallback", "1")];
        all.extend_from_slice(parameters);
        let request = Request { method, url: &url, parameters: &all, oauth: OAuthExtra::None };
        let mut attempts: Option<Attempts> = None;
        loop {
            let mut turn = self.turn(method).await?;
            let attempts = attempts.get_or_insert_with(Attempts::begin);
            let outcome = self.send(&request, self.inner.token.as_ref()).await;
            turn.heard(told(&outcome));
            drop(turn);
            let error = match outcome.and_then(|reply| answer::read(method, &reply)) {
                Ok(answer) => {
                    self.inner.last_success.note();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if let FlickrError::KeyRefused { reason } = &error {
                self.inner.key_is_off.get_or_init(|| reason.clone());
            }
            let silent_for = self.silent_for(attempts, &error);
            match self.after(attempts, whose, &error) {
                Some(wait) => self.inner.waits.sleep(wait, WaitingFor::Busy).await,
                None => return Err(self.given_up(error, silent_for)),
            }
        }
    }

    /// What was called so far, and what is left of the hourly allowance.
    #[must_use]
    pub fn calls(&self) -> CallLog {
        self.inner.pace.log()
    }

    /// Whether a call would go at once: the hourly allowance does not hold it, and nobody was told to wait.
    #[must_use]
    pub fn has_calls_at_hand(&self) -> bool {
        self.inner.pace.is_free() && self.inner.calls.is_open()
    }

    /// Tells when and why nothing is asked for a while.
    #[must_use]
    pub fn waiting(&self) -> watch::Receiver<Option<Waiting>> {
        self.inner.waits.subscribe()
    }

    /// Sends one request. Where another way of asking is wanted, it is asked so at once, and from then on.
    pub(crate) async fn send(
        &self,
        request: &Request<'_>,
        token: Option<&Token>,
    ) -> Result<Reply, FlickrError> {
        let Inner { api, keys, ways, .. } = &*self.inner;
        let mut way = ways.to(request.url);
        let mut reply = api::send(api, keys, token, request, &way).await?;
        // Another verb and another address: two ways at most.
        for _ in 0..2 {
            let Some(other) = way.instead(&reply) else { break };
            reply = api::send(api, keys, token, request, &other).await?;
            if (200..=299).contains(&reply.status) {
                ways.learn(request.url, other.clone());
            }
            way = other;
        }
        if !masking::is_answer(reply.status, &reply.body) {
            reply.body = masking::without_credentials(reply.body, keys, token);
        }
        Ok(reply)
    }

    /// Waits until a call may be made: the pace, a free place, and nobody told to wait.
    async fn turn(&self, method: &'static str) -> Result<Pass, FlickrError> {
        let inner = &self.inner;
        inner.waits.sleep(inner.pace.reserve(), WaitingFor::AllowanceUsed).await;
        let pass = inner.calls.enter(None).await.map_err(|held| {
            let busy = FlickrError::Busy { method, status: 429, wait: Some(held) };
            FlickrError::Silent { source: Box::new(busy) }
        })?;
        if let Some(reason) = inner.key_is_off.get() {
            return Err(FlickrError::KeyRefused { reason: reason.clone() });
        }
        inner.pace.count();
        Ok(pass)
    }

    /// Decides over the next attempt of a call.
    fn after(&self, attempts: &mut Attempts, whose: Whose, error: &FlickrError) -> Option<Duration> {
        let failure = Failure { again: error.again(), wait: error.wait(), offline: error.is_offline() };
        let last_success = self.inner.last_success.get();
        let wait = attempts.after(failure, last_success, self.inner.patience);
        let is_over = whose == Whose::OnePhoto && attempts.are_enough_for_one(error.is_limit(), last_success);
        let wait = wait.filter(|_| !is_over);
        let next = wait.map(|wait| format!("{wait:.1?}"));
        tracing::debug!(%error, failed = attempts.failed(), next, "an attempt failed");
        wait
    }

    /// For how long nothing has succeeded. That Flickr understood and said no is an answer too.
    fn silent_for(&self, attempts: &Attempts, error: &FlickrError) -> Duration {
        if matches!(error, FlickrError::Refused { .. }) {
            self.inner.last_success.note();
            return Duration::ZERO;
        }
        self.inner.last_success.failed(attempts.began(), self.inner.patience)
    }

    /// Tells the failure of one call from Flickr's silence to all of them.
    fn given_up(&self, error: FlickrError, silent_for: Duration) -> FlickrError {
        let last_success = self.inner.last_success.get();
        let patience = retry::patience_with(error.is_offline(), last_success, self.inner.patience);
        let to_come = error.wait().unwrap_or_default();
        if error.again() == Again::Patiently && silent_for.saturating_add(to_come) >= patience {
            return FlickrError::Silent { source: Box::new(error) };
        }
        error
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    pub(crate) fn allowed(&self) -> Allowed {
        self.inner.endpoint.allowed()
    }

    pub(crate) fn calls_at_once(&self) -> usize {
        self.inner.calls_at_once
    }

    pub(crate) fn patience(&self) -> Duration {
        self.inner.patience
    }

    pub(crate) fn media(&self) -> &reqwest::Client {
        &self.inner.media
    }

    pub(crate) fn waits(&self) -> &Waits {
        &self.inner.waits
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.inner.gate
    }
}

/// What a reply tells of the API's limiter; trouble of another kind is each call's own.
fn told(outcome: &Result<Reply, FlickrError>) -> Heard {
    match outcome {
        Ok(reply) if reply.status == 429 => Heard::Later(reply.retry_after),
        Ok(reply) if reply.status >= 400 && reply.retry_after.is_some() => Heard::Later(reply.retry_after),
        Ok(reply) if reply.status < 500 => Heard::Answer,
        Ok(_) => Heard::Failure,
        Err(_) => Heard::Nothing,
    }
}
