use axum::{extract::State, response::IntoResponse};
use framehouse_api::{ApiError, App, ErrorBody, Json, Path, SuperAdmin};
use framehouse_domain::{Video, VideoEdit, VideoId, VideoRefusal};
use framehouse_objects::{LibraryJob, ObjectKey};

use crate::{
    change::{change, refused},
    etag::{IfMatch, etag},
    fields::VideoFields,
    view::{NO_VIDEO, VideoDetails, details},
};

/// How long the worker that moves a file lets the record's change be written before it looks, in seconds.
const MOVE_DELAY: u32 = 3;

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
    let video = apply_edit(&app, id, &edit, &if_match).await?;
    Ok((etag(video.revision), Json(details(&app, video).await?)))
}

/// Edits a video, and lets its file follow when it is to lie elsewhere.
pub(crate) async fn apply_edit(
    app: &App,
    id: VideoId,
    edit: &VideoEdit,
    if_match: &IfMatch,
) -> Result<Video, ApiError> {
    if edit.directory_type.is_some() {
        prepare_move(app, id, edit, if_match).await?;
    }
    change(app, id, |video, _| {
        if !if_match.allows(video.revision) {
            return Err(VideoRefusal::Stale);
        }
        video.edit(edit)
    })
    .await
}

/// The message that moves the file goes out before the record changes: a crash in between loses nothing, since a worker
/// that finds the file where it belongs does nothing.
async fn prepare_move(app: &App, id: VideoId, edit: &VideoEdit, if_match: &IfMatch) -> Result<(), ApiError> {
    let video = app.store().await.video(id).await?.ok_or(ApiError::NotFound(NO_VIDEO))?;
    if !if_match.allows(video.revision) {
        return Err(ApiError::Stale);
    }
    let mut moved = video.clone();
    moved.edit(edit).map_err(refused)?;
    let target = ObjectKey::Library(moved.path.clone());
    if moved.path == video.path {
        return Ok(());
    }
    if video.object_key != target.to_string() && is_occupied(app, &video.object_key, &target).await? {
        let sentence =
            "A file that has no record lies where this one is to go. Scan that directory, or remove the file.";
        return Err(ApiError::conflict("object_exists", sentence));
    }
    Ok(app.library_queue().await.send(&LibraryJob::Move { video_id: id, from: None }, MOVE_DELAY).await?)
}

/// Whether another file lies there. What a move left behind a moment ago is no reason to refuse going back.
async fn is_occupied(app: &App, from: &str, target: &ObjectKey) -> Result<bool, ApiError> {
    let objects = app.objects().await?;
    let Some(there) = objects.head(target).await? else { return Ok(false) };
    let Ok(from @ ObjectKey::Library(_)) = from.parse() else { return Ok(true) };
    Ok(objects.head(&from).await?.is_none_or(|here| !here.has_same_bytes(&there)))
}
