//! | access pattern | key | calls |
//! |---|---|---|
//! | all counts of a video | `COUNTS#{video}` | 1 query of at most 80 items |
//! | publish them | the same, then `VIDEO#{id}` / `VIDEO` | 1 query, 1 conditional update |
//!
//! What an audience does is counted on many items, so that no item is everybody's. Lists and details read the sums from the
//! video, to which they are published after each batch. Whoever counts publishes afterwards, and reads consistently what to
//! publish; so the one who counts last publishes everything, and `countsRevision`, how often was counted, keeps one who was
//! slower from overwriting it.
//!
//! So is the one who counts last for a video that is removed meanwhile the last one to find it gone, and leaves nothing behind.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure},
};
use framehouse_domain::{Engagement, Timestamp, VideoId, ViewTally};

use crate::{
    Store, StoreError,
    attribute::{Item, get_number, get_text, number, text},
    error::unavailable,
    key::{CHANGED_AT, Key, SK},
    video::pause,
    video_item::REMOVED,
};

/// How often a publication that others were faster than is tried.
const ATTEMPTS: u32 = 12;
/// Attributes of what is counted of views, in the order of the fields of a tally.
const VIEWS: [&str; 3] = ["views", "watchTime", "completions"];
/// Attributes of the classes of views by watch time.
const HISTOGRAM: [&str; framehouse_domain::WATCH_TIME_CLASSES] =
    ["h10", "h30", "h60", "h120", "h300", "h600", "h1800", "hInf"];
/// How often was counted when the video's totals were published.
const REVISION: &str = "countsRevision";

/// All that is counted of a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Of its views.
    pub views: ViewTally,
    /// Upvotes.
    pub upvotes: i64,
    /// Comments that are shown.
    pub comments: i64,
    /// How often was counted: of two readings the one with the greater number is the later one.
    pub revision: u64,
}

impl Counts {
    /// The numbers that a video shows.
    pub fn engagement(&self) -> Engagement {
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        Engagement {
            views: count(self.views.views),
            upvotes: count(self.upvotes),
            comments: count(self.comments),
            completions: count(self.views.completions),
            watch_time: count(self.views.watch_time),
        }
    }
}

impl Store {
    /// All counts of a video, read consistently.
    pub async fn counts(&self, video: VideoId) -> Result<Counts, StoreError> {
        Ok(sum(&self.counters(video).await?))
    }

