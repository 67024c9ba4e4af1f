//! Counts that are wrong are found and set right whatever happens meanwhile, each on a fresh table of the emulator. The tests
//! play the consumer of the table's stream; `tests/flows/counting` has the real one.

#![allow(clippy::expect_used, clippy::unwrap_used, dead_code, reason = "a test fails by panicking")]

mod table;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use framehouse_domain::{Comment, CommentAuthor, Reaction, ReactionType, Video, VideoId};
use framehouse_store::{
    AudienceChange, Drift, Recounted, Store, StreamRecord, VideoCreated, ViewChange, audience_change,
};
use futures::future::join;
use serde_dynamo::Item;
use serde_json::json;
use table::{now, raw_table};

/// The sort key of the mark that a recount makes among the views.
const MARK: &str = "00000000-0000-0000-0000-000000000000#MARK";

/// A table with a video, its stream's next number, and the means to write past the store.
struct Counted {
    client: Client,
    table: String,
    store: Store,
    video: VideoId,
    sequence: AtomicU64,
}

impl Counted {
    async fn new() -> Self {
        let (client, table) = raw_table().await;
        let store = Store::new(client.clone(), &table);
        let path = "studios/a.mp4".parse().unwrap();
        let video = Video::new(VideoId::generate(), path, "library/studios/a.mp4".into(), "admin".into(), now());
        assert_eq!(store.create_video(&video, None).await.unwrap(), VideoCreated::New);
        Self { client, table, store, video: video.id, sequence: AtomicU64::new(1) }
    }

    /// Adds to a count as no part of the system would.
    async fn falsify(&self, kind: &str, sk: &str, count: &str, change: i64) {
        let update = self.client.update_item().table_name(&self.table);
        let update = update
            .key("pk", AttributeValue::S(format!("{kind}#{}", self.video)))
            .key("sk", AttributeValue::S(sk.into()))
            .update_expression("ADD #count :change")
            .expression_attribute_names("#count", count)
            .expression_attribute_values(":change", AttributeValue::N(change.to_string()));
        update.send().await.unwrap();
    }

    /// A change of an item among the views, as the stream tells it.
    fn change(&self, shard: u8, sk: &str, image: serde_json::Value) -> ViewChange {
        let keys = json!({ "pk": {"S": format!("VIEWS#{}#{shard:02}", self.video)}, "sk": {"S": sk} });
        let (keys, old_image): (Item, Item) = (serde_json::from_value(keys).unwrap(), Item::default());
        let new_image: Item = serde_json::from_value(image).unwrap();
        let sequence = self.sequence.fetch_add(1, Ordering::Relaxed).to_string();
        let sequence_number = Some(sequence.as_str());
        let record = StreamRecord {
            event_name: "MODIFY",
            sequence_number,
            keys: &keys,
            old_image: &old_image,
            new_image: &new_image,
        };
        match audience_change(record) {
            Ok(AudienceChange::View(change)) => change,
            other => panic!("{other:?}"),
        }
    }

    /// Counts a view of so many seconds, of which there is no item.
    async fn count_view(&self, shard: u8, seconds: u32) {
        let view = framehouse_domain::ViewId::generate(self.video, shard, now());
        let expires = now().plus_seconds(90 * 86_400).as_seconds().to_string();
        let image = json!({
            "watchTimeSeconds": {"N": seconds.to_string()}, "completed": {"BOOL": false}, "expiresAt": {"N": expires}
        });
        let change = self.change(shard, &format!("{}#VIEW", view.view), image);
        self.store.fold_views(change.partition, &[change]).await.unwrap();
    }

    /// The number of the last mark among a partition's views.
    async fn mark(&self, shard: u8) -> Option<u64> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let get = get.key("pk", AttributeValue::S(format!("VIEWS#{}#{shard:02}", self.video)));
        let mark = get.key("sk", AttributeValue::S(MARK.into())).send().await.unwrap().item?;
        Some(mark["serial"].as_n().unwrap().parse().unwrap())
    }

    /// Counts on from a mark.
    async fn count_mark(&self, shard: u8, serial: u64) {
        let mark = self.change(shard, MARK, json!({ "serial": {"N": serial.to_string()} }));
        self.store.fold_views(mark.partition, &[mark]).await.unwrap();
    }

    async fn vote(&self, voters: u8) {
        for n in 0..voters {
            self.store.upvote(self.video, &format!("{n:02x}").repeat(32), now()).await.unwrap();
        }
    }

    async fn react(&self, user: &str, second: u32) {
        let reaction = Reaction::new(self.video, Some(100), user.into(), ReactionType::Love, second, now());
        self.store.react(&reaction).await.unwrap();
    }
}

