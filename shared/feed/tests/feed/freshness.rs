//! What one call sees of what was written before it.

use std::{sync::Arc, time::Duration};

use framehouse_domain::{DirectoryType, Video, VideoEdit};
use framehouse_feed::catalog::{Catalog, Query};
use futures::future::join_all;

use crate::library::{Library, now};

fn titles(catalog: &Catalog) -> Vec<String> {
    let page = catalog.list(&Query { limit: 100, ..Query::default() }).unwrap();
    page.entries.into_iter().map(|entry| entry.title).collect()
}

#[tokio::test]
async fn own_writes_are_in_the_next_list_and_in_those_of_other_processes() {
    let library = Library::new().await;
    let (here, there) = (library.feed(), library.feed());
    assert!(here.fresh().await.unwrap().is_empty());
    assert!(there.fresh().await.unwrap().is_empty());

    let video = library.create("videos/a.mp4").await;
    let id = video.id.as_uuid();
    for feed in [&here, &there] {
        assert_eq!(feed.fresh().await.unwrap().get(id).unwrap().path, "videos/a.mp4");
    }
    library.retitle(video.id, "Nacht").await;
    for feed in [&here, &there] {
        assert_eq!(titles(&feed.fresh().await.unwrap()), ["Nacht"]);
    }
    let moved = VideoEdit { directory_type: Some(DirectoryType::Curated), ..VideoEdit::default() };
    library.store.modify_video(video.id, now(), |video| video.edit(&moved)).await.unwrap();
    for feed in [&here, &there] {
        let entry = feed.fresh().await.unwrap().get(id).unwrap();
        assert_eq!((entry.directory_type, entry.path.as_str()), (DirectoryType::Curated, "curated/a.mp4"));
    }
    for deleted in [true, false] {
        let change = |video: &mut Video| {
            if deleted {
                video.delete(now());
            } else {
                video.restore();
            }
            Ok::<_, ()>(())
        };
        library.store.modify_video(video.id, now(), change).await.unwrap();
        for feed in [&here, &there] {
            assert_eq!(feed.fresh().await.unwrap().get(id).unwrap().is_valid, !deleted);
        }
    }
    library.store.remove_video(video.id, now()).await.unwrap();
    for feed in [&here, &there] {
        assert_eq!(feed.fresh().await.unwrap().get(id), None);
    }
    assert_eq!(library.feed().fresh().await.unwrap().len(), 0, "a process that starts now");
}

#[tokio::test]
async fn a_recent_catalog_is_read_again_only_when_it_is_too_old() {
    let library = Library::new().await;
    let feed = library.feed();
    assert!(feed.recent(Duration::from_secs(3600)).await.unwrap().is_empty());
    library.create("videos/a.mp4").await;
    let calls = library.calls();
    assert!(feed.recent(Duration::from_secs(3600)).await.unwrap().is_empty());
    assert_eq!(library.calls(), calls, "no call to the table");
    assert_eq!(feed.recent(Duration::ZERO).await.unwrap().len(), 1);
    assert_eq!(library.calls(), calls + 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_while_others_refresh_sees_what_it_wrote_itself() {
    let library = Arc::new(Library::new().await);
    let feed = Arc::new(library.feed());
    let writers = (0..60).map(|i| {
        let (library, feed) = (library.clone(), feed.clone());
        tokio::spawn(async move {
            let id = library.create(&format!("videos/{i}.mp4")).await.id;
            assert!(feed.fresh().await.unwrap().get(id.as_uuid()).is_some(), "video {i}");
            library.retitle(id, "again").await;
            assert_eq!(feed.fresh().await.unwrap().get(id.as_uuid()).unwrap().title, "again");
        })
    });
    for done in join_all(writers).await {
        done.unwrap();
    }
}

#[tokio::test]
async fn calls_at_the_same_time_share_a_refresh() {
    let library = Library::new().await;
    let feed = library.feed();
    feed.fresh().await.unwrap();
    let calls = library.calls();
    let all = join_all((0..50).map(|_| feed.fresh())).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(library.calls() - calls, 4 + 4, "the first refreshes for itself, then one for all who came meanwhile");
}

#[tokio::test]
async fn a_refresh_that_is_given_up_leaves_the_feed_whole() {
    let library = Library::new().await;
    let feed = library.feed();
    for i in 0..20 {
        let id = library.create(&format!("videos/{i}.mp4")).await.id;
        // A client that hangs up ends its request wherever it stands.
        let _ = tokio::time::timeout(Duration::from_micros(i * 300), feed.fresh()).await;
        assert!(feed.fresh().await.unwrap().get(id.as_uuid()).is_some());
    }
    assert_eq!(feed.fresh().await.unwrap().len(), 20);
}