    /// Brings the sums of a video's counters to the video, unless later ones are there. Of a video that is gone, what was
    /// counted is removed: the stream may tell of its audience later than that was forgotten.
    pub async fn publish_totals(&self, video: VideoId, now: Timestamp) -> Result<(), StoreError> {
        let verb = "publish counts";
        let counts = self.counts(video).await?;
        let mut at = now;
        for attempt in 0..ATTEMPTS {
            let Err(error) = self.publish(video, &counts, at).await else { return Ok(()) };
            let old = match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => failed.item().cloned(),
                Some(UpdateItemError::TransactionConflictException(_)) => {
                    pause(attempt).await;
                    continue;
                }
                _ => return Err(unavailable(verb)(error)),
            };
            let Some(old) = old.filter(|old| !old.contains_key(REMOVED)) else {
                return self.forget_counts(video).await;
            };
            if get_number::<u64>(&old, REVISION).is_some_and(|published| published >= counts.revision) {
                return Ok(());
            }
            // The moment of a video's change only grows, whatever the clocks of those who change it say.
            let changed = get_text(&old, CHANGED_AT).and_then(|at| at.parse::<Timestamp>().ok()).unwrap_or(now);
            at = now.max(Timestamp::from_millis(changed.as_millis() + 1));
        }
        Err(StoreError::outrun(verb, ATTEMPTS))
    }

    async fn publish(&self, video: VideoId, counts: &Counts, at: Timestamp) -> Result<(), SdkError<UpdateItemError>> {
        let shown = counts.engagement();
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::Video(video).attributes()))
            .update_expression(
                "SET publicViewCount = :views, publicUpvoteCount = :upvotes, publicCommentCount = :comments, \
                 publicCompletionCount = :completions, publicTotalWatchTime = :watched, #revision = :revision, #at = :at",
            )
            .condition_expression(
                "attribute_exists(pk) AND attribute_not_exists(#removed) AND #at < :at AND \
                 (attribute_not_exists(#revision) OR #revision < :revision)",
            )
            .expression_attribute_names("#revision", REVISION)
            .expression_attribute_names("#removed", REMOVED)
            .expression_attribute_names("#at", CHANGED_AT)
            .expression_attribute_values(":views", number(shown.views))
            .expression_attribute_values(":upvotes", number(shown.upvotes))
            .expression_attribute_values(":comments", number(shown.comments))
            .expression_attribute_values(":completions", number(shown.completions))
            .expression_attribute_values(":watched", number(shown.watch_time))
            .expression_attribute_values(":revision", number(counts.revision))
            .expression_attribute_values(":at", text(at))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await
            .map(drop)
    }

    /// The items that count a video's views, votes and comments, read consistently.
    pub(crate) async fn counters(&self, video: VideoId) -> Result<Vec<Item>, StoreError> {
        self.items_of(Key::ViewCounts(video, 0).partition(), "read counts").await
    }

    /// All items of a partition, read consistently.
    pub(crate) async fn items_of(&self, pk: AttributeValue, verb: &'static str) -> Result<Vec<Item>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", pk);
        query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await.map_err(unavailable(verb))
    }
}

/// The sum of a video's counters.
pub(crate) fn sum(counters: &[Item]) -> Counts {
    let of = |item: &Item, name: &str| get_number::<i64>(item, name).unwrap_or_default();
    let mut counts = Counts::default();
    for item in counters {
        counts.revision += get_number::<u64>(item, "folds").unwrap_or_default();
        if get_text(item, SK).is_some_and(|sk| sk.starts_with("ACTS#")) {
            counts.upvotes += of(item, "upvotes");
            counts.comments += of(item, "comments");
        } else {
            counts.views += tally(item);
        }
    }
    counts
}

/// What a counter, or a day, has counted of views.
pub(crate) fn tally(item: &Item) -> ViewTally {
    let of = |name| get_number::<i64>(item, name).unwrap_or_default();
    let [views, watch_time, completions] = VIEWS.map(of);
    ViewTally { views, watch_time, completions, histogram: HISTOGRAM.map(of) }
}

/// The counts of a tally by the names of their attributes.
pub(crate) fn named(tally: &ViewTally) -> impl Iterator<Item = (&'static str, i64)> {
    let counts = [tally.views, tally.watch_time, tally.completions];
    VIEWS.into_iter().zip(counts).chain(HISTOGRAM.into_iter().zip(tally.histogram))
}

/// From when on each counter of a video's views counts, where that is not all the time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beginnings(BTreeMap<u8, String>);

impl Beginnings {
    /// What a video's counters say.
    pub(crate) fn of(counters: &[Item]) -> Self {
        let beginning = |item: &Item| {
            let shard = get_text(item, SK)?.strip_prefix("VIEWS#")?.parse().ok()?;
            Some((shard, day_of(get_text(item, "since")?.parse().ok()?)))
        };
        Self(counters.iter().filter_map(beginning).collect())
    }

    /// Whether a day, such as `2026-11-21`, still counts. One from before its counter began is only not removed yet.
    pub(crate) fn count(&self, day: &str, shard: u8) -> bool {
        self.0.get(&shard).is_none_or(|first| day >= first.as_str())
    }
}

/// The day in UTC that a moment is in, such as `2026-11-21`.
pub(crate) fn day_of(moment: Timestamp) -> String {
    let mut text = moment.to_string();
    text.truncate(10);
    text
}
