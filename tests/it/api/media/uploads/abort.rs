use std::time::Duration;

use framehouse_tests::{UploadRequest, api, stack, until, wait_for_status};
use reqwest::{Client, Method};
use serde_json::json;

#[tokio::test]
async fn aborting_a_multipart_upload_drops_its_parts() {
    let upload = UploadRequest::new("film.mp4", 200 << 20).create().await;
    let part = api().json(Method::POST, &upload.path("/parts"), &json!({ "partNumbers": [1] })).await.expect(200);
    api().call(Method::DELETE, &upload.path("")).await.expect(204);
    let bytes = vec![0; usize::try_from(upload.instructions["partSize"].as_u64().unwrap()).unwrap()];
    let late = Client::new().put(part["parts"][0]["url"].as_str().unwrap()).body(bytes).send().await.unwrap();
    assert_eq!(late.status(), 404, "S3 no longer has the upload");
    api().call(Method::DELETE, &upload.path("")).await.expect_error(404, "not_found");
    api().call(Method::GET, &upload.path("/parts")).await.expect_error(404, "not_found");
    api().call(Method::GET, &format!("/media-files/{}", upload.id)).await.expect_error(404, "not_found");
}

#[tokio::test]
async fn a_put_after_the_abort_leaves_nothing_behind() {
    let upload = UploadRequest::new("a.mp4", 5).create().await;
    api().call(Method::DELETE, &upload.path("")).await.expect(204);
    assert_eq!(upload.put(b"12345".to_vec()).await.status, 200, "the URL is still good");
    let prefix = format!("originals/{}", upload.id);
    until("the orphan is removed", Duration::from_secs(60), async || {
        stack().keys(&prefix).await.is_empty().then_some(())
    })
    .await;
    api().call(Method::GET, &format!("/media-files/{}", upload.id)).await.expect_error(404, "not_found");
}

#[tokio::test]
async fn a_file_that_has_arrived_cannot_be_aborted() {
    let upload = UploadRequest::new("a.mp4", 5).create().await;
    upload.put(b"12345".to_vec()).await.expect(200);
    wait_for_status(&upload.id, "FAILED").await;
    api().call(Method::DELETE, &upload.path("")).await.expect_error(409, "already_uploaded");
    let part_urls = api().json(Method::POST, &upload.path("/parts"), &json!({ "partNumbers": [1] })).await;
    part_urls.expect_error(409, "already_uploaded");
}
