//! One task: a chunk of video, the copied rendition, or the audio.

use std::{collections::BTreeMap, path::Path, time::Duration};

use framehouse_api::now;
use framehouse_domain::MediaFileId;
use framehouse_media::{
    Plan, Rejected, command,
    output::{self, TaskOutput},
    plan::{self, Task},
};
use framehouse_objects::{ObjectKey, Step, TranscodeRequest};
use framehouse_store::{Finished, Lease, TaskRef};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::{
    Stop, Worker,
    failure::Failure,
    ffmpeg::{Event, Ffmpeg},
    lease::{self, LEASE_SECONDS, Progress},
    parts, scratch,
    upload::{Uploaded, Uploader},
    worker::Next,
};

/// ffmpeg is paused when so many bytes wait on the disk (pitfall 17), and goes on at half.
const MOST_WAITING: u64 = 1 << 30;
/// Seconds that ffmpeg may work before it shows a frame, and twice the film's length: a chunk can begin far after the
/// keyframe, or the start, from which it is decoded. A decoder that never gets anywhere must end some time.
const LONGEST_APPROACH: f64 = 600.0;
/// The source's URL outlives any task: 12 hours, the longest that SQS hides a message.
const URL_SECONDS: u32 = 12 * 3600;

/// Does the task, unless it was done before or somebody else is at it.
pub(crate) async fn run(
    worker: &Worker,
    id: MediaFileId,
    version: u32,
    name: &str,
    stop: &Stop,
) -> Result<Next, Failure> {
    let Some(job) = worker.store.transcode_job(id, version).await? else { return Err(Failure::Superseded) };
    if !worker.store.is_processing(id, version).await? {
        return Err(Failure::Superseded);
    }
    if !job.pending.iter().any(|pending| pending == name) {
        return if job.pending.is_empty() { package(worker, id, version).await } else { Ok(Next::Done) };
    }
    let Some(task) = Task::parse(name) else {
        return Err(Failure::Transient(format!("there is no task {name:?}; deploy all workers alike")));
    };
    let task_ref = TaskRef { id, version, task: name };
    let owner = uuid::Uuid::new_v4().to_string();
    match worker.store.lease_task(task_ref, &owner, now(), now().plus_seconds(LEASE_SECONDS)).await? {
        Lease::Taken => {}
        Lease::Held(until) => return Ok(Next::Later(until)),
    }
    let progress = Progress::default();
    let work = transcode(worker, id, version, task, &progress);
    let done = Box::pin(lease::keep(worker, task_ref, &owner, &progress, stop, work)).await;
    if let Err(error) = done {
        if !matches!(error, Failure::LostLease) {
            worker.store.release_task(task_ref, &owner, &error.trouble()).await?;
        }
        return Err(error);
    }
    match worker.store.finish_task(task_ref).await? {
        Finished::Now { remaining: 0 } | Finished::Before { remaining: 0 } => package(worker, id, version).await,
        Finished::Now { .. } | Finished::Before { .. } => Ok(Next::Done),
        Finished::Gone => Err(Failure::Superseded),
    }
}

async fn package(worker: &Worker, id: MediaFileId, version: u32) -> Result<Next, Failure> {
    worker.queue.send(&TranscodeRequest::step(id, Step::Package { version }), 0).await?;
    Ok(Next::Done)
}

/// Encodes, uploads and writes down what came out.
async fn transcode(
    worker: &Worker,
    id: MediaFileId,
    version: u32,
    task: Task,
    progress: &Progress,
) -> Result<(), Failure> {
    let plan = load_plan(worker, id, version).await?;
    let media = worker.store.media_file(id).await?.ok_or(Failure::Superseded)?;
    let key: ObjectKey =
        media.original_path.parse().map_err(|error| Failure::transient("read original's key", error))?;
    let url = worker.objects.signer().await?.get(&key, URL_SECONDS);
    let scratch = scratch::directory(&worker.settings.scratch)?;
    let directory = scratch.path();
    let arguments = arguments(&plan, task, &url, directory)?;
    tracing::info!(%id, version, task = task.name(), "encoding");
    let uploader = Uploader::new(&worker.objects, id, version, plan.segment_format, directory);
    let (files, passing_trouble) = encode(worker, &plan, task, &arguments, uploader, progress).await?;
    let mut output = parts::collect(&plan, task, directory, &files)?;
    if task == Task::Audio {
        clear_silence(&mut output);
    }
    check_length(&plan, task, &output).map_err(|rejected| {
        // A source that could not be read to its end looks like one that has no end.
        if passing_trouble { Failure::transient("read source", rejected) } else { rejected.into() }
    })?;
    let note = serde_json::to_vec(&output).map_err(|error| Failure::transient("write task result", error))?;
    let note_key = ObjectKey::work(id, version, format!("{}.json", task.name()));
    Ok(worker.objects.put(&note_key, "application/json", note).await?)
}

/// The plan of a version; one of another format is left to a worker that knows it.
pub(crate) async fn load_plan(worker: &Worker, id: MediaFileId, version: u32) -> Result<Plan, Failure> {
    let bytes = worker.objects.get(&ObjectKey::work(id, version, "plan.json")).await?;
    let plan: Plan = serde_json::from_slice(&bytes).map_err(|error| Failure::transient("read plan", error))?;
    if plan.format != plan::FORMAT {
        return Err(Failure::Transient(format!("the plan's format is {}; deploy all workers alike", plan.format)));
    }
    Ok(plan)
}

