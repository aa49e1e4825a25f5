//! Writes an answer to its connection: at once and in few system calls, or as slowly as is wanted.

use std::borrow::Cow;
use std::io::{self, IoSlice};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};

use crate::bulk::Bulk;
use crate::response::{Ending, Framing, Response};

/// Pieces that go out with one system call.
const PIECES: usize = 16;
/// How often a second a slowed body gets its next piece.
const TICKS: u64 = 50;

/// A body as it goes over the wire.
pub(crate) enum Outgoing<'a> {
    Bytes(Cow<'a, [u8]>),
    Bulk(&'a Bulk, u64),
}

impl<'a> Outgoing<'a> {
    /// The part of an answer's body that is to go out, in its framing.
    pub(crate) fn of(response: &'a Response) -> Self {
        let stop = response.delivery.stop_after;
        if response.delivery.framing == Framing::Chunked {
            let whole = match &response.bulk {
                Some(bulk) => Cow::Owned(bulk.gather()),
                None => Cow::Borrowed(response.body.as_slice()),
            };
            let is_whole = stop.is_none() && response.delivery.ending != Ending::Endless;
            return Self::Bytes(Cow::Owned(in_chunks(&whole[..stopped(stop, whole.len())], is_whole)));
        }
        match &response.bulk {
            Some(bulk) => Self::Bulk(bulk, stop.map_or(bulk.len(), |stop| bulk.len().min(stop as u64))),
            None => Self::Bytes(Cow::Borrowed(&response.body[..stopped(stop, response.body.len())])),
        }
    }

    fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Bulk(_, until) => *until,
        }
    }

    fn piece(&self, at: u64) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes.get(at as usize..).unwrap_or_default(),
            Self::Bulk(bulk, until) => {
                let piece = bulk.piece(at);
                &piece[..piece.len().min(until.saturating_sub(at) as usize)]
            }
        }
    }
}

fn stopped(stop: Option<usize>, length: usize) -> usize {
    stop.map_or(length, |stop| stop.min(length))
}

fn in_chunks(body: &[u8], is_whole: bool) -> Vec<u8> {
    let mut framed = Vec::with_capacity(body.len() + body.len() / 1_000 + 64);
    for piece in body.chunks(8_192) {
        framed.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        framed.extend_from_slice(piece);
        framed.extend_from_slice(b"\r\n");
    }
    if is_whole {
        framed.extend_from_slice(b"0\r\n\r\n");
    }
    framed
}

/// Writes head and body together, and what follows them unannounced.
pub(crate) async fn at_once(
    stream: &mut TcpStream,
    head: &[u8],
    body: &Outgoing<'_>,
    behind: &[u8],
) -> io::Result<()> {
    let ahead = head.len() as u64;
    let rest = ahead + body.len();
    let total = rest + behind.len() as u64;
    let mut sent = 0;
    while sent < total {
        let mut slices = [IoSlice::new(&[]); PIECES];
        let mut at = sent;
        for slice in &mut slices {
            let piece = match at {
                at if at < ahead => &head[at as usize..],
                at if at < rest => body.piece(at - ahead),
                at => behind.get((at - rest) as usize..).unwrap_or_default(),
            };
            *slice = IoSlice::new(piece);
            at += piece.len() as u64;
        }
        match stream.write_vectored(&slices).await? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => sent += written as u64,
        }
    }
    Ok(())
}

/// Writes the head, then the body at so many bytes a second; its last byte comes when a slow line would bring it.
pub(crate) async fn slowly(
    stream: &mut TcpStream,
    head: &[u8],
    body: &Outgoing<'_>,
    pace: u64,
) -> io::Result<()> {
    stream.write_all(head).await?;
    let pace = pace.max(1);
    let step = (pace / TICKS).max(1);
    let (began, total, mut sent) = (Instant::now(), body.len(), 0);
    while sent < total {
        let goal = (sent + step).min(total);
        sleep_until(began + Duration::from_secs_f64(goal as f64 / pace as f64)).await;
        while sent < goal {
            let piece = body.piece(sent);
            let piece = &piece[..piece.len().min((goal - sent) as usize)];
            stream.write_all(piece).await?;
            sent += piece.len() as u64;
        }
    }
    Ok(())
}
