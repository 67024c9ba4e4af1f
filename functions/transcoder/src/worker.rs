//! From a message to its step, and from what became of it to what happens to the message.

use std::{num::NonZeroUsize, sync::Arc, thread::available_parallelism};

use framehouse_api::{App, AppError, Config, now};
use framehouse_domain::{MediaFileId, Timestamp};
use framehouse_objects::{ArrivedObject, LibraryJob, Objects, Queue, Step, TranscodeMessage, TranscodeRequest};
use framehouse_store::Store;

use tokio::sync::Semaphore;

use crate::{Settings, Stop, arrival, encode, failure::Failure, library, package, plan, remove};

/// Everything that a step needs.
#[derive(Debug, Clone)]
pub struct Worker {
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    pub(crate) queue: Queue,
    pub(crate) library: Queue<LibraryJob>,
    /// One for each processor: what looks at files takes one while it computes.
    pub(crate) cpus: Arc<Semaphore>,
    pub(crate) settings: Settings,
}

/// Which queue a message came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// `hls-transcoding`.
    Transcodes,
    /// `library-jobs`.
    Library,
}

/// What is to happen to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is done with: delete it.
    Done,
    /// Show it again after so many seconds; SQS counts that and dead-letters it in the end.
    Retry(u32),
    /// The process ends: give it to another at once. SQS must not count that.
    HandBack,
}

/// What a step wants to happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing.
    Done,
    /// The same again, not before that moment. It is no failure, so it must not count as a receive.
    Later(Timestamp),
    /// The same again after so many seconds, counted.
    Retry(u32),
}

impl Line {
    /// The queue's URL.
    pub(crate) fn url(self, config: &Config) -> &str {
        match self {
            Self::Transcodes => &config.transcode_queue_url,
            Self::Library => &config.library_queue_url,
        }
    }
}

impl Worker {
    /// A worker on `app`'s table, bucket and queues. Makes no call.
    pub async fn new(app: &App, settings: Settings) -> Result<Self, AppError> {
        Ok(Self {
            store: app.store().await.clone(),
            objects: app.objects().await?.clone(),
            queue: app.queue().await.clone(),
            library: app.library_queue().await.clone(),
            cpus: Arc::new(Semaphore::new(available_parallelism().map_or(1, NonZeroUsize::get))),
            settings,
        })
    }

    /// Acts on the body of a message of `line`. `receives` counts how often SQS delivered it, this time included.
    pub async fn handle(&self, line: Line, body: &str, receives: u32, stop: &Stop) -> Verdict {
        match line {
            Line::Transcodes => self.transcode(body, receives, stop).await,
            Line::Library => self.library_job(body, receives, stop).await,
        }
    }

    async fn transcode(&self, body: &str, receives: u32, stop: &Stop) -> Verdict {
        match TranscodeMessage::parse(body) {
            Ok(TranscodeMessage::Arrived(objects)) => self.arrived(&objects, receives).await,
            Ok(TranscodeMessage::Request(request)) => self.requested(request, receives, stop).await,
            Err(error) => not_understood(&error, body, receives),
        }
    }

    async fn library_job(&self, body: &str, receives: u32, stop: &Stop) -> Verdict {
        let job: LibraryJob = match serde_json::from_str(body) {
            Ok(job) => job,
            Err(error) => return not_understood(&error, body, receives),
        };
        let settled = match library::run(self, &job, receives, stop).await {
            Ok(Next::Done) => Ok(Verdict::Done),
            Ok(Next::Retry(seconds)) => Ok(Verdict::Retry(seconds)),
            Ok(Next::Later(moment)) => {
                self.library.send(&job, seconds_until(moment)).await.map(|()| Verdict::Done).map_err(Failure::from)
            }
            Err(Failure::Stopped) => Ok(Verdict::HandBack),
            Err(failure) => Err(failure),
        };
        settled.unwrap_or_else(|cause| {
            tracing::warn!(%cause, body, receives, "trying again later");
            Verdict::Retry(backoff(receives))
        })
    }

