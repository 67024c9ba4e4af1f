use jiff::{
    Timestamp as Moment, ToSpan as _,
    civil::{Date, Time},
    tz::TimeZone,
};

use crate::{FieldErrors, Timestamp};

/// The most days that one question may be about: ten years.
pub const MAX_DAYS: usize = 3_660;

/// A stretch of time as the days of a time zone, each as long as it is there: 23 or 25 hours when the clocks change.
#[derive(Debug, Clone, PartialEq)]
pub struct DayRange {
    zone: TimeZone,
    from: Timestamp,
    to: Timestamp,
    first: Date,
    days: usize,
}

impl DayRange {
    /// What a request asks for. Either end is a date, whole in the zone, or a moment (RFC 3339), and an end that is a moment
    /// is not itself in the range. Without an end it is `now`; without a beginning, `since` or what [`MAX_DAYS`] allow.
    pub fn parse(
        start: Option<&str>,
        end: Option<&str>,
        zone: Option<&str>,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Self, FieldErrors> {
        let zone = time_zone(zone.unwrap_or("UTC"))?;
        let mut errors = FieldErrors::default();
        let mut read = |field, text: Option<&str>, end| {
            let edge = text.map(|text| edge(text, &zone, end));
            if edge == Some(None) {
                errors.add(field, "Use a date such as 2026-03-29, or a moment such as 2026-03-29T12:00:00Z.");
            }
            edge.flatten()
        };
        let (start, end) = (read("startDate", start, false), read("endDate", end, true));
        errors.ok(())?;
        let to = end.unwrap_or_else(|| now.plus_millis(1));
        let from = match start {
            Some(from) => from,
            None => longest(&zone, to).max(since).min(day_start(&zone, date_of(&zone, to.plus_millis(-1)))),
        };
        Self::new(zone, from, to)
    }

    /// From `from` until before `to`.
    pub fn new(zone: TimeZone, from: Timestamp, to: Timestamp) -> Result<Self, FieldErrors> {
        if from >= to {
            return Err(FieldErrors::one("endDate", "It is before the beginning. Ask for a later one."));
        }
        let first = date_of(&zone, from);
        let days = usize::try_from(days_between(first, date_of(&zone, to.plus_millis(-1)))).unwrap_or_default() + 1;
        if days > MAX_DAYS {
            return Err(FieldErrors::one("startDate", format!("Ask for at most {MAX_DAYS} days.")));
        }
        Ok(Self { zone, from, to, first, days })
    }

    /// Its first moment.
    pub const fn from(&self) -> Timestamp {
        self.from
    }

    /// The first moment after it.
    pub const fn to(&self) -> Timestamp {
        self.to
    }

    /// The IANA name of the time zone.
    pub fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// Each of its days, the first and the last even when only a part of them is in the range.
    pub fn dates(&self) -> impl Iterator<Item = Date> + use<> {
        self.first.series(1.day()).take(self.days)
    }

    /// The first and the last day that have a part of it in UTC, or the name of one of its days.
    pub fn utc_days(&self) -> (String, String) {
        let day = |moment| date_of(&TimeZone::UTC, moment);
        let (first, last) = (self.first, date_of(&self.zone, self.to.plus_millis(-1)));
        (first.min(day(self.from)).to_string(), last.max(day(self.to.plus_millis(-1))).to_string())
    }

    /// Which of its days a moment is in.
    pub fn day_of(&self, moment: Timestamp) -> Option<usize> {
        if moment < self.from || moment >= self.to { None } else { self.index(date_of(&self.zone, moment)) }
    }

    /// Which of its days a date is.
    pub fn index(&self, date: Date) -> Option<usize> {
        usize::try_from(days_between(self.first, date)).ok().filter(|&index| index < self.days)
    }
}

fn time_zone(name: &str) -> Result<TimeZone, FieldErrors> {
    let known = TimeZone::get(name).ok().filter(|zone| !zone.is_unknown());
    known.ok_or_else(|| {
        FieldErrors::one("timezone", "Use a name of the IANA time zone database, such as Europe/Berlin.")
    })
}

/// The moment that a text names: a date's first, or the first after it.
fn edge(text: &str, zone: &TimeZone, end: bool) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Moment>() {
        return Some(Timestamp::from_millis(moment.as_millisecond()));
    }
    // `Date` reads the date of any longer text as well.
    let date = text.parse::<Date>().ok().filter(|_| text.len() == "2026-03-29".len())?;
    let date = if end { date.tomorrow().ok()? } else { date };
    Some(day_start(zone, date))
}

/// How early a range that ends at `to` may begin.
fn longest(zone: &TimeZone, to: Timestamp) -> Timestamp {
    let days = i32::try_from(MAX_DAYS).unwrap_or(i32::MAX) - 1;
    let last = date_of(zone, to.plus_millis(-1));
    last.checked_sub(days.days()).map_or(Timestamp::from_millis(0), |date| day_start(zone, date))
}

