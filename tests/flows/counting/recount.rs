//! Counts that are wrong are found and set right, while viewers view and consumers count.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodbstreams::types::ShardIteratorType;
use framehouse_api::now;
use framehouse_domain::{Comment, CommentAuthor, Reaction, ReactionType, VideoId};
use framehouse_store::{Drift, Recounted};
use framehouse_tests::{stack, until};

use super::{
    fold::{open, shown, video},
    stream::Stream,
    table::Table,
};

/// Counts what the table's stream tells until told to stop.
async fn consume(table: &Table, stop: &AtomicBool) {
    let mut stream = Stream::open(&table.name, ShardIteratorType::TrimHorizon).await;
    while !stop.load(Ordering::Relaxed) {
        let records = stream.read().await;
        if records.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        } else {
            assert_eq!(table.deliver(&records).await, None);
        }
    }
}

/// Adds to a count as no part of the system would.
async fn falsify(table: &Table, pk: String, sk: &str, count: &str, change: i64) {
    let update = stack().dynamodb().update_item().table_name(&table.name);
    let update = update
        .key("pk", AttributeValue::S(pk))
        .key("sk", AttributeValue::S(sk.into()))
        .update_expression("ADD #count :change")
        .expression_attribute_names("#count", count)
        .expression_attribute_values(":change", AttributeValue::N(change.to_string()));
    update.send().await.expect("the owner may write the table");
}

fn told(drift: &[Drift]) -> Vec<(&str, i64, i64)> {
    let mut told: Vec<_> = drift.iter().map(|drift| (drift.counter.as_str(), drift.counted, drift.truth)).collect();
    told.sort_unstable();
    told
}

async fn acts(table: &Table, video: VideoId) {
    table.store.upvote(video, "c0ffee", now()).await.unwrap();
    table.store.upvote(video, "decade", now()).await.unwrap();
    table.store.take_upvote_back(video, "decade").await.unwrap();
    let reaction = Reaction::new(video, Some(100), "alice".into(), ReactionType::Love, 27, now());
    table.store.react(&reaction).await.unwrap();
    let comment = Comment::new(video, CommentAuthor::Session("c0ffee".into()), None, "So what?".into(), now());
    table.store.create_comment(&comment).await.unwrap();
}

#[tokio::test]
async fn what_is_counted_wrongly_is_told_and_set_right_and_counted_on() {
    let table = Table::new().await;
    let video = video(&table.store).await;
    let view = open(&table.store, video, 7, now()).await;
    table.store.beat(view, 12, &[0].into()).await.unwrap();
    acts(&table, video).await;
    let stop = AtomicBool::new(false);
    let check = async {
        until("the count of a view", Duration::from_secs(20), async || {
            (shown(&table.store, video).await == (1, 12, 0)).then_some(())
        })
        .await;
        assert_eq!(table.store.reconcile(video, now()).await.unwrap(), Recounted::default());

        let day = now().to_string()[..10].to_owned();
        falsify(&table, format!("COUNTS#{video}"), "VIEWS#07", "views", 5).await;
        falsify(&table, format!("DAYS#{video}"), &format!("{day}#09"), "completions", 2).await;
        falsify(&table, format!("COUNTS#{video}"), "ACTS#03", "upvotes", -3).await;
        falsify(&table, format!("HEAT#{video}"), "05", "sad#49", 1).await;
        let wrong = [
            ("ACTS upvotes", -2, 1),
            ("HEAT sad#49", 1, 0),
            ("VIEWS#07 views", 6, 1),
            (&format!("DAYS {day}#09 completions"), 2, 0),
        ];
        let mut wrong = wrong.to_vec();
        wrong.sort_unstable();
        assert_eq!(told(&table.store.reconcile(video, now()).await.unwrap().drift), wrong);
        assert_eq!(told(&table.store.reconcile(video, now()).await.unwrap().drift), wrong, "looking changes nothing");
        assert_eq!(told(&table.store.repair(video, now()).await.unwrap().drift), wrong);
        assert_eq!(table.store.reconcile(video, now()).await.unwrap(), Recounted::default());
        assert_eq!(shown(&table.store, video).await, (1, 12, 0));

        table.store.beat(view, 30, &[0].into()).await.unwrap();
        until("the count of a heartbeat", Duration::from_secs(20), async || {
            (shown(&table.store, video).await == (1, 30, 0)).then_some(())
        })
        .await;
        assert_eq!(table.store.reconcile(video, now()).await.unwrap(), Recounted::default());
        let engagement = table.store.video(video).await.unwrap().unwrap().engagement;
        assert_eq!((engagement.upvotes, engagement.comments), (1, 1));
        stop.store(true, Ordering::Relaxed);
    };
    tokio::join!(check, consume(&table, &stop));
    table.remove().await;
}

#[tokio::test]
async fn a_count_is_set_right_while_it_counts() {
    let table = Table::new().await;
    let video = video(&table.store).await;
    let stop = AtomicBool::new(false);
    let viewing = async {
        for n in 0..60_u8 {
            let view = open(&table.store, video, n % 2, now()).await;
            table.store.beat(view, 3, &[0].into()).await.unwrap();
            if n % 10 == 0 {
                falsify(&table, format!("COUNTS#{video}"), "VIEWS#01", "views", 1).await;
            }
            // Viewers rest now and then: a partition is recounted between two of its changes.
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    let repairing = async {
        while !stop.load(Ordering::Relaxed) {
            table.store.repair(video, now()).await.unwrap();
        }
    };
    let work = async {
        viewing.await;
        until("counts that are right", Duration::from_secs(30), async || {
            (shown(&table.store, video).await == (60, 180, 0)).then_some(())
        })
        .await;
        assert_eq!(table.store.reconcile(video, now()).await.unwrap(), Recounted::default());
        stop.store(true, Ordering::Relaxed);
    };
    tokio::join!(work, repairing, consume(&table, &stop));
    table.remove().await;
}

#[tokio::test]
async fn days_whose_views_are_forgotten_stand_as_they_were_counted() {
    let table = Table::new().await;
    let video = video(&table.store).await;
    let old = now().plus_seconds(-100 * 86_400);
    let view = open(&table.store, video, 4, old).await;
    open(&table.store, video, 4, now()).await;
    assert_eq!(table.deliver(&table.records().await).await, None);
    let delete = stack().dynamodb().delete_item().table_name(&table.name);
    let delete = delete
        .key("pk", AttributeValue::S(format!("VIEWS#{video}#04")))
        .key("sk", AttributeValue::S(format!("{}#VIEW", view.view)));
    delete.send().await.expect("the owner may write the table");
    assert_eq!(table.deliver(&table.records().await).await, None);
    assert_eq!(shown(&table.store, video).await.0, 2);
    assert_eq!(table.store.reconcile(video, now()).await.unwrap(), Recounted::default());
    table.remove().await;
}
