use std::collections::BTreeMap;

use framehouse_domain::{DayCounts, DayRange, Timestamp, VIEW_SHARDS};
use framehouse_store::{AudienceCounts, AudienceDay, AudiencePartition, forgetting_day};

/// Raw views that one answer is made of, at most, as long as a video's partitions can be chosen from: some seconds of work.
pub(crate) const MOST_VIEWS: u64 = 250_000;
const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// What is read of a video's audience, and what counters say instead.
#[derive(Debug, PartialEq)]
pub(crate) struct Plan {
    /// Partitions whose raw views are read.
    pub(crate) partitions: Vec<AudiencePartition>,
    /// From when until before when they are read.
    pub(crate) raw: (Timestamp, Timestamp),
    /// Since when all raw views are still there, when something of the range is older.
    pub(crate) raw_since: Option<Timestamp>,
    /// How many of the partitions that have views are read, and of how many, when they are not all.
    pub(crate) sampled: Option<(u8, u8)>,
    /// From when until before when counters tell of raw views as well.
    pub(crate) counted: (Timestamp, Timestamp),
    /// Days of which the counters tell.
    pub(crate) days: Vec<(String, DayCounts)>,
}

impl Plan {
    /// The way to an answer about `range`, of which `counts` is what counters say.
    pub(crate) fn new(counts: AudienceCounts, range: &DayRange, now: Timestamp, most_views: u64) -> Self {
        let AudienceCounts { partitions, days } = counts;
        let today = forgetting_day(now);
        let is_incomplete = |day: &&AudienceDay| day.forgotten.is_some_and(|forgotten| forgotten <= today);
        let last_incomplete = days.iter().filter(is_incomplete).map(|day| day.date.clone()).max();
        // What is older than an incomplete day is forgotten as well, or will be before long.
        let raw_since = last_incomplete.as_deref().and_then(day_after).filter(|since| *since > range.from());
        let raw = (raw_since.unwrap_or(range.from()).max(range.from()), range.to());
        let is_raw = |day: &AudienceDay| last_incomplete.as_ref().is_none_or(|last| day.date > *last);
        let mut views: BTreeMap<u8, u64> = BTreeMap::new();
        for day in days.iter().filter(|day| is_raw(day)) {
            *views.entry(day.shard).or_default() += views_within(day, raw, now);
        }
        let chosen = choose(&partitions, &views, most_views);
        let count = |partitions: &[AudiencePartition]| u8::try_from(partitions.len()).unwrap_or(VIEW_SHARDS);
        let sampled = (chosen.len() < partitions.len()).then(|| (count(&chosen), count(&partitions)));
        let counted = if sampled.is_some() { whole_days(raw, range, now) } else { (raw.0, raw.0) };
        let is_counted =
            |day: &AudienceDay| first_moment(&day.date).is_some_and(|at| counted.0 <= at && at < counted.1);
        let told = days.into_iter().filter(|day| !is_raw(day) || is_counted(day));
        let days = told.map(|day| (day.date, day.counts)).collect();
        Self { partitions: chosen, raw, raw_since, sampled, counted, days }
    }
}

/// As many partitions as have few enough views together, and at least one. Viewers are spread over them by chance, so any
/// are as good as others, and the same ones give the same answer twice.
fn choose(partitions: &[AudiencePartition], views: &BTreeMap<u8, u64>, most: u64) -> Vec<AudiencePartition> {
    let views = |partition: &AudiencePartition| views.get(&partition.shard).copied().unwrap_or_default();
    let mut left = most;
    let fits = |partition: &&AudiencePartition| {
        // A heavy one does not keep out those after it.
        let rest = left.checked_sub(views(partition));
        left = rest.unwrap_or(left);
        rest.is_some()
    };
    let chosen: Vec<_> = partitions.iter().filter(fits).copied().collect();
    let lightest = partitions.iter().min_by_key(|partition| views(partition)).filter(|_| chosen.is_empty());
    chosen.into_iter().chain(lightest.copied()).collect()
}

