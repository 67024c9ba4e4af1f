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

/// Transcode again. What is live stays live until the new version is ready. One that is under way is taken up again where
/// it stands.
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
        (status = 409, body = ErrorBody, description = "Nothing has arrived"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn retry_media_file(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<MediaFileId>,
) -> Result<(StatusCode, Json<RetryAccepted>), ApiError> {
    let media = app.store().await.media_file(id).await?.ok_or(ApiError::NotFound(NO_MEDIA_FILE))?;
    // Asking twice begins one version: both requests name the same number. While one is being made, its own number makes
    // the planner send again what is not finished, which is harmless and gets a transcode going that lost its messages.
    let version = match media.status {
        MediaStatus::AwaitingUpload => {
            return Err(ApiError::conflict("awaiting_upload", "The file has not arrived yet."));
        }
        MediaStatus::Processing => media.version,
        MediaStatus::Uploaded | MediaStatus::Ready | MediaStatus::Failed => media.version + 1,
    };
    let plan = TranscodeRequest::plan(id, &media.original_path, version);
    app.queue().await.send(&plan, 0).await?;
    Ok((StatusCode::ACCEPTED, Json(RetryAccepted { id, status: media.status })))
}
