//! Looking at files: is each there, is it a whole video, how long and how large is it, what does it look like.

use framehouse_api::now;
use framehouse_domain::{DirectoryType, Video, VideoFacts, VideoId};
use framehouse_media::Source;
use framehouse_objects::{LibraryJob, ObjectHead, ObjectKey, ObjectsError, ScanGroup};
use framehouse_store::{Modified, ScanProbe};
use futures::{StreamExt, stream};

use super::{duplicates, examine, hash, thumbnail};
use crate::{Worker, failure::Failure, worker::Next};

/// Files of a group at once. What uses a processor waits for one ([`Worker::cpus`]).
const AT_ONCE: usize = 10;
/// How often a file that is moved while it is looked at is looked for.
const ATTEMPTS: usize = 3;

/// What a look at a video's file came to.
enum Looked {
    /// It is a good one.
    Valid,
    /// It is missing or corrupt, in words.
    Invalid(Box<Video>, String),
    /// The video was removed.
    Gone,
}

/// Looks at each video's file by itself. A scan that asked gets the result of the whole group, or none: those that trouble
/// kept from being looked at bring the message back.
pub(super) async fn run(worker: &Worker, ids: &[VideoId], scan: Option<ScanGroup>) -> Result<Next, Failure> {
    let videos = worker.store.videos(ids).await?;
    let looks = stream::iter(videos).map(|video| async move { (video.id, look(worker, video).await) });
    let looked: Vec<(VideoId, Result<Looked, Failure>)> = looks.buffered(AT_ONCE).collect().await;
    // Removed videos are done with, too.
    let mut probe = ScanProbe { inspected: u32::try_from(ids.len()).unwrap_or(u32::MAX), ..ScanProbe::default() };
    let mut trouble = None;
    for (id, result) in looked {
        match result {
            Ok(Looked::Valid | Looked::Gone) => {}
            Ok(Looked::Invalid(video, reason)) => probe.invalid.push(format!("{}: {reason}", video.path)),
            Err(failure) => {
                tracing::warn!(%id, cause = %failure, "look at a file");
                trouble = Some(failure);
            }
        }
    }
    if let Some(failure) = trouble {
        return Err(failure);
    }
    if let Some(ScanGroup { id, page, group }) = scan {
        worker.store.record_scan_probe(id, page, group, &probe, now()).await?;
    }
    Ok(Next::Done)
}

async fn look(worker: &Worker, video: Video) -> Result<Looked, Failure> {
    let mut video = video;
    for _ in 0..ATTEMPTS {
        let found = find(worker, &video).await?;
        let noted = note(worker, &video, &found).await?;
        match (noted, found) {
            (Noted::Moved, _) => match worker.store.video(video.id).await? {
                Some(moved) => video = moved,
                None => return Ok(Looked::Gone),
            },
            (Noted::Gone, _) => return Ok(Looked::Gone),
            (Noted::Done, Err(reason)) => return Ok(Looked::Invalid(Box::new(video), reason)),
            (Noted::Done, Ok(found)) => {
                follow_up(worker, &video, &found.facts).await?;
                return Ok(Looked::Valid);
            }
        }
    }
    Err(Failure::transient("look at a file", "it is being moved"))
}

/// What there is to note of a good file.
struct Found {
    facts: VideoFacts,
    /// Key of the picture that was made of it.
    thumbnail: Option<String>,
}

/// Looks at the object itself. The inner error is a sentence that a person can act on.
async fn find(worker: &Worker, video: &Video) -> Result<Result<Found, String>, Failure> {
    let missing = || {
        let key = &video.object_key;
        format!(
            "The file is missing: there is no object {key:?}. Put it back and validate the video again, or delete it."
        )
    };
    let Ok(key) = video.object_key.parse::<ObjectKey>() else { return Ok(Err(missing())) };
    let Some(head) = worker.objects.head(&key).await? else { return Ok(Err(missing())) };
    let source = match examine::run(worker, &key, head.size).await {
        Ok(source) => source,
        Err(Failure::Rejected(rejected)) => return Ok(Err(rejected.to_string())),
        // It was removed or replaced between two reads.
        Err(failure) => return Err(failure),
    };
    let thumbnail =
        if wants_thumbnail(video, &head) { thumbnail::make(worker, video.id, &key, &source).await } else { None };
    let facts = facts(worker, video, &key, head, &source).await?;
    Ok(Ok(Found { facts, thumbnail }))
}

