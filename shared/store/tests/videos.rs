//! Videos under races, repetition and odd names, each on a fresh table of the emulator.

#![allow(clippy::expect_used, clippy::unwrap_used, dead_code, reason = "a test fails by panicking")]

mod table;

use aws_sdk_dynamodb::types::AttributeValue;
use framehouse_domain::{
    DirectoryType, DuplicateUploads, LibraryPath, Scan, ScanId, Settings, Timestamp, Video, VideoEdit, VideoFacts,
    VideoId, VideoRefusal,
};
use framehouse_store::{CHANGE_SHARDS, LibraryChange, Modified, ScanPage, ScanProbe, Store, VideoCreated};
use futures::future::join_all;
use table::{fresh_table, media_file, now, raw_table};

fn at(path: &str) -> Video {
    let path: LibraryPath = path.parse().unwrap();
    let key = format!("library/{path}");
    Video::new(VideoId::generate(), path, key, "admin".into(), now())
}

async fn created(store: &Store, path: &str) -> Video {
    let video = at(path);
    assert_eq!(store.create_video(&video, None).await.unwrap(), VideoCreated::New);
    video
}

async fn edit(store: &Store, id: VideoId, edit: VideoEdit) -> Modified<VideoRefusal> {
    let now = now();
    store.modify_video(id, now, |video| video.edit(&edit)).await.unwrap()
}

fn titled(title: &str) -> VideoEdit {
    VideoEdit { title: Some(Some(title.into())), ..VideoEdit::default() }
}

fn moved_to(directory_type: DirectoryType) -> VideoEdit {
    VideoEdit { directory_type: Some(directory_type), ..VideoEdit::default() }
}

async fn all_changes(store: &Store, since: Timestamp) -> Vec<LibraryChange> {
    let mut changes = Vec::new();
    for shard in 0..CHANGE_SHARDS {
        store.changes(shard, since, |_, _| false, |change| changes.push(change)).await.unwrap();
    }
    changes
}

async fn claimed(store: &Store, path: &str) -> Option<VideoId> {
    let path: LibraryPath = path.parse().unwrap();
    Some(store.videos_at(std::slice::from_ref(&path)).await.unwrap().get(&path)?.video)
}

#[tokio::test]
async fn of_two_creates_of_one_path_one_wins() {
    let store = fresh_table().await;
    let path = "studios/映画/%_'\"; é 100 %.mp4";
    let videos: Vec<Video> = (0..8).map(|_| at(path)).collect();
    let outcomes = join_all(videos.iter().map(|video| store.create_video(video, None))).await;
    // A clash between transactions is an error to be tried again, never an answer.
    let answered: Vec<_> = outcomes.into_iter().filter_map(Result::ok).collect();
    assert_eq!(answered.iter().filter(|created| **created == VideoCreated::New).count(), 1, "{answered:?}");
    let winner = claimed(&store, path).await.unwrap();
    for video in &videos {
        let expected = if video.id == winner { VideoCreated::Known } else { VideoCreated::PathTaken(winner) };
        assert_eq!(store.create_video(video, None).await.unwrap(), expected);
        assert_eq!(store.video(video.id).await.unwrap().is_some(), video.id == winner);
    }
}

#[tokio::test]
async fn racing_edits_lose_nothing() {
    let store = fresh_table().await;
    let id = created(&store, "videos/a.mp4").await.id;
    let tag = |n: usize| format!("tag-{n}");
    let add = async |n| {
        let now = now();
        let add = |video: &mut Video| -> Result<(), ()> {
            video.tags.push(tag(n));
            Ok(())
        };
        store.modify_video(id, now, add).await.unwrap()
    };
    let outcomes = join_all((0..6).map(add)).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Modified::Done(_))));
    let mut tags = store.video(id).await.unwrap().unwrap().tags;
    tags.sort();
    assert_eq!(tags, (0..6).map(tag).collect::<Vec<_>>());
}

#[tokio::test]
async fn states_of_a_video_are_ordered_even_when_clocks_go_back() {
    let store = fresh_table().await;
    let video = created(&store, "videos/a.mp4").await;
    let past = Timestamp::from_millis(1000);
    let Modified::Done(after) = store.modify_video(video.id, past, |video| video.edit(&titled("New"))).await.unwrap()
    else {
        panic!("it changes")
    };
    assert!(after.changed_at > video.changed_at);
    assert_eq!(store.video(video.id).await.unwrap(), Some(*after));
}

