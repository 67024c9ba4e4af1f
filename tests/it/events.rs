//! Each event of `events/` through its area's router, in this process.

use std::fs;

use aws_lambda_events::sqs::SqsEvent;
use framehouse_api::{App, CallPace, Config, router};
use framehouse_domain::Role;
use framehouse_objects::{LibraryJob, TranscodeMessage};
use framehouse_tests::{stack, token};
use jsonwebtoken::Algorithm;
use lambda_http::tower::ServiceExt;
use serde_json::Value;

fn events() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../events");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let admin = token(Role::SuperAdmin, Algorithm::HS256);
    files
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap().replace("${ADMIN_TOKEN}", &admin);
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), text)
        })
        .collect()
}

#[tokio::test]
async fn http_events_reach_their_handler() {
    let app = App::new(Config::from_env(), CallPace::Interactive);
    // The file that library-create.json is about.
    let file = stack().s3().put_object().bucket(&stack().media_bucket).key("library/videos/2026/Ferien am Meer.mp4");
    file.send().await.expect("the owner may write");
    let mut handled = 0;
    for (name, text) in events() {
        if serde_json::from_str::<Value>(&text).unwrap()["routeKey"].is_null() {
            continue;
        }
        let routes = match name.as_str() {
            "health" | "metrics" | "open-api" | "settings-get" | "settings-update" => framehouse_system::router(),
            name if name.starts_with("upload-") => framehouse_uploads::router(),
            name if name.starts_with("media-file-") => framehouse_media_files::router(),
            name if name.starts_with("library-") => framehouse_library_routes::router(),
            "stream" => framehouse_stream::router(),
            name if name.starts_with("gallery-") => framehouse_gallery::router(),
            name if name.starts_with("reaction-") => framehouse_reactions::router(),
            name if name.starts_with("comment-") => framehouse_comments::router(),
            name if name.starts_with("track-") => framehouse_tracking::router(),
            name if name.starts_with("analytics-") || name == "viewer-data" => framehouse_analytics::router(),
            other => panic!("events/{other}.json belongs to no area"),
        };
        let request = lambda_http::request::from_str(&text).unwrap();
        let response = router(routes, app.clone()).oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let body = String::from_utf8_lossy(&body);
        assert!(status < 500 && ![400, 401, 403, 405].contains(&status), "{name}: {status} {body}");
        assert!(!body.contains("nothing at this path"), "{name}: {body}");
        handled += 1;
    }
    assert_eq!(handled, 56);
}

#[tokio::test]
async fn queue_events_are_messages_of_ours() {
    let mut handled = 0;
    for (name, text) in events() {
        if serde_json::from_str::<Value>(&text).unwrap()["Records"][0]["eventSource"] != "aws:sqs" {
            continue;
        }
        handled += 1;
        let event: SqsEvent = serde_json::from_str(&text).unwrap();
        for record in &event.records {
            let body = record.body.as_deref().unwrap();
            match name.as_str() {
                "library-worker" => drop(serde_json::from_str::<LibraryJob>(body).expect(body)),
                _ => drop(TranscodeMessage::parse(body).expect(body)),
            }
        }
        if name == "dead-letters" {
            let app = App::new(Config::from_env(), CallPace::Interactive);
            let response = framehouse_dead_letters::handle(&app, event).await;
            assert!(response.batch_item_failures.is_empty(), "{response:?}");
        }
    }
    assert_eq!(handled, 3);
}

/// On a table of its own, where the views that the event tells of are nowhere else.
#[tokio::test]
async fn the_stream_event_is_counted() {
    let config = Config { table_name: crate::switch::table().await, ..Config::from_env() };
    let app = App::new(config, CallPace::Interactive);
    let (_, text) = events().into_iter().find(|(name, _)| name == "counters").unwrap();
    let counted = framehouse_counters::count(&app, &serde_json::from_str(&text).unwrap()).await;
    assert!(counted.answer.batch_item_failures.is_empty(), "{counted:?}");
}
