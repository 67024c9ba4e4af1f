//! The consumer against every kind of delivery, each test on a table of its own, with the records of that table's stream.

use std::{future::Future, pin::pin, task::Poll};

use aws_lambda_events::dynamodb::EventRecord;
use framehouse_api::{App, CallPace, Config, now};
use framehouse_domain::{Timestamp, Video, VideoId, View, ViewId, Viewer};
use framehouse_store::{Recounted, Store};
use futures::future::join_all;

use super::{
    random::Random,
    table::{Table, deliver},
};

/// A video that is only a record.
pub(crate) async fn video(store: &Store) -> VideoId {
    let id = VideoId::generate();
    let path = format!("videos/counting-{id}.mp4").parse().unwrap();
    let video = Video::new(id, path, format!("library/videos/counting-{id}.mp4"), "test".into(), now());
    store.create_video(&video, None).await.unwrap();
    id
}

/// A view that begins at a moment in a partition.
pub(crate) async fn open(store: &Store, video: VideoId, shard: u8, at: Timestamp) -> ViewId {
    let view = View::begin(ViewId::generate(video, shard, at), Viewer::unknown(), None, true, 90);
    store.open_view(&view).await.unwrap();
    view.id()
}

/// Views of some partitions and days, with what comes of views; answers views, seconds and completions.
async fn audience(store: &Store, video: VideoId, views: u32) -> (u64, u64, u64) {
    let (mut seconds, mut completions) = (0, 0);
    for n in 0..views {
        let began = now().plus_seconds(-i64::from(n % 3) * 43_200);
        let id = open(store, video, (n % 5) as u8, began).await;
        for beat in 1..=n % 4 {
            store.beat(id, beat * 9, &[0].into()).await.unwrap();
        }
        seconds += u64::from(n % 4 * 9);
        if n % 3 == 0 {
            store.finish_view(id).await.unwrap();
            completions += 1;
        }
    }
    (u64::from(views), seconds, completions)
}

/// What the video shows.
pub(crate) async fn shown(store: &Store, video: VideoId) -> (u64, u64, u64) {
    let engagement = store.video(video).await.unwrap().unwrap().engagement;
    (engagement.views, engagement.watch_time, engagement.completions)
}

#[tokio::test]
async fn batches_that_are_repeated_cut_anew_and_late_count_once() {
    let table = Table::new().await;
    let video = video(&table.store).await;
    let truth = audience(&table.store, video, 40).await;
    let records = table.records().await;
    let mut random = Random(7);
    let mut done = 0;
    while done < records.len() {
        // Anything up to what was delivered before may come again; nothing comes before what precedes it.
        let start = random.below(done + 1);
        let end = (start + 1 + random.below(60)).min(records.len());
        assert_eq!(table.deliver(&records[start..end]).await, None);
        done = done.max(end);
    }
    assert_eq!(shown(&table.store, video).await, truth);
    assert_eq!(table.deliver(&records).await, None);
    assert_eq!(table.deliver(&records[records.len() / 2..]).await, None);
    assert_eq!(shown(&table.store, video).await, truth);
    assert_eq!(table.store.reconcile(video, now()).await.unwrap(), Recounted::default());
    table.remove().await;
}

#[tokio::test]
async fn several_consumers_at_once_count_once() {
    let table = Table::new().await;
    let video = video(&table.store).await;
    let truth = audience(&table.store, video, 40).await;
    let records = table.records().await;
    let consume = async |seed| {
        let mut random = Random(seed);
        let mut done = 0;
        while done < records.len() {
            let end = (done + 1 + random.below(30)).min(records.len());
            assert_eq!(table.deliver(&records[done..end]).await, None);
            done = end;
        }
    };
    join_all((1..=4).map(consume)).await;
    assert_eq!(shown(&table.store, video).await, truth);
    assert_eq!(table.store.reconcile(video, now()).await.unwrap(), Recounted::default());
    table.remove().await;
}

