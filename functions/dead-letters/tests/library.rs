//! Given-up looks at files, on the emulator.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use aws_lambda_events::sqs::SqsEvent;
use framehouse_api::{App, CallPace, Config, now};
use framehouse_domain::{DirectoryType, LibraryPath, Scan, ScanId, Timestamp, Video, VideoFacts, VideoId};
use framehouse_objects::{LibraryJob, ScanGroup};

async fn video(app: &App, looked: Option<(Timestamp, Result<VideoFacts, String>)>) -> Video {
    let id = VideoId::generate();
    let path: LibraryPath = format!("studios/given-up-{id}/a.mp4").parse().unwrap();
    let mut video = Video::new(id, path.clone(), format!("library/{path}"), "test".into(), now());
    if let Some((at, found)) = looked {
        video.examined(found, at);
    }
    app.store().await.create_video(&video, None).await.unwrap();
    video
}

#[tokio::test]
async fn a_file_that_was_found_good_stays_good_and_its_scan_is_told() {
    let table_name = std::env::var("TABLE_NAME").expect("no TABLE_NAME: these tests run through `cargo xtask test`");
    let app = App::new(Config { table_name, ..Config::default() }, CallPace::Background);
    let sent = now();
    let (before, since) = (sent.plus_seconds(-60), sent.plus_seconds(1));
    let good = || Ok(VideoFacts::default());
    let unseen = video(&app, None).await;
    let known = video(&app, Some((before, good()))).await;
    let seen = video(&app, Some((since, good()))).await;
    let missing = video(&app, Some((since, Err("The file is missing.".into())))).await;
    let id = ScanId::generate();
    let scan = Scan {
        id,
        directory_type: DirectoryType::Studios,
        skip_existing: false,
        created_by: "test".into(),
        created_at: sent,
    };
    let store = app.store().await;
    store.create_scan(&scan).await.unwrap();
    let job = LibraryJob::Inspect {
        video_ids: [&unseen, &known, &seen, &missing].map(|video| video.id).to_vec(),
        scan: Some(ScanGroup { id, page: 0, group: 0 }),
    };
    let event: SqsEvent = serde_json::from_value(serde_json::json!({"Records": [{
        "messageId": "1",
        "body": serde_json::to_string(&job).unwrap(),
        "attributes": {"SentTimestamp": sent.as_millis().to_string()},
    }]}))
    .unwrap();
    for _ in 0..2 {
        let answer = framehouse_dead_letters::handle(&app, event.clone()).await;
        assert!(answer.batch_item_failures.is_empty());
    }

    let read = async |video: &Video| store.video(video.id).await.unwrap().unwrap();
    let reason = read(&unseen).await.invalid_reason.unwrap();
    assert!(reason.contains("could not be examined") && reason.contains("Validate"), "{reason}");
    assert_eq!(read(&known).await, known, "nothing was found out about it");
    assert_eq!(read(&seen).await, seen);
    assert_eq!(read(&missing).await, missing);
    let probes = store.scan(id).await.unwrap().unwrap().probes;
    let said = [(&unseen, reason.as_str()), (&known, reason.as_str()), (&missing, "The file is missing.")];
    assert_eq!(
        (probes.inspected, probes.invalid),
        (4, said.map(|(video, reason)| format!("{}: {reason}", video.path)).to_vec())
    );
}
