//! The worker outside Lambda: long polling, a heartbeat per message, and handing back at the end.

use std::{sync::Arc, time::Duration};

use aws_sdk_sqs::{
    Client,
    error::DisplayErrorContext,
    types::{Message, MessageSystemAttributeName},
};
use framehouse_api::App;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    Line, Stop, Verdict, Worker,
    visibility::{HIDDEN_SECONDS, Visibility},
};

/// How long a receive waits for a message, and stopping for a receive.
const LONG_POLL_SECONDS: i32 = 4;

/// Takes messages from one queue, several at once.
#[derive(Debug, Clone)]
pub struct Poller {
    client: Client,
    url: String,
    line: Line,
    visibility: Visibility,
    worker: Worker,
}

impl Poller {
    /// A poller of one of `app`'s queues. Makes no call.
    pub async fn new(app: &App, line: Line, worker: Worker) -> Self {
        let client = Client::new(app.sdk().await);
        let url = line.url(app.config()).to_owned();
        Self { visibility: Visibility::new(client.clone(), &url), client, url, line, worker }
    }

    /// Polls both of `app`'s queues until told to stop. Each has slots of its own, so that neither a scan nor a transcode
    /// waits for the other.
    pub async fn run_all(app: &App, worker: Worker, stop: Stop) {
        let transcodes = Self::new(app, Line::Transcodes, worker.clone()).await;
        let library = Self::new(app, Line::Library, worker).await;
        tokio::join!(transcodes.run(stop.clone()), library.run(stop));
    }

    /// Works until told to stop, then ends what runs and hands its messages back.
    pub async fn run(self, stop: Stop) {
        let slots = Arc::new(Semaphore::new(self.worker.settings.concurrency));
        let mut running: JoinSet<Option<Message>> = JoinSet::new();
        tracing::info!(queue = self.url, concurrency = self.worker.settings.concurrency, "waiting for messages");
        let mut unprocessed = None;
        loop {
            let slot = tokio::select! {
                biased;
                () = stop.stopped() => break,
                slot = slots.clone().acquire_owned() => slot,
            };
            let Ok(slot) = slot else { break };
            // Never given up halfway: a message that nobody takes from an answer is hidden for a minute.
            let Some(message) = self.receive().await else { continue };
            if stop.is_stopped() {
                unprocessed = Some(message);
                break;
            }
            let (poller, stop) = (self.clone(), stop.clone());
            running.spawn(async move {
                let verdict = Box::pin(poller.process(&message, &stop)).await;
                drop(slot);
                (verdict == Some(Verdict::HandBack)).then_some(message)
            });
            while running.try_join_next().is_some() {}
        }
        // Only now that this process receives no more: it would get back what it hands back.
        let mut unfinished: Vec<Message> = unprocessed.into_iter().collect();
        while let Some(ended) = running.join_next().await {
            unfinished.extend(ended.ok().flatten());
        }
        for message in unfinished {
            if let (Some(body), Some(receipt)) = (message.body(), message.receipt_handle()) {
                self.visibility.hand_back(body, receipt).await;
            }
        }
        tracing::info!("stopped");
    }

    async fn receive(&self) -> Option<Message> {
        let call = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(1)
            .wait_time_seconds(LONG_POLL_SECONDS)
            .visibility_timeout(HIDDEN_SECONDS.cast_signed())
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount);
        match call.send().await {
            Ok(answer) => answer.messages.and_then(|messages| messages.into_iter().next()),
            Err(error) => {
                tracing::warn!(error = %DisplayErrorContext(&error), "receive message");
                tokio::time::sleep(Duration::from_secs(2)).await;
                None
            }
        }
    }

    /// Acts on a message and does what is to happen to it, but for handing it back.
    async fn process(&self, message: &Message, stop: &Stop) -> Option<Verdict> {
        let (body, receipt) = (message.body()?, message.receipt_handle()?);
        let handled = self.worker.handle(self.line, body, receives(message), stop);
        let verdict = tokio::select! {
            verdict = handled => verdict,
            () = self.visibility.keep_hidden(receipt) => Verdict::HandBack,
        };
        match verdict {
            Verdict::Done => {
                let call = self.client.delete_message().queue_url(&self.url).receipt_handle(receipt);
                if let Err(error) = call.send().await {
                    // It comes again, and every step bears repetition.
                    tracing::warn!(error = %DisplayErrorContext(&error), "delete message");
                }
            }
            Verdict::Retry(seconds) => self.visibility.hide(receipt, seconds).await,
            Verdict::HandBack => {}
        }
        Some(verdict)
    }
}

/// How often SQS delivered the message.
fn receives(message: &Message) -> u32 {
    message
        .attributes()
        .and_then(|attributes| attributes.get(&MessageSystemAttributeName::ApproximateReceiveCount))
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}
