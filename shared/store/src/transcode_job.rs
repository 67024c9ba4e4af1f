//! | access pattern | key | calls |
//! |---|---|---|
//! | begin a version | `MEDIA#{id}` / `FILE`, `JOB#{version}` | 1 transaction |
//! | read a job | `MEDIA#{id}` / `JOB#{version}` | 1 get |
//! | lease a task, finish its row | `MEDIA#{id}` / `TASK#{version}#{task}` | 1 conditional write |
//! | heartbeat of a task | the task, then `FILE` | 1 conditional write, 1 get |
//! | finish a task | the job's pending set | 1 conditional write |
//! | publish or fail a version | `MEDIA#{id}` / `FILE` | 1 conditional write |
//!
//! A task has a row of its own, so that many workers report without meeting on one item; the job's row is written once a
//! task. Jobs and tasks outlive every message about them: the queue keeps those 14 days.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, Put, ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update},
};
use framehouse_domain::{LiveVersion, MediaFile, MediaFileId, Timestamp};

use crate::{
    Store, StoreError,
    attribute::{Item, get_number, get_text, number, text},
    error::unavailable,
    key::{EXPIRES_AT, Key, SK},
    media_file::{builder, condition_failure, is_condition_failure},
    media_file_item::{read, write_live},
};

const KEPT_SECONDS: i64 = 16 * 24 * 60 * 60;
/// Share of the progress bar that encoding fills; packaging has the rest.
const ENCODE_PERCENT: f64 = 95.0;

/// One transcode: its tasks and which of them are not finished.
#[derive(Debug, Clone, PartialEq)]
pub struct TranscodeJob {
    /// Weight in the progress bar by task name; any unit.
    pub weights: BTreeMap<String, f64>,
    /// Names of the tasks that are not finished, in order.
    pub pending: Vec<String>,
}

/// Names one task of one transcode.
#[derive(Debug, Clone, Copy)]
pub struct TaskRef<'a> {
    /// The media file.
    pub id: MediaFileId,
    /// The transcode.
    pub version: u32,
    /// The task, such as `video-00000`, `audio` or `package`.
    pub task: &'a str,
}

impl TaskRef<'_> {
    fn key(&self) -> Item {
        Key::Task(self.id, self.version, self.task).attributes()
    }
}

/// What became of beginning a version.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// The media file is `PROCESSING` this version now.
    Now,
    /// Somebody began it before; this is the job.
    Before(TranscodeJob),
    /// The media file is gone, or at another version than the one before this.
    Superseded,
}

/// What became of asking for a task's lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lease {
    /// It is the caller's until then.
    Taken,
    /// Another worker holds it until that moment.
    Held(Timestamp),
}

/// What a worker learns at a heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heartbeat {
    /// Go on.
    Alive,
    /// Another worker has the lease.
    Lost,
    /// The media file was deleted, or this version is not the one being made any more.
    Superseded,
}

/// What became of finishing a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    /// It was pending; so many others still are. At 0 the caller starts packaging.
    Now {
        /// Unfinished tasks.
        remaining: usize,
    },
    /// It had been finished before; so many others are pending.
    Before {
        /// Unfinished tasks.
        remaining: usize,
    },
    /// The job is gone.
    Gone,
}

