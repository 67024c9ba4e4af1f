//! The worker as a Lambda function with an SQS event source that reports batch item failures (pitfall 12).

use std::time::{Duration, SystemTime};

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use aws_sdk_sqs::{Client, error::DisplayErrorContext};
use framehouse_api::App;
use lambda_runtime::{Context, Error, LambdaEvent, service_fn};

use crate::{Stopper, Verdict, Worker};

/// What is left of an invocation for handing messages back.
const REST: Duration = Duration::from_secs(15);

/// Serves invocations until the runtime stops the process.
pub(crate) async fn serve(app: App, worker: Worker) -> Result<(), Error> {
    let function =
        Function { client: Client::new(app.sdk().await), url: app.config().transcode_queue_url.clone(), worker };
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| function.invoke(event))).await
}

struct Function {
    client: Client,
    url: String,
    worker: Worker,
}

impl Function {
    async fn invoke(&self, event: LambdaEvent<SqsEvent>) -> Result<SqsBatchResponse, Error> {
        let stopper = Stopper::default();
        let alarm = tokio::spawn({
            let (stopper, time) = (stopper.clone(), time_left(&event.context));
            async move {
                tokio::time::sleep(time).await;
                tracing::warn!("the invocation's time is over: handing messages back");
                stopper.now();
            }
        });
        let stop = stopper.stop();
        let mut response = SqsBatchResponse::default();
        for message in &event.payload.records {
            let verdict = self.worker.handle(message.body.as_deref().unwrap_or(""), receives(message), &stop);
            let seconds = match verdict.await {
                Verdict::Done => continue,
                Verdict::Retry(seconds) => seconds,
                Verdict::HandBack => 0,
            };
            self.hide(message, seconds).await;
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message.message_id.clone().unwrap_or_default();
            response.batch_item_failures.push(failure);
        }
        alarm.abort();
        Ok(response)
    }

    /// Decides when SQS shows a failed message again; otherwise that would be after the whole visibility timeout.
    async fn hide(&self, message: &SqsMessage, seconds: u32) {
        let Some(receipt) = &message.receipt_handle else { return };
        let call = self.client.change_message_visibility().queue_url(&self.url).receipt_handle(receipt);
        let call = call.visibility_timeout(i32::try_from(seconds).unwrap_or(60));
        if let Err(error) = call.send().await {
            tracing::warn!(error = %DisplayErrorContext(&error), "change message visibility");
        }
    }
}

fn time_left(context: &Context) -> Duration {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Duration::from_millis(context.deadline).saturating_sub(now).saturating_sub(REST)
}

/// How often SQS delivered the message.
fn receives(message: &SqsMessage) -> u32 {
    message.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1)
}
