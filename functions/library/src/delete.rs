use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Path, Query, SuperAdmin, now};
use framehouse_domain::VideoId;
use framehouse_objects::{LibraryJob, Step, TranscodeRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{change::change, view::NO_VIDEO};

/// How long the workers that remove objects let the record be removed before they look, in seconds.
const REMOVE_DELAY: u32 = 3;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Deletion {
    /// Remove the record for good; else the video is only marked invalid and can be restored.
    #[serde(default)]
    permanent: bool,
    /// With `permanent`: remove its file, its transcodes and its thumbnail too.
    #[serde(default)]
    objects: bool,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Deleted {
    success: bool,
    message: &'static str,
}

/// Delete a video: softly, or for good.
///
/// For good leaves the file where it is, so that a scan finds it again, unless `objects` asks for its removal, which
/// happens in the background.
#[utoipa::path(
    delete,
    path = "/api/media/videos/{id}",
    operation_id = "delete_video",
    tag = "library",
    security(("bearer" = [])),
    params(("id" = VideoId, Path), Deletion),
    responses(
        (status = 200, body = Deleted),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn delete_video(
    State(app): State<App>,
    _: SuperAdmin,
    Path(id): Path<VideoId>,
    Query(deletion): Query<Deletion>,
) -> Result<Json<Deleted>, ApiError> {
    // What lies in the gallery leaves it with this write already, its media file's flag included.
    let video = change(&app, id, |video, now| {
        video.delete(now);
        Ok(())
    })
    .await?;
    if !deletion.permanent {
        return Ok(Json(Deleted { success: true, message: "Video marked as invalid" }));
    }
    if deletion.objects {
        let keys = [Some(video.object_key), video.thumbnail_path].into_iter().flatten().collect();
        let job = LibraryJob::RemoveObjects { video_id: id, keys, not_before: None };
        app.library_queue().await.send(&job, REMOVE_DELAY).await?;
    }
    if let Some(media) = video.media_file_id.filter(|_| deletion.objects) {
        let remove = TranscodeRequest::step(media, Step::Remove { version: None, not_before: None });
        app.queue().await.send(&remove, REMOVE_DELAY).await?;
        app.store().await.delete_media_file(media).await?;
    }
    let (store, now) = (app.store().await, now());
    let removed = store.remove_video(id, now).await?.ok_or(ApiError::NotFound(NO_VIDEO))?;
    store.await_change(id, now.max(removed.changed_at)).await?;
    Ok(Json(Deleted { success: true, message: "Video removed" }))
}
