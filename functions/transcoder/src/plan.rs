//! Planning a version: probe, ladder, chunks; one transaction begins it; one message a task.

use std::collections::BTreeMap;

use framehouse_api::now;
use framehouse_domain::{MediaFile, MediaFileId, MediaStatus};
use framehouse_media::{Container, Plan, Rejected, plan::Settings};
use framehouse_objects::{ObjectKey, ObjectPrefix, ObjectsError, Step, TranscodeRequest};
use framehouse_store::{Begun, TaskRef, TranscodeJob};

use crate::{Worker, failure::Failure, source};

/// The task under whose name trouble with planning is noted.
const TASK: &str = "plan";

/// Acts on a request to begin `version`.
pub(crate) async fn run(worker: &Worker, id: MediaFileId, version: u32, allow_copy: bool) -> Result<(), Failure> {
    let Some(media) = worker.store.media_file(id).await? else { return Ok(()) };
    if media.version >= version {
        let current = media.version == version && media.status == MediaStatus::Processing;
        return if current { send_pending(worker, id, version).await } else { Ok(()) };
    }
    if media.version + 1 != version || media.status == MediaStatus::AwaitingUpload {
        return Ok(());
    }
    match measure(worker, &media).await {
        Ok(container) => begin(worker, &media, version, allow_copy, container).await,
        Err(failure) => refuse(worker, &media, failure).await,
    }
}

/// Looks at what the original is and stores its size and type where they differ from what was known: declared, or of an
/// object that was replaced.
async fn measure(worker: &Worker, media: &MediaFile) -> Result<Container, Failure> {
    let key = original(media)?;
    let size = match worker.objects.size(&key).await {
        Err(ObjectsError::NotFound { .. }) => return Err(Rejected::Gone.into()),
        size => size?,
    };
    let container = source::identify(&worker.objects, &key, size).await?;
    if media.original_size != size || media.mime_type != container.mime() {
        worker.store.record_original(media.id, size, container.mime()).await?;
    }
    Ok(container)
}

/// Plans and begins `version` of `media`; notes what trouble there is, for whoever gives up in the end.
pub(crate) async fn begin(
    worker: &Worker,
    media: &MediaFile,
    version: u32,
    allow_copy: bool,
    container: Container,
) -> Result<(), Failure> {
    let begun = try_begin(worker, media, version, allow_copy, container).await;
    if let Err(failure) = &begun {
        let task = TaskRef { id: media.id, version, task: TASK };
        let owner = uuid::Uuid::new_v4().to_string();
        worker.store.lease_task(task, &owner, now(), now()).await?;
        worker.store.release_task(task, &owner, &failure.trouble()).await?;
    }
    begun
}

async fn try_begin(
    worker: &Worker,
    media: &MediaFile,
    version: u32,
    allow_copy: bool,
    container: Container,
) -> Result<(), Failure> {
    let key = original(media)?;
    let size = worker.objects.size(&key).await?;
    let (source, timing) = match source::inspect(&worker.objects, &key, size, container).await {
        Ok(inspected) => inspected,
        Err(failure) => return refuse(worker, media, failure).await,
    };
    let settings = Settings { allow_copy, ..worker.settings.plan.clone() };
    let plan = Plan::new(source, timing.as_ref(), &settings);
    let note = serde_json::to_vec(&plan).map_err(|error| Failure::transient("write plan", error))?;
    worker.objects.put(&ObjectKey::work(media.id, version, "plan.json"), "application/json", note).await?;
    let weights: BTreeMap<String, f64> =
        plan.tasks().into_iter().map(|(task, weight)| (task.name(), weight as f64)).collect();
    match worker.store.begin_version(media.id, version, &weights, now()).await? {
        Begun::Now => {
            let rungs: Vec<&str> = plan.rungs.iter().map(|rung| rung.name.as_str()).collect();
            tracing::info!(id = %media.id, version, ?rungs, copy = plan.copy, tasks = weights.len(), "planned");
            send(worker, media.id, version, weights.keys()).await
        }
        Begun::Before(job) => resend(worker, media.id, version, &job).await,
        Begun::Superseded => {
            worker.objects.delete_prefix(ObjectPrefix::WorkVersion(media.id, version)).await?;
            Ok(())
        }
    }
}

/// Sends the messages of the tasks that are not finished; of a job with none left, the one to package it.
pub(crate) async fn send_pending(worker: &Worker, id: MediaFileId, version: u32) -> Result<(), Failure> {
    match worker.store.transcode_job(id, version).await? {
        Some(job) => resend(worker, id, version, &job).await,
        None => Ok(()),
    }
}

async fn resend(worker: &Worker, id: MediaFileId, version: u32, job: &TranscodeJob) -> Result<(), Failure> {
    if job.pending.is_empty() {
        return Ok(worker.queue.send(&TranscodeRequest::step(id, Step::Package { version }), 0).await?);
    }
    send(worker, id, version, job.pending.iter()).await
}

async fn send(
    worker: &Worker,
    id: MediaFileId,
    version: u32,
    tasks: impl Iterator<Item = &String>,
) -> Result<(), Failure> {
    let requests: Vec<TranscodeRequest> =
        tasks.map(|task| TranscodeRequest::step(id, Step::Encode { version, task: task.clone() })).collect();
    Ok(worker.queue.send_all(&requests).await?)
}

/// Marks the media file FAILED when the source can never become a video.
async fn refuse(worker: &Worker, media: &MediaFile, failure: Failure) -> Result<(), Failure> {
    let Failure::Rejected(rejected) = failure else { return Err(failure) };
    tracing::info!(id = %media.id, %rejected, "refusing the source");
    worker.store.fail_arrival(media.id, media.version, None, &rejected.to_string(), now()).await?;
    Ok(())
}

/// The key of a media file's original.
pub(crate) fn original(media: &MediaFile) -> Result<ObjectKey, Failure> {
    media.original_path.parse().map_err(|error| Failure::transient("read original's key", error))
}
