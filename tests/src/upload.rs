use std::{path::Path, time::Duration};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::{Answer, api, until};

/// What a test asks an upload for.
#[derive(Debug, Clone)]
pub struct UploadRequest {
    body: Value,
    path: &'static str,
    key: Option<String>,
}

/// An upload that was created.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The media file.
    pub id: String,
    /// How to send it.
    pub instructions: Value,
}

impl UploadRequest {
    /// A file of `size` bytes by this name.
    pub fn new(filename: &str, size: u64) -> Self {
        let body = json!({ "filename": filename, "size": size, "contentType": "video/mp4" });
        Self { body, path: "/api/media/uploads", key: None }
    }

    /// With another field.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.body[field] = value.into();
        self
    }

    /// At one of the aliases.
    #[must_use]
    pub fn at(self, path: &'static str) -> Self {
        Self { path, ..self }
    }

    /// Under an idempotency key.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }

    /// Asks.
    pub async fn send(&self) -> Answer {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(self.key.as_deref().map(|key| ("idempotency-key", key)));
        api().send(Method::POST, self.path, Some(self.body.to_string()), &headers).await
    }

    /// Asks, expecting 201.
    pub async fn create(&self) -> Upload {
        Upload::of(&self.send().await.expect(201))
    }
}

impl Upload {
    /// The upload in an answer.
    pub fn of(answer: &Value) -> Self {
        let id = answer["mediaFileId"].as_str().expect("an id").to_owned();
        Self { id, instructions: answer["upload"].clone() }
    }

    /// Creates an upload for a real file, sends it, and answers its media file's id.
    pub async fn file(path: &Path) -> String {
        let bytes = tokio::fs::read(path).await.expect("the clip can be read");
        let name = path.file_name().and_then(|name| name.to_str()).expect("the clip has a name");
        Self::bytes(name, bytes).await
    }

    /// Creates an upload of these bytes, sends them by one PUT, and answers the media file's id.
    pub async fn bytes(name: &str, bytes: Vec<u8>) -> String {
        let upload = UploadRequest::new(name, bytes.len() as u64).with("method", "PUT").create().await;
        let answer = upload.put(bytes).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        upload.id
    }

    /// Sends `bytes` by the PUT that the instructions describe.
    pub async fn put(&self, bytes: Vec<u8>) -> Answer {
        let url = self.instructions["url"].as_str().expect("a URL");
        let mut request = Client::new().put(url).body(bytes);
        for (name, value) in self.instructions["headers"].as_object().expect("headers") {
            request = request.header(name, value.as_str().expect("a text"));
        }
        Answer::of(request.send().await.expect("S3 answers")).await
    }

    /// Path of the upload's routes.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/media/uploads/{}{rest}", self.id)
    }
}

/// Waits until the media file has this status, and answers it.
///
/// # Panics
/// When it has not within two minutes, or ends in another final status.
pub async fn wait_for_status(id: &str, status: &str) -> Value {
    until(&format!("media file {id} is {status}"), Duration::from_secs(120), async || {
        let media = api().get(&format!("/media-files/{id}")).await;
        let ended = ["READY", "FAILED"].contains(&media["status"].as_str().unwrap_or_default());
        assert!(!ended || media["status"] == status, "it ended otherwise: {media}");
        (media["status"] == status).then_some(media)
    })
    .await
}
