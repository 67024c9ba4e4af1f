//! Looking at files: is each there, is it a whole video, how long and how large is it, what does it look like.

use framehouse_api::now;
use framehouse_domain::{Timestamp, Video, VideoFacts, VideoId};
use framehouse_media::Source;
use framehouse_objects::{LibraryJob, ObjectHead, ObjectKey, ObjectsError, ScanGroup};
use framehouse_store::{Modified, ScanProbe};
use futures::{StreamExt, stream};

use super::{duplicates, examine, hash, relocate::clear_later, thumbnail};
use crate::{Worker, failure::Failure, worker::Next};

/// Files of a group at once. What uses a processor waits for one ([`Worker::cpus`]).
const AT_ONCE: usize = 10;
/// Bytes a second that a worker hashes at least.
const SLOWEST_HASH: u64 = 20_000_000;
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
///
/// With `again` an earlier delivery of the message may have died after it noted a file and before what follows from that.
pub(super) async fn run(
    worker: &Worker,
    ids: &[VideoId],
    scan: Option<ScanGroup>,
    again: bool,
) -> Result<Next, Failure> {
    let videos = worker.store.videos(ids).await?;
    let looks = stream::iter(videos).map(|video| async move { (video.id, look(worker, video, again).await) });
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

async fn look(worker: &Worker, video: Video, again: bool) -> Result<Looked, Failure> {
    let mut video = video;
    for _ in 0..ATTEMPTS {
        let begun = now();
        let found = find(worker, &video).await?;
        match note(worker, &video, &found, begun).await? {
            Noted::Done(stored) => {
                follow_up(worker, &video, &stored, begun, again).await?;
                return Ok(looked(stored));
            }
            Noted::Newer(stored) => return Ok(looked(stored)),
            Noted::Gone => return Ok(Looked::Gone),
            Noted::Moved => match worker.store.video(video.id).await? {
                Some(moved) => video = moved,
                None => return Ok(Looked::Gone),
            },
        }
    }
    Err(Failure::transient("look at a file", "it is being moved"))
}

fn looked(video: Box<Video>) -> Looked {
    match video.invalid_reason.clone() {
        Some(reason) => Looked::Invalid(video, reason),
        None => Looked::Valid,
    }
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
        None if head.size <= hash::INLINE_BYTES.min(worker.settings.hash_bytes) => {
            Some(hash::whole(worker, key, &head.e_tag).await?)
        }
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

/// What became of writing a look down.
enum Noted {
    Done(Box<Video>),
    /// A look that began later has been noted before.
    Newer(Box<Video>),
    /// The bytes are elsewhere by now.
    Moved,
    Gone,
}

/// Writes down what was found by the look that began at `begun`, which is what the record says from then on: the file can have
/// been replaced while it was looked at, and whoever looked later knows better.
async fn note(
    worker: &Worker,
    video: &Video,
    found: &Result<Found, String>,
    begun: Timestamp,
) -> Result<Noted, Failure> {
    let change = |stored: &mut Video| write_down(stored, video, found, begun);
    match worker.store.modify_video(video.id, now(), change).await? {
        Modified::Done(stored) | Modified::Unchanged(stored) => Ok(Noted::Done(stored)),
        Modified::Refused(why) => Ok(why),
        Modified::Gone => {
            if found.as_ref().is_ok_and(|found| found.thumbnail.is_some()) {
                // Whoever removed the video's objects may have come before this one.
                worker.objects.delete(&ObjectKey::Thumbnail(video.id)).await?;
            }
            Ok(Noted::Gone)
        }
        Modified::PathTaken(other) => Err(Failure::Transient(format!("video {other} has the path of {}", video.id))),
    }
}

/// Changes the stored record of the video that was `seen` to what was found; or why not.
fn write_down(stored: &mut Video, seen: &Video, found: &Result<Found, String>, begun: Timestamp) -> Result<(), Noted> {
    if stored.object_key != seen.object_key {
        return Err(Noted::Moved);
    }
    if stored.last_validated.is_some_and(|at| at > begun) {
        return Err(Noted::Newer(Box::new(stored.clone())));
    }
    match found {
        Ok(Found { facts, thumbnail }) => {
            let mut facts = facts.clone();
            // Another worker may have hashed the same object since the record was read.
            let known = stored.facts.take().filter(|known| is_same_object(known, &facts));
            facts.file_hash = facts.file_hash.or(known.and_then(|known| known.file_hash));
            stored.examined(Ok(facts), begun);
            if stored.thumbnail_path.is_none() {
                stored.thumbnail_path.clone_from(thumbnail);
            }
        }
        Err(reason) => stored.examined(Err(reason.clone()), begun),
    }
    Ok(())
}

/// What a look leads to: the hash of a large file, the others with the same bytes, a move that was not made, the removal of
/// what a move left. `seen` is the video as it was before.
async fn follow_up(worker: &Worker, seen: &Video, video: &Video, begun: Timestamp, again: bool) -> Result<(), Failure> {
    clear_later(worker, video).await?;
    let Some(facts) = video.facts.as_ref().filter(|_| video.invalid_reason.is_none()) else { return Ok(()) };
    match (&facts.file_hash, &facts.e_tag) {
        (Some(_), _) => duplicates::settle(worker, video.id, again || seen.file_hash().is_none()).await?,
        (None, Some(e_tag)) if again || !is_being_hashed(seen, facts, begun) => {
            let job = LibraryJob::Hash { video_id: video.id, e_tag: e_tag.clone(), offset: 0, state: None };
            worker.library.send(&job, 0).await?;
        }
        (None, _) => {}
    }
    if !video.is_in_place() {
        worker.library.send(&LibraryJob::Move { video_id: video.id, from: None }, 0).await?;
    }
    Ok(())
}

/// Whether an earlier look had the same object hashed, which may still go on. One that takes far longer than it should has been
/// given up, and whoever validates the video begins it anew.
fn is_being_hashed(seen: &Video, facts: &VideoFacts, begun: Timestamp) -> bool {
    let was_asked = seen.invalid_reason.is_none()
        && seen.facts.as_ref().is_some_and(|known| known.file_hash.is_none() && is_same_object(known, facts));
    let seconds = i64::try_from(facts.file_size / SLOWEST_HASH).unwrap_or(i64::MAX).saturating_add(60);
    was_asked && seen.last_validated.is_some_and(|at| at.plus_seconds(seconds) > begun)
}

/// Whether two looks saw the same object.
fn is_same_object(known: &VideoFacts, facts: &VideoFacts) -> bool {
    known.e_tag == facts.e_tag && known.file_size == facts.file_size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn video(hash: Option<&str>) -> Video {
        let path: framehouse_domain::LibraryPath = "gifs/a.mp4".parse().unwrap();
        let key = ObjectKey::Library(path.clone()).to_string();
        let mut video = Video::new(VideoId::generate(), path, key, "test".into(), now());
        video.examined(Ok(facts("tag", hash)), now());
        video
    }

    fn facts(e_tag: &str, hash: Option<&str>) -> VideoFacts {
        let file_hash = hash.map(str::to_owned);
        VideoFacts { e_tag: Some(e_tag.into()), file_size: 40_000_000_000, file_hash, ..VideoFacts::default() }
    }

    fn found(e_tag: &str) -> Found {
        Found { facts: facts(e_tag, None), thumbnail: None }
    }

    #[test]
    fn a_hash_that_came_meanwhile_is_kept_while_the_object_is_the_same() {
        let seen = video(None);
        for (e_tag, kept) in [("tag", Some("hash")), ("other", None)] {
            let mut stored = Video { facts: Some(facts("tag", Some("hash"))), ..seen.clone() };
            let begun = now().plus_seconds(1);
            assert!(write_down(&mut stored, &seen, &Ok(found(e_tag)), begun).is_ok());
            assert_eq!((stored.file_hash(), stored.last_validated), (kept, Some(begun)));
        }
    }

    #[test]
    fn an_older_look_or_one_at_another_place_is_not_written_down() {
        let seen = video(None);
        let begun = now();
        let mut stored = seen.clone();
        stored.examined(Err("missing".into()), begun.plus_seconds(1));
        let before = stored.clone();
        let newer = write_down(&mut stored, &seen, &Ok(found("tag")), begun);
        assert!(matches!(newer, Err(Noted::Newer(newer)) if *newer == before));
        stored.object_key = "library/curated/a.mp4".into();
        let moved = write_down(&mut stored, &seen, &Ok(found("tag")), begun.plus_seconds(9));
        assert!(matches!(moved, Err(Noted::Moved)));
        assert_eq!(stored.invalid_reason.as_deref(), Some("missing"));
    }

    #[test]
    fn a_hash_under_way_is_not_begun_anew_until_it_takes_too_long() {
        let seen = video(None);
        let is_hashed =
            |seen: &Video, e_tag, seconds| is_being_hashed(seen, &facts(e_tag, None), now().plus_seconds(seconds));
        assert!(is_hashed(&seen, "tag", 60));
        assert!(is_hashed(&seen, "tag", 1800));
        assert!(!is_hashed(&seen, "tag", 2100), "40 GB in 35 minutes");
        assert!(!is_hashed(&seen, "other", 60));
        assert!(!is_hashed(&Video { last_validated: None, ..seen.clone() }, "tag", 60));
        assert!(!is_hashed(&Video { invalid_reason: Some("missing".into()), ..seen }, "tag", 60));
    }
}
