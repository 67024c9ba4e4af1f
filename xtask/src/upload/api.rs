//! The part of the public API that an upload needs.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Source;

/// Attempts at a request that fails for a passing reason.
const ATTEMPTS: u32 = 6;

/// A client of the API.
pub struct Api {
    client: reqwest::Client,
    url: String,
    token: String,
}

/// Answer to `POST /api/media/uploads`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    pub media_file_id: String,
    pub status: String,
    /// Absent when nothing is left to upload.
    pub upload: Option<Instructions>,
}

/// What to do with the bytes.
#[derive(Deserialize)]
#[serde(tag = "method", rename_all_fields = "camelCase")]
pub enum Instructions {
    #[serde(rename = "PUT")]
    Put { url: String, headers: BTreeMap<String, String> },
    #[serde(rename = "MULTIPART")]
    Multipart { part_size: u64, part_count: u32 },
    #[serde(other)]
    Unknown,
}

/// A part that S3 has.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    pub part_number: u32,
    pub size: u64,
}

#[derive(Deserialize)]
struct PartPage {
    parts: Vec<Part>,
    next: Option<u32>,
}

/// A presigned URL of a part.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PartUrl {
    pub part_number: u32,
    pub url: String,
}

#[derive(Deserialize)]
struct PartUrls {
    parts: Vec<PartUrl>,
}

/// Answer to `GET /media-files/{id}`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaFile {
    pub status: String,
    pub progress: Option<u64>,
    pub playback: Option<Playback>,
    pub error_message: Option<String>,
}

/// A playlist with its token.
#[derive(Deserialize)]
pub struct Playback {
    pub url: String,
}

impl Api {
    /// A client that speaks to `url` with `token`.
    pub fn new(url: &str, token: &str) -> Result<Self> {
        let client = reqwest::Client::builder().connect_timeout(Duration::from_secs(10)).build()?;
        Ok(Self { client, url: url.trim_end_matches('/').to_owned(), token: token.to_owned() })
    }

    /// The client for presigned URLs, which need no token.
    pub fn storage(&self) -> &reqwest::Client {
        &self.client
    }

    /// Starts the upload, or finds the one that was started for the same file.
    pub async fn create(&self, source: &Source) -> Result<Created> {
        let mut body = json!({"filename": source.name, "size": source.size, "contentType": source.content_type});
        if let Some(title) = &source.title {
            body["title"] = json!(title);
        }
        let request = self.request(Method::POST, "/api/media/uploads");
        self.send(request.header("idempotency-key", &source.idempotency_key).json(&body)).await
    }

    /// The parts that S3 has of an upload.
    pub async fn parts(&self, id: &str) -> Result<Vec<Part>> {
        let mut parts = Vec::new();
        let mut after = None;
        loop {
            let mut request = self.request(Method::GET, &format!("/api/media/uploads/{id}/parts"));
            if let Some(after) = after {
                request = request.query(&[("after", after)]);
            }
            let page: PartPage = self.send(request).await?;
            parts.extend(page.parts);
            after = page.next;
            if after.is_none() {
                return Ok(parts);
            }
        }
    }

    /// Presigned URLs for some parts, at most 100.
    pub async fn part_urls(&self, id: &str, numbers: &[u32]) -> Result<Vec<PartUrl>> {
        let request = self.request(Method::POST, &format!("/api/media/uploads/{id}/parts"));
        let answer: PartUrls = self.send(request.json(&json!({"partNumbers": numbers}))).await?;
        Ok(answer.parts)
    }

    /// Completes a multipart upload with the parts that S3 has.
    pub async fn complete(&self, id: &str) -> Result<()> {
        let request = self.request(Method::POST, &format!("/api/media/uploads/{id}/complete"));
        self.send::<Value>(request.json(&json!({}))).await.map(drop)
    }

    /// State of a media file.
    pub async fn media_file(&self, id: &str) -> Result<MediaFile> {
        self.send(self.request(Method::GET, &format!("/media-files/{id}"))).await
    }

    /// Files the video of a READY media file under `videos`, since nothing in the inbox is public, and publishes it.
    pub async fn publish(&self, id: &str, category: &str) -> Result<()> {
        let file = self.request(Method::PUT, &format!("/api/media/videos/{id}"));
        self.send::<Value>(file.json(&json!({"directoryType": "videos"}))).await?;
        let publish = self.request(Method::POST, &format!("/api/media/videos/{id}/publish"));
        self.send::<Value>(publish.json(&json!({"category": category}))).await.map(drop)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.token)
            .timeout(Duration::from_secs(35))
    }

    /// Sends a request, again if the network or the server fails. A refusal becomes the server's own sentence.
    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let request = request.try_clone().context("repeat the request")?;
            let error = match request.send().await {
                Ok(response) if response.status().is_success() => {
                    return response.json().await.context("read the API's answer");
                }
                Ok(response) => {
                    let status = response.status();
                    let text = response.text().await.unwrap_or_default();
                    let error = refusal(status, &text);
                    if !status.is_server_error() && status != reqwest::StatusCode::TOO_MANY_REQUESTS {
                        return Err(error);
                    }
                    error
                }
                Err(error) => anyhow::Error::from(error).context(format!("reach the API at {}", self.url)),
            };
            if attempt == ATTEMPTS {
                return Err(error);
            }
            tokio::time::sleep(pause(attempt)).await;
        }
    }
}

/// Exponential pause before the attempt after `attempt`: 0.25 s, 0.5 s, 1 s …
pub fn pause(attempt: u32) -> Duration {
    Duration::from_millis(250 << attempt.saturating_sub(1).min(6))
}

/// The sentence in which a server refused.
pub fn refusal(status: reqwest::StatusCode, text: &str) -> anyhow::Error {
    let body: Value = serde_json::from_str(text).unwrap_or_default();
    let sentence = body["error"].as_str().or_else(|| body["message"].as_str()).unwrap_or_else(|| text.trim());
    let fields: Vec<String> = body["fields"]
        .as_object()
        .map(|fields| fields.iter().map(|(name, text)| format!("\n  {name}: {}", text.as_str().unwrap_or_default())))
        .into_iter()
        .flatten()
        .collect();
    anyhow::anyhow!("{sentence} ({status}){}", fields.concat())
}

/// Fails with the sentence of a server that refused.
pub async fn check(response: reqwest::Response) -> Result<reqwest::Response> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let text = response.text().await.unwrap_or_default();
    bail!(refusal(status, &text))
}
