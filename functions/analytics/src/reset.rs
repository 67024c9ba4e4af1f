use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, Path, now};
use framehouse_domain::VideoId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::audience::video;

#[derive(Serialize, ToSchema)]
pub(crate) struct Reset {
    success: bool,
    /// Whether the single views are removed as well. When not, they count no more, and go when their time has come, or with
    /// the next reset.
    removed: bool,
}

/// Forget all views of a video that began before now: counts, days and single views. Votes, comments and reactions stay.
#[utoipa::path(
    post,
    path = "/api/videos/{id}/reset-analytics",
    operation_id = "reset_analytics",
    tag = "analytics",
    security(("bearer" = [])),
    params(("id" = VideoId, Path)),
    responses(
        (status = 200, body = Reset),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn reset_analytics(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<VideoId>,
) -> Result<Json<Reset>, ApiError> {
    video(&app, id).await?;
    let forgotten = app.store().await.forget_views(id, now).await?;
    Ok(Json(Reset { success: true, removed: forgotten.removed }))
}
