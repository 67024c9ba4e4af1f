//! | access pattern | key | calls |
//! |---|---|---|
//! | recount a video | `COUNTS#`, `DAYS#`, `HEAT#{video}`, 64 of `VIEWS#{video}#…`, 16 of `VOTES#{video}#…`, index `byVideo` | 1 query each per MB, 8 of the index |
//!
//! Everything that is counted is counted anew from the items. Views are counted a little late: see `recount_views`. Votes,
//! comments and reactions are counted with the items, but not read with them, and an index follows the table: what differs
//! is read once more after a moment, and is wrong when items and counters are both what they were, and still differ.

use std::{collections::BTreeMap, sync::atomic::AtomicBool, time::Duration};

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::update_item::UpdateItemError,
    types::{AttributeValue, Select},
};
use framehouse_domain::{Timestamp, VIEW_SHARDS, VideoId};
use futures::{StreamExt, TryStreamExt, future::try_join, stream};
use serde::Serialize;
use tokio::time::{Instant, sleep};

use crate::{
    Store, StoreError,
    attribute::{Item, number},
    counts::sum,
    error::unavailable,
    key::{Key, vote_partitions},
    reaction::heat_attribute,
    recount_views::{Recount, Wrong},
    view_change::ViewPartition,
};

/// Partitions that are recounted at once.
const AT_ONCE: usize = 8;
/// How long an index may take to follow the table, before what it lacks is believed to be missing.
const MOMENT: Duration = Duration::from_millis(1500);
/// How long it is looked again at what is not settled: within the time of a request.
const PATIENCE: Duration = Duration::from_secs(12);
/// How often counters are read that change whenever they are read.
const LOOKS: u32 = 4;

/// A counter that does not say what the items say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    /// The video.
    pub video_id: VideoId,
    /// The counter and what it counts, such as `VIEWS#07 watchTime`.
    pub counter: String,
    /// What it says.
    pub counted: i64,
    /// What the items say.
    pub truth: i64,
}

/// Votes and comments, or reactions, as counted and as found; and whatever else tells that nothing happened meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Acts {
    counted: BTreeMap<String, i64>,
    truth: BTreeMap<String, i64>,
    folds: u64,
}

/// The item that a correction is added to: where all are summed, it does not matter which.
#[derive(Debug, Clone, Copy)]
enum Counter {
    Acts,
    Heat,
}

impl Store {
    /// Recounts a video and answers what is counted wrongly. Of views it recounts the days of which all are still kept.
    pub async fn reconcile(&self, video: VideoId, now: Timestamp) -> Result<Vec<Drift>, StoreError> {
        self.recount(video, false, now).await
    }

    /// Recounts a video, sets right what is counted wrongly, publishes it, and answers what was wrong.
    pub async fn repair(&self, video: VideoId, now: Timestamp) -> Result<Vec<Drift>, StoreError> {
        let drift = self.recount(video, true, now).await?;
        if !drift.is_empty() {
            self.publish_totals(video, now).await?;
        }
        Ok(drift)
    }

    async fn recount(&self, video: VideoId, repair: bool, now: Timestamp) -> Result<Vec<Drift>, StoreError> {
        let recount = Recount {
            counters: self.counters(video).await?,
            days: self.items_of(Key::DayCounts(video, "", 0).partition(), "read days").await?,
            repair,
            now,
            until: Instant::now() + PATIENCE,
            late: AtomicBool::new(false),
        };
        let views = (0..VIEW_SHARDS).map(|shard| self.recount_views(ViewPartition { video, shard }, &recount));
        let views: Vec<_> = views.collect();
        let mut wrong = stream::iter(views).buffered(AT_ONCE).try_concat().await?;
        let (acts, heat) = try_join(self.recount_acts(video, repair), self.recount_heat(video, repair)).await?;
        wrong.extend(acts.into_iter().chain(heat));
        let drift = |Wrong { counter, counted, truth }| Drift { video_id: video, counter, counted, truth };
        Ok(wrong.into_iter().map(drift).collect())
    }

    async fn recount_acts(&self, video: VideoId, repair: bool) -> Result<Vec<Wrong>, StoreError> {
        let wrong = self.settled(Counter::Acts, video).await?;
        if repair && !wrong.is_empty() {
            self.correct(Counter::Acts, video, &wrong).await?;
        }
        Ok(named("ACTS", wrong))
    }

    async fn recount_heat(&self, video: VideoId, repair: bool) -> Result<Vec<Wrong>, StoreError> {
        let wrong = self.settled(Counter::Heat, video).await?;
        if repair && !wrong.is_empty() {
            self.correct(Counter::Heat, video, &wrong).await?;
        }
        Ok(named("HEAT", wrong))
    }

    /// What is wrong when nothing moves any more; nothing when it never rests, or is right in the end.
    async fn settled(&self, counter: Counter, video: VideoId) -> Result<Vec<Wrong>, StoreError> {
        let mut acts = self.counted_acts(counter, video).await?;
        for _ in 0..LOOKS {
            let wrong = differences(&acts);
            if wrong.is_empty() {
                return Ok(wrong);
            }
            sleep(MOMENT).await;
            let again = self.counted_acts(counter, video).await?;
            if acts == again {
                return Ok(wrong);
            }
            acts = again;
        }
        Ok(Vec::new())
    }

