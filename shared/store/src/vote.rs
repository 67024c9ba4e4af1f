//! | access pattern | key | calls |
//! |---|---|---|
//! | vote, take it back | `VOTES#{video}#{first digit}` / `{session}`, a counter of the video | 1 transaction of 2, 1 query |
//! | whether a session voted | the same | 1 get |

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{Delete, Put, TransactWriteItem},
};
use framehouse_domain::{Timestamp, VideoId};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    acts::Act,
    attribute::text,
    error::unavailable,
    key::Key,
    media_file::builder,
    video::{cancellations, condition_failed, passes, pause},
};

/// How often a vote that meets others on its counter is tried.
const ATTEMPTS: u32 = 12;

impl Store {
    /// A session, named by its digest, votes for a video, once; answers the votes there are then.
    pub async fn upvote(&self, video: VideoId, session: &str, now: Timestamp) -> Result<u64, StoreError> {
        let mut item = Key::Vote(video, session).attributes();
        item.insert("videoId".to_owned(), text(video));
        item.insert("createdAt".to_owned(), text(now));
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(builder("vote"))?;
        self.act(
            "vote",
            TransactWriteItem::builder().put(put).build(),
            self.count_act(video, session, Act::Upvote, 1)?,
        )
        .await?;
        Ok(self.act_counts(video).await?.upvotes)
    }

    /// A session takes its vote back, if it has one; answers the votes there are then.
    pub async fn take_upvote_back(&self, video: VideoId, session: &str) -> Result<u64, StoreError> {
        let verb = "take vote back";
        let delete = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(Key::Vote(video, session).attributes()))
            .condition_expression("attribute_exists(pk)")
            .build()
            .map_err(builder(verb))?;
        let count = self.count_act(video, session, Act::Upvote, -1)?;
        self.act(verb, TransactWriteItem::builder().delete(delete).build(), count).await?;
        Ok(self.act_counts(video).await?.upvotes)
    }

    /// Whether a session has voted for a video.
    pub async fn has_upvoted(&self, video: VideoId, session: &str) -> Result<bool, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(Key::Vote(video, session).attributes()));
        Ok(get.send().await.map_err(unavailable("read vote"))?.item.is_some())
    }

    /// Does an act and counts it, both or neither. False when the act's condition does not hold: it was done before.
    pub(crate) async fn act(
        &self,
        verb: &'static str,
        act: TransactWriteItem,
        count: TransactWriteItem,
    ) -> Result<bool, StoreError> {
        // One token for all attempts: whichever of them DynamoDB did, the others are it (for ten minutes, AWS limit).
        let token = Uuid::new_v4().to_string();
        let mut attempt = 0;
        loop {
            let call = self.client.transact_write_items().client_request_token(&token);
            let Err(error) = call.transact_items(act.clone()).transact_items(count.clone()).send().await else {
                return Ok(true);
            };
            let is_running =
                error.as_service_error().is_some_and(TransactWriteItemsError::is_transaction_in_progress_exception);
            match cancellations(&error) {
                Some([first, ..]) if condition_failed(first) => return Ok(false),
                Some(reasons) if attempt < ATTEMPTS && reasons.iter().any(passes) => pause(attempt).await,
                None if attempt < ATTEMPTS && is_running => pause(attempt).await,
                _ => return Err(unavailable(verb)(error)),
            }
            attempt += 1;
        }
    }
}
