//! Turns flags, environment, config file and defaults into one [`Settings`], once; behind it nothing is
//! optional that has a default. The only room that reads the environment and the current folder.
#![expect(clippy::disallowed_methods, reason = "the door to the environment")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::ValueEnum;
use etcetera::BaseStrategy;
use flickr_client::Endpoint;
use flickr_sync::{Depth, Effort, MaxGone, Only};
use oauth_signing::ApiKeys;
use photo_archive::{Answers, Sidecars};
use serde::Deserialize;

use crate::args::{Also, Beside, Details, Global, Part, Sync};
use crate::failure::{Exit, Failure};

/// Flickr's policy allows 3,600 calls an hour and key; a little below it leaves room for a retry.
const CALLS_PER_HOUR: u32 = 3500;
const FLICKRS_LIMIT: u32 = 3600;
/// Measured (BENCHMARKS.md): with 4, what waits for the host's answers holds up the rest.
const DOWNLOADS: usize = 6;
const PATIENCE: Duration = Duration::from_secs(300);

/// Where things are and what holds for every command.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Folder of `config.toml` and `token.toml`.
    pub(crate) config_dir: PathBuf,
    /// Folder of the catalogs and the call counts.
    pub(crate) state_dir: PathBuf,
    /// The folder that the program was started in, for `./apikeys`.
    pub(crate) current_dir: PathBuf,
    pub(crate) endpoint: Endpoint,
    pub(crate) config: Config,
    /// `--apikeys`, else the pair in the environment.
    pub(crate) given_keys: GivenKeys,
    pub(crate) quiet: bool,
    pub(crate) colours: bool,
    pub(crate) verbose: u8,
    /// Whether a browser could show itself here.
    pub(crate) has_screen: bool,
}

/// Keys that the person gives for this run, before those that are kept beside the token.
#[derive(Debug)]
pub(crate) enum GivenKeys {
    File(PathBuf),
    Environment(ApiKeys),
    None,
}

/// What may stand in `config.toml`; the names are those of the flags of `sync`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Config {
    pub(crate) archive: Option<PathBuf>,
    calls_per_hour: Option<u32>,
    downloads: Option<usize>,
    patience: Option<String>,
    on_errors: Option<String>,
    max_duration: Option<String>,
    max_bytes: Option<String>,
    limit: Option<u64>,
    details: Option<String>,
    sidecars: Option<String>,
    exif: Option<bool>,
    also: Option<Vec<String>>,
    max_gone: Option<String>,
    pub(crate) verify_share: Option<String>,
}

impl Settings {
    /// Reads everything that a command may need.
    pub(crate) fn read(global: &Global) -> Result<Self> {
        let folders =
            etcetera::choose_base_strategy().context("this machine names no home folder ($HOME)")?;
        let config_dir = global.config.clone().unwrap_or_else(|| folders.config_dir().join("flickr-backup"));
        let state_dir = global.state_dir.clone().unwrap_or_else(|| {
            folders.state_dir().unwrap_or_else(|| folders.data_dir()).join("flickr-backup")
        });
        let current_dir = std::env::current_dir().context("the current folder cannot be read")?;
        let endpoint = match variable("FLICKR_BACKUP_ENDPOINT") {
            None => Endpoint::Flickr,
            Some(address) => Endpoint::loopback(&address)
                .map_err(|error| Failure::new(Exit::Usage, format!("FLICKR_BACKUP_ENDPOINT: {error}")))?,
        };
        Ok(Self {
            config: Config::read(&config_dir)?,
            config_dir: absolute(&current_dir, &config_dir),
            state_dir: absolute(&current_dir, &state_dir),
            current_dir,
            endpoint,
            given_keys: given_keys(global)?,
            quiet: global.quiet,
            colours: !global.no_color && variable("NO_COLOR").is_none(),
            verbose: global.verbose,
            has_screen: has_screen(),
        })
    }

    /// A path as it was typed, made absolute.
    pub(crate) fn at(&self, path: &Path) -> PathBuf {
        absolute(&self.current_dir, path)
    }

