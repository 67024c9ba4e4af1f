//! What is given up about the library's files is told where an operator looks.

use std::time::Duration;

use framehouse_api::now;
use framehouse_domain::{DirectoryType, LibraryPath, Scan, ScanId, Video, VideoId};
use framehouse_objects::{LibraryJob, ScanGroup};
use framehouse_store::{ScanPage, Store};
use framehouse_tests::{stack, unique, until};

fn store() -> Store {
    Store::new(stack().dynamodb(), &stack().table_name)
}

async fn give_up(job: &LibraryJob) {
    let send = stack().sqs().send_message().queue_url(&stack().library_dlq_url);
    let body = serde_json::to_string(job).unwrap();
    send.message_body(body).send().await.expect("the owner may send to the queue");
}

async fn video() -> VideoId {
    let path: LibraryPath = format!("studios/{}/a.mp4", unique("given-up")).parse().unwrap();
    let video = Video::new(VideoId::generate(), path.clone(), format!("library/{path}"), "test".into(), now());
    store().create_video(&video, None).await.unwrap();
    video.id
}

async fn scan() -> ScanId {
    let (id, created_at) = (ScanId::generate(), now());
    let directory_type = DirectoryType::Studios;
    let scan = Scan { id, directory_type, skip_existing: true, created_by: "test".into(), created_at };
    store().create_scan(&scan).await.unwrap();
    id
}

#[tokio::test]
async fn files_that_could_not_be_looked_at_are_invalid_and_their_scan_ends() {
    let (unseen, seen, scan) = (video().await, video().await, scan().await);
    let page = ScanPage { scanned: 2, created: 2, ..ScanPage::default() };
    store().record_scan_page(scan, 0, &page, now()).await.unwrap();
    let look = |video: &mut Video| {
        video.examined(Ok(framehouse_domain::VideoFacts::default()), now().plus_seconds(60));
        Ok::<_, ()>(())
    };
    store().modify_video(seen, now(), look).await.unwrap();
    let group = ScanGroup { id: scan, page: 0, group: 0 };
    give_up(&LibraryJob::Inspect { video_ids: vec![unseen, seen, VideoId::generate()], scan: Some(group) }).await;
    let progress = until("the scan ends", Duration::from_secs(30), async || {
        store().scan(scan).await.unwrap().filter(framehouse_store::ScanProgress::ended)
    })
    .await;
    assert_eq!(progress.probes.invalid.len(), 1, "{progress:?}");
    let video = store().video(unseen).await.unwrap().unwrap();
    let said = video.invalid_reason.clone().unwrap();
    assert!(said.contains("could not be examined") && said.contains("Validate"), "{said}");
    assert_eq!(progress.probes.invalid, [format!("{}: {said}", video.path)]);
    assert!(store().video(seen).await.unwrap().unwrap().is_valid(), "it was looked at since");
}

#[tokio::test]
async fn a_page_that_is_given_up_ends_its_scan_and_other_jobs_are_only_logged() {
    let (scan, video) = (scan().await, video().await);
    for job in [
        LibraryJob::Move { video_id: video, from: None },
        LibraryJob::Hash { video_id: video, e_tag: "x".into(), offset: 0, state: None },
        LibraryJob::RemoveObjects { video_id: video, keys: vec!["library/studios/x.mp4".into()], not_before: None },
        LibraryJob::ScanPage { scan_id: scan, page: 3, start_after: Some("library/studios/x.mp4".into()) },
    ] {
        give_up(&job).await;
    }
    let progress = until("the scan ends", Duration::from_secs(30), async || {
        store().scan(scan).await.unwrap().filter(framehouse_store::ScanProgress::ended)
    })
    .await;
    assert!(progress.pages.gave_up && progress.pages.errors[0].contains("Scan again"), "{progress:?}");
    assert!(store().video(video).await.unwrap().unwrap().is_valid());
}