/// Those views of a day in UTC that began in a stretch of time, if they began evenly over the day, or what is over of it.
fn views_within(day: &AudienceDay, (from, to): (Timestamp, Timestamp), now: Timestamp) -> u64 {
    let bounds =
        first_moment(&day.date).map(|at| (at, at.plus_seconds(SECONDS_PER_DAY).min(now).max(at.plus_millis(1))));
    let Some((begin, end)) = bounds else { return day.counts.views };
    let millis = |from: Timestamp, to: Timestamp| u64::try_from(to.as_millis() - from.as_millis()).unwrap_or_default();
    let part = millis(begin.max(from), end.min(to));
    day.counts.views.saturating_mul(part).div_ceil(millis(begin, end).max(1))
}

/// The days in UTC that are in the range as far as they are over: a counter's day cannot be cut.
fn whole_days((from, to): (Timestamp, Timestamp), range: &DayRange, now: Timestamp) -> (Timestamp, Timestamp) {
    let midnight = |day: i64| Timestamp::from_millis(day * SECONDS_PER_DAY * 1000);
    let begin = midnight(day_number(from.plus_seconds(SECONDS_PER_DAY).plus_millis(-1)));
    let last = midnight(day_number(to));
    // A counter's day has its own name, which in other time zones may be that of a day after the range.
    let name = last.to_string();
    let is_named = name.get(..10).and_then(|date| range.index(date.parse().ok()?)).is_some();
    let end = if to > now && is_named { to } else { last };
    (begin, end.max(begin))
}

/// Which day in UTC a moment is in, counted from 1970.
fn day_number(moment: Timestamp) -> i64 {
    moment.as_seconds().div_euclid(SECONDS_PER_DAY)
}

/// The first moment of a day in UTC.
fn first_moment(date: &str) -> Option<Timestamp> {
    format!("{date}T00:00:00Z").parse().ok()
}

