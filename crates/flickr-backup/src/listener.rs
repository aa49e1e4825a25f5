//! The loopback listener of `auth --listen`: it waits for the browser to bring Flickr's answer back to this
//! computer.
//!
//! Flickr is given `http://localhost:PORT/flickr-backup` as the callback. Since December 2019 it sends the
//! browser to `https://` at the same place instead (mikf/gallery-dl issue 503), so one port speaks both: a
//! connection that opens with a TLS hello gets a throw-away certificate, any other is plain HTTP. Whoever
//! knocks, only a GET on the callback's path that carries exactly the pending request token ends the
//! waiting. Nothing here logs or prints an address, since it holds the verifier.

use std::convert::Infallible;
use std::future::ready;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hyper::header::{HOST, HeaderMap};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use oauth_signing::{ExposeSecret, RequestToken, Verifier};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use url::Url;

use callback::Brought;
use page::Page;

mod callback;
mod page;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests;
mod tls;

/// The path of the callback; every other path is not found.
const CALLBACK_PATH: &str = "/flickr-backup";

/// The most connections that are served at once; more wait in the system's queue.
const VISITORS_AT_ONCE: usize = 16;

/// How long one connection may take from its first byte to its last, whatever it does.
const VISIT_LIMIT: Duration = Duration::from_secs(10);

/// How long the other open connections may still finish once the answer is there: a browser may ask for a
/// page twice.
const FAREWELL: Duration = Duration::from_millis(500);

/// The most bytes of a request's first line and headers; hyper takes no smaller number than this.
const REQUEST_HEAD_BYTES: usize = 8192;

/// How often a free port is looked for that is free under both loopback addresses.
const PORTS_TRIED: usize = 16;

/// The first byte of a TLS connection: a record of the kind "handshake" (RFC 8446, section 5.1).
const TLS_HANDSHAKE: u8 = 0x16;

/// What Flickr answered by way of the browser.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// The person approved; with this the request token can be exchanged, once.
    Verifier(Verifier),
    /// The person refused.
    Denied,
}

/// A port of this computer, open on loopback only, that waits for the browser.
pub(crate) struct Listener {
    v4: TcpListener,
    v6: Option<TcpListener>,
    port: u16,
    callback_address: Url,
    tls: TlsAcceptor,
}

impl Listener {
    /// Opens `port`, or any free port for `None` and 0, on 127.0.0.1 and, where this computer has it, on
    /// \[::1\] too.
    ///
    /// `localhost` may mean either, so a port that somebody else holds on \[::1\] is not taken: the browser
    /// could bring Flickr's answer to them. An asked-for port that is held fails with
    /// [`io::ErrorKind::AddrInUse`].
    pub(crate) async fn bind(port: Option<u16>) -> io::Result<Listener> {
        let (v4, v6) = match port {
            Some(port @ 1..) => bind_both(port).await?,
            None | Some(0) => bind_any().await?,
        };
        let port = v4.local_addr()?.port();
        let callback_address =
            Url::parse(&format!("http://localhost:{port}{CALLBACK_PATH}")).map_err(io::Error::other)?;
        Ok(Listener { v4, v6, port, callback_address, tls: tls::throw_away_acceptor()? })
    }

    /// Returns the address to give to Flickr as `oauth_callback`; it is known to accept `http://localhost/…`
    /// (recorded in December 2023).
    pub(crate) fn callback_address(&self) -> Url {
        self.callback_address.clone()
    }

    /// Waits until the browser brings the answer that belongs to `pending`, and returns after its page was
    /// sent.
    ///
    /// This waits for ever; the caller sets the limit. Dropping it closes the port and every connection.
    pub(crate) async fn wait(self, pending: &RequestToken) -> Answer {
        let desk = Arc::new(Desk { port: self.port, pending: pending.clone(), answer: OnceLock::new() });
        let mut visits = JoinSet::new();
        loop {
            tokio::select! {
                visitor = self.accept(), if visits.len() < VISITORS_AT_ONCE => {
                    let desk = Arc::clone(&desk);
                    let tls = self.tls.clone();
                    visits.spawn(async move { timeout(VISIT_LIMIT, visit(visitor, tls, &desk)).await });
                }
                Some(_ended) = visits.join_next() => {
                    if let Some(answer) = desk.answer.get() {
                        finish_others(visits).await;
                        return answer.clone();
                    }
                }
            }
        }
    }

