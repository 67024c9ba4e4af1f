//! Removing the objects of videos that were deleted for good.

use framehouse_api::now;
use framehouse_domain::{MediaFileId, Timestamp, Video, VideoId};
use framehouse_objects::{LibraryJob, ObjectKey};

use super::is_anothers;
use crate::{Worker, failure::Failure, worker::Next};

/// Receives after which a video that was to be deleted is taken to stay.
const PATIENCE: u32 = 3;
/// Seconds after which what is still being counted of a removed video has been counted.
const FORGET_DELAY: u32 = 60;

/// Removes `keys` when the video is gone; the message is sent before it is deleted.
pub(super) async fn run(
    worker: &Worker,
    id: VideoId,
    keys: &[String],
    not_before: Option<Timestamp>,
    receives: u32,
) -> Result<Next, Failure> {
    if let Some(due) = not_before.filter(|due| *due > now()) {
        return Ok(Next::Later(due));
    }
    if let Some(next) = exists(worker, id, receives).await? {
        return Ok(next);
    }
    for key in keys {
        if let Some(key) = key.parse().ok().filter(|key| may_be_of(key, id)) {
            remove(worker, id, &key).await?;
        } else {
            // A picture that an admin chose can be anything, which others may use too.
            tracing::warn!(%id, key, "not removing an object that is not this video's");
        }
    }
    Ok(Next::Done)
}

/// Removes what the audience of a video did when the video is gone; the message is sent before it is deleted.
pub(super) async fn forget_audience(worker: &Worker, id: VideoId, receives: u32) -> Result<Next, Failure> {
    if let Some(next) = exists(worker, id, receives).await? {
        return Ok(next);
    }
    worker.store.forget_audience(id).await?;
    Ok(Next::Done)
}

/// Removes the video of an upload whose media file was deleted, and its bytes wherever they were moved. The record goes last:
/// it alone knows where the bytes are.
pub(crate) async fn remove_upload(worker: &Worker, media: MediaFileId) -> Result<(), Failure> {
    let id = VideoId::from(media);
    let Some(video) = worker.store.video(id).await? else { return Ok(()) };
    worker.library.send(&LibraryJob::ForgetAudience { video_id: id }, FORGET_DELAY).await?;
    let keys = objects_of(&video);
    for key in &keys {
        remove(worker, id, key).await?;
    }
    if let Some(removed) = worker.store.remove_video(id, now()).await? {
        for key in objects_of(&removed).iter().filter(|key| !keys.contains(key)) {
            remove(worker, id, key).await?;
        }
    }
    Ok(())
}

/// What to do with a message about a video that should be gone, and is not.
async fn exists(worker: &Worker, id: VideoId, receives: u32) -> Result<Option<Next>, Failure> {
    if worker.store.video(id).await?.is_none() {
        return Ok(None);
    }
    if receives < PATIENCE {
        return Ok(Some(Next::Retry(2)));
    }
    tracing::warn!(%id, "not removing what belongs to a video that exists");
    Ok(Some(Next::Done))
}

/// Every object that is the video's own: its picture, its bytes, what moves left, and where they are to go.
fn objects_of(video: &Video) -> Vec<ObjectKey> {
    let keys = video.leaving.iter().chain([&video.object_key]).filter_map(|key| key.parse().ok());
    let keys = keys.filter(|key| may_be_of(key, video.id) && !matches!(key, ObjectKey::Library(_)));
    let places = video.places().into_iter().map(ObjectKey::Library);
    keys.chain(places).chain([ObjectKey::Thumbnail(video.id)]).collect()
}

/// Whether an object can be the video's own. Of those in the library, the places that are taken tell.
fn may_be_of(key: &ObjectKey, video: VideoId) -> bool {
    match key {
        ObjectKey::Library(_) => true,
        ObjectKey::Original { id, .. } => VideoId::from(*id) == video,
        ObjectKey::Thumbnail(id) => *id == video,
        ObjectKey::Picture(_) | ObjectKey::Hls { .. } | ObjectKey::Work { .. } | ObjectKey::Catalog => false,
    }
}

async fn remove(worker: &Worker, id: VideoId, key: &ObjectKey) -> Result<(), Failure> {
    if is_anothers(worker, key, id).await? {
        tracing::warn!(%id, %key, "not removing an object that another video is at by now");
        return Ok(());
    }
    Ok(worker.objects.delete(key).await?)
}
