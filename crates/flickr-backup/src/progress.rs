//! Draws the events of a run: as bars on a terminal, as one plain line a minute elsewhere, or as JSON lines.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use flickr_client::{Waiting, WaitingFor};
use flickr_model::PhotoId;
use flickr_sync::{Event, Observer, Outcome};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::tz::TimeZone;

use crate::words;

/// How often a plain line tells how things go.
const BETWEEN_LINES: Duration = Duration::from_secs(60);

/// How the events are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Bars,
    Lines,
    Json,
    Silent,
}

impl Style {
    /// Bars only on a terminal; nothing when only failures are asked for.
    pub(crate) fn of_run(json: bool, quiet: bool) -> Self {
        match (json, quiet) {
            (true, _) => Self::Json,
            (false, true) => Self::Silent,
            (false, false) if std::io::stderr().is_terminal() => Self::Bars,
            (false, false) => Self::Lines,
        }
    }
}

/// The picture of a run; cheap to clone, all clones are one.
#[derive(Clone)]
pub(crate) struct Progress(Arc<Mutex<Picture>>);

struct Picture {
    style: Style,
    bars: MultiProgress,
    total: ProgressBar,
    active: HashMap<PhotoId, ProgressBar>,
    listed: u64,
    of: u64,
    wanted: u64,
    settled: u64,
    bytes: u64,
    failed: u64,
    last_line: Instant,
}

impl Progress {
    pub(crate) fn new(style: Style) -> Self {
        let bars = MultiProgress::new();
        if style != Style::Bars {
            bars.set_draw_target(ProgressDrawTarget::hidden());
        }
        let total = bars.add(ProgressBar::new_spinner());
        total.set_style(spinner());
        Self(Arc::new(Mutex::new(Picture {
            style,
            bars,
            total,
            active: HashMap::new(),
            listed: 0,
            of: 0,
            wanted: 0,
            settled: 0,
            bytes: 0,
            failed: 0,
            last_line: Instant::now(),
        })))
    }

    /// Takes the events of the run.
    pub(crate) fn observer(&self) -> Observer {
        let progress = self.clone();
        Arc::new(move |event| progress.picture().saw(event))
    }

    /// Says that the client waits, and until when.
    pub(crate) fn waits(&self, waiting: &Waiting) {
        self.picture().waits(waiting);
    }

    /// Writes a line above the bars.
    pub(crate) fn say(&self, line: &str) {
        self.picture().say(line);
    }

    /// Tells how far a verification has come.
    pub(crate) fn verified(&self, files: u64, bytes: u64) {
        self.picture().verified(files, bytes);
    }

    /// Takes the bars away, so that the summary stands on clean ground.
    pub(crate) fn clear(&self) {
        let picture = self.picture();
        picture.total.finish_and_clear();
        let _gone = picture.bars.clear().is_err();
    }

    fn picture(&self) -> MutexGuard<'_, Picture> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Picture {
    fn saw(&mut self, event: Event) {
        match event {
            Event::Listed { listed, total } => {
                (self.listed, self.of) = (listed, total);
                self.total.set_message(format!(
                    "listing: {} of {}",
                    words::count(listed),
                    words::photos(total)
                ));
            }
            Event::Planned { wanted } => self.planned(wanted),
            Event::Started { id, length, .. } => self.started(id, length),
            Event::Arrived { id, bytes } => {
                self.bytes += bytes;
                if let Some(bar) = self.active.get(&id) {
                    bar.inc(bytes);
                }
            }
            Event::Again { id, reason } => {
                tracing::info!(%id, reason = %words::clean(&reason), "trying again");
            }
            Event::Settled { id, outcome } => self.settled(id, &outcome),
            _ => {}
        }
        self.line_when_due();
    }

    fn planned(&mut self, wanted: u64) {
        self.wanted = wanted;
        match self.style {
            Style::Bars => {
                self.total.set_length(wanted);
                self.total.set_style(total_style());
                self.total.set_message(String::new());
            }
            Style::Lines => words::say(&format!(
                "Flickr lists {}; {} to fetch or check.",
                words::photos(self.listed),
                words::count(wanted)
            )),
            Style::Json => words::result(
                &serde_json::json!({"type": "status", "listed": self.listed, "total": self.of, "wanted": wanted})
                    .to_string(),
            ),
            Style::Silent => {}
        }
    }

