use std::collections::{BTreeMap, HashSet};

use framehouse_domain::{DayCounts, DayRange, Timestamp, VIEW_SHARDS};
use framehouse_store::{AudienceCounts, AudienceDay, AudiencePartition};

/// Raw views that one answer is made of, at most, as long as a video's partitions can be chosen from: some seconds of work.
pub(crate) const MOST_VIEWS: u64 = 250_000;
const SECONDS_PER_DAY: i64 = 24 * 60 * 60;
/// The table forgets a view at a moment of the day that is noted for it; clocks differ by less than this.
const CLOCK_SLACK_SECONDS: i64 = 60 * 60;

/// What is read of a video's audience, and what counters say instead.
#[derive(Debug, PartialEq)]
pub(crate) struct Plan {
    /// Partitions whose raw views are read.
    pub(crate) partitions: Vec<AudiencePartition>,
    /// From when until before when they are read.
    pub(crate) raw: (Timestamp, Timestamp),
    /// Since when all raw views are still there, when something of the range is older.
    pub(crate) raw_since: Option<Timestamp>,
    /// How many of the partitions are read, when they are not all.
    pub(crate) sampled: Option<u8>,
    /// Days of which the counters tell.
    pub(crate) days: Vec<(String, DayCounts)>,
}

impl Plan {
    /// The way to an answer about `range`, of which `counts` is what counters say.
    pub(crate) fn new(counts: AudienceCounts, range: &DayRange, now: Timestamp, most_views: u64) -> Self {
        let AudienceCounts { partitions, days } = counts;
        let today = now.plus_seconds(CLOCK_SLACK_SECONDS).as_seconds().div_euclid(SECONDS_PER_DAY);
        let is_incomplete = |day: &&AudienceDay| day.forgotten.is_some_and(|forgotten| forgotten <= today);
        let last_incomplete = days.iter().filter(is_incomplete).map(|day| day.date.clone()).max();
        // What is older than an incomplete day is forgotten as well, or will be before long.
        let raw_since = last_incomplete.as_deref().and_then(day_after).filter(|since| *since > range.from());
        let is_raw = |day: &AudienceDay| last_incomplete.as_ref().is_none_or(|last| day.date > *last);
        let mut views: BTreeMap<u8, u64> = BTreeMap::new();
        for day in days.iter().filter(|day| is_raw(day)) {
            *views.entry(day.shard).or_default() += day.counts.views;
        }
        let chosen = choose(&partitions, &views, most_views);
        let sampled = (chosen.len() < partitions.len()).then(|| u8::try_from(chosen.len()).unwrap_or(VIEW_SHARDS));
        let told = days.into_iter().filter(|day| sampled.is_some() || !is_raw(day));
        let days = told.map(|day| (day.date, day.counts)).collect();
        let raw = (raw_since.unwrap_or(range.from()).max(range.from()), range.to());
        Self { partitions: chosen, raw, raw_since, sampled, days }
    }
}

/// As many partitions as have few enough views together, and at least one. Viewers are spread over them by chance, so any
/// are as good as others, and the same ones give the same answer twice.
fn choose(partitions: &[AudiencePartition], views: &BTreeMap<u8, u64>, most: u64) -> Vec<AudiencePartition> {
    if views.values().sum::<u64>() <= most {
        return partitions.to_vec();
    }
    let mut left = most;
    let fits = |partition: &&AudiencePartition| {
        let views = views.get(&partition.shard).copied().unwrap_or_default();
        let fits = views <= left;
        left = left.saturating_sub(views);
        fits
    };
    let chosen: HashSet<u8> = partitions.iter().take_while(fits).map(|partition| partition.shard).collect();
    let first = partitions.iter().take(1).filter(|_| chosen.is_empty());
    first.chain(partitions.iter().filter(|partition| chosen.contains(&partition.shard))).copied().collect()
}

/// The first moment of the day after, in UTC.
fn day_after(date: &str) -> Option<Timestamp> {
    let start: Timestamp = format!("{date}T00:00:00Z").parse().ok()?;
    Some(start.plus_seconds(SECONDS_PER_DAY))
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
        assert_eq!((sampled.sampled, sampled.partitions.len(), sampled.days.len()), (Some(11), 11, 64));
        let crowded: Vec<_> = (0..64).map(|shard| day("2026-11-20", shard, 900, 90)).collect();
        assert_eq!(plan_of(crowded).sampled, Some(1), "one at least");
    }
}
