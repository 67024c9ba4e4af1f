//! | access pattern | index `changes` | calls |
//! |---|---|---|
//! | what changed since a moment | `CHANGES#{shard}`, `changedAt` ≥ it | 1 query per MB, 0.5 read units when nothing did |
//! | the whole library | `CHANGES#{shard}`, all of it | 1 query per MB |

use std::time::Duration;

use framehouse_domain::{Timestamp, Video, VideoId};
use tokio::time::sleep;

use crate::{
    Store, StoreError,
    attribute::{get_text, text},
    error::unavailable,
    key::{CHANGED_AT, CHANGES, changes_of, changes_partition},
    video_item::{read, read_tombstone},
};

/// How long the index may take to show a change before its writer stops waiting.
const PATIENCE: [u64; 6] = [5, 10, 25, 60, 150, 400];

/// Among so many changes since a writer's own is its own, unless the video was changed again.
const AWAITED_ITEMS: i32 = 25;

/// What there is to know of a video that changed.
#[derive(Debug, Clone, PartialEq)]
pub enum LibraryChange {
    /// This is what it is now.
    Is(Box<Video>),
    /// Its record was removed.
    Removed {
        /// The video.
        id: VideoId,
        /// When.
        at: Timestamp,
    },
}

impl Store {
    /// Tells `each` of every video of a shard that changed at `since` or later, oldest change first. Of a video that
    /// changed several times only its present state is told, and nothing if that `is_known` by its moment. The index may
    /// lag behind the table by a moment.
    pub async fn changes(
        &self,
        shard: u8,
        since: Timestamp,
        is_known: impl Fn(VideoId, Timestamp) -> bool,
        mut each: impl FnMut(LibraryChange),
    ) -> Result<(), StoreError> {
        let verb = "read changes";
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(CHANGES)
            .key_condition_expression("#changes = :shard AND #at >= :since")
            .expression_attribute_names("#changes", CHANGES)
            .expression_attribute_names("#at", CHANGED_AT)
            .expression_attribute_values(":shard", changes_partition(shard))
            .expression_attribute_values(":since", text(since));
        let mut pages = query.into_paginator().send();
        while let Some(page) = pages.next().await {
            for item in page.map_err(unavailable(verb))?.items.unwrap_or_default() {
                let moment = read_tombstone(&item);
                if moment.is_some_and(|(id, at)| is_known(id, at)) {
                    continue;
                }
                if let Some((id, at)) = moment.filter(|_| item.contains_key("removed")) {
                    each(LibraryChange::Removed { id, at });
                    continue;
                }
                let id = get_text(&item, "id").unwrap_or_default().to_owned();
                match read(item) {
                    Ok(Some(video)) => each(LibraryChange::Is(Box::new(video))),
                    Ok(None) => {}
                    // One item that nobody can read must not keep everybody from all the others.
                    Err(error) => tracing::error!(id, %error, "leave a video out of lists"),
                }
            }
        }
        Ok(())
    }

    /// Waits until the index shows that the video changed at `at` or later, so that whoever lists next sees it. An index
    /// copies a change within milliseconds; one that takes longer than a moment is not waited for, since the write is
    /// done all the same, whatever becomes of looking.
    pub async fn await_change(&self, id: VideoId, at: Timestamp) {
        for patience in PATIENCE {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(CHANGES)
                .key_condition_expression("#changes = :shard AND #at >= :since")
                .expression_attribute_names("#changes", CHANGES)
                .expression_attribute_names("#at", CHANGED_AT)
                .expression_attribute_values(":shard", changes_of(id))
                .expression_attribute_values(":since", text(at))
                .limit(AWAITED_ITEMS);
            match query.send().await {
                Ok(page) => {
                    let wanted = id.to_string();
                    if page.items().iter().any(|item| get_text(item, "id") == Some(&wanted)) {
                        return;
                    }
                }
                Err(error) => {
                    let error = unavailable("await change")(error);
                    tracing::warn!(%id, %error, "a change may be missing from the next list");
                    return;
                }
            }
            sleep(Duration::from_millis(patience)).await;
        }
    }
}
