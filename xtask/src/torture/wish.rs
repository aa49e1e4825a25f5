//! What was asked for, and one case's way through its trials.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::chance::Chance;
use super::ground::Ground;
use super::stage::Stage;
use super::tally::Tally;
use super::trial::{self, Struck, Title};

/// How every stage syncs: with all that can be asked for and written.
pub(super) const FLAGS: &[&str] = &["--details", "full", "--sidecars", "both"];

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    /// The cases, by their names; all when there is none.
    pub(super) cases: Vec<String>,
    pub(super) seed: u64,
    pub(super) extent: Extent,
    /// Only this trial of each case.
    pub(super) trial: Option<u64>,
    /// So long the whole torture may take; each case gets a fair share of it.
    pub(super) at_most: Option<Duration>,
    /// Tell of each trial how it ended.
    pub(super) tell: bool,
    /// Another build of the program, such as a released one.
    pub(super) program: Option<String>,
}

/// How much of a case is gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// A sample, for every change.
    Short,
    /// Everything there is.
    Long,
}

/// Reads what was typed.
pub(super) fn read(words: &[String]) -> Result<Wish> {
    let mut wish = Wish {
        cases: Vec::new(),
        seed: 0,
        extent: Extent::Short,
        trial: None,
        at_most: None,
        tell: false,
        program: None,
    };
    let mut seed = None;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut number = || -> Result<u64> {
            let value = words.next().with_context(|| format!("{word} wants a number"))?;
            value.parse().with_context(|| format!("{word} wants a number, not {value}"))
        };
        match word.as_str() {
            "--seed" => seed = Some(number()?),
            "--trial" => wish.trial = Some(number()?),
            "--minutes" => wish.at_most = Some(Duration::from_secs(number()? * 60)),
            "--tell" => wish.tell = true,
            "--long" => wish.extent = Extent::Long,
            "--program" => wish.program = Some(words.next().context("--program wants a path")?.clone()),
            flag if flag.starts_with('-') => bail!("no such word: {flag}"),
            case => wish.cases.push(case.to_owned()),
        }
    }
    wish.seed = seed.unwrap_or_else(fresh_seed);
    Ok(wish)
}

/// A seed that nobody chose.
fn fresh_seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(1, |since| since.as_millis() as u64 % 1_000_000_007)
}

/// One case on its way through its trials.
pub(super) struct Sweep<'a> {
    pub(super) ground: &'a Ground,
    pub(super) wish: &'a Wish,
    /// The case's name.
    pub(super) case: &'static str,
    /// How many trials a short sweep makes.
    pub(super) short: u64,
    /// No trial begins after this.
    pub(super) until: Option<Instant>,
}

impl Sweep<'_> {
    /// The seed of this case's choices.
    pub(super) fn seed(&self) -> u64 {
        self.wish.seed
    }

    /// Goes through points in an order of chance, as many as were asked for: `fault` puts the stage back and disturbs a
    /// run, says what it did, and gives nothing when the run had ended before the fault could strike.
    pub(super) fn through<P>(
        &mut self,
        stage: &Stage,
        mut points: Vec<P>,
        mut fault: impl FnMut(&Stage, &P, u64) -> Result<(String, Option<Struck>)>,
    ) -> Result<Tally> {
        Chance::new(self.wish.seed, self.case).shuffle(&mut points);
        let mut tally = Tally::default();
        let mut number = 0;
        for point in &points {
            number += 1;
            if self.wish.trial.is_some_and(|wanted| wanted != number) {
                continue;
            }
            let is_over = self.until.is_some_and(|until| Instant::now() > until);
            let is_enough = self.wish.extent == Extent::Short && tally.trials >= self.short;
            if is_over || is_enough {
                break;
            }
            let (words, struck) =
                fault(stage, point, number).with_context(|| format!("in trial {number}"))?;
            let Some(struck) = struck else { continue };
            let title = Title {
                case: self.case,
                number,
                fault: words,
                repeat: self.repeat(number),
                is_told: self.wish.tell,
            };
            trial::judge(self.ground, stage, &title, struck, &mut tally)?;
            if tally.trials.is_multiple_of(100) {
                println!("torture: {}: {tally} so far, of {} points", self.case, points.len());
            }
        }
        Ok(tally)
    }

    /// The command that repeats one trial.
    fn repeat(&self, number: u64) -> String {
        format!("cargo xtask torture {} --seed {} --trial {number}", self.case, self.wish.seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_words_say_which_cases_and_how_much() -> Result<()> {
        let wish = read(&words("kill errno --seed 7 --long --minutes 3 --trial 12"))?;

        assert_eq!(wish.cases, ["kill", "errno"]);
        assert_eq!((wish.seed, wish.extent, wish.trial), (7, Extent::Long, Some(12)));
        assert_eq!(wish.at_most, Some(Duration::from_secs(180)));
        assert!(read(&words("--seed many")).is_err());
        assert!(read(&words("--fast")).is_err());
        Ok(())
    }
}