impl Store {
    /// Begins transcode `version` of a media file whose newest one is `version - 1`.
    pub async fn begin_version(
        &self,
        id: MediaFileId,
        version: u32,
        weights: &BTreeMap<String, f64>,
        now: Timestamp,
    ) -> Result<Begun, StoreError> {
        let verb = "begin version";
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(Key::MediaFile(id).attributes()))
            .update_expression("SET #status = :processing, version = :version, updatedAt = :now REMOVE errorMessage")
            .condition_expression("version = :previous AND #status <> :awaiting")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":processing", text("PROCESSING"))
            .expression_attribute_values(":awaiting", text("AWAITING_UPLOAD"))
            .expression_attribute_values(":version", number(version))
            .expression_attribute_values(":previous", number(i64::from(version) - 1))
            .expression_attribute_values(":now", text(now))
            .build()
            .map_err(builder(verb))?;
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(job_item(id, version, weights, now)))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(builder(verb))?;
        let call = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().update(update).build())
            .transact_items(TransactWriteItem::builder().put(put).build());
        match call.send().await {
            Ok(_) => Ok(Begun::Now),
            Err(error) if condition_failed(&error) => match self.transcode_job(id, version).await? {
                Some(job) if self.is_processing(id, version).await? => Ok(Begun::Before(job)),
                _ => Ok(Begun::Superseded),
            },
            Err(error) => Err(unavailable(verb)(error)),
        }
    }

    /// The job of a transcode.
    pub async fn transcode_job(&self, id: MediaFileId, version: u32) -> Result<Option<TranscodeJob>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(Key::Job(id, version).attributes()));
        let found = get.consistent_read(true).send().await.map_err(unavailable("read transcode job"))?;
        Ok(found.item.map(|item| read_job(&item)))
    }

    /// Takes or renews `owner`'s lease of a task until `until`, unless another's lease is still valid at `now`.
    pub async fn lease_task(
        &self,
        task: TaskRef<'_>,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Lease, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(task.key()))
            .update_expression("SET #owner = :owner, leaseUntil = :until, expiresAt = :expires")
            .condition_expression("attribute_not_exists(leaseUntil) OR leaseUntil <= :now OR #owner = :owner")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", text(owner))
            .expression_attribute_values(":now", number(now.as_millis()))
            .expression_attribute_values(":until", number(until.as_millis()))
            .expression_attribute_values(":expires", number(now.plus_seconds(KEPT_SECONDS).as_seconds()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match update.send().await {
            Ok(_) => Ok(Lease::Taken),
            Err(error) => {
                let held = condition_failure(error, "lease task")?;
                let until = held.and_then(|item| get_number(&item, "leaseUntil")).map(Timestamp::from_millis);
                Ok(Lease::Held(until.unwrap_or(now)))
            }
        }
    }

    /// Ends `owner`'s lease of a task, so that its next worker need not wait, and notes the `trouble` that stopped it, for
    /// whoever gives the task up in the end. Does nothing when another has the lease.
    pub async fn release_task(&self, task: TaskRef<'_>, owner: &str, trouble: &str) -> Result<(), StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(task.key()))
            .update_expression("SET trouble = :trouble REMOVE leaseUntil")
            .condition_expression("#owner = :owner")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", text(owner))
            .expression_attribute_values(":trouble", text(trouble));
        match update.send().await {
            Ok(_) => Ok(()),
            Err(error) if is_condition_failure(&error) => Ok(()),
            Err(error) => Err(unavailable("release task")(error)),
        }
    }

    /// The trouble that last stopped a task.
    pub async fn task_trouble(&self, task: TaskRef<'_>) -> Result<Option<String>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(task.key())).consistent_read(true);
        let found = get.send().await.map_err(unavailable("read task"))?;
        Ok(found.item.and_then(|item| get_text(&item, "trouble").map(str::to_owned)).filter(|text| !text.is_empty()))
    }

    /// Renews the lease, reports `progress` (0 to 1) and learns whether the work is still wanted.
    pub async fn heartbeat_task(
        &self,
        task: TaskRef<'_>,
        owner: &str,
        until: Timestamp,
        progress: f64,
    ) -> Result<Heartbeat, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(task.key()))
            .update_expression("SET leaseUntil = :until, progress = :progress")
            .condition_expression("#owner = :owner")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", text(owner))
            .expression_attribute_values(":until", number(until.as_millis()))
            .expression_attribute_values(":progress", number(format!("{:.4}", progress.clamp(0.0, 1.0))));
        match update.send().await {
            Ok(_) if self.is_processing(task.id, task.version).await? => Ok(Heartbeat::Alive),
            Ok(_) => Ok(Heartbeat::Superseded),
            Err(error) if is_condition_failure(&error) => Ok(Heartbeat::Lost),
            Err(error) => Err(unavailable("renew lease")(error)),
        }
    }

    /// Strikes a task off the job's pending set. Exactly one caller learns that it was the last.
    pub async fn finish_task(&self, task: TaskRef<'_>) -> Result<Finished, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::Job(task.id, task.version).attributes()))
            .update_expression("DELETE pending :tasks")
            .condition_expression("contains(pending, :task)")
            .expression_attribute_values(":tasks", AttributeValue::Ss(vec![task.task.to_owned()]))
            .expression_attribute_values(":task", text(task.task))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match update.send().await {
            Ok(updated) => {
                Ok(Finished::Now { remaining: read_job(&updated.attributes.unwrap_or_default()).pending.len() })
            }
            Err(error) => Ok(match condition_failure(error, "finish task")? {
                Some(item) => Finished::Before { remaining: read_job(&item).pending.len() },
                None => Finished::Gone,
            }),
        }
    }

    /// Makes `live` what viewers get and the media file `READY`, if its version is the one being made. Answers the media
    /// file as it was, or nothing when this version is not wanted any more.
    pub async fn publish_version(
        &self,
        id: MediaFileId,
        live: &LiveVersion,
        now: Timestamp,
    ) -> Result<Option<MediaFile>, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::MediaFile(id).attributes()))
            .update_expression("SET #status = :ready, live = :live, updatedAt = :now REMOVE errorMessage")
            .condition_expression("version = :version AND #status = :processing")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":ready", text("READY"))
            .expression_attribute_values(":processing", text("PROCESSING"))
            .expression_attribute_values(":live", AttributeValue::M(write_live(live)?))
            .expression_attribute_values(":version", number(live.version))
            .expression_attribute_values(":now", text(now))
            .return_values(ReturnValue::AllOld);
        match update.send().await {
            Ok(updated) => updated.attributes.map(read).transpose(),
            Err(error) if is_condition_failure(&error) => Ok(None),
            Err(error) => Err(unavailable("publish version")(error)),
        }
    }

    /// Marks the media file `FAILED` while it is processing `version`; what is live stays live. Answers whether anything
    /// changed.
    pub async fn fail_version(
        &self,
        id: MediaFileId,
        version: u32,
        message: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(Key::MediaFile(id).attributes()))
            .update_expression("SET #status = :failed, errorMessage = :message, updatedAt = :now")
            .condition_expression("version = :version AND #status = :processing")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":failed", text("FAILED"))
            .expression_attribute_values(":processing", text("PROCESSING"))
            .expression_attribute_values(":message", text(message))
            .expression_attribute_values(":version", number(version))
            .expression_attribute_values(":now", text(now));
        match update.send().await {
            Ok(_) => Ok(true),
            Err(error) if is_condition_failure(&error) => Ok(false),
            Err(error) => Err(unavailable("fail version")(error)),
        }
    }

    /// Whether `version` is the one being made: the media file exists, is `PROCESSING` and at this version.
    pub async fn is_processing(&self, id: MediaFileId, version: u32) -> Result<bool, StoreError> {
        let get = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(Key::MediaFile(id).attributes()))
            .projection_expression("#status, version")
            .expression_attribute_names("#status", "status")
            .consistent_read(true);
        let found = get.send().await.map_err(unavailable("read media file"))?;
        Ok(found.item.is_some_and(|item| {
            get_text(&item, "status") == Some("PROCESSING") && get_number(&item, "version") == Some(version)
        }))
    }
}

