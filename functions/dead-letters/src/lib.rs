//! What the transcoder gave up on ends here: a message that SQS moved to the dead-letter queue turns its media file
//! `FAILED` with a sentence that an operator can act on, so that nothing stays `PROCESSING` for ever.

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use framehouse_api::{App, now};
use framehouse_objects::{ArrivedObject, Step, TranscodeMessage, TranscodeRequest};
use framehouse_store::{StoreError, TaskRef};

/// Handles each message by itself; those that could not be handled come again.
pub async fn handle(app: &App, event: SqsEvent) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for message in event.records {
        let id = message.message_id.clone().unwrap_or_default();
        if let Err(cause) = give_up(app, &message).await {
            tracing::error!(message_id = id, %cause, "give up transcode");
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = id;
            response.batch_item_failures.push(failure);
        }
    }
    response
}

async fn give_up(app: &App, message: &SqsMessage) -> Result<(), StoreError> {
    let body = message.body.as_deref().unwrap_or_default();
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

async fn fail_arrival(app: &App, object: &ArrivedObject) -> Result<(), StoreError> {
    let Some((id, _)) = object.original() else { return Ok(()) };
    let store = app.store().await;
    let Some(media) = store.media_file(id).await? else { return Ok(()) };
    let trouble = store.task_trouble(TaskRef { id, version: media.version + 1, task: "plan" }).await?;
    let sentence = sentence("inspect the upload", trouble);
    store.fail_arrival(id, media.version, Some(&object.sequencer), &sentence, now()).await.map(drop)
}

async fn fail_step(app: &App, request: &TranscodeRequest) -> Result<(), StoreError> {
    let id = request.media_file_id;
    let store = app.store().await;
    let (version, task, what) = match &request.step {
        Step::Plan { version, .. } => (*version, "plan", "inspect the upload"),
        Step::Encode { version, task } => (*version, task.as_str(), "encode"),
        Step::Package { version } => (*version, "package", "package the renditions"),
        Step::Remove { version, .. } => {
            tracing::error!(media_file = %id, version, "objects were not removed; redrive this message when S3 answers");
            return Ok(());
        }
    };
    let sentence = sentence(what, store.task_trouble(TaskRef { id, version, task }).await?);
    if let Step::Plan { .. } = request.step {
        return store.fail_arrival(id, version.saturating_sub(1), None, &sentence, now()).await.map(drop);
    }
    store.fail_version(id, version, &sentence, now()).await.map(drop)
}

fn sentence(what: &str, trouble: Option<String>) -> String {
    let cause =
        trouble.map_or_else(|| "The worker did not finish.".to_owned(), |trouble| format!("Last trouble: {trouble}"));
    format!("The transcoder tried 3 times to {what} and gave up. {cause} Retry when that is mended.")
}
