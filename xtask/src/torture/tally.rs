//! What a torture came to: how many faults, and how many sins of the program against its promises.

use std::fmt;

/// How a promise was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sin {
    /// Something that was in the archive, or must be, is not there.
    Lost,
    /// Wrong bytes under a final name.
    Wrong,
    /// The program, a sidecar or a list of sums says something that is not so.
    Lie,
    /// Any other promise: leftovers, something fetched again, a quiet run that changed something, a secret, a crash.
    Other,
}

/// One broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) sin: Sin,
    /// What is wrong, and with what.
    pub(super) what: String,
}

impl Finding {
    pub(super) fn new(sin: Sin, what: impl Into<String>) -> Self {
        Self { sin, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sin = match self.sin {
            Sin::Lost => "lost",
            Sin::Wrong => "wrong",
            Sin::Lie => "lie",
            Sin::Other => "broken promise",
        };
        write!(f, "{sin}: {}", self.what)
    }
}

/// Counts over many trials.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Runs that were disturbed, each by at least one fault.
    pub(super) trials: u64,
    /// Faults that struck.
    pub(super) faults: u64,
    /// Those of them that were `kill -9` or a power cut.
    pub(super) kills: u64,
    pub(super) lost: u64,
    pub(super) wrong: u64,
    pub(super) lies: u64,
    pub(super) others: u64,
    /// Disturbed runs that could say no more than "unexpected": honest, but a poor help.
    pub(super) unexpected: u64,
}

impl Tally {
    /// Counts what was found in one trial.
    pub(super) fn found(&mut self, findings: &[Finding]) {
        for finding in findings {
            *match finding.sin {
                Sin::Lost => &mut self.lost,
                Sin::Wrong => &mut self.wrong,
                Sin::Lie => &mut self.lies,
                Sin::Other => &mut self.others,
            } += 1;
        }
    }

    /// Adds what another torture came to.
    pub(super) fn add(&mut self, other: &Self) {
        self.trials += other.trials;
        self.faults += other.faults;
        self.kills += other.kills;
        self.lost += other.lost;
        self.wrong += other.wrong;
        self.lies += other.lies;
        self.others += other.others;
        self.unexpected += other.unexpected;
    }

    /// Whether every promise was kept.
    pub(super) fn is_clean(&self) -> bool {
        self.lost + self.wrong + self.lies + self.others == 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} faults ({} of them kills or power cuts) in {} runs: {} files lost, {} wrong, {} lies told, {} other promises broken",
            self.faults, self.kills, self.trials, self.lost, self.wrong, self.lies, self.others
        )?;
        match self.unexpected {
            0 => Ok(()),
            some => write!(f, " ({some} ended with exit code 1)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torture_is_clean_only_without_any_sin() {
        let mut tally = Tally { trials: 2, faults: 3, kills: 1, ..Tally::default() };
        assert!(tally.is_clean());

        tally.found(&[Finding::new(Sin::Lie, "exit 0"), Finding::new(Sin::Other, "a part is left")]);

        assert!(!tally.is_clean());
        assert_eq!((tally.lies, tally.others), (1, 1));
        let mut sum = tally.clone();
        sum.add(&tally);
        assert_eq!((sum.faults, sum.lies), (6, 2));
    }
}