fn told(drift: &[Drift]) -> Vec<(&str, i64, i64)> {
    let mut told: Vec<_> = drift.iter().map(|drift| (drift.counter.as_str(), drift.counted, drift.truth)).collect();
    told.sort_unstable();
    told
}

#[tokio::test]
async fn of_two_repairs_at_once_one_is_made_and_told() {
    let counted = Counted::new().await;
    let (store, video) = (&counted.store, counted.video);
    counted.vote(5).await;
    counted.react("anna", 27).await;
    counted.falsify("COUNTS", "ACTS#03", "upvotes", -1).await;
    counted.falsify("COUNTS", "ACTS#04", "comments", 2).await;
    counted.falsify("HEAT", "05", "sad#49", 1).await;
    let (one, other) = join(Box::pin(store.repair(video, now())), Box::pin(store.repair(video, now()))).await;
    let drift = [one.unwrap().drift, other.unwrap().drift].concat();
    let wrong = [("ACTS comments", 2, 0), ("ACTS upvotes", 4, 5), ("HEAT sad#49", 1, 0)];
    assert_eq!(told(&drift), wrong, "each is set right, and told, once");
    let counts = store.act_counts(video).await.unwrap();
    assert_eq!((counts.upvotes, counts.comments), (5, 0));
    assert_eq!(store.heat(video).await.unwrap().count(49, ReactionType::Sad), 0);
    assert_eq!(store.reconcile(video, now()).await.unwrap().drift, []);
    counted.falsify("COUNTS", "ACTS#00", "upvotes", 3).await;
    assert_eq!(told(&store.repair(video, now()).await.unwrap().drift), [("ACTS upvotes", 8, 5)], "and once more later");
    assert_eq!(store.act_counts(video).await.unwrap().upvotes, 5);
}