#[tokio::test]
async fn an_edit_writes_what_it_changes_and_refuses_what_it_must() {
    let store = fresh_table().await;
    let id = created(&store, "videos/a.mp4").await.id;
    assert!(matches!(edit(&store, id, titled("%_'\"映画")).await, Modified::Done(_)));
    assert!(matches!(edit(&store, id, titled("%_'\"映画")).await, Modified::Unchanged(_)));
    let emptied = VideoEdit { title: Some(None), ..VideoEdit::default() };
    let Modified::Done(video) = edit(&store, id, emptied).await else { panic!("it changes") };
    assert_eq!((video.title.as_deref(), video.revision), (None, 3));
    let refused = store.modify_video(id, now(), |_| Err(VideoRefusal::Stale)).await.unwrap();
    assert_eq!(refused, Modified::Refused(VideoRefusal::Stale));
    assert_eq!(edit(&store, VideoId::generate(), titled("x")).await, Modified::Gone);
}

#[tokio::test]
async fn a_move_takes_the_new_place_and_keeps_the_old_until_the_bytes_are_there() {
    let store = fresh_table().await;
    let id = created(&store, "videos/a.mp4").await.id;
    let other = created(&store, "gifs/a.mp4").await.id;
    assert_eq!(edit(&store, id, moved_to(DirectoryType::Gifs)).await, Modified::PathTaken(other));
    assert_eq!(store.video(id).await.unwrap().unwrap().path.as_str(), "videos/a.mp4");
    assert!(matches!(edit(&store, id, moved_to(DirectoryType::Curated)).await, Modified::Done(_)));
    assert_eq!(claimed(&store, "curated/a.mp4").await, Some(id));
    assert_eq!(claimed(&store, "videos/a.mp4").await, Some(id), "its bytes are still there");
    let arrive = |video: &mut Video| -> Result<(), ()> {
        video.moved("library/curated/a.mp4".into(), now());
        Ok(())
    };
    assert!(matches!(store.modify_video(id, now(), arrive).await.unwrap(), Modified::Done(_)));
    assert_eq!(claimed(&store, "videos/a.mp4").await, Some(id), "its old object is still there");
    let clear = |video: &mut Video| -> Result<(), ()> {
        video.left("library/videos/a.mp4");
        Ok(())
    };
    store.modify_video(id, now(), clear).await.unwrap();
    assert_eq!(claimed(&store, "videos/a.mp4").await, None);
    assert!(matches!(edit(&store, id, moved_to(DirectoryType::Videos)).await, Modified::Done(_)), "and back");
}

#[tokio::test]
async fn removing_leaves_nothing_but_a_note_for_catalogs() {
    let store = fresh_table().await;
    let video = created(&store, "videos/a.mp4").await;
    let found = |video: &mut Video| -> Result<(), ()> {
        let facts = VideoFacts { file_hash: Some("ab12".into()), ..VideoFacts::default() };
        video.examined(Ok(facts), now());
        Ok(())
    };
    store.modify_video(video.id, now(), found).await.unwrap();
    assert_eq!(store.videos_with_hash("ab12").await.unwrap(), [video.id]);
    let removed = join_all((0..4).map(|_| store.remove_video(video.id, now()))).await;
    assert_eq!(removed.into_iter().filter(|removed| matches!(removed, Ok(Some(_)))).count(), 1);
    assert_eq!(store.video(video.id).await.unwrap(), None);
    assert_eq!(store.videos(&[video.id]).await.unwrap(), []);
    assert_eq!(claimed(&store, "videos/a.mp4").await, None);
    assert!(store.videos_with_hash("ab12").await.unwrap().is_empty());
    assert_eq!(edit(&store, video.id, titled("x")).await, Modified::Gone);
    assert_eq!(store.create_video(&video, None).await.unwrap(), VideoCreated::Known, "a late repetition");
    let changes = all_changes(&store, Timestamp::from_millis(0)).await;
    assert!(matches!(changes[..], [LibraryChange::Removed { id, .. }] if id == video.id), "{changes:?}");
    created(&store, "videos/a.mp4").await;
}

#[tokio::test]
async fn one_video_that_nobody_can_read_leaves_the_others_listed() {
    let (client, table) = raw_table().await;
    let store = Store::new(client.clone(), table.clone());
    let (good, bad) = (created(&store, "videos/good.mp4").await, created(&store, "videos/bad.mp4").await);
    let text = |text: String| AttributeValue::S(text);
    let spoil = client.update_item().table_name(table).key("pk", text(format!("VIDEO#{}", bad.id)));
    let spoil = spoil.key("sk", text("VIDEO".into())).update_expression("REMOVE revision");
    spoil.send().await.unwrap();
    let changes = all_changes(&store, Timestamp::from_millis(0)).await;
    assert!(matches!(&changes[..], [LibraryChange::Is(video)] if video.id == good.id), "{changes:?}");
}

