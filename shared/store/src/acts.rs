//! | access pattern | key | calls |
//! |---|---|---|
//! | count an act | `COUNTS#{video}` / `ACTS#{shard}` | part of the act's transaction |
//! | votes and comments of a video | `COUNTS#{video}`, all `ACTS#` | 1 query |
//!
//! Votes and comments are counted in the transaction that makes them, on one of sixteen counters of the video, chosen by
//! who makes them: exact whatever is repeated or lost, and known at once.

use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use framehouse_domain::VideoId;

use crate::{
    Store, StoreError,
    attribute::{get_number, number, text},
    error::unavailable,
    key::{ACT_SHARDS, Key},
    media_file::builder,
};

/// What is counted as it is done; the name of its attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Upvote,
    Comment,
}

/// Votes and comments of a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ActCounts {
    /// Upvotes.
    pub upvotes: u64,
    /// Comments that are shown.
    pub comments: u64,
}

impl Act {
    const fn attribute(self) -> &'static str {
        match self {
            Self::Upvote => "upvotes",
            Self::Comment => "comments",
        }
    }
}

/// The counter, of so many, that whoever this digest or id names is counted on.
pub(crate) fn act_shard(who: &str) -> u8 {
    let sum = who.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    u8::try_from(sum % u32::from(ACT_SHARDS)).unwrap_or_default()
}

impl Store {
    /// Votes and comments of a video, with every act before this call.
    pub async fn act_counts(&self, video: VideoId) -> Result<ActCounts, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :acts)")
            .expression_attribute_values(":pk", Key::ActCounts(video, 0).partition())
            .expression_attribute_values(":acts", text("ACTS#"));
        let counters = query.send().await.map_err(unavailable("read counts"))?.items.unwrap_or_default();
        let sum = |act: Act| {
            let each = counters.iter().filter_map(|item| get_number::<i64>(item, act.attribute()));
            u64::try_from(each.sum::<i64>()).unwrap_or_default()
        };
        Ok(ActCounts { upvotes: sum(Act::Upvote), comments: sum(Act::Comment) })
    }

    /// The part of a transaction that counts an act of `who`, or takes it back when `change` is negative.
    pub(crate) fn count_act(
        &self,
        video: VideoId,
        who: &str,
        act: Act,
        change: i64,
    ) -> Result<TransactWriteItem, StoreError> {
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(Key::ActCounts(video, act_shard(who)).attributes()))
            .update_expression("ADD #act :change, folds :one")
            .expression_attribute_names("#act", act.attribute())
            .expression_attribute_values(":change", number(change))
            .expression_attribute_values(":one", number(1))
            .build()
            .map_err(builder("count act"))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}
