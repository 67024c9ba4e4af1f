//! | access pattern | key | calls |
//! |---|---|---|
//! | react, take it back | `REACTION#{id}` / `REACTION`, `HEAT#{video}` / `{shard}` | 1 transaction of 2; 1 get |
//! | read one | `REACTION#{id}` / `REACTION` | 1 get |
//! | of a video, newest first | index `byVideo`, `REACTIONS#{video}#{0..3}` | 4 queries |
//! | of a user, newest first | index `byUser`, `USER#{user}`, `REACTION#…` | 1 query; 3 at most for those to one video |
//! | heatmap of a video | `HEAT#{video}` | 1 query |
//!
//! A reaction is counted in the transaction that makes it, on one of sixteen counters of the video, chosen by who reacts.
//! Its id is made of what it says, so a second attempt finds the first one and counts nothing.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use framehouse_domain::{HEAT_BUCKETS, Reaction, ReactionId, ReactionType, VideoId};
use serde::Deserialize;

use crate::{
    Store, StoreError,
    acts::act_shard,
    attribute::{Item, from_item, get_number, number, text, to_item},
    error::unavailable,
    key::{BY_VIDEO, Key},
    media_file::builder,
    newest::{Cursor, LIST_SHARDS, Page, Partition, in_list, list_shard, of_user},
};

/// How often a change that others were faster than is tried.
const ATTEMPTS: u32 = 12;
/// What the sort keys of reactions begin with in the index `byUser`.
const BY_USER_PREFIX: &str = "REACTION#";

/// How often viewers reacted to each part of a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heat([[u64; ReactionType::ALL.len()]; HEAT_BUCKETS as usize]);

/// What of a reaction says where it is counted.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    reaction_type: ReactionType,
    bucket: u8,
}

impl Heat {
    /// Reactions of a type in a part of the video.
    pub fn count(&self, bucket: u8, reaction_type: ReactionType) -> u64 {
        self.0.get(usize::from(bucket)).map_or(0, |types| types[reaction_type as usize])
    }
}

