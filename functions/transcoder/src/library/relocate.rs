//! Bringing a video's bytes to where its path says: copy, switch, and later remove what is left.
//!
//! A crash leaves either the old object in use, or the new one, and the old one named in the record until it is removed. Bytes
//! that a video is known to be at are never removed, and nothing is overwritten that is not the video's own.

use framehouse_api::now;
use framehouse_domain::{DirectoryType, LibraryPath, MediaStatus, Video, VideoId};
use framehouse_objects::{Copied, LibraryJob, ObjectHead, ObjectKey, ObjectsError};
use framehouse_store::Modified;

use super::is_anothers;
use crate::{Worker, failure::Failure, worker::Next};

/// Seconds until asking again whether a transcode still reads the original.
const BUSY_SECONDS: i64 = 10;
/// Seconds that the old object stays, for those who are reading it.
const LEFT_SECONDS: u32 = 5;
/// How often a video that is moved on meanwhile is followed.
const ATTEMPTS: usize = 4;

/// Copies the bytes to where they belong and switches the video to them. Messages remove the old ones later; those that a
/// crash kept from being sent are sent when the job is repeated, or when somebody validates the video.
pub(super) async fn bring(worker: &Worker, id: VideoId) -> Result<Next, Failure> {
    for _ in 0..ATTEMPTS {
        let Some(video) = worker.store.video(id).await? else { return Ok(Next::Done) };
        if video.is_in_place() {
            clear_later(worker, &video).await?;
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

/// Sends a message for each object that moves left behind.
pub(super) async fn clear_later(worker: &Worker, video: &Video) -> Result<(), Failure> {
    for from in &video.leaving {
        let job = LibraryJob::Move { video_id: video.id, from: Some(from.clone()) };
        worker.library.send(&job, LEFT_SECONDS).await?;
    }
    Ok(())
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
    let copied = match copy(worker, video, &from, &head, &to).await {
        Ok(Copied::Done(copied)) => copied,
        Ok(Copied::Occupied) => return stay(worker, video, &from).await,
        Err(ObjectsError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    match switch(worker, video, &head, &copied).await? {
        Modified::Done(moved) | Modified::Unchanged(moved) => {
            tracing::info!(%id, %from, %to, "moved a file");
            clear_later(worker, &moved).await?;
            Ok(Some(Next::Done))
        }
        Modified::Refused(()) | Modified::PathTaken(_) => {
            discard(worker, id, &video.path).await?;
            Ok(None)
        }
        Modified::Gone => {
            abandon(worker, id, &to).await?;
            Ok(Some(Next::Done))
        }
    }
}

/// Copies without overwriting what is not the video's own. What an earlier move left where the bytes go gives way.
async fn copy(
    worker: &Worker,
    video: &Video,
    from: &ObjectKey,
    head: &ObjectHead,
    to: &ObjectKey,
) -> Result<Copied, ObjectsError> {
    let copied = worker.objects.copy(from, head, to).await?;
    if copied == Copied::Occupied && video.leaving.contains(&to.to_string()) {
        worker.objects.delete(to).await?;
        return worker.objects.copy(from, head, to).await;
    }
    Ok(copied)
}

/// Takes a move back that cannot be made, since there is somebody else's file: the path is again where the bytes are.
async fn stay(worker: &Worker, seen: &Video, from: &ObjectKey) -> Result<Option<Next>, Failure> {
    let back = match from {
        ObjectKey::Library(path) => path.clone(),
        ObjectKey::Original { id, extension } => LibraryPath::of_upload(*id, extension),
        _ => return Ok(Some(Next::Done)),
    };
    let (id, wanted, at) = (seen.id, &seen.path, now());
    let change = |video: &mut Video| {
        if video.object_key != seen.object_key || video.path != seen.path {
            return Err(());
        }
        video.path = back.clone();
        // Whoever edits the state with the other path is to read it anew.
        video.revision += 1;
        if !back.directory_type().is_public_eligible() {
            video.unpublish(at);
        }
        Ok(())
    };
    match worker.store.modify_video(id, at, change).await? {
        Modified::Refused(()) => return Ok(None),
        Modified::PathTaken(other) => {
            tracing::error!(%id, %wanted, %back, %other, "a file can neither be moved nor stay: both places are taken");
        }
        Modified::Done(_) | Modified::Unchanged(_) | Modified::Gone => {
            tracing::error!(%id, %wanted, %back, "took a move back: there is another file; scan or remove that first");
        }
    }
    Ok(Some(Next::Done))
}

/// Points the video to the copy, if it still is where it was and still belongs there.
async fn switch(
    worker: &Worker,
    seen: &Video,
    head: &ObjectHead,
    copied: &ObjectHead,
) -> Result<Modified<()>, Failure> {
    let (key, at) = (ObjectKey::Library(seen.path.clone()).to_string(), now());
    let change = |video: &mut Video| {
        if video.object_key != seen.object_key || video.path != seen.path {
            return Err(());
        }
        video.moved(key.clone(), at);
        // The copy has the same bytes by another tag.
        if let Some(facts) = video.facts.as_mut().filter(|facts| facts.e_tag.as_deref() == Some(&head.e_tag)) {
            facts.e_tag = Some(copied.e_tag.clone());
        }
        Ok(())
    };
    Ok(worker.store.modify_video(seen.id, at, change).await?)
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

/// Removes a copy that came too late: the video is removed, or about to be since its media file is.
async fn abandon(worker: &Worker, id: VideoId, to: &ObjectKey) -> Result<(), Failure> {
    let is_its_own = worker.store.video(id).await?.is_some_and(|video| video.object_key == to.to_string());
    if !is_its_own && !is_anothers(worker, to, id).await? {
        worker.objects.delete(to).await?;
    }
    Ok(())
}

/// Removes the object that a move left, once the video's bytes are proven to be elsewhere, and then gives its place free.
pub(super) async fn clear(worker: &Worker, id: VideoId, from: &str) -> Result<Next, Failure> {
    let Ok(left) = from.parse::<ObjectKey>() else { return Ok(Next::Done) };
    let Some(video) = worker.store.video(id).await? else { return clear_orphan(worker, id, &left).await };
    let is_wanted = left == ObjectKey::Library(video.path.clone()) || video.object_key == from;
    if is_wanted || !video.leaving.iter().any(|key| key == from) {
        return Ok(Next::Done);
    }
    let key: ObjectKey = video.object_key.parse().map_err(|error| Failure::transient("read a file's key", error))?;
    if worker.objects.head(&key).await?.is_none() {
        if let Some(head) = worker.objects.head(&left).await? {
            return put_back(worker, id, &left, &head, &key).await;
        }
    } else if !is_anothers(worker, &left, id).await? {
        worker.objects.delete(&left).await?;
    }
    let forget = |video: &mut Video| {
        video.left(from);
        Ok::<_, ()>(())
    };
    worker.store.modify_video(id, now(), forget).await?;
    Ok(Next::Done)
}

/// The video was removed since. Its file stays where it was last, unless its removal was asked for; an earlier one of the same
/// bytes would be found by a scan as a second video.
async fn clear_orphan(worker: &Worker, id: VideoId, left: &ObjectKey) -> Result<Next, Failure> {
    let path = match left {
        ObjectKey::Library(path) => path.clone(),
        ObjectKey::Original { id, extension } => LibraryPath::of_upload(*id, extension),
        _ => return Ok(Next::Done),
    };
    let Some(head) = worker.objects.head(left).await? else { return Ok(Next::Done) };
    // Moves change nothing but the directory type.
    let places = DirectoryType::ALL.iter().filter_map(|kind| path.in_directory(*kind).ok());
    for place in places.map(ObjectKey::Library).filter(|place| place != left) {
        let is_same = worker.objects.head(&place).await?.is_some_and(|there| there.has_same_bytes(&head));
        if is_same && !is_anothers(worker, left, id).await? {
            worker.objects.delete(left).await?;
            return Ok(Next::Done);
        }
    }
    tracing::warn!(%id, %left, "leaving a file whose video was removed: it has the only bytes, or is another's by now");
    Ok(Next::Done)
}

/// The object that the video points to is gone, while an earlier one of the same bytes is here.
async fn put_back(
    worker: &Worker,
    id: VideoId,
    left: &ObjectKey,
    head: &ObjectHead,
    key: &ObjectKey,
) -> Result<Next, Failure> {
    tracing::warn!(%id, %left, %key, "putting a file back that vanished from where it was moved");
    worker.objects.copy(left, head, key).await?;
    // Who finds it good has what was left removed.
    worker.library.send(&LibraryJob::Inspect { video_ids: vec![id], scan: None }, 0).await?;
    Ok(Next::Done)
}