/// The first moment of the day after, in UTC.
fn day_after(date: &str) -> Option<Timestamp> {
    Some(first_moment(date)?.plus_seconds(SECONDS_PER_DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-21T12:00:00Z";

    fn range(start: &str) -> DayRange {
        let now = NOW.parse().unwrap();
        DayRange::parse(Some(start), Some("2026-11-21"), None, now, now).unwrap()
    }

    fn day(date: &str, shard: u8, views: u64, kept_days: i64) -> AudienceDay {
        let began: Timestamp = format!("{date}T00:00:00Z").parse().unwrap();
        let forgotten = began.as_seconds() / SECONDS_PER_DAY + kept_days;
        let counts = DayCounts { views, watch_time: 10 * views, completions: 0 };
        AudienceDay { date: date.to_owned(), shard, counts, forgotten: Some(forgotten) }
    }

    fn partitions(count: u8) -> Vec<AudiencePartition> {
        (0..count).map(|shard| AudiencePartition { shard, since: None }).collect()
    }

    fn plan(days: Vec<AudienceDay>, count: u8, start: &str) -> Plan {
        Plan::new(AudienceCounts { partitions: partitions(count), days }, &range(start), NOW.parse().unwrap(), 100)
    }

    #[test]
    fn what_is_kept_is_read_and_nothing_else_is_asked() {
        let plan = plan(vec![day("2026-11-20", 0, 60, 90), day("2026-11-21", 1, 40, 90)], 2, "2026-11-01");
        assert_eq!((plan.partitions.len(), plan.sampled, plan.raw_since), (2, None, None));
        assert_eq!((plan.days, plan.raw.0.to_string()), (vec![], "2026-11-01T00:00:00.000Z".to_owned()));
    }

    #[test]
    fn days_of_which_views_are_forgotten_come_from_counters() {
        // The first of these is forgotten in part today, the second one tomorrow.
        let days = vec![day("2026-08-23", 0, 7, 90), day("2026-08-24", 0, 5, 90), day("2026-08-25", 0, 3, 90)];
        let plan = plan(days, 1, "2026-08-01");
        assert_eq!(plan.raw_since.unwrap().to_string(), "2026-08-24T00:00:00.000Z");
        assert_eq!(plan.raw.0, plan.raw_since.unwrap());
        assert_eq!(
            plan.days.iter().map(|(date, counts)| (date.as_str(), counts.views)).collect::<Vec<_>>(),
            [("2026-08-23", 7)]
        );
    }

    #[test]
    fn a_shorter_retention_than_before_is_seen_by_the_day() {
        let plan = plan(vec![day("2026-11-01", 0, 7, 90), day("2026-11-10", 0, 5, 7)], 1, "2026-10-01");
        assert_eq!(plan.raw_since.unwrap().to_string(), "2026-11-11T00:00:00.000Z");
        assert_eq!(plan.days.len(), 2);
    }

    #[test]
    fn a_range_after_what_is_forgotten_is_all_raw() {
        let plan = plan(vec![day("2026-11-20", 0, 7, 90)], 1, "2026-11-15");
        assert_eq!((plan.raw_since, plan.days), (None, vec![]));
    }

    #[test]
    fn of_too_many_views_as_many_partitions_are_read_as_fit() {
        let days: Vec<_> = (0..64).map(|shard| day("2026-11-20", shard, 9, 90)).collect();
        let plan_of = |days| plan(days, 64, "2026-11-01");
        let sampled = plan_of(days);
        assert_eq!((sampled.sampled, sampled.partitions.len(), sampled.days.len()), (Some((11, 64)), 11, 64));
        let crowded: Vec<_> = (0..64).map(|shard| day("2026-11-20", shard, 900, 90)).collect();
        assert_eq!(plan_of(crowded).sampled, Some((1, 64)), "one at least");
    }

    #[test]
    fn a_heavy_partition_does_not_keep_out_the_others() {
        let days: Vec<_> =
            (0..20).map(|shard| day("2026-11-20", shard, if shard == 1 { 900 } else { 5 }, 90)).collect();
        let plan = plan(days, 20, "2026-11-01");
        assert_eq!(plan.sampled, Some((19, 20)));
        assert!(plan.partitions.iter().all(|partition| partition.shard != 1));
    }

    #[test]
    fn of_a_day_only_as_much_counts_as_is_asked_for() {
        let days = || (0..2).map(|shard| day("2026-11-20", shard, 2400, 90)).collect::<Vec<_>>();
        let planned = |start: &str, end: &str, zone: &str| {
            let now = NOW.parse().unwrap();
            let range = DayRange::parse(Some(start), Some(end), Some(zone), now, now).unwrap();
            Plan::new(AudienceCounts { partitions: partitions(2), days: days() }, &range, now, 2500)
        };
        let hour = planned("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z", "UTC");
        assert_eq!((hour.sampled, hour.days), (None, vec![]), "200 views");
        // Of half a day the counter says nothing, so its sums are those of the sample.
        let most = planned("2026-11-19T12:00:00Z", "2026-11-20T18:00:00Z", "UTC");
        assert_eq!((most.sampled, most.days.len()), (Some((1, 2)), 0));
        let bounds = |plan: &Plan| (plan.counted.0.to_string(), plan.counted.1.to_string());
        let whole = planned("2026-11-19T12:00:00Z", "2026-11-21", "UTC");
        assert_eq!((whole.sampled, whole.days.len()), (Some((1, 2)), 2));
        assert_eq!(bounds(&whole), ("2026-11-20T00:00:00.000Z".into(), "2026-11-22T00:00:00.000Z".into()));
        // Today in New York ends tomorrow in UTC, a day that the range has no name for.
        let west = planned("2026-11-20", "2026-11-21", "America/New_York");
        assert_eq!(bounds(&west), ("2026-11-21T00:00:00.000Z".into(), "2026-11-22T00:00:00.000Z".into()));
    }
}