/// Drops a future when it has been waited for so many times.
async fn killed_after<T>(waits: u32, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = waits;
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn a_consumer_that_dies_anywhere_loses_and_repeats_nothing() {
    let table = Table::new().await;
    let video = video(&table.store).await;
    let mut truth = (0, 0, 0);
    let mut deaths = 0;
    let mut delivered = 0;
    for round in 0.. {
        let more = audience(&table.store, video, 3).await;
        truth = (truth.0 + more.0, truth.1 + more.1, truth.2 + more.2);
        let records = table.records().await;
        // Each round it lives a little longer, until it lives to the end.
        if killed_after(round, Box::pin(table.deliver(&records[delivered..]))).await.is_some() {
            break;
        }
        deaths += 1;
        if round % 3 == 0 {
            assert_eq!(table.deliver(&records[delivered..]).await, None);
            assert_eq!(shown(&table.store, video).await, truth, "after {deaths} deaths");
            delivered = records.len();
        }
    }
    assert!(deaths > 5, "it dies while it counts: {deaths}");
    assert_eq!(table.deliver(&table.records().await[delivered..]).await, None);
    assert_eq!(shown(&table.store, video).await, truth);
    assert_eq!(table.store.reconcile(video, now()).await.unwrap(), Recounted::default());
    table.remove().await;
}

#[tokio::test]
async fn a_view_belongs_to_the_day_on_which_it_began_however_many_days_come_together() {
    let table = Table::new().await;
    let video = video(&table.store).await;
    // More days than a transaction takes, in one partition, told in one batch and in no order.
    let mut views = Vec::new();
    for day in 0..70 {
        views.push(open(&table.store, video, 3, now().plus_seconds(-86_400 * (day * 37 % 70))).await);
    }
    for view in &views {
        table.store.beat(*view, 5, &[0].into()).await.unwrap();
    }
    assert_eq!(table.deliver(&table.records().await).await, None);
    assert_eq!(shown(&table.store, video).await, (70, 350, 0));
    let counts = table.store.audience_counts(video, "2000-01-01", "2999-12-31").await.unwrap();
    assert_eq!(counts.days.len(), 70);
    assert!(counts.days.iter().all(|day| (day.counts.views, day.counts.watch_time) == (1, 5)));
    assert_eq!(table.store.reconcile(video, now()).await.unwrap(), Recounted::default());
    table.remove().await;
}

#[tokio::test]
async fn what_cannot_be_counted_is_asked_for_again_from_the_first_of_it() {
    let table = Table::new().await;
    let video = video(&table.store).await;
    audience(&table.store, video, 3).await;
    let records = table.records().await;
    let first =
        records.iter().find(|record| is_of(record, "VIEWS#")).and_then(|record| record.change.sequence_number.clone());
    let nowhere = Config { table_name: "no-such-table".into(), ..Config::default() };
    assert_eq!(deliver(&App::new(nowhere, CallPace::Interactive), &records).await, first);
    assert_eq!(table.deliver(&records).await, None);
    table.remove().await;
}

fn is_of(record: &EventRecord, prefix: &str) -> bool {
    let keys = serde_json::to_value(&record.change.keys).unwrap();
    keys["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with(prefix))
}

#[tokio::test]
async fn a_record_that_nobody_can_read_does_not_hold_up_the_others() {
    let table = Table::new().await;
    let video = video(&table.store).await;
    let truth = audience(&table.store, video, 6).await;
    let mut records = table.records().await;
    let mut broken = records.iter().find(|record| is_of(record, "VIEWS#")).unwrap().clone();
    broken.change.new_image.remove("watchTimeSeconds");
    records.insert(2, broken);
    assert_eq!(table.deliver(&records).await, None);
    assert_eq!(shown(&table.store, video).await, truth);
    table.remove().await;
}

#[tokio::test]
async fn totals_reach_a_video_that_others_change_and_let_a_removed_one_be() {
    let table = Table::new().await;
    let video = video(&table.store).await;
    let truth = audience(&table.store, video, 12).await;
    let records = table.records().await;
    let edits = async {
        for n in 0..20 {
            let rename = |video: &mut Video| {
                video.title = Some(format!("{n}"));
                Ok::<_, ()>(())
            };
            table.store.modify_video(video, now().plus_seconds(n), rename).await.unwrap();
        }
    };
    let counts = async {
        for record in &records {
            assert_eq!(table.deliver(std::slice::from_ref(record)).await, None);
        }
    };
    tokio::join!(edits, counts);
    let seen = table.store.video(video).await.unwrap().unwrap();
    assert_eq!((shown(&table.store, video).await, seen.title.as_deref()), (truth, Some("19")));
    assert_eq!(seen.revision, 1, "counts are no edits");

    table.store.remove_video(video, now()).await.unwrap();
    open(&table.store, video, 1, now()).await;
    assert_eq!(table.deliver(&table.records().await).await, None);
    assert_eq!(table.store.video(video).await.unwrap(), None);
    table.remove().await;
}

#[tokio::test]
async fn what_began_before_a_reset_is_not_counted_whenever_it_is_told() {
    let table = Table::new().await;
    let video = video(&table.store).await;
    let old = open(&table.store, video, 1, now()).await;
    audience(&table.store, video, 6).await;
    let early = table.records().await;
    assert_eq!(table.deliver(&early[..early.len() / 2]).await, None);
    table.store.beat(old, 1, &[0].into()).await.unwrap();
    let late = table.records().await;
    table.store.forget_views(video, now).await.unwrap();
    let new = open(&table.store, video, 1, now().plus_seconds(1)).await;
    table.store.beat(new, 2, &[0].into()).await.unwrap();
    assert_eq!(table.deliver(&late).await, None);
    assert_eq!(table.deliver(&table.records().await).await, None);
    assert_eq!(shown(&table.store, video).await, (1, 2, 0));
    assert_eq!(table.store.reconcile(video, now()).await.unwrap(), Recounted::default());
    table.remove().await;
}
