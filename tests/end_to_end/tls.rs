//! Whoever stands between the program and Flickr without a certificate for it gets not one byte of a request, and no
//! flag makes it otherwise. A proxy plays that part here, so that the program means the real addresses and nothing of it
//! leaves this machine.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use flickr_simulator::Account;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, version};

use crate::secrets::base64;
use crate::world::{Run, World};

/// How the one in between presents itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// A certificate that is in order, of an authority that this machine trusts: it shows that the test can fail.
    Right,
    /// One that nobody vouches for.
    SelfSigned,
    /// One of that authority, for another host.
    OtherHost,
    /// One of that authority that has run out.
    Expired,
    /// No TLS at all.
    Plain,
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn pem(der: &[u8]) -> String {
    let mut text = base64(der);
    text.push_str(&"=".repeat((4 - text.len() % 4) % 4));
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

fn acceptor(shown: Shown, authority: &Authority) -> TlsAcceptor {
    let host = if shown == Shown::OtherHost { "flickr.com.example.org" } else { "www.flickr.com" };
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(if shown == Shown::Expired { 2020 } else { 2124 }, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = match shown {
        Shown::SelfSigned => params.self_signed(&key).unwrap(),
        _ => params.signed_by(&key, authority).unwrap(),
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// What reached the one in between: the hosts that were asked for, and what of a request could be read.
#[derive(Default)]
struct Heard {
    hosts: Vec<String>,
    request: Vec<u8>,
}

/// Answers one `CONNECT`, and then as it was told to.
async fn between(
    mut stream: TcpStream,
    shown: Shown,
    tls: TlsAcceptor,
    heard: Arc<Mutex<Heard>>,
) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let host = String::from_utf8_lossy(&head).split_whitespace().nth(1).unwrap_or_default().to_owned();
    heard.lock().unwrap().hosts.push(host);
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    let mut request = [0; 2048];
    if shown == Shown::Plain {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await?;
        let read = stream.read(&mut request).await?;
        // A TLS hello is no request: it names the host and nothing else.
        heard
            .lock()
            .unwrap()
            .request
            .extend(request[..read].iter().filter(|_| !request.starts_with(&[0x16])));
        return Ok(());
    }
    let mut inner = tls.accept(stream).await?;
    let read = inner.read(&mut request).await?;
    heard.lock().unwrap().request.extend(&request[..read]);
    inner.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").await?;
    inner.shutdown().await
}

async fn serve(listener: TcpListener, shown: Shown, tls: TlsAcceptor, heard: Arc<Mutex<Heard>>) {
    while let Ok((stream, _)) = listener.accept().await {
        // One that is refused breaks off; that is what is looked for.
        between(stream, shown, tls.clone(), Arc::clone(&heard)).await.ok();
    }
}

/// Runs `auth` as on a machine whose way to Flickr leads over somebody.
fn signed_in_through(shown: Shown) -> (Run, Heard) {
    let world = World::new(Account::plain(1, 1));
    let authority = authority();
    std::fs::write(world.path("authority.pem"), pem(authority.der())).unwrap();
    let heard = Arc::new(Mutex::new(Heard::default()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))).unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let serving = runtime.spawn(serve(listener, shown, acceptor(shown, &authority), Arc::clone(&heard)));

    let mut auth = world.command(&["auth", "--no-browser", "-vvv"]);
    auth.env_remove("FLICKR_BACKUP_ENDPOINT").env("HTTPS_PROXY", &proxy).env("https_proxy", &proxy);
    auth.env("SSL_CERT_FILE", world.path("authority.pem"));
    let run = Run::from(auth.output().unwrap());

    serving.abort();
    drop(runtime);
    let heard = std::mem::take(&mut *heard.lock().unwrap());
    (run, heard)
}

#[test]
fn nobody_in_between_gets_a_request_without_a_right_certificate() {
    let refused = |shown: Shown| {
        let (run, heard) = signed_in_through(shown);

        assert!(heard.hosts.iter().all(|host| host == "www.flickr.com:443"), "{shown:?} {:?}", heard.hosts);
        assert!(!heard.hosts.is_empty(), "{shown:?}: nobody was asked for");
        assert!(heard.request.is_empty(), "{shown:?} {:?}", String::from_utf8_lossy(&heard.request));
        assert!(matches!(run.code, 1 | 5), "{shown:?} {run:?}");
        let said = run.err.to_lowercase();
        assert!(!said.contains("insecure") && !said.contains("http://www.flickr"), "{shown:?} {run:?}");
    };

    // Each waits as long as a sign-in is patient.
    std::thread::scope(|scope| {
        for shown in [Shown::SelfSigned, Shown::OtherHost, Shown::Expired, Shown::Plain] {
            scope.spawn(move || refused(shown));
        }
    });
}

#[test]
fn with_a_right_certificate_the_request_arrives() {
    let (run, heard) = signed_in_through(Shown::Right);

    let request = String::from_utf8_lossy(&heard.request);
    assert!(request.contains("/services/oauth/request_token"), "{request:?} {run:?}");
}
