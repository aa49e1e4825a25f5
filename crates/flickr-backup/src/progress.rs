//! Draws the events of a run: as bars on a terminal, as one plain line a minute elsewhere, or as JSON lines.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use flickr_client::{Waiting, WaitingFor, now};
use flickr_model::PhotoId;
use flickr_sync::{Event, Observer, Outcome};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::tz::TimeZone;

use crate::words;
use lines::{Done, as_json, is_worth_telling, listing};

mod lines;

/// How often a plain line tells how things go.
const BETWEEN_LINES: Duration = Duration::from_secs(60);

/// How often the terminal shows that the program is alive.
const BETWEEN_TICKS: Duration = Duration::from_millis(200);

/// So many failures are named as they happen; on an account where all fail for one reason, the rest are counted.
const NAMED_FAILURES: u64 = 20;

/// So many downloads have a line of their own; more would not fit on a small terminal.
const DRAWN_DOWNLOADS: usize = 12;

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
    done: Done,
    last_line: Instant,
    /// The wait that was told last, and when.
    last_wait: Option<(WaitingFor, Instant)>,
}

impl Progress {
    pub(crate) fn new(style: Style) -> Self {
        let bars = MultiProgress::new();
        if style == Style::Bars {
            words::write_above(Some(bars.clone()));
        } else {
            bars.set_draw_target(ProgressDrawTarget::hidden());
        }
        let total = bars.add(ProgressBar::new_spinner());
        total.set_style(styled("{spinner} {wide_msg}"));
        if style == Style::Bars {
            total.enable_steady_tick(BETWEEN_TICKS);
        }
        Self(Arc::new(Mutex::new(Picture {
            style,
            bars,
            total,
            active: HashMap::new(),
            listed: 0,
            of: 0,
            done: Done::default(),
            last_line: Instant::now(),
            last_wait: None,
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

    /// Tells how far the making of a catalog has come.
    pub(crate) fn rebuilt(&self, photos: u64, files: u64) {
        self.picture().rebuilt(photos, files);
    }

    /// Takes the bars away, so that the summary stands on clean ground.
    pub(crate) fn clear(&self) {
        self.picture().clear();
    }

    fn picture(&self) -> MutexGuard<'_, Picture> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error on the way leaves no bar behind it either.
impl Drop for Picture {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Picture {
    fn clear(&self) {
        self.total.finish_and_clear();
        let _gone = self.bars.clear().is_err();
        words::write_above(None);
    }

    fn saw(&mut self, event: Event) {
        match event {
            Event::Listed { listed, total } => {
                (self.listed, self.of) = (listed, total);
                self.total.set_message(listing(listed, total));
            }
            Event::Planned { wanted } => self.planned(wanted),
            Event::Started { id, length, .. } => self.started(id, length),
            Event::Arrived { id, bytes } => {
                self.done.bytes += bytes;
                self.arrived(id, bytes);
                self.total.set_message(self.done.told(self.total.elapsed()));
            }
            Event::Again { id, reason } => {
                tracing::info!(%id, reason = %words::clean(&reason), "trying again");
            }
            Event::Owed { .. } => {
                self.done.owed += 1;
                self.total.inc_length(1);
            }
            Event::Settled { id, outcome } => self.settled(id, &outcome),
            _ => {}
        }
        self.line_when_due();
    }

    fn planned(&mut self, wanted: u64) {
        self.done.wanted = wanted;
        match self.style {
            Style::Bars => {
                self.total.set_length(wanted);
                self.total.reset_elapsed();
                self.total.set_style(styled("{spinner} {bar:16} {wide_msg}"));
                self.total.set_message(self.done.told(Duration::ZERO));
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
        self.no_longer_drawn(id);
        if self.style == Style::Bars && self.active.len() < DRAWN_DOWNLOADS {
            self.active.insert(id, self.bars.add(download(id, length)));
        }
    }

    /// A body that is here whole waits for its batch to be synced, and needs no line for that.
    fn arrived(&mut self, id: PhotoId, bytes: u64) {
        let Some(bar) = self.active.get(&id) else { return };
        bar.inc(bytes);
        if bar.length().is_some_and(|length| bar.position() >= length) {
            self.no_longer_drawn(id);
        }
    }

    fn no_longer_drawn(&mut self, id: PhotoId) {
        if let Some(bar) = self.active.remove(&id) {
            bar.finish_and_clear();
            self.bars.remove(&bar);
        }
    }

    fn settled(&mut self, id: PhotoId, outcome: &Outcome) {
        self.done.settle(outcome);
        self.no_longer_drawn(id);
        self.total.inc(1);
        if let Outcome::Failed(why) | Outcome::Unavailable(why) = outcome {
            self.done.failed += 1;
            self.failed(id, why);
        }
        if self.style == Style::Json {
            words::result(&as_json(id, outcome));
        }
        self.total.set_message(self.done.told(self.total.elapsed()));
    }

    /// Names a failure, as long as they are few; the summary counts them all.
    fn failed(&self, id: PhotoId, why: &str) {
        if !matches!(self.style, Style::Bars | Style::Lines) || self.done.failed > NAMED_FAILURES + 1 {
            return;
        }
        if self.done.failed == NAMED_FAILURES + 1 {
            words::say("More photos fail; from here on they are counted, not named.");
        } else {
            words::say(&format!("{id}: {}", words::clean(why)));
        }
    }

    fn verified(&mut self, files: u64, bytes: u64) {
        self.so_far(format!("{}, {} read", words::counted(files, "file"), words::bytes(bytes)));
    }

    fn rebuilt(&mut self, photos: u64, files: u64) {
        self.so_far(format!("catalog: {}, {}", words::photos(photos), words::counted(files, "file")));
    }

    fn so_far(&mut self, so_far: String) {
        match self.style {
            Style::Bars => self.total.set_message(so_far),
            Style::Lines if self.last_line.elapsed() >= BETWEEN_LINES => {
                self.last_line = Instant::now();
                words::say(&format!("{so_far}."));
            }
            Style::Lines | Style::Json | Style::Silent => {}
        }
    }

    fn say(&self, line: &str) {
        if self.style != Style::Silent {
            words::say(line);
        }
    }

    fn waits(&mut self, waiting: &Waiting) {
        let length = waiting.until.duration_since(now()).try_into().unwrap_or_default();
        let since = self.last_wait.filter(|(why, _)| *why == waiting.why).map(|(_, told)| told.elapsed());
        if !is_worth_telling(waiting.why, length, since) {
            return;
        }
        self.last_wait = Some((waiting.why, Instant::now()));
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
        let line = if self.done.wanted == 0 {
            listing(self.listed, self.of)
        } else {
            self.done.told(self.total.elapsed())
        };
        words::say(&format!("{line}."));
    }
}

/// The line of one download, whole before it has its place on the terminal.
fn download(id: PhotoId, length: Option<u64>) -> ProgressBar {
    let style = match length {
        Some(_) => "  {msg:<12} {decimal_bytes:>9} of {decimal_total_bytes}",
        None => "  {msg:<12} {decimal_bytes:>9}",
    };
    ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden())
        .with_style(styled(style))
        .with_message(id.to_string())
}

/// A line of the picture; `wide_msg` is cut to the width of the terminal, so that no line ever wraps.
fn styled(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