    async fn counted_acts(&self, counter: Counter, video: VideoId) -> Result<Acts, StoreError> {
        match counter {
            Counter::Acts => self.acts(video).await,
            Counter::Heat => self.reactions_counted(video).await,
        }
    }

    /// Votes and comments.
    async fn acts(&self, video: VideoId) -> Result<Acts, StoreError> {
        let before = sum(&self.counters(video).await?);
        let digits: Vec<_> = vote_partitions(video).map(|partition| self.votes_in(partition)).collect();
        let votes: Vec<i64> = stream::iter(digits).buffer_unordered(AT_ONCE).try_collect().await?;
        let votes = votes.iter().sum();
        let comments = self.comments(video, false, usize::MAX, None).await?.items.len();
        let truth = [("upvotes", votes), ("comments", i64::try_from(comments).unwrap_or(i64::MAX))];
        let counted = [("upvotes", before.upvotes), ("comments", before.comments)];
        let map = |pairs: [(&str, i64); 2]| pairs.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        Ok(Acts { counted: map(counted), truth: map(truth), folds: before.revision })
    }

    async fn votes_in(&self, partition: AttributeValue) -> Result<i64, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .select(Select::Count)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", partition);
        let mut pages = query.into_paginator().send();
        let mut votes = 0;
        while let Some(page) = pages.next().await {
            votes += i64::from(page.map_err(unavailable("recount votes"))?.count);
        }
        Ok(votes)
    }

    async fn reactions_counted(&self, video: VideoId) -> Result<Acts, StoreError> {
        let counters = self.items_of(Key::HeatCounts(video, 0).partition(), "read heatmap").await?;
        let mut acts = Acts::default();
        for (name, count) in counters.iter().flat_map(heat) {
            *acts.counted.entry(name.to_owned()).or_default() += count;
        }
        for reaction in self.reactions(video, usize::MAX, None).await?.items {
            *acts.truth.entry(heat_attribute(reaction.reaction_type, reaction.bucket)).or_default() += 1;
        }
        Ok(acts)
    }

    /// Adds what is missing, or takes off what is too much. Whoever acts meanwhile adds as well; only of two corrections at
    /// once, one must not be made.
    async fn correct(&self, counter: Counter, video: VideoId, wrong: &[Wrong]) -> Result<(), StoreError> {
        let verb = "set counts right";
        for Wrong { counter: name, counted, truth } in wrong {
            let key = match counter {
                Counter::Acts => Key::ActCounts(video, 0),
                Counter::Heat => Key::HeatCounts(video, 0),
            };
            let get = self.client.get_item().table_name(&self.table).set_key(Some(key.attributes()));
            let seen = get.consistent_read(true).send().await.map_err(unavailable(verb))?.item.unwrap_or_default();
            let mut update = self
                .client
                .update_item()
                .table_name(&self.table)
                .set_key(Some(key.attributes()))
                .expression_attribute_names("#count", name)
                .expression_attribute_values(":change", number(truth - counted));
            update = match seen.get(name) {
                Some(count) => {
                    update.condition_expression("#count = :seen").expression_attribute_values(":seen", count.clone())
                }
                None => update.condition_expression("attribute_not_exists(#count)"),
            };
            update = match counter {
                Counter::Acts => update
                    .update_expression("ADD #count :change, folds :one")
                    .expression_attribute_values(":one", number(1)),
                Counter::Heat => update.update_expression("ADD #count :change"),
            };
            match update.send().await {
                Err(error) if is_outrun(&error) => {
                    tracing::warn!(%video, counter = name, "somebody else counts here, recount again later");
                }
                done => done.map(drop).map_err(unavailable(verb))?,
            }
        }
        Ok(())
    }
}

fn differences(acts: &Acts) -> Vec<Wrong> {
    let names = acts.counted.keys().chain(acts.truth.keys()).collect::<std::collections::BTreeSet<_>>();
    let of = |counts: &BTreeMap<String, i64>, name: &String| counts.get(name).copied().unwrap_or_default();
    let pair = |name: &String| (name.clone(), of(&acts.counted, name), of(&acts.truth, name));
    let pairs = names.into_iter().map(pair).filter(|(_, counted, truth)| counted != truth);
    pairs.map(|(counter, counted, truth)| Wrong { counter, counted, truth }).collect()
}

fn named(kind: &str, wrong: Vec<Wrong>) -> Vec<Wrong> {
    wrong.into_iter().map(|wrong| Wrong { counter: format!("{kind} {}", wrong.counter), ..wrong }).collect()
}

/// The counts of a heatmap's counter, which are named by type and part of the video.
fn heat(counter: &Item) -> impl Iterator<Item = (&str, i64)> {
    counter.iter().filter_map(|(name, value)| match value {
        AttributeValue::N(count) if name.contains('#') => Some((name.as_str(), count.parse().ok()?)),
        _ => None,
    })
}

/// Whether an update met somebody else's.
fn is_outrun<R>(error: &SdkError<UpdateItemError, R>) -> bool {
    error
        .as_service_error()
        .is_some_and(|error| error.is_conditional_check_failed_exception() || error.is_transaction_conflict_exception())
}
