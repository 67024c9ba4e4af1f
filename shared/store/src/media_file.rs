//! | access pattern | key | calls |
//! |---|---|---|
//! | create, with or without an idempotency claim | `MEDIA#{id}` / `FILE` | 1 transaction or 1 put |
//! | read | `MEDIA#{id}` / `FILE` | 1 get |
//! | read with the progress of its newest transcode | `MEDIA#{id}` | 1 query |
//! | attach a multipart upload, record an arrival or an original's size, fail, delete | `MEDIA#{id}` / `FILE` | 1 conditional write |
//! | forget what belongs to a deleted media file | `MEDIA#{id}` | 1 query, 1 batch per 25 items |

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{delete_item::DeleteItemError, update_item::UpdateItemError},
    types::{
        AttributeValue, DeleteRequest, Put, ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
        WriteRequest,
    },
};
use framehouse_domain::{MediaFile, MediaFileId, MediaStatus, Timestamp};

use crate::{
    Store, StoreError, UploadClaim,
    attribute::{Item, get_text, number, text},
    error::unavailable,
    key::{EXPIRES_AT, Key, PK, SK},
    media_file_item::{read, write},
    transcode_job::progress_of,
};

/// When an upload that never arrives is forgotten. Longer than the queue keeps an event (14 days): an object whose event
/// waited for workers must still find its media file.
const ABANDONED_AFTER_SECONDS: i64 = 16 * 24 * 60 * 60;

/// What became of creating a media file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// It is new.
    New,
    /// The claim was used before, for the same request, and made this media file.
    Repeated(MediaFileId),
    /// The claim was used before, for another request.
    ClaimedForAnother,
}

/// What became of an object's arrival.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrival {
    /// It is news: the media file is `UPLOADED` now, as given.
    Recorded(Box<MediaFile>),
    /// This very event, or a newer one, was recorded before; the media file as it stands.
    Known(Box<MediaFile>),
    /// There is no such media file: never was, or deleted.
    Gone,
}

/// What became of abandoning an upload.
#[derive(Debug, Clone, PartialEq)]
pub enum Abandoned {
    /// It is deleted; this is what it was.
    Now(Box<MediaFile>),
    /// Too late: the object has arrived.
    Arrived,
    /// There is no such media file.
    Gone,
}

