//! | access pattern | key | calls |
//! |---|---|---|
//! | what is counted of a range of days | `COUNTS#{video}`, `DAYS#{video}` from the first to the last | 2 queries |
//! | raw views and events of a range | `VIEWS#{video}#{shard}` from the first to the last | 1 query per partition and MB |
//!
//! Ids of views and events begin with their moment, so a range of time is a range of sort keys.

use aws_sdk_dynamodb::types::AttributeValue;
use framehouse_domain::{DayCounts, PlayerEvent, Timestamp, VideoId, View};
use futures::{Stream, StreamExt, TryStreamExt, stream};

use crate::{
    Store, StoreError,
    attribute::{Item, from_item, get_text, text},
    counts::{Beginnings, tally},
    error::unavailable,
    key::{Key, SK, views_partition},
    view_item::{is_view, read},
};

/// Clocks differ by less than this.
const CLOCK_SLACK_SECONDS: i64 = 60 * 60;
const SECONDS_PER_DAY: i64 = 24 * 60 * 60;
/// Partitions that are read at once: as many as keep a function busy, and few enough for its memory.
const AT_ONCE: usize = 8;
/// What is read of views and events: not the browser, and not the digest of an address.
const READ: [&str; 16] = [
    "sk",
    "videoId",
    "view",
    "viewer",
    "userId",
    "device",
    "referer",
    "tracked",
    "watchTimeSeconds",
    "completed",
    "segments",
    "createdAt",
    "expiresAt",
    "eventType",
    "timestamp",
    "durationMillis",
];

/// What counters say of a video's audience on some days.
#[derive(Debug, Clone, Default)]
pub struct AudienceCounts {
    /// Partitions that have views.
    pub partitions: Vec<AudiencePartition>,
    /// Days on which views began.
    pub days: Vec<AudienceDay>,
}

/// A partition of a video's views.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AudiencePartition {
    /// Which one.
    pub shard: u8,
    /// Views that began before this are as if they had never been.
    pub since: Option<Timestamp>,
}

/// What is counted of one partition on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudienceDay {
    /// The day in UTC, such as `2026-11-21`.
    pub date: String,
    /// The partition.
    pub shard: u8,
    /// What is counted.
    pub counts: DayCounts,
    /// The first day, counted from 1970, on which some of these views are forgotten.
    pub forgotten: Option<i64>,
}

/// A raw view or event.
#[derive(Debug, Clone, PartialEq)]
pub enum AudienceItem {
    /// A view that began in the range.
    View(Box<View>),
    /// A player waited in the range, for the first picture or for more data.
    Wait(PlayerEvent),
}

impl Store {
    /// What counters say of a video's audience on the days in UTC from `first` to `last`, such as `2026-11-21`.
    pub async fn audience_counts(&self, video: VideoId, first: &str, last: &str) -> Result<AudienceCounts, StoreError> {
        let counters = self.counters(video).await?;
        let partitions = counters.iter().filter_map(read_partition).collect();
        let days = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":pk", Key::DayCounts(video, first, 0).partition())
            .expression_attribute_values(":first", text(first))
            // A day's partitions follow its name and a number sign, which this sorts behind.
            .expression_attribute_values(":last", text(format!("{last}~")));
        let days = days.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        let days = days.map_err(unavailable("read days of an audience"))?;
        let beginnings = Beginnings::of(&counters);
        let days = days.iter().filter_map(read_day).filter(|day| beginnings.count(&day.date, day.shard));
        Ok(AudienceCounts { partitions, days: days.collect() })
    }

    /// Tells `each` of the views that began, and of the waits that players told of, from `from` until before `to`, in
    /// no order.
    pub async fn each_of_audience(
        &self,
        video: VideoId,
        partitions: &[AudiencePartition],
        (from, to): (Timestamp, Timestamp),
        mut each: impl FnMut(AudienceItem) + Send,
    ) -> Result<(), StoreError> {
        let mut pages = Vec::new();
        for AudiencePartition { shard, since } in partitions {
            let from = since.map_or(from, |since| since.max(from));
            pages.push(self.audience_pages(video, *shard, from, to).boxed());
        }
        let mut pages = stream::iter(pages).flatten_unordered(AT_ONCE);
        while let Some(page) = pages.try_next().await? {
            for item in page {
                let place = get_text(&item, SK).unwrap_or_default().to_owned();
                match read_audience_item(item) {
                    Ok(item) => item.into_iter().for_each(&mut each),
                    // It is so every time: one that cannot be read must not take the others with it.
                    Err(error) => tracing::warn!(%video, place, %error, "skipped what is no view and no event"),
                }
            }
        }
        Ok(())
    }

    fn audience_pages(
        &self,
        video: VideoId,
        shard: u8,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Stream<Item = Result<Vec<Item>, StoreError>> + Send + '_ {
        let names: Vec<String> = (0..READ.len()).map(|index| format!("#r{index}")).collect();
        let mut query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .filter_expression("attribute_not_exists(eventType) OR eventType IN (:startup, :rebuffer)")
            .projection_expression(names.join(", "))
            .expression_attribute_values(":pk", text(views_partition(video, shard)))
            .expression_attribute_values(":from", text(moment_prefix(from)))
            .expression_attribute_values(":to", text(moment_prefix(to)))
            .expression_attribute_values(":startup", text("startup"))
            .expression_attribute_values(":rebuffer", text("rebuffer"));
        for (name, attribute) in names.into_iter().zip(READ) {
            query = query.expression_attribute_names(name, attribute);
        }
        let first = (from < to).then_some(None);
        stream::try_unfold(first, move |next: Option<Option<Item>>| {
            let query = query.clone();
            async move {
                let Some(start) = next else { return Ok(None) };
                let page = query.set_exclusive_start_key(start).send().await;
                let page = page.map_err(unavailable("read audience"))?;
                let next = page.last_evaluated_key.map(Some);
                Ok(Some((page.items.unwrap_or_default(), next)))
            }
        })
    }
}

