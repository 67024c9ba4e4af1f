use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Path};
use framehouse_domain::{DirectoryType, MediaFileId, Role, Video};
use framehouse_objects::{Step, TranscodeRequest};
use http::StatusCode;

use crate::get::NO_MEDIA_FILE;

/// Delete a media file, its original, everything made from it, and the video that it became. A transcode under way ends. Once
/// the video has left the inbox this is for super admins.
///
/// The objects go in the background. The message that removes them is sent first, and its worker waits until the media
/// file is gone: a crash between the two calls loses nothing either way.
#[utoipa::path(
    delete,
    path = "/media-files/{id}",
    operation_id = "delete_media_file",
    tag = "media files",
    security(("bearer" = [])),
    params(("id" = MediaFileId, Path)),
    responses(
        (status = 204),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody, description = "It is in the gallery"),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn delete_media_file(
    State(app): State<App>,
    Admin(session): Admin,
    Path(id): Path<MediaFileId>,
) -> Result<StatusCode, ApiError> {
    let store = app.store().await;
    let video = store.video(id.into()).await?;
    if session.role != Role::SuperAdmin && video.as_ref().is_some_and(is_filed) {
        return Err(ApiError::Forbidden);
    }
    if video.is_some_and(|video| video.published) {
        return Err(ApiError::conflict("published", "Its video is in the gallery. Unpublish that first."));
    }
    let media = store.media_file(id).await?.ok_or(ApiError::NotFound(NO_MEDIA_FILE))?;
    let remove = TranscodeRequest::step(id, Step::Remove { version: None, not_before: None });
    app.queue().await.send(&remove, 2).await?;
    store.delete_media_file(id).await?;
    let upload_id = media.upload.as_ref().and_then(|upload| upload.upload_id.as_ref());
    if let (Some(upload_id), Ok(key)) = (upload_id, media.original_path.parse()) {
        app.objects().await?.abort_multipart(&key, upload_id).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Whether a video is part of the library that only super admins touch, and no longer a mere upload.
fn is_filed(video: &Video) -> bool {
    video.published || video.directory_type() != DirectoryType::Inbox
}
