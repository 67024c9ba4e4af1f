//! SHA-256 of whole files, streamed. What does not fit into one invocation is handed on as the state of the hash.

use base64::{Engine, prelude::BASE64_STANDARD};
use framehouse_api::now;
use framehouse_domain::{Video, VideoId};
use framehouse_objects::{LibraryJob, ObjectKey, ObjectsError};
use framehouse_store::Modified;
use sha2::{
    Digest, Sha256,
    digest::common::hazmat::{SerializableState, SerializedState},
};

use super::duplicates;
use crate::{Stop, Worker, failure::Failure, worker::Next};

/// Files up to this size are hashed while they are looked at: a few seconds.
pub(super) const INLINE_BYTES: u64 = 256 << 20;
/// The most bytes of one message: at 60 MB/s, less than an invocation's quarter of an hour.
const MESSAGE_BYTES: u64 = 32 << 30;

/// The hash of a whole object, in lower-case hexadecimal.
pub(super) async fn whole(worker: &Worker, key: &ObjectKey, e_tag: &str) -> Result<String, ObjectsError> {
    let mut stream = worker.objects.open(key, 0, e_tag).await?;
    let mut hash = Sha256::new();
    while let Some(bytes) = stream.next().await? {
        hash.update(&bytes);
    }
    Ok(hex::encode(hash.finalize()))
}

/// Goes on with the hash of the video's file from `offset`, to its end or to where the next message begins.
pub(super) async fn run(
    worker: &Worker,
    id: VideoId,
    e_tag: &str,
    offset: u64,
    state: Option<&str>,
    stop: &Stop,
) -> Result<Next, Failure> {
    let Some(video) = worker.store.video(id).await? else { return Ok(Next::Done) };
    let known = video.facts.as_ref().filter(|facts| facts.e_tag.as_deref() == Some(e_tag));
    let (Some(facts), Ok(key)) = (known, video.object_key.parse::<ObjectKey>()) else {
        return begin_anew(worker, id, e_tag).await;
    };
    if facts.file_hash.is_some() {
        // Whoever stored it may have died before this.
        duplicates::settle(worker, id, true).await?;
        return Ok(Next::Done);
    }
    let mut hash = resume(state, offset)?;
    let mut offset = offset;
    if offset < facts.file_size {
        let mut stream = match worker.objects.open(&key, offset, e_tag).await {
            Ok(stream) => stream,
            Err(ObjectsError::NotFound { .. } | ObjectsError::Refused { .. }) => {
                return begin_anew(worker, id, e_tag).await;
            }
            Err(error) => return Err(error.into()),
        };
        let end = offset.saturating_add(worker.settings.hash_bytes.min(MESSAGE_BYTES));
        while offset < end && !stop.is_stopped() {
            let Some(bytes) = stream.next().await? else { break };
            hash.update(&bytes);
            offset += bytes.len() as u64;
        }
        if offset < facts.file_size {
            let state = Some(BASE64_STANDARD.encode(hash.serialize()));
            let job = LibraryJob::Hash { video_id: id, e_tag: e_tag.to_owned(), offset, state };
            worker.library.send(&job, 0).await?;
            return Ok(Next::Done);
        }
    }
    record(worker, id, e_tag, &hex::encode(hash.finalize())).await
}

fn resume(state: Option<&str>, offset: u64) -> Result<Sha256, Failure> {
    let Some(state) = state.filter(|_| offset > 0) else { return Ok(Sha256::new()) };
    let unreadable = |cause: &dyn std::fmt::Display| Failure::transient("resume hash", cause);
    let bytes = BASE64_STANDARD.decode(state).map_err(|error| unreadable(&error))?;
    let state = SerializedState::<Sha256>::try_from(bytes.as_slice()).map_err(|error| unreadable(&error))?;
    Sha256::deserialize(&state).map_err(|error| unreadable(&error))
}

async fn record(worker: &Worker, id: VideoId, e_tag: &str, hash: &str) -> Result<Next, Failure> {
    let change = |video: &mut Video| match &mut video.facts {
        Some(facts) if facts.e_tag.as_deref() == Some(e_tag) => {
            facts.file_hash = Some(hash.to_owned());
            Ok(())
        }
        _ => Err(()),
    };
    match worker.store.modify_video(id, now(), change).await? {
        Modified::Done(_) | Modified::Unchanged(_) => duplicates::settle(worker, id, true).await?,
        Modified::Refused(()) => return begin_anew(worker, id, e_tag).await,
        Modified::Gone | Modified::PathTaken(_) => {}
    }
    Ok(Next::Done)
}

/// The object is not the one with `e_tag` any more. When it was moved or replaced, and looked at since, that one is hashed
/// from its start; else somebody has to look at it.
async fn begin_anew(worker: &Worker, id: VideoId, e_tag: &str) -> Result<Next, Failure> {
    let facts = worker.store.video(id).await?.and_then(|video| video.facts);
    let other = facts.filter(|facts| facts.file_hash.is_none()).and_then(|facts| facts.e_tag);
    let job = match other.filter(|other| other != e_tag) {
        Some(e_tag) => LibraryJob::Hash { video_id: id, e_tag, offset: 0, state: None },
        None => LibraryJob::Inspect { video_ids: vec![id], scan: None },
    };
    worker.library.send(&job, 0).await?;
    Ok(Next::Done)
}
