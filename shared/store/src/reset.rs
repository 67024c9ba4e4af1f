//! | access pattern | key | calls |
//! |---|---|---|
//! | forget a video's views | `COUNTS#{video}` / `VIEWS#{shard}`, `DAYS#{video}` / `{day}#{shard}` | 64 transactions of 2, and a publication |
//! | remove what is forgotten | `DAYS#{video}`, `VIEWS#{video}#{shard}` | 65 queries, 1 batch per 25 items |
//!
//! Each counter of views gets a moment, `since`: what began before it is as if it had never been, for whoever counts and
//! whoever reads. That is one transaction per counter, so changes that wait in the stream meanwhile, are repeated, or are
//! being counted at that moment, come to the right count: the consumer's condition is on `since` and on `folds`, which both
//! change. Days before it are read by nobody (`counts::Beginnings`). Everything after that only makes room.
//!
//! The moment is taken after the counter was read, and holds if nothing was counted in between. What was counted till then
//! came through the stream, and so began before.

use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, DeleteRequest, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update, WriteRequest,
};
use framehouse_domain::{Timestamp, VIEW_SHARDS, VideoId, ViewTally};
use futures::{StreamExt, TryStreamExt, future::try_join, stream};

use crate::{
    Store, StoreError,
    attribute::{Item, get_number, get_text, number, text},
    audience_read::moment_prefix,
    counts::{day_of, named},
    error::unavailable,
    key::{Key, PK, SK, VIEW_MARK, views_partition},
    media_file::builder,
    video::{cancellations, condition_failed, passes, pause},
};

/// How often a counter is tried that is being counted on.
const ATTEMPTS: u32 = 20;
/// Partitions that are worked on at once.
const AT_ONCE: usize = 8;
/// How long removing may take. What is left then is forgotten all the same, and removed by the table in its time.
const REMOVING: Duration = Duration::from_secs(15);

/// Days that are removed between two looks at the time.
const DAYS_AT_ONCE: usize = 250;

/// What became of forgetting views.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgotten {
    /// Whether all of them are removed as well.
    pub removed: bool,
}

impl Store {
    /// Forgets all views of a video that began before now, by `clock`, and what is counted of them. Repeating it is
    /// harmless, and goes on where an earlier attempt stopped.
    pub async fn forget_views(&self, video: VideoId, clock: fn() -> Timestamp) -> Result<Forgotten, StoreError> {
        let since = self.count_views_anew(video, clock).await?;
        self.remove_forgotten(video, &since).await
    }

    /// Lets the counters of a video's views begin at zero, and publishes that; answers from when on each counts. With this
    /// all views before are forgotten, though they are still there.
    pub async fn count_views_anew(
        &self,
        video: VideoId,
        clock: fn() -> Timestamp,
    ) -> Result<Vec<(u8, Timestamp)>, StoreError> {
        let counters = self.counters(video).await?;
        let folds = |shard: u8| {
            let sk = format!("VIEWS#{shard:02}");
            let counter = counters.iter().find(|item| get_text(item, SK) == Some(&sk));
            counter.and_then(|item| get_number::<u64>(item, "folds"))
        };
        let calls: Vec<_> = (0..VIEW_SHARDS).map(|shard| self.begin_anew(video, shard, folds(shard), clock)).collect();
        let since: Vec<(u8, Timestamp)> = stream::iter(calls).buffer_unordered(AT_ONCE).try_collect().await?;
        self.publish_totals(video, clock()).await?;
        Ok(since)
    }

    /// Removes the views and the days before the moments that counters begin anew at: for a while, and what is left then is
    /// left to the table.
    async fn remove_forgotten(&self, video: VideoId, since: &[(u8, Timestamp)]) -> Result<Forgotten, StoreError> {
        let until = Instant::now() + REMOVING;
        let calls: Vec<_> = since.iter().map(|&(shard, since)| self.remove_views(video, shard, since, until)).collect();
        let (days, views) = try_join(
            self.remove_days(video, since, until),
            stream::iter(calls).buffer_unordered(AT_ONCE).try_collect::<Vec<bool>>(),
        )
        .await?;
        Ok(Forgotten { removed: days && views.into_iter().all(|removed| removed) })
    }

