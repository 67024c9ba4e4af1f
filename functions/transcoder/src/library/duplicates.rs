//! Videos with the same bytes. The fingerprint narrows, the hash decides; the oldest is the one that the others duplicate.

use framehouse_api::now;
use framehouse_domain::{DuplicateUploads, MediaFileId, MediaStatus, Video, VideoId};
use framehouse_objects::{Step, TranscodeRequest};

use crate::{Worker, failure::Failure};

/// How often a media file that changes its status meanwhile is tried to be failed.
const ATTEMPTS: usize = 5;

/// Notes which video `id` duplicates, after its hash became known; for the first time, if `first`. If it is the oldest, the
/// others are told that they duplicate it. Two that are hashed at once come here after both hashes are stored, so at least
/// the later one finds the other.
pub(super) async fn settle(worker: &Worker, id: VideoId, first: bool) -> Result<(), Failure> {
    let Some(video) = worker.store.video(id).await? else { return Ok(()) };
    let Some(hash) = video.file_hash().filter(|_| video.is_valid()) else { return Ok(()) };
    let ids = worker.store.videos_with_hash(hash).await?;
    let mut alike = worker.store.videos(&ids).await?;
    alike.retain(|other| {
        other.is_valid() && other.file_hash() == video.file_hash() && other.fingerprint() == video.fingerprint()
    });
    // An upload has its id since it was begun, however long it took to arrive.
    alike.sort_by_key(|other| (other.created_at, other.id));
    let Some(oldest) = alike.first().map(|oldest| oldest.id) else { return Ok(()) };
    // Only the oldest has anything to tell the others.
    for other in alike.iter().filter(|other| other.id == id || oldest == id) {
        let original = Some(oldest).filter(|oldest| *oldest != other.id);
        note(worker, other, original, first && other.id == id).await?;
    }
    Ok(())
}

/// Notes what a video duplicates. An upload of which that is news is refused, if the settings say so.
async fn note(worker: &Worker, video: &Video, original: Option<VideoId>, first: bool) -> Result<(), Failure> {
    match (original, video.media_file_id) {
        _ if video.duplicate_of == original => Ok(()),
        (Some(original), Some(media)) if video.duplicate_of.is_none() && rejects(worker).await? => {
            reject(worker, video.id, media, original, first).await
        }
        _ => mark(worker, video.id, original).await,
    }
}

async fn rejects(worker: &Worker) -> Result<bool, Failure> {
    Ok(worker.store.settings().await?.duplicate_uploads == Some(DuplicateUploads::Reject))
}

async fn mark(worker: &Worker, id: VideoId, original: Option<VideoId>) -> Result<(), Failure> {
    let change = |video: &mut Video| {
        if video.duplicate_of != original {
            video.duplicate_of = original;
        }
        Ok::<_, ()>(())
    };
    worker.store.modify_video(id, now(), change).await?;
    Ok(())
}

/// Ends the transcode of a duplicate, and then deletes it softly: until that is done it counts as no duplicate, so that whoever
/// comes again finishes what a crash left. One that plays already, and was not hashed just now for the first time, is left
/// alone: it was there before what it duplicates was known.
async fn reject(
    worker: &Worker,
    id: VideoId,
    media_id: MediaFileId,
    original: VideoId,
    fresh: bool,
) -> Result<(), Failure> {
    let plays = worker.store.media_file(media_id).await?.is_none_or(|media| media.status == MediaStatus::Ready);
    if plays && !fresh {
        return mark(worker, id, Some(original)).await;
    }
    tracing::info!(%id, %original, "rejecting an upload that duplicates a video");
    let sentence = format!(
        "The library has this video already: {original}. Duplicate uploads are rejected; restore video {id} and retry to keep both."
    );
    let mut ended = false;
    for _ in 0..ATTEMPTS {
        ended = fail(worker, media_id, &sentence).await?;
        if ended {
            break;
        }
    }
    if !ended {
        return Err(Failure::transient("reject a duplicate", "its transcode goes on all the time"));
    }
    let at = now();
    let change = |video: &mut Video| {
        video.duplicate_of = Some(original);
        video.delete(at);
        Ok::<_, ()>(())
    };
    worker.store.modify_video(id, at, change).await?;
    Ok(())
}

/// Fails the media file unless it plays. Answers whether there is nothing more to do.
async fn fail(worker: &Worker, id: MediaFileId, sentence: &str) -> Result<bool, Failure> {
    let Some(media) = worker.store.media_file(id).await? else { return Ok(true) };
    match media.status {
        MediaStatus::Ready => Ok(true),
        MediaStatus::Processing => {
            let failed = worker.store.fail_version(id, media.version, sentence, now()).await?;
            if failed {
                let remove = Step::Remove { version: Some(media.version), not_before: None };
                worker.queue.send(&TranscodeRequest::step(id, remove), 0).await?;
            }
            Ok(failed)
        }
        MediaStatus::AwaitingUpload | MediaStatus::Uploaded | MediaStatus::Failed => {
            Ok(worker.store.fail_arrival(id, media.version, None, sentence, now()).await?)
        }
    }
}
