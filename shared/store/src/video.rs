//! | access pattern | key | calls |
//! |---|---|---|
//! | create | `VIDEO#{id}` / `VIDEO`, `PATH#{path}` / `PATH` | 1 transaction of 2 |
//! | read one | `VIDEO#{id}` / `VIDEO` | 1 get |
//! | read many | `VIDEO#{id}` / `VIDEO` | 1 batch per 100 |
//! | who lies at these paths | `PATH#{path}` / `PATH` | 1 batch per 100 |
//! | who has these bytes | `HASH#{sha256}` | 1 query |

use std::{collections::HashMap, time::Duration};

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{CancellationReason, KeysAndAttributes, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem},
};
use framehouse_domain::{LibraryPath, ScanId, Video, VideoId};
use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    attribute::{Item, get_text, text},
    error::unavailable,
    key::Key,
    media_file::builder,
    video_item::{read, write},
};

/// How often a creation that meets another transaction is tried again.
const ATTEMPTS: u32 = 10;
/// The most items of one batch read (AWS limit).
const BATCH: usize = 100;

/// What became of creating a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VideoCreated {
    /// It is new.
    New,
    /// There is, or was, a video with this id: an earlier attempt made it.
    Known,
    /// Another video lies at the path.
    PathTaken(VideoId),
}

/// Who lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathClaim {
    /// The video.
    pub video: VideoId,
    /// The scan that made its record.
    pub scan: Option<ScanId>,
}

impl Store {
    /// Creates `video` unless its id or its path is taken. `scan` is noted with the path.
    pub async fn create_video(&self, video: &Video, scan: Option<ScanId>) -> Result<VideoCreated, StoreError> {
        let verb = "create video";
        let put = |item| {
            Put::builder()
                .table_name(&self.table)
                .set_item(Some(item))
                .condition_expression("attribute_not_exists(pk)")
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .build()
                .map_err(builder(verb))
        };
        let (put_video, put_claim) = (put(write(video)?)?, put(claim(&video.path, video.id, scan))?);
        let mut attempt = 0;
        let error = loop {
            let outcome = self
                .client
                .transact_write_items()
                .transact_items(TransactWriteItem::builder().put(put_video.clone()).build())
                .transact_items(TransactWriteItem::builder().put(put_claim.clone()).build())
                .send()
                .await;
            match outcome {
                Ok(_) => return Ok(VideoCreated::New),
                Err(error) if attempt < ATTEMPTS && cancellations(&error).is_some_and(|all| all.iter().any(passes)) => {
                    pause(attempt).await;
                    attempt += 1;
                }
                Err(error) => break error,
            }
        };
        match cancellations(&error) {
            Some([is, ..]) if condition_failed(is) => Ok(VideoCreated::Known),
            Some([_, taken]) if condition_failed(taken) => match taken.item().and_then(read_claim) {
                Some(claim) => Ok(VideoCreated::PathTaken(claim.video)),
                None => Err(unavailable(verb)(error)),
            },
            _ => Err(unavailable(verb)(error)),
        }
    }

    /// The video, read consistently; none when it was removed.
    pub async fn video(&self, id: VideoId) -> Result<Option<Video>, StoreError> {
        match self.video_item(id).await? {
            Some(item) => read(item),
            None => Ok(None),
        }
    }

    /// Those of these videos that there are, in any order.
    pub async fn videos(&self, ids: &[VideoId]) -> Result<Vec<Video>, StoreError> {
        let items = self.batch(ids.iter().map(|&id| Key::Video(id)), "read videos").await?;
        items.into_iter().filter_map(|item| read(item).transpose()).collect()
    }

    /// Who lies at these paths.
    pub async fn videos_at(&self, paths: &[LibraryPath]) -> Result<HashMap<LibraryPath, PathClaim>, StoreError> {
        let items = self.batch(paths.iter().map(Key::PathClaim), "read paths").await?;
        let claims: HashMap<&str, PathClaim> =
            items.iter().filter_map(|item| Some((get_text(item, "path")?, read_claim(item)?))).collect();
        Ok(paths.iter().filter_map(|path| Some((path.clone(), *claims.get(path.as_str())?))).collect())
    }

    /// The videos whose bytes have this SHA-256, oldest id first.
    pub async fn videos_with_hash(&self, hash: &str) -> Result<Vec<VideoId>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(format!("HASH#{hash}")));
        let items = query.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        let items = items.map_err(unavailable("read videos with the same bytes"))?;
        Ok(items.iter().filter_map(|item| get_text(item, "videoId")?.parse().ok()).collect())
    }

    pub(crate) async fn video_item(&self, id: VideoId) -> Result<Option<Item>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(Key::Video(id).attributes()));
        Ok(get.consistent_read(true).send().await.map_err(unavailable("read video"))?.item)
    }

    pub(crate) async fn batch<'a>(
        &self,
        keys: impl Iterator<Item = Key<'a>>,
        verb: &'static str,
    ) -> Result<Vec<Item>, StoreError> {
        let keys: Vec<Item> = keys.map(|key| key.attributes()).collect();
        let mut items = Vec::with_capacity(keys.len());
        for batch in keys.chunks(BATCH) {
            let wanted = KeysAndAttributes::builder().set_keys(Some(batch.to_vec())).consistent_read(true);
            let mut left = Some(wanted.build().map_err(builder(verb))?);
            let mut attempt = 0;
            while let Some(wanted) = left.take() {
                if attempt > 0 {
                    pause(attempt).await;
                }
                attempt += 1;
                let call = self.client.batch_get_item().request_items(&self.table, wanted);
                let answer = call.send().await.map_err(unavailable(verb))?;
                items.extend(answer.responses.and_then(|mut tables| tables.remove(&self.table)).unwrap_or_default());
                left = answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.table));
            }
        }
        Ok(items)
    }
}

/// The item that takes a path.
pub(crate) fn claim(path: &LibraryPath, video: VideoId, scan: Option<ScanId>) -> Item {
    let mut item = Key::PathClaim(path).attributes();
    item.insert("path".to_owned(), text(path));
    item.insert("videoId".to_owned(), text(video));
    item.extend(scan.map(|scan| ("scanId".to_owned(), text(scan))));
    item
}

pub(crate) fn read_claim(item: &Item) -> Option<PathClaim> {
    let scan = get_text(item, "scanId").and_then(|text| text.parse().ok());
    Some(PathClaim { video: get_text(item, "videoId")?.parse().ok()?, scan })
}

/// Why each item of a transaction was or was not written, when that is what failed it.
pub(crate) fn cancellations<R>(error: &SdkError<TransactWriteItemsError, R>) -> Option<&[CancellationReason]> {
    match error.as_service_error()? {
        TransactWriteItemsError::TransactionCanceledException(canceled) => Some(canceled.cancellation_reasons()),
        _ => None,
    }
}

/// Whether it is a reason that goes by itself: another transaction on the item, or too many requests. The SDK does not repeat
/// a transaction for it.
pub(crate) fn passes(reason: &CancellationReason) -> bool {
    matches!(reason.code(), Some("TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded"))
}

/// Waits before the next attempt: 5 ms, 10 ms, 20 ms … half a second, so that those who met do not meet again.
pub(crate) async fn pause(attempt: u32) {
    sleep(Duration::from_millis((5 << attempt.min(6)) + u64::from(Uuid::new_v4().as_bytes()[0]) / 16)).await;
}

pub(crate) fn condition_failed(reason: &CancellationReason) -> bool {
    reason.code() == Some("ConditionalCheckFailed")
}
