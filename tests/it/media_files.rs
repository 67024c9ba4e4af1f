use std::time::Duration;

use framehouse_domain::{MediaFileId, Role};
use framehouse_tests::{Api, Upload, UploadRequest, VIDEOS, api, clip, until, wait_for_status};
use reqwest::Method;
use serde_json::json;

const PATHS: [&str; 2] = ["/media-files", "/api/media-files"];

#[tokio::test]
async fn unknown_and_malformed_ids() {
    for (id, status, code) in [
        (MediaFileId::generate().to_string(), 404, "not_found"),
        ("not-an-id".to_owned(), 400, "invalid_request"),
        ("0197c1f0a5c87d6c8f4e0123456789ab".to_owned(), 400, "invalid_request"),
    ] {
        for base in PATHS {
            let path = format!("{base}/{id}");
            api().call(Method::GET, &path).await.expect_error(status, code);
            api().call(Method::DELETE, &path).await.expect_error(status, code);
            api().call(Method::POST, &format!("{path}/retry")).await.expect_error(status, code);
        }
    }
}

#[tokio::test]
async fn what_has_not_arrived_cannot_be_retried_but_deleted() {
    for base in PATHS {
        let upload = UploadRequest::new("film.mp4", 200 << 20).create().await;
        let path = format!("{base}/{}", upload.id);
        api().call(Method::POST, &format!("{path}/retry")).await.expect_error(409, "awaiting_upload");
        api().call(Method::DELETE, &path).await.expect(204);
        api().call(Method::GET, &path).await.expect_error(404, "not_found");
        api().call(Method::DELETE, &path).await.expect_error(404, "not_found");
    }
}

#[tokio::test]
async fn a_file_that_is_no_video_fails_at_once_and_says_why() {
    let id = Upload::bytes("holiday.mp4", b"#EXTM3U\nfile:///etc/passwd\n".to_vec()).await;
    let media = wait_for_status(&id, "FAILED").await;
    let sentence = media["errorMessage"].as_str().unwrap();
    assert!(sentence.ends_with('.') && sentence.len() > 20, "{sentence}");
    assert!(!sentence.contains("/tmp") && !sentence.contains("panicked"), "{sentence}");
    let retried = api().call(Method::POST, &format!("/media-files/{id}/retry")).await.expect(202);
    assert_eq!(retried["id"], media["id"]);
}

#[tokio::test]
async fn what_was_filed_in_the_library_only_super_admins_delete() {
    let id = Upload::file(&clip("bbb-720p.mp4")).await;
    let media = wait_for_status(&id, "READY").await;
    assert_eq!((&media["videoId"], media["duplicateOf"].is_array()), (&json!(id), false));
    let edit = json!({ "directoryType": "curated" });
    api().json(Method::PUT, &format!("{VIDEOS}/{id}"), &edit).await.expect(200);
    for role in [Role::MapAdmin, Role::InfluenceAdmin] {
        Api::of(role).call(Method::DELETE, &format!("/media-files/{id}")).await.expect_error(403, "forbidden");
    }
    let titled = json!({ "title": "Of the library" });
    api().json(Method::PUT, &format!("{VIDEOS}/{id}"), &titled).await.expect(200);
    assert_eq!(api().get(&format!("/media-files/{id}")).await["title"], "Of the library");
    let publish = json!({ "category": "sports" });
    api().json(Method::POST, &format!("{VIDEOS}/{id}/publish"), &publish).await.expect(200);
    api().call(Method::DELETE, &format!("/media-files/{id}")).await.expect_error(409, "published");
    api().call(Method::POST, &format!("{VIDEOS}/{id}/unpublish")).await.expect(200);
    api().call(Method::DELETE, &format!("/media-files/{id}")).await.expect(204);
    until("the video goes with its media file", Duration::from_secs(60), async || {
        (api().call(Method::GET, &format!("{VIDEOS}/{id}")).await.status == 404).then_some(())
    })
    .await;
}
