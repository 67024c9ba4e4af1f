//! How long SQS hides a message that is worked on, and giving it back. The same in Lambda and outside, so that a worker
//! that dies is replaced within a minute, not after the queue's own visibility timeout.

use std::time::Duration;

use aws_sdk_sqs::{Client, error::DisplayErrorContext};

/// Seconds that a message stays hidden without a heartbeat: twice a lease.
pub(crate) const HIDDEN_SECONDS: u32 = 40;
const BEAT: Duration = Duration::from_secs(10);

/// Changes the visibility timeout of one queue's messages.
#[derive(Debug, Clone)]
pub(crate) struct Visibility {
    client: Client,
    url: String,
}

impl Visibility {
    pub(crate) fn new(client: Client, url: &str) -> Self {
        Self { client, url: url.to_owned() }
    }

    /// Keeps a hidden message hidden for as long as this is awaited: for ever. For a `select!` with the work.
    pub(crate) async fn keep_hidden(&self, receipt: &str) {
        loop {
            tokio::time::sleep(BEAT).await;
            self.hide(receipt, HIDDEN_SECONDS).await;
        }
    }

    /// Hides the message for so many seconds from now; 0 shows it at once.
    pub(crate) async fn hide(&self, receipt: &str, seconds: u32) {
        let call = self.client.change_message_visibility().queue_url(&self.url).receipt_handle(receipt);
        let call = call.visibility_timeout(i32::try_from(seconds).unwrap_or(i32::MAX));
        if let Err(error) = call.send().await {
            tracing::warn!(error = %DisplayErrorContext(&error), seconds, "change message visibility");
        }
    }

    /// Gives a message back that is not to blame for it: sends its body anew and deletes it, since showing it again would
    /// raise its receive count, and three deployments would dead-letter a healthy task. A crash in between leaves two of it,
    /// which every step bears. Answers whether it is deleted; else it is shown again as it is.
    pub(crate) async fn hand_back(&self, body: &str, receipt: &str) -> bool {
        let send = self.client.send_message().queue_url(&self.url).message_body(body);
        if let Err(error) = send.send().await {
            tracing::warn!(error = %DisplayErrorContext(&error), "send message anew");
            self.hide(receipt, 0).await;
            return false;
        }
        let delete = self.client.delete_message().queue_url(&self.url).receipt_handle(receipt);
        let deleted = delete.send().await;
        if let Err(error) = &deleted {
            tracing::warn!(error = %DisplayErrorContext(error), "delete message");
        }
        deleted.is_ok()
    }
}
