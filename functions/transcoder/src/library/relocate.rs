//! Bringing a video's bytes to where its path says: copy, switch, and later remove what is left.
//!
//! A crash leaves either the old object in use, or the new one and a message to remove the old. Bytes that a video is known
//! to be at are never removed, and nothing is overwritten.

use framehouse_api::now;
use framehouse_domain::{LibraryPath, MediaStatus, Video, VideoId};
use framehouse_objects::{Copied, LibraryJob, ObjectHead, ObjectKey, ObjectsError};
use framehouse_store::Modified;

use super::{inspect::is_in_place, is_anothers};
use crate::{Worker, failure::Failure, worker::Next};

/// Seconds until asking again whether a transcode still reads the original.
const BUSY_SECONDS: i64 = 10;
/// Seconds that the old object stays, for those who are reading it.
const LEFT_SECONDS: u32 = 5;
/// How often a video that is moved on meanwhile is followed.
const ATTEMPTS: usize = 4;

/// Copies the bytes to where they belong and switches the video to them. A message removes the old ones later; it is sent
/// before the switch, and does nothing until that is made.
pub(super) async fn bring(worker: &Worker, id: VideoId) -> Result<Next, Failure> {
    for _ in 0..ATTEMPTS {
        let Some(video) = worker.store.video(id).await? else { return Ok(Next::Done) };
        if is_in_place(&video) {
            return Ok(Next::Done);
        }
        if is_being_read(worker, &video).await? {
            return Ok(Next::Later(now().plus_seconds(BUSY_SECONDS)));
        }
        if let Some(next) = try_bring(worker, &video).await? {
            return Ok(next);
        }
    }
    Err(Failure::transient("move a file", "its video is moved on all the time"))
}

/// Whether the linked media file is being transcoded.
async fn is_being_read(worker: &Worker, video: &Video) -> Result<bool, Failure> {
    let Some(id) = video.media_file_id else { return Ok(false) };
    let media = worker.store.media_file(id).await?;
    Ok(media.is_some_and(|media| matches!(media.status, MediaStatus::Uploaded | MediaStatus::Processing)))
}

/// One attempt; nothing when the video is to be read anew.
async fn try_bring(worker: &Worker, video: &Video) -> Result<Option<Next>, Failure> {
    let id = video.id;
    let from: ObjectKey = video.object_key.parse().map_err(|error| Failure::transient("read a file's key", error))?;
    let to = ObjectKey::Library(video.path.clone());
    let Some(head) = worker.objects.head(&from).await? else {
        // Whoever validates the video is told that it is missing.
        worker.library.send(&LibraryJob::Inspect { video_ids: vec![id], scan: None }, 0).await?;
        return Ok(Some(Next::Done));
    };
    let copied = match worker.objects.copy(&from, &head, &to).await {
        Ok(Copied::Done(copied)) => copied,
        Ok(Copied::Occupied) => {
            tracing::error!(%id, %to, "not moving a file: there is another one; remove that and validate the video");
            return Ok(Some(Next::Done));
        }
        Err(ObjectsError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let left = LibraryJob::Move { video_id: id, from: Some(video.object_key.clone()) };
    worker.library.send(&left, LEFT_SECONDS).await?;
    match switch(worker, video, &head, &copied).await? {
        Modified::Done(_) | Modified::Unchanged(_) => {
            tracing::info!(%id, %from, %to, "moved a file");
            Ok(Some(Next::Done))
        }
        Modified::Refused(()) | Modified::PathTaken(_) => {
            discard(worker, id, &video.path).await?;
            Ok(None)
        }
        Modified::Gone => {
            discard(worker, id, &video.path).await?;
            Ok(Some(Next::Done))
        }
    }
}

/// Points the video to the copy, if it still is where it was and still belongs there.
async fn switch(
    worker: &Worker,
    seen: &Video,
    head: &ObjectHead,
    copied: &ObjectHead,
) -> Result<Modified<()>, Failure> {
    let key = ObjectKey::Library(seen.path.clone()).to_string();
    let change = |video: &mut Video| {
        if video.object_key != seen.object_key || video.path != seen.path {
            return Err(());
        }
        video.moved(key.clone(), now());
        // The copy has the same bytes by another tag.
        if let Some(facts) = video.facts.as_mut().filter(|facts| facts.e_tag.as_deref() == Some(&head.e_tag)) {
            facts.e_tag = Some(copied.e_tag.clone());
        }
        Ok(())
    };
    Ok(worker.store.modify_video(seen.id, now(), change).await?)
}

/// Removes a copy that the video does not want any more, unless its place is somebody's by now.
async fn discard(worker: &Worker, id: VideoId, path: &LibraryPath) -> Result<(), Failure> {
    let key = ObjectKey::Library(path.clone());
    let wanted = worker.store.video(id).await?.is_some_and(|video| video.places().contains(path));
    if !wanted && !is_anothers(worker, &key, id).await? {
        worker.objects.delete(&key).await?;
    }
    Ok(())
}

/// Removes the object that a move left, once the video's bytes are proven to be elsewhere.
pub(super) async fn clear(worker: &Worker, id: VideoId, from: &str) -> Result<Next, Failure> {
    let Ok(left) = from.parse::<ObjectKey>() else { return Ok(Next::Done) };
    let Some(video) = worker.store.video(id).await? else {
        tracing::warn!(%id, %left, "leaving a file whose video was removed while it was moved");
        return Ok(Next::Done);
    };
    let wanted = matches!(&left, ObjectKey::Library(path) if *path == video.path);
    if video.object_key == from || wanted || is_anothers(worker, &left, id).await? {
        return Ok(Next::Done);
    }
    let key: ObjectKey = video.object_key.parse().map_err(|error| Failure::transient("read a file's key", error))?;
    if worker.objects.head(&key).await?.is_none() {
        return put_back(worker, id, &left, &key).await;
    }
    worker.objects.delete(&left).await?;
    Ok(Next::Done)
}

/// The object that the video points to is gone, while an earlier one of the same bytes is here.
async fn put_back(worker: &Worker, id: VideoId, left: &ObjectKey, key: &ObjectKey) -> Result<Next, Failure> {
    if let Some(head) = worker.objects.head(left).await? {
        tracing::warn!(%id, %left, %key, "putting a file back that vanished from where it was moved");
        worker.objects.copy(left, &head, key).await?;
    }
    worker.library.send(&LibraryJob::Inspect { video_ids: vec![id], scan: None }, 0).await?;
    Ok(Next::Done)
}