/// Percent done of transcode `version`, from the items of a media file's partition.
pub(crate) fn progress_of(items: &[Item], version: u32) -> u8 {
    let job_key = format!("JOB#{version:06}");
    let Some(job) = items.iter().find(|item| get_text(item, SK) == Some(&job_key)).map(read_job) else { return 0 };
    let total: f64 = job.weights.values().sum();
    if total <= 0.0 {
        return 0;
    }
    let done = job.weights.iter().map(|(task, weight)| {
        if !job.pending.contains(task) {
            return *weight;
        }
        let key = format!("TASK#{version:06}#{task}");
        let row = items.iter().find(|item| get_text(item, SK) == Some(&key));
        weight * row.and_then(|row| get_number::<f64>(row, "progress")).unwrap_or(0.0)
    });
    (done.sum::<f64>() / total * ENCODE_PERCENT).floor().clamp(0.0, ENCODE_PERCENT) as u8
}

/// Whether a transaction was cancelled by a condition. Clashes with other transactions and throttling cancel it as well;
/// those say nothing about the item and are tried again.
fn condition_failed<R>(error: &SdkError<TransactWriteItemsError, R>) -> bool {
    let Some(TransactWriteItemsError::TransactionCanceledException(canceled)) = error.as_service_error() else {
        return false;
    };
    canceled.cancellation_reasons().iter().any(|reason| reason.code() == Some("ConditionalCheckFailed"))
}

fn job_item(id: MediaFileId, version: u32, weights: &BTreeMap<String, f64>, now: Timestamp) -> Item {
    let mut item = Key::Job(id, version).attributes();
    let weight_map = weights.iter().map(|(task, weight)| (task.clone(), number(weight))).collect();
    item.insert("weights".to_owned(), AttributeValue::M(weight_map));
    item.insert("pending".to_owned(), AttributeValue::Ss(weights.keys().cloned().collect()));
    item.insert(EXPIRES_AT.to_owned(), number(now.plus_seconds(KEPT_SECONDS).as_seconds()));
    item
}

fn read_job(item: &Item) -> TranscodeJob {
    let weights = item.get("weights").and_then(|value| value.as_m().ok());
    let weights = weights
        .into_iter()
        .flatten()
        .filter_map(|(task, weight)| Some((task.clone(), weight.as_n().ok()?.parse().ok()?)));
    let mut pending = item.get("pending").and_then(|value| value.as_ss().ok()).cloned().unwrap_or_default();
    pending.sort();
    TranscodeJob { weights: weights.collect(), pending }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_weighs_tasks_and_leaves_the_rest_to_packaging() {
        let id = MediaFileId::generate();
        let now = Timestamp::from_millis(0);
        let weights = BTreeMap::from([("audio".to_owned(), 1.0), ("video-00000".to_owned(), 3.0)]);
        let mut job = job_item(id, 1, &weights, now);
        assert_eq!(progress_of(&[], 1), 0, "no job yet");
        assert_eq!(progress_of(std::slice::from_ref(&job), 1), 0);
        assert_eq!(progress_of(std::slice::from_ref(&job), 2), 0, "another version's job does not count");
        let mut row = Key::Task(id, 1, "video-00000").attributes();
        row.insert("progress".to_owned(), number("0.5"));
        assert_eq!(progress_of(&[row.clone(), job.clone()], 1), 35);
        job.remove("pending");
        assert_eq!(progress_of(&[row, job], 1), 95);
    }
}
