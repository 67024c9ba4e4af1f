use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Path, Query};
use framehouse_domain::{FieldErrors, VideoId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::view::{PublicVideo, gallery, listed, shown};

const DEFAULT_LIMIT: usize = 12;
const MAX_LIMIT: usize = 24;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RelatedParameters {
    /// How many at most, 1 to 24, default 12.
    #[param(minimum = 1, maximum = 24)]
    limit: Option<usize>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Related {
    videos: Vec<PublicVideo>,
}

/// Other videos of the gallery: those that share tags, producer, creator or category first.
#[utoipa::path(
    get,
    path = "/api/media/public/{id}/related",
    operation_id = "list_related",
    tag = "gallery",
    params(("id" = VideoId, Path), RelatedParameters),
    responses(
        (status = 200, body = Related),
        (status = 400, body = ErrorBody),
        (status = 403, body = ErrorBody, description = "Media is locked"),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn list_related(
    State(app): State<App>,
    Path(id): Path<VideoId>,
    Query(parameters): Query<RelatedParameters>,
) -> Result<Json<Related>, ApiError> {
    let limit = parameters.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(FieldErrors::one("limit", format!("Ask for 1 to {MAX_LIMIT} videos.")).into());
    }
    app.public_video(id).await?;
    let videos = gallery(&app).await?.related(id.as_uuid(), &shown(), limit);
    Ok(Json(Related { videos: videos.into_iter().map(listed).collect() }))
}
