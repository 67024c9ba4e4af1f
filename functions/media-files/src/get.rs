use axum::extract::State;
use framehouse_api::{Admin, ApiError, App, ErrorBody, Json, Path};
use framehouse_domain::MediaFileId;

use crate::view::{MediaFileView, view};

/// The sentence for a media file that does not exist.
pub(crate) const NO_MEDIA_FILE: &str = "There is no such media file.";

/// A media file: its status, how far its transcode is, and how to play it.
#[utoipa::path(
    get,
    path = "/media-files/{id}",
    operation_id = "get_media_file",
    tag = "media files",
    security(("bearer" = [])),
    params(("id" = MediaFileId, Path)),
    responses(
        (status = 200, body = MediaFileView),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn get_media_file(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<MediaFileId>,
) -> Result<Json<MediaFileView>, ApiError> {
    let store = app.store().await;
    let (found, video) = (store.media_file_with_progress(id).await?, store.video(id.into()).await?);
    let (media, progress) = found.ok_or(ApiError::NotFound(NO_MEDIA_FILE))?;
    Ok(Json(view(&app, media, progress, video.as_ref()).await?))
}
