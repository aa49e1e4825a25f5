//! The sockets: accepts connections, reads requests, writes answers, and can break off in every way that a network can.
//!
//! It is written on bare TCP because an HTTP library refuses to do what must be tested: declare a false length, close
//! without one, or tear a connection down.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::request::{self, Request};
use crate::response::{Ending, Framing, Response, reason};
use crate::sending::{Outgoing, at_once, slowly};
use crate::world::{Host, Slowness, World};

const MOST_CONNECTIONS: usize = 512;
const LONGEST_STALL: Duration = Duration::from_secs(600);

/// Serves one host until the task is dropped; its connections end with it.
pub(crate) async fn serve(listener: TcpListener, world: Arc<World>, host: Host) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                Ok((stream, _)) => { connections.spawn(talk(stream, Arc::clone(&world), host)); }
                Err(_) => sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn talk(mut stream: TcpStream, world: Arc<World>, host: Host) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let mut buffer = Vec::new();
    while let Some(request) = request::read(&mut stream, &mut buffer).await {
        let under_way = world.begin(host);
        let response = world.answer(host, &request);
        let written = write(&mut stream, &request, &response, world.slowness(host, &request)).await;
        drop(under_way);
        match written {
            Ok(Ending::KeepAlive) if !request.wants_close() => {}
            _ => return,
        }
    }
}

async fn write(
    stream: &mut TcpStream,
    request: &Request,
    response: &Response,
    slowness: Slowness,
) -> io::Result<Ending> {
    let delivery = &response.delivery;
    if let Some(delay) = delivery.delay.into_iter().chain(slowness.delay).reduce(|one, other| one + other) {
        sleep(delay).await;
    }
    if delivery.ending == Ending::Reset && delivery.stop_after == Some(0) {
        return tear_down(stream);
    }
    let head = head(request, response);
    if request.method == "HEAD" {
        stream.write_all(&head).await?;
        return Ok(ending(response));
    }
    let body = Outgoing::of(response);
    match delivery.bytes_per_second.or(slowness.bytes_per_second) {
        Some(pace) => slowly(stream, &head, &body, pace).await?,
        None => at_once(stream, &head, &body, &delivery.behind).await?,
    }
    finish(stream, ending(response), delivery.framing).await
}

fn head(request: &Request, response: &Response) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", response.status, reason(response.status));
    for (name, value) in &response.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    match response.delivery.framing {
        Framing::Length => {
            let length = response.delivery.declared.unwrap_or_else(|| response.length());
            head.push_str(&format!("content-length: {length}\r\n"));
        }
        Framing::Chunked => head.push_str("transfer-encoding: chunked\r\n"),
        Framing::UntilClose => {}
    }
    let closes = ending(response) != Ending::KeepAlive || request.wants_close();
    head.push_str(if closes { "connection: close\r\n\r\n" } else { "connection: keep-alive\r\n\r\n" });
    head.into_bytes()
}

fn ending(response: &Response) -> Ending {
    match (response.delivery.ending, response.delivery.framing) {
        (Ending::KeepAlive, Framing::UntilClose) => Ending::Close,
        (ending, _) => ending,
    }
}

async fn finish(stream: &mut TcpStream, ending: Ending, framing: Framing) -> io::Result<Ending> {
    match ending {
        Ending::KeepAlive => {}
        Ending::Close => stream.shutdown().await?,
        Ending::Reset => {
            sleep(Duration::from_millis(20)).await; // lets what was written arrive before the tear
            return tear_down(stream);
        }
        Ending::Stall => until_given_up(stream).await,
        Ending::Endless => {
            let mut nothing = vec![0x55; 0x4000];
            if framing == Framing::Chunked {
                nothing = [b"4000\r\n", &nothing[..], b"\r\n"].concat();
            }
            loop {
                stream.write_all(&nothing).await?;
            }
        }
    }
    Ok(ending)
}

/// Waits until the caller loses patience and closes.
async fn until_given_up(stream: &mut TcpStream) {
    let mut more = [0; 64];
    tokio::select! {
        () = sleep(LONGEST_STALL) => {}
        _ = stream.read(&mut more) => {}
    }
}

fn tear_down(stream: &TcpStream) -> io::Result<Ending> {
    stream.set_zero_linger()?;
    Ok(Ending::Reset)
}
