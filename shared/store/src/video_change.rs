//! | access pattern | key | calls |
//! |---|---|---|
//! | change | `VIDEO#{id}` / `VIDEO` | 1 get, 1 conditional update; a transaction when other items follow it |
//! | remove | `VIDEO#{id}` / `VIDEO` and all that points to it | 1 get, 1 transaction |
//!
//! What follows a video: a `PATH#` claim for each of its places, a `HASH#` item for its bytes, and in its media file
//! whether viewers may watch it and where its original lies.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update},
};
use framehouse_domain::{LibraryPath, Timestamp, Video, VideoId};

use crate::{
    Store, StoreError,
    attribute::{Item, text},
    error::{is_outrun, unavailable},
    key::Key,
    media_file::builder,
    video::{cancellations, claim, condition_failed, passes, pause, read_claim},
    video_item::{difference, read, tombstone, write},
};

/// How often a change that others were faster than is tried.
const ATTEMPTS: u32 = 12;

/// What became of a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Modified<E> {
    /// It is done; the video as it is now.
    Done(Box<Video>),
    /// There was nothing to change.
    Unchanged(Box<Video>),
    /// The change does not want to be made.
    Refused(E),
    /// Another video lies where it was to go.
    PathTaken(VideoId),
    /// There is no such video, or no longer.
    Gone,
}

/// What became of one attempt.
enum Attempt {
    Written,
    Outrun,
    PathTaken(VideoId),
    Gone,
}

impl Store {
    /// Reads the video, lets `change` change it, and writes what became different, unless somebody was faster: then all
    /// of it is done again.
    pub async fn modify_video<E>(
        &self,
        id: VideoId,
        now: Timestamp,
        change: impl Fn(&mut Video) -> Result<(), E>,
    ) -> Result<Modified<E>, StoreError> {
        let mut tried: Option<Video> = None;
        for attempt in 0..ATTEMPTS {
            let Some(old) = self.video_item(id).await?.map(read).transpose()?.flatten() else {
                return Ok(Modified::Gone);
            };
            // The SDK repeats a call whose answer got lost, and the repetition fails on what the first one wrote.
            if tried.as_ref() == Some(&old) {
                return Ok(Modified::Done(Box::new(old)));
            }
            let mut new = old.clone();
            if let Err(refusal) = change(&mut new) {
                return Ok(Modified::Refused(refusal));
            }
            if new == old {
                return Ok(Modified::Unchanged(Box::new(old)));
            }
            new.changed_at = later(now, old.changed_at);
            match self.write_change(&old, &new).await? {
                Attempt::Written => return Ok(Modified::Done(Box::new(new))),
                Attempt::Outrun => {
                    tried = Some(new);
                    pause(attempt).await;
                }
                Attempt::PathTaken(other) => return Ok(Modified::PathTaken(other)),
                Attempt::Gone => return Ok(Modified::Gone),
            }
        }
        Err(StoreError::outrun("change video", ATTEMPTS))
    }

    /// Removes the video's record and all that points to it, and answers what it was. Its objects stay.
    pub async fn remove_video(&self, id: VideoId, now: Timestamp) -> Result<Option<Video>, StoreError> {
        let verb = "remove video";
        for attempt in 0..ATTEMPTS {
            let Some(old) = self.video_item(id).await?.map(read).transpose()?.flatten() else { return Ok(None) };
            let stone = Put::builder()
                .table_name(&self.table)
                .set_item(Some(tombstone(id, later(now, old.changed_at))))
                .condition_expression("changedAt = :old")
                .expression_attribute_values(":old", text(old.changed_at))
                .build()
                .map_err(builder(verb))?;
            let mut writes = vec![TransactWriteItem::builder().put(stone).build()];
            for place in old.places() {
                writes.push(self.delete(&Key::PathClaim(&place), id, verb)?);
            }
            if let Some(hash) = old.file_hash() {
                writes.push(self.delete(&Key::SameBytes(hash, id), id, verb)?);
            }
            match self.client.transact_write_items().set_transact_items(Some(writes)).send().await {
                Ok(_) => return Ok(Some(old)),
                Err(error) if is_contention(&error) => pause(attempt).await,
                Err(error) => return Err(unavailable(verb)(error)),
            }
        }
        Err(StoreError::outrun(verb, ATTEMPTS))
    }

