//! What is known of one viewer, and what one item that nobody can read does to the others, on a fresh table of the emulator.

#![allow(clippy::expect_used, clippy::unwrap_used, dead_code, reason = "a test fails by panicking")]

mod table;

use std::{collections::HashSet, sync::Mutex};

use aws_sdk_dynamodb::types::AttributeValue;
use framehouse_domain::{Device, VideoId, View, ViewId, Viewer};
use framehouse_store::{AudienceItem, AudiencePartition, Store};
use futures::future::join_all;
use table::{fresh_table, now, raw_table};

const SHARD: u8 = 7;

fn anna() -> Viewer {
    Viewer {
        key: Some("u:anna".to_owned()),
        user_id: Some("anna".to_owned()),
        ip_hash: Some("ab".repeat(32)),
        user_agent: Some("Mozilla (X11) ".repeat(14)),
        device: Device::Desktop,
    }
}

/// Views that weigh about a kilobyte and a half each.
async fn viewed(store: &Store, video: VideoId, count: i64) -> HashSet<ViewId> {
    let ids: Vec<ViewId> = (0..count).map(|n| ViewId::generate(video, SHARD, now().plus_seconds(-n))).collect();
    for some in ids.chunks(50) {
        let open = some.iter().map(async |&id| {
            let referer = format!("https://news.example/{}", "a".repeat(900));
            store.open_view(&View::begin(id, anna(), Some(referer), true, 90)).await.unwrap();
        });
        join_all(open).await;
    }
    ids.into_iter().collect()
}

#[tokio::test]
async fn an_export_goes_on_where_a_megabyte_ended_it() {
    let (store, video) = (fresh_table().await, VideoId::generate());
    let made = viewed(&store, video, 990).await;
    let (mut found, mut after, mut pages) = (HashSet::new(), None, 0);
    loop {
        let (views, next) = store.views_of("anna", after).await.unwrap();
        found.extend(views.iter().map(View::id));
        (after, pages) = (next, pages + 1);
        if after.is_none() {
            break;
        }
        assert!(views.len() < 990, "a page of a megabyte has fewer");
    }
    assert_eq!((found == made, pages), (true, 2));
}

#[tokio::test]
async fn a_view_whose_erasure_was_not_answered_counts_as_erased() {
    let (client, table) = raw_table().await;
    let (store, video) = (Store::new(client.clone(), table.clone()), VideoId::generate());
    let made = viewed(&store, video, 3).await;
    let first = made.iter().next().unwrap();
    // As it is for a call that is repeated: the index has shown the view, and it has no viewer any more.
    let update = client
        .update_item()
        .table_name(&table)
        .key("pk", AttributeValue::S(format!("VIEWS#{video}#{SHARD:02}")))
        .key("sk", AttributeValue::S(format!("{}#VIEW", first.view)))
        .update_expression("REMOVE userId, viewer");
    update.send().await.unwrap();
    assert_eq!(store.erase_views_of("anna").await.unwrap(), 3);
    assert_eq!(store.erase_views_of("anna").await.unwrap(), 0);
}

#[tokio::test]
async fn an_item_that_nobody_can_read_is_skipped() {
    let (client, table) = raw_table().await;
    let (store, video) = (Store::new(client.clone(), table.clone()), VideoId::generate());
    let made = viewed(&store, video, 2).await;
    for kind in ["VIEW", "EVENT"] {
        let broken = ViewId::generate(video, SHARD, now());
        let put = client
            .put_item()
            .table_name(&table)
            .item("pk", AttributeValue::S(format!("VIEWS#{video}#{SHARD:02}")))
            .item("sk", AttributeValue::S(format!("{}#{kind}", broken.view)))
            .item("watchTimeSeconds", AttributeValue::S("much".to_owned()));
        put.send().await.unwrap();
    }
    let (found, range) = (Mutex::new(HashSet::new()), (now().plus_seconds(-60), now().plus_seconds(60)));
    let each = |item| {
        if let AudienceItem::View(view) = item {
            found.lock().unwrap().insert(view.id());
        }
    };
    let partitions = [AudiencePartition { shard: SHARD, since: None }];
    store.each_of_audience(video, &partitions, range, each).await.unwrap();
    assert_eq!(found.into_inner().unwrap(), made);
}
