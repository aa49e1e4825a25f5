//! What was measured, held against what it has to be: rows, bars, and the table of them.

use std::fmt;

/// One measured figure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// What was measured, with its unit.
    pub(super) what: String,
    pub(super) value: f64,
    pub(super) bar: Bar,
}

/// What a figure has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bar {
    AtMost(f64),
    AtLeast(f64),
    /// It is told only.
    None,
}

/// What came of a case.
#[derive(Debug)]
pub(super) enum Came {
    Figures(Vec<Figure>),
    /// It was not run, and why.
    Skipped(String),
}

/// A figure that has to stay below a bar.
pub(super) fn at_most(what: &str, value: f64, bar: f64) -> Figure {
    Figure { what: what.into(), value, bar: Bar::AtMost(bar) }
}

/// A figure that has to reach a bar.
pub(super) fn at_least(what: &str, value: f64, bar: f64) -> Figure {
    Figure { what: what.into(), value, bar: Bar::AtLeast(bar) }
}

/// A figure that is told only.
pub(super) fn told(what: &str, value: f64) -> Figure {
    Figure { what: what.into(), value, bar: Bar::None }
}

impl Figure {
    /// Whether it is what it has to be.
    pub(super) fn holds(&self) -> bool {
        match self.bar {
            Bar::AtMost(bar) => self.value <= bar,
            Bar::AtLeast(bar) => self.value >= bar,
            Bar::None => true,
        }
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(bar) => write!(f, "<= {}", number(*bar)),
            Self::AtLeast(bar) => write!(f, ">= {}", number(*bar)),
            Self::None => Ok(()),
        }
    }
}

/// Three digits that count, and none that do not.
fn number(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 100.0 || value.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.digits$}")
}

/// One case as lines of a table in Markdown.
pub(super) fn lines(case: &str, came: &Came) -> Vec<String> {
    match came {
        Came::Skipped(why) => vec![format!("| {case} | {why} | | | not run |")],
        Came::Figures(figures) => figures.iter().map(|figure| line(case, figure)).collect(),
    }
}

fn line(case: &str, figure: &Figure) -> String {
    let verdict = match figure.bar {
        Bar::None => "",
        _ if figure.holds() => "held",
        _ => "MISSED",
    };
    format!("| {case} | {} | {} | {} | {verdict} |", figure.what, number(figure.value), figure.bar)
}

/// The head of the table.
pub(super) const HEAD: &str = "| case | what | measured | bar | |\n|---|---|---|---|---|";

/// How many figures miss their bar.
pub(super) fn missed(all: &[Came]) -> usize {
    let figures = all.iter().flat_map(|came| match came {
        Came::Figures(figures) => figures.as_slice(),
        Came::Skipped(_) => &[],
    });
    figures.filter(|figure| !figure.holds()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_held_against_its_bar() {
        assert!(at_most("s", 4.9, 5.0).holds() && !at_most("s", 5.1, 5.0).holds());
        assert!(at_least("ratio", 0.9, 0.85).holds() && !at_least("ratio", 0.8, 0.85).holds());
        assert_eq!(missed(&[Came::Figures(vec![told("s", 9.0), at_most("s", 2.0, 1.0)])]), 1);
    }

    #[test]
    fn a_line_says_what_it_has_to_be() {
        assert_eq!(
            lines("small", &Came::Figures(vec![at_most("CPU, ms a photo", 1.234, 1.0)])),
            ["| small | CPU, ms a photo | 1.23 | <= 1 | MISSED |"]
        );
    }
}
