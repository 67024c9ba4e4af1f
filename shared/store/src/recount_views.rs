//! | access pattern | key | calls |
//! |---|---|---|
//! | recount a partition's views | `VIEWS#{video}#{shard}`, all of it | 1 query per MB |
//! | see how far the counting has come | the same / `0…0#MARK`, `COUNTS#{video}` / `VIEWS#{shard}` | 1 update, some gets |
//! | set a counter right | `COUNTS#{video}` / `VIEWS#{shard}`, `DAYS#{video}` / `{day}#{shard}` | 1 transaction |
//!
//! Views are counted a moment after they were stored, so a counter that differs from its views may only be late. What differs
//! is therefore looked at in this order: the views; then a mark is written among them, and waited for until the counting comes
//! to it; then the counter; then the views again. A view only ever grows. If the views are the same both times, then nothing
//! was changed in between, all of it precedes the mark and is counted, and the counter must be equal. Setting it right is
//! conditional on its not having counted anything since, and lets the watermark be: what comes later is counted on top.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use aws_sdk_dynamodb::types::{ReturnValue, TransactWriteItem, Update, builders::UpdateBuilder};
use framehouse_domain::{Timestamp, ViewId, ViewTally};
use tokio::time::{Instant, sleep};

use crate::{
    Store, StoreError,
    attribute::{Item, get_number, get_text, number, text},
    audience_read::forgetting_day,
    counts::{Beginnings, day_of, named, tally},
    error::unavailable,
    key::{EXPIRES_AT, Key, MARK_SERIAL, SK, views_partition},
    media_file::builder,
    video::{cancellations, condition_failed, passes, pause},
    view_change::ViewPartition,
    view_item::is_view,
};

/// How often a counter is read that counts whenever it is read.
const LOOKS: u32 = 6;
/// How long is waited for the counting to come to a mark: 80 times 100 ms.
const WAITS: u32 = 80;
const WAIT: Duration = Duration::from_millis(100);
/// How long a mark is kept.
const MARK_SECONDS: i64 = 24 * 60 * 60;
const SECONDS_PER_DAY: i64 = 24 * 60 * 60;
/// The most days of one transaction of at most 100 items (AWS limit), the counter being one.
const DAYS: usize = 99;

/// A day's views: what they come to, and on which days, counted from 1970, they are forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Day {
    tally: ViewTally,
    expires: BTreeSet<i64>,
}

type Days = BTreeMap<String, Day>;

/// What is counted of a partition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Counted {
    total: ViewTally,
    folds: Option<u64>,
    since: Option<Timestamp>,
    days: Days,
}

/// A count that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) counter: String,
    pub(crate) counted: i64,
    pub(crate) truth: i64,
}

/// What is found wrong with a partition, and what would be right.
#[derive(Debug, Default)]
struct Finding {
    wrong: Vec<Wrong>,
    total: ViewTally,
    days: Days,
}

/// What the recounts of a video's partitions share.
#[derive(Debug)]
pub(crate) struct Recount {
    /// Items of the video, read a moment ago.
    pub(crate) counters: Vec<Item>,
    /// Its days.
    pub(crate) days: Vec<Item>,
    /// Whether what is wrong is set right.
    pub(crate) repair: bool,
    pub(crate) now: Timestamp,
    /// Until when a partition is looked at again.
    pub(crate) until: Instant,
    /// Counting is behind: no partition need wait for what another has waited for in vain.
    pub(crate) late: AtomicBool,
}

impl Store {
    /// What is counted wrongly of a partition's views; set right where that is asked for. Nothing when that cannot be told,
    /// or was not done.
    pub(crate) async fn recount_views(
        &self,
        partition: ViewPartition,
        recount: &Recount,
    ) -> Result<Option<Vec<Wrong>>, StoreError> {
        let (video, shard, now) = (partition.video, partition.shard, recount.now);
        let counted = Counted::read(shard, &recount.counters, &recount.days);
        let mut since = counted.since;
        let mut views = self.days_of_views(partition, since).await?;
        if compare(shard, &counted, &views, now).wrong.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let mut attempt = 0;
        while Instant::now() < recount.until && !recount.late.load(Ordering::Relaxed) {
            if !self.await_counting(partition, now).await? {
                recount.late.store(true, Ordering::Relaxed);
                break;
            }
            let Some(counted) = self.counted(partition).await? else { continue };
            let again = self.days_of_views(partition, counted.since).await?;
            if views == again && since == counted.since {
                let finding = compare(shard, &counted, &views, now);
                let leave = finding.wrong.is_empty() || !recount.repair;
                if leave || self.set_right(partition, &counted, &finding).await? {
                    return Ok(Some(finding.wrong));
                }
            }
            (views, since) = (again, counted.since);
            pause(attempt).await;
            attempt += 1;
        }
        tracing::warn!(%video, shard, "views are stored faster than they are counted or recounted: recount again later");
        Ok(None)
    }

