use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, Path};
use framehouse_domain::{MediaFileId, MediaStatus};
use framehouse_objects::TranscodeRequest;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::get::NO_MEDIA_FILE;

#[derive(Serialize, ToSchema)]
pub(crate) struct RetryAccepted {
    id: MediaFileId,
    /// Still the old one: only a worker changes it, when it begins.
    status: MediaStatus,
}

/// Transcode again. What is live stays live until the new version is ready.
#[utoipa::path(
    post,
    path = "/media-files/{id}/retry",
    operation_id = "retry_media_file",
    tag = "media files",
    security(("bearer" = [])),
    params(("id" = MediaFileId, Path)),
    responses(
        (status = 202, body = RetryAccepted),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody, description = "Nothing has arrived, or a transcode is under way"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn retry_media_file(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<MediaFileId>,
) -> Result<(StatusCode, Json<RetryAccepted>), ApiError> {
    let media = app.store().await.media_file(id).await?.ok_or(ApiError::NotFound(NO_MEDIA_FILE))?;
    match media.status {
        MediaStatus::Ready | MediaStatus::Failed => {}
        MediaStatus::AwaitingUpload => {
            return Err(ApiError::conflict("awaiting_upload", "The file has not arrived yet."));
        }
        MediaStatus::Uploaded | MediaStatus::Processing => {
            return Err(ApiError::conflict("in_progress", "It is being transcoded already."));
        }
    }
    // Asking twice begins one version: both requests name the same number.
    let plan = TranscodeRequest::plan(id, &media.original_path, media.version + 1);
    app.queue().await.send(&plan, 0).await?;
    Ok((StatusCode::ACCEPTED, Json(RetryAccepted { id, status: media.status })))
}