#[tokio::test]
async fn votes_are_recounted_while_views_are_counted() {
    let counted = Counted::new().await;
    counted.vote(3).await;
    counted.falsify("COUNTS", "ACTS#07", "upvotes", 2).await;
    let viewing = async {
        loop {
            // A mark counts for nothing, but it is a count of views like any other.
            counted.count_mark(9, 1).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let drift = tokio::select! {
        drift = counted.store.reconcile(counted.video, now()) => drift.unwrap().drift,
        () = viewing => unreachable!("viewing does not end"),
    };
    assert_eq!(told(&drift), [("ACTS upvotes", 5, 3)]);
}

#[tokio::test]
async fn comments_that_are_shown_and_reactions_are_recounted_from_the_index() {
    let counted = Counted::new().await;
    let (store, video) = (&counted.store, counted.video);
    for n in 0..20_u32 {
        let user = format!("user {n}");
        let comment = Comment::new(video, CommentAuthor::User(user.clone()), None, "Schön".to_owned(), now());
        store.create_comment(&comment).await.unwrap();
        if n % 4 == 0 {
            store.set_comment_hidden(comment.id, true).await.unwrap();
        }
        counted.react(&user, 27).await;
        counted.react(&user, 28).await;
    }
    assert_eq!(store.reconcile(video, now()).await.unwrap().drift, []);
    counted.falsify("COUNTS", "ACTS#03", "comments", 1).await;
    counted.falsify("HEAT", "03", "love#13", -1).await;
    let drift = store.reconcile(video, now()).await.unwrap().drift;
    assert_eq!(told(&drift), [("ACTS comments", 16, 15), ("HEAT love#13", 19, 20)]);
}

#[tokio::test]
async fn what_a_reset_left_behind_is_not_read_and_not_added() {
    let counted = Counted::new().await;
    let (store, video) = (&counted.store, counted.video);
    let today = now().to_string()[..10].to_owned();
    for (day, views) in [("2026-10-02", 3), ("2026-10-03", 4)] {
        counted.falsify("DAYS", &format!("{day}#07"), "views", views).await;
        counted.falsify("COUNTS", "VIEWS#07", "views", views).await;
    }
    counted.falsify("COUNTS", "VIEWS#07", "folds", 2).await;
    store.publish_totals(video, now()).await.unwrap();
    assert_eq!(store.video(video).await.unwrap().unwrap().engagement.views, 7);

    store.count_views_anew(video, now).await.unwrap();
    assert_eq!(store.video(video).await.unwrap().unwrap().engagement.views, 0, "zero is published before all else");
    let days = async || store.audience_counts(video, "2026-01-01", &today).await.unwrap().days;
    assert_eq!(days().await, [], "days from before are as if they had never been");
    assert_eq!(store.repair(video, now()).await.unwrap(), Recounted::default());
    assert_eq!(store.counts(video).await.unwrap().views.views, 0, "a repair adds no such day");
    counted.count_view(7, 12).await;
    assert_eq!(days().await.iter().map(|day| (day.shard, day.counts.views)).collect::<Vec<_>>(), [(7, 1)]);

    assert!(store.forget_views(video, now).await.unwrap().removed);
    let left = counted.client.scan().table_name(&counted.table).filter_expression("begins_with(pk, :days)");
    let left = left.expression_attribute_values(":days", AttributeValue::S("DAYS#".into())).send().await.unwrap();
    assert_eq!(left.count, 0, "another reset goes on where this one stopped");
}

#[tokio::test]
async fn what_cannot_be_told_is_not_called_right() {
    let counted = Counted::new().await;
    counted.falsify("COUNTS", "VIEWS#07", "views", 5).await;
    // Nobody counts, so that nobody comes to a mark.
    let found = counted.store.repair(counted.video, now()).await.unwrap();
    assert_eq!(found, Recounted { drift: vec![], unsettled: 1 });
}

#[tokio::test]
async fn a_later_mark_serves_two_recounts_at_once() {
    let counted = Counted::new().await;
    let (store, video, at) = (&counted.store, counted.video, now());
    counted.falsify("COUNTS", "VIEWS#07", "views", 5).await;
    let consume = async {
        // The first mark is never seen: one batch of the stream has both.
        let mut known = u64::try_from(at.as_millis()).unwrap() + 1;
        loop {
            if let Some(serial) = counted.mark(7).await.filter(|serial| *serial > known) {
                counted.count_mark(7, serial).await;
                known = serial;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let found = tokio::select! {
        (one, other) = join(store.reconcile(video, at), store.reconcile(video, at)) => [one, other],
        () = consume => unreachable!("consuming does not end"),
    };
    for found in found.map(Result::unwrap) {
        assert_eq!((told(&found.drift), found.unsettled), (vec![("VIEWS#07 views", 5, 0)], 0));
    }
}

#[tokio::test]
async fn what_was_counted_and_never_published_is_published() {
    let counted = Counted::new().await;
    let (store, video) = (&counted.store, counted.video);
    counted.vote(3).await;
    let shown = async || store.video(video).await.unwrap().unwrap().engagement.upvotes;
    assert_eq!(shown().await, 0, "whoever was to publish it ended before");
    assert_eq!(store.reconcile(video, now()).await.unwrap(), Recounted::default());
    assert_eq!(shown().await, 3);
}

#[tokio::test]
async fn what_is_counted_late_of_a_removed_video_does_not_stay() {
    let counted = Counted::new().await;
    let (store, video) = (&counted.store, counted.video);
    counted.vote(2).await;
    counted.count_view(7, 12).await;
    store.publish_totals(video, now()).await.unwrap();
    assert!(store.remove_video(video, now()).await.unwrap().is_some());
    store.forget_audience(video).await.unwrap();
    // The stream is behind, and tells of views only now.
    counted.count_view(7, 12).await;
    counted.count_view(9, 12).await;
    store.publish_totals(video, now()).await.unwrap();
    let left = counted.client.scan().table_name(&counted.table);
    let left = left.filter_expression("begins_with(pk, :counts) OR begins_with(pk, :days)");
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let left = left.expression_attribute_values(":counts", text("COUNTS#"));
    let left = left.expression_attribute_values(":days", text("DAYS#")).send().await.unwrap();
    assert_eq!(left.count, 0, "{:?}", left.items());

    let unknown = Counted { video: VideoId::generate(), ..Counted::new().await };
    unknown.count_view(7, 12).await;
    unknown.store.publish_totals(unknown.video, now()).await.unwrap();
    assert_eq!(unknown.store.counts(unknown.video).await.unwrap().revision, 0, "nor of one of which nothing is left");
}
