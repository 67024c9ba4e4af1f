//! Views, votes and rate windows under races and repetition, and an audience that is forgotten, each on a fresh table of
//! the emulator.

#![allow(clippy::expect_used, clippy::unwrap_used, dead_code, reason = "a test fails by panicking")]

mod table;

use std::collections::BTreeSet;

use framehouse_domain::{
    Comment, CommentAuthor, Device, EventType, PlayerEvent, Reaction, ReactionType, SentEvent, VIEW_SHARDS, VideoId,
    View, ViewId, Viewer,
};
use framehouse_store::{Store, Told};
use futures::future::join_all;
use table::{fresh_table, now, raw_table};
use uuid::Uuid;

fn viewer(name: &str) -> Viewer {
    Viewer {
        key: Some(format!("u:{name}")),
        user_id: Some(name.to_owned()),
        ip_hash: Some("ab".repeat(32)),
        user_agent: Some("Mozilla".to_owned()),
        device: Device::Desktop,
    }
}

async fn opened(store: &Store, video: VideoId, name: &str) -> ViewId {
    let viewer = viewer(name);
    let id = ViewId::generate(video, viewer.shard(), now());
    store.open_view(&View::begin(id, viewer, None, false, 90)).await.unwrap();
    id
}

#[tokio::test]
async fn a_heartbeat_takes_nothing_back_and_adds_what_was_watched() {
    let (store, video) = (fresh_table().await, VideoId::generate());
    let id = opened(&store, video, "anna").await;
    let parts = |parts: &[u8]| parts.iter().copied().collect::<BTreeSet<u8>>();
    assert_eq!(store.beat(id, 10, &parts(&[0, 1])).await.unwrap(), Told::Noted);
    assert_eq!(store.beat(id, 5, &parts(&[0])).await.unwrap(), Told::Known);
    assert_eq!(store.beat(id, 5, &parts(&[7])).await.unwrap(), Told::Noted, "other parts in no more time");
    assert_eq!(store.beat(id, 20, &BTreeSet::new()).await.unwrap(), Told::Noted);
    let view = store.view(id).await.unwrap().unwrap();
    assert_eq!((view.watch_time_seconds, view.segments), (20, parts(&[0, 1, 7])));
    let nothing = BTreeSet::new();
    let beats = join_all((0..50).map(|seconds| store.beat(id, seconds, &nothing))).await;
    assert!(beats.iter().all(Result::is_ok));
    assert_eq!(store.view(id).await.unwrap().unwrap().watch_time_seconds, 49);
    let began = View::begin(id, viewer("anna"), None, false, 90);
    store.open_view(&began).await.unwrap();
    assert_eq!(store.view(id).await.unwrap().unwrap().watch_time_seconds, 49, "a repeated put takes nothing back");
    let unknown = ViewId::generate(video, 1, now());
    assert_eq!(store.beat(unknown, 5, &parts(&[0])).await.unwrap(), Told::Unknown);
    assert_eq!(store.view(unknown).await.unwrap(), None, "a heartbeat makes no view");
}

#[tokio::test]
async fn one_player_adopts_a_view_and_it_ends_once() {
    let (store, video) = (fresh_table().await, VideoId::generate());
    let id = opened(&store, video, "anna").await;
    let player = viewer("anna");
    let adopted = join_all((0..8).map(|_| store.adopt_view(id, &player, Some("https://a.example/")))).await;
    assert_eq!(adopted.iter().filter(|told| matches!(told, Ok(Told::Noted))).count(), 1);
    let finished = join_all((0..8).map(|_| store.finish_view(id))).await;
    assert_eq!(finished.iter().filter(|told| matches!(told, Ok(Told::Noted))).count(), 1);
    let view = store.view(id).await.unwrap().unwrap();
    assert!(view.tracked && view.completed);
    assert_eq!(view.referer.as_deref(), Some("https://a.example/"));
    let unknown = ViewId::generate(video, 1, now());
    assert_eq!(store.adopt_view(unknown, &player, None).await.unwrap(), Told::Unknown);
    assert_eq!(store.finish_view(unknown).await.unwrap(), Told::Unknown);
}

