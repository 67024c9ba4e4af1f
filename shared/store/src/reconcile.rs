//! | access pattern | key | calls |
//! |---|---|---|
//! | recount a video | `COUNTS#`, `DAYS#`, `HEAT#{video}`, 64 of `VIEWS#{video}#…`, 16 of `VOTES#{video}#…`, index `byVideo` | 1 query each per MB, 8 of the index |
//! | publish what differs | `VIDEO#{id}` / `VIDEO`, `COUNTS#{video}` | 1 get, 1 query; see `counts` |
//!
//! Everything that is counted is counted anew from the items. Views are counted a little late: see `recount_views`. Votes,
//! comments and reactions are counted with the items, but not read with them, and an index follows the table: what differs
//! is read once more after a moment, and is wrong when items and counters are both what they were, and still differ.

use std::{collections::BTreeMap, sync::atomic::AtomicBool, time::Duration};

use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, Select},
};
use framehouse_domain::{Timestamp, VIEW_SHARDS, VideoId};
use futures::{StreamExt, TryStreamExt, future::try_join, stream};
use serde::Serialize;
use tokio::time::{Instant, sleep};

use crate::{
    Store, StoreError,
    attribute::{Item, get_number, get_text, number},
    counts::sum,
    error::{is_outrun, unavailable},
    key::{Key, SK, vote_partitions},
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
/// How often an item of counters was set right.
const CORRECTIONS: &str = "corrections";
/// Counts that are set right in one update, whose expression has at most 300 operators (AWS limit).
const ADDITIONS: usize = 100;

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

/// What a recount of a video found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Recounted {
    /// What does not say what the items say; of a repair, what was set right.
    pub drift: Vec<Drift>,
    /// Parts of the video's counts, of 66, of which nothing can be said, or which were not set right: what they count is
    /// behind, or changes faster than it is recounted. Another recount later may tell.
    pub unsettled: u32,
}

/// Votes and comments, or reactions, as counted and as found; and whatever else tells that nothing happened meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Acts {
    counted: BTreeMap<String, i64>,
    truth: BTreeMap<String, i64>,
    /// How often acts were counted.
    folds: u64,
    /// How often counts were set right.
    corrections: u64,
}

/// The item that a correction is added to: where all are summed, it does not matter which.
#[derive(Debug, Clone, Copy)]
enum Counter {
    Acts,
    Heat,
}

impl Store {
    /// Recounts a video and answers what is counted wrongly. Of views it recounts the days of which all are still kept.
    pub async fn reconcile(&self, video: VideoId, now: Timestamp) -> Result<Recounted, StoreError> {
        self.recount(video, false, now).await
    }

    /// Recounts a video, sets right what is counted wrongly, and answers what was wrong.
    pub async fn repair(&self, video: VideoId, now: Timestamp) -> Result<Recounted, StoreError> {
        self.recount(video, true, now).await
    }

    async fn recount(&self, video: VideoId, repair: bool, now: Timestamp) -> Result<Recounted, StoreError> {
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
        let mut parts: Vec<_> = stream::iter(views).buffered(AT_ONCE).try_collect().await?;
        let acts = |counter| self.recount_acts(counter, video, repair);
        let (acts, heat) = try_join(acts(Counter::Acts), acts(Counter::Heat)).await?;
        parts.extend([acts, heat]);
        self.publish_what_differs(video, now).await?;
        let unsettled = u32::try_from(parts.iter().filter(|part| part.is_none()).count()).unwrap_or(u32::MAX);
        let drift = |Wrong { counter, counted, truth }| Drift { video_id: video, counter, counted, truth };
        Ok(Recounted { drift: parts.into_iter().flatten().flatten().map(drift).collect(), unsettled })
    }

    /// Publishes what is counted, when the video shows something else: what was set right, and what somebody counted who
    /// ended before publishing it.
    async fn publish_what_differs(&self, video: VideoId, now: Timestamp) -> Result<(), StoreError> {
        let shown = self.video(video).await?.map(|video| video.engagement);
        if shown != Some(self.counts(video).await?.engagement()) {
            self.publish_totals(video, now).await?;
        }
        Ok(())
    }

    /// What is wrong with votes and comments, or with reactions; set right where that is asked for. Nothing when that cannot
    /// be told, or was not done.
    async fn recount_acts(
        &self,
        counter: Counter,
        video: VideoId,
        repair: bool,
    ) -> Result<Option<Vec<Wrong>>, StoreError> {
        let Some(acts) = self.settled(counter, video).await? else {
            tracing::warn!(%video, counter = counter.name(), "viewers act faster than is recounted: recount again later");
            return Ok(None);
        };
        let wrong = differences(&acts);
        if repair && !self.correct(counter, video, &wrong, acts.corrections).await? {
            tracing::warn!(%video, counter = counter.name(), "somebody else sets counts right: recount again later");
            return Ok(None);
        }
        Ok(Some(named(counter.name(), wrong)))
    }