    /// The archive that is meant: the one that was typed, else the one of the config; never the current folder.
    pub(crate) fn archive(&self, typed: Option<&Path>) -> Result<PathBuf> {
        match typed.or(self.config.archive.as_deref()) {
            Some(dir) => Ok(absolute(&self.current_dir, dir)),
            None => Err(Failure::new(Exit::Usage, "no archive is named, and the config knows none")
                .next("flickr-backup sync ~/FlickrArchive --create")
                .into()),
        }
    }
}

impl Config {
    fn read(dir: &Path) -> Result<Self> {
        let path = dir.join("config.toml");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                return Err(
                    Failure::new(Exit::Usage, format!("{} cannot be read: {error}", path.display())).into()
                );
            }
        };
        toml::from_str(&text).map_err(|error| {
            Failure::new(Exit::Usage, format!("{} is not in order\n{error}", path.display())).into()
        })
    }
}

/// What one run of `sync` is limited to, with every default filled in.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) calls_per_hour: Option<u32>,
    pub(crate) patience: Duration,
    pub(crate) options: flickr_sync::Options,
    /// What is written beside each photo.
    pub(crate) sidecars: Sidecars,
}

impl Limits {
    /// The limits of a command that calls Flickr but fetches nothing.
    pub(crate) fn of_sign_in() -> Self {
        Self {
            calls_per_hour: Some(CALLS_PER_HOUR),
            patience: Duration::from_secs(20),
            options: flickr_sync::Options::default(),
            sidecars: Sidecars::Json,
        }
    }

    /// So many calls an hour, where Flickr's limit lets them.
    pub(crate) fn allow(&self, calls: u32, settings: &Settings) -> Result<Option<u32>> {
        allowance(calls, &settings.endpoint)
    }

    /// Flag, environment (both by clap), config file, default: the first that speaks wins.
    pub(crate) fn of_sync(typed: &Sync, settings: &Settings) -> Result<Self> {
        let config = &settings.config;
        let patience = typed.patience.as_ref().or(config.patience.as_ref());
        let max_duration = typed.max_duration.as_ref().or(config.max_duration.as_ref());
        let max_bytes = typed.max_bytes.as_ref().or(config.max_bytes.as_ref());
        let on_errors = typed.on_errors.as_ref().or(config.on_errors.as_ref());
        let max_gone = typed.max_gone.as_ref().or(config.max_gone.as_ref());
        let downloads = typed.downloads.or(config.downloads).unwrap_or(DOWNLOADS);
        if downloads == 0 || downloads > 64 {
            return Err(usage(format!("--downloads {downloads} is not between 1 and 64")));
        }
        let calls = typed.calls_per_hour.or(config.calls_per_hour).unwrap_or(CALLS_PER_HOUR);
        Ok(Self {
            calls_per_hour: allowance(calls, &settings.endpoint)?,
            sidecars: sidecars(typed.sidecars, config.sidecars.as_deref())?,
            patience: patience.map_or(Ok(PATIENCE), |text| duration("--patience", text))?,
            options: flickr_sync::Options {
                downloads,
                depth: depth(typed.details, config.details.as_deref())?,
                more: answers(typed, config)?,
                only: typed.only.map(part),
                effort: if typed.walk_all { Effort::Everything } else { Effort::Usual },
                dry_run: typed.dry_run,
                limit: typed.limit.or(config.limit),
                max_duration: max_duration.map(|text| duration("--max-duration", text)).transpose()?,
                max_bytes: max_bytes.map(|text| size("--max-bytes", text)).transpose()?,
                max_failures: on_errors.map_or(Ok(None), |text| failures(text))?,
                max_gone: max_gone.map_or(Ok(MaxGone::Usual), |text| most_gone(text))?,
                accept_gone: typed.accept_gone,
            },
        })
    }
}

