use axum::{extract::State, response::IntoResponse};
use framehouse_api::{ApiError, App, ErrorBody, Json, Path, SuperAdmin};
use framehouse_domain::{Video, VideoEdit, VideoId};
use framehouse_objects::{LibraryJob, ObjectKey};

use crate::{
    change::{modify, refused},
    etag::{IfMatch, etag},
    fields::VideoFields,
    view::{NO_VIDEO, VideoDetails, details},
};

/// Change a video's fields. `If-Match` with the ETag that was read refuses a change over somebody else's.
///
/// Another `directoryType` changes the path at once; the file follows in the background, and playing goes on meanwhile.
#[utoipa::path(
    put,
    path = "/api/media/videos/{id}",
    operation_id = "update_video",
    tag = "library",
    security(("bearer" = [])),
    params(("id" = VideoId, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = VideoFields,
    responses(
        (status = 200, body = VideoDetails),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody, description = "The place is taken, or the gallery has it"),
        (status = 412, body = ErrorBody),
        (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn update_video(
    State(app): State<App>,
    _: SuperAdmin,
    Path(id): Path<VideoId>,
    if_match: IfMatch,
    Json(fields): Json<VideoFields>,
) -> Result<impl IntoResponse, ApiError> {
    let edit = fields.check()?;
    let (video, changed) = apply_edit(&app, id, &edit, &if_match).await?;
    if changed {
        app.store().await.await_change(id, video.changed_at).await;
    }
    Ok((etag(video.revision), Json(details(&app, video).await?)))
}

/// Edits a video, and lets its file follow when it is to lie elsewhere. Answers it, and whether it did change.
///
/// The message that moves the file goes out after the record has changed; where it is lost, asking again for the same
/// directory type sends another one, and so does validating the video. Until then the file is read where it is.
pub(crate) async fn apply_edit(
    app: &App,
    id: VideoId,
    edit: &VideoEdit,
    if_match: &IfMatch,
) -> Result<(Video, bool), ApiError> {
    if edit.directory_type.is_some() {
        require_room(app, id, edit, if_match).await?;
    }
    let edited = modify(app, id, if_match, |video, _| video.edit(edit)).await?;
    if edit.directory_type.is_some() && !edited.0.is_in_place() {
        app.library_queue().await.send(&LibraryJob::Move { video_id: id, from: None }, 0).await?;
    }
    Ok(edited)
}

/// Refuses a place where a file lies that has no record: a move overwrites nothing.
async fn require_room(app: &App, id: VideoId, edit: &VideoEdit, if_match: &IfMatch) -> Result<(), ApiError> {
    let video = app.store().await.video(id).await?.ok_or(ApiError::NotFound(NO_VIDEO))?;
    if !if_match.allows(video.revision) {
        return Err(ApiError::Stale);
    }
    let mut moved = video.clone();
    moved.edit(edit).map_err(refused)?;
    // What lies at its own places is its own, left by a move a moment ago.
    if video.places().contains(&moved.path) {
        return Ok(());
    }
    if app.objects().await?.head(&ObjectKey::Library(moved.path)).await?.is_some() {
        let sentence =
            "A file that has no record lies where this one is to go. Scan that directory, or remove the file.";
        return Err(ApiError::conflict("object_exists", sentence));
    }
    Ok(())
}
