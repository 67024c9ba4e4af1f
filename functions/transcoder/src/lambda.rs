//! The worker as a Lambda function with an SQS event source that reports batch item failures (pitfall 12).

use std::time::{Duration, SystemTime};

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use aws_sdk_sqs::Client;
use framehouse_api::App;
use lambda_runtime::{Context, Error, LambdaEvent, service_fn};

use crate::{
    Line, Stopper, Verdict, Worker,
    visibility::{HIDDEN_SECONDS, Visibility},
};

/// The most that is left of an invocation for handing messages back.
const REST: Duration = Duration::from_secs(15);

/// Serves invocations until the runtime stops the process.
pub(crate) async fn serve(app: App, worker: Worker) -> Result<(), Error> {
    let client = Client::new(app.sdk().await);
    let visibility = |line: Line| Visibility::new(client.clone(), line.url(app.config()));
    let library_queue = app.config().library_queue_url.rsplit('/').next().unwrap_or_default().to_owned();
    let function = Function {
        transcodes: visibility(Line::Transcodes),
        library: visibility(Line::Library),
        library_queue,
        worker,
    };
    Box::pin(lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| Box::pin(function.invoke(event))))).await
}

struct Function {
    transcodes: Visibility,
    library: Visibility,
    /// Its name, by which its event source is known.
    library_queue: String,
    worker: Worker,
}

impl Function {
    /// The queue that a message came from, and its messages' visibility.
    fn line(&self, message: &SqsMessage) -> (Line, &Visibility) {
        match line_of(message.event_source_arn.as_deref(), &self.library_queue) {
            Line::Library => (Line::Library, &self.library),
            Line::Transcodes => (Line::Transcodes, &self.transcodes),
        }
    }

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
        for (number, message) in event.payload.records.iter().enumerate() {
            let body = message.body.as_deref().unwrap_or("");
            let receipt = message.receipt_handle.as_deref().unwrap_or("");
            let (line, visibility) = self.line(message);
            // Until here it was hidden for the queue's visibility timeout, six times the function's.
            visibility.hide(receipt, HIDDEN_SECONDS).await;
            let handled = self.worker.handle(line, body, receives(message), &stop);
            let verdict = tokio::select! {
                verdict = Box::pin(handled) => verdict,
                () = visibility.keep_hidden(receipt) => Verdict::HandBack,
            };
            match verdict {
                Verdict::Done => continue,
                Verdict::Retry(seconds) => visibility.hide(receipt, seconds).await,
                // Work that is not done in a whole invocation must count, or it would be begun again for ever.
                Verdict::HandBack if number == 0 => visibility.hide(receipt, 0).await,
                Verdict::HandBack if visibility.hand_back(body, receipt).await => continue,
                Verdict::HandBack => {}
            }
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message.message_id.clone().unwrap_or_default();
            response.batch_item_failures.push(failure);
        }
        alarm.abort();
        Ok(response)
    }
}

/// How long the invocation may go on before it must hand back: its deadline less [`REST`] or a tenth.
fn time_left(context: &Context) -> Duration {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let deadline = Duration::from_millis(context.deadline);
    // `cargo lambda watch` tells the time that is left, not the moment.
    let left = deadline.checked_sub(now).unwrap_or(deadline);
    left.saturating_sub(REST.min(left / 10))
}

/// How often SQS delivered the message.
fn receives(message: &SqsMessage) -> u32 {
    message.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// The queue by the ARN of a function's event source: one image serves a function for each.
fn line_of(source: Option<&str>, library_queue: &str) -> Line {
    let queue = source.and_then(|arn| arn.rsplit(':').next());
    if queue == Some(library_queue) { Line::Library } else { Line::Transcodes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_known_by_its_arn() {
        let line = |name: &str| line_of(Some(&format!("arn:aws:sqs:eu-central-1:1:{name}")), "x-library-jobs");
        assert_eq!(line("x-library-jobs"), Line::Library);
        for other in ["x-hls-transcoding", "x-library-jobs-dlq"] {
            assert_eq!(line(other), Line::Transcodes);
        }
        assert_eq!(line_of(None, "x-library-jobs"), Line::Transcodes);
    }
}