/// What is written beside each photo; JSON and XMP where nothing is said.
fn sidecars(typed: Option<Beside>, configured: Option<&str>) -> Result<Sidecars> {
    match (typed, configured) {
        (Some(Beside::Both), _) | (None, None | Some("both")) => Ok(Sidecars::Both),
        (Some(Beside::Json), _) | (None, Some("json")) => Ok(Sidecars::Json),
        (None, Some(word)) => Err(usage(format!("sidecars = {word:?} in config.toml is not both or json"))),
    }
}

/// The rarer answers that are wanted.
fn answers(typed: &Sync, config: &Config) -> Result<Answers> {
    let mut also = typed.also.clone();
    for word in config.also.iter().flatten().filter(|_| typed.also.is_empty()) {
        let known = Also::from_str(word, true);
        also.push(known.map_err(|_| {
            usage(format!("also = {word:?} in config.toml is not exif, licences or galleries"))
        })?);
    }
    let has = |what| also.contains(&what);
    let asks = typed.exif || config.exif.unwrap_or(false) || !also.is_empty();
    if asks && matches!(depth(typed.details, config.details.as_deref())?, Depth::Listing) {
        return Err(usage("--exif and --also ask about single photos: they need --details smart or full"));
    }
    Ok(Answers {
        info: false,
        exif: typed.exif || config.exif.unwrap_or(false) || has(Also::Exif),
        licences: has(Also::Licences),
        galleries: has(Also::Galleries),
    })
}

fn part(part: Part) -> Only {
    match part {
        Part::Photos => Only::Photos,
        Part::Details => Only::Details,
        Part::Albums => Only::Albums,
        Part::Account => Only::Account,
    }
}

/// How much is asked for each photo; everything where nothing is said.
fn depth(typed: Option<Details>, configured: Option<&str>) -> Result<Depth> {
    let word = match (typed, configured) {
        (Some(details), _) => details,
        (None, None) => Details::Full,
        (None, Some(word)) => Details::from_str(word, true)
            .map_err(|_| usage(format!("details = {word:?} in config.toml is not listing, smart or full")))?,
    };
    Ok(match word {
        Details::Listing => Depth::Listing,
        Details::Smart => Depth::Smart,
        Details::Full => Depth::Full,
    })
}

/// More calls than Flickr allows are only possible where Flickr is not what is called.
fn allowance(calls: u32, endpoint: &Endpoint) -> Result<Option<u32>> {
    let is_flickr = matches!(endpoint, Endpoint::Flickr);
    match calls {
        0 if is_flickr => Err(usage("--calls-per-hour 0 would ignore Flickr's limit of 3600")),
        0 => Ok(None),
        more if is_flickr && more > FLICKRS_LIMIT => {
            Err(usage(format!("--calls-per-hour {more} is above the {FLICKRS_LIMIT} that Flickr allows")))
        }
        calls => Ok(Some(calls)),
    }
}

fn usage(what: impl Into<String>) -> anyhow::Error {
    Failure::new(Exit::Usage, what.into()).into()
}

/// Reads `90`, `90s`, `15m`, `6h`, `2d` and sums such as `1h30m`.
fn duration(name: &str, text: &str) -> Result<Duration> {
    let bad = || usage(format!("{name} {text:?} is not a length of time such as 90s, 15m or 6h"));
    let mut total = 0_u64;
    let mut digits = String::new();
    for character in text.trim().chars().chain(std::iter::once('s')) {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        if digits.is_empty() && character == 's' {
            continue;
        }
        let seconds = match character {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return Err(bad()),
        };
        let number: u64 = digits.parse().map_err(|_| bad())?;
        total = number.checked_mul(seconds).and_then(|part| total.checked_add(part)).ok_or_else(bad)?;
        digits.clear();
    }
    if total == 0 { Err(bad()) } else { Ok(Duration::from_secs(total)) }
}

