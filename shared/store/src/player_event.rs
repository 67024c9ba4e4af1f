//! | access pattern | key | calls |
//! |---|---|---|
//! | note what players told | `VIEWS#{video}#{shard}` / `{uuid}#EVENT` | 1 batch per 25 |
//! | which of these views there are | `VIEWS#{video}#{shard}` / `{uuid}#VIEW` | 1 batch per 100 |
//!
//! An event is the same item however often it is told under one id: its key and everything in it come from the event.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use framehouse_domain::{PlayerEvent, ViewId};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    attribute::{Item, get_text, to_item},
    error::unavailable,
    key::{Key, PK, SK},
    media_file::builder,
    video::pause,
};

/// The most items of one batch of writes (AWS limit).
pub(crate) const WRITES: usize = 25;
/// How often a batch is tried of which something is left.
const ATTEMPTS: u32 = 10;

impl Store {
    /// Notes events, each under its own id and beside the views of a partition.
    pub async fn note_events(&self, events: &[(u8, Uuid, PlayerEvent)]) -> Result<(), StoreError> {
        let verb = "note player events";
        // A batch may name no key twice.
        let mut items = HashMap::new();
        for (shard, id, event) in events {
            items.insert((event.video_id, *shard, *id), write(*shard, *id, event)?);
        }
        let put = |item| PutRequest::builder().set_item(Some(item)).build().map_err(builder(verb));
        let put = |item| Ok(WriteRequest::builder().put_request(put(item)?).build());
        self.write_batches(items.into_values().map(put).collect::<Result<_, StoreError>>()?, verb).await
    }

    /// Those of these views that there are.
    pub async fn known_views(&self, ids: &HashSet<ViewId>) -> Result<HashSet<ViewId>, StoreError> {
        let items = self.batch(ids.iter().map(|&id| Key::View(id)), "look for views").await?;
        let found: HashSet<(&str, &str)> =
            items.iter().filter_map(|item| Some((get_text(item, PK)?, get_text(item, SK)?))).collect();
        let is_found = |id: &&ViewId| {
            let key = Key::View(**id).attributes();
            get_text(&key, PK).zip(get_text(&key, SK)).is_some_and(|key| found.contains(&key))
        };
        Ok(ids.iter().filter(is_found).copied().collect())
    }

    /// Writes or deletes items, no key twice. What is not written at once is tried again.
    pub(crate) async fn write_batches(&self, writes: Vec<WriteRequest>, verb: &'static str) -> Result<(), StoreError> {
        for batch in writes.chunks(WRITES) {
            let mut left = Some(batch.to_vec());
            let mut attempt = 0;
            while let Some(writes) = left.take().filter(|writes| !writes.is_empty()) {
                if attempt == ATTEMPTS {
                    let cause = format!("{} of {} items are left", writes.len(), batch.len());
                    return Err(StoreError::Unavailable { verb, cause });
                }
                if attempt > 0 {
                    pause(attempt).await;
                }
                attempt += 1;
                let call = self.client.batch_write_item().request_items(&self.table, writes);
                let answer = call.send().await.map_err(unavailable(verb))?;
                left = answer.unprocessed_items.and_then(|mut tables| tables.remove(&self.table));
            }
        }
        Ok(())
    }
}

/// The item of `event`, keys included.
fn write(shard: u8, id: Uuid, event: &PlayerEvent) -> Result<Item, StoreError> {
    let mut item = to_item("write player event", event)?;
    item.extend(Key::PlayerEvent(event.video_id, shard, id).attributes());
    Ok(item)
}

#[cfg(test)]
mod tests {
    use framehouse_domain::{EventType, SentEvent};

    use super::*;

    #[test]
    fn the_stored_items_are_pinned() {
        let view: ViewId = "0197c1f0-a5c8-7d6c-8f4e-0123456789ab.0197c1f0-b0e1-7a30-9c55-012345678907".parse().unwrap();
        let id: Uuid = "0197c1f0-c111-7000-8000-0123456789ab".parse().unwrap();
        let sent = |event_type, view_id, duration_millis| SentEvent {
            video_id: view.video,
            view_id,
            event_type,
            timestamp: 12.5,
            duration_millis,
            event_id: Some(id),
        };
        let json = |sent| {
            let item = write(view.shard(), id, &PlayerEvent::new(&sent, id, 90)).unwrap();
            serde_dynamo::from_item::<_, serde_json::Value>(item).unwrap()
        };
        insta::assert_json_snapshot!("player_event", json(sent(EventType::Rebuffer, Some(view), Some(420))));
        insta::assert_json_snapshot!("bare_player_event", json(sent(EventType::Play, None, None)));
    }
}