    /// An S3 event can carry several records; one that fails brings all of them back, which the others bear.
    async fn arrived(&self, objects: &[ArrivedObject], receives: u32) -> Verdict {
        let mut verdict = Verdict::Done;
        for object in objects {
            if let Err(error) = arrival::run(self, object, receives > 1).await {
                tracing::warn!(key = object.key, %error, receives, "take in an upload");
                verdict = Verdict::Retry(backoff(receives));
            }
        }
        verdict
    }

    async fn requested(&self, request: TranscodeRequest, receives: u32, stop: &Stop) -> Verdict {
        let id = request.media_file_id;
        let done = match &request.step {
            Step::Plan { version, allow_copy } => plan::run(self, id, *version, *allow_copy).await.map(|()| Next::Done),
            Step::Encode { version, task } => Box::pin(encode::run(self, id, *version, task, stop)).await,
            Step::Package { version } => Box::pin(package::run(self, id, *version, stop)).await,
            Step::Remove { version, not_before } => remove::run(self, id, *version, *not_before, receives).await,
        };
        let settled = match done {
            Ok(next) => self.settle(&request, next).await,
            Err(failure) => self.fail(&request, failure, receives).await,
        };
        settled.unwrap_or_else(|error| {
            tracing::warn!(%id, %error, step = ?request.step, receives, "settle message");
            Verdict::Retry(backoff(receives))
        })
    }

    async fn settle(&self, request: &TranscodeRequest, next: Next) -> Result<Verdict, Failure> {
        match next {
            Next::Done => Ok(Verdict::Done),
            Next::Retry(seconds) => Ok(Verdict::Retry(seconds)),
            Next::Later(moment) => {
                self.queue.send(request, seconds_until(moment)).await?;
                Ok(Verdict::Done)
            }
        }
    }

    async fn fail(&self, request: &TranscodeRequest, failure: Failure, receives: u32) -> Result<Verdict, Failure> {
        let id = request.media_file_id;
        match &failure {
            Failure::Stopped => Ok(Verdict::HandBack),
            Failure::LostLease => {
                tracing::warn!(%id, "another worker has the task");
                Ok(Verdict::Retry(backoff(receives)))
            }
            Failure::Superseded => {
                self.discard(id, &request.step).await?;
                Ok(Verdict::Done)
            }
            Failure::Rejected(rejected) => {
                tracing::info!(%id, %rejected, "the source can never become a video");
                if let Some(version) = version(&request.step) {
                    self.store.fail_version(id, version, &rejected.to_string(), now()).await?;
                }
                self.discard(id, &request.step).await?;
                Ok(Verdict::Done)
            }
            Failure::Transient(_) | Failure::Service { .. } => {
                let cause = failure.to_string();
                tracing::warn!(%id, cause, step = ?request.step, receives, "trying again later");
                Ok(Verdict::Retry(backoff(receives)))
            }
        }
    }

    async fn discard(&self, id: MediaFileId, step: &Step) -> Result<(), Failure> {
        match version(step) {
            Some(version) => remove::discard(self, id, version).await,
            None => Ok(()),
        }
    }
}

/// The version that a step works on.
fn version(step: &Step) -> Option<u32> {
    match step {
        Step::Plan { version, .. } | Step::Encode { version, .. } | Step::Package { version } => Some(*version),
        Step::Remove { .. } => None,
    }
}

/// Whole seconds until a moment, at least one.
fn seconds_until(moment: Timestamp) -> u32 {
    let millis = moment.as_millis() - now().as_millis();
    u32::try_from(millis / 1000 + 1).unwrap_or(1).max(1)
}

fn not_understood(error: &serde_json::Error, body: &str, receives: u32) -> Verdict {
    tracing::error!(%error, body, "a message that nobody understands; it will be dead-lettered");
    Verdict::Retry(backoff(receives))
}

/// Seconds until a failed message is shown again: 5, 20, 80 …
fn backoff(receives: u32) -> u32 {
    5 * 4u32.saturating_pow(receives.clamp(1, 4) - 1)
}
