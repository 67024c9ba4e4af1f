//! Recounts videos: by hand with `{"videoId": "…", "repair": true}`, or all of them on a schedule.

use std::time::Duration;

use framehouse_api::{App, now};
use framehouse_domain::{Timestamp, VideoId};
use framehouse_store::{CHANGE_SHARDS, Drift, LibraryChange, Recounted, StoreError};
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// Videos that are recounted at once.
const VIDEOS_AT_ONCE: usize = 4;

/// What is to be recounted. Whatever else is in the event, such as that of a schedule, is of no matter.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RecountRequest {
    /// One video; all that have an audience when absent.
    pub video_id: Option<VideoId>,
    /// Whether what is counted wrongly is set right.
    pub repair: bool,
}

/// What a recount found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RecountResult {
    /// Videos that were recounted.
    pub videos: u64,
    /// Videos that there was no time for, or that could not be read; the log says which.
    pub left: u64,
    /// Counters that do not say what the items say.
    pub drift: Vec<Drift>,
    /// Parts of the counts of which nothing can be said, since what they count is behind or does not rest; the log says which.
    pub unsettled: u32,
}

/// Recounts what is asked for, for as long as `limit`. All videos are taken in an order that begins somewhere else each time,
/// so that where there are too many for one run each has its turn.
pub async fn recount(app: &App, request: &RecountRequest, limit: Duration) -> Result<RecountResult, StoreError> {
    let end = Instant::now() + limit;
    let videos = match request.video_id {
        Some(video) => vec![video],
        None => with_audience(app).await?,
    };
    let store = app.store().await;
    let one = async |video: VideoId| {
        if Instant::now() >= end {
            return None;
        }
        let found = if request.repair { store.repair(video, now()).await } else { store.reconcile(video, now()).await };
        found.inspect_err(|cause| tracing::error!(%video, %cause, "recount video")).ok()
    };
    let mut result = RecountResult::default();
    let mut recounted = stream::iter(videos).map(one).buffer_unordered(VIDEOS_AT_ONCE);
    while let Some(found) = recounted.next().await {
        match found {
            Some(Recounted { drift, unsettled }) => {
                result.videos += 1;
                result.drift.extend(drift);
                result.unsettled += unsettled;
            }
            None => result.left += 1,
        }
    }
    for Drift { video_id, counter, counted, truth } in &result.drift {
        tracing::error!(video = %video_id, counter, counted, truth, repaired = request.repair, "a count was wrong");
    }
    let RecountResult { videos, left, drift, unsettled } = &result;
    tracing::info!(videos, left, drift = drift.len(), unsettled, "recount");
    Ok(result)
}

/// The videos that are, or were, in the gallery: others have no audience.
async fn with_audience(app: &App) -> Result<Vec<VideoId>, StoreError> {
    let mut videos = Vec::new();
    for shard in 0..CHANGE_SHARDS {
        let each = |change| {
            if let LibraryChange::Is(video) = change
                && (video.published_at.is_some() || video.moved_from_public_at.is_some())
            {
                videos.push(video.id);
            }
        };
        app.store().await.changes(shard, Timestamp::from_millis(0), |_, _| false, each).await?;
    }
    videos.sort_unstable();
    let start = now().as_seconds() as usize % videos.len().max(1);
    videos.rotate_left(start);
    Ok(videos)
}
