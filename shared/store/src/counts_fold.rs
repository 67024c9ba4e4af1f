//! | access pattern | key | calls |
//! |---|---|---|
//! | count a batch's changes of one partition of views | `COUNTS#{video}` / `VIEWS#{shard}`, `DAYS#{video}` / `{day}#{shard}` | 1 transaction of 1 and the days |
//!
//! Each change of a view is counted exactly once, however often, in whatever pieces and by however many consumers the stream
//! is delivered. That rests on four things:
//!
//! 1. **Order.** The stream tells the changes of one partition key in the order in which they were made, and a consumer is
//!    given none before all those that precede it (batches are repeated for ever, whole or from the first that failed; nothing
//!    is sent past one). The sequence numbers of a partition key's changes grow.
//! 2. **A watermark.** The counter has the number of the last change that it counts. A change is counted by the transaction
//!    that lifts the watermark over it, on the condition that the watermark is where it was: below the batch's first change, or
//!    exactly where it was seen after changes up to there were left out. So what is repeated is left out, and of two consumers
//!    with the same changes one succeeds, and the other sees that and leaves out what is counted.
//! 3. **The same transaction** counts the day, so that counter and days cannot part.
//! 4. **The same reading** of a record each time: a difference of two images, which the record carries. Nothing else is read.
//!
//! Order is DynamoDB's, not ours: it holds while a partition key is on one partition of the table. A key that has more than
//! 10 GB, or takes more than 1,000 write units a second for long, may be divided by its sort key; then changes of different
//! views come through two shards of the stream, and one that is overtaken is left out. `reconcile` finds that and sets it right.
//! For the same reason the stream is to be read with one batch at a time for each shard (`ParallelizationFactor: 1`).

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update, builders::UpdateBuilder},
};
use framehouse_domain::{Timestamp, ViewTally};

use crate::{
    Store, StoreError,
    attribute::{Item, get_number, get_text, number, text},
    counts::{day_of, named},
    error::unavailable,
    key::Key,
    media_file::builder,
    video::{cancellations, condition_failed, passes, pause},
    view_change::{Change, ViewChange, ViewPartition},
};

/// How often a count that others were faster than, or met, is tried.
const ATTEMPTS: u32 = 20;
/// The most days of one transaction, of at most 100 items (AWS limit). A batch has one, or two around midnight.
const DAYS: usize = 25;

/// What a counter is known to hold.
#[derive(Debug, Clone, Default)]
struct Seen {
    folds: u64,
    sequence: String,
    since: Option<Timestamp>,
}

/// What some changes of a partition come to.
#[derive(Debug, Default)]
struct Batch<'a> {
    total: ViewTally,
    days: BTreeMap<String, (ViewTally, BTreeSet<i64>)>,
    oldest: Option<Timestamp>,
    mark: Option<u64>,
    first: &'a str,
    last: &'a str,
}

impl Store {
    /// Counts those of `changes`, all of one partition and in any order, that are not counted yet, and answers what they
    /// come to. What was counted stays so when this fails, or is given up, in the middle.
    pub async fn fold_views(&self, partition: ViewPartition, changes: &[ViewChange]) -> Result<ViewTally, StoreError> {
        let mut changes: Vec<&ViewChange> = changes.iter().filter(|change| !change.is_nothing()).collect();
        changes.sort_by(|a, b| a.sequence.cmp(&b.sequence));
        changes.dedup_by(|a, b| a.sequence == b.sequence);
        let mut counted = ViewTally::ZERO;
        for run in runs(&changes) {
            counted += self.fold_run(partition, run).await?;
        }
        Ok(counted)
    }

    /// Counts changes in one transaction.
    async fn fold_run(&self, partition: ViewPartition, run: &[&ViewChange]) -> Result<ViewTally, StoreError> {
        let verb = "count views";
        let mut seen: Option<Seen> = None;
        for attempt in 0..ATTEMPTS {
            let Some(batch) = Batch::of(run, seen.as_ref()) else { return Ok(ViewTally::ZERO) };
            let writes = self.fold_writes(partition, &batch, seen.as_ref(), verb)?;
            let call = self.client.transact_write_items().set_transact_items(Some(writes));
            let Err(error) = call.send().await else { return Ok(batch.total) };
            match Outrun::of(&error) {
                Some(Outrun::Counted(item)) => seen = Some(Seen::read(&item)),
                Some(Outrun::Met) => pause(attempt).await,
                None => return Err(unavailable(verb)(error)),
            }
        }
        Err(StoreError::outrun(verb, ATTEMPTS))
    }

