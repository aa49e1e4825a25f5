//! A client that does nothing with what it gets: shows how fast the simulator is by itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

/// Fetches every address once over so many connections that are kept; gives the seconds it took and the bytes that came.
pub(super) fn fetch_all(addresses: &[String], connections: usize) -> Result<(f64, u64)> {
    let begun = Instant::now();
    let share = addresses.len().div_ceil(connections).max(1);
    let bytes = thread::scope(|scope| {
        let threads: Vec<_> =
            addresses.chunks(share).map(|share| scope.spawn(move || fetch(share))).collect();
        let ended = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Ok(0)));
        ended.sum::<Result<u64>>()
    })?;
    Ok((begun.elapsed().as_secs_f64(), bytes))
}

fn fetch(addresses: &[String]) -> Result<u64> {
    let Some((host, _)) = addresses.first().and_then(|address| parts(address)) else { return Ok(0) };
    let mut stream = TcpStream::connect(host).context("could not reach the simulator")?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 256 * 1024];
    let mut bytes = 0;
    for address in addresses {
        let (host, path) = parts(address).context("an address that is none")?;
        stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n").as_bytes())?;
        bytes += answer(&mut stream, &mut buffer)?;
    }
    Ok(bytes)
}

fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<u64> {
    let mut filled = 0;
    let end = loop {
        let read = stream.read(&mut buffer[filled..])?;
        ensure!(read > 0, "the simulator closed a connection");
        filled += read;
        if let Some(end) = buffer[..filled].windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..end]);
    ensure!(head.starts_with("HTTP/1.1 200"), "the simulator answered {head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: u64 = length.and_then(|length| length.parse().ok()).context("an answer without a length")?;
    let mut left = length.saturating_sub((filled - end) as u64);
    while left > 0 {
        let most = buffer.len().min(left as usize);
        let read = stream.read(&mut buffer[..most])?;
        ensure!(read > 0, "the simulator cut a body");
        left -= read as u64;
    }
    Ok(length)
}

fn parts(address: &str) -> Option<(&str, &str)> {
    let rest = address.strip_prefix("http://")?;
    Some(rest.split_at(rest.find('/')?))
}