#[tokio::test]
async fn a_viewers_own_views_are_found_newest_first() {
    let (store, video) = (fresh_table().await, VideoId::generate());
    let mut mine = Vec::new();
    for _ in 0..3 {
        mine.insert(0, opened(&store, video, "anna").await);
        opened(&store, video, "ben").await;
        opened(&store, VideoId::generate(), "anna").await;
    }
    let since = now().plus_seconds(-60);
    let (found, are_all) = store.latest_views(video, &viewer("anna"), since).await.unwrap();
    assert!(are_all);
    assert_eq!(found.iter().map(View::id).collect::<BTreeSet<_>>(), mine.iter().copied().collect());
    assert!(found.iter().map(|view| view.created_at).rev().is_sorted());
    let later = now().plus_seconds(60);
    assert_eq!(store.latest_views(video, &viewer("anna"), later).await.unwrap(), (vec![], true));
    let unknown = store.latest_views(video, &Viewer::unknown(), since).await.unwrap();
    assert_eq!(unknown, (vec![], false), "of nobody in particular nothing can be known");
}

#[tokio::test]
async fn votes_are_counted_once_in_every_order() {
    let (store, video) = (fresh_table().await, VideoId::generate());
    let sessions: Vec<String> = (0..30_u8).map(|n| format!("{n:02x}").repeat(32)).collect();
    let twice = sessions.iter().chain(&sessions);
    let counts = join_all(twice.map(|session| store.upvote(video, session, now()))).await;
    assert!(counts.iter().all(|count| matches!(count, Ok(1..=30))));
    assert_eq!(store.act_counts(video).await.unwrap().upvotes, 30);
    assert!(store.has_upvoted(video, &sessions[0]).await.unwrap());
    let back = join_all(sessions.iter().chain(&sessions).map(|session| store.take_upvote_back(video, session))).await;
    assert!(back.iter().all(Result::is_ok));
    assert_eq!(store.act_counts(video).await.unwrap().upvotes, 0);
    assert!(!store.has_upvoted(video, &sessions[0]).await.unwrap());
}

#[tokio::test]
async fn calls_are_counted_by_everybody_together() {
    let store = fresh_table().await;
    let end = now().plus_seconds(60);
    let mut counts: Vec<u64> =
        join_all((0..40).map(|_| store.count_call("a", end))).await.into_iter().map(Result::unwrap).collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=40).collect::<Vec<_>>());
    assert_eq!(store.count_call("b", end).await.unwrap(), 1);
}

#[tokio::test]
async fn of_a_removed_videos_audience_nothing_is_left() {
    let (client, table) = raw_table().await;
    let (store, video) = (Store::new(client.clone(), &table), VideoId::generate());
    for n in 0..VIEW_SHARDS {
        let view = opened(&store, video, &format!("viewer {n}")).await;
        let sent = SentEvent {
            video_id: video,
            view_id: Some(view),
            event_type: EventType::Play,
            timestamp: 0.0,
            duration_millis: None,
            event_id: None,
        };
        let id = Uuid::now_v7();
        store.note_events(&[(view.shard(), id, PlayerEvent::new(&sent, id, 90))]).await.unwrap();
    }
    for n in 0..40_u32 {
        store.upvote(video, &format!("{:x}{n:063}", n % 16), now()).await.unwrap();
        let user = format!("user {n}");
        store.react(&Reaction::new(video, Some(300), user.clone(), ReactionType::Wow, n, now())).await.unwrap();
        let comment = Comment::new(video, CommentAuthor::User(user), None, "Schön".to_owned(), now());
        store.create_comment(&comment).await.unwrap();
    }
    let kept = opened(&store, VideoId::generate(), "anna").await;
    store.forget_audience(video).await.unwrap();
    store.forget_audience(video).await.unwrap();
    let left = client.scan().table_name(&table).send().await.unwrap();
    assert_eq!(left.count, 1, "{:?}", left.items());
    assert!(store.view(kept).await.unwrap().is_some());
}
