//! Every few minutes the catalog's snapshot is brought up to date here, so that functions that start read it and the
//! little that changed since, rather than the whole table. Two at a time do no harm: each writes a whole one.

use framehouse_api::App;
use framehouse_feed::{Compaction, FeedError, compact};

/// Brings the snapshot up to date.
pub async fn handle(app: &App) -> Result<(), FeedError> {
    match compact(app.store().await, app.objects().await?).await? {
        Compaction::Unchanged => tracing::info!("catalog snapshot is up to date"),
        Compaction::Written { videos, bytes } => tracing::info!(videos, bytes, "write catalog snapshot"),
    }
    Ok(())
}