/// The last day, counted from 1970, that may be over by any clock: the table forgets a view at a moment of the day that is
/// noted for it, and what is noted for this day or an earlier one may be gone.
pub fn forgetting_day(now: Timestamp) -> i64 {
    now.plus_seconds(CLOCK_SLACK_SECONDS).as_seconds().div_euclid(SECONDS_PER_DAY)
}

/// What every id that is made at `moment` begins with; every id that was made before sorts below it.
pub(crate) fn moment_prefix(moment: Timestamp) -> String {
    let millis = u64::try_from(moment.as_millis()).unwrap_or_default();
    format!("{:08x}-{:04x}", millis >> 16, millis & 0xffff)
}

fn read_partition(counter: &Item) -> Option<AudiencePartition> {
    let shard = get_text(counter, SK)?.strip_prefix("VIEWS#")?.parse().ok()?;
    let since = get_text(counter, "since").and_then(|since| since.parse().ok());
    (tally(counter).views > 0).then_some(AudiencePartition { shard, since })
}

fn read_day(item: &Item) -> Option<AudienceDay> {
    let (date, shard) = get_text(item, SK)?.split_once('#')?;
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let counted = tally(item);
    let forgotten = match item.get("expires") {
        Some(AttributeValue::Ns(days)) => days.iter().filter_map(|day| day.parse().ok()).min(),
        _ => None,
    };
    Some(AudienceDay {
        date: date.to_owned(),
        shard: shard.parse().ok()?,
        counts: DayCounts {
            views: count(counted.views),
            watch_time: count(counted.watch_time),
            completions: count(counted.completions),
        },
        forgotten,
    })
}

fn read_audience_item(item: Item) -> Result<Option<AudienceItem>, StoreError> {
    match get_text(&item, SK) {
        Some(sk) if is_view(sk) => Ok(Some(AudienceItem::View(Box::new(read(item)?)))),
        Some(sk) if sk.ends_with("#EVENT") => from_item("read player event", item).map(AudienceItem::Wait).map(Some),
        // A mark that a recount made.
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use framehouse_domain::ViewId;

    use super::*;
    use crate::attribute::number;

    #[test]
    fn a_range_of_time_is_a_range_of_keys() {
        let video = VideoId::generate();
        for millis in [0, 1, 0xffff, 0x1_0000, 1_771_000_000_123, 0xffff_ffff_ffff] {
            let key = |millis| ViewId::generate(video, 5, Timestamp::from_millis(millis)).view.to_string() + "#VIEW";
            let prefix = moment_prefix(Timestamp::from_millis(millis));
            if millis <= 253_402_207_200_000 {
                assert!(key(millis).starts_with(&prefix), "{millis}");
                assert!(key(millis) > prefix && (millis == 0 || key(millis - 1) < prefix), "{millis}");
            }
        }
    }

    #[test]
    fn a_day_is_read_with_the_first_day_on_which_it_is_incomplete() {
        let mut item = Key::DayCounts(VideoId::generate(), "2026-11-21", 7).attributes();
        item.insert("views".to_owned(), number(3));
        item.insert("expires".to_owned(), AttributeValue::Ns(vec!["20900".into(), "20850".into()]));
        let day = read_day(&item).unwrap();
        assert_eq!((day.date.as_str(), day.shard, day.counts.views, day.forgotten), ("2026-11-21", 7, 3, Some(20_850)));
    }
}
