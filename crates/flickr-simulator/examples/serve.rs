//! Runs the simulator alone: prints where it is and its key as `NAME=value` lines, then serves until its standard input
//! closes or the time is over.
//!
//! `cargo run -p flickr-simulator --example serve -- [--photos N] [--seed N] [--port N] [--seconds N] [--plain] [--rich]
//! [--free] [--no-drift] [--chunked] [--gzip]`
//!
//! With `--seconds` the standard input is not looked at. Faults, approval and counts: see the addresses under
//! `/_simulator/`, described in `src/control.rs`.
#![expect(clippy::print_stdout, reason = "a program that prints where it serves")]

use std::io::{Error, ErrorKind, Read, Write};
use std::time::Duration;

use flickr_simulator::{Account, OriginalHeaders, Simulator};

struct Wishes {
    account: Account,
    port: u16,
    seconds: Option<u64>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let wishes = read(std::env::args().skip(1))?;
    let simulator = Simulator::start_on(wishes.account, wishes.port).await?;
    tell(&simulator)?;
    match wishes.seconds {
        Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
        None => until_input_closes().await?,
    }
    Ok(())
}

fn tell(simulator: &Simulator) -> std::io::Result<()> {
    let (token, secret) = simulator.access_token();
    println!("ENDPOINT={}", simulator.endpoint());
    println!("MEDIA_HOST={}", simulator.media_host());
    println!("API_KEY={}", simulator.api_key());
    println!("API_SECRET={}", simulator.api_secret());
    println!("ACCESS_TOKEN={token}");
    println!("ACCESS_SECRET={secret}");
    std::io::stdout().flush()
}

/// Waits on a thread of its own for the end of standard input, which may be a terminal, a pipe or a file.
async fn until_input_closes() -> std::io::Result<()> {
    let (tell_end, end) = tokio::sync::oneshot::channel::<()>();
    std::thread::Builder::new().spawn(move || {
        let mut bytes = [0; 256];
        while matches!(std::io::stdin().lock().read(&mut bytes), Ok(1..)) {}
        drop(tell_end);
    })?;
    match end.await {
        Ok(()) | Err(_) => Ok(()),
    }
}

fn read(mut words: impl Iterator<Item = String>) -> std::io::Result<Wishes> {
    let mut wishes = Wishes { account: Account::mixed(7, 200), port: 0, seconds: None };
    while let Some(word) = words.next() {
        let behaviour = &mut wishes.account.behaviour;
        match word.as_str() {
            "--plain" => wishes.account.mix = flickr_simulator::Mix::plain(),
            "--rich" => {
                let rich = Account::rich(wishes.account.seed, wishes.account.photos);
                wishes.account = Account { behaviour: *behaviour, ..rich };
                wishes.account.behaviour.machine_tags_among_tags = true;
                wishes.account.behaviour.more_extras = true;
            }
            "--free" => behaviour.free_account = true,
            "--no-drift" => behaviour.type_drift = false,
            "--chunked" => behaviour.original_headers = OriginalHeaders::Chunked,
            "--gzip" => behaviour.gzip = true,
            "--photos" => wishes.account.photos = number(&word, words.next())?,
            "--seed" => wishes.account.seed = number(&word, words.next())?,
            "--port" => wishes.port = number(&word, words.next())?,
            "--seconds" => wishes.seconds = Some(number(&word, words.next())?),
            _ => return Err(Error::new(ErrorKind::InvalidInput, format!("unknown word {word}"))),
        }
    }
    Ok(wishes)
}

fn number<T: std::str::FromStr>(word: &str, value: Option<String>) -> std::io::Result<T> {
    let read = value.as_deref().and_then(|text| text.parse().ok());
    read.ok_or_else(|| Error::new(ErrorKind::InvalidInput, format!("{word} wants a number")))
}