    /// Lets a counter begin at zero, and answers from when on it counts.
    async fn begin_anew(
        &self,
        video: VideoId,
        shard: u8,
        mut folds: Option<u64>,
        clock: fn() -> Timestamp,
    ) -> Result<(u8, Timestamp), StoreError> {
        let verb = "forget counts";
        for attempt in 0..ATTEMPTS {
            let since = clock();
            let day = Key::DayCounts(video, &day_of(since), shard).attributes();
            let day = Delete::builder().table_name(&self.table).set_key(Some(day)).build().map_err(builder(verb))?;
            let call = self
                .client
                .transact_write_items()
                .transact_items(self.zero(video, shard, folds, since)?)
                .transact_items(TransactWriteItem::builder().delete(day).build());
            let Err(error) = call.send().await else { return Ok((shard, since)) };
            match cancellations(&error) {
                Some([counter, ..]) if condition_failed(counter) => {
                    folds = counter.item().and_then(|item| get_number(item, "folds"));
                }
                Some(reasons) if reasons.iter().any(passes) => pause(attempt).await,
                _ => return Err(unavailable(verb)(error)),
            }
        }
        Err(StoreError::outrun(verb, ATTEMPTS))
    }

    fn zero(
        &self,
        video: VideoId,
        shard: u8,
        folds: Option<u64>,
        since: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let counts: Vec<String> = named(&ViewTally::ZERO).map(|(name, _)| format!(", #{name} = :zero")).collect();
        let mut update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(Key::ViewCounts(video, shard).attributes()))
            .update_expression(format!("SET since = :since{} ADD folds :one", counts.concat()))
            .expression_attribute_values(":since", text(since))
            .expression_attribute_values(":zero", number(0))
            .expression_attribute_values(":one", number(1))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        for (name, _) in named(&ViewTally::ZERO) {
            update = update.expression_attribute_names(format!("#{name}"), name);
        }
        let update = match folds {
            Some(folds) => {
                update.condition_expression("folds = :seen").expression_attribute_values(":seen", number(folds))
            }
            None => update.condition_expression("attribute_not_exists(folds)"),
        };
        let update = update.build().map_err(builder("forget counts"))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// Removes what is counted of days before those on which the counters begin anew: nobody counts on them any more, and
    /// nobody reads them. False when time is up before that.
    async fn remove_days(&self, video: VideoId, since: &[(u8, Timestamp)], until: Instant) -> Result<bool, StoreError> {
        let verb = "remove days";
        let days = self.items_of(Key::DayCounts(video, "", 0).partition(), verb).await?;
        let is_past = |item: &&Item| {
            let day = get_text(item, SK).and_then(|sk| sk.split_once('#'));
            let since = |shard: &str| since.iter().find(|(known, _)| shard.parse() == Ok(*known));
            day.is_some_and(|(day, shard)| since(shard).is_some_and(|(_, since)| *day < *day_of(*since)))
        };
        let past: Vec<&Item> = days.iter().filter(is_past).collect();
        // All of them are under one partition key, which takes 1,000 a second at most.
        for days in past.chunks(DAYS_AT_ONCE) {
            if Instant::now() > until {
                return Ok(false);
            }
            let deletions = days.iter().map(|item| delete(item, verb)).collect::<Result<_, _>>()?;
            self.write_batches(deletions, verb).await?;
        }
        Ok(true)
    }

    /// Removes the views and events of a partition from before `since`; false when time is up before that.
    async fn remove_views(
        &self,
        video: VideoId,
        shard: u8,
        since: Timestamp,
        until: Instant,
    ) -> Result<bool, StoreError> {
        let verb = "remove views";
        loop {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .consistent_read(true)
                // A recount's mark among the views stays: it says how far the stream is counted.
                .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :since")
                .projection_expression("pk, sk")
                .expression_attribute_values(":pk", text(views_partition(video, shard)))
                .expression_attribute_values(":first", text(format!("{VIEW_MARK}~")))
                .expression_attribute_values(":since", text(moment_prefix(since)));
            let page = query.send().await.map_err(unavailable(verb))?;
            let is_last = page.last_evaluated_key.is_none();
            let items = page.items.unwrap_or_default();
            for items in items.chunks(1000) {
                if Instant::now() > until {
                    return Ok(false);
                }
                let deletions = items.iter().map(|item| delete(item, verb)).collect::<Result<_, _>>()?;
                self.write_batches(deletions, verb).await?;
            }
            if is_last {
                return Ok(true);
            }
        }
    }
}

/// The request that deletes an item of which at least the key was read.
pub(crate) fn delete(item: &Item, verb: &'static str) -> Result<WriteRequest, StoreError> {
    let key = |name: &str| (name.to_owned(), item.get(name).cloned().unwrap_or_else(|| AttributeValue::Null(true)));
    let request = DeleteRequest::builder().set_key(Some([key(PK), key(SK)].into())).build().map_err(builder(verb))?;
    Ok(WriteRequest::builder().delete_request(request).build())
}