    /// What the views of a partition come to that began at `since` or later, by day.
    async fn days_of_views(&self, partition: ViewPartition, since: Option<Timestamp>) -> Result<Days, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .projection_expression("sk, watchTimeSeconds, completed, #expires")
            .expression_attribute_names("#expires", EXPIRES_AT)
            .expression_attribute_values(":pk", text(views_partition(partition.video, partition.shard)));
        let mut items = query.into_paginator().items().send();
        let mut days = Days::new();
        while let Some(item) = items.next().await {
            let item = item.map_err(unavailable("recount views"))?;
            // Read by the rules by which a record of the stream is.
            let Some((began, tally, expires)) = read_view(partition, &item) else { continue };
            if since.is_none_or(|since| began >= since) {
                let day = days.entry(day_of(began)).or_default();
                day.tally += tally;
                day.expires.insert(expires);
            }
        }
        Ok(days)
    }

    /// Waits until all that happened to a partition's views before this call is counted. False when that takes too long.
    async fn await_counting(&self, partition: ViewPartition, now: Timestamp) -> Result<bool, StoreError> {
        let verb = "mark views";
        let ViewPartition { video, shard } = partition;
        // Marks are numbered, so that one of another recount, which came after ours, says of ours that it was counted. A mark
        // that was forgotten meanwhile begins with a number that is greater than any before: recounts are rarer than one in
        // a millisecond.
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::ViewMark(video, shard).attributes()))
            .update_expression("SET #serial = if_not_exists(#serial, :now) + :one, #expires = :expires")
            .expression_attribute_names("#serial", MARK_SERIAL)
            .expression_attribute_names("#expires", EXPIRES_AT)
            .expression_attribute_values(":now", number(now.as_millis()))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":expires", number(now.plus_seconds(MARK_SECONDS).as_seconds()))
            .return_values(ReturnValue::UpdatedNew);
        let marked = update.send().await.map_err(unavailable(verb))?.attributes.unwrap_or_default();
        let mark = get_number::<u64>(&marked, MARK_SERIAL);
        for _ in 0..WAITS {
            let key = Key::ViewCounts(video, shard).attributes();
            let get = self.client.get_item().table_name(&self.table).set_key(Some(key)).consistent_read(true);
            let counter = get.send().await.map_err(unavailable(verb))?.item;
            if counter.is_some_and(|counter| get_number::<u64>(&counter, "mark") >= mark) {
                return Ok(true);
            }
            sleep(WAIT).await;
        }
        Ok(false)
    }

    /// What is counted of a partition, at one moment: read anew when something was counted meanwhile. Nothing when something
    /// always was.
    async fn counted(&self, partition: ViewPartition) -> Result<Option<Counted>, StoreError> {
        let video = partition.video;
        for attempt in 0..LOOKS {
            let counters = self.counters(video).await?;
            let days = self.items_of(Key::DayCounts(video, "", 0).partition(), "read days").await?;
            let before = Counted::read(partition.shard, &counters, &days);
            let after = Counted::read(partition.shard, &self.counters(video).await?, &days);
            if before == after {
                return Ok(Some(before));
            }
            pause(attempt).await;
        }
        Ok(None)
    }

    /// Writes what is right, unless something was counted since it was found out.
    async fn set_right(&self, partition: ViewPartition, seen: &Counted, right: &Finding) -> Result<bool, StoreError> {
        let verb = "set counts right";
        let ViewPartition { video, shard } = partition;
        let update = |key: &Key<'_>| Update::builder().table_name(&self.table).set_key(Some(key.attributes()));
        let days: Vec<_> = right.days.iter().collect();
        let mut folds = seen.folds;
        let parts = if days.is_empty() { vec![&days[..]] } else { days.chunks(DAYS).collect() };
        for part in parts {
            let counter = set(update(&Key::ViewCounts(video, shard)), &right.total, "folds :one")
                .expression_attribute_values(":one", number(1));
            let counter = match folds {
                Some(folds) => {
                    counter.condition_expression("folds = :folds").expression_attribute_values(":folds", number(folds))
                }
                None => counter.condition_expression("attribute_not_exists(pk)"),
            };
            let mut writes = vec![counter.build().map_err(builder(verb))?];
            for (day, truth) in part {
                let expires = truth.expires.iter().map(ToString::to_string).collect();
                let day = set(update(&Key::DayCounts(video, day, shard)), &truth.tally, "expires :expires")
                    .expression_attribute_values(":expires", aws_sdk_dynamodb::types::AttributeValue::Ns(expires));
                writes.push(day.build().map_err(builder(verb))?);
            }
            let writes = writes.into_iter().map(|write| TransactWriteItem::builder().update(write).build()).collect();
            if let Err(error) = self.client.transact_write_items().set_transact_items(Some(writes)).send().await {
                let met = |reason| condition_failed(reason) || passes(reason);
                return match cancellations(&error) {
                    Some(reasons) if reasons.iter().any(met) => Ok(false),
                    _ => Err(unavailable(verb)(error)),
                };
            }
            folds = Some(folds.unwrap_or_default() + 1);
        }
        Ok(true)
    }
}

