use axum::{extract::State, response::IntoResponse};
use framehouse_api::{ApiError, App, ErrorBody, Json, Path, SuperAdmin};
use framehouse_domain::VideoId;

use crate::{
    change::change,
    etag::{IfMatch, etag},
    view::{VideoDetails, details},
};

/// Take a soft deletion back. A file that is missing or corrupt stays invalid until it is validated.
#[utoipa::path(
    post,
    path = "/api/media/videos/{id}/restore",
    operation_id = "restore_video",
    tag = "library",
    security(("bearer" = [])),
    params(("id" = VideoId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    responses(
        (status = 200, body = VideoDetails),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 412, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn restore_video(
    State(app): State<App>,
    _: SuperAdmin,
    Path(id): Path<VideoId>,
    if_match: IfMatch,
) -> Result<impl IntoResponse, ApiError> {
    let video = change(&app, id, &if_match, |video, _| {
        video.restore();
        Ok(())
    })
    .await?;
    Ok((etag(video.revision), Json(details(&app, video).await?)))
}
