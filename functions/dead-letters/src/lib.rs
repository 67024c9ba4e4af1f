//! What the worker gave up on ends here: a message that SQS moved to a dead-letter queue turns its media file `FAILED`, its
//! videos invalid or its scan failed, with a sentence that an operator can act on. Nothing stays `PROCESSING` for ever.

mod library;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use framehouse_api::{App, now};
use framehouse_domain::{MediaFileId, Timestamp};
use framehouse_objects::{ArrivedObject, LibraryJob, ObjectsError, Step, TranscodeMessage, TranscodeRequest};
use framehouse_store::{Store, StoreError, TaskRef};

/// The message could not be handled now; SQS brings it again.
#[derive(Debug, thiserror::Error)]
enum GiveUpError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] ObjectsError),
}

/// Handles each message by itself; those that could not be handled come again.
pub async fn handle(app: &App, event: SqsEvent) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for message in event.records {
        let id = message.message_id.clone().unwrap_or_default();
        if let Err(cause) = give_up(app, &message).await {
            tracing::error!(message_id = id, %cause, "give up message");
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id;
            response.batch_item_failures.push(failure);
        }
    }
    response
}

async fn give_up(app: &App, message: &SqsMessage) -> Result<(), GiveUpError> {
    let body = message.body.as_deref().unwrap_or_default();
    if let Ok(job) = serde_json::from_str::<LibraryJob>(body) {
        return Ok(Box::pin(library::give_up(app, &job, sent(message))).await?);
    }
    match TranscodeMessage::parse(body) {
        Ok(TranscodeMessage::Arrived(objects)) => {
            for object in &objects {
                fail_arrival(app, object).await?;
            }
            Ok(())
        }
        Ok(TranscodeMessage::Request(request)) => fail_step(app, &request).await,
        Err(cause) => {
            tracing::warn!(%cause, body, "drop dead letter that is no message of ours");
            Ok(())
        }
    }
}

/// When the message was first sent; a redrive keeps that moment.
fn sent(message: &SqsMessage) -> Timestamp {
    let millis = message.attributes.get("SentTimestamp").and_then(|text| text.parse().ok());
    millis.map_or_else(now, Timestamp::from_millis)
}

async fn fail_arrival(app: &App, object: &ArrivedObject) -> Result<(), GiveUpError> {
    let Some((id, _)) = object.original() else { return Ok(()) };
    let store = app.store().await;
    let Some(media) = store.media_file(id).await? else { return Ok(()) };
    let sentence = plan_sentence(store, id, media.version + 1).await?;
    if !store.fail_arrival(id, media.version, Some(&object.sequencer), &sentence, now()).await? {
        fail_unless_under_way(app, id, media.version, &sentence).await?;
    }
    Ok(())
}

async fn fail_step(app: &App, request: &TranscodeRequest) -> Result<(), GiveUpError> {
    let id = request.media_file_id;
    let store = app.store().await;
    let (version, task, what) = match &request.step {
        Step::Plan { version, .. } => return fail_plan(app, id, *version).await,
        Step::Encode { version, task } => (*version, task.as_str(), "encode"),
        Step::Package { version } => (*version, "package", "package the renditions"),
        Step::Remove { version, .. } => {
            tracing::error!(media_file = %id, version, "objects were not removed; redrive this message when S3 answers");
            return Ok(());
        }
    };
    let trouble = store.task_trouble(TaskRef { id, version, task }).await?;
    fail_version(app, id, version, &sentence(what, trouble)).await
}

/// A plan can fail before its version begins, after it began, or while the version before it waits to be replaced.
async fn fail_plan(app: &App, id: MediaFileId, version: u32) -> Result<(), GiveUpError> {
    let store = app.store().await;
    let sentence = plan_sentence(store, id, version).await?;
    let before = version.saturating_sub(1);
    if store.fail_arrival(id, before, None, &sentence, now()).await? {
        return Ok(());
    }
    fail_version(app, id, before, &sentence).await?;
    fail_unless_under_way(app, id, version, &sentence).await
}

/// Fails a version that began but of which nothing is finished: its tasks' messages may never have been sent. Tasks that
/// are under way have messages of their own.
async fn fail_unless_under_way(app: &App, id: MediaFileId, version: u32, sentence: &str) -> Result<(), GiveUpError> {
    match app.store().await.transcode_job(id, version).await? {
        Some(job) if job.pending.len() < job.weights.len() => Ok(()),
        _ => fail_version(app, id, version, sentence).await,
    }
}

async fn fail_version(app: &App, id: MediaFileId, version: u32, sentence: &str) -> Result<(), GiveUpError> {
    if app.store().await.fail_version(id, version, sentence, now()).await? {
        let remove = Step::Remove { version: Some(version), not_before: None };
        app.queue().await.send(&TranscodeRequest::step(id, remove), 0).await?;
    }
    Ok(())
}

async fn plan_sentence(store: &Store, id: MediaFileId, version: u32) -> Result<String, StoreError> {
    let trouble = store.task_trouble(TaskRef { id, version, task: "plan" }).await?;
    Ok(sentence("inspect the upload", trouble))
}

fn sentence(what: &str, trouble: Option<String>) -> String {
    let cause = trouble.map_or_else(
        || "The worker did not finish.".to_owned(),
        |trouble| format!("The last attempt could not go on: {}.", trouble.trim_end_matches('.')),
    );
    format!("The transcoder tried 3 times to {what} and gave up. {cause} Retry when that is mended.")
}
