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

/// How often the terminal shows that the program is alive.
const BETWEEN_TICKS: Duration = Duration::from_millis(200);

/// So many failures are named as they happen; on an account where all fail for one reason, the rest are counted.
const NAMED_FAILURES: u64 = 20;

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
}

/// How far the downloads of a run have come.
#[derive(Debug, Clone, Copy, Default)]
struct Done {
    /// Photos to fetch or check.
    wanted: u64,
    /// Photos that reached the state they have at the end of this run.
    settled: u64,
    /// Bytes that arrived, those of attempts that failed included.
    bytes: u64,
    /// Photos of which nothing came.
    failed: u64,
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
        words::write_above(None);
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
                self.total.set_message(listing(listed, total));
            }
            Event::Planned { wanted } => self.planned(wanted),
            Event::Started { id, length, .. } => self.started(id, length),
            Event::Arrived { id, bytes } => {
                self.done.bytes += bytes;
                if let Some(bar) = self.active.get(&id) {
                    bar.inc(bytes);
                }
                self.total.set_message(self.done.told(self.total.elapsed()));
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
        if self.style != Style::Bars {
            return;
        }
        let bar = self.active.entry(id).or_insert_with(|| self.bars.add(unseen(id)));
        bar.set_position(0);
        match length {
            Some(length) => {
                bar.set_style(styled("  {msg:<12} {decimal_bytes:>9} of {decimal_total_bytes}"));
                bar.set_length(length);
            }
            None => bar.set_style(styled("  {msg:<12} {decimal_bytes:>9}")),
        }
    }

    fn settled(&mut self, id: PhotoId, outcome: &Outcome) {
        self.done.settled += 1;
        if let Some(bar) = self.active.remove(&id) {
            bar.finish_and_clear();
            self.bars.remove(&bar);
        }
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
        let so_far = format!("{}, {} read", words::counted(files, "file"), words::bytes(bytes));
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
        let line = if self.done.wanted == 0 {
            listing(self.listed, self.of)
        } else {
            self.done.told(self.total.elapsed())
        };
        words::say(&format!("{line}."));
    }
}

impl Done {
    /// How far it has come after `elapsed`; what matters most comes first, since a narrow terminal cuts the rest off.
    fn told(&self, elapsed: Duration) -> String {
        let Self { wanted, settled, bytes, failed } = *self;
        let mut told = format!("{} of {}", words::count(settled), words::photos(wanted));
        if failed > 0 {
            told += &format!(", {} failed", words::count(failed));
        }
        if let Some(left) = self.left(elapsed) {
            told += &format!(", {} left", about(left));
        }
        if bytes > 0 {
            told += &format!(", {}", words::bytes(bytes));
        }
        let rate = (bytes * 1000).checked_div(elapsed.as_millis().try_into().unwrap_or(u64::MAX));
        match rate {
            Some(rate) if rate > 0 => format!("{told}, {} a second", words::bytes(rate)),
            _ => told,
        }
    }

    /// The time that the rest takes when it goes on as so far.
    fn left(&self, elapsed: Duration) -> Option<Duration> {
        if self.settled == 0 || self.settled >= self.wanted {
            return None;
        }
        let rest = (self.wanted - self.settled) as f64 / self.settled as f64;
        Duration::try_from_secs_f64(elapsed.as_secs_f64() * rest).ok()
    }
}

/// A time that nobody knows to the second.
fn about(length: Duration) -> String {
    match length.as_secs() {
        seconds @ 0..60 => format!("{} s", seconds.max(1)),
        seconds @ 60..3600 => format!("{} min", seconds.div_ceil(60)),
        seconds => words::duration(Duration::from_secs(seconds)),
    }
}

fn listing(listed: u64, total: u64) -> String {
    format!("Listing: {} of {}", words::count(listed), words::photos(total))
}

/// One photo's end as a line of JSON.
fn as_json(id: PhotoId, outcome: &Outcome) -> String {
    let (kind, word, bytes, why) = match outcome {
        Outcome::New(bytes) => ("item", "new", *bytes, None),
        Outcome::Replaced(bytes) => ("item", "replaced", *bytes, None),
        Outcome::Same => ("item", "same", 0, None),
        Outcome::NotOriginal(bytes, why) => ("item", "not original", *bytes, Some(why)),
        Outcome::Unavailable(why) => ("error", "unavailable", 0, Some(why)),
        Outcome::Failed(why) => ("error", "failed", 0, Some(why)),
        Outcome::Interrupted => ("item", "interrupted", 0, None),
    };
    let why = why.map(|why| words::clean(why));
    serde_json::json!({"type": kind, "id": id.to_string(), "outcome": word, "bytes": bytes, "reason": why})
        .to_string()
}

/// The bar of one download, before it has its place on the terminal.
fn unseen(id: PhotoId) -> ProgressBar {
    ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()).with_message(id.to_string())
}

/// A line of the picture; `wide_msg` is cut to the width of the terminal, so that no line ever wraps.
fn styled(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_run_tells_first_what_matters_most() {
        let done = Done { wanted: 300, settled: 100, bytes: 25_000_000, failed: 2 };

        assert_eq!(
            done.told(Duration::from_secs(100)),
            "100 of 300 photos, 2 failed, 4 min left, 25.0 MB, 250 kB a second"
        );
    }

    #[test]
    fn nothing_is_foretold_before_the_first_photo_and_after_the_last() {
        let done = |settled| Done { wanted: 1, settled, ..Done::default() };

        assert_eq!(done(0).told(Duration::ZERO), "0 of 1 photo");
        assert_eq!(done(1).told(Duration::from_secs(3)), "1 of 1 photo");
    }
}