    fn fold_writes(
        &self,
        partition: ViewPartition,
        batch: &Batch<'_>,
        seen: Option<&Seen>,
        verb: &'static str,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let ViewPartition { video, shard } = partition;
        let update = |key: &Key<'_>| Update::builder().table_name(&self.table).set_key(Some(key.attributes()));
        let mut sets = vec!["seq = :last"];
        let mut counter = update(&Key::ViewCounts(video, shard))
            .expression_attribute_values(":last", text(batch.last))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        if let Some(mark) = batch.mark {
            sets.push("mark = :mark");
            counter = counter.expression_attribute_values(":mark", number(mark));
        }
        counter = match seen {
            None => {
                counter = counter.expression_attribute_values(":first", text(batch.first));
                let unseen = "(attribute_not_exists(seq) OR seq < :first)";
                match batch.oldest {
                    None => counter.condition_expression(unseen),
                    Some(oldest) => counter
                        .condition_expression(format!("{unseen} AND (attribute_not_exists(since) OR since <= :oldest)"))
                        .expression_attribute_values(":oldest", text(oldest)),
                }
            }
            Some(seen) => {
                counter.condition_expression("folds = :seen").expression_attribute_values(":seen", number(seen.folds))
            }
        };
        let added = Additions::of(&batch.total);
        let counter = counter
            .update_expression(format!("SET {} ADD folds :one{}", sets.join(", "), added.clause))
            .expression_attribute_values(":one", number(1));
        let mut writes = vec![added.apply(counter).build().map_err(builder(verb))?];
        for (day, (tally, expires)) in &batch.days {
            let added = Additions::of(tally);
            let expires = AttributeValue::Ns(expires.iter().map(ToString::to_string).collect());
            let day = update(&Key::DayCounts(video, day, shard))
                .update_expression(format!("ADD expires :expires{}", added.clause))
                .expression_attribute_values(":expires", expires);
            writes.push(added.apply(day).build().map_err(builder(verb))?);
        }
        let writes = writes.into_iter().map(|write| TransactWriteItem::builder().update(write).build()).collect();
        Ok(writes)
    }
}

impl<'a> Batch<'a> {
    /// What those of `changes` come to that the counter does not have yet; none when it has all of them.
    fn of(changes: &[&'a ViewChange], seen: Option<&Seen>) -> Option<Self> {
        let mut batch = Self::default();
        for change in changes.iter().filter(|change| seen.is_none_or(|seen| seen.lacks(change))) {
            if batch.first.is_empty() {
                batch.first = &change.sequence;
            }
            batch.last = &change.sequence;
            match &change.what {
                Change::Mark(mark) => batch.mark = batch.mark.max(Some(*mark)),
                Change::Tally { began, difference, expires } => {
                    batch.total += *difference;
                    let (day, days) = batch.days.entry(day_of(*began)).or_default();
                    *day += *difference;
                    days.insert(*expires);
                    batch.oldest = Some(batch.oldest.map_or(*began, |oldest| oldest.min(*began)));
                }
            }
        }
        (!batch.last.is_empty()).then_some(batch)
    }
}

impl Seen {
    fn read(item: &Item) -> Self {
        Self {
            folds: get_number(item, "folds").unwrap_or_default(),
            sequence: get_text(item, "seq").unwrap_or_default().to_owned(),
            since: get_text(item, "since").and_then(|since| since.parse().ok()),
        }
    }

    /// Whether a change is not counted yet, and of a view that is.
    fn lacks(&self, change: &ViewChange) -> bool {
        let kept = match &change.what {
            Change::Tally { began, .. } => self.since.is_none_or(|since| *began >= since),
            Change::Mark(_) => true,
        };
        kept && change.sequence > self.sequence
    }
}

/// Consecutive changes of few enough days for one transaction each.
fn runs<'a, 'b>(changes: &'b [&'a ViewChange]) -> Vec<&'b [&'a ViewChange]> {
    let (mut runs, mut start, mut days) = (Vec::new(), 0, BTreeSet::new());
    for (index, change) in changes.iter().enumerate() {
        let Change::Tally { began, .. } = &change.what else { continue };
        days.insert(day_of(*began));
        if days.len() > DAYS {
            runs.push(&changes[start..index]);
            (start, days) = (index, BTreeSet::from([day_of(*began)]));
        }
    }
    runs.push(&changes[start..]);
    runs
}

/// What is added to an item: the rest of an `ADD` clause.
#[derive(Debug, Default)]
struct Additions {
    clause: String,
    values: Vec<(&'static str, i64)>,
}

impl Additions {
    /// The counts that `tally` changes.
    fn of(tally: &ViewTally) -> Self {
        let values: Vec<_> = named(tally).filter(|(_, change)| *change != 0).collect();
        // One of the names is a reserved word of DynamoDB.
        let clauses: Vec<String> = values.iter().map(|(name, _)| format!(", #{name} :{name}")).collect();
        Self { clause: clauses.concat(), values }
    }

    /// Gives `update` the names and values of the clause.
    fn apply(self, update: UpdateBuilder) -> UpdateBuilder {
        self.values.into_iter().fold(update, |update, (name, change)| {
            update
                .expression_attribute_names(format!("#{name}"), name)
                .expression_attribute_values(format!(":{name}"), number(change))
        })
    }
}

/// Why nothing was counted.
#[derive(Debug)]
enum Outrun {
    /// The counter was not where it was thought to be; what it held.
    Counted(Item),
    /// Another transaction was on it, or something else that goes by: what is known of the counter may still hold.
    Met,
}

impl Outrun {
    /// Nothing when it was something that does not go by.
    fn of<R>(error: &SdkError<TransactWriteItemsError, R>) -> Option<Self> {
        let reasons = cancellations(error)?;
        match reasons.first() {
            Some(counter) if condition_failed(counter) => {
                Some(counter.item().cloned().map_or(Self::Met, Self::Counted))
            }
            _ if reasons.iter().any(passes) => Some(Self::Met),
            _ => None,
        }
    }
}
