//! The last step: check everything that the tasks made, make the pictures, write the playlists, switch viewers over.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use framehouse_api::now;
use framehouse_domain::{LiveVersion, MediaFile, MediaFileId, MediaStatus, Rendition};
use framehouse_media::{
    Plan, command,
    output::{self, Mismatch, TaskOutput},
};
use framehouse_objects::{ObjectKey, ObjectPrefix, Step, TranscodeRequest};
use framehouse_store::{Lease, TaskRef};

use crate::{
    Stop, Worker,
    encode::load_plan,
    failure::Failure,
    images::{self, Made},
    lease::{self, LEASE_SECONDS, Progress},
    remove,
    worker::Next,
};

const TASK: &str = "package";
const PLAYLIST: &str = "application/vnd.apple.mpegurl";
/// How long a replaced version stays, beyond its own length, for those who are watching it: as long as its playlists' URLs
/// work. Until then the message comes back every 15 minutes, the longest that SQS delays one.
const KEPT_SECONDS: i64 = 3600;

/// Packages and publishes `version`, if all of its tasks are done and it is still wanted.
pub(crate) async fn run(worker: &Worker, id: MediaFileId, version: u32, stop: &Stop) -> Result<Next, Failure> {
    let media = worker.store.media_file(id).await?.ok_or(Failure::Superseded)?;
    if media.version != version || media.status != MediaStatus::Processing {
        return Err(Failure::Superseded);
    }
    let job = worker.store.transcode_job(id, version).await?.ok_or(Failure::Superseded)?;
    if !job.pending.is_empty() {
        // Sent too early; whoever finishes the last task sends it again.
        return Ok(Next::Done);
    }
    let task = TaskRef { id, version, task: TASK };
    let owner = uuid::Uuid::new_v4().to_string();
    match worker.store.lease_task(task, &owner, now(), now().plus_seconds(LEASE_SECONDS)).await? {
        Lease::Taken => {}
        Lease::Held(until) => return Ok(Next::Later(until)),
    }
    let tasks: Vec<&String> = job.weights.keys().collect();
    let prepared = prepare(worker, &media, version, &tasks);
    // Publishing comes after the lease is let go: its heartbeat would take READY for the end of the work.
    let prepared = Box::pin(lease::keep(worker, task, &owner, &Progress::default(), stop, prepared)).await;
    if !matches!(prepared, Err(Failure::LostLease)) {
        let trouble = prepared.as_ref().err().map(Failure::trouble).unwrap_or_default();
        worker.store.release_task(task, &owner, &trouble).await?;
    }
    match prepared? {
        Prepared::Version(live) => publish(worker, &media, &live).await,
        Prepared::EncodeAll => encode_all(worker, &media, version).await,
    }
}

enum Prepared {
    Version(LiveVersion),
    EncodeAll,
}

/// Checks, draws and writes everything but the switch itself.
async fn prepare(worker: &Worker, media: &MediaFile, version: u32, tasks: &[&String]) -> Result<Prepared, Failure> {
    let id = media.id;
    let plan = load_plan(worker, id, version).await?;
    let outputs = load_outputs(worker, id, version, tasks).await?;
    let renditions = match output::assemble(&plan, &outputs) {
        Ok(renditions) => renditions,
        Err(Mismatch::Copy(reason)) => {
            tracing::warn!(%id, version, reason, "the copied rendition does not fit: encoding it");
            return Ok(Prepared::EncodeAll);
        }
        Err(Mismatch::Rejected(rejected)) => return Err(rejected.into()),
        Err(Mismatch::Broken(reason)) => return Err(Failure::Transient(reason)),
    };
    verify_objects(worker, id, version, &plan, &renditions).await?;
    let made = images::make(worker, id, version, &plan, &renditions).await?;
    write_playlists(worker, id, version, &plan, &renditions).await?;
    Ok(Prepared::Version(live_version(version, &plan, &renditions, made)))
}

async fn load_outputs(
    worker: &Worker,
    id: MediaFileId,
    version: u32,
    tasks: &[&String],
) -> Result<BTreeMap<String, TaskOutput>, Failure> {
    let mut outputs = BTreeMap::new();
    for task in tasks {
        let bytes = worker.objects.get(&ObjectKey::work(id, version, format!("{task}.json"))).await?;
        let output = serde_json::from_slice(&bytes).map_err(|error| Failure::transient("read task result", error))?;
        outputs.insert((*task).clone(), output);
    }
    Ok(outputs)
}

