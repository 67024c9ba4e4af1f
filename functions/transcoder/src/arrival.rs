//! An object arrived: find its media file, look at what it really is, plan its transcode.

use framehouse_api::now;
use framehouse_domain::{MediaFile, MediaFileId, MediaStatus};
use framehouse_library::take_in_upload;
use framehouse_media::Rejected;
use framehouse_objects::{ArrivedObject, LibraryJob, ObjectKey, ObjectsError};
use framehouse_store::Arrival;

use crate::{Worker, failure::Failure, plan, source};

/// Acts on one record of an S3 event. `again` is whether the queue delivers the message for a second time.
pub(crate) async fn run(worker: &Worker, object: &ArrivedObject, again: bool) -> Result<(), Failure> {
    let Some((id, key)) = object.original() else {
        tracing::warn!(key = object.key, "ignoring an object that is no original");
        return Ok(());
    };
    let media = match worker.store.media_file(id).await? {
        Some(media) if media.original_path == object.key => media,
        other => return orphan(worker, &key, other.is_some()).await,
    };
    let size = match worker.objects.size(&key).await {
        Ok(size) => size,
        // Deleted or replaced since; that has an event of its own.
        Err(ObjectsError::NotFound { .. }) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let checked = match check_size(&media, size) {
        Ok(()) => source::identify(&worker.objects, &key, size).await,
        Err(message) => {
            fail(worker, &media, object, &message).await?;
            // What is there may be transcoded all the same; it must not be taken for what was declared.
            return Ok(worker.store.record_original(id, size, &media.mime_type).await?);
        }
    };
    let container = match checked {
        Ok(container) => container,
        Err(Failure::Rejected(rejected)) => return fail(worker, &media, object, &rejected.to_string()).await,
        Err(failure) => return Err(failure),
    };
    let media = match worker.store.record_arrival(id, size, container.mime(), &object.sequencer, now()).await? {
        Arrival::Recorded(media) => {
            take_in_upload(&worker.store, &media, now()).await?;
            plan::begin(worker, &media, media.version + 1, true, container).await?;
            media
        }
        Arrival::Known(media) => {
            // A crash after recording may have lost the video.
            take_in_upload(&worker.store, &media, now()).await?;
            match media.status {
                MediaStatus::Uploaded => plan::begin(worker, &media, media.version + 1, true, container).await?,
                // A crash after planning may have lost the tasks' messages; a mere duplicate of the event has not.
                MediaStatus::Processing if again => plan::send_pending(worker, id, media.version).await?,
                _ => {}
            }
            media
        }
        Arrival::Gone => return orphan(worker, &key, false).await,
    };
    // After the version began: a duplicate that is to be refused then ends a transcode, never runs ahead of it.
    let inspect = LibraryJob::Inspect { video_ids: vec![media.id.into()], scan: None };
    Ok(worker.library.send(&inspect, 0).await?)
}

/// Removes an object that no media file refers to: deleted while it was uploaded.
async fn orphan(worker: &Worker, key: &ObjectKey, foreign: bool) -> Result<(), Failure> {
    tracing::info!(%key, foreign, "removing an object that belongs to no media file");
    Ok(worker.objects.delete(key).await?)
}

/// The declared size is compared once, while the declaration is all that is known (pitfall 9).
fn check_size(media: &MediaFile, size: u64) -> Result<(), String> {
    if size == 0 {
        return Err(Rejected::Empty.to_string());
    }
    if media.status == MediaStatus::AwaitingUpload && media.original_size != size {
        return Err(format!(
            "The upload was declared as {} bytes, but {size} bytes arrived. Upload the file again.",
            media.original_size
        ));
    }
    Ok(())
}

async fn fail(worker: &Worker, media: &MediaFile, object: &ArrivedObject, message: &str) -> Result<(), Failure> {
    tracing::info!(id = %media.id, message, "refusing the upload");
    let id: MediaFileId = media.id;
    worker.store.fail_arrival(id, media.version, Some(&object.sequencer), message, now()).await?;
    Ok(())
}