/// Reads `123`, `500k`, `500M`, `20G`, `1T`, in powers of 1000.
fn size(name: &str, text: &str) -> Result<u64> {
    let bad = || usage(format!("{name} {text:?} is not a number of bytes such as 500M or 20G"));
    let text = text.trim().trim_end_matches(['B', 'b']);
    let (digits, factor) = match text.chars().last().map(|unit| unit.to_ascii_lowercase()) {
        Some('k') => (&text[..text.len() - 1], 1_000),
        Some('m') => (&text[..text.len() - 1], 1_000_000),
        Some('g') => (&text[..text.len() - 1], 1_000_000_000),
        Some('t') => (&text[..text.len() - 1], 1_000_000_000_000),
        _ => (text, 1),
    };
    digits.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(bad)
}

fn most_gone(text: &str) -> Result<MaxGone> {
    text.parse().map_err(|error| usage(format!("--max-gone: {error}")))
}

fn failures(text: &str) -> Result<Option<u64>> {
    match text {
        "continue" => Ok(None),
        "stop" => Ok(Some(1)),
        number => number
            .parse()
            .ok()
            .filter(|count| *count > 0)
            .map(Some)
            .ok_or_else(|| usage(format!("--on-errors {number:?} is not continue, stop or a number"))),
    }
}

fn given_keys(global: &Global) -> Result<GivenKeys> {
    if let Some(file) = &global.apikeys {
        return Ok(GivenKeys::File(file.clone()));
    }
    match (variable("FLICKR_API_KEY"), variable("FLICKR_API_SECRET")) {
        (Some(key), Some(secret)) => {
            ApiKeys::new(&key, &secret).map(GivenKeys::Environment).map_err(|error| {
                Failure::new(Exit::Usage, format!("FLICKR_API_KEY and FLICKR_API_SECRET: {error}")).into()
            })
        }
        (None, None) => Ok(GivenKeys::None),
        _ => Err(usage("of FLICKR_API_KEY and FLICKR_API_SECRET only one is set; both are needed")),
    }
}

/// A browser can show itself on a desktop of this machine, not at the far end of ssh.
fn has_screen() -> bool {
    let desktop =
        cfg!(target_os = "macos") || variable("DISPLAY").is_some() || variable("WAYLAND_DISPLAY").is_some();
    desktop && variable("SSH_CONNECTION").is_none()
}

/// An environment variable that is set and not empty.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn absolute(current: &Path, path: &Path) -> PathBuf {
    if path.is_absolute() { path.to_owned() } else { current.join(path) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_as_a_person_writes_them() {
        let seconds = |text| duration("--patience", text).map(|length| length.as_secs()).ok();

        assert_eq!([seconds("90"), seconds("90s"), seconds("15m")], [Some(90), Some(90), Some(900)]);
        assert_eq!([seconds("1h30m"), seconds("2d")], [Some(5400), Some(172_800)]);
        assert_eq!([seconds(""), seconds("0"), seconds("5 m"), seconds("-1h"), seconds("soon")], [None; 5]);
    }

    #[test]
    fn sizes_are_powers_of_a_thousand() {
        assert_eq!(size("--max-bytes", "500M").unwrap(), 500_000_000);
        assert_eq!(size("--max-bytes", "20GB").unwrap(), 20_000_000_000);
        assert!(size("--max-bytes", "much").is_err());
    }

    #[test]
    fn flickrs_limit_holds_wherever_flickr_itself_is_called() {
        let loopback = Endpoint::loopback("http://127.0.0.1:9").unwrap();

        assert_eq!(allowance(3600, &Endpoint::Flickr).unwrap(), Some(3600));
        assert!(allowance(3601, &Endpoint::Flickr).is_err());
        assert!(allowance(0, &Endpoint::Flickr).is_err());
        assert_eq!(allowance(0, &loopback).unwrap(), None);
    }

    #[test]
    fn an_unknown_key_of_the_config_is_an_error_that_names_it() {
        let error = toml::from_str::<Config>("archive = \"/a\"\ndownlods = 3\n").unwrap_err().to_string();

        assert!(error.contains("downlods") && error.contains("line 2"), "{error}");
    }
}