    /// Counts and items that agree, or that differ in the same way a moment later; nothing when they never rest.
    async fn settled(&self, counter: Counter, video: VideoId) -> Result<Option<Acts>, StoreError> {
        let mut acts = self.counted_acts(counter, video).await?;
        for _ in 0..LOOKS {
            if differences(&acts).is_empty() {
                return Ok(Some(acts));
            }
            sleep(MOMENT).await;
            let again = self.counted_acts(counter, video).await?;
            if acts == again {
                return Ok(Some(acts));
            }
            acts = again;
        }
        Ok(None)
    }

    async fn counted_acts(&self, counter: Counter, video: VideoId) -> Result<Acts, StoreError> {
        match counter {
            Counter::Acts => self.votes_and_comments(video).await,
            Counter::Heat => self.reactions_counted(video).await,
        }
    }

    async fn votes_and_comments(&self, video: VideoId) -> Result<Acts, StoreError> {
        let mut counters = self.counters(video).await?;
        // Views of the video are counted all the time, and are no sign of votes or comments.
        counters.retain(|item| get_text(item, SK).is_some_and(|sk| sk.starts_with("ACTS#")));
        let before = sum(&counters);
        let digits: Vec<_> = vote_partitions(video).map(|partition| self.votes_in(partition)).collect();
        let votes: Vec<i64> = stream::iter(digits).buffer_unordered(AT_ONCE).try_collect().await?;
        let truth = [("upvotes", votes.iter().sum()), ("comments", self.comments_shown(video).await?)];
        let counted = [("upvotes", before.upvotes), ("comments", before.comments)];
        let map = |pairs: [(&str, i64); 2]| pairs.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        let corrections = corrections(&counters);
        Ok(Acts { counted: map(counted), truth: map(truth), folds: before.revision, corrections })
    }

    async fn votes_in(&self, partition: AttributeValue) -> Result<i64, StoreError> {
        let query = self.client.query().consistent_read(true).key_condition_expression("pk = :pk");
        self.count_items(query.expression_attribute_values(":pk", partition), "recount votes").await
    }

    /// How many items a query finds, page by page, of which none is transferred.
    pub(crate) async fn count_items(&self, query: QueryFluentBuilder, verb: &'static str) -> Result<i64, StoreError> {
        let mut pages = query.table_name(&self.table).select(Select::Count).into_paginator().send();
        let mut count = 0;
        while let Some(page) = pages.next().await {
            count += i64::from(page.map_err(unavailable(verb))?.count);
        }
        Ok(count)
    }

    async fn reactions_counted(&self, video: VideoId) -> Result<Acts, StoreError> {
        let counters = self.items_of(Key::HeatCounts(video, 0).partition(), "read heatmap").await?;
        let mut acts = Acts { corrections: corrections(&counters), ..Acts::default() };
        for (name, count) in counters.iter().flat_map(heat) {
            *acts.counted.entry(name.to_owned()).or_default() += count;
        }
        acts.truth = self.reactions_by_part(video).await?;
        Ok(acts)
    }

    /// Adds what is missing, or takes off what is too much; false when somebody else did since `seen`, how often that was
    /// done, was read. Whoever acts meanwhile adds as well, which is no matter; only of two corrections of the same
    /// difference, one must not be made.
    async fn correct(&self, counter: Counter, video: VideoId, wrong: &[Wrong], seen: u64) -> Result<bool, StoreError> {
        for (part, seen) in wrong.chunks(ADDITIONS).zip(seen..) {
            let mut update = self.client.update_item().table_name(&self.table).set_key(Some(counter.key(video)));
            let mut additions = vec!["#corrections :one".to_owned()];
            for (index, Wrong { counter: name, counted, truth }) in part.iter().enumerate() {
                additions.push(format!("#c{index} :c{index}"));
                update = update
                    .expression_attribute_names(format!("#c{index}"), name)
                    .expression_attribute_values(format!(":c{index}"), number(truth - counted));
            }
            if matches!(counter, Counter::Acts) {
                additions.push("folds :one".to_owned());
            }
            update = match seen {
                0 => update.condition_expression("attribute_not_exists(#corrections)"),
                seen => update
                    .condition_expression("#corrections = :seen")
                    .expression_attribute_values(":seen", number(seen)),
            };
            let update = update
                .update_expression(format!("ADD {}", additions.join(", ")))
                .expression_attribute_names("#corrections", CORRECTIONS)
                .expression_attribute_values(":one", number(1));
            match update.send().await {
                Err(error) if is_outrun(&error) => return Ok(false),
                done => done.map(drop).map_err(unavailable("set counts right"))?,
            }
        }
        Ok(true)
    }
}

impl Counter {
    const fn name(self) -> &'static str {
        match self {
            Self::Acts => "ACTS",
            Self::Heat => "HEAT",
        }
    }

    fn key(self, video: VideoId) -> Item {
        match self {
            Self::Acts => Key::ActCounts(video, 0),
            Self::Heat => Key::HeatCounts(video, 0),
        }
        .attributes()
    }
}

/// How often counts were set right.
fn corrections(counters: &[Item]) -> u64 {
    counters.iter().filter_map(|item| get_number::<u64>(item, CORRECTIONS)).sum()
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
