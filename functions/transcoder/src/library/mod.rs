//! Jobs about the library's files: listing, looking, hashing, moving, removing.
//!
//! Each bears being repeated, and each ends cleanly when its video was removed meanwhile.

mod duplicates;
mod examine;
mod hash;
mod inspect;
mod relocate;
mod remove;
mod scan;
mod thumbnail;

use framehouse_objects::{LibraryJob, ObjectKey};

use crate::{Stop, Worker, failure::Failure, worker::Next};

pub(crate) use remove::remove_upload;

/// Does a job. `receives` counts deliveries of its message.
pub(crate) async fn run(worker: &Worker, job: &LibraryJob, receives: u32, stop: &Stop) -> Result<Next, Failure> {
    let work = async {
        match job {
            LibraryJob::Inspect { video_ids, scan } => inspect::run(worker, video_ids, *scan, receives > 1).await,
            LibraryJob::Hash { video_id, e_tag, offset, state } => {
                // It hands on what it has when it is to stop.
                return hash::run(worker, *video_id, e_tag, *offset, state.as_deref(), stop).await;
            }
            LibraryJob::Move { video_id, from: None } => relocate::bring(worker, *video_id).await,
            LibraryJob::Move { video_id, from: Some(from) } => relocate::clear(worker, *video_id, from).await,
            LibraryJob::ScanPage { scan_id, page, start_after } => {
                scan::run(worker, *scan_id, *page, start_after.as_deref()).await
            }
            LibraryJob::RemoveObjects { video_id, keys, not_before } => {
                remove::run(worker, *video_id, keys, *not_before, receives).await
            }
            LibraryJob::ForgetAudience { video_id } => remove::forget_audience(worker, *video_id, receives).await,
        }
    };
    if matches!(job, LibraryJob::Hash { .. }) {
        return Box::pin(work).await;
    }
    tokio::select! {
        biased;
        done = Box::pin(work) => done,
        () = stop.stopped() => Err(Failure::Stopped),
    }
}

/// Whether another video than the one that is worked for may need the object: its place in the library is taken.
async fn is_anothers(worker: &Worker, key: &ObjectKey, id: framehouse_domain::VideoId) -> Result<bool, Failure> {
    let ObjectKey::Library(path) = key else { return Ok(false) };
    let claims = worker.store.videos_at(std::slice::from_ref(path)).await?;
    Ok(claims.get(path).is_some_and(|claim| claim.video != id))
}
