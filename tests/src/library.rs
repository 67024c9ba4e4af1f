use std::time::Duration;

use framehouse_domain::VideoId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{api, clip, stack, until};

/// Path of the library's routes.
pub const VIDEOS: &str = "/api/media/videos";

/// A name that no other test uses: a folder, a producer, a tag.
pub fn unique(what: &str) -> String {
    format!("{what}-{}", VideoId::generate())
}

/// Puts a file under `library/{path}` as the stack's owner.
///
/// # Panics
/// When the bucket refuses it.
pub async fn put_in_library(path: &str, bytes: Vec<u8>) {
    let put = stack().s3().put_object().bucket(&stack().media_bucket).key(format!("library/{path}"));
    put.body(bytes.into()).send().await.expect("the owner may write to the library");
}

/// The bytes of a real clip of 5 seconds.
pub async fn short_clip() -> Vec<u8> {
    tokio::fs::read(clip("bbb-720p.mp4")).await.expect("the clip can be read")
}

/// A record of a file that was put at `path`, as the route answered it. `fields` are added to the request.
pub async fn create_video(path: &str, bytes: Vec<u8>, fields: Value) -> Value {
    put_in_library(path, bytes).await;
    let mut body = json!({ "path": path });
    for (name, value) in fields.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    api().json(Method::POST, VIDEOS, &body).await.expect(201)
}

/// Waits until a worker has looked at the video's file, and answers the video.
pub async fn wait_for_look(id: &str) -> Value {
    until(&format!("a look at video {id}"), Duration::from_secs(60), async || {
        let video = api().get(&format!("{VIDEOS}/{id}")).await;
        (!video["lastValidated"].is_null()).then_some(video)
    })
    .await
}

/// Waits until the scan has ended, and answers its status.
pub async fn wait_for_scan(id: &str) -> Value {
    until(&format!("the end of scan {id}"), Duration::from_secs(180), async || {
        let scan = api().get(&format!("{VIDEOS}/scans/{id}")).await;
        ["completed", "failed"].contains(&scan["status"].as_str().unwrap_or_default()).then_some(scan)
    })
    .await
}

/// The page of videos that a query string asks for.
pub async fn list(query: &str) -> Value {
    api().get(&format!("{VIDEOS}?{query}")).await
}

/// The ids of a page.
pub fn ids(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().expect("a page");
    data.iter().map(|video| video["id"].as_str().expect("an id").to_owned()).collect()
}