fn arguments(plan: &Plan, task: Task, url: &str, directory: &Path) -> Result<Vec<String>, Failure> {
    let directory = directory.to_str().ok_or_else(|| Failure::transient("use scratch directory", "it is no UTF-8"))?;
    match task {
        Task::Video(number) => plan
            .chunks
            .get(number)
            .map(|chunk| command::video(plan, chunk, url, directory))
            .ok_or_else(|| Failure::Transient(format!("the plan has no chunk {number}"))),
        Task::Copy => Ok(command::copy(plan, url, directory)),
        Task::Audio => Ok(command::audio(plan, url, directory)),
    }
}

/// Runs ffmpeg to its end while its segments are uploaded. Answers the files and whether reading had trouble.
async fn encode(
    worker: &Worker,
    plan: &Plan,
    task: Task,
    arguments: &[String],
    mut uploader: Uploader,
    progress: &Progress,
) -> Result<(BTreeMap<String, Uploaded>, bool), Failure> {
    let mut ffmpeg = Ffmpeg::start(arguments)?;
    let mut tick = interval(Duration::from_millis(200));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen = (0, 0.0);
    let mut moved = Instant::now();
    let mut approach = Approach::new(plan);
    let status = loop {
        tokio::select! {
            event = ffmpeg.next() => match event {
                Event::Progress { frame, seconds } => {
                    if seen != (frame, seconds) {
                        seen = (frame, seconds);
                        moved = Instant::now();
                        progress.set(part_done(plan, task, frame, seconds));
                    }
                }
                Event::Ended(status) => break status,
            },
            _ = tick.tick() => {
                let waiting = uploader.advance()?;
                let limit = if ffmpeg.is_paused() { MOST_WAITING / 2 } else { MOST_WAITING };
                ffmpeg.pause(waiting > limit);
                if ffmpeg.is_paused() {
                    moved = Instant::now();
                }
                if moved.elapsed() > worker.settings.stall && approach.goes_on(&ffmpeg) {
                    moved = Instant::now();
                }
                if moved.elapsed() > worker.settings.stall {
                    let seconds = worker.settings.stall.as_secs();
                    return Err(Failure::Transient(format!("ffmpeg made no progress for {seconds} s: {}", ffmpeg.last_words())));
                }
            }
        }
    };
    match status {
        Some(status) if status.success() => {}
        other => match ffmpeg.failure(other) {
            // A track that ffmpeg cannot decode at all is a video without sound.
            Failure::Rejected(reason) if task == Task::Audio && seen.1 <= 0.0 => {
                tracing::warn!(%reason, "the audio track holds no sound that can be decoded");
            }
            failure => return Err(failure),
        },
    }
    Ok((uploader.finish().await?, ffmpeg.complains_of_passing_trouble()))
}

/// Tells an ffmpeg that decodes on the way to its first frame from one that hangs.
struct Approach {
    begun: Instant,
    limit: Duration,
    ticks: u64,
}

impl Approach {
    fn new(plan: &Plan) -> Self {
        let limit = Duration::from_secs_f64(LONGEST_APPROACH + 2.0 * plan.duration());
        Self { begun: Instant::now(), limit, ticks: 0 }
    }

    /// Whether it used more than a second of processor time since the last question; waiting for the network uses less.
    fn goes_on(&mut self, ffmpeg: &Ffmpeg) -> bool {
        let ticks = ffmpeg.ticks().unwrap_or(0);
        let worked = ticks > self.ticks + 100;
        self.ticks = ticks;
        worked && self.begun.elapsed() < self.limit
    }
}

/// How much of the task is done; the last of it is uploading.
fn part_done(plan: &Plan, task: Task, frame: u64, seconds: f64) -> f64 {
    let part = match task {
        Task::Video(number) => {
            let frames = plan.chunks.get(number).map_or(1, |chunk| chunk.end - chunk.start);
            frame as f64 / frames.max(1) as f64
        }
        Task::Copy | Task::Audio => seconds / plan.duration().max(0.1),
    };
    part.min(0.99)
}

/// Of a track that it cannot decode ffmpeg can leave a segment without sound, which is as good as none.
fn clear_silence(output: &mut TaskOutput) {
    for part in &mut output.renditions {
        if part.segments.iter().all(|segment| segment.seconds <= 0.0) {
            part.segments.clear();
        }
    }
}

/// Compares the length of what came out with the plan: ffmpeg ends well at the end of a file that was cut off.
fn check_length(plan: &Plan, task: Task, output: &TaskOutput) -> Result<(), Rejected> {
    let Some(part) = output.renditions.first() else { return Ok(()) };
    let made: f64 = part.segments.iter().map(|segment| segment.seconds).sum();
    let rate = plan.source.video.rate;
    let rejected = match task {
        Task::Video(number) => plan.chunks.get(number).and_then(|chunk| {
            let found = rate.seconds(chunk.start) + made;
            let short = rate.seconds(chunk.end) - found;
            let last = number + 1 == plan.chunks.len();
            if last || short < 1.5 / rate.as_f64() {
                output::truncated(found, plan.duration()).filter(|_| last)
            } else {
                Some(truncated(found, plan.duration()))
            }
        }),
        Task::Copy => output::truncated(made, plan.duration()),
        // A video without any sound that can be decoded is published without.
        Task::Audio if part.segments.is_empty() => None,
        Task::Audio => output::sound_truncated(plan, made),
    };
    rejected.map_or(Ok(()), Err)
}

fn truncated(found: f64, expected: f64) -> Rejected {
    Rejected::Truncated { found: format!("{found:.1}"), expected: format!("{expected:.1}") }
}