    /// Returns the next connection. A failure to accept one (too many open files, say) is waited out.
    async fn accept(&self) -> TcpStream {
        loop {
            let accepted = match &self.v6 {
                None => self.v4.accept().await,
                Some(v6) => tokio::select! {
                    accepted = self.v4.accept() => accepted,
                    accepted = v6.accept() => accepted,
                },
            };
            match accepted {
                Ok((stream, _from)) => return stream,
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    }
}

async fn bind_any() -> io::Result<(TcpListener, Option<TcpListener>)> {
    for _ in 1..PORTS_TRIED {
        match bind_both(0).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            bound => return bound,
        }
    }
    bind_both(0).await
}

async fn bind_both(port: u16) -> io::Result<(TcpListener, Option<TcpListener>)> {
    let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let port = v4.local_addr()?.port();
    match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
        Ok(v6) => Ok((v4, Some(v6))),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(error),
        Err(_no_ipv6_here) => Ok((v4, None)),
    }
}

/// Serves one connection, in plain HTTP or in TLS as its first byte says. How it ends is of no interest: an
/// answer, if it brought one, lies on the desk.
async fn visit(stream: TcpStream, tls: TlsAcceptor, desk: &Desk) {
    let mut first = [0_u8; 1];
    match stream.peek(&mut first).await {
        Ok(1) if first[0] == TLS_HANDSHAKE => {
            if let Ok(stream) = tls.accept(stream).await {
                converse(stream, desk).await;
            }
        }
        Ok(1) => converse(stream, desk).await,
        Ok(_) | Err(_) => {}
    }
}

/// Answers one request and closes the connection once the page is sent.
async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, desk: &Desk) {
    let service = service_fn(|request| ready(Ok::<_, Infallible>(desk.page_for(&request).into_response())));
    let connection = http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(REQUEST_HEAD_BYTES)
        .header_read_timeout(None) // VISIT_LIMIT bounds the whole connection
        .serve_connection(TokioIo::new(stream), service);
    // A visitor who hangs up early or speaks nonsense concerns nobody.
    connection.await.ok();
}

async fn finish_others(mut visits: JoinSet<Result<(), tokio::time::error::Elapsed>>) {
    let all_ended = async { while visits.join_next().await.is_some() {} };
    // Connections that a browser opened ahead of need stay silent; they are cut.
    timeout(FAREWELL, all_ended).await.ok();
}

/// What all connections share: what is waited for, and the one answer.
struct Desk {
    port: u16,
    pending: RequestToken,
    answer: OnceLock<Answer>,
}

impl Desk {
    /// Decides which page a request gets, and keeps the answer when it brings the first one.
    fn page_for<B>(&self, request: &Request<B>) -> Page {
        if !is_for_us(request, self.port) {
            return Page::ForeignHost;
        }
        if request.uri().path() != CALLBACK_PATH {
            return Page::NotFound;
        }
        if request.method() != Method::GET {
            return Page::OnlyGet;
        }
        match callback::read(request.uri().query().unwrap_or_default(), &self.pending) {
            Brought::Verifier(verifier) => self.keep(Answer::Verifier(verifier)),
            Brought::Denied => self.keep(Answer::Denied),
            Brought::OtherSignIn => Page::OtherSignIn,
            Brought::Incomplete => Page::Incomplete,
        }
    }

    /// Keeps the first answer. The same one again, as when a browser loads a page twice, gets the same page.
    fn keep(&self, answer: Answer) -> Page {
        let first = self.answer.get_or_init(|| answer.clone());
        match (first, answer) {
            (Answer::Verifier(first), Answer::Verifier(this)) if is_same(first, &this) => Page::Received,
            (Answer::Denied, Answer::Denied) => Page::Denied,
            _ => Page::AlreadyAnswered,
        }
    }
}

fn is_same(one: &Verifier, other: &Verifier) -> bool {
    one.secret().expose_secret() == other.secret().expose_secret()
}

/// Tells whether a request was meant for this computer by name. A page elsewhere whose own name was made to
/// point to loopback (DNS rebinding) sends that name as `Host`.
fn is_for_us<B>(request: &Request<B>, port: u16) -> bool {
    let names_us = |host: &str| {
        let name = host.strip_suffix(&format!(":{port}")).unwrap_or(host);
        name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" || name == "[::1]"
    };
    let in_address = request.uri().authority();
    // A page in a browser cannot leave `Host` out; a simple client of HTTP/1.0 does.
    hosts(request.headers()).is_some_and(|host| host.is_none_or(names_us))
        && in_address.is_none_or(|host| names_us(host.as_str()))
}

/// The one `Host` of a request, if it has one; nothing where there are several, or one that cannot be read.
fn hosts(headers: &HeaderMap) -> Option<Option<&str>> {
    let mut hosts = headers.get_all(HOST).iter();
    let Some(host) = hosts.next() else { return Some(None) };
    let host = host.to_str().ok()?;
    hosts.next().is_none().then_some(Some(host))
}