impl Store {
    /// Creates `media` unless `claim` was used before.
    pub async fn create_media_file(
        &self,
        media: &MediaFile,
        claim: Option<&UploadClaim>,
    ) -> Result<Created, StoreError> {
        let mut item = write(media)?;
        let expires = media.created_at.plus_seconds(ABANDONED_AFTER_SECONDS).as_seconds();
        item.insert(EXPIRES_AT.to_owned(), number(expires));
        let Some(claim) = claim else {
            let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
            put.condition_expression("attribute_not_exists(pk)")
                .send()
                .await
                .map_err(unavailable("create media file"))?;
            return Ok(Created::New);
        };
        let claimed = claim.item(media.id, media.created_at);
        let now = number(media.created_at.as_seconds());
        let put_claim = self.put(claimed, "attribute_not_exists(pk) OR expiresAt < :now", [(":now", now)])?;
        let put_media = self.put(item, "attribute_not_exists(pk)", [])?;
        let outcome = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().put(put_claim).build())
            .transact_items(TransactWriteItem::builder().put(put_media).build())
            .send()
            .await;
        match outcome {
            Ok(_) => Ok(Created::New),
            Err(error) => match earlier_claim(&error).and_then(|item| claim.read(item)) {
                Some((id, true)) => Ok(Created::Repeated(id)),
                Some((_, false)) => Ok(Created::ClaimedForAnother),
                None => Err(unavailable("create media file")(error)),
            },
        }
    }

    /// The media file, read consistently.
    pub async fn media_file(&self, id: MediaFileId) -> Result<Option<MediaFile>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(Key::MediaFile(id).attributes()));
        let found = get.consistent_read(true).send().await.map_err(unavailable("read media file"))?;
        found.item.map(read).transpose()
    }

    /// The media file and how far its newest transcode is, in percent (0 before it begins, 100 when `READY`).
    pub async fn media_file_with_progress(&self, id: MediaFileId) -> Result<Option<(MediaFile, u8)>, StoreError> {
        let mut items = self.media_partition(id).await?;
        let Some(at) = items.iter().position(|item| get_text(item, SK) == Some("FILE")) else { return Ok(None) };
        let media = read(items.swap_remove(at))?;
        let progress = match media.status {
            MediaStatus::AwaitingUpload | MediaStatus::Uploaded => 0,
            MediaStatus::Ready => 100,
            MediaStatus::Processing | MediaStatus::Failed => progress_of(&items, media.version),
        };
        Ok(Some((media, progress)))
    }

    /// Notes S3's id of the multipart upload; answers the id that counts, which is the first one noted.
    /// Nothing when the media file is gone or no longer awaits its upload.
    pub async fn attach_multipart(&self, id: MediaFileId, upload_id: &str) -> Result<Option<String>, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::MediaFile(id).attributes()))
            .update_expression("SET uploadId = if_not_exists(uploadId, :upload)")
            .condition_expression("#status = :awaiting")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":upload", text(upload_id))
            .expression_attribute_values(":awaiting", text("AWAITING_UPLOAD"))
            .return_values(ReturnValue::AllNew);
        match update.send().await {
            Ok(updated) => Ok(updated.attributes.and_then(|item| get_text(&item, "uploadId").map(str::to_owned))),
            Err(error) if is_condition_failure(&error) => Ok(None),
            Err(error) => Err(unavailable("attach multipart upload")(error)),
        }
    }

    /// Records that the object arrived: `size` bytes of `mime_type`, as told by the S3 event with `sequencer`.
    ///
    /// Events come at least once and in any order. Only one that is newer than all recorded ones changes anything.
    pub async fn record_arrival(
        &self,
        id: MediaFileId,
        size: u64,
        mime_type: &str,
        sequencer: &str,
        now: Timestamp,
    ) -> Result<Arrival, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::MediaFile(id).attributes()))
            .update_expression(
                "SET #status = :uploaded, originalSize = :size, mimeType = :mime, sequencer = :sequencer, \
                 updatedAt = :now REMOVE expiresAt, uploadMethod, uploadId, partSize, errorMessage",
            )
            .condition_expression(
                "attribute_exists(pk) AND (attribute_not_exists(sequencer) OR sequencer < :sequencer)",
            )
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":uploaded", text("UPLOADED"))
            .expression_attribute_values(":size", number(size))
            .expression_attribute_values(":mime", text(mime_type))
            .expression_attribute_values(":sequencer", text(comparable(sequencer)))
            .expression_attribute_values(":now", text(now))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match update.send().await {
            Ok(updated) => Ok(Arrival::Recorded(Box::new(read(updated.attributes.unwrap_or_default())?))),
            Err(error) => match condition_failure(error, "record arrival")? {
                Some(item) => Ok(Arrival::Known(Box::new(read(item)?))),
                None => Ok(Arrival::Gone),
            },
        }
    }

    /// Stores what the original measures, where that is not what was declared. Nothing when the media file is gone.
    pub async fn record_original(&self, id: MediaFileId, size: u64, mime_type: &str) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::MediaFile(id).attributes()))
            .update_expression("SET originalSize = :size, mimeType = :mime")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":size", number(size))
            .expression_attribute_values(":mime", text(mime_type));
        match update.send().await {
            Ok(_) => Ok(()),
            Err(error) if is_condition_failure(&error) => Ok(()),
            Err(error) => Err(unavailable("record original")(error)),
        }
    }

    /// Marks the media file `FAILED` while no version is being made: `version` is the one it has. Answers whether anything
    /// changed.
    ///
    /// `sequencer` is that of the S3 event that led here, if one did; an event that was superseded, or that a copy of itself
    /// made `READY`, changes nothing.
    pub async fn fail_arrival(
        &self,
        id: MediaFileId,
        version: u32,
        sequencer: Option<&str>,
        message: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut set = "SET #status = :failed, errorMessage = :message, updatedAt = :now".to_owned();
        let mut condition = "version = :version AND #status <> :processing".to_owned();
        let mut update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::MediaFile(id).attributes()))
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":failed", text("FAILED"))
            .expression_attribute_values(":processing", text("PROCESSING"))
            .expression_attribute_values(":message", text(message))
            .expression_attribute_values(":version", number(version))
            .expression_attribute_values(":now", text(now));
        if let Some(sequencer) = sequencer {
            set += ", sequencer = :sequencer";
            condition += " AND (attribute_not_exists(sequencer) OR sequencer < :sequencer \
                           OR (sequencer = :sequencer AND #status = :uploaded))";
            update = update
                .expression_attribute_values(":sequencer", text(comparable(sequencer)))
                .expression_attribute_values(":uploaded", text("UPLOADED"));
        }
        set += " REMOVE expiresAt, uploadMethod, uploadId, partSize";
        match update.update_expression(set).condition_expression(condition).send().await {
            Ok(_) => Ok(true),
            Err(error) if is_condition_failure(&error) => Ok(false),
            Err(error) => Err(unavailable("fail media file")(error)),
        }
    }

    /// Deletes a media file whose object has not arrived, and answers what it was.
    pub async fn abandon_upload(&self, id: MediaFileId) -> Result<Abandoned, StoreError> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(Key::MediaFile(id).attributes()))
            .condition_expression("#status = :awaiting")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":awaiting", text("AWAITING_UPLOAD"))
            .return_values(ReturnValue::AllOld)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match delete.send().await {
            Ok(deleted) => Ok(Abandoned::Now(Box::new(read(deleted.attributes.unwrap_or_default())?))),
            Err(error) => match error.as_service_error() {
                Some(DeleteItemError::ConditionalCheckFailedException(failed)) => {
                    Ok(if failed.item.is_some() { Abandoned::Arrived } else { Abandoned::Gone })
                }
                _ => Err(unavailable("abandon upload")(error)),
            },
        }
    }

    /// Deletes the media file itself and answers what it was. Its transcodes end at their next heartbeat; its other
    /// items go with [`Self::forget_media_file`].
    pub async fn delete_media_file(&self, id: MediaFileId) -> Result<Option<MediaFile>, StoreError> {
        let delete = self.client.delete_item().table_name(&self.table).set_key(Some(Key::MediaFile(id).attributes()));
        let deleted =
            delete.return_values(ReturnValue::AllOld).send().await.map_err(unavailable("delete media file"))?;
        deleted.attributes.map(read).transpose()
    }

    /// Deletes the jobs and tasks of a deleted media file. Repeating it is harmless.
    pub async fn forget_media_file(&self, id: MediaFileId) -> Result<(), StoreError> {
        let items = self.media_partition(id).await?;
        let mut requests = Vec::with_capacity(items.len());
        for mut item in items {
            item.retain(|name, _| name == PK || name == SK);
            let delete = DeleteRequest::builder().set_key(Some(item)).build().map_err(builder("forget media file"))?;
            requests.push(WriteRequest::builder().delete_request(delete).build());
        }
        for batch in requests.chunks(25) {
            let mut left = batch.to_vec();
            while !left.is_empty() {
                let call = self.client.batch_write_item().request_items(&self.table, left);
                let answer = call.send().await.map_err(unavailable("forget media file"))?;
                left = answer.unprocessed_items.and_then(|mut tables| tables.remove(&self.table)).unwrap_or_default();
            }
        }
        Ok(())
    }

    /// Every item in the partition of a media file: itself, its jobs, their tasks.
    async fn media_partition(&self, id: MediaFileId) -> Result<Vec<Item>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", Key::MediaFile(id).partition());
        query
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .map_err(unavailable("read media partition"))
    }

    fn put<const N: usize>(
        &self,
        item: Item,
        condition: &str,
        values: [(&str, AttributeValue); N],
    ) -> Result<Put, StoreError> {
        let mut put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(condition)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        for (name, value) in values {
            put = put.expression_attribute_values(name, value);
        }
        put.build().map_err(builder("create media file"))
    }
}