/// Sets the counts of an item, and adds something else to it.
fn set(update: UpdateBuilder, tally: &ViewTally, add: &str) -> UpdateBuilder {
    let sets: Vec<String> = named(tally).map(|(name, _)| format!("#{name} = :{name}")).collect();
    let update = update.update_expression(format!("SET {} ADD {add}", sets.join(", ")));
    named(tally).fold(update, |update, (name, value)| {
        update
            .expression_attribute_names(format!("#{name}"), name)
            .expression_attribute_values(format!(":{name}"), number(value))
    })
}

impl Counted {
    fn read(shard: u8, counters: &[Item], days: &[Item]) -> Self {
        let key = format!("VIEWS#{shard:02}");
        let counter = counters.iter().find(|item| get_text(item, SK) == Some(&key));
        let beginnings = Beginnings::of(counters);
        let of_shard = |item: &&Item| get_text(item, SK).is_some_and(|sk| sk.ends_with(&format!("#{shard:02}")));
        let day = |item: &Item| {
            let expires = item.get("expires").and_then(|set| set.as_ns().ok()).into_iter().flatten();
            let expires = expires.filter_map(|day| day.parse().ok()).collect();
            let (day, _) = get_text(item, SK)?.split_once('#')?;
            beginnings.count(day, shard).then(|| (day.to_owned(), Day { tally: tally(item), expires }))
        };
        Self {
            total: counter.map(tally).unwrap_or_default(),
            folds: counter.map(|item| get_number(item, "folds").unwrap_or_default()),
            since: counter.and_then(|item| get_text(item, "since")?.parse().ok()),
            days: days.iter().filter(of_shard).filter_map(day).collect(),
        }
    }
}

/// Compares what is counted with the views that there are. Days of which views may be forgotten by now stand as counted.
fn compare(shard: u8, counted: &Counted, views: &Days, now: Timestamp) -> Finding {
    let today = forgetting_day(now);
    let mut finding = Finding::default();
    let days: BTreeSet<&String> = counted.days.keys().chain(views.keys()).collect();
    for day in days {
        let old = counted.days.get(day).cloned().unwrap_or_default();
        let truth = views.get(day).cloned().unwrap_or_default();
        if old.expires.iter().chain(&truth.expires).any(|&expires| expires <= today) {
            finding.total += old.tally;
            continue;
        }
        finding.total += truth.tally;
        if old.tally != truth.tally {
            finding.wrong.extend(differences(&format!("DAYS {day}#{shard:02}"), &old.tally, &truth.tally));
            finding.days.insert(day.clone(), truth);
        }
    }
    finding.wrong.extend(differences(&format!("VIEWS#{shard:02}"), &counted.total, &finding.total));
    finding
}

fn differences(item: &str, counted: &ViewTally, truth: &ViewTally) -> Vec<Wrong> {
    let pairs = named(counted).zip(named(truth)).filter(|((_, counted), (_, truth))| counted != truth);
    let wrong = |((name, counted), (_, truth))| Wrong { counter: format!("{item} {name}"), counted, truth };
    pairs.map(wrong).collect()
}

/// When a view began, what it comes to, and on which day it is forgotten.
fn read_view(partition: ViewPartition, item: &Item) -> Option<(Timestamp, ViewTally, i64)> {
    let sk = get_text(item, SK).filter(|sk| is_view(sk))?;
    let id: ViewId = format!("{}.{}", partition.video, sk.split('#').next()?).parse().ok()?;
    let completed = *item.get("completed")?.as_bool().ok()?;
    let tally = ViewTally::of_view(get_number(item, "watchTimeSeconds")?, completed);
    Some((id.began_at(), tally, get_number::<i64>(item, EXPIRES_AT)?.div_euclid(SECONDS_PER_DAY)))
}
