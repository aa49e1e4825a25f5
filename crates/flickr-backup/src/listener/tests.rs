//! Tests of the listener over real loopback connections, plain and in TLS.

use oauth_signing::Token;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error as TlsError, SignatureScheme};

use super::*;

const PENDING: &str = "72157720836323165-bc23b64d48bf2386";
const APPROVED: &str =
    "/flickr-backup?oauth_token=72157720836323165-bc23b64d48bf2386&oauth_verifier=3c934d75060f9aa6";

fn pending() -> RequestToken {
    RequestToken::new(Token::new(PENDING, "b1b2"))
}

/// Waits at `listener` while `browser` does its part; both must come to an end.
async fn wait_while<T>(listener: Listener, browser: impl Future<Output = T>) -> (Answer, T) {
    let pending = pending();
    let both = async { tokio::join!(listener.wait(&pending), browser) };
    timeout(Duration::from_secs(60), both).await.unwrap()
}

async fn connect(port: u16) -> TcpStream {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap()
}

/// Sends one request and reads until the listener closes the connection.
async fn say(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    reply
}

async fn get(port: u16, target: &str) -> String {
    say(connect(port).await, &format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")).await
}

async fn get_in_tls(port: u16, target: &str) -> String {
    let name = ServerName::try_from("localhost").unwrap();
    let stream = trusting_connector().connect(name, connect(port).await).await.unwrap();
    say(stream, &format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")).await
}

fn brought_the_verifier(answer: &Answer) -> bool {
    matches!(answer, Answer::Verifier(verifier) if verifier.secret().expose_secret() == "3c934d75060f9aa6")
}

#[tokio::test]
async fn the_callback_gives_the_verifier_and_shows_a_whole_page() {
    let listener = Listener::bind(None).await.unwrap();
    let port = listener.port;
    assert_eq!(listener.callback_address().as_str(), format!("http://localhost:{port}/flickr-backup"));

    let (answer, page) = wait_while(listener, get(port, APPROVED)).await;

    assert!(brought_the_verifier(&answer));
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    for header in
        ["content-type: text/html; charset=utf-8", "referrer-policy: no-referrer", "cache-control: no-store"]
    {
        assert!(page.contains(header), "{header} is not in {page}");
    }
    assert!(page.ends_with("</html>\n"), "{page}");
    assert!(!page.contains("3c934d75060f9aa6") && !page.contains(PENDING), "the page repeats a secret");
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err(), "the port is still open");
}

#[tokio::test]
async fn the_callback_turned_to_https_is_taken_too() {
    let listener = Listener::bind(None).await.unwrap();
    let port = listener.port;

    let (answer, page) = wait_while(listener, async {
        // A browser first turns away from a certificate that nobody vouches for, as an early hang-up.
        let mut turned_away = connect(port).await;
        turned_away.write_all(&[TLS_HANDSHAKE, 3, 1]).await.unwrap();
        drop(turned_away);
        get_in_tls(port, APPROVED).await
    })
    .await;

    assert!(brought_the_verifier(&answer));
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.ends_with("</html>\n"), "{page}");
}

#[tokio::test]
async fn localhost_may_mean_either_loopback_address() {
    let listener = Listener::bind(None).await.unwrap();
    let (port, v6) = (listener.port, listener.v6.as_ref().map(|v6| v6.local_addr().unwrap()));
    assert!(listener.v4.local_addr().unwrap().ip().is_loopback());
    let Some(v6) = v6 else { return }; // a computer without IPv6

    let browser =
        async { say(TcpStream::connect(v6).await.unwrap(), &request_to(&format!("[::1]:{port}"))).await };
    let (answer, _) = wait_while(listener, browser).await;

    assert!(v6.ip().is_loopback() && v6.port() == port);
    assert!(brought_the_verifier(&answer));
}

