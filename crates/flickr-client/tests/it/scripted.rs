//! A server that answers every call with what a test wants, for answers that the simulator never gives.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flickr_client::{ApiKeys, ClientSettings, Endpoint, FlickrClient, Spent, Token};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The arguments of a call, as they stood in the address.
pub(crate) type Arguments = BTreeMap<String, String>;
type Script = dyn Fn(&Arguments) -> String + Send + Sync;

pub(crate) struct Scripted {
    pub(crate) client: FlickrClient,
    pub(crate) calls: Arc<Mutex<Vec<Arguments>>>,
    _server: JoinSet<()>,
}

impl Scripted {
    /// Starts a server whose answers are the script's; at most 200 of them.
    pub(crate) async fn start(script: impl Fn(&Arguments) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let calls = Arc::new(Mutex::new(Vec::new()));
        let (script, seen): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&calls));
        let mut server = JoinSet::new();
        server.spawn(async move {
            for _ in 0..200 {
                let (stream, _) = listener.accept().await.unwrap();
                answer(stream, script.as_ref(), &seen).await;
            }
        });
        Self { client: client(&endpoint), calls, _server: server }
    }
}

async fn answer(mut stream: TcpStream, script: &Script, seen: &Mutex<Vec<Arguments>>) {
    let mut head = Vec::new();
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let mut piece = [0; 4096];
        match stream.read(&mut piece).await {
            Ok(length @ 1..) if head.len() < 65_536 => head.extend_from_slice(&piece[..length]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head);
    let target = head.split(' ').nth(1).unwrap_or("/");
    let url = url::Url::parse("http://127.0.0.1/").and_then(|base| base.join(target)).unwrap();
    let arguments: Arguments = url.query_pairs().into_owned().collect();
    let body = script(&arguments);
    seen.lock().unwrap().push(arguments);
    let reply =
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    stream.write_all(reply.as_bytes()).await.ok();
    stream.shutdown().await.ok();
}

fn client(endpoint: &str) -> FlickrClient {
    FlickrClient::new(ClientSettings {
        endpoint: Endpoint::loopback(endpoint).unwrap(),
        keys: ApiKeys::new("0123456789abcdef0123456789abcdef", "0123456789abcdef").unwrap(),
        token: Some(Token::new("token".to_owned(), "secret".to_owned())),
        user_agent: "flickr-client-tests/1".to_owned(),
        patience: Duration::from_secs(5),
        calls_per_hour: None,
        spent: Spent::default(),
        calls_at_once: 3,
        downloads_at_once: 1,
    })
    .unwrap()
}