/// The first moment of a day. Where the clocks skip midnight, that is when they go on.
fn day_start(zone: &TimeZone, date: Date) -> Timestamp {
    // Only days at the ends of the calendar have none.
    let moment = zone.to_timestamp(date.to_datetime(Time::midnight())).unwrap_or(Moment::UNIX_EPOCH);
    Timestamp::from_millis(moment.as_millisecond())
}

fn date_of(zone: &TimeZone, moment: Timestamp) -> Date {
    zone.to_datetime(moment.into()).date()
}

fn days_between(first: Date, last: Date) -> i64 {
    i64::from(first.until(last).map_or(0, |span| span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: &str, end: &str, zone: &str) -> Result<DayRange, FieldErrors> {
        let (since, now) = (Timestamp::from_millis(0), Timestamp::from_millis(1_771_000_000_000));
        DayRange::parse(Some(start), Some(end), Some(zone), since, now)
    }

    fn hours(range: &DayRange) -> i64 {
        (range.to().as_millis() - range.from().as_millis()) / 3_600_000
    }

    #[test]
    fn days_are_as_long_as_they_are_there() {
        for (zone, date, long) in [
            ("Europe/Berlin", "2026-03-29", 23),
            ("Europe/Berlin", "2026-10-25", 25),
            ("America/New_York", "2026-03-08", 23),
            ("America/New_York", "2026-11-01", 25),
            ("Asia/Kolkata", "2026-03-29", 24),
            ("UTC", "2026-03-29", 24),
        ] {
            let range = range(date, date, zone).unwrap();
            assert_eq!((hours(&range), range.dates().count(), range.zone()), (long, 1, zone));
            assert_eq!(range.day_of(range.from()), Some(0));
            assert_eq!(range.day_of(range.to().plus_millis(-1)), Some(0));
            assert_eq!(range.day_of(range.to()), None);
        }
        // Lord Howe's clocks move by half an hour.
        let howe = range("2026-04-05", "2026-04-05", "Australia/Lord_Howe").unwrap();
        assert_eq!(howe.to().as_millis() - howe.from().as_millis(), (24 * 60 + 30) * 60_000);
    }

    #[test]
    fn either_end_is_a_date_or_a_moment() {
        let part = range("2026-03-28T23:00:00Z", "2026-03-30T10:00:00+02:00", "Europe/Berlin").unwrap();
        let dates: Vec<String> = part.dates().map(|date| date.to_string()).collect();
        assert_eq!(dates, ["2026-03-29", "2026-03-30"]);
        assert_eq!(part.to().to_string(), "2026-03-30T08:00:00.000Z");
        assert_eq!(part.utc_days(), ("2026-03-28".to_owned(), "2026-03-30".to_owned()));
    }

    #[test]
    fn without_ends_it_is_all_there_was_until_now() {
        let (since, now) = (Timestamp::from_millis(1_770_000_000_000), Timestamp::from_millis(1_771_000_000_000));
        let range = DayRange::parse(None, None, None, since, now).unwrap();
        assert_eq!((range.from(), range.to()), (since, now.plus_millis(1)));
        assert!(range.day_of(now).is_some());
        // Of what is older than the longest range, the end is told.
        let old = DayRange::parse(None, None, None, Timestamp::from_millis(0), now).unwrap();
        assert_eq!(old.dates().count(), MAX_DAYS);
        // A question about a time before the video is one about an empty day.
        let early = DayRange::parse(None, Some("2020-02-02"), None, since, now).unwrap();
        assert_eq!((early.dates().count(), early.from().to_string()), (1, "2020-02-02T00:00:00.000Z".into()));
    }

    #[test]
    fn what_cannot_be_answered_is_refused_by_field() {
        let field = |outcome: Result<DayRange, FieldErrors>| outcome.unwrap_err().iter().next().unwrap().0.to_owned();
        for (start, end, zone, wrong) in [
            ("2026-03-29", "2026-03-28", "UTC", "endDate"),
            ("1990-01-01", "2026-03-28", "UTC", "startDate"),
            ("2026-13-01", "2026-03-28", "UTC", "startDate"),
            ("2026-03-01 and more", "2026-03-28", "UTC", "startDate"),
            ("2026-03-01", "tomorrow", "UTC", "endDate"),
            ("2026-03-01", "", "UTC", "endDate"),
            ("2026-03-01", "2026-03-02", "Europe/Atlantis", "timezone"),
            ("2026-03-01", "2026-03-02", "", "timezone"),
            ("2026-03-01", "2026-03-02", "../etc/passwd", "timezone"),
            ("9999-12-31", "9999-12-31", "UTC", "endDate"),
        ] {
            assert_eq!(field(range(start, end, zone)), wrong, "{start} {end} {zone}");
        }
    }
}
