//! Snapshots that are missing, damaged, of another format or old.

use std::time::Duration;

use framehouse_domain::VideoId;
use framehouse_feed::{
    Compaction, Feed, FeedError,
    catalog::{
        Catalog, Change, Entry, Query, Sort, SortBy,
        snapshot::{Snapshot, VERSION},
    },
    entry,
};
use framehouse_objects::ObjectKey;

use crate::library::{Library, now};

const DAY: i64 = 24 * 60 * 60;

/// Some videos, one of them removed for ever.
async fn filled() -> (Library, Vec<VideoId>) {
    let library = Library::new().await;
    let mut ids = Vec::new();
    for i in 0..12 {
        ids.push(library.create(&format!("videos/{i}.mp4")).await.id);
    }
    library.store.remove_video(ids[3], now()).await.unwrap();
    library.retitle(ids[5], "Élan").await;
    (library, ids)
}

fn everything(catalog: &Catalog) -> Vec<Entry> {
    let sort = Sort { by: SortBy::Created, descending: false };
    catalog.list(&Query { sort, limit: usize::MAX, ..Query::default() }).unwrap().entries
}

fn millis(days_ago: i64) -> u64 {
    now().plus_seconds(-days_ago * DAY).as_millis().try_into().unwrap()
}

#[tokio::test]
async fn whatever_is_wrong_with_it_a_snapshot_heals() {
    let (library, ids) = filled().await;
    assert_eq!(library.objects.get(&ObjectKey::Catalog).await.unwrap_err().to_string(), "read object: not found");
    assert_eq!(everything(&library.feed().fresh().await.unwrap()), library.entries(&ids).await);
    assert!(matches!(library.compact().await, Compaction::Written { videos: 11, .. }));
    assert_eq!(library.compact().await, Compaction::Unchanged);

    let whole = library.snapshot().await;
    let stranger = Entry {
        title: "not in the table".into(),
        id: VideoId::generate().as_uuid(),
        ..ids_entry(&library, &ids).await
    };
    let old = |days| Snapshot { catalog: Catalog::new(vec![stranger.clone()]), watermark: millis(days) };
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let mut older_format = whole.clone();
    older_format[8..12].copy_from_slice(&(VERSION - 1).to_le_bytes());
    let damages = [
        ("no snapshot at all", None),
        ("a flipped bit", Some(flipped)),
        ("cut short", Some(whole[..whole.len() - 7].to_vec())),
        ("empty", Some(Vec::new())),
        ("something else", Some(b"<html>".to_vec())),
        ("an older format", Some(older_format)),
        ("too old to go on from", Some(old(7).encode().unwrap())),
    ];
    for (what, damaged) in damages {
        match damaged {
            Some(bytes) => library.put_snapshot(bytes).await,
            None => library.objects.delete(&ObjectKey::Catalog).await.unwrap(),
        }
        assert_eq!(everything(&library.feed().fresh().await.unwrap()), library.entries(&ids).await, "{what}");
        assert!(matches!(library.compact().await, Compaction::Written { videos: 11, .. }), "{what}");
        assert_eq!(library.compact().await, Compaction::Unchanged, "{what}");
        let calls = library.calls();
        assert_eq!(everything(&library.feed().fresh().await.unwrap()), library.entries(&ids).await, "{what}");
        assert_eq!(library.calls() - calls, 4 + 1, "four queries, and the test's own batch");
    }
}

async fn ids_entry(library: &Library, ids: &[VideoId]) -> Entry {
    entry(library.store.video(ids[0]).await.unwrap().unwrap())
}

#[tokio::test]
async fn a_compaction_without_news_only_asks_whether_there_is_any() {
    let (library, ids) = filled().await;
    library.compact().await;
    let calls = library.calls();
    assert_eq!(library.compact().await, Compaction::Unchanged);
    assert_eq!(library.calls() - calls, 4);
    library.retitle(ids[0], "New").await;
    let written = library.compact().await;
    assert!(matches!(written, Compaction::Written { videos: 11, .. }), "{written:?}");
    assert_eq!(library.compact().await, Compaction::Unchanged);
}

#[tokio::test]
async fn a_snapshot_is_renewed_in_time_and_its_removals_are_forgotten_in_time() {
    let (library, ids) = filled().await;
    let entries = library.entries(&ids).await;
    let long_gone = (VideoId::generate().as_uuid(), VideoId::generate().as_uuid());
    let catalog = Catalog::new(entries.clone()).apply(vec![
        Change::Delete { id: long_gone.0, changed_at: millis(8) },
        Change::Delete { id: long_gone.1, changed_at: millis(5) },
    ]);
    library.put_snapshot(Snapshot { catalog, watermark: millis(4) }.encode().unwrap()).await;
    assert!(matches!(library.compact().await, Compaction::Written { .. }), "it was four days old");
    let renewed = Snapshot::decode(&library.snapshot().await).unwrap();
    assert!(renewed.watermark > millis(1));
    assert_eq!(everything(&renewed.catalog), entries);
    let late = |id| Change::Upsert(Entry { id, changed_at: 1, ..entries[0].clone() });
    assert!(renewed.catalog.is_news(&late(long_gone.0)), "forgotten after a week");
    assert!(!renewed.catalog.is_news(&late(long_gone.1)), "remembered within a week");
}

#[tokio::test]
async fn a_snapshot_and_what_came_after_it_are_the_whole_table() {
    let (library, mut ids) = filled().await;
    let before = library.feed();
    before.fresh().await.unwrap();
    library.compact().await;
    library.store.remove_video(ids[0], now()).await.unwrap();
    library.retitle(ids[1], "after").await;
    ids.push(library.create("gifs/late.webm").await.id);
    let from_snapshot = everything(&library.feed().fresh().await.unwrap());
    assert_eq!(from_snapshot, library.entries(&ids).await);
    assert_eq!(from_snapshot, everything(&before.fresh().await.unwrap()));
    library.objects.delete(&ObjectKey::Catalog).await.unwrap();
    assert_eq!(from_snapshot, everything(&library.feed().fresh().await.unwrap()));
    let clock_ahead = Snapshot { catalog: Catalog::new(from_snapshot.clone()), watermark: millis(-1) };
    library.put_snapshot(clock_ahead.encode().unwrap()).await;
    library.retitle(ids[2], "by our clock").await;
    assert_eq!(everything(&library.feed().fresh().await.unwrap()), library.entries(&ids).await);
}

#[tokio::test]
async fn a_table_that_takes_long_to_read_is_read_once_by_callers_who_come_again() {
    let (library, ids) = filled().await;
    let feed = Feed::with_patience(library.store.clone(), library.objects.clone(), Duration::ZERO);
    let calls = library.calls();
    let mut refusals = 0;
    let catalog = loop {
        match feed.fresh().await {
            Ok(catalog) => break catalog,
            Err(FeedError::Rebuilding) => refusals += 1,
            Err(error) => panic!("{error}"),
        }
        tokio::task::yield_now().await;
    };
    assert!(refusals > 0, "nobody waits");
    assert_eq!(library.calls() - calls, 4 + 4, "one reading, and what changed since it began");
    assert_eq!(everything(&catalog), library.entries(&ids).await);
}