#[tokio::test]
async fn changes_tell_each_videos_present_state_once() {
    let store = fresh_table().await;
    let start = now();
    let mut ids = Vec::new();
    for n in 0..10 {
        ids.push(created(&store, &format!("videos/{n}.mp4")).await.id);
    }
    edit(&store, ids[3], titled("a")).await;
    let Modified::Done(last) = edit(&store, ids[3], titled("b")).await else { panic!("it changes") };
    store.await_change(ids[3], last.changed_at).await;
    let changes = all_changes(&store, start).await;
    assert_eq!(changes.len(), 10);
    assert!(changes.contains(&LibraryChange::Is(last.clone())));
    let later = all_changes(&store, last.changed_at).await;
    assert_eq!(later, [LibraryChange::Is(last.clone())]);
    let mut told = Vec::new();
    for shard in 0..CHANGE_SHARDS {
        let is_known = |id, at| id != ids[3] || at < last.changed_at;
        store.changes(shard, start, is_known, |change| told.push(change)).await.unwrap();
    }
    assert_eq!(told, later, "what is known by its moment is not told again");
}

#[tokio::test]
async fn locking_and_deleting_reach_the_media_file_at_once() {
    let store = fresh_table().await;
    let media = media_file();
    store.create_media_file(&media, None).await.unwrap();
    let mut video = at("videos/a.mp4");
    (video.id, video.media_file_id, video.published) = (media.id.into(), Some(media.id), true);
    store.create_video(&video, None).await.unwrap();
    let flags = async || {
        let media = store.media_file(media.id).await.unwrap().unwrap();
        (media.published, media.locked, media.original_path)
    };
    let change = async |apply: &(dyn Fn(&mut Video) + Sync)| {
        let apply = |video: &mut Video| -> Result<(), ()> {
            apply(video);
            Ok(())
        };
        store.modify_video(video.id, now(), apply).await.unwrap()
    };
    change(&|video| video.lock(Some("Rights".into()), now())).await;
    assert_eq!(flags().await, (true, true, "library/videos/a.mp4".into()));
    change(&|video| video.unlock()).await;
    assert_eq!(flags().await, (true, false, "library/videos/a.mp4".into()));
    change(&|video| video.delete(now())).await;
    assert!(!flags().await.0, "nobody watches what was deleted");
    change(&|video| video.moved("library/gifs/a.mp4".into(), now())).await;
    assert_eq!(flags().await.2, "library/gifs/a.mp4");
    store.delete_media_file(media.id).await.unwrap();
    assert_eq!(change(&|video| video.lock(None, now())).await, Modified::Gone, "it goes with its media file");
}

#[tokio::test]
async fn a_scan_has_ended_when_every_page_and_every_file_was_seen() {
    let store = fresh_table().await;
    let scan = Scan {
        id: ScanId::generate(),
        directory_type: DirectoryType::Videos,
        skip_existing: true,
        created_by: "admin".into(),
        created_at: now(),
    };
    assert_eq!(store.scan(scan.id).await.unwrap(), None);
    store.create_scan(&scan).await.unwrap();
    let page = |created, next: Option<&str>| ScanPage {
        scanned: created,
        created,
        next: next.map(str::to_owned),
        ..ScanPage::default()
    };
    let progress = async || store.scan(scan.id).await.unwrap().unwrap();
    store.record_scan_page(scan.id, 1, &page(2, None), now()).await.unwrap();
    assert!(!progress().await.listed, "page 0 is missing");
    for _ in 0..2 {
        store.record_scan_page(scan.id, 0, &page(3, Some("k")), now()).await.unwrap();
    }
    let listed = progress().await;
    assert_eq!((listed.listed, listed.ended(), listed.pages.created), (true, false, 5));
    for (page, inspected) in [(0, 3), (1, 2), (1, 1)] {
        let probe = ScanProbe { inspected, invalid: vec![format!("videos/{page}.mp4: It is empty.")] };
        store.record_scan_probe(scan.id, page, 0, &probe, now()).await.unwrap();
    }
    let ended = progress().await;
    assert!(ended.ended(), "a smaller group that comes last changes nothing");
    let gave_up = ScanPage { gave_up: true, ..ScanPage::default() };
    store.record_scan_page(scan.id, 0, &gave_up, now()).await.unwrap();
    assert_eq!(store.scan_page(scan.id, 0).await.unwrap(), Some(page(3, Some("k"))), "what was done stays done");
    store.record_scan_page(scan.id, 2, &gave_up, now()).await.unwrap();
    assert!(store.scan_page(scan.id, 2).await.unwrap().unwrap().gave_up);
    assert_eq!((ended.probes.inspected, ended.probes.invalid.len()), (5, 2));
}

#[tokio::test]
async fn settings_are_switched_one_by_one() {
    let store = fresh_table().await;
    assert_eq!(store.settings().await.unwrap(), Settings::default());
    let off = Settings { enable_media_features: Some(false), ..Settings::default() };
    assert_eq!(store.change_settings(off.clone()).await.unwrap(), off);
    let reject = Settings { duplicate_uploads: Some(DuplicateUploads::Reject), ..Settings::default() };
    let both = Settings { enable_media_features: Some(false), ..reject.clone() };
    assert_eq!(store.change_settings(reject).await.unwrap(), both);
    assert_eq!(store.settings().await.unwrap(), both);
}