/// Every file that a playlist will name is in S3 with the size that was sent (pitfall 14).
async fn verify_objects(
    worker: &Worker,
    id: MediaFileId,
    version: u32,
    plan: &Plan,
    renditions: &[output::Rendition],
) -> Result<(), Failure> {
    let listed = worker.objects.list(ObjectPrefix::Version(id, version)).await?;
    let sizes: HashMap<&str, u64> = listed.iter().map(|object| (object.key.as_str(), object.size)).collect();
    for rendition in renditions {
        let init = rendition.init.map(|bytes| (output::init_file(&rendition.name), bytes));
        let segments = rendition
            .segments
            .iter()
            .enumerate()
            .map(|(number, segment)| (output::segment_file(plan, &rendition.name, number), segment.bytes));
        for (file, bytes) in init.into_iter().chain(segments) {
            let key = ObjectKey::hls(id, version, format!("segments/{file}")).to_string();
            let found = sizes.get(key.as_str()).copied();
            if found != Some(bytes) {
                return Err(Failure::Transient(format!("{key} has {found:?} bytes in S3, not {bytes}")));
            }
        }
    }
    Ok(())
}

async fn write_playlists(
    worker: &Worker,
    id: MediaFileId,
    version: u32,
    plan: &Plan,
    renditions: &[output::Rendition],
) -> Result<(), Failure> {
    for rendition in renditions {
        let key = ObjectKey::hls(id, version, format!("{}.m3u8", rendition.name));
        worker.objects.put(&key, PLAYLIST, output::media_playlist(plan, rendition).into_bytes()).await?;
    }
    let key = ObjectKey::hls(id, version, "master.m3u8");
    Ok(worker.objects.put(&key, PLAYLIST, output::master_playlist(plan, renditions).into_bytes()).await?)
}

fn live_version(version: u32, plan: &Plan, renditions: &[output::Rendition], made: Made) -> LiveVersion {
    let variants = output::variants(plan, renditions);
    let listed = plan.rungs.iter().zip(variants).enumerate().map(|(number, (rung, variant))| Rendition {
        name: rung.name.clone(),
        width: rung.width,
        height: rung.height,
        bandwidth: variant.bandwidth,
        average_bandwidth: variant.average_bandwidth,
        codecs: variant.codecs,
        frame_rate: variant.frame_rate,
        copied: plan.copy && number == 0,
    });
    let video = renditions.iter().find(|rendition| rendition.name != command::AUDIO);
    LiveVersion {
        version,
        duration: video.map_or(0.0, output::Rendition::seconds),
        width: plan.source.video.width,
        height: plan.source.video.height,
        renditions: listed.collect(),
        has_storyboard: made.storyboard,
        has_preview: made.preview,
    }
}

/// Switches viewers over. The removal of all earlier versions is ordered before, since a crash in between must not lose it;
/// it leaves a version alone that is live after all.
async fn publish(worker: &Worker, media: &MediaFile, live: &LiveVersion) -> Result<Next, Failure> {
    let id = media.id;
    let watched = media.live.as_ref().map_or(0.0, |old| old.duration).ceil() as i64;
    for version in earlier(worker, id, live.version).await? {
        let not_before = Some(now().plus_seconds(watched + KEPT_SECONDS));
        let step = Step::Remove { version: Some(version), not_before };
        worker.queue.send(&TranscodeRequest::step(id, step), u32::MAX).await?;
    }
    if worker.store.publish_version(id, live, now()).await?.is_none() {
        return Err(Failure::Superseded);
    }
    tracing::info!(%id, version = live.version, duration = live.duration, "published");
    remove::discard(worker, id, live.version).await?;
    Ok(Next::Done)
}

/// The versions before `version` that have objects: the one that it replaces, and what failed attempts left.
async fn earlier(worker: &Worker, id: MediaFileId, version: u32) -> Result<BTreeSet<u32>, Failure> {
    let mut found = BTreeSet::new();
    if version > 1 {
        for prefix in [ObjectPrefix::Hls(id), ObjectPrefix::Work(id)] {
            for object in worker.objects.list(prefix).await? {
                if let Ok(ObjectKey::Hls { version, .. } | ObjectKey::Work { version, .. }) = object.key.parse() {
                    found.insert(version);
                }
            }
        }
    }
    found.retain(|found| *found < version);
    Ok(found)
}

/// Begins the next version without copying and orders this one's removal.
async fn encode_all(worker: &Worker, media: &MediaFile, version: u32) -> Result<Next, Failure> {
    let step = Step::Plan { version: version + 1, allow_copy: false };
    let plan = TranscodeRequest { media_file_id: media.id, original_path: Some(media.original_path.clone()), step };
    worker.queue.send(&plan, 0).await?;
    let remove = Step::Remove { version: Some(version), not_before: None };
    worker.queue.send(&TranscodeRequest::step(media.id, remove), 60).await?;
    Ok(Next::Done)
}