#[tokio::test]
async fn only_the_exact_callback_ends_the_waiting() {
    let listener = Listener::bind(None).await.unwrap();
    let port = listener.port;

    let (answer, pages) = wait_while(listener, async {
        let mut pages = Vec::new();
        for target in [
            "/favicon.ico",
            "/",
            "/flickr-backup/?oauth_token=72157720836323165-bc23b64d48bf2386&oauth_verifier=1",
            "/flickr-backup?oauth_token=72157720836323165-bc23b64d48bf2386",
            "/flickr-backup?oauth_verifier=1",
            "/flickr-backup?error=access_denied",
            "/flickr-backup?oauth_token=72157720836323165-0&oauth_verifier=1",
            "/flickr-backup?denied=72157720836323165-0",
        ] {
            pages.push(get(port, target).await);
        }
        for method in ["HEAD", "POST", "OPTIONS"] {
            let request = format!("{method} {APPROVED} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
            pages.push(say(connect(port).await, &request).await);
        }
        pages.push(get(port, APPROVED).await);
        pages
    })
    .await;

    assert!(brought_the_verifier(&answer));
    let statuses: Vec<_> = pages.iter().map(|page| &page[9..12]).collect();
    let wanted = ["404", "404", "404", "400", "400", "400", "403", "403", "405", "405", "405", "200"];
    assert_eq!(statuses, wanted);
}

#[tokio::test]
async fn a_refusal_with_the_pending_token_ends_the_waiting() {
    let listener = Listener::bind(None).await.unwrap();
    let port = listener.port;

    let target = format!("/flickr-backup?oauth_problem=user_refused&oauth_token={PENDING}");
    let (answer, page) = wait_while(listener, get(port, &target)).await;

    assert!(matches!(answer, Answer::Denied));
    assert!(page.contains("You did not give access"), "{page}");
}

fn request_to(host: &str) -> String {
    format!("GET {APPROVED} HTTP/1.1\r\nHost: {host}\r\n\r\n")
}

#[tokio::test]
async fn a_page_of_another_name_cannot_bring_an_answer() {
    let listener = Listener::bind(None).await.unwrap();
    let port = listener.port;
    let foreign = ["rebound.example", "localhost:1", "localhost.rebound.example:80", ""];

    let (answer, pages) = wait_while(listener, async {
        let mut pages = Vec::new();
        for host in foreign {
            pages.push(say(connect(port).await, &request_to(host)).await);
        }
        let by_address =
            format!("GET http://rebound.example{APPROVED} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        pages.push(say(connect(port).await, &by_address).await);
        let twice = format!("localhost:{port}\r\nHost: rebound.example");
        pages.push(say(connect(port).await, &request_to(&twice)).await);
        get(port, &format!("/flickr-backup?denied={PENDING}")).await;
        pages
    })
    .await;

    assert!(matches!(answer, Answer::Denied), "a foreign request was believed");
    for page in pages {
        assert!(page.starts_with("HTTP/1.1 421 ") || page.starts_with("HTTP/1.0 421 "), "{page}");
    }
}

#[tokio::test]
async fn a_simple_client_need_not_name_the_port_nor_the_host() {
    for request in
        [request_to("localhost"), request_to("127.0.0.1"), format!("GET {APPROVED} HTTP/1.0\r\n\r\n")]
    {
        let listener = Listener::bind(None).await.unwrap();
        let port = listener.port;

        let (answer, page) = wait_while(listener, async { say(connect(port).await, &request).await }).await;

        assert!(matches!(answer, Answer::Verifier(_)), "{page}");
    }
}

#[tokio::test]
async fn visitors_who_are_silent_slow_or_endless_do_no_harm() {
    let listener = Listener::bind(None).await.unwrap();
    let port = listener.port;

    let (answer, replies) = wait_while(listener, async {
        let mut endless = connect(port).await;
        let line = format!("GET /flickr-backup?{} HTTP/1.1\r\n\r\n", "a".repeat(1 << 20));
        // Neither the writing nor the reading need succeed: the listener may hang up in the middle.
        endless.write_all(line.as_bytes()).await.ok();
        let mut reply = Vec::new();
        endless.read_to_end(&mut reply).await.ok();

        let mut nonsense = connect(port).await;
        nonsense.write_all(b"\x00\xff\r\n\r\n").await.unwrap();
        let mut idle = Vec::new();
        for _ in 0..VISITORS_AT_ONCE + 4 {
            idle.push(connect(port).await);
        }
        for slow in &mut idle[2..] {
            slow.write_all(b"GET /fl").await.ok();
        }
        drop(idle.split_off(4)); // at most 16 are served at once; four of these stay
        (reply, get(port, APPROVED).await)
    })
    .await;

    assert!(brought_the_verifier(&answer));
    let (endless, page) = replies;
    assert!(!endless.starts_with(b"HTTP/1.1 200"), "a line of 1 MB was read");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
}

#[tokio::test]
async fn of_two_requests_at_once_both_get_the_page() {
    let listener = Listener::bind(None).await.unwrap();
    let port = listener.port;
    // Both are in the listener's hands but for their last bytes, as with a browser that loads a page twice.
    let request = request_to(&format!("localhost:{port}"));
    let (most, rest) = request.split_at(request.len() - 2);

    let (answer, (one, two)) = wait_while(listener, async {
        let (mut one, mut two) = (connect(port).await, connect(port).await);
        one.write_all(most.as_bytes()).await.unwrap();
        two.write_all(most.as_bytes()).await.unwrap();
        get(port, "/favicon.ico").await; // connections are taken in order, so both were taken before this one
        tokio::join!(say(one, rest), say(two, rest))
    })
    .await;

    assert!(brought_the_verifier(&answer));
    assert!(one.starts_with("HTTP/1.1 200 OK") && two.starts_with("HTTP/1.1 200 OK"), "{one}\n{two}");
}

#[test]
fn a_second_answer_does_not_replace_the_first() {
    let desk = Desk { port: 6414, pending: pending(), answer: OnceLock::new() };
    let ask =
        |target: &str| desk.page_for(&Request::get(target).header(HOST, "LocalHost:6414").body(()).unwrap());

    let pages =
        [ask(APPROVED), ask(&format!("{APPROVED}0")), ask(&format!("/flickr-backup?denied={PENDING}"))];

    assert_eq!(pages, [Page::Received, Page::AlreadyAnswered, Page::AlreadyAnswered]);
    assert!(desk.answer.get().is_some_and(brought_the_verifier));
}

#[tokio::test]
async fn a_port_that_is_held_is_an_error_of_its_own_kind() {
    let first = Listener::bind(None).await.unwrap();

    let second = Listener::bind(Some(first.port)).await;

    assert!(second.is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse));
    assert!(Listener::bind(Some(0)).await.is_ok_and(|any| any.port != first.port && any.port != 0));
}

fn trusting_connector() -> TlsConnector {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(TrustsAnything))
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// The person who goes on past the browser's warning.
#[derive(Debug)]
struct TrustsAnything;

impl ServerCertVerifier for TrustsAnything {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _between: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
    }
}
