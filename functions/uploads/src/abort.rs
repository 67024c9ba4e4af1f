use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Path};
use framehouse_domain::MediaFileId;
use framehouse_store::Abandoned;
use http::StatusCode;

use crate::{instructions::original_key, multipart::NO_UPLOAD};

/// Abort an upload that has not arrived. Bytes that arrive later all the same are removed.
#[utoipa::path(
    delete,
    path = "/api/media/uploads/{id}",
    operation_id = "abort_upload",
    tag = "uploads",
    security(("bearer" = [])),
    params(("id" = MediaFileId, Path)),
    responses(
        (status = 204),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody, description = "The file has arrived"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn abort_upload(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<MediaFileId>,
) -> Result<StatusCode, ApiError> {
    match app.store().await.abandon_upload(id).await? {
        Abandoned::Now(media) => {
            // Should this call fail, the bucket's lifecycle rule drops the parts within a week.
            if let Some(upload_id) = media.upload.as_ref().and_then(|upload| upload.upload_id.as_ref()) {
                app.objects().await?.abort_multipart(&original_key(&media)?, upload_id).await?;
            }
            Ok(StatusCode::NO_CONTENT)
        }
        Abandoned::Arrived => {
            let sentence = "The file has arrived already; delete the media file instead.";
            Err(ApiError::conflict("already_uploaded", sentence))
        }
        Abandoned::Gone => Err(ApiError::NotFound(NO_UPLOAD)),
    }
}
