//! The store's conditions under repetition, disorder and races, each on a fresh table of the emulator.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking")]

mod table;

use std::collections::BTreeMap;

use framehouse_domain::{LiveVersion, MediaFile, MediaFileId, MediaStatus, Timestamp};
use framehouse_store::{Abandoned, Arrival, Begun, Created, Finished, Heartbeat, Lease, Store, TaskRef, UploadClaim};
use table::{fresh_table, media_file, now};

async fn created(store: &Store) -> MediaFile {
    let media = media_file();
    assert_eq!(store.create_media_file(&media, None).await.unwrap(), Created::New);
    media
}

async fn uploaded(store: &Store) -> MediaFileId {
    let id = created(store).await.id;
    assert!(matches!(store.record_arrival(id, 5, "video/mp4", "0A", now()).await.unwrap(), Arrival::Recorded(_)));
    id
}

fn weights(tasks: usize) -> BTreeMap<String, f64> {
    (0..tasks).map(|task| (format!("video-{task:05}"), 1.0)).collect()
}

async fn begun(store: &Store, tasks: usize) -> MediaFileId {
    let id = uploaded(store).await;
    assert_eq!(store.begin_version(id, 1, &weights(tasks), now()).await.unwrap(), Begun::Now);
    id
}

fn live(version: u32) -> LiveVersion {
    let renditions = Vec::new();
    LiveVersion { version, duration: 5.0, width: 640, height: 360, renditions, has_storyboard: true, has_preview: true }
}

#[tokio::test]
async fn only_newer_events_change_anything() {
    let store = fresh_table().await;
    let id = created(&store).await.id;
    let arrive =
        async |sequencer: &str, size| store.record_arrival(id, size, "video/mp4", sequencer, now()).await.unwrap();
    let Arrival::Recorded(media) = arrive("0055AED6DCD90281E5", 7).await else { panic!("the first event is news") };
    assert_eq!((media.status, media.original_size, &media.upload), (MediaStatus::Uploaded, 7, &None));
    assert!(matches!(arrive("0055AED6DCD90281E5", 8).await, Arrival::Known(_)), "the same again");
    assert!(matches!(arrive("0055AED6DCD90281E4", 9).await, Arrival::Known(_)), "an older one, late");
    assert!(matches!(arrive("0055AED6DCD9028", 9).await, Arrival::Known(_)), "a shorter one is padded with zeros");
    assert!(matches!(arrive("0055AED6DCD90281E6", 10).await, Arrival::Recorded(_)), "a newer one");
    assert_eq!(store.media_file(id).await.unwrap().unwrap().original_size, 10);
    let unknown = store.record_arrival(MediaFileId::generate(), 1, "video/mp4", "1", now()).await.unwrap();
    assert_eq!(unknown, Arrival::Gone);
}

#[tokio::test]
async fn a_late_failure_of_a_repeated_event_does_not_undo_success() {
    let store = fresh_table().await;
    let id = begun(&store, 1).await;
    assert!(!store.fail_arrival(id, 1, Some("0A"), "no", now()).await.unwrap(), "a version is being made");
    store.publish_version(id, &live(1), now()).await.unwrap().expect("it is wanted");
    assert!(!store.fail_arrival(id, 1, Some("0A"), "no", now()).await.unwrap(), "the event's copy made it READY");
    assert!(!store.fail_arrival(id, 1, Some("09"), "no", now()).await.unwrap(), "an older event");
    assert_eq!(store.media_file(id).await.unwrap().unwrap().status, MediaStatus::Ready);
    assert!(store.fail_arrival(id, 1, Some("0B"), "Truncated.", now()).await.unwrap(), "a newer object is no video");
    let failed = store.media_file(id).await.unwrap().unwrap();
    assert_eq!((failed.status, failed.error_message.as_deref()), (MediaStatus::Failed, Some("Truncated.")));
    assert_eq!(failed.live, Some(live(1)), "what was live still is");
}

#[tokio::test]
async fn racing_planners_begin_one_version() {
    let store = fresh_table().await;
    let id = uploaded(&store).await;
    let tasks = weights(3);
    let outcomes = futures::future::join_all((0..8).map(|_| store.begin_version(id, 1, &tasks, now()))).await;
    // A clash between transactions is an error to be tried again, never an answer.
    let answered: Vec<_> = outcomes.into_iter().filter_map(Result::ok).collect();
    assert_eq!(answered.iter().filter(|begun| **begun == Begun::Now).count(), 1);
    assert!(answered.iter().all(|begun| *begun != Begun::Superseded), "{answered:?}");
    let Begun::Before(job) = store.begin_version(id, 1, &tasks, now()).await.unwrap() else {
        panic!("it began before")
    };
    assert_eq!(job.pending.len(), 3);
    assert_eq!(store.begin_version(id, 3, &tasks, now()).await.unwrap(), Begun::Superseded, "versions are not skipped");
    assert_eq!(store.begin_version(id, 2, &tasks, now()).await.unwrap(), Begun::Now);
    assert_eq!(store.begin_version(id, 1, &tasks, now()).await.unwrap(), Begun::Superseded, "an older one, late");
    assert_eq!(store.publish_version(id, &live(1), now()).await.unwrap(), None, "version 2 is the one being made");
    assert!(!store.fail_version(id, 1, "no", now()).await.unwrap());
    let waiting = created(&store).await.id;
    assert_eq!(store.begin_version(waiting, 1, &tasks, now()).await.unwrap(), Begun::Superseded, "nothing has arrived");
}

