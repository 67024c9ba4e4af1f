//! Removing objects: of a replaced or abandoned version, or of a deleted media file.

use framehouse_api::now;
use framehouse_domain::{MediaFileId, MediaStatus, Timestamp};
use framehouse_objects::ObjectPrefix;

use crate::{Worker, failure::Failure, library, worker::Next};

/// Seconds until asking again whether a version is still being made.
const BUSY_SECONDS: i64 = 60;
/// Receives after which a media file that was to be deleted is taken to stay.
const PATIENCE: u32 = 3;

/// Acts on a request to remove. `receives` counts deliveries of the message.
pub(crate) async fn run(
    worker: &Worker,
    id: MediaFileId,
    version: Option<u32>,
    not_before: Option<Timestamp>,
    receives: u32,
) -> Result<Next, Failure> {
    if let Some(due) = not_before.filter(|due| *due > now()) {
        return Ok(Next::Later(due));
    }
    let media = worker.store.media_file(id).await?;
    match (version, media) {
        (Some(version), Some(media)) if media.live.as_ref().is_some_and(|live| live.version == version) => {
            tracing::warn!(%id, version, "not removing the live version");
        }
        (Some(version), Some(media)) if media.version == version && media.status == MediaStatus::Processing => {
            return Ok(Next::Later(now().plus_seconds(BUSY_SECONDS)));
        }
        (Some(version), _) => remove_version(worker, id, version).await?,
        // The message is sent before the media file is deleted.
        (None, Some(_)) if receives < PATIENCE => return Ok(Next::Retry(2)),
        (None, Some(_)) => tracing::warn!(%id, "not removing the objects of a media file that exists"),
        (None, None) => {
            for prefix in [ObjectPrefix::Hls(id), ObjectPrefix::Work(id), ObjectPrefix::Original(id)] {
                worker.objects.delete_prefix(prefix).await?;
            }
            library::remove_upload(worker, id).await?;
            worker.store.forget_media_file(id).await?;
        }
    }
    Ok(Next::Done)
}

/// Removes what a version that is not wanted any more has left, unless viewers get it or it is being made.
pub(crate) async fn discard(worker: &Worker, id: MediaFileId, version: u32) -> Result<(), Failure> {
    let Some(media) = worker.store.media_file(id).await? else {
        // The whole media file's removal may have come before the last uploads.
        return remove_version(worker, id, version).await;
    };
    if media.live.as_ref().is_some_and(|live| live.version == version) {
        worker.objects.delete_prefix(ObjectPrefix::WorkVersion(id, version)).await?;
        return Ok(());
    }
    if media.version == version && media.status == MediaStatus::Processing {
        return Ok(());
    }
    remove_version(worker, id, version).await
}

async fn remove_version(worker: &Worker, id: MediaFileId, version: u32) -> Result<(), Failure> {
    worker.objects.delete_prefix(ObjectPrefix::Version(id, version)).await?;
    worker.objects.delete_prefix(ObjectPrefix::WorkVersion(id, version)).await?;
    Ok(())
}
