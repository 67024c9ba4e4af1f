use std::marker::PhantomData;

use aws_sdk_sqs::{
    Client,
    error::DisplayErrorContext,
    types::{QueueAttributeName, SendMessageBatchRequestEntry},
};

use serde::Serialize;

use crate::{ObjectsError, TranscodeRequest};

/// Longest delay of a message in seconds (AWS limit).
const MAX_DELAY_SECONDS: u32 = 900;
/// Most messages in one call (AWS limit).
const SEND_BATCH: usize = 10;

/// A queue of messages `M`, as its senders see it.
#[derive(Debug, Clone)]
pub struct Queue<M = TranscodeRequest> {
    client: Client,
    url: String,
    messages: PhantomData<fn(M)>,
}

/// How much waits in a queue; SQS counts approximately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueDepth {
    /// Messages that wait for a worker, delayed ones included.
    pub waiting: u64,
    /// Messages that a worker has.
    pub in_flight: u64,
}

impl<M: Serialize> Queue<M> {
    /// The queue by its URL. Makes no call.
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self { client, url: url.into(), messages: PhantomData }
    }

    /// Sends one message, to be seen after `delay` seconds (900 at the most).
    pub async fn send(&self, message: &M, delay: u32) -> Result<(), ObjectsError> {
        let verb = "send message";
        let delay = i32::try_from(delay.min(MAX_DELAY_SECONDS)).unwrap_or_default();
        let call = self.client.send_message().queue_url(&self.url).message_body(body(message)?).delay_seconds(delay);
        call.send().await.map(drop).map_err(|error| unavailable(verb, &error))
    }

    /// Sends many messages. On an error some may have been sent: a repetition sends them again, which every step bears.
    pub async fn send_all(&self, messages: &[M]) -> Result<(), ObjectsError> {
        let verb = "send messages";
        for batch in messages.chunks(SEND_BATCH) {
            let mut call = self.client.send_message_batch().queue_url(&self.url);
            for (index, message) in batch.iter().enumerate() {
                let entry = SendMessageBatchRequestEntry::builder().id(index.to_string()).message_body(body(message)?);
                call = call.entries(entry.build().map_err(|error| unavailable(verb, &error))?);
            }
            let answer = call.send().await.map_err(|error| unavailable(verb, &error))?;
            if let Some(failed) = answer.failed().first() {
                let cause = failed.message().unwrap_or_else(|| failed.code()).to_owned();
                return Err(ObjectsError::Unavailable { verb, cause });
            }
        }
        Ok(())
    }

    /// How much waits.
    pub async fn depth(&self) -> Result<QueueDepth, ObjectsError> {
        use QueueAttributeName::{
            ApproximateNumberOfMessages as Visible, ApproximateNumberOfMessagesDelayed as Delayed,
            ApproximateNumberOfMessagesNotVisible as InFlight,
        };
        let call = self.client.get_queue_attributes().queue_url(&self.url);
        let call = call.attribute_names(Visible).attribute_names(Delayed).attribute_names(InFlight);
        let answer = call.send().await.map_err(|error| unavailable("read queue depth", &error))?;
        let count = |name| {
            answer.attributes().and_then(|all| all.get(&name)).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0)
        };
        Ok(QueueDepth { waiting: count(Visible) + count(Delayed), in_flight: count(InFlight) })
    }
}

fn body(message: &impl Serialize) -> Result<String, ObjectsError> {
    serde_json::to_string(message).map_err(|error| unavailable("write message", &error))
}

fn unavailable(verb: &'static str, error: &(dyn std::error::Error + 'static)) -> ObjectsError {
    ObjectsError::Unavailable { verb, cause: DisplayErrorContext(error).to_string() }
}
