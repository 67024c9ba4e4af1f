use std::collections::BTreeMap;

use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Query};
use framehouse_domain::{HEAT_BUCKETS, ReactionType, VideoId};
use framehouse_store::Heat;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::view::public_video;

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HeatmapParameters {
    /// A video of the gallery.
    #[param(value_type = VideoId)]
    media_id: VideoId,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Heatmap {
    media_id: VideoId,
    /// 0 while it is not known.
    duration_seconds: u32,
    /// A fiftieth of the duration.
    bucket_seconds: f64,
    /// Fifty parts of equal length, in order.
    buckets: Vec<Bucket>,
    /// By reaction type.
    totals: BTreeMap<ReactionType, u64>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Bucket {
    from_seconds: f64,
    to_seconds: f64,
    total: u64,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize, ToSchema)]
struct Counts {
    like: u64,
    love: u64,
    laugh: u64,
    wow: u64,
    sad: u64,
    angry: u64,
}

/// How often viewers reacted along a video, by type.
#[utoipa::path(
    get,
    path = "/api/reactions/heatmap",
    operation_id = "reaction_heatmap",
    tag = "reactions",
    params(HeatmapParameters),
    responses(
        (status = 200, body = Heatmap),
        (status = 400, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody, description = "Video not found"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn reaction_heatmap(
    State(app): State<App>,
    Query(HeatmapParameters { media_id }): Query<HeatmapParameters>,
) -> Result<Json<Heatmap>, ApiError> {
    let video = public_video(&app, media_id).await?;
    let heat = app.store().await.heat(media_id).await?;
    Ok(Json(heatmap(media_id, video.duration_seconds().unwrap_or_default(), &heat)))
}

fn heatmap(media_id: VideoId, duration_seconds: u32, heat: &Heat) -> Heatmap {
    let edge = |bucket: u8| f64::from(duration_seconds) * f64::from(bucket) / f64::from(HEAT_BUCKETS);
    let bucket = |bucket: u8| Bucket {
        from_seconds: edge(bucket),
        to_seconds: edge(bucket + 1),
        total: ReactionType::ALL.iter().map(|&kind| heat.count(bucket, kind)).sum(),
        counts: Counts {
            like: heat.count(bucket, ReactionType::Like),
            love: heat.count(bucket, ReactionType::Love),
            laugh: heat.count(bucket, ReactionType::Laugh),
            wow: heat.count(bucket, ReactionType::Wow),
            sad: heat.count(bucket, ReactionType::Sad),
            angry: heat.count(bucket, ReactionType::Angry),
        },
    };
    let total = |kind| (0..HEAT_BUCKETS).map(|bucket| heat.count(bucket, kind)).sum();
    Heatmap {
        media_id,
        duration_seconds,
        bucket_seconds: edge(1),
        buckets: (0..HEAT_BUCKETS).map(bucket).collect(),
        totals: ReactionType::ALL.iter().map(|&kind| (kind, total(kind))).collect(),
    }
}
