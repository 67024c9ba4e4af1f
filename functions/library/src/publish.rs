use axum::{extract::State, response::IntoResponse};
use framehouse_api::{ApiError, App, ErrorBody, Json, Path, SuperAdmin};
use framehouse_domain::{MediaStatus, Video, VideoId, check_category};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    change::change,
    etag::{IfMatch, etag},
    view::{NO_VIDEO, VideoDetails, details},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Category {
    /// The gallery's category: 1 to 64 characters.
    category: String,
}

/// Put a video into the gallery. Its transcode must be ready, its file good, and its directory a public one.
///
/// Repeating it is harmless; another category moves it there.
#[utoipa::path(
    post,
    path = "/api/media/videos/{id}/publish",
    operation_id = "publish_video",
    tag = "library",
    security(("bearer" = [])),
    params(("id" = VideoId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Category,
    responses(
        (status = 200, body = VideoDetails),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody, description = "It is not ready, no good, or where nothing is public"),
        (status = 412, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn publish_video(
    State(app): State<App>,
    _: SuperAdmin,
    Path(id): Path<VideoId>,
    if_match: IfMatch,
    Json(request): Json<Category>,
) -> Result<impl IntoResponse, ApiError> {
    let category = check_category(&request.category)?;
    require_ready(&app, id).await?;
    let video = change(&app, id, &if_match, |video, now| video.publish(&category, now)).await?;
    Ok((etag(video.revision), Json(details(&app, video).await?)))
}

/// Change the category of a video in the gallery.
#[utoipa::path(
    put,
    path = "/api/media/videos/{id}/category",
    operation_id = "recategorize_video",
    tag = "library",
    security(("bearer" = [])),
    params(("id" = VideoId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Category,
    responses(
        (status = 200, body = VideoDetails),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody, description = "It is not in the gallery"),
        (status = 412, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn recategorize_video(
    State(app): State<App>,
    _: SuperAdmin,
    Path(id): Path<VideoId>,
    if_match: IfMatch,
    Json(request): Json<Category>,
) -> Result<impl IntoResponse, ApiError> {
    let category = check_category(&request.category)?;
    let video = change(&app, id, &if_match, |video, _| video.recategorize(&category)).await?;
    Ok((etag(video.revision), Json(details(&app, video).await?)))
}

/// Take a video out of the gallery. What viewers did stays known, and it can be published again.
#[utoipa::path(
    post,
    path = "/api/media/videos/{id}/unpublish",
    operation_id = "unpublish_video",
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
pub(crate) async fn unpublish_video(
    State(app): State<App>,
    _: SuperAdmin,
    Path(id): Path<VideoId>,
    if_match: IfMatch,
) -> Result<impl IntoResponse, ApiError> {
    let video = change(&app, id, &if_match, |video, now| {
        video.unpublish(now);
        Ok(())
    })
    .await?;
    Ok((etag(video.revision), Json(details(&app, video).await?)))
}

/// Only what can be played is published.
pub(crate) async fn require_ready(app: &App, id: VideoId) -> Result<(), ApiError> {
    let store = app.store().await;
    let video: Video = store.video(id).await?.ok_or(ApiError::NotFound(NO_VIDEO))?;
    let Some(media) = video.media_file_id else {
        let sentence =
            "It was taken in from the bucket, and only uploads are transcoded. Upload the file to publish it.";
        return Err(ApiError::conflict("not_ready", sentence));
    };
    match store.media_file(media).await? {
        Some(media) if media.status == MediaStatus::Ready && media.live.is_some() => Ok(()),
        _ => {
            let sentence = "It is not transcoded yet. Publish it when its media file is READY.";
            Err(ApiError::conflict("not_ready", sentence))
        }
    }
}
