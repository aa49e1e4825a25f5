//! One HTTP request as it came in, read from the socket without an HTTP library: the simulator must see exactly what was sent.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::percent;

const LONGEST_HEAD: usize = 64 * 1024;
const LONGEST_BODY: usize = 8 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(120);

/// A request with its body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path as it was sent, still encoded.
    pub(crate) path: String,
    /// The query as it was sent, without the question mark.
    pub(crate) query: String,
    /// Names in small letters.
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) is_http_1_0: bool,
}

impl Request {
    /// Finds a header by its name in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        percent::value(&self.headers, name)
    }

    /// The pairs of the query.
    pub(crate) fn query_pairs(&self) -> Vec<(String, String)> {
        percent::form(&self.query)
    }

    /// The pairs of a form body, if it is one.
    pub(crate) fn form_pairs(&self) -> Vec<(String, String)> {
        let is_form = self
            .header("content-type")
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"));
        if is_form { percent::form(&String::from_utf8_lossy(&self.body)) } else { Vec::new() }
    }

    /// Whether the caller wants the connection closed after the answer.
    pub(crate) fn wants_close(&self) -> bool {
        let connection = self.header("connection").unwrap_or_default().to_ascii_lowercase();
        connection.contains("close") || (self.is_http_1_0 && !connection.contains("keep-alive"))
    }

    /// Whether the caller accepts gzip.
    pub(crate) fn accepts_gzip(&self) -> bool {
        self.header("accept-encoding").is_some_and(|accepted| accepted.contains("gzip"))
    }
}

/// Reads the next request of a connection; nothing, if it is over or not HTTP. `buffer` keeps what came too early.
pub(crate) async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    timeout(PATIENCE, read_whole(stream, buffer)).await.ok().flatten()
}

async fn read_whole(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if buffer.len() > LONGEST_HEAD {
            return None;
        }
        more(stream, buffer).await?;
    };
    let mut request = head(std::str::from_utf8(&buffer[..end]).ok()?)?;
    buffer.drain(..end + 4);
    if request.header("expect").is_some_and(|expected| expected.eq_ignore_ascii_case("100-continue")) {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.ok()?;
    }
    if request.header("transfer-encoding").is_some() {
        request.body = chunked_body(stream, buffer).await?;
        return Some(request);
    }
    let length: usize = request.header("content-length").unwrap_or("0").trim().parse().ok()?;
    if length > LONGEST_BODY {
        return None;
    }
    while buffer.len() < length {
        more(stream, buffer).await?;
    }
    request.body = buffer.drain(..length).collect();
    Some(request)
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    match stream.read_buf(buffer).await {
        Ok(1..) => Some(()),
        _ => None,
    }
}

async fn chunked_body(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = loop {
            match buffer.windows(2).position(|two| two == b"\r\n") {
                Some(at) => break at,
                None => more(stream, buffer).await?,
            }
        };
        let size = std::str::from_utf8(&buffer[..end]).ok()?.split(';').next()?.trim().to_owned();
        let size = usize::from_str_radix(&size, 16).ok()?;
        if body.len() + size > LONGEST_BODY {
            return None;
        }
        while buffer.len() < end + 2 + size + 2 {
            more(stream, buffer).await?;
        }
        body.extend_from_slice(&buffer[end + 2..end + 2 + size]);
        buffer.drain(..end + 2 + size + 2);
        if size == 0 {
            return Some(body);
        }
    }
}

fn head(text: &str) -> Option<Request> {
    let mut lines = text.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target, version) = (first.next()?, first.next()?, first.next()?);
    let target = match target.strip_prefix("http://") {
        Some(absolute) => &absolute[absolute.find('/')?..],
        None => target,
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Some(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: Vec::new(),
        is_http_1_0: version == "HTTP/1.0",
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may unwrap")]
mod tests {
    use super::head;

    #[test]
    fn a_head_is_taken_apart() {
        let request = head("GET /a%20b?c=1&d=%32 HTTP/1.1\r\nHost: x:1\r\nCONNECTION: Close").unwrap();

        assert_eq!((request.path.as_str(), request.query.as_str()), ("/a%20b", "c=1&d=%32"));
        assert_eq!(request.header("host"), Some("x:1"));
        assert!(request.wants_close());
        assert_eq!(request.query_pairs()[1], ("d".into(), "2".into()));
    }
}