/// S3 sequencers are hexadecimal texts of differing lengths; they compare after the shorter is padded on the right with
/// zeros (Amazon S3 User Guide, "Event message structure").
fn comparable(sequencer: &str) -> String {
    format!("{sequencer:0<40}")
}

fn earlier_claim<R>(
    error: &SdkError<aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError, R>,
) -> Option<&Item> {
    match error.as_service_error()? {
        aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(
            canceled,
        ) => canceled.cancellation_reasons().first()?.item(),
        _ => None,
    }
}

type UpdateError = SdkError<UpdateItemError>;

pub(crate) fn is_condition_failure(error: &UpdateError) -> bool {
    error.as_service_error().is_some_and(UpdateItemError::is_conditional_check_failed_exception)
}

/// The item that failed an update's condition, if there is one; any other failure stays an error.
pub(crate) fn condition_failure(error: UpdateError, verb: &'static str) -> Result<Option<Item>, StoreError> {
    use UpdateItemError::ConditionalCheckFailedException as Failed;
    match error {
        SdkError::ServiceError(service) if matches!(service.err(), Failed(_)) => match service.into_err() {
            Failed(failed) => Ok(failed.item),
            _ => Ok(None),
        },
        other => Err(unavailable(verb)(other)),
    }
}

pub(crate) fn builder(verb: &'static str) -> impl FnOnce(aws_sdk_dynamodb::error::BuildError) -> StoreError {
    move |error| StoreError::Malformed { verb, cause: error.to_string() }
}
