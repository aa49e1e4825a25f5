//! When a photo was taken, uploaded and last changed, with no more precision than Flickr has.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// The dates of a photo.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dates {
    /// When it was taken, by the camera's or the owner's word; a wall clock without a zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Taken>,
    /// When it was uploaded. The owner may change it, so it can be nonsense (a recorded answer says `2013`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uploaded: Option<Timestamp>,
    /// When Flickr last changed anything about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
}

/// The date taken as Flickr wrote it, and how much of it means something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// `YYYY-MM-DD HH:MM:SS`, kept as it came: `0000-00-00 00:00:00` and worse do occur.
    pub text: String,
    /// How much of the text is meant.
    pub precision: Precision,
}

/// How exactly the date taken is known (Flickr's "granularity", and its flag for "unknown").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// To the second (granularity 0).
    Second,
    /// To the month (granularity 4).
    Month,
    /// To the year (granularity 6).
    Year,
    /// Around that year (granularity 8).
    Circa,
    /// Not known: Flickr made the value up from the upload date.
    Unknown,
}

impl Taken {
    /// Reads Flickr's three fields: the text, the granularity (0, 4, 6 or 8), and whether the date is known.
    ///
    /// An unknown granularity counts as exact to the second; an empty text is no date at all.
    #[must_use]
    pub fn new(text: &str, granularity: u64, known: bool) -> Option<Self> {
        let precision = match (known, granularity) {
            (false, _) => Precision::Unknown,
            (true, 4) => Precision::Month,
            (true, 6) => Precision::Year,
            (true, 8) => Precision::Circa,
            (true, _) => Precision::Second,
        };
        (!text.is_empty()).then(|| Self { text: text.to_owned(), precision })
    }

    /// Returns the parts of the text that are known and possible; `None` when not even the year is.
    #[must_use]
    pub fn when(&self) -> Option<When> {
        if self.precision == Precision::Unknown {
            return None;
        }
        let (date, time) = self.text.split_once([' ', 'T']).unwrap_or((&self.text, ""));
        let mut numbers = date.splitn(3, '-').map(|part| part.parse::<i16>().unwrap_or(0));
        let year = numbers.next().filter(|year| (1..=9999).contains(year))?;
        let mut when = When { year, month: None, day: None, time: None };
        if matches!(self.precision, Precision::Year | Precision::Circa) {
            return Some(when);
        }
        when.month = numbers.next().and_then(|m| i8::try_from(m).ok()).filter(|m| (1..=12).contains(m));
        let Some(month) = when.month else { return Some(when) };
        if self.precision == Precision::Month {
            return Some(when);
        }
        let day = numbers.next().and_then(|d| i8::try_from(d).ok()).unwrap_or(0);
        when.day = jiff::civil::Date::new(year, month, day).ok().map(|date| date.day());
        if when.day.is_some() {
            when.time = clock(time);
        }
        Some(when)
    }
}

/// Reads `HH:MM:SS`; anything else is no time.
fn clock(text: &str) -> Option<(i8, i8, i8)> {
    let mut parts = text.trim_end_matches('Z').splitn(3, ':').map(|part| part.parse::<i8>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    jiff::civil::Time::new(hour, minute, second, 0).ok().map(|_| (hour, minute, second))
}

/// A date with only the parts that are known; a day is only there with its month, a time with its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// 1 to 9999.
    pub year: i16,
    /// 1 to 12.
    pub month: Option<i8>,
    /// 1 to 31, and real in its month.
    pub day: Option<i8>,
    /// Hour, minute, second.
    pub time: Option<(i8, i8, i8)>,
}

impl When {
    /// The wall clock of an instant in UTC.
    #[must_use]
    pub fn of(instant: Timestamp) -> Self {
        let civil = TimeZone::UTC.to_datetime(instant);
        Self {
            year: civil.year(),
            month: Some(civil.month()),
            day: Some(civil.day()),
            time: Some((civil.hour(), civil.minute(), civil.second())),
        }
    }

    /// The earliest second that fits, read as UTC, in seconds since 1970; before 1970 it is negative.
    #[must_use]
    pub fn earliest(self) -> Option<i64> {
        let (hour, minute, second) = self.time.unwrap_or((0, 0, 0));
        let date = jiff::civil::Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()?;
        let civil = date.at(hour, minute, second, 0);
        TimeZone::UTC.to_timestamp(civil).ok().map(Timestamp::as_second)
    }
}

/// The first second of 2004, the year Flickr opened: an upload date before it is nonsense.
const FLICKR_OPENED: i64 = 1_072_915_200;

impl Dates {
    /// The date to file the photo under: taken at Flickr's precision, else uploaded, else none.
    #[must_use]
    pub fn best(&self) -> Option<When> {
        let taken = self.taken.as_ref().and_then(Taken::when);
        taken.or_else(|| self.uploaded.filter(|at| at.as_second() >= FLICKR_OPENED).map(When::of))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn when(text: &str, granularity: u64) -> Option<When> {
        Taken::new(text, granularity, true).unwrap().when()
    }

    #[test]
    fn an_exact_date_has_all_its_parts() {
        let expected = When { year: 2011, month: Some(7), day: Some(4), time: Some((15, 30, 12)) };

        assert_eq!(when("2011-07-04 15:30:12", 0), Some(expected));
    }

    #[test]
    fn a_coarse_date_claims_no_more_than_it_knows() {
        assert_eq!(when("1943-02-01 00:00:00", 6).unwrap().month, None);
        assert_eq!(when("1943-02-01 00:00:00", 8).unwrap().month, None);
        assert_eq!(
            when("1943-02-01 00:00:00", 4),
            Some(When { year: 1943, month: Some(2), day: None, time: None })
        );
    }

    #[test]
    fn impossible_dates_keep_what_is_possible() {
        assert_eq!(when("0000-00-00 00:00:00", 0), None);
        assert_eq!(when("0000-01-01 00:00:00", 6), None);
        assert_eq!(
            when("2010-00-00 00:00:00", 0),
            Some(When { year: 2010, month: None, day: None, time: None })
        );
        assert_eq!(when("2010-02-31 10:00:00", 0).unwrap().day, None);
        assert_eq!(when("2010-02-03 99:00:00", 0).unwrap().time, None);
        assert_eq!(when("yesterday", 0), None);
        assert_eq!(when("-5-1-1", 0), None);
    }

    #[test]
    fn without_a_date_taken_the_upload_date_stands_in_unless_it_is_nonsense() {
        let unknown = Taken::new("2011-07-04 15:30:12", 0, false);
        let uploaded = |second| Timestamp::from_second(second).ok();
        let real = Dates { taken: unknown.clone(), uploaded: uploaded(1_321_000_000), updated: None };
        let garbage = Dates { taken: unknown, uploaded: uploaded(2013), updated: None };

        assert_eq!(real.best().map(|when| (when.year, when.month)), Some((2011, Some(11))));
        assert_eq!(garbage.best(), None);
    }

    #[test]
    fn the_earliest_second_of_a_year_before_1970_is_negative() {
        assert_eq!(when("1970-01-01 00:00:00", 6).unwrap().earliest(), Some(0));
        assert!(when("1943-01-01 00:00:00", 6).unwrap().earliest().unwrap() < 0);
    }
}
