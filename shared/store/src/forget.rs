//! | access pattern | key | calls |
//! |---|---|---|
//! | forget all that an audience did with a removed video | `VIEWS#{video}#{shard}`, `VOTES#{video}#{digit}`, `COUNTS#`, `HEAT#`, `DAYS#{video}`, index `byVideo` | 95 queries and more, 1 batch per 25 items |
//! | forget what was counted after that | `COUNTS#{video}`, `DAYS#{video}` | 2 queries, 1 batch per 25 items |

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use framehouse_domain::{VIEW_SHARDS, VideoId};
use futures::{StreamExt, TryStreamExt, stream};

use crate::{
    Store, StoreError,
    attribute::text,
    comment,
    error::unavailable,
    key::{BY_VIDEO, Key, views_partition, vote_partitions},
    newest::LIST_SHARDS,
    reaction,
    reset::delete,
};

/// Partitions that are worked on at once.
const AT_ONCE: usize = 8;

impl Store {
    /// Removes every item of a video's audience: views, events, votes, reactions, comments, and what was counted of them.
    /// The video is gone already, and nobody adds to them. Repeating it is harmless, and goes on where it stopped.
    pub async fn forget_audience(&self, video: VideoId) -> Result<(), StoreError> {
        let views = (0..VIEW_SHARDS).map(|shard| text(views_partition(video, shard)));
        let votes = vote_partitions(video);
        let counts = [Key::ActCounts(video, 0), Key::HeatCounts(video, 0), Key::DayCounts(video, "", 0)];
        let partitions = views.chain(votes).chain(counts.map(|key| key.partition())).map(|partition| {
            let query = self.client.query().consistent_read(true);
            query.key_condition_expression("pk = :partition").expression_attribute_values(":partition", partition)
        });
        let lists = (0..LIST_SHARDS).flat_map(|shard| {
            let comments = [false, true].map(|hidden| comment::by_video(video, shard, hidden));
            comments.into_iter().chain([reaction::by_video(video, shard)])
        });
        let lists = lists.map(|list| {
            let query = self.client.query().index_name(BY_VIDEO).key_condition_expression("#list = :list");
            query.expression_attribute_names("#list", BY_VIDEO).expression_attribute_values(":list", text(list))
        });
        let queries: Vec<_> = partitions.chain(lists).map(|query| self.remove_all(query)).collect();
        stream::iter(queries).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// Removes what was counted of a removed video's views, votes and comments.
    pub(crate) async fn forget_counts(&self, video: VideoId) -> Result<(), StoreError> {
        for key in [Key::ActCounts(video, 0), Key::DayCounts(video, "", 0)] {
            let query = self.client.query().consistent_read(true).key_condition_expression("pk = :partition");
            self.remove_all(query.expression_attribute_values(":partition", key.partition())).await?;
        }
        Ok(())
    }

    async fn remove_all(&self, query: QueryFluentBuilder) -> Result<(), StoreError> {
        let verb = "forget audience";
        let mut pages = query.table_name(&self.table).projection_expression("pk, sk").into_paginator().send();
        while let Some(page) = pages.next().await {
            let items = page.map_err(unavailable(verb))?.items.unwrap_or_default();
            let deletions = items.iter().map(|item| delete(item, verb)).collect::<Result<_, _>>()?;
            self.write_batches(deletions, verb).await?;
        }
        Ok(())
    }
}
