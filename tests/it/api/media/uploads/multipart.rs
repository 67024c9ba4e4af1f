use std::collections::BTreeMap;

use framehouse_domain::MediaFileId;
use framehouse_tests::{Answer, Upload, UploadRequest, api};
use reqwest::{Client, Method};
use serde_json::{Value, json};

const PART: usize = 16 << 20;

/// An upload of two parts: 16 MiB and 5 bytes.
async fn two_parts() -> Upload {
    UploadRequest::new("film.mp4", PART as u64 + 5).with("method", "MULTIPART").create().await
}

async fn urls(upload: &Upload, numbers: &[u64]) -> BTreeMap<u64, String> {
    let body = json!({ "partNumbers": numbers });
    let answer = api().json(Method::POST, &upload.path("/parts"), &body).await.expect(200);
    assert!(answer["expiresAt"].is_string());
    let parts = answer["parts"].as_array().unwrap().iter();
    parts.map(|part| (part["partNumber"].as_u64().unwrap(), part["url"].as_str().unwrap().to_owned())).collect()
}

async fn put(url: &str, bytes: Vec<u8>) -> Answer {
    Answer::of(Client::new().put(url).body(bytes).send().await.unwrap()).await
}

async fn complete(upload: &Upload, body: Option<&Value>) -> Answer {
    match body {
        Some(body) => api().json(Method::POST, &upload.path("/complete"), body).await,
        None => api().call(Method::POST, &upload.path("/complete")).await,
    }
}

#[tokio::test]
async fn parts_in_any_order_make_the_file_and_completing_twice_is_fine() {
    let upload = two_parts().await;
    assert_eq!(upload.instructions["partCount"], 2);
    assert_eq!(api().get(&upload.path("/parts")).await, json!({ "parts": [], "next": null }));
    let urls = urls(&upload, &[2, 1]).await;
    let second = put(&urls[&2], vec![2; 5]).await;
    assert_eq!(second.status, 200, "{}", second.text);
    let error = complete(&upload, None).await.expect_error(400, "invalid_request");
    assert!(error["fields"]["parts"].as_str().unwrap().contains("missing: 1"), "{error}");
    let first = put(&urls[&1], vec![1; PART]).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let listed = api().get(&upload.path("/parts")).await;
    let etag = |answer: &Answer| answer.header("etag").expect("an ETag").to_owned();
    assert_eq!(
        listed["parts"],
        json!([
            { "partNumber": 1, "size": PART, "eTag": etag(&first) },
            { "partNumber": 2, "size": 5, "eTag": etag(&second) }
        ])
    );
    let after = api().get(&upload.path("/parts?after=1")).await;
    assert_eq!(after["parts"].as_array().unwrap().len(), 1, "resuming reads on after a part");
    let swapped = json!({ "parts": [
        { "partNumber": 1, "eTag": etag(&second) }, { "partNumber": 2, "eTag": etag(&first) }] });
    complete(&upload, Some(&swapped)).await.expect_error(400, "invalid_request");
    let reordered = json!({ "parts": [
        { "partNumber": 2, "eTag": etag(&second) }, { "partNumber": 1, "eTag": etag(&first) }] });
    let completed = complete(&upload, Some(&reordered)).await.expect(200);
    assert_eq!(completed["mediaFileId"], upload.id);
    let again = complete(&upload, Some(&reordered)).await.expect(200);
    assert_eq!(again["mediaFileId"], upload.id);
    complete(&upload, None).await.expect(200);
}

#[tokio::test]
async fn a_part_of_another_length_is_refused_by_its_url() {
    let upload = two_parts().await;
    let urls = urls(&upload, &[1, 2]).await;
    assert_eq!(put(&urls[&1], vec![1; 5]).await.status, 403, "too small");
    assert_eq!(put(&urls[&2], vec![1; 6]).await.status, 403, "too long");
    assert_eq!(put(&urls[&1].replace("partNumber=1", "partNumber=3"), vec![1; PART]).await.status, 403, "another part");
}

#[tokio::test]
async fn urls_come_in_small_batches_for_parts_that_exist() {
    let upload = UploadRequest::new("film.mkv", 20 << 30).create().await;
    let count = upload.instructions["partCount"].as_u64().unwrap();
    let hundred: Vec<u64> = (count - 99..=count).collect();
    assert_eq!(urls(&upload, &hundred).await.len(), 100);
    for numbers in [json!([]), json!([0]), json!([count + 1]), json!((1..=101).collect::<Vec<_>>())] {
        let answer = api().json(Method::POST, &upload.path("/parts"), &json!({ "partNumbers": numbers })).await;
        let error = answer.expect_error(400, "invalid_request");
        assert!(error["fields"]["partNumbers"].is_string(), "{error}");
    }
    for body in [json!({}), json!({ "partNumbers": [-1] }), json!({ "partNumbers": "1" })] {
        let answer = api().json(Method::POST, &upload.path("/parts"), &body).await;
        answer.expect_error(400, "invalid_request");
    }
    let plain = [("content-type", "text/plain")];
    let answer = api().send(Method::POST, &upload.path("/parts"), Some("{}".into()), &plain).await;
    answer.expect_error(415, "unsupported_media_type");
    api().call(Method::GET, &upload.path("/parts?after=x")).await.expect_error(400, "invalid_request");
}

#[tokio::test]
async fn uploads_without_parts_say_so() {
    let upload = UploadRequest::new("a.mp4", 5).create().await;
    let part_urls = api().json(Method::POST, &upload.path("/parts"), &json!({ "partNumbers": [1] })).await;
    part_urls.expect_error(409, "not_multipart");
    api().call(Method::GET, &upload.path("/parts")).await.expect_error(409, "not_multipart");
    complete(&upload, None).await.expect_error(409, "not_multipart");
}

#[tokio::test]
async fn unknown_and_malformed_ids() {
    for (id, status, code) in
        [(MediaFileId::generate().to_string(), 404, "not_found"), ("not-an-id".to_owned(), 400, "invalid_request")]
    {
        let path = |rest: &str| format!("/api/media/uploads/{id}{rest}");
        let numbers = json!({ "partNumbers": [1] });
        api().json(Method::POST, &path("/parts"), &numbers).await.expect_error(status, code);
        api().call(Method::GET, &path("/parts")).await.expect_error(status, code);
        api().json(Method::POST, &path("/complete"), &json!({})).await.expect_error(status, code);
        api().call(Method::DELETE, &path("")).await.expect_error(status, code);
    }
}

#[tokio::test]
async fn a_multipart_upload_that_s3_dropped_says_so() {
    let upload = two_parts().await;
    let stack = framehouse_tests::stack();
    let abort = stack.s3().abort_multipart_upload().bucket(&stack.media_bucket);
    let key = format!("originals/{}.mp4", upload.id);
    abort.key(key).upload_id(upload.instructions["uploadId"].as_str().unwrap()).send().await.unwrap();
    api().call(Method::GET, &upload.path("/parts")).await.expect_error(409, "upload_expired");
    complete(&upload, None).await.expect_error(409, "upload_expired");
}