    async fn write_change(&self, old: &Video, new: &Video) -> Result<Attempt, StoreError> {
        let verb = "change video";
        let difference = difference(&write(old)?, &write(new)?);
        let followers = self.followers(old, new)?;
        let condition = "changedAt = :old AND attribute_not_exists(removed)";
        let old_moment = (":old".to_owned(), text(old.changed_at));
        if followers.is_empty() {
            let update = self
                .client
                .update_item()
                .table_name(&self.table)
                .set_key(Some(Key::Video(old.id).attributes()))
                .update_expression(difference.expression)
                .condition_expression(condition)
                .set_expression_attribute_names(Some(difference.names.into_iter().collect()))
                .set_expression_attribute_values(Some(difference.values.into_iter().chain([old_moment]).collect()));
            return match update.send().await {
                Ok(_) => Ok(Attempt::Written),
                Err(error) if is_outrun(&error) => Ok(Attempt::Outrun),
                Err(error) => Err(unavailable(verb)(error)),
            };
        }
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(Key::Video(old.id).attributes()))
            .update_expression(difference.expression)
            .condition_expression(condition)
            .set_expression_attribute_names(Some(difference.names.into_iter().collect()))
            .set_expression_attribute_values(Some(difference.values.into_iter().chain([old_moment]).collect()))
            .build()
            .map_err(builder(verb))?;
        let mut call = self.client.transact_write_items();
        call = call.transact_items(TransactWriteItem::builder().update(update).build());
        for follower in followers {
            call = call.transact_items(follower);
        }
        match call.send().await {
            Ok(_) => Ok(Attempt::Written),
            Err(error) => attempt(old.id, &error).map_or_else(|| Err(unavailable(verb)(error)), Ok),
        }
    }

    /// The writes that follow a change of a video.
    fn followers(&self, old: &Video, new: &Video) -> Result<Vec<TransactWriteItem>, StoreError> {
        let verb = "change video";
        let mut writes = Vec::new();
        let (before, after): (BTreeSet<LibraryPath>, BTreeSet<LibraryPath>) = (old.places(), new.places());
        for place in after.difference(&before) {
            writes.push(self.take(claim(place, new.id, None), new.id, verb)?);
        }
        for place in before.difference(&after) {
            writes.push(self.delete(&Key::PathClaim(place), new.id, verb)?);
        }
        if old.file_hash() != new.file_hash() {
            if let Some(hash) = old.file_hash() {
                writes.push(self.delete(&Key::SameBytes(hash, new.id), new.id, verb)?);
            }
            if let Some(hash) = new.file_hash() {
                let mut item = Key::SameBytes(hash, new.id).attributes();
                item.insert("videoId".to_owned(), text(new.id));
                writes.push(self.take(item, new.id, verb)?);
            }
        }
        writes.extend(self.media_file_follows(old, new)?);
        Ok(writes)
    }

    /// What decides about viewers, and where the original is, is also with the media file: playing reads nothing else.
    fn media_file_follows(&self, old: &Video, new: &Video) -> Result<Option<TransactWriteItem>, StoreError> {
        let seen = |video: &Video| (video.is_public(), video.lock.is_some(), video.object_key.clone());
        let Some(media) = new.media_file_id.filter(|_| seen(old) != seen(new)) else { return Ok(None) };
        let (published, locked, original) = seen(new);
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(Key::MediaFile(media).attributes()))
            .update_expression(
                "SET published = :published, locked = :locked, originalPath = :original, updatedAt = :now",
            )
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":published", AttributeValue::Bool(published))
            .expression_attribute_values(":locked", AttributeValue::Bool(locked))
            .expression_attribute_values(":original", text(original))
            .expression_attribute_values(":now", text(new.changed_at))
            .build()
            .map_err(builder("change video"))?;
        Ok(Some(TransactWriteItem::builder().update(update).build()))
    }

    /// Puts an item that belongs to one video, unless it belongs to another.
    fn take(&self, item: Item, video: VideoId, verb: &'static str) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR videoId = :video")
            .expression_attribute_values(":video", text(video))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build();
        Ok(TransactWriteItem::builder().put(put.map_err(builder(verb))?).build())
    }

    /// Deletes an item that belongs to one video. That it is gone already, or another's, is no reason to fail.
    fn delete(&self, key: &Key<'_>, video: VideoId, verb: &'static str) -> Result<TransactWriteItem, StoreError> {
        let delete = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key.attributes()))
            .condition_expression("attribute_not_exists(pk) OR videoId = :video")
            .expression_attribute_values(":video", text(video))
            .build();
        Ok(TransactWriteItem::builder().delete(delete.map_err(builder(verb))?).build())
    }
}

/// A moment for a video's next state: now, but always later than its last one.
fn later(now: Timestamp, last: Timestamp) -> Timestamp {
    now.max(Timestamp::from_millis(last.as_millis() + 1))
}

/// What a cancelled transaction means; nothing when it failed otherwise.
fn attempt<R>(id: VideoId, error: &SdkError<TransactWriteItemsError, R>) -> Option<Attempt> {
    let reasons = cancellations(error)?;
    let (first, rest) = reasons.split_first()?;
    if condition_failed(first) || reasons.iter().any(passes) {
        return Some(Attempt::Outrun);
    }
    let failed = rest.iter().find(|reason| condition_failed(reason))?;
    match failed.item().and_then(read_claim) {
        Some(claim) if claim.video != id => Some(Attempt::PathTaken(claim.video)),
        // Only the media file's condition fails without an item: it was deleted, and its video goes with it.
        _ => Some(Attempt::Gone),
    }
}

fn is_contention<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    cancellations(error).is_some_and(|reasons| reasons.iter().any(|reason| condition_failed(reason) || passes(reason)))
}