async fn facts(
    worker: &Worker,
    video: &Video,
    key: &ObjectKey,
    head: ObjectHead,
    source: &Source,
) -> Result<VideoFacts, ObjectsError> {
    let known = video.facts.as_ref().filter(|known| is_same(known, &head)).and_then(|known| known.file_hash.clone());
    let file_hash = match known.or(head.sha256) {
        None if head.size <= hash::INLINE_BYTES => Some(hash::whole(worker, key, &head.e_tag).await?),
        known => known,
    };
    Ok(VideoFacts {
        duration_seconds: Some(source.duration.round() as u32),
        width: Some(source.video.width),
        height: Some(source.video.height),
        has_audio: source.audio.is_some(),
        file_size: head.size,
        e_tag: Some(head.e_tag),
        file_hash,
    })
}

/// Whether the object is the one that was looked at before.
fn is_same(known: &VideoFacts, head: &ObjectHead) -> bool {
    known.e_tag.as_deref() == Some(&head.e_tag) && known.file_size == head.size
}

/// An admin's own picture stays; ours is made anew when the file changed.
fn wants_thumbnail(video: &Video, head: &ObjectHead) -> bool {
    match &video.thumbnail_path {
        None => true,
        Some(path) => {
            let ours = *path == ObjectKey::Thumbnail(video.id).to_string();
            ours && !video.facts.as_ref().is_some_and(|known| is_same(known, head))
        }
    }
}

enum Noted {
    Done,
    Moved,
    Gone,
}

/// Writes down what was found, unless the bytes are elsewhere by now.
async fn note(worker: &Worker, video: &Video, found: &Result<Found, String>) -> Result<Noted, Failure> {
    let change = |stored: &mut Video| {
        if stored.object_key != video.object_key {
            return Err(());
        }
        match found {
            Ok(Found { facts, thumbnail }) => {
                stored.examined(Ok(facts.clone()), now());
                if stored.thumbnail_path.is_none() {
                    stored.thumbnail_path.clone_from(thumbnail);
                }
            }
            Err(reason) => stored.examined(Err(reason.clone()), now()),
        }
        Ok(())
    };
    match worker.store.modify_video(video.id, now(), change).await? {
        Modified::Done(_) | Modified::Unchanged(_) => Ok(Noted::Done),
        Modified::Refused(()) => Ok(Noted::Moved),
        Modified::Gone => Ok(Noted::Gone),
        Modified::PathTaken(other) => Err(Failure::Transient(format!("video {other} has the path of {}", video.id))),
    }
}

/// What a good file leads to: its hash, when it is large; the others with the same bytes; a move that was not made.
async fn follow_up(worker: &Worker, video: &Video, facts: &VideoFacts) -> Result<(), Failure> {
    match (&facts.file_hash, &facts.e_tag) {
        (Some(_), _) => duplicates::settle(worker, video.id, video.file_hash().is_none()).await?,
        (None, Some(e_tag)) => {
            let job = LibraryJob::Hash { video_id: video.id, e_tag: e_tag.clone(), offset: 0, state: None };
            worker.library.send(&job, 0).await?;
        }
        (None, None) => {}
    }
    if !is_in_place(video) {
        worker.library.send(&LibraryJob::Move { video_id: video.id, from: None }, 0).await?;
    }
    Ok(())
}

/// Whether the bytes are where the path says. Those of an upload stay where they arrived while it is in the inbox.
pub(super) fn is_in_place(video: &Video) -> bool {
    match video.object_key.parse() {
        Ok(ObjectKey::Library(path)) => path == video.path,
        Ok(ObjectKey::Original { .. }) => video.directory_type() == DirectoryType::Inbox,
        _ => true,
    }
}