    fn started(&mut self, id: PhotoId, length: Option<u64>) {
        if self.style != Style::Bars {
            return;
        }
        let bar = self.active.entry(id).or_insert_with(|| self.bars.add(ProgressBar::no_length()));
        bar.set_style(download_style());
        bar.set_position(0);
        bar.set_message(id.to_string());
        if let Some(length) = length {
            bar.set_length(length);
        }
    }

    fn settled(&mut self, id: PhotoId, outcome: &Outcome) {
        self.settled += 1;
        if let Some(bar) = self.active.remove(&id) {
            bar.finish_and_clear();
            self.bars.remove(&bar);
        }
        self.total.inc(1);
        let failure = match outcome {
            Outcome::Failed(why) | Outcome::Unavailable(why) | Outcome::NotOriginal(_, why) => Some(why),
            _ => None,
        };
        if let Some(why) = failure {
            self.failed += 1;
            if self.style != Style::Json {
                self.say(&format!("{id}: {}", words::clean(why)));
            }
        }
        if self.style == Style::Json {
            let (kind, word, bytes) = told(outcome);
            let why = failure.map(|why| words::clean(why).into_owned());
            words::result(
                &serde_json::json!({"type": kind, "id": id.to_string(), "outcome": word, "bytes": bytes, "reason": why})
                    .to_string(),
            );
        }
        let failed = if self.failed > 0 { format!(", {} failed", self.failed) } else { String::new() };
        self.total.set_message(format!("{}{failed}", words::bytes(self.bytes)));
    }

    fn verified(&mut self, files: u64, bytes: u64) {
        let so_far = format!("{} files, {} read", words::count(files), words::bytes(bytes));
        match self.style {
            Style::Bars => self.total.set_message(so_far),
            Style::Lines if self.last_line.elapsed() >= BETWEEN_LINES => {
                self.last_line = Instant::now();
                words::say(&so_far);
            }
            Style::Lines | Style::Json | Style::Silent => {}
        }
        self.total.tick();
    }

    fn say(&self, line: &str) {
        match self.style {
            Style::Bars => self.bars.suspend(|| words::say(line)),
            Style::Lines | Style::Json => words::say(line),
            Style::Silent => {}
        }
    }

    fn waits(&self, waiting: &Waiting) {
        let clock = waiting.until.to_zoned_datetime(TimeZone::system()).strftime("%H:%M:%S");
        let why = match waiting.why {
            WaitingFor::AllowanceUsed => "Flickr's hourly allowance is used up",
            WaitingFor::Busy => "Flickr is busy",
            WaitingFor::ImageHostBusy => "Flickr's image host asks for patience",
        };
        self.say(&format!("{why}; going on at {clock}."));
    }

    fn line_when_due(&mut self) {
        if self.style != Style::Lines || self.last_line.elapsed() < BETWEEN_LINES {
            return;
        }
        self.last_line = Instant::now();
        let line = if self.wanted == 0 {
            format!("Listing: {} of {}.", words::count(self.listed), words::photos(self.of))
        } else {
            format!(
                "{} of {} done, {}, {} failed.",
                words::count(self.settled),
                words::photos(self.wanted),
                words::bytes(self.bytes),
                words::count(self.failed)
            )
        };
        words::say(&line);
    }
}

/// The kind of JSON line, the word for the outcome, and the bytes.
fn told(outcome: &Outcome) -> (&'static str, &'static str, u64) {
    match outcome {
        Outcome::New(bytes) => ("item", "new", *bytes),
        Outcome::Replaced(bytes) => ("item", "replaced", *bytes),
        Outcome::Same => ("item", "same", 0),
        Outcome::NotOriginal(bytes, _) => ("item", "not original", *bytes),
        Outcome::Unavailable(_) => ("error", "unavailable", 0),
        Outcome::Failed(_) => ("error", "failed", 0),
        Outcome::Interrupted => ("item", "interrupted", 0),
    }
}

fn styled(template: &str, fallback: ProgressStyle) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or(fallback)
}

fn spinner() -> ProgressStyle {
    styled("{spinner} {msg}", ProgressStyle::default_spinner())
}

fn total_style() -> ProgressStyle {
    styled(
        "{bar:30} {human_pos}/{human_len} photos, {msg}, {elapsed} gone, {eta} left",
        ProgressStyle::default_bar(),
    )
}

fn download_style() -> ProgressStyle {
    styled("  {msg:<14} {bytes:>10} of {total_bytes} {binary_bytes_per_sec}", ProgressStyle::default_bar())
}
