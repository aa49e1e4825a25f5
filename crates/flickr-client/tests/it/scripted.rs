//! A server that answers every call with what a test wants, for answers that the simulator never gives.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flickr_client::{ApiKeys, ClientSettings, Endpoint, FlickrClient, Source, Spent, Token};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The arguments of a call, as they stood in the address.
pub(crate) type Arguments = BTreeMap<String, String>;
type Script = dyn Fn(&Asked) -> Reply + Send + Sync;

/// What a client asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) verb: String,
    pub(crate) path: String,
    pub(crate) arguments: Arguments,
    pub(crate) authorization: String,
    pub(crate) body: String,
}

/// What a script answers: nothing but a closed connection, or a head of lines and a body.
pub(crate) enum Reply {
    Close,
    Http { status: u16, headers: String, body: Vec<u8> },
}

impl Reply {
    pub(crate) fn status(status: u16) -> Self {
        Self::Http { status, headers: String::new(), body: Vec::new() }
    }

    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::Http { status: 200, headers: String::new(), body: body.into() }
    }

    pub(crate) fn with(self, header: &str) -> Self {
        match self {
            Self::Close => Self::Close,
            Self::Http { status, headers, body } => {
                Self::Http { status, headers: format!("{headers}{header}\r\n"), body }
            }
        }
    }
}

pub(crate) struct Scripted {
    pub(crate) client: FlickrClient,
    pub(crate) calls: Arc<Mutex<Vec<Arguments>>>,
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
    endpoint: String,
    _server: JoinSet<()>,
}

impl Scripted {
    /// Starts a server whose answers are the script's; at most 400 of them.
    pub(crate) async fn start(script: impl Fn(&Arguments) -> String + Send + Sync + 'static) -> Self {
        Self::raw(move |asked| Reply::ok(script(&asked.arguments)), |_| {}).await
    }

    /// The same with whole replies, and a client that is not the usual one.
    pub(crate) async fn raw(
        script: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
        change: impl FnOnce(&mut ClientSettings),
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (calls, asked) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let (script, all): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&asked));
        let arguments = Arc::clone(&calls);
        let mut server = JoinSet::new();
        server.spawn(async move {
            let mut answers = JoinSet::new();
            for _ in 0..400 {
                let (stream, _) = listener.accept().await.unwrap();
                let (script, all, arguments) =
                    (Arc::clone(&script), Arc::clone(&all), Arc::clone(&arguments));
                answers.spawn(async move {
                    let mut stream = stream;
                    let Some(asked) = read(&mut stream).await else { return };
                    arguments.lock().unwrap().push(asked.arguments.clone());
                    all.lock().unwrap().push(asked.clone());
                    let reply = script(&asked);
                    write(stream, &asked.verb, reply).await;
                });
            }
        });
        let mut settings = settings(&endpoint);
        change(&mut settings);
        let client = FlickrClient::new(settings).unwrap();
        Self { client, calls, asked, endpoint, _server: server }
    }

    /// A file on this server.
    pub(crate) fn source(&self, name: &str) -> Source {
        let source = serde_json::json!({"address": format!("{}/{name}", self.endpoint), "label": "Original"});
        serde_json::from_value(source).unwrap()
    }

    /// How often a path was asked for with a verb.
    pub(crate) fn count(&self, verb: &str, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| asked.verb == verb && asked.path == path).count()
    }
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    loop {
        if let Some(asked) = parse(&bytes) {
            return Some(asked);
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece).await {
            Ok(length @ 1..) if bytes.len() < 65_536 => bytes.extend_from_slice(&piece[..length]),
            _ => return None,
        }
    }
}

/// Reads a request, once it is there whole.
fn parse(bytes: &[u8]) -> Option<Asked> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    let length: usize = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    if body.len() < length {
        return None;
    }
    let (verb, rest) = head.split_once(' ')?;
    let base = url::Url::parse("http://127.0.0.1/").unwrap();
    let url = base.join(rest.split(' ').next()?).unwrap();
    Some(Asked {
        verb: verb.to_owned(),
        path: url.path().to_owned(),
        arguments: url.query_pairs().into_owned().collect(),
        authorization: header("authorization").unwrap_or_default(),
        body: body.to_owned(),
    })
}

async fn write(mut stream: TcpStream, verb: &str, reply: Reply) {
    let Reply::Http { status, headers, body } = reply else { return };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} x\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.ok();
    if verb != "HEAD" {
        stream.write_all(&body).await.ok();
    }
    stream.shutdown().await.ok();
}

fn settings(endpoint: &str) -> ClientSettings {
    ClientSettings {
        endpoint: Endpoint::loopback(endpoint).unwrap(),
        keys: ApiKeys::new("0123456789abcdef0123456789abcdef", "0123456789abcdef").unwrap(),
        token: Some(Token::new("72157600000000001-00aa11bb22cc33dd", "feedbeeffeedbeef")),
        user_agent: "flickr-client-tests/1".to_owned(),
        patience: Duration::from_secs(5),
        calls_per_hour: None,
        spent: Spent::default(),
        calls_at_once: 3,
        downloads_at_once: 1,
    }
}
