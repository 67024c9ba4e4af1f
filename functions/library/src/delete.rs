use std::collections::HashSet;

use axum::extract::State;
use framehouse_api::{ApiError, App, ErrorBody, Json, Path, Query, SuperAdmin, now};
use framehouse_domain::{FieldErrors, Video, VideoId};
use framehouse_objects::{LibraryJob, ObjectKey, Step, TranscodeRequest};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{change::change, etag::IfMatch, view::NO_VIDEO};

/// How long the workers that remove objects let the record be removed before they look, in seconds: longer than this function
/// may take.
const REMOVE_DELAY: u32 = 30;
/// Seconds after which what is still being counted of a removed video has been counted.
const FORGET_DELAY: u32 = 60;

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
    params(
        ("id" = VideoId, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        Deletion
    ),
    responses(
        (status = 200, body = Deleted),
        (status = 400, body = ErrorBody),
        (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody),
        (status = 412, body = ErrorBody),
        (status = 503, body = ErrorBody)
    )
)]
pub(crate) async fn delete_video(
    State(app): State<App>,
    _: SuperAdmin,
    Path(id): Path<VideoId>,
    if_match: IfMatch,
    Query(deletion): Query<Deletion>,
) -> Result<Json<Deleted>, ApiError> {
    if deletion.objects && !deletion.permanent {
        return Err(FieldErrors::one("objects", "Files are only removed with permanent=true.").into());
    }
    // What lies in the gallery leaves it with this write already, its media file's flag included.
    let video = change(&app, id, &if_match, |video, now| {
        video.delete(now);
        Ok(())
    })
    .await?;
    if !deletion.permanent {
        return Ok(Json(Deleted { success: true, message: "Video marked as invalid" }));
    }
    let forgotten = if deletion.objects { remove_with_objects(&app, &video).await? } else { remove(&app, id).await? };
    settle_duplicates(&app, &forgotten).await?;
    Ok(Json(Deleted { success: true, message: "Video removed" }))
}

/// Removes the record, and waits until lists know.
async fn remove(app: &App, id: VideoId) -> Result<Video, ApiError> {
    app.library_queue().await.send(&LibraryJob::ForgetAudience { video_id: id }, FORGET_DELAY).await?;
    let (store, now) = (app.store().await, now());
    let removed = store.remove_video(id, now).await?.ok_or(ApiError::NotFound(NO_VIDEO))?;
    store.await_change(id, now.max(removed.changed_at)).await;
    Ok(removed)
}

/// Removes the objects while the record holds their places, then the record, then what a move brought elsewhere in between.
/// The messages finish what breaks off, and what there may be much of.
async fn remove_with_objects(app: &App, video: &Video) -> Result<Video, ApiError> {
    let keys = objects_of(video);
    let job = LibraryJob::RemoveObjects {
        video_id: video.id,
        keys: keys.iter().map(ObjectKey::to_string).collect(),
        not_before: None,
    };
    app.library_queue().await.send(&job, REMOVE_DELAY).await?;
    if let Some(media) = video.media_file_id {
        let remove = TranscodeRequest::step(media, Step::Remove { version: None, not_before: None });
        app.queue().await.send(&remove, REMOVE_DELAY).await?;
        app.store().await.delete_media_file(media).await?;
    }
    let objects = app.objects().await?;
    try_join_all(keys.iter().map(|key| objects.delete(key))).await?;
    let removed = remove(app, video.id).await?;
    let since = objects_of(&removed).into_iter().filter(|key| !keys.contains(key));
    try_join_all(since.map(async |key| objects.delete(&key).await)).await?;
    Ok(removed)
}

/// Every object that is the video's own, once.
fn objects_of(video: &Video) -> HashSet<ObjectKey> {
    let keys = video.leaving.iter().chain([&video.object_key]).filter_map(|key| key.parse().ok());
    keys.chain([ObjectKey::Thumbnail(video.id)]).chain(video.places().into_iter().map(ObjectKey::Library)).collect()
}

/// Lets those that duplicated it find out which of them is the oldest now.
async fn settle_duplicates(app: &App, removed: &Video) -> Result<(), ApiError> {
    let Some(hash) = removed.file_hash().filter(|_| removed.duplicate_of.is_none()) else { return Ok(()) };
    let others = app.store().await.videos_with_hash(hash).await?;
    Ok(app.library_queue().await.send_all(&LibraryJob::inspect_all(&others)).await?)
}
