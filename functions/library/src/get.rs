use axum::{extract::State, response::IntoResponse};
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, Path, SuperAdmin};
use framehouse_domain::{Video, VideoId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    etag::etag,
    view::{NO_VIDEO, VideoDetails, details},
};

/// A video with its duration under the name that `GET /api/videos` has for it.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlainVideo {
    /// Seconds.
    duration: Option<u32>,
    #[serde(flatten)]
    details: VideoDetails,
}

/// A video, with an ETag to send along with a change.
#[utoipa::path(
    get,
    path = "/api/media/videos/{id}",
    operation_id = "get_video",
    tag = "library",
    security(("bearer" = [])),
    params(("id" = VideoId, Path)),
    responses(
        (status = 200, body = VideoDetails),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn get_video(
    State(app): State<App>,
    _: SuperAdmin,
    Path(id): Path<VideoId>,
) -> Result<impl IntoResponse, ApiError> {
    let video = find(&app, id).await?;
    Ok((etag(video.revision), Json(details(&app, video).await?)))
}

/// A video, in the shape of `GET /api/videos`.
#[utoipa::path(
    get,
    path = "/api/videos/{id}",
    operation_id = "get_plain_video",
    tag = "library",
    security(("bearer" = [])),
    params(("id" = VideoId, Path)),
    responses(
        (status = 200, body = PlainVideo),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn get_plain_video(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<VideoId>,
) -> Result<impl IntoResponse, ApiError> {
    let video = find(&app, id).await?;
    Ok((
        etag(video.revision),
        Json(PlainVideo { duration: video.duration_seconds(), details: details(&app, video).await? }),
    ))
}

async fn find(app: &App, id: VideoId) -> Result<Video, ApiError> {
    app.store().await.video(id).await?.ok_or(ApiError::NotFound(NO_VIDEO))
}