impl Store {
    /// Stores a reaction and counts it, once: answers the one that is stored, which may be of an earlier attempt.
    pub async fn react(&self, reaction: &Reaction) -> Result<Reaction, StoreError> {
        let verb = "store reaction";
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(write(reaction)?))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(builder(verb))?;
        let put = TransactWriteItem::builder().put(put).build();
        for _ in 0..ATTEMPTS {
            if self.act(verb, put.clone(), self.count_heat(reaction, 1)?).await? {
                return Ok(reaction.clone());
            }
            if let Some(stored) = self.reaction(reaction.id).await? {
                return Ok(stored);
            }
        }
        Err(StoreError::outrun(verb, ATTEMPTS))
    }

    /// The reaction, read consistently.
    pub async fn reaction(&self, id: ReactionId) -> Result<Option<Reaction>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(Key::Reaction(id).attributes()));
        let found = get.consistent_read(true).send().await.map_err(unavailable("read reaction"))?;
        found.item.map(read).transpose()
    }

    /// Removes a reaction and takes it off the counts; answers what it was, and nothing to all but one of several callers.
    pub async fn remove_reaction(&self, id: ReactionId) -> Result<Option<Reaction>, StoreError> {
        for _ in 0..ATTEMPTS {
            let Some(reaction) = self.reaction(id).await? else { return Ok(None) };
            if self.discard_reaction(&reaction).await? {
                return Ok(Some(reaction));
            }
        }
        Err(StoreError::outrun("remove reaction", ATTEMPTS))
    }

    /// Removes the very reaction that was read, and takes it off the counts; false when it is that no longer.
    pub async fn discard_reaction(&self, reaction: &Reaction) -> Result<bool, StoreError> {
        let verb = "remove reaction";
        let delete = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(Key::Reaction(reaction.id).attributes()))
            // It may have been removed and made again meanwhile, and be counted elsewhere.
            .condition_expression("createdAt = :seen")
            .expression_attribute_values(":seen", text(reaction.created_at))
            .build()
            .map_err(builder(verb))?;
        self.act(verb, TransactWriteItem::builder().delete(delete).build(), self.count_heat(reaction, -1)?).await
    }

    /// Reactions to a video.
    pub async fn reactions(
        &self,
        video: VideoId,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<Page<Reaction>, StoreError> {
        let partitions = (0..LIST_SHARDS).map(|shard| Partition::of_list(by_video(video, shard))).collect();
        self.newest("read reactions", partitions, limit, after).await?.try_map(read)
    }

    /// Reactions of a user, or those to one video, which are sought among the user's: a page of them may be short.
    pub async fn reactions_by(
        &self,
        user: &str,
        video: Option<VideoId>,
        limit: usize,
        after: Option<Cursor>,
    ) -> Result<Page<Reaction>, StoreError> {
        let (verb, of) = ("read reactions", Partition::of_user(user, BY_USER_PREFIX));
        let page = match video {
            Some(video) => self.newest_with(verb, of, ("videoId", text(video)), limit, after).await?,
            None => self.newest(verb, vec![of], limit, after).await?,
        };
        page.try_map(read)
    }

    /// Every reaction of a user, newest first.
    pub async fn reactions_of(&self, user: &str) -> Result<Vec<Reaction>, StoreError> {
        Ok(self.reactions_by(user, None, usize::MAX, None).await?.items)
    }

    /// How often viewers reacted to each part of a video; it may lag behind by a moment.
    pub async fn heat(&self, video: VideoId) -> Result<Heat, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", Key::HeatCounts(video, 0).partition());
        let counters = query.send().await.map_err(unavailable("read heatmap"))?.items.unwrap_or_default();
        let mut heat = Heat([[0; ReactionType::ALL.len()]; HEAT_BUCKETS as usize]);
        for (bucket, types) in (0..HEAT_BUCKETS).zip(&mut heat.0) {
            for (&reaction_type, count) in ReactionType::ALL.iter().zip(types) {
                let name = heat_attribute(reaction_type, bucket);
                let sum: i64 = counters.iter().filter_map(|item| get_number::<i64>(item, &name)).sum();
                *count = u64::try_from(sum).unwrap_or_default();
            }
        }
        Ok(heat)
    }

    /// How often viewers reacted to each part of a video, named as the counters name it, by the reactions in the index,
    /// which may lag behind by a moment.
    pub(crate) async fn reactions_by_part(&self, video: VideoId) -> Result<BTreeMap<String, i64>, StoreError> {
        let verb = "recount reactions";
        let mut parts = BTreeMap::new();
        for shard in 0..LIST_SHARDS {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(BY_VIDEO)
                .key_condition_expression("#list = :list")
                .projection_expression("reactionType, #bucket")
                .expression_attribute_names("#list", BY_VIDEO)
                .expression_attribute_names("#bucket", "bucket")
                .expression_attribute_values(":list", text(by_video(video, shard)));
            let mut reactions = query.into_paginator().items().send();
            while let Some(item) = reactions.next().await {
                let place: Place = from_item(verb, item.map_err(unavailable(verb))?)?;
                *parts.entry(heat_attribute(place.reaction_type, place.bucket)).or_default() += 1;
            }
        }
        Ok(parts)
    }

    /// The part of a transaction that counts a reaction, or takes it back when `change` is negative.
    fn count_heat(&self, reaction: &Reaction, change: i64) -> Result<TransactWriteItem, StoreError> {
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(Key::HeatCounts(reaction.video_id, act_shard(&reaction.user_id)).attributes()))
            .update_expression("ADD #heat :change")
            .expression_attribute_names("#heat", heat_attribute(reaction.reaction_type, reaction.bucket))
            .expression_attribute_values(":change", number(change))
            .build()
            .map_err(builder("count reaction"))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}

/// The attribute of a counter that counts reactions of a type in a part of the video.
pub(crate) fn heat_attribute(reaction_type: ReactionType, bucket: u8) -> String {
    format!("{reaction_type}#{bucket:02}")
}

/// The item of `reaction`, keys included.
pub(crate) fn write(reaction: &Reaction) -> Result<Item, StoreError> {
    let mut item = to_item("write reaction", reaction)?;
    let (id, at) = (reaction.id.as_uuid(), reaction.created_at);
    item.extend(Key::Reaction(reaction.id).attributes());
    item.extend(in_list(by_video(reaction.video_id, list_shard(id)), at, id));
    item.extend(of_user(&reaction.user_id, BY_USER_PREFIX, at, id));
    Ok(item)
}

/// The reaction that `item` stores.
pub(crate) fn read(item: Item) -> Result<Reaction, StoreError> {
    from_item("read reaction", item)
}

pub(crate) fn by_video(video: VideoId, shard: u8) -> String {
    format!("REACTIONS#{video}#{shard}")
}

#[cfg(test)]
mod tests {
    use framehouse_domain::Timestamp;

    use super::*;

    fn sample() -> Reaction {
        let video = "0197c1f0-a5c8-7d6c-8f4e-0123456789ab".parse().unwrap();
        let now = Timestamp::from_millis(1_771_000_000_120);
        Reaction::new(video, Some(180), "alice".into(), ReactionType::Love, 27, now)
    }

    #[test]
    fn the_stored_item_is_pinned_and_reads_back() {
        let item = write(&sample()).unwrap();
        assert_eq!(read(item.clone()).unwrap(), sample());
        insta::assert_json_snapshot!("reaction", serde_dynamo::from_item::<_, serde_json::Value>(item).unwrap());
        assert_eq!(heat_attribute(ReactionType::Love, 7), "love#07");
    }
}
