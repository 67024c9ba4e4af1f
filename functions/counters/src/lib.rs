//! Counts what an audience does, from the table's stream, and recounts it from the items.
//!
//! The stream tells of changes at least once, in batches that are cut anew when they are repeated. That each change is counted
//! once is the work of [`Store::fold_views`]; this is what groups a batch, publishes what was counted, and says from where on
//! a batch is to be repeated.

mod batch;
mod metrics;
mod recount;
mod serve;

use aws_lambda_events::{
    dynamodb::Event,
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use framehouse_api::{App, now};
use framehouse_domain::ViewTally;
use framehouse_store::{Store, StoreError};
use futures::{StreamExt, stream};

use crate::batch::{Batch, Part};
pub use crate::recount::{RecountRequest, RecountResult, recount};
pub use crate::serve::serve;

/// Partitions that are counted at once; each is one transaction at a time.
const FOLDS_AT_ONCE: usize = 32;
/// Videos whose totals are published at once.
const VIDEOS_AT_ONCE: usize = 16;

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// What it added to the counts: nothing, when it was counted before.
    pub tally: ViewTally,
    /// What to answer: the first record that could not be counted, if any. From there on the batch comes again, and what was
    /// counted of it is known by then.
    pub answer: DynamoDbEventResponse,
}

/// Counts one batch of the stream's records.
pub async fn count(app: &App, event: &Event) -> Counted {
    let store = app.store().await;
    let batch = Batch::of(event);
    let parts = stream::iter(&batch.parts).map(|part| fold(store, part)).buffer_unordered(FOLDS_AT_ONCE);
    let folded: Vec<Folded> = parts.collect().await;
    let published = stream::iter(&batch.videos)
        .map(async |(&video, first)| (video, first.as_str(), store.publish_totals(video, now()).await))
        .buffer_unordered(VIDEOS_AT_ONCE)
        .collect::<Vec<_>>()
        .await;

    let tally: ViewTally = folded.iter().filter_map(|part| part.outcome.as_ref().ok()).copied().sum();
    let mut failed: Vec<&str> = Vec::new();
    for Folded { part, outcome } in &folded {
        if let Err(cause) = outcome {
            tracing::error!(video = %part.partition.video, shard = part.partition.shard, %cause, "count views");
            failed.push(&part.first);
        }
    }
    for (video, first, outcome) in &published {
        if let Err(cause) = outcome {
            tracing::error!(%video, %cause, "publish counts");
            failed.push(first);
        }
    }
    tracing::info!(
        records = event.records.len(),
        malformed = batch.malformed,
        partitions = batch.parts.len(),
        videos = batch.videos.len(),
        views = tally.views,
        seconds = tally.watch_time,
        failed = failed.len(),
        "count batch"
    );
    Counted { tally, answer: answer(batch::least(failed)) }
}

/// What became of one partition's changes.
struct Folded<'a> {
    part: &'a Part,
    outcome: Result<ViewTally, StoreError>,
}

async fn fold<'a>(store: &Store, part: &'a Part) -> Folded<'a> {
    Folded { part, outcome: store.fold_views(part.partition, &part.changes).await }
}

fn answer(first_failed: Option<&str>) -> DynamoDbEventResponse {
    let mut answer = DynamoDbEventResponse::default();
    answer.batch_item_failures.extend(first_failed.map(|sequence| {
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = Some(sequence.to_owned());
        failure
    }));
    answer
}