#[tokio::test]
async fn of_many_last_tasks_one_starts_packaging() {
    let store = fresh_table().await;
    let id = begun(&store, 20).await;
    let tasks: Vec<String> = weights(20).into_keys().collect();
    let finish = |task| store.finish_task(TaskRef { id, version: 1, task });
    let outcomes = futures::future::join_all(tasks.iter().chain(&tasks).map(|task| finish(task))).await;
    let outcomes: Vec<_> = outcomes.into_iter().map(Result::unwrap).collect();
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Finished::Now { remaining: 0 }).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Finished::Now { .. })).count(), 20);
    assert_eq!(finish(&tasks[0]).await.unwrap(), Finished::Before { remaining: 0 });
    let gone = TaskRef { id: MediaFileId::generate(), version: 1, task: "audio" };
    assert_eq!(store.finish_task(gone).await.unwrap(), Finished::Gone);
}

#[tokio::test]
async fn a_lease_ends_when_its_owner_dies() {
    let store = fresh_table().await;
    let id = begun(&store, 1).await;
    let task = TaskRef { id, version: 1, task: "video-00000" };
    let start = now();
    let lease = async |owner, at: Timestamp| store.lease_task(task, owner, at, at.plus_seconds(60)).await.unwrap();
    assert_eq!(lease("first", start).await, Lease::Taken);
    assert_eq!(lease("second", start.plus_seconds(59)).await, Lease::Held(start.plus_seconds(60)));
    assert_eq!(lease("first", start.plus_seconds(30)).await, Lease::Taken, "its owner may renew it");
    let beat = async |owner| store.heartbeat_task(task, owner, start.plus_seconds(90), 0.5).await.unwrap();
    assert_eq!(beat("first").await, Heartbeat::Alive);
    assert_eq!(lease("second", start.plus_seconds(91)).await, Lease::Taken, "the first one died");
    assert_eq!(beat("first").await, Heartbeat::Lost);
    store.release_task(task, "first", "not mine").await.unwrap();
    assert_eq!(store.task_trouble(task).await.unwrap(), None, "only the owner has a say");
    store.release_task(task, "second", "S3 did not answer").await.unwrap();
    assert_eq!(store.task_trouble(task).await.unwrap().as_deref(), Some("S3 did not answer"));
    assert_eq!(lease("third", start).await, Lease::Taken, "a released lease is free at once");
    store.delete_media_file(id).await.unwrap().expect("it was there");
    assert_eq!(beat("third").await, Heartbeat::Superseded, "the media file was deleted");
}

#[tokio::test]
async fn one_idempotency_key_makes_one_media_file() {
    let store = fresh_table().await;
    let claim = UploadClaim::new("admin", "key", "request");
    let medias: Vec<_> = (0..8).map(|_| media_file()).collect();
    let outcomes =
        futures::future::join_all(medias.iter().map(|media| store.create_media_file(media, Some(&claim)))).await;
    let answered: Vec<_> = outcomes.into_iter().filter_map(Result::ok).collect();
    assert_eq!(answered.iter().filter(|created| **created == Created::New).count(), 1);
    let Created::Repeated(id) = store.create_media_file(&media_file(), Some(&claim)).await.unwrap() else {
        panic!("the key was used before")
    };
    assert!(store.media_file(id).await.unwrap().is_some());
    let other_request = UploadClaim::new("admin", "key", "another request");
    assert_eq!(store.create_media_file(&media_file(), Some(&other_request)).await.unwrap(), Created::ClaimedForAnother);
    let other_caller = UploadClaim::new("somebody", "key", "request");
    assert_eq!(store.create_media_file(&media_file(), Some(&other_caller)).await.unwrap(), Created::New);
}

#[tokio::test]
async fn the_first_multipart_upload_that_is_noted_counts() {
    let store = fresh_table().await;
    let id = created(&store).await.id;
    assert_eq!(store.attach_multipart(id, "first").await.unwrap().as_deref(), Some("first"));
    assert_eq!(store.attach_multipart(id, "second").await.unwrap().as_deref(), Some("first"));
    let arrived = uploaded(&store).await;
    assert_eq!(store.attach_multipart(arrived, "late").await.unwrap(), None);
    assert!(matches!(store.abandon_upload(id).await.unwrap(), Abandoned::Now(media) if media.id == id));
    assert_eq!(store.abandon_upload(id).await.unwrap(), Abandoned::Gone);
    assert_eq!(store.abandon_upload(arrived).await.unwrap(), Abandoned::Arrived);
}

#[tokio::test]
async fn nothing_of_a_deleted_media_file_stays() {
    let store = fresh_table().await;
    let id = begun(&store, 60).await;
    for task in weights(60).keys() {
        let task = TaskRef { id, version: 1, task };
        assert_eq!(store.lease_task(task, "worker", now(), now().plus_seconds(60)).await.unwrap(), Lease::Taken);
    }
    assert!(store.media_file_with_progress(id).await.unwrap().is_some());
    store.delete_media_file(id).await.unwrap().expect("it was there");
    assert_eq!(store.delete_media_file(id).await.unwrap(), None);
    store.forget_media_file(id).await.unwrap();
    assert_eq!(store.transcode_job(id, 1).await.unwrap(), None);
    store.forget_media_file(id).await.unwrap();
}
