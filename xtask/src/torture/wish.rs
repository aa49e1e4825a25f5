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
    /// Only the trial of this name in each case.
    pub(super) trial: Option<String>,
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
            "--trial" => wish.trial = Some(words.next().context("--trial wants a name")?.clone()),
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
    /// Whether one trial alone is wanted: then no point may be left out of a long list.
    pub(super) fn is_for_one(&self) -> bool {
        self.wish.trial.is_some()
    }

    /// The choices that belong to a name in this case.
    pub(super) fn chance(&self, name: &str) -> Chance {
        Chance::new(self.wish.seed, &format!("{}: {name}", self.case))
    }

    /// Goes through points in an order of chance, as many as were asked for: `fault` puts the stage back, disturbs a run,
    /// and gives nothing when the run had ended before the fault could strike. A point's name decides its place in the
    /// order and all that is left to chance in its trial, so that it means the same although others come and go.
    pub(super) fn through<P>(
        &mut self,
        stage: &Stage,
        points: Vec<P>,
        name: impl Fn(&P) -> String,
        mut fault: impl FnMut(&Stage, &P, &mut Chance) -> Result<Option<Struck>>,
    ) -> Result<Tally> {
        let named = |point: P| {
            let name = name(&point);
            let mut chance = Chance::new(self.wish.seed, &format!("{} {name}", self.case));
            (chance.next(), name, point, chance)
        };
        let mut points: Vec<_> = points.into_iter().map(named).collect();
        points.sort_by_key(|(place, ..)| *place);
        let count = points.len();
        let mut tally = Tally::default();
        for (_, name, point, mut chance) in points {
            if self.wish.trial.as_ref().is_some_and(|wanted| *wanted != name) {
                continue;
            }
            let is_over = self.until.is_some_and(|until| Instant::now() > until);
            let is_enough = self.wish.extent == Extent::Short && tally.trials >= self.short;
            if is_over || is_enough {
                break;
            }
            let looks_twice = chance.between(1, 8) == 1;
            let struck = fault(stage, &point, &mut chance).with_context(|| format!("in the trial {name}"))?;
            let Some(struck) = struck else { continue };
            let repeat = self.repeat(&name);
            let title = Title { case: self.case, name, repeat, looks_twice, is_told: self.wish.tell };
            trial::judge(self.ground, stage, &title, struck, &mut tally)?;
            if tally.trials.is_multiple_of(100) {
                println!("torture: {}: {tally} so far, of {count} points", self.case);
            }
        }
        Ok(tally)
    }

    /// The command that repeats one trial.
    fn repeat(&self, name: &str) -> String {
        format!("cargo xtask torture {} --seed {} --trial '{name}'", self.case, self.wish.seed)
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
        let wish = read(&words("kill errno --seed 7 --long --minutes 3 --trial fsync-12"))?;

        assert_eq!(wish.cases, ["kill", "errno"]);
        assert_eq!(
            (wish.seed, wish.extent, wish.trial.clone()),
            (7, Extent::Long, Some("fsync-12".to_owned()))
        );
        assert_eq!(wish.at_most, Some(Duration::from_secs(180)));
        assert!(read(&words("--seed many")).is_err());
        assert!(read(&words("--fast")).is_err());
        Ok(())
    }
}
