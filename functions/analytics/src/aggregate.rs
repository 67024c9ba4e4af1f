use std::time::Duration;

use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, Path, now};
use framehouse_domain::VideoId;
use framehouse_store::Recounted;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::{
    audience::{report, video},
    overview::per,
    range::RangeParameters,
};

/// The HTTP API waits for 30 seconds; what takes longer is told so before.
const PATIENCE: Duration = Duration::from_secs(25);

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Aggregated {
    success: bool,
    /// Viewers who can be told apart, and each view of one who cannot, as far as single views are still known.
    unique_viewers: u64,
    /// Seconds watched since the video is there, or its analytics were reset.
    total_watch_time_seconds: u64,
    /// Per view, to two decimals; 0 without views.
    average_watch_time_seconds: f64,
    /// Completed views in percent of all, to two decimals; 0 without views.
    completion_rate: f64,
    /// Counters that were wrong, and are right now. Nothing is expected here.
    drift: Vec<Drift>,
    /// Parts of the counts, of 66, that cannot be told yet, since what they count is behind or does not rest.
    unsettled: u32,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Drift {
    video_id: VideoId,
    /// The counter and what it counts.
    counter: String,
    /// What it said.
    counted: i64,
    /// What the single items say.
    truth: i64,
}

/// Recount a video from its views, votes, comments and reactions, and show what is right.
#[utoipa::path(
    post,
    path = "/api/videos/{id}/analytics/aggregate",
    operation_id = "aggregate_analytics",
    tag = "analytics",
    security(("bearer" = [])),
    params(("id" = VideoId, Path)),
    responses(
        (status = 200, body = Aggregated),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn aggregate_analytics(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<VideoId>,
) -> Result<Json<Aggregated>, ApiError> {
    let work = timeout(PATIENCE, aggregate(&app, id));
    work.await.map_err(|_| ApiError::Unavailable("recount video: views are still being counted".into()))?.map(Json)
}

async fn aggregate(app: &App, id: VideoId) -> Result<Aggregated, ApiError> {
    let video = video(app, id).await?;
    let store = app.store().await;
    let Recounted { drift, unsettled } = store.repair(id, now()).await?;
    let counted = store.counts(id).await?.engagement();
    let range = RangeParameters::default().check(&video)?;
    let report = report(app, &video, &range).await?;
    let told = drift.into_iter().map(|drift| Drift {
        video_id: drift.video_id,
        counter: drift.counter,
        counted: drift.counted,
        truth: drift.truth,
    });
    Ok(Aggregated {
        success: true,
        unique_viewers: report.analytics.unique_viewers,
        total_watch_time_seconds: counted.watch_time,
        average_watch_time_seconds: per(counted.watch_time, counted.views, 1.0),
        completion_rate: per(counted.completions, counted.views, 100.0),
        drift: told.collect(),
        unsettled,
    })
}
