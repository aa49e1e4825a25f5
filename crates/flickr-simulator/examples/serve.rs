//! Runs the simulator alone: prints where it is and its key as `NAME=value` lines, then serves until its standard input
//! closes or the time is over.
//!
//! `cargo run -p flickr-simulator --example serve -- [--photos N] [--seed N] [--port N] [--seconds N] [--plain] [--rich]
//! [--free] [--no-drift] [--chunked] [--gzip]`, and for measuring `[--bulk] [--photo-bytes A..B] [--video-bytes A..B]
//! [--videos SHARE] [--private SHARE] [--albums N] [--commented SHARE] [--no-digests] [--call-ms N] [--image-ms N]
//! [--bytes-per-second N]`. What makes an account (`--plain`, `--rich`, `--bulk`) stands before what changes it.
//!
//! `--bulk` makes an account as people measure with: JPEG and films of any size that cost nothing to serve. It is served
//! from the seed at constant memory, however many photos it has.
//!
//! With `--seconds` the standard input is not looked at. Faults, approval and counts: see the addresses under
//! `/_simulator/`, described in `src/control.rs`.
#![expect(clippy::print_stdout, reason = "a program that prints where it serves")]

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use flickr_simulator::{Account, Bodies, Facts, Mix, OriginalHeaders, Simulator};

struct Wishes {
    account: Account,
    port: u16,
    seconds: Option<u64>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let wishes = read(std::env::args().skip(1))?;
    let simulator = Simulator::start_on(wishes.account, wishes.port).await?;
    tell(&simulator)?;
    match wishes.seconds {
        Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
        None => until_input_closes().await?,
    }
    Ok(())
}

fn tell(simulator: &Simulator) -> Result<()> {
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
async fn until_input_closes() -> Result<()> {
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

fn read(mut words: impl Iterator<Item = String>) -> Result<Wishes> {
    let mut wishes = Wishes { account: Account::mixed(7, 200), port: 0, seconds: None };
    while let Some(word) = words.next() {
        let Account { seed, photos, mix, behaviour, .. } = &mut wishes.account;
        let pace = &mut behaviour.pace;
        match word.as_str() {
            "--plain" => *mix = Mix::plain(),
            "--rich" => {
                *mix = Account::rich(*seed, *photos).mix;
                behaviour.machine_tags_among_tags = true;
                behaviour.more_extras = true;
            }
            "--bulk" => *mix = bulk(),
            "--free" => behaviour.free_account = true,
            "--no-drift" => behaviour.type_drift = false,
            "--chunked" => behaviour.original_headers = OriginalHeaders::Chunked,
            "--no-digests" => behaviour.original_headers = OriginalHeaders::LengthOnly,
            "--gzip" => behaviour.gzip = true,
            "--photos" => *photos = number(&word, words.next())?,
            "--seed" => *seed = number(&word, words.next())?,
            "--photo-bytes" => mix.photo_bytes = range(&word, words.next())?,
            "--video-bytes" => mix.video_bytes = range(&word, words.next())?,
            "--videos" => mix.videos = number(&word, words.next())?,
            "--private" => mix.private = number(&word, words.next())?,
            "--albums" => mix.facts.albums = number(&word, words.next())?,
            "--commented" => mix.facts.commented = number(&word, words.next())?,
            "--call-ms" => pace.call = Duration::from_millis(number(&word, words.next())?),
            "--image-ms" => pace.image = Duration::from_millis(number(&word, words.next())?),
            "--bytes-per-second" => pace.bytes_per_second = Some(number(&word, words.next())?),
            "--port" => wishes.port = number(&word, words.next())?,
            "--seconds" => wishes.seconds = Some(number(&word, words.next())?),
            _ => return Err(Error::new(ErrorKind::InvalidInput, format!("unknown word {word}"))),
        }
    }
    Ok(wishes)
}

/// Ordinary photos of any size, half of them with a place, a sixth of them private, and nothing that a backup could
/// fail on.
fn bulk() -> Mix {
    let facts = Facts { commented: 0.1, favorited: 0.15, ..Facts::none() };
    Mix { bodies: Bodies::Bulk, private: 0.15, located: 0.5, facts, ..Mix::plain() }
}

fn number<T: FromStr>(word: &str, value: Option<String>) -> Result<T> {
    let read = value.as_deref().and_then(|text| text.parse().ok());
    read.ok_or_else(|| Error::new(ErrorKind::InvalidInput, format!("{word} wants a number")))
}

/// Reads `50000..200000`, both ends in, or one number for both.
fn range(word: &str, value: Option<String>) -> Result<RangeInclusive<u64>> {
    let text = value.unwrap_or_default();
    let (first, last) = text.split_once("..").unwrap_or((&text, &text));
    Ok(number(word, Some(first.to_owned()))?..=number(word, Some(last.to_owned()))?)
}
